import type { Journal, JournalEntry, Session, TransactionOptions } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';

/** The journal as one run keeps it: read once, and looked at again inside every transaction. */
export interface Book {
  readonly journal: Journal;
  /** Reads the rows, and takes them for what is true from now on. */
  readonly read: () => Promise<readonly JournalEntry[]>;
  /**
   * Runs `work` in a transaction that first creates the journal if need be, locks it, and rejects with
   * `journal-moved` if anybody else wrote to it since it was read (design S7: correctness is inside).
   */
  readonly transact: <T>(work: () => Promise<T>, options?: TransactionOptions) => Promise<T>;
}

/** Opens the book of a session's journal; nothing is read yet. */
export const openBook = (session: Session, journal: Journal): Book => {
  let expected: string | undefined;
  /** What the journal may count on from; undefined after a transaction that was taken back. */
  let basis: string | undefined;
  let ensured = false;

  const mark = async (from?: string): Promise<string> =>
    journal.mark === undefined ? textOf(await journal.read()) : await journal.mark(from);

  const requireUnmoved = async (basis: string | undefined): Promise<void> => {
    const unmoved = expected === undefined ? (await journal.read()).length === 0 : (await mark(basis)) === expected;
    if (unmoved) return;
    throw new LimbeckError('journal-moved', `someone else wrote to ${journal.table} meanwhile, so this revision was not run`, {
      hint: 'look at limbeck status, then run it again',
    });
  };

  return {
    journal,
    read: async () => {
      ensured = false;
      expected = (await journal.exists()) ? await mark() : undefined;
      basis = expected;
      return expected === undefined ? [] : await journal.read();
    },
    transact: async (work, options) => {
      const before = basis;
      basis = undefined;
      const [result, left] = await session.transaction(async () => {
        if (!ensured) await journal.ensure();
        await journal.lock();
        await requireUnmoved(before);
        return [await work(), await mark(expected)] as const;
      }, options);
      ensured = true;
      [expected, basis] = [left, left];
      return result;
    },
  };
};

const textOf = (entries: readonly JournalEntry[]): string =>
  JSON.stringify(entries.map(({ revision, state, statementsDone, appliedAt }) => [revision, state, statementsDone, appliedAt]));
