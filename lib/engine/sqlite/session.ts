import { LimbeckError } from '../../errors.ts';
import type { OpenOptions, Session } from '../engine.ts';
import { maskUrl } from '../mask.ts';
import { connect, type Connection, type Place } from './connection.ts';
import { contentsOf } from './contents.ts';
import { sqliteDialect } from './dialect.ts';
import { guardOf } from './guard.ts';
import { openDriver } from './open-driver.ts';
import { openJournal } from './journal.ts';
import { keepLock } from './lock-keeper.ts';
import { openProbe } from './probe.ts';
import { parseSqliteUrl } from './url.ts';

/**
 * Opens a SQLite database: `node:sqlite` where this Node has it, else sql.js. Integers come as numbers, beyond 2^53 as
 * bigints; blobs as Uint8Array. Errors: `bad-url`, `database-missing`, `database-unreadable`, `database-readonly`, `database-busy`.
 */
export const openSqlite = async (url: string, options: OpenOptions, { isScratch = false }: Use = {}): Promise<Session> => {
  const target = parseSqliteUrl(url, options.directory);
  const filled = { mode: options.mode, create: options.create ?? false, busyTimeoutMs: options.busyTimeoutMs ?? 5000 };
  const driverOptions = options.signal === undefined ? filled : { ...filled, signal: options.signal };
  const driver = await openDriver(target, driverOptions, options.driver);
  const place: Place = {
    driver,
    location: maskUrl(url),
    signal: options.signal,
    busyTimeoutMs: filled.busyTimeoutMs,
    locks: keepLock(options.mode === 'write' ? driver.path : undefined, options.signal),
  };
  try {
    return await makeSession(place, guardOf(driver, isScratch));
  } catch (error) {
    driver.close();
    throw error;
  }
};

/** What a session is for. */
interface Use {
  /** Nothing is to be touched but this database. */
  readonly isScratch?: boolean;
}

const makeSession = async (place: Place, refusal: Session['refusal']): Promise<Session> => {
  const { driver, location } = place;
  const connection = connect(place);
  const statement: Connection['statement'] = async (text, parameters) => {
    const refused = refusal?.(text);
    if (refused === undefined) return connection.statement(text, parameters);
    throw new LimbeckError('sql-unsupported', refused.why, { hint: refused.hint, data: { statement: text } });
  };
  const [row] = await connection.statement('SELECT sqlite_version() AS version, (SELECT count(*) FROM sqlite_schema) AS objects', []);
  const query: Session['query'] = (text, parameters = []) => statement(text, parameters);
  return {
    dialect: sqliteDialect,
    defaultSchema: 'main',
    server: { product: 'SQLite', version: String(row?.['version']), major: '3', driver: driver.label },
    location,
    ...(refusal === undefined ? {} : { refusal }),
    execute: async (text) => void (await statement(text, undefined)),
    query,
    settle: connection.settle,
    mayShareCommit: connection.mayShareCommit,
    transaction: (work, options) => connection.transaction(work, options),
    lock: (options) => connection.lock(options),
    inspect: async (scope) => (await import('./inspect.ts')).inspect(query, scope),
    fingerprint: async (scope) => (await import('./fingerprint.ts')).fingerprint(query, scope),
    columns: async (table) => (await query('SELECT name FROM pragma_table_info(?)', [table])).map((row) => String(row['name'])),
    contents: () => contentsOf(query),
    journal: (table) => openJournal({ query, othersSign: connection.othersSign }, table),
    scratch: async () => {
      const { openScratch } = await import('./scratch.ts');
      return openScratch({ directory: '.', driver: driver.name, ...(place.signal === undefined ? {} : { signal: place.signal }) });
    },
    examine: async () => (await import('./file-examine.ts')).examineSurroundings(driver),
    probe: openProbe(query),
    explain: async (error, statement, scope) => (await import('./hindrance.ts')).explainHindrance(error, statement, scope, query),
    close: () => connection.close(),
  };
};
