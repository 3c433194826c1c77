import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import initSqlJs from 'sql.js';
import type { Database, SqlJsStatic, Statement } from 'sql.js';
import type { Row } from '../engine.ts';
import { type Driver, type DriverOptions, fromSqlite, type Value } from './driver.ts';
import { openFile, type DatabaseFile } from './file.ts';
import { keepPrepared } from './prepared.ts';
import type { Target } from './url.ts';

/**
 * Opens a database with sql.js: in memory, a file read whole and written back whole by `save`. sql.js cannot switch off
 * strings in double quotes (it exports no `sqlite3_db_config`). Errors: those of `openFile`.
 */
export const openSqlJs = async (target: Target, options: DriverOptions): Promise<Driver> => {
  if (options.mode === 'read') compileOnce();
  const sqlJs = await initSqlJs();
  const file = target.kind === 'file' ? await openFile(target.path, options) : undefined;
  let database = open(sqlJs, await file?.read(), options);
  let prepared = preparedOn(database);
  let reopened = 0;
  const reload = async (from: DatabaseFile): Promise<void> => {
    const bytes = await from.read();
    database.close();
    database = open(sqlJs, bytes, options);
    prepared = preparedOn(database);
    reopened += 1;
  };
  return {
    name: 'sql.js',
    label: `sql.js ${version()}`,
    path: file?.path,
    journalPath: undefined,
    isWholeFile: file !== undefined && options.mode === 'write',
    reachesFiles: false,
    reopened: () => reopened,
    run: (statement) => void database.run(statement),
    all: (statement, parameters) => readAll(prepared(statement), parameters),
    refresh: async () => {
      if (file !== undefined && !file.isCurrent()) await reload(file);
    },
    save: async () => {
      if (file === undefined || options.mode === 'read') return;
      const bytes = exportOf(database);
      if (bytes !== undefined) await file.write(bytes);
    },
    close: () => database.close(),
  };
};

/**
 * Keeps V8 from compiling SQLite a second time, with optimisations: a command that reads ends before that pays, and it
 * costs 0.1 s of processor time on the Nodes that use sql.js by default. Later ones have other flags, and node:sqlite.
 */
const compileOnce = (): void => {
  if (Number(process.versions.node.split('.')[0]) < 23) setFlagsFromString('--liftoff-only');
};

const open = (sqlJs: SqlJsStatic, bytes: Uint8Array | undefined, options: DriverOptions): Database => {
  const database = new sqlJs.Database(bytes ?? null);
  configure(database, options);
  return database;
};

/** The file that sql.js gives SQLite is memory of this process, so nobody else has to be looked for before each statement. */
const configure = (database: Database, options: DriverOptions): void => {
  const queryOnly = options.mode === 'read' ? 'ON' : 'OFF';
  database.run(
    `PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = ON; PRAGMA recursive_triggers = OFF; PRAGMA query_only = ${queryOnly}`,
  );
};

/** The database as a file; undefined while a transaction that a person began by hand is open. */
const exportOf = (database: Database): Uint8Array | undefined => {
  try {
    return database.export();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Unable to export')) return undefined;
    throw error;
  }
};

/** What `Statement.get` takes besides parameters; its published types lack it. */
interface ExactStatement {
  readonly get: (parameters: null, options: { readonly useBigInt: true }) => readonly unknown[];
}

type Prepared = ReturnType<typeof keepPrepared<Statement>>;

const preparedOn = (database: Database): Prepared =>
  keepPrepared(
    (sql) => database.prepare(sql),
    (statement) => void statement.free(),
  );

const readAll = ({ statement, isKept }: ReturnType<Prepared>, parameters: readonly Value[]): readonly Row[] => {
  try {
    if (parameters.length > 0) statement.bind(parameters.map(bindable));
    const exact: ExactStatement = statement;
    const rows: Row[] = [];
    let names: readonly string[] | undefined;
    while (statement.step()) {
      names ??= statement.getColumnNames();
      const values = exact.get(null, { useBigInt: true });
      rows.push(Object.fromEntries(names.map((name, index) => [name, fromSqlite(values[index])])));
    }
    return rows;
  } finally {
    if (isKept) statement.reset();
    else statement.free();
  }
};

/** sql.js binds a bigint as text in any case, so one beyond the exact numbers has the type of its column or is text. */
const bindable = (value: Value): string | number | Uint8Array | null =>
  typeof value === 'bigint' ? (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()) : value;

const version = (): string => {
  const require = createRequire(import.meta.url);
  const described: unknown = require(join(dirname(require.resolve('sql.js')), '..', 'package.json'));
  return typeof described === 'object' && described !== null && 'version' in described ? String(described.version) : '';
};
