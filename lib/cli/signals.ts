import type { Exit } from './exit.ts';

/** Ctrl-C and SIGTERM, while a command runs. */
export interface Signals {
  readonly signal: AbortSignal;
  /** The status that a signal asks for; undefined: none came. */
  readonly exit: () => Exit | undefined;
  readonly interrupt: () => void;
  readonly close: () => void;
}

/** The first signal aborts and `onFirst` says so; a second one ends the process at once. */
export const listenToSignals = (onFirst: () => void, exitNow: (exit: Exit) => void): Signals => {
  const controller = new AbortController();
  let asked: Exit | undefined;
  const on = (exit: Exit) => (): void => {
    if (asked !== undefined) return exitNow(exit);
    asked = exit;
    onFirst();
    controller.abort();
  };
  const [interrupt, terminate] = [on(130), on(143)];
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  return {
    signal: controller.signal,
    exit: () => asked,
    interrupt,
    close: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', terminate);
    },
  };
};
