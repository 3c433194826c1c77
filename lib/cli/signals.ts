import type { Exit } from './exit.ts';

/** Ctrl-C and SIGTERM, while a command runs. */
export interface Signals {
  readonly signal: AbortSignal;
  /** The status that a signal asks for; undefined: none came. */
  readonly exit: () => Exit | undefined;
  readonly interrupt: () => void;
  /**
   * Until the event loop turns, a signal ends the process as if nobody listened. Said before a statement: SQLite runs in this
   * thread, so a long statement keeps every listener waiting, and to end there is as safe as a power cut, for
   * which the files are made.
   */
  readonly yieldToSystem: () => void;
  readonly close: () => void;
}

/** The first signal aborts and `onFirst` says so; a second one ends the process at once. */
export const listenToSignals = (onFirst: () => void, exitNow: (exit: Exit) => void): Signals => {
  const controller = new AbortController();
  let asked: Exit | undefined;
  let isListening = false;
  let isClosed = false;
  const on = (exit: Exit) => (): void => {
    if (asked !== undefined) return exitNow(exit);
    asked = exit;
    onFirst();
    controller.abort();
  };
  const [interrupt, terminate] = [on(130), on(143)];
  const listen = (): void => {
    if (isListening || isClosed) return;
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', terminate);
    isListening = true;
  };
  const stop = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
    isListening = false;
  };
  listen();
  return {
    signal: controller.signal,
    exit: () => asked,
    interrupt,
    yieldToSystem: () => {
      if (!isListening) return;
      stop();
      setImmediate(listen);
    },
    close: () => {
      isClosed = true;
      stop();
    },
  };
};
