import type { Lock, LockOptions } from '../engine.ts';
import { removeLeftovers } from './file-save.ts';
import { acquireLock, lockPathOf } from './lock.ts';

/** The lock of one session: taken once, however many ask for it within. */
export interface LockKeeper {
  readonly acquire: (options: LockOptions) => Promise<Lock>;
  /** Holds the lock while `work` runs, also if the session has it already. */
  readonly during: <T>(timeoutMs: number, work: () => Promise<T>) => Promise<T>;
  readonly releaseAll: () => Promise<void>;
}

/** Keeps the lock of a database file; in memory (no path) every lock is free. */
export const keepLock = (database: string | undefined, signal: AbortSignal | undefined): LockKeeper => {
  let held: Lock | undefined;
  let holders = 0;

  const enter = async (options: LockOptions): Promise<void> => {
    if (database !== undefined && held === undefined) {
      held = await acquireLock(lockPathOf(database), options, signal);
      removeLeftovers(database);
    }
    holders += 1;
  };
  const leave = async (): Promise<void> => {
    holders -= 1;
    if (holders > 0) return;
    const lock = held;
    held = undefined;
    await lock?.release();
  };

  return {
    acquire: async (options) => {
      await enter(options);
      let isHeld = true;
      return {
        release: async () => {
          if (!isHeld) return;
          isHeld = false;
          await leave();
        },
      };
    },
    during: async (timeoutMs, work) => {
      await enter({ timeoutMs });
      try {
        return await work();
      } finally {
        await leave();
      }
    },
    releaseAll: async () => {
      const lock = held;
      held = undefined;
      holders = 0;
      await lock?.release();
    },
  };
};
