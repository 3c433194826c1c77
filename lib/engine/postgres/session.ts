import { isLimbeckError, LimbeckError } from '../../errors.ts';
import type { Fingerprint } from '../../model/fingerprint.ts';
import type { Schema, UnmanagedObject } from '../../model/schema.ts';
import { foldCase, isWord, lex, nameOf, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { quoteName } from '../../sql/quote.ts';
import type {
  Dialect,
  Finding,
  InspectOptions,
  LoadStatement,
  Lock,
  LockOptions,
  OpenOptions,
  Scope,
  Session,
  Surroundings,
} from '../engine.ts';
import { connect, type Connection, type ServerNotice } from './connection/connection.ts';
import { contentsOf } from './contents.ts';
import { openJournal } from './journal.ts';
import { takeLock } from './lock.ts';
import { openProbe, probePins } from './probe.ts';
import { textOf, type Query } from './query.ts';
import { requireInside, requireUnshared, runInside } from './scratch/guard.ts';
import { createScratch, type ScratchDatabase, writable } from './scratch/scratch.ts';
import { columnsOf, otherSchemas } from './schemas.ts';
import { versionHere } from './extension-version.ts';
import { readFacts, requireSchema, type ServerFacts } from './connection/server.ts';
import { applyPins, loadPins, lookPins } from './connection/settings.ts';
import { leavesSettings, requireOne } from './statement.ts';
import { traceOf } from './trace.ts';
import { inLook, inTransaction, type TransactionStart } from './connection/transaction.ts';
import { materializedName, withoutRows } from './unpopulated.ts';
import { locationOf, parsePostgresUrl, type Target } from './connection/url.ts';

/** The parts of the engine that a session joins with its connection. */
export interface EngineParts {
  readonly dialect: Dialect;
  /** All run inside a look: everything that the text of a definition depends on is pinned. */
  readonly inspect: (query: Query, scope: Scope, context: CatalogContext, options?: InspectOptions) => Promise<Schema>;
  readonly fingerprint: (query: Query, scope: Scope, context: CatalogContext) => Promise<Fingerprint>;
  readonly unmanaged: (query: Query, scope: Scope, context: CatalogContext) => Promise<readonly UnmanagedObject[]>;
  readonly surroundings: (query: Query, scope: Scope, context: CatalogContext, mentioned: ReadonlySet<string>) => Promise<Surroundings>;
}

export interface CatalogContext {
  /** The default schema: its objects go unqualified. */
  readonly schema: string;
  readonly major: number;
  /** OIDs of materialized views that have no rows only because this is a scratch database. */
  readonly meantFull?: ReadonlySet<string>;
}

export interface PostgresOptions extends OpenOptions {
  readonly onNotice?: (notice: ServerNotice) => void;
}

/**
 * Opens a session on the database of a `postgresql://` URL. Errors: `bad-url`, `database-missing`,
 * `database-unreadable`, `database-busy`, `cancelled`.
 */
export const openPostgres = async (url: string, options: PostgresOptions, parts: EngineParts): Promise<Session> => {
  const target = parsePostgresUrl(url, options.env);
  const direct = options.directUrl === undefined ? undefined : parsePostgresUrl(options.directUrl, options.env);
  return openTarget({ target, direct, options, parts });
};

/**
 * An empty scratch database without a live one: on the server of `--scratch-url`, of the URL if there is one, or one
 * started from installed packages. Errors: `bad-url`, `scratch-failed`, `cancelled`.
 */
export const openPostgresScratch = async (url: string | undefined, options: PostgresOptions, parts: EngineParts): Promise<Session> => {
  const live = url === undefined ? undefined : parsePostgresUrl(options.directUrl ?? url, options.env);
  return scratchSession(await createScratch({ ...options, live, major: undefined }), options, parts, 'public');
};

interface Opening {
  readonly target: Target;
  readonly direct: Target | undefined;
  readonly options: PostgresOptions;
  readonly parts: EngineParts;
  /** For scratch: the default schema of the database that it stands for. */
  readonly schema?: string;
  readonly isScratch?: true;
}

/** What the functions of one session share. */
interface Room extends Opening {
  readonly connection: Connection;
  readonly facts: ServerFacts;
  readonly schema: string;
  /** Further connections, to be closed with the session. */
  readonly others: Set<Connection>;
  readonly status: {
    direct?: Promise<Connection>;
    watcher?: Promise<Connection>;
    unclean?: boolean;
    readonly meantFull: Set<string>;
  };
}

const openTarget = async (opening: Opening): Promise<Session> => {
  const { target, options } = opening;
  const connection = await connect(target, {
    signal: options.signal,
    ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
  });
  try {
    const facts = await readFacts(connection);
    if (opening.isScratch === true) await connection.run(writable);
    else requireSchema(facts, target);
    const room: Room = {
      ...opening,
      connection,
      facts,
      schema: opening.schema ?? facts.schema,
      others: new Set(),
      status: { meantFull: new Set() },
    };
    return sessionOf(room);
  } catch (error) {
    await connection.close();
    throw error;
  }
};

const sessionOf = (room: Room): Session => {
  const { connection, facts, schema, parts, target } = room;
  const query: Query = (sql, parameters) => connection.run(sql, parameters);
  const context: CatalogContext = { schema, major: facts.major, meantFull: room.status.meantFull };
  const look = <T>(work: (query: Query) => Promise<T>): Promise<T> => inLook(connection, lookStart(schema), () => work(query));
  return {
    dialect: parts.dialect,
    server: { product: 'PostgreSQL', version: facts.version, major: String(facts.major), driver: 'postgres.js' },
    location: locationOf(target),
    defaultSchema: schema,
    execute: async (statement, { isUnread = false } = {}) => {
      requireOne(statement);
      if (room.isScratch === true) requireInside(statement);
      if (leavesSettings(statement)) room.status.unclean = true;
      const run = (sql: string): Promise<unknown> => (connection.state() === 'none' ? executeAlone(room, sql) : connection.run(sql));
      await (isUnread ? runUnread(room, statement, run) : run(statement));
    },
    query: (statement, parameters) => {
      requireOne(statement);
      return connection.run(statement, parameters);
    },
    transaction: (work) => transact(room, work),
    lock: (options) => lock(room, options),
    inspect: (scope, how) => retried(connection, () => look(() => parts.inspect(query, scope, context, how))),
    fingerprint: (scope) => retried(connection, () => look(() => parts.fingerprint(query, scope, context))),
    unmanaged: (scope) => retried(connection, () => look(() => parts.unmanaged(query, scope, context))),
    schemas: () => otherSchemas(query, schema),
    columns: (table) => columnsOf(query, schema, table),
    asHere: (statement) => versionHere(query, statement),
    surroundings: (scope, mentioned) => retried(connection, () => look(() => parts.surroundings(query, scope, context, mentioned))),
    examine: () => examineServer(room),
    trace: (statement) => traceOf(query, statement),
    watch: () => watch(room),
    loading: (work) => load(room, work),
    contents: () => contentsOf(query),
    journal: (table) => openJournal(queryAsRole(room), table, { schema, isChosen: /search_path/.test(target.options ?? '') }),
    scratch: () => scratch(room),
    probe: openProbe(
      (work) => inLook(connection, withPins(lookStart(schema), ...asRole(room.options), probePins), () => work(query)),
      schema,
    ),
    close: async () => {
      await Promise.all([connection.close(), ...[...room.others].map((other) => other.close())]);
    },
  };
};

const examineServer = async ({ connection, facts, schema, options, direct }: Room): Promise<readonly Finding[]> => {
  const { examine } = await import('./examine.ts');
  const { role, scratchUrl } = options;
  const around = { facts, schema, role, hasDirectUrl: direct !== undefined, hasScratchUrl: scratchUrl !== undefined };
  return examine((sql, parameters) => connection.run(sql, parameters), around);
};

/** On a connection of its own: the others are at work. */
const watch = async (room: Room): Promise<string | undefined> => {
  const { target, connection, status, others, options } = room;
  const { indexProgress } = await import('./progress.ts');
  status.watcher ??= connect({ ...target, applicationName: `${target.applicationName} progress` }, { signal: options.signal }).then(
    (opened) => {
      others.add(opened);
      return opened;
    },
  );
  const watcher = await status.watcher;
  const pids = [connection, ...(status.direct === undefined ? [] : [await status.direct])].map(({ pid }) => pid);
  return indexProgress((sql, parameters) => watcher.run(sql, parameters), pids);
};

const lookStart = (schema: string): TransactionStart => ({
  begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  pins: [lookPins(schema)],
});

const withPins = (start: TransactionStart, ...pins: readonly string[]): TransactionStart => ({ ...start, pins: [...start.pins, ...pins] });

const transact = async <T>(room: Room, work: () => Promise<T>): Promise<T> => {
  const { connection, schema, options } = room;
  requireWritable(room);
  const start = { begin: 'BEGIN ISOLATION LEVEL READ COMMITTED', pins: [...asRole(options), applyPins(schema)] };
  try {
    return await inTransaction(connection, start, async () => {
      const result = await work();
      if (room.isScratch === true) await requireUnshared(connection);
      return result;
    });
  } finally {
    await cleanUp(room, connection);
  }
};

/** For the running transaction, what `--set-role` asks for. */
const asRole = ({ role }: PostgresOptions): readonly string[] =>
  role === undefined ? [] : [`SET LOCAL ROLE ${quoteName(role, 'postgres')}`];

/** Runs a query as the role of `--set-role`, which alone may be allowed to read; in a transaction it is that role already. */
const queryAsRole = ({ connection, options }: Room): Query => {
  const query: Query = (sql, parameters) => connection.run(sql, parameters);
  const start = { begin: 'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY', pins: asRole(options) };
  if (options.role === undefined) return query;
  return (sql, parameters) =>
    connection.state() === 'none' ? inTransaction(connection, start, () => query(sql, parameters)) : query(sql, parameters);
};

/** Settings that a migration left behind must not reach the next one. */
const cleanUp = async (room: Room, connection: Connection): Promise<void> => {
  if (room.status.unclean !== true || connection.lost() !== undefined || connection.state() !== 'none') return;
  room.status.unclean = false;
  const again = room.isScratch === true ? [writable] : [];
  for (const sql of ['RESET SESSION AUTHORIZATION', 'RESET ALL', ...again])
    await connection.run(sql, [], { finishing: true }).catch(() => undefined);
};

/** Runs a statement that must not be in a transaction, under settings of the session, which needs one of its own. */
const executeAlone = async (room: Room, statement: string): Promise<void> => {
  requireWritable(room);
  const connection = await directConnection(room);
  await connection.run(sessionPins(room.schema));
  if (room.options.role !== undefined) await connection.run(`SET ROLE ${quoteName(room.options.role, 'postgres')}`);
  try {
    await (room.isScratch === true ? runInside(connection, statement) : connection.run(statement));
  } finally {
    await cleanUp(room, connection);
  }
};

/** Runs a statement without the query in it, and remembers of the materialized view that is made so that it was meant to have rows. */
const runUnread = async (
  { connection, status, isScratch }: Room,
  statement: string,
  run: (sql: string) => Promise<unknown>,
): Promise<void> => {
  const sql = isScratch === true ? withoutRows(statement) : statement;
  await run(sql);
  const view = sql === statement ? undefined : materializedName(sql);
  if (view === undefined) return;
  const [row] = await connection.run('SELECT pg_catalog.to_regclass($1)::pg_catalog.oid::text AS oid', [view]);
  const oid = textOf(row, 'oid');
  if (oid !== undefined) status.meantFull.add(oid);
};

/** Every statement is by itself: in one transaction a large schema would take more locks than a server has. */
const load = async <T>(room: Room, work: (run: LoadStatement) => Promise<T>): Promise<T> => {
  requireWritable(room);
  const { connection, schema, status } = room;
  const settle = async (setting: string | undefined): Promise<void> => {
    for (const sql of [sessionPins(schema), loadPins, ...(setting === undefined ? [] : [setting])]) await connection.run(sql);
  };
  let current: string | undefined;
  await settle(current);
  status.unclean = true;
  try {
    return await work(async (statement, setting) => {
      requireOne(statement);
      if (setting !== current) await settle(setting);
      current = setting;
      try {
        await runUnread(room, statement, (sql) => runInside(connection, sql));
      } catch (error) {
        if (!isSchemaThere(error, statement, schema)) throw error;
      }
    });
  } finally {
    await cleanUp(room, connection);
  }
};

/** The default schema, and `public`, are in a scratch database from the start. */
const isSchemaThere = (error: unknown, statement: string, schema: string): boolean => {
  if (!isLimbeckError(error) || error.data?.['sqlstate'] !== '42P06') return false;
  const words = significant(lex(statement, postgresLexis));
  const [verb, kind, name] = words;
  const named = name === undefined ? undefined : nameOf(name.kind === 'word' ? { ...name, text: foldCase(name.text) } : name);
  return isWord(verb, 'create') && isWord(kind, 'schema') && words.length === 3 && (named === 'public' || named === schema);
};

const sessionPins = (schema: string): string => applyPins(schema).replaceAll(', true)', ', false)');

const directConnection = async (room: Room): Promise<Connection> => {
  const { direct, facts, connection, options, status, others } = room;
  if (direct === undefined) {
    if (facts.pooled) throw needsDirect(room, 'a statement that cannot run in a transaction');
    return connection;
  }
  status.direct ??= connect(direct, { signal: options.signal }).then((opened) => {
    others.add(opened);
    return opened;
  });
  return status.direct;
};

const lock = async (room: Room, options: LockOptions): Promise<Lock> => {
  const { direct, target, facts, schema, connection, others } = room;
  const way = direct ?? target;
  const own = await connect({ ...way, applicationName: `${way.applicationName} lock` }, { signal: room.options.signal });
  others.add(own);
  return takeLock({ connection: own, major: facts.major, schema, onLost: (error) => connection.stop(error) }, options);
};

const scratch = async (room: Room): Promise<Session> => {
  const { direct, target, facts, options, parts, schema } = room;
  if (facts.pooled && direct === undefined && options.scratchUrl === undefined) throw needsDirect(room, 'a scratch database');
  return scratchSession(await createScratch({ ...options, live: direct ?? target, major: facts.major }), options, parts, schema);
};

const scratchSession = async (
  database: ScratchDatabase,
  options: PostgresOptions,
  parts: EngineParts,
  schema: string,
): Promise<Session> => {
  try {
    const { role: _, directUrl: __, ...rest } = options;
    const session = await openTarget({
      target: database.target,
      direct: undefined,
      options: { ...rest, mode: 'write' },
      parts,
      schema,
      isScratch: true,
    });
    if (schema !== 'public') await session.execute(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema, 'postgres')}`);
    return {
      ...session,
      close: async () => {
        await session.close();
        await database.remove();
      },
    };
  } catch (error) {
    await database.remove();
    throw error;
  }
};

/** A deparse may meet an object that was dropped after the snapshot was taken; then it is looked at once more. */
const retried = async <T>(connection: Connection, look: () => Promise<T>): Promise<T> => {
  try {
    return await look();
  } catch (error) {
    const sqlstate = error instanceof LimbeckError ? error.data?.['sqlstate'] : undefined;
    if (!vanished.has(String(sqlstate)) || connection.lost() !== undefined) throw error;
    return look();
  }
};

/** `cache lookup failed`, no such table, column, function, type or schema. */
const vanished: ReadonlySet<string> = new Set(['XX000', '42P01', '42703', '42883', '42704', '3F000']);

const requireWritable = ({ options, facts, target }: Room): void => {
  if (options.mode === 'read')
    throw new LimbeckError('database-readonly', `${locationOf(target)} was opened for reading only`, { hint: 'this command only reads' });
  if (!facts.inRecovery) return;
  throw new LimbeckError('database-readonly', `${locationOf(target)} is a replica, which can only be read`, {
    hint: 'use the URL of the primary server',
  });
};

const needsDirect = ({ target }: Room, what: string): LimbeckError =>
  new LimbeckError('sql-unsupported', `${what} needs a connection of its own, and ${locationOf(target)} is behind a pooler`, {
    hint: 'give the URL of the server itself: --direct-url postgresql://…',
  });
