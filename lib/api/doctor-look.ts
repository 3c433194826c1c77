import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Finding } from '../engine/engine.ts';

export interface DoctorOptions {
  readonly signal?: AbortSignal;
  /** The version of Node that runs this. */
  readonly node: string;
  /** How long a database may take to answer; default 5000. */
  readonly patienceMs?: number;
}

/** A finding that all is well. */
export const ok = (topic: string, text: string): Finding => ({ topic, level: 'ok', text, next: undefined });

/** Runs a look; what it throws becomes a finding. */
export const attempt = async (topic: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await look();
  } catch (error) {
    const next = isLimbeckError(error) ? error.hint : 'please report this';
    return [{ topic, level: 'problem', text: error instanceof Error ? error.message : String(error), next }];
  }
};

/** How long something may take, and what stops it. */
export interface Patience {
  readonly stop: AbortController;
  /** Of the caller, or of `stop`. */
  readonly signal: AbortSignal;
  readonly ms: number;
}

/** For one thing that is asked: what stopped once stays stopped. */
export const patienceOf = (options: Pick<DoctorOptions, 'signal' | 'patienceMs'>): Patience => {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  return { stop, signal, ms: options.patienceMs ?? 5000 };
};

/** Work that is stopped, and rejects, when it takes longer. */
export const inTime = async <T>(work: () => Promise<T>, { stop, ms }: Patience): Promise<T> => {
  const late = new LimbeckError('database-unreadable', `no answer within ${ms / 1000} s`, {
    hint: 'look whether the server is up and this machine may reach it, and whether something holds a lock',
  });
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      stop.abort();
      reject(late);
    }, ms);
  });
  try {
    return await Promise.race([work(), end]);
  } finally {
    clearTimeout(timer);
  }
};
