import { LimbeckError } from '../../../errors.ts';
import type { Connection } from './connection.ts';

/** How a transaction begins: its BEGIN and what is pinned in it. */
export interface TransactionStart {
  readonly begin: string;
  readonly pins: readonly string[];
}

/**
 * BEGIN, work, COMMIT; ROLLBACK when work rejects. A transaction in which a statement failed, or that a statement
 * ended, is never taken for committed. Errors: those of the work; `sql-failed`; `session-lost`, which says so if the
 * connection went during COMMIT and the outcome is not known.
 */
export const inTransaction = async <T>(connection: Connection, start: TransactionStart, work: () => Promise<T>): Promise<T> => {
  if (connection.state() !== 'none') throw new LimbeckError('internal', 'a transaction was begun inside a transaction');
  await connection.run(start.begin);
  let result: T;
  try {
    for (const pin of start.pins) await connection.run(pin);
    result = await work();
    requireOpen(connection);
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
  await commit(connection);
  return result;
};

/**
 * Looks at the database under settings of its own, which are gone afterwards: in a transaction of its own, or inside
 * the running one under a savepoint, so that a failed look does not spoil it.
 */
export const inLook = async <T>(connection: Connection, start: TransactionStart, work: () => Promise<T>): Promise<T> => {
  if (connection.state() === 'none') return inTransaction(connection, start, work);
  await connection.run('SAVEPOINT limbeck_look');
  try {
    for (const pin of start.pins) await connection.run(pin);
    return await work();
  } finally {
    if (connection.lost() === undefined) {
      await connection.run('ROLLBACK TO SAVEPOINT limbeck_look', [], { finishing: true });
      await connection.run('RELEASE SAVEPOINT limbeck_look', [], { finishing: true });
    }
  }
};

const requireOpen = (connection: Connection): void => {
  const stopped = connection.stopped() ?? connection.lost();
  if (stopped !== undefined) throw stopped;
  if (connection.state() === 'failed')
    throw new LimbeckError('sql-failed', 'a statement of the transaction failed, so nothing of it is kept');
  if (connection.state() === 'none')
    throw new LimbeckError('sql-failed', 'a statement ended the transaction that limbeck had begun; what ran before it may be committed', {
      hint: 'take COMMIT, ROLLBACK and the like out of the migration',
    });
};

const commit = async (connection: Connection): Promise<void> => {
  try {
    await connection.run('COMMIT', [], { finishing: true });
  } catch (error) {
    const lost = connection.lost();
    if (lost === undefined) {
      await rollBack(connection);
      throw error;
    }
    throw new LimbeckError('session-lost', `${lost.message}; it was lost during COMMIT, so whether the change is there is not known`, {
      hint: 'run "limbeck status" when the server is there again: the change and its line in the journal are there both, or neither',
      cause: lost,
      data: { ...lost.data, outcome: 'unknown' },
    });
  }
};

/** Never rejects: a connection on which even this fails is lost, and the server then rolls back by itself. */
const rollBack = async (connection: Connection): Promise<void> => {
  if (connection.lost() !== undefined || connection.state() === 'none') return;
  await connection.run('ROLLBACK', [], { finishing: true }).catch(() => connection.close());
};
