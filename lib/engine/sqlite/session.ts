import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../errors.ts';
import type { Lock, LockOptions, OpenOptions, Row, Session, TransactionOptions } from '../engine.ts';
import { maskUrl } from '../mask.ts';
import { sqliteDialect } from './dialect.ts';
import { type Driver, openDriver, toValue } from './driver.ts';
import { failureOf, isBusy } from './failure.ts';
import { openJournal } from './journal.ts';
import { keepLock, type LockKeeper } from './lock-keeper.ts';
import { openProbe } from './probe.ts';
import { runTransaction, type Transactor } from './transaction.ts';
import { parseSqliteUrl } from './url.ts';

/**
 * Opens a SQLite database: `node:sqlite` where this Node has it, else sql.js. Integers come as numbers, beyond 2^53 as
 * bigints; blobs as Uint8Array. Errors: `bad-url`, `database-missing`, `database-unreadable`, `database-readonly`, `database-busy`.
 */
export const openSqlite = async (url: string, options: OpenOptions): Promise<Session> => {
  const target = parseSqliteUrl(url, options.directory);
  const filled = { mode: options.mode, create: options.create ?? false, busyTimeoutMs: options.busyTimeoutMs ?? 5000 };
  const driverOptions = options.signal === undefined ? filled : { ...filled, signal: options.signal };
  const driver = await openDriver(target, driverOptions, options.driver);
  const place: Place = { driver, location: maskUrl(url), signal: options.signal, busyTimeoutMs: filled.busyTimeoutMs, locks: keepLock(options.mode === 'write' ? driver.path : undefined, options.signal) };
  try {
    return await makeSession(place);
  } catch (error) {
    driver.close();
    throw error;
  }
};

interface Place {
  readonly driver: Driver;
  readonly location: string;
  readonly signal: AbortSignal | undefined;
  readonly busyTimeoutMs: number;
  readonly locks: LockKeeper;
}

const makeSession = async (place: Place): Promise<Session> => {
  const { driver, location } = place;
  const runner = makeRunner(place);
  const [row] = await runner.outside('SELECT sqlite_version() AS version, (SELECT count(*) FROM sqlite_schema) AS objects', []);
  const query: Session['query'] = (statement, parameters = []) => runner.statement(statement, parameters);
  return {
    dialect: sqliteDialect,
    server: { product: 'SQLite', version: String(row?.['version']), major: '3', driver: driver.label },
    location,
    execute: async (statement) => void (await runner.statement(statement, undefined)),
    query,
    transaction: (work, options) => runner.transaction(work, options),
    lock: (options) => runner.lock(options),
    inspect: async (scope) => (await import('./inspect.ts')).inspect(query, scope),
    fingerprint: async (scope) => (await import('./fingerprint.ts')).fingerprint(query, scope),
    journal: (table) => openJournal(query, table),
    scratch: async () => {
      const { openScratch } = await import('./scratch.ts');
      return openScratch({ directory: '.', driver: driver.name, ...(place.signal === undefined ? {} : { signal: place.signal }) });
    },
    probe: openProbe(query),
    close: () => runner.close(),
  };
};

interface Runner {
  /** With `parameters` its rows come back; undefined: it is only run. */
  readonly statement: (statement: string, parameters: readonly unknown[] | undefined) => Promise<readonly Row[]>;
  readonly outside: (statement: string, parameters: readonly unknown[]) => Promise<readonly Row[]>;
  readonly transaction: <T>(work: () => Promise<T>, options?: TransactionOptions) => Promise<T>;
  readonly lock: (options: LockOptions) => Promise<Lock>;
  readonly close: () => Promise<void>;
}

type State = 'idle' | 'transaction' | 'lost' | 'closed';

const makeRunner = (place: Place): Runner => {
  const { driver, location, signal, locks } = place;
  let state: State = 'idle';
  let cause: unknown;
  let turned = performance.now();

  const requireOpen = (): void => {
    if (state === 'lost') throw new LimbeckError('session-lost', `${location} cannot be used any more after an earlier error`, { cause, hint: 'run it again' });
    if (state === 'closed') throw new LimbeckError('session-lost', `${location} was closed`);
  };
  const requireWanted = (): void => {
    if (signal?.aborted) throw new LimbeckError('cancelled', `cancelled; ${location} is as it was before the revision that was running`);
  };
  /** Lets signals and timers in between statements, which are synchronous. */
  const takeTurn = async (): Promise<void> => {
    if (performance.now() - turned < turnMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    turned = performance.now();
  };
  const lose = (error: unknown): void => {
    state = 'lost';
    cause = error;
  };
  const raw = async (statement: string, parameters: readonly unknown[] | undefined): Promise<readonly Row[]> => {
    requireOpen();
    await takeTurn();
    try {
      return await patiently(place, () => {
        if (parameters !== undefined) return driver.all(statement, parameters.map(toValue));
        driver.run(statement);
        return [];
      });
    } catch (error) {
      const failure = failureOf(error, { location, statement });
      if (failure.code === 'session-lost') lose(failure);
      throw failure;
    }
  };
  const save = async (): Promise<void> => {
    try {
      await driver.save();
    } catch (error) {
      const failure = failureOf(error, { location });
      lose(failure);
      throw failure;
    }
  };
  /** Where only the lock file keeps others away it is held, and what they did before is taken up first. */
  const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!driver.isWholeFile) return work();
    return locks.during(place.busyTimeoutMs, async () => {
      await driver.refresh();
      return work();
    });
  };
  const outside: Runner['outside'] = async (statement, parameters) => {
    await driver.refresh();
    return raw(statement, parameters);
  };
  const alone = async (statement: string, parameters: readonly unknown[] | undefined): Promise<readonly Row[]> =>
    exclusively(async () => {
      const rows = await raw(statement, parameters);
      await save();
      return rows;
    });
  const transactor: Transactor = {
    run: async (statement) => void (await raw(statement, undefined)),
    all: (statement) => raw(statement, []),
    check: requireWanted,
    save,
  };
  return {
    outside,
    statement: async (statement, parameters) => {
      requireOpen();
      requireWanted();
      if (state === 'transaction') return raw(statement, parameters);
      if (driver.isWholeFile && !onlyReads(statement)) return alone(statement, parameters);
      await driver.refresh();
      return raw(statement, parameters);
    },
    transaction: async (work, options) => {
      requireOpen();
      requireWanted();
      if (state === 'transaction') throw new LimbeckError('internal', 'a transaction is already open in this session');
      return exclusively(async () => {
        state = 'transaction';
        try {
          return await runTransaction(transactor, work, options);
        } finally {
          if (state === 'transaction') state = 'idle';
        }
      });
    },
    lock: async (options) => {
      requireOpen();
      const lock = await locks.acquire(options);
      await driver.refresh();
      return lock;
    },
    close: async () => {
      if (state === 'closed') return;
      state = 'closed';
      await locks.releaseAll();
      driver.close();
    },
  };
};

const turnMs = 15;

/** True only for statements that cannot write. */
const onlyReads = (statement: string): boolean =>
  /^\s*(?:select|explain|values)\b/i.test(statement) || /^\s*pragma\s+(?:(?:table|index|foreign_key|integrity|quick)_\w+\s*\(|(?!optimize|incremental_vacuum|wal_)\w+\s*;?\s*$)/i.test(statement);

/** Runs a statement again while SQLite says that others are at the database. */
const patiently = async <T>({ busyTimeoutMs, signal }: Place, work: () => T): Promise<T> => {
  const deadline = performance.now() + busyTimeoutMs;
  for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline || signal?.aborted) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
};
