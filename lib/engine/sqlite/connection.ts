import { type ErrorCode, LimbeckError } from '../../errors.ts';
import type { Lock, LockOptions, Row, TransactionOptions } from '../engine.ts';
import { type Driver, toValue } from './driver.ts';
import { failureOf } from './failure.ts';
import { keepJournalFile } from './journal-file.ts';
import type { LockKeeper } from './lock-keeper.ts';
import { patiently } from './patience.ts';
import type { Query } from './query.ts';
import { isOverAtOnce, mayShareCommit } from './short.ts';
import { runTransaction, type Transactor } from './transaction.ts';

/** What a connection is made of. */
export interface Place {
  readonly driver: Driver;
  /** The URL with its password masked. */
  readonly location: string;
  readonly signal: AbortSignal | undefined;
  readonly busyTimeoutMs: number;
  readonly locks: LockKeeper;
}

/** A driver with what it lacks: LimbeckErrors, patience, cancelling, one transaction at a time, and an end. */
export interface Connection {
  /** Runs a statement; with `parameters` its rows come back. Outside a transaction its effect is durable when it resolves. */
  readonly statement: (statement: string, parameters: readonly unknown[] | undefined) => Promise<readonly Row[]>;
  readonly settle: (statement: string) => Promise<boolean>;
  readonly mayShareCommit: (statements: readonly string[]) => Promise<boolean>;
  readonly transaction: <T>(work: () => Promise<T>, options?: TransactionOptions) => Promise<T>;
  readonly lock: (options: LockOptions) => Promise<Lock>;
  /** A text that stays the same until somebody else has committed something to the database. */
  readonly othersSign: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Puts a connection on an open driver. After an error that leaves memory and file apart it is lost, and says so. */
export const connect = (place: Place): Connection => {
  const { driver, location, locks } = place;
  const life = startLife(place);
  const turns = startTurns();
  const raw = makeRaw(place, life, turns);
  const journalFile = keepJournalFile(driver, (sql) => raw(sql, []));
  const save = async (): Promise<void> => {
    try {
      await driver.save();
    } catch (error) {
      throw life.lose(failureOf(error, { location }));
    }
  };
  const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
    const refreshed = async (): Promise<T> => {
      await driver.refresh();
      return work();
    };
    return driver.isWholeFile ? locks.during(place.busyTimeoutMs, refreshed) : refreshed();
  };
  const transactor: Transactor = {
    run: async (statement) => void (await raw(statement, undefined)),
    all: (statement) => raw(statement, []),
    check: life.requireWanted,
    save,
  };
  const statement: Connection['statement'] = async (text, parameters) => {
    life.requireOpen();
    life.requireWanted();
    if (life.isInTransaction()) return raw(text, parameters);
    if (driver.isWholeFile && !onlyReads(text)) {
      return exclusively(async () => {
        const rows = await raw(text, parameters);
        await save();
        return rows;
      });
    }
    await driver.refresh();
    if (!onlyReads(text) || mentionsJournalMode.test(text)) await journalFile.restore();
    return raw(text, parameters);
  };
  const signs = watchOthers(driver, life, () => statement('PRAGMA data_version', []));
  return {
    ...ahead(raw, turns),
    statement,
    othersSign: signs.now,
    transaction: async (work, options) => {
      life.requireOpen();
      life.requireWanted();
      life.requireNoTransaction();
      return exclusively(() => {
        life.requireNoTransaction();
        return life.inTransaction(async () => {
          signs.forget();
          await journalFile.beforeTransaction();
          return runTransaction(transactor, work, options);
        });
      });
    },
    lock: async (options) => {
      life.requireOpen();
      return journalFile.during(await lockFresh(place, options));
    },
    close: async () => {
      if (life.isIdle()) await journalFile.restore();
      if (!life.end()) return;
      await locks.releaseAll();
      driver.close();
    },
  };
};

/** The lock, after which the driver sees what was written before it. */
const lockFresh = async ({ driver, locks }: Place, options: LockOptions): Promise<Lock> => {
  const lock = await locks.acquire(options);
  await driver.refresh().catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  return lock;
};

/** What is asked of statements before they run. */
const ahead = (raw: Raw, turns: Turns): Pick<Connection, 'settle' | 'mayShareCommit'> => {
  const query: Query = (sql) => raw(sql, []);
  return {
    settle: async (statement) => {
      if (await isOverAtOnce(statement, query)) return false;
      await turns.now();
      return true;
    },
    mayShareCommit: (statements) => mayShareCommit(statements, query),
  };
};

