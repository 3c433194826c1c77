import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { LimbeckError } from '../../errors.ts';
import type { Row } from '../engine.ts';
import { type Driver, type DriverOptions, fromSqlite, type Value } from './driver.ts';
import { failureOf, isBusy } from './failure.ts';
import { hasWal, identityOf, isHotJournal, journalOf, requireThere, stampOf } from './file-state.ts';
import { type Examined, examineFile } from './file.ts';
import { patiently } from './patience.ts';
import { keepPrepared } from './prepared.ts';
import type { Target } from './url.ts';

/** True when this Node has `node:sqlite` without a flag (≥ 22.13). */
export const hasNodeSqlite = (): boolean => findModule() !== undefined;

/**
 * Opens a database with `node:sqlite`. Every setting that has a default is set, so that the runtime's version changes
 * nothing. Errors: `database-missing`, `database-unreadable`, `database-readonly`, `bad-config` (no `node:sqlite` here).
 */
export const openNodeSqlite = async (target: Target, options: DriverOptions): Promise<Driver> => {
  const sqlite = findModule();
  if (sqlite === undefined) {
    throw new LimbeckError('bad-config', `Node ${process.versions.node} has no node:sqlite`, {
      hint: 'use Node 22.13 or newer, or the driver sql.js',
    });
  }
  const file = target.kind === 'file' ? examineFile(target.path, options) : undefined;
  const open = (): Promise<Opened> => openDatabase(sqlite, file, options);
  let opened = await open();
  let reopened = 0;
  return {
    name: 'node:sqlite',
    label: `node:sqlite (Node ${process.versions.node})`,
    path: file?.path,
    isWholeFile: false,
    reachesFiles: true,
    journalPath: file === undefined || options.mode === 'read' ? undefined : journalOf(file.path),
    reopened: () => reopened,
    run: (statement) => opened.database.exec(statement),
    all: (statement, parameters) =>
      opened
        .prepared(statement)
        .statement.all(...parameters.map(exactly))
        .map(toRow),
    refresh: async () => {
      if (file === undefined || opened.watch === watchOf(file.path, opened.isImmutable)) return;
      if (opened.watch !== undefined) requireThere(file.path);
      const next = await open();
      opened.database.close();
      opened = next;
      reopened += 1;
    },
    save: async () => undefined,
    close: () => opened.database.close(),
  };
};

/**
 * Whether SQLite's locks tell of another connection to the file, of whichever process or user: one that reads or writes, in
 * WAL mode any that is open. Without `node:sqlite` there is no telling: false.
 */
export const isInUse = (path: string): boolean => {
  const sqlite = findModule();
  if (sqlite === undefined) return false;
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(path, { open: true, readOnly: false, timeout: 0 });
    for (const sql of ['PRAGMA locking_mode = EXCLUSIVE', 'BEGIN EXCLUSIVE', 'ROLLBACK']) database.exec(sql);
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    database?.close();
  }
};

interface Opened {
  readonly database: DatabaseSync;
  readonly prepared: ReturnType<typeof keepPrepared<Statement>>;
  readonly isImmutable: boolean;
  /** What is another one when the database must be opened again: put in its place was another, or it changed although it should not. */
  readonly watch: string | undefined;
}

/**
 * To read a WAL database SQLite makes a `-wal` and a `-shm` file, even when it is opened read-only, and leaves them.
 * Where no `-wal` is there nobody has the database open and the file is whole, so it is read as one that does not
 * change; `refresh` sees when it does.
 */
