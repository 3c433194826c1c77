import type { Lock, Row } from '../engine.ts';
import type { Driver } from './driver.ts';
import { isWipedJournal } from './file-state.ts';

/** What becomes of SQLite's rollback journal, the file that is the way back of a transaction, between transactions. */
export interface JournalFile {
  /** The lock, under which the file may be kept; when it is released the file is gone. One that a killed run kept goes at once. */
  readonly during: (lock: Lock) => Promise<Lock>;
  /** Said before each transaction. */
  readonly beforeTransaction: () => Promise<void>;
  /** As SQLite does it by itself: no file until the next transaction is over. Never rejects. */
  readonly restore: () => Promise<void>;
}

/** Runs a statement, patiently; its rows come back. */
type Ask = (sql: string) => Promise<readonly Row[]>;

/**
 * Keeps the journal file when a run has more than a few transactions: SQLite then wipes its head, durably, where it would
 * remove the file (journal_mode PERSIST), which is as safe and spares making and removing a file for each. Only this connection knows
 * of it; a mode that is not SQLite's own choice, WAL above all, is left alone.
 */
export const keepJournalFile = ({ journalPath, reopened }: Pick<Driver, 'journalPath' | 'reopened'>, ask: Ask): JournalFile => {
  let locks = 0;
  let transactions = 0;
  /** In which of the driver's connections, and the size limit that it had. */
  let kept: { readonly connection: number; readonly limit: unknown } | undefined;

  const value = async (pragma: string): Promise<unknown> => Object.values((await ask(`PRAGMA main.${pragma}`))[0] ?? {})[0];
  const keep = async (): Promise<boolean> =>
    (await value('journal_mode')) === 'delete' && (await value('journal_mode = PERSIST')) === 'persist';
  const remove = async (): Promise<void> => void ((await value('journal_mode')) === 'persist' && (await value('journal_mode = DELETE')));

  const restore = async (): Promise<void> => {
    const was = kept;
    [kept, transactions] = [undefined, 0];
    if (was?.connection !== reopened()) return;
    await value(`journal_size_limit = ${String(was.limit)}`)
      .then(remove)
      .catch(harmless);
  };
  const tidy = async (): Promise<void> => {
    if (journalPath === undefined || !isWipedJournal(journalPath)) return;
    await keep().then(remove).catch(harmless);
  };
  return {
    during: async (lock) => {
      if (locks === 0) await tidy();
      locks += 1;
      let isHeld = true;
      return {
        release: async () => {
          if (isHeld) locks -= 1;
          isHeld = false;
          if (locks === 0) await restore();
          await lock.release();
        },
      };
    },
    beforeTransaction: async () => {
      if (journalPath === undefined || locks === 0) return;
      transactions += 1;
      if (transactions <= few || kept?.connection === reopened()) return;
      const limit = await value('journal_size_limit');
      if (!(await keep())) return;
      kept = { connection: reopened(), limit };
      await value(`journal_size_limit = ${keptBytes}`);
    },
    restore,
  };
};

/** What is left is wiped, so it takes nothing back, and whoever writes next removes it. */
const harmless = (): void => undefined;

/** So many transactions have a file each. */
const few = 2;

/** Of a longer journal SQLite gives back the rest. */
const keptBytes = 1 << 20;
