import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { requireUrl } from '../config/url.ts';
import type { Config } from '../config/config.ts';
import { engineOf, maskUrl, openSession } from '../engine/open.ts';
import type { EngineName, Journal, JournalEntry, OpenOptions, Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { objectKey } from '../model/schema.ts';
import { readRevisions } from '../revision/directory.ts';
import type { Graph } from '../revision/graph.ts';
import type { Revision } from '../revision/revision.ts';
import type { OnEvent, RunEvent } from '../runner/event.ts';
import { halfIfAny, historyOf } from '../runner/history.ts';
import type { History } from '../runner/history.ts';

export { halfFor } from '../runner/history.ts';

export interface OpenProjectOptions {
  readonly mode: 'read' | 'write';
  /** Create a missing database. */
  readonly create?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnEvent | undefined;
}

export interface FolderOptions {
  /** True: a migrations folder that is not there reads as an empty one. Default: it is an error. */
  readonly folderMayLack?: boolean;
}

/** The project's files and its database, opened and read. */
export interface Project {
  readonly session: Session;
  readonly scope: Scope;
  readonly revisions: readonly Revision[];
  readonly journal: Journal;
  readonly entries: readonly JournalEntry[];
  readonly history: History;
  /** As `history.graph`: the files, completed with what only the journal knows. */
  readonly graph: Graph;
  /** As `history.applied`. */
  readonly applied: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

/** A look at the project that writes nothing; the session is undefined when there is no database yet. */
export interface ProjectView {
  readonly session: Session | undefined;
  /** The URL with its password masked. */
  readonly location: string;
  readonly engine: EngineName;
  readonly scope: Scope;
  readonly revisions: readonly Revision[];
  readonly history: History;
  readonly close: () => Promise<void>;
}

/**
 * Opens the configured database and reads files and journal. Errors: `no-url`, `bad-url`, `database-missing` and the
 * other ways in which a database cannot be opened, those of `readFiles` and `buildGraph`.
 */
export const openProject = async (config: Config, options: OpenProjectOptions): Promise<Project> => {
  const revisions = await readFiles(config);
  const session = await openDatabase(config, options);
  return orClose(session, async () => {
    const scope = scopeOf(config);
    const journal = session.journal(config.journalTable);
    const history = historyOf(revisions, await journal.read());
    const { entries, graph, applied } = history;
    return { session, scope, revisions, journal, entries, history, graph, applied, close: () => session.close() };
  });
};

/** What a look at a project needs; `onEvent` is told where there is no database. */
export type ViewOptions = Pick<OpenProjectOptions, 'signal' | 'onEvent'> & FolderOptions;

/** As `openProject` to read, but a file that is not there reads as a database to which nothing was applied. */
export const viewProject = async (config: Config, options: ViewOptions = {}): Promise<ProjectView> => {
  const url = requireUrl(config);
  const engine = engineOf(url);
  const revisions = await readFiles(config, options);
  const view = { location: maskUrl(url), engine, scope: scopeOf(config), revisions };
  const session = await orMissing(() => openDatabase(config, { ...options, mode: 'read' }));
  if (session === undefined) {
    options.onEvent?.(noDatabase(view.location, config.urlIsDefault));
    return { ...view, session, history: historyOf(revisions, []), close: () => Promise.resolve() };
  }
  return orClose(session, async () => {
    const history = historyOf(revisions, await session.journal(config.journalTable).read());
    const scope = scopeAfter(config, history.revisions.get(history.entries.at(-1)?.revision ?? ''), view.engine);
    return { ...view, scope, session, location: session.location, history, close: () => session.close() };
  });
};

const noDatabase = (location: string, isDefault: boolean): RunEvent => ({
  type: 'warning',
  code: 'no-database',
  message: `there is no database ${location}`,
  hint: isDefault ? '`limbeck upgrade head` creates it' : 'check the path; if a new one is meant: limbeck create',
});

/** As `scopeOf`, for a database to which that revision was applied last: the schemas that it knew are looked at, too. */
export const scopeAfter = (config: Config, last: Revision | undefined, engine: EngineName): Scope => {
  const { schemas = [], touches = [] } = (last && halfIfAny(last, engine)?.up?.header) ?? {};
  const dropped = new Set(touches.filter(({ after }) => after === undefined).map(({ key }) => key));
  const formerSchemas = schemas.filter((name) => name !== '' && !name.includes('*') && !dropped.has(objectKey('schema', name)));
  return { ...scopeOf(config), ...(formerSchemas.length === 0 ? {} : { formerSchemas }) };
};

/** The files alone, as a history to which nothing was applied. */
export type Files = History;

/** Reads the files alone; no database is asked. Errors: those of `readFiles` and `buildGraph`. */
export const readProject = async (config: Config, options: FolderOptions = {}): Promise<Files> =>
  historyOf(await readFiles(config, options), []);

/**
 * The revisions of the project's migrations folder, with paths as people see them. Errors: `file-unreadable`, also for a
 * folder that is not there (a mistyped one is not an empty one), and the others of `readRevisions`.
 */
export const readFiles = async (config: Config, { folderMayLack = false }: FolderOptions = {}): Promise<readonly Revision[]> => {
  if (!folderMayLack && !existsSync(config.migrations)) throw noFolder(config);
  return readRevisions(config.migrations, relative(config.directory, config.migrations));
};

/** Who told the name of the migrations folder; undefined: it is the default. */
export const folderSource = ({ told }: Config): string | undefined => told.find(({ setting }) => setting === 'migrations')?.source;

const noFolder = (config: Config): LimbeckError => {
  const folder = relative(config.directory, config.migrations) || '.';
  const source = folderSource(config);
  const place = source === undefined ? ` in ${config.directory}` : `, which ${source} names`;
  return new LimbeckError('file-unreadable', `there is no folder ${folder}${place}`, {
    hint: 'check `migrations` in the configuration, -d and the folder you are in; in a new project: limbeck revision -m "first" makes it',
    data: { migrations: config.migrations },
  });
};

/** What of the database limbeck looks at. */
export const scopeOf = ({ exclude, journalTable, schemas, privileges }: Config): Scope => ({
  exclude,
  journalTable,
  ...(schemas.length === 0 ? {} : { schemas }),
  ...(privileges === 'auto' ? {} : { privileges: privileges === 'always' }),
});

/** What of the configuration says how a database, or a scratch one beside it, is opened. */
export const openOptionsOf = (config: Config, signal: AbortSignal | undefined): Omit<OpenOptions, 'mode'> => {
  const { directory, driver, variables, directUrl, scratchUrl, role } = config;
  return {
    directory,
    env: variables,
    ...(signal === undefined ? {} : { signal }),
    ...(driver === undefined ? {} : { driver }),
    ...(directUrl === undefined ? {} : { directUrl }),
    ...(scratchUrl === undefined ? {} : { scratchUrl }),
    ...(role === undefined ? {} : { role }),
  };
};

/** Opens the configured database. Errors: `no-url`, `bad-url`, `database-missing`, and those of `openSession`. */
export const openDatabase = async (config: Config, options: OpenProjectOptions): Promise<Session> =>
  openSession(requireUrl(config), {
    ...openOptionsOf(config, options.signal),
    mode: options.mode,
    create: options.create ?? false,
    busyTimeoutMs: config.lockTimeoutMs,
  });

/**
 * Opens the configured database to write. One that is missing is created only if its URL is the project's own and
 * `isWorthCreating` says so, or stops it; undefined: there is none, and nothing to do. Errors: those of `openDatabase`.
 */
export const openToWrite = async (
  config: Config,
  { signal, onEvent }: Pick<OpenProjectOptions, 'signal' | 'onEvent'>,
  isWorthCreating: () => boolean,
): Promise<Session | undefined> => {
  const open = (): Promise<Session> => openDatabase(config, { mode: 'write', signal });
  if (!config.urlIsDefault) return open();
  const there = await orMissing(open);
  if (there !== undefined) return there;
  if (!isWorthCreating()) return undefined;
  const session = await openDatabase(config, { mode: 'write', signal, create: true });
  onEvent?.({ type: 'database-created', location: session.location, source: config.urlSource ?? 'the caller' });
  return session;
};

const orMissing = async <T>(open: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await open();
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'database-missing' && !isToldByServer(error)) return undefined;
    throw error;
  }
};

/** A database that a server does not have is a mistake in the URL: limbeck never creates one there. */
const isToldByServer = ({ data }: LimbeckError): boolean => data?.['sqlstate'] !== undefined;

const orClose = async <T>(session: Session, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    await session.close();
    throw error;
  }
};