const openDatabase = async (sqlite: NodeSqlite, file: Examined | undefined, options: DriverOptions): Promise<Opened> => {
  const readOnly = options.mode === 'read' && file !== undefined;
  const isImmutable = readOnly && file.isWal && !hasWal(file.path);
  const location = file === undefined ? ':memory:' : isImmutable ? immutableUrl(file.path) : file.path;
  if (readOnly && !isImmutable && isHotJournal(file.path)) undoCutOff(sqlite, file.path);
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(location, {
      open: true,
      readOnly,
      enableForeignKeyConstraints: true,
      enableDoubleQuotedStringLiterals: false,
      allowExtension: false,
      defensive: false,
      timeout: 0,
    });
    await configure(database, options);
    return {
      database,
      prepared: preparedOn(database),
      isImmutable,
      watch: file === undefined ? undefined : watchOf(file.path, isImmutable),
    };
  } catch (error) {
    database?.close();
    throw failureOf(error, { location: file?.path ?? ':memory:' });
  }
};

/**
 * A write that was cut off (a kill, a full disk) has to be undone before anybody reads, and who opens to read only cannot.
 * Every connection that may write does it at its first look. One that may not leaves it at that: the reader is told.
 */
const undoCutOff = (sqlite: NodeSqlite, path: string): void => {
  try {
    const database = new sqlite.DatabaseSync(path, { open: true, readOnly: false, timeout: 0 });
    try {
      database.exec('SELECT count(*) FROM sqlite_schema');
    } finally {
      database.close();
    }
  } catch {
    // The reader meets the same, and says it.
  }
};

const preparedOn = (database: DatabaseSync): Opened['prepared'] =>
  keepPrepared(
    (sql) => {
      const statement = database.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    },
    () => undefined,
  );

const watchOf = (path: string, isImmutable: boolean): string | undefined => {
  if (!isImmutable) return identityOf(path);
  return hasWal(path) ? 'wal' : stampOf(path);
};

const configure = async (database: DatabaseSync, options: DriverOptions): Promise<void> => {
  for (const pragma of pragmasOf(options)) await patiently(options, () => database.exec(`PRAGMA ${pragma}`));
};

const pragmasOf = ({ mode }: DriverOptions): readonly string[] => [
  'busy_timeout = 0',
  'foreign_keys = ON',
  'trusted_schema = ON',
  'recursive_triggers = OFF',
  'synchronous = FULL',
  `query_only = ${mode === 'read' ? 'ON' : 'OFF'}`,
];

const immutableUrl = (path: string): URL => {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
};

/** An integer bound as a number becomes a REAL where the column has no affinity. */
const exactly = (value: Value): Value => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value);

const toRow = (row: Row): Row => {
  const copy: Record<string, unknown> = { ...row };
  for (const name in copy) if (typeof copy[name] === 'bigint') copy[name] = fromSqlite(copy[name]);
  return copy;
};

/** The part of `node:sqlite` that is used; the types of Node 20 know nothing of it. */
interface NodeSqlite {
  readonly DatabaseSync: new (location: string | URL, options: Readonly<Record<string, boolean | number>>) => DatabaseSync;
}

interface DatabaseSync {
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => Statement;
  readonly close: () => void;
}

interface Statement {
  readonly setReadBigInts: (on: boolean) => void;
  readonly all: (...values: readonly Value[]) => readonly Row[];
}

const isNodeSqlite = (module: object | undefined): module is NodeSqlite => module !== undefined && 'DatabaseSync' in module;

let known: { readonly module: NodeSqlite | undefined } | undefined;

const findModule = (): NodeSqlite | undefined => {
  if (known === undefined) {
    const module = quietly(() => process.getBuiltinModule('node:sqlite'));
    known = { module: isNodeSqlite(module) ? module : undefined };
  }
  return known.module;
};

/** Some versions of Node warn, once, that SQLite is experimental: that one warning is held back while the module loads. */
const quietly = <T>(load: () => T): T => {
  const { emitWarning } = process;
  const filtered = (...all: readonly unknown[]): void => {
    const isExperimental = all[1] === 'ExperimentalWarning' && String(all[0]).startsWith('SQLite');
    if (!isExperimental) Reflect.apply(emitWarning, process, all);
  };
  process.emitWarning = filtered;
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
};
