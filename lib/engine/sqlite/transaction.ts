import { isLimbeckError, LimbeckError } from '../../errors.ts';
import type { Row, TransactionOptions } from '../engine.ts';

/** What a transaction needs of its session: raw statements, which heed no AbortSignal. */
export interface Transactor {
  readonly run: (statement: string) => Promise<void>;
  readonly all: (statement: string) => Promise<readonly Row[]>;
  /** Rejects with `cancelled` when the session's signal says so. */
  readonly check: () => void;
  /** Makes what was committed durable. */
  readonly save: () => Promise<void>;
}

/**
 * BEGIN IMMEDIATE, work, COMMIT, save. With foreign keys `off` they are switched off before BEGIN (inside a
 * transaction the PRAGMA does nothing), seen to be off, and back on in every outcome; before COMMIT `foreign_key_check`
 * must find nothing that it did not find after BEGIN. Errors: those of `work` and of the session, `foreign-keys-broken`.
 */
export const runTransaction = async <T>(session: Transactor, work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> => {
  if (options.foreignKeys !== 'off') {
    await switchForeignKeys(session, 'ON');
    return runOne(session, work, undefined);
  }
  await switchForeignKeys(session, 'OFF');
  try {
    const result = await runOne(session, work, { mayMismatch: options.allow?.includes('foreign key mismatch') ?? false });
    await switchForeignKeys(session, 'ON');
    return result;
  } catch (error) {
    // A session that is lost cannot switch back, and has to say why it is lost.
    await switchForeignKeys(session, 'ON').catch(() => undefined);
    throw error;
  }
};

/** How strictly foreign keys are checked before COMMIT. */
interface Check {
  readonly mayMismatch: boolean;
}

const runOne = async <T>(session: Transactor, work: () => Promise<T>, check: Check | undefined): Promise<T> => {
  await session.run('BEGIN IMMEDIATE');
  const result = await orRollBack(session, async () => {
    const before = check === undefined ? [] : await findViolations(session);
    const worked = await work();
    session.check();
    if (check !== undefined) requireNoNew(before, await findViolations(session), check);
    await commit(session);
    return worked;
  });
  await session.save();
  return result;
};

const orRollBack = async <T>(session: Transactor, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    await session.run('ROLLBACK').catch((failure: unknown) => requireNoTransaction(failure));
    // SQLite leaves the way back from a full disk to who looks next.
    if (isLimbeckError(error) && error.code === 'database-full') await findTables(session).catch(() => undefined);
    throw error;
  }
};

/** Some errors have already rolled back (a full disk, ON CONFLICT ROLLBACK). */
const requireNoTransaction = (failure: unknown): void => {
  const isOver = isLimbeckError(failure) && (failure.code === 'session-lost' || /no transaction is active/.test(failure.message));
  if (!isOver) throw failure;
};

const switchForeignKeys = async (session: Transactor, wanted: 'ON' | 'OFF'): Promise<void> => {
  const isSo = async (): Promise<boolean> => (await session.all('PRAGMA foreign_keys'))[0]?.['foreign_keys'] === (wanted === 'ON' ? 1 : 0);
  if (await isSo()) return;
  await session.run(`PRAGMA foreign_keys = ${wanted}`);
  if (await isSo()) return;
  throw new LimbeckError('internal', `foreign keys could not be switched ${wanted.toLowerCase()}: a transaction is still open`);
};

/** Deferred constraints are checked by COMMIT itself; the transaction stays open then. */
const commit = async (session: Transactor): Promise<void> => {
  try {
    await session.run('COMMIT');
  } catch (error) {
    const isDeferred = isLimbeckError(error) && error.code === 'sql-failed' && error.message === 'FOREIGN KEY constraint failed';
    if (!isDeferred) throw error;
    throw broken(await findViolations(session), error);
  }
};

interface Violation {
  readonly table: string;
  readonly rowid: unknown;
  readonly parent: string;
  /** What SQLite says where it cannot check the foreign keys of a table. */
  readonly mismatch?: string;
}

/** Also finds the tables whose foreign keys cannot be checked at all, by name. */
const findViolations = async (session: Transactor): Promise<readonly Violation[]> => {
  try {
    return (await session.all('PRAGMA foreign_key_check')).map(toViolation);
  } catch {
    const tables = await findTables(session);
    const found: Violation[] = [];
    for (const { name } of tables) found.push(...(await violationsOf(session, String(name))));
    return found;
  }
};

const findTables = (session: Transactor): Promise<readonly Row[]> =>
  session.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage <> 0");

const violationsOf = async (session: Transactor, table: string): Promise<readonly Violation[]> => {
  try {
    return (await session.all(`PRAGMA foreign_key_check("${table.replaceAll('"', '""')}")`)).map(toViolation);
  } catch (error) {
    const mismatch = error instanceof Error ? error.message : String(error);
    return [{ table, rowid: undefined, parent: mismatch, mismatch }];
  }
};

const toViolation = (row: Row): Violation => ({
  table: String(row['table']),
  rowid: row['rowid'] ?? undefined,
  parent: String(row['parent']),
});

/** The number of a foreign key is left out: a rebuild may number them anew. */
const keyOf = ({ table, rowid, parent }: Violation): string => JSON.stringify([table.toLowerCase(), String(rowid), parent.toLowerCase()]);

const requireNoNew = (before: readonly Violation[], after: readonly Violation[], { mayMismatch }: Check): void => {
  const known = new Map<string, number>();
  for (const violation of before) known.set(keyOf(violation), (known.get(keyOf(violation)) ?? 0) + 1);
  const added = after.filter((violation) => {
    const left = known.get(keyOf(violation)) ?? 0;
    known.set(keyOf(violation), left - 1);
    return left <= 0 && !(mayMismatch && violation.mismatch !== undefined);
  });
  const mismatched = added.filter(({ mismatch }) => mismatch !== undefined);
  if (mismatched.length > 0) throw mismatch(mismatched);
  if (added.length > 0) throw broken(added);
};

const mismatch = (violations: readonly Violation[]): LimbeckError =>
  new LimbeckError('foreign-keys-broken', `foreign keys could no longer be checked: ${violations.map((each) => each.parent).join(', ')}`, {
    hint: 'nothing was changed; what a foreign key refers to must be a primary key or have a unique index; if it shall be so all the same, write "-- allow: foreign key mismatch" into the header of the file',
    data: { tables: violations.map(({ table }) => table), count: violations.length },
  });

const shownAtMost = 20;

const broken = (violations: readonly Violation[], cause?: unknown): LimbeckError => {
  const tables = [...new Set(violations.map(({ table, parent }) => `${table} → ${parent}`))];
  const few = violations.slice(0, 3).map(({ table, rowid }) => (rowid === undefined ? table : `${table} row ${String(rowid)}`));
  const message = `rows refer to rows that do not exist: ${tables.slice(0, 5).join(', ')} (${few.join(', ')}${violations.length > 3 ? ', …' : ''})`;
  return new LimbeckError(
    'foreign-keys-broken',
    violations.length === 0 ? 'a foreign key is violated at the end of the transaction' : message,
    {
      hint: 'nothing was changed; PRAGMA foreign_key_check lists such rows',
      cause,
      data: {
        tables: [...new Set(violations.map(({ table }) => table))],
        violations: violations.slice(0, shownAtMost),
        count: violations.length,
      },
    },
  );
};