interface Life {
  readonly requireOpen: () => void;
  readonly requireWanted: () => void;
  readonly requireNoTransaction: () => void;
  readonly isInTransaction: () => boolean;
  /** Open, and not in a transaction. */
  readonly isIdle: () => boolean;
  readonly inTransaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** Marks the connection as lost, and gives the error back. */
  readonly lose: (error: LimbeckError) => LimbeckError;
  /** False when it had ended before. */
  readonly end: () => boolean;
}

const startLife = ({ location, signal }: Place): Life => {
  let state: 'idle' | 'transaction' | 'lost' | 'closed' = 'idle';
  let cause: LimbeckError | undefined;
  const fail = (code: ErrorCode, message: string, hint?: string): never => {
    throw new LimbeckError(code, message, { cause, ...(hint === undefined ? {} : { hint }) });
  };
  return {
    requireOpen: () => {
      if (state === 'lost')
        fail('session-lost', `${location} cannot be used any more after an earlier error (${cause?.message ?? ''})`, 'run it again');
      if (state === 'closed') fail('session-lost', `${location} was closed`);
    },
    requireWanted: () => {
      if (signal?.aborted) fail('cancelled', `cancelled; what was not yet committed in ${location} is undone`);
    },
    requireNoTransaction: () => {
      if (state === 'transaction') fail('internal', 'a transaction is already open in this session');
    },
    isInTransaction: () => state === 'transaction',
    isIdle: () => state === 'idle',
    inTransaction: async (work) => {
      state = 'transaction';
      try {
        return await work();
      } finally {
        if (state === 'transaction') state = 'idle';
      }
    },
    lose: (error) => {
      state = 'lost';
      cause = error;
      return error;
    },
    end: () => {
      if (state === 'closed') return false;
      state = 'closed';
      return true;
    },
  };
};

/** Within a transaction others are asked for once, because nobody else commits while one, which is IMMEDIATE, is under way. */
const watchOthers = (
  driver: Driver,
  life: Life,
  ask: () => Promise<readonly Row[]>,
): { readonly now: () => Promise<string>; readonly forget: () => void } => {
  let known: string | undefined;
  return {
    now: async () => {
      if (known !== undefined && life.isInTransaction()) return known;
      const [row] = await ask();
      const sign = `${driver.reopened()} ${String(row?.['data_version'])}`;
      if (life.isInTransaction()) known = sign;
      return sign;
    },
    forget: () => {
      known = undefined;
    },
  };
};

type Raw = (statement: string, parameters: readonly unknown[] | undefined) => Promise<readonly Row[]>;

/** A statement without a look at the signal: a ROLLBACK must run also then. */
const makeRaw = (place: Place, life: Life, turns: Turns): Raw => {
  const { driver, location } = place;
  return async (statement, parameters) => {
    life.requireOpen();
    await turns.ifDue();
    try {
      return await patiently(place, () => {
        if (parameters !== undefined) return driver.all(statement, parameters.map(toValue));
        driver.run(statement);
        return [];
      });
    } catch (error) {
      const failure = failureOf(error, { location, statement });
      throw failure.code === 'session-lost' ? life.lose(failure) : failure;
    }
  };
};

/** Turns of the event loop between statements, which are synchronous. */
interface Turns {
  /** One turn, if the last one is long ago. */
  readonly ifDue: () => Promise<void>;
  /** A whole turn, and none is due before the next statement however long that takes to begin. */
  readonly now: () => Promise<void>;
}

const startTurns = (): Turns => {
  let turned = Date.now();
  let isSettled = false;
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    turned = Date.now();
  };
  return {
    ifDue: async () => {
      if (!isSettled && Math.abs(Date.now() - turned) > turnMs) await turn();
      isSettled = false;
    },
    now: async () => {
      // The first may come in the midst of a turn that has looked for signals already.
      await turn();
      await turn();
      isSettled = true;
    },
  };
};

/** So often signals and timers are let in. */
const turnMs = 15;

/** Who looks or sets it shall meet what he left. */
const mentionsJournalMode = /journal_(?:mode|size_limit)/i;

/** True only for statements that cannot write. */
const onlyReads = (statement: string): boolean =>
  /^\s*(?:select|explain|values)\b/i.test(statement) ||
  /^\s*pragma\s+(?:(?:table|index|foreign_key|integrity|quick)_\w+\s*\(|(?!optimize|incremental_vacuum|wal_)\w+\s*;?\s*$)/i.test(statement);
