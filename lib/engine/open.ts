import { LimbeckError } from '../errors.ts';
import type { DatabaseLife, DatabaseOutcome, DropDatabaseOptions } from './database.ts';
import type { EngineName, OpenOptions, Session } from './engine.ts';
import { maskUrl } from './mask.ts';
import type { ScriptDialect } from './script.ts';

export { maskUrl } from './mask.ts';

/**
 * Opens the database that a URL names; the one place that knows every engine. Errors: `bad-url`, `database-missing`,
 * `database-unreadable`, `database-readonly`, `database-busy`. A missing PostgreSQL database is never created.
 */
export const openSession = async (url: string, options: OpenOptions): Promise<Session> => {
  const engine = engineOf(url);
  switch (engine) {
    case 'sqlite': {
      const { openSqlite } = await import('./sqlite/session.ts');
      return openSqlite(url, options);
    }
    case 'postgres': {
      const [{ openPostgres }, { postgresParts }] = await Promise.all([import('./postgres/session.ts'), import('./postgres/parts.ts')]);
      return openPostgres(url, options, postgresParts);
    }
  }
};

/**
 * An empty scratch database of the URL's engine; the database itself is neither needed nor touched. The caller closes
 * it, which also removes it. Errors: `bad-url`, `scratch-failed`.
 */
export const openScratchSession = async (url: string, options: OpenOptions): Promise<Session> => openScratchOf(engineOf(url), url, options);

/** The same for an engine of which perhaps no database is known; `url` is one of its own. Errors: `bad-url`, `scratch-failed`. */
export const openScratchOf = async (engine: EngineName, url: string | undefined, options: OpenOptions): Promise<Session> => {
  switch (engine) {
    case 'sqlite': {
      const { openScratch } = await import('./sqlite/scratch.ts');
      return openScratch(options);
    }
    case 'postgres': {
      const [{ openPostgresScratch }, { postgresParts }] = await Promise.all([
        import('./postgres/session.ts'),
        import('./postgres/parts.ts'),
      ]);
      return openPostgresScratch(url, options, postgresParts);
    }
  }
};

/** Creates the database that a URL names, unless it is there. Errors: those of the engine's `createDatabase`. */
export const createDatabase = async (url: string, options: OpenOptions): Promise<DatabaseOutcome> =>
  (await lifeOf(url)).createDatabase(url, options);

/** Drops the database that a URL names, if it is there and nobody uses it. Errors: those of the engine's `dropDatabase`. */
export const dropDatabase = async (url: string, options: DropDatabaseOptions): Promise<DatabaseOutcome> =>
  (await lifeOf(url)).dropDatabase(url, options);

/** Resolves when the server of a URL answers, also where it has no such database. Errors: those of connecting. */
export const reachServer = async (url: string, options: OpenOptions): Promise<void> => (await lifeOf(url)).reachServer(url, options);

const lifeOf = async (url: string): Promise<DatabaseLife> => {
  switch (engineOf(url)) {
    case 'sqlite':
      return import('./sqlite/database.ts');
    case 'postgres':
      return import('./postgres/database.ts');
  }
};

/** How an engine writes offline scripts; no database is needed. */
export const scriptDialectOf = async (engine: EngineName): Promise<ScriptDialect> => {
  switch (engine) {
    case 'sqlite':
      return (await import('./sqlite/script.ts')).sqliteScript;
    case 'postgres':
      return (await import('./postgres/script/script.ts')).postgresScript;
  }
};

/** The engine that a URL is for, by its scheme (`sqlite`, `postgresql`, either with SQLAlchemy's `+driver`). Errors: `bad-url`. */
export const engineOf = (url: string): EngineName => {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'sqlite' || scheme === 'sqlite3') return 'sqlite';
  if (scheme === 'postgres' || scheme === 'postgresql') return 'postgres';
  const what =
    scheme === undefined
      ? `"${maskUrl(url)}" is not a database URL`
      : `"${scheme}:" is not a kind of database that limbeck speaks (${maskUrl(url)})`;
  throw new LimbeckError('bad-url', what, {
    hint: scheme === undefined && isPath(url) ? `for a SQLite file write sqlite:///${url}` : `known are ${knownForms.join(', ')}`,
    data: { known: knownForms },
  });
};

const knownForms: readonly string[] = [
  'sqlite:///relative.db',
  'sqlite:////absolute.db',
  'sqlite:// (in memory)',
  'postgresql://user:password@host:5432/database',
];

const isPath = (url: string): boolean => /\.(db|sqlite3?|db3)$/i.test(url) && !url.includes(':');
