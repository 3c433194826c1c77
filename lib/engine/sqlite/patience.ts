import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './failure.ts';

export interface Patience {
  readonly busyTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does it again while SQLite says that others are at the database. SQLite's own busy timeout is not used: it would
 * block the process, signals too. Throws the last error when the time is over or the signal says so.
 */
export const patiently = async <T>({ busyTimeoutMs, signal }: Patience, work: () => T): Promise<T> => {
  let deadline: number | undefined;
  for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      deadline ??= performance.now() + busyTimeoutMs;
      if (performance.now() >= deadline || signal?.aborted) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
};
