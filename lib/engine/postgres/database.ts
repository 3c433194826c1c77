import { isLimbeckError, LimbeckError } from '../../errors.ts';
import { quoteName } from '../../sql/quote.ts';
import type { DatabaseOutcome, DropDatabaseOptions } from '../database.ts';
import type { OpenOptions } from '../engine.ts';
import { connect, type Connection } from './connection/connection.ts';
import { textOf } from './query.ts';
import { locationOf, namesDatabase, parsePostgresUrl, type Target } from './connection/url.ts';

/**
 * Creates the database of the URL unless it is there, from the server's own database `postgres` (or `template1`), as
 * `createdb` does. Errors: `bad-url`, `sql-failed` (no right to), and those of connecting.
 */
export const createDatabase = async (url: string, options: OpenOptions): Promise<DatabaseOutcome> => {
  const target = targetOf(url, options);
  const outcome = { location: locationOf(target), name: target.database };
  if (await isThere(target, options)) return { ...outcome, changed: false };
  const admin = await connectBeside(target, options);
  try {
    await admin.run(`CREATE DATABASE ${quoteName(target.database, 'postgres')}`);
    return { ...outcome, changed: true };
  } catch (error) {
    if (isLimbeckError(error) && wasMadeMeanwhile.has(String(error.data?.['sqlstate']))) return { ...outcome, changed: false };
    throw withRightsHint(error, options.role ?? target.user);
  } finally {
    await admin.close();
  }
};

/**
 * Drops the database that the URL names itself, if it is there and nobody is connected to it. Errors: `bad-url` (no name in
 * the URL, or one of the server's own), `database-busy` with who is connected, `cancelled`, `sql-failed`, and those of connecting.
 */
export const dropDatabase = async (url: string, options: DropDatabaseOptions): Promise<DatabaseOutcome> => {
  const target = targetOf(url, options);
  requireNamed(url, target, options);
  const outcome = { location: locationOf(target), name: target.database };
  const admin = await connectBeside(target, options);
  try {
    if (!(await isListed(admin, target))) return { ...outcome, changed: false };
    await requireUnused(admin, target);
    if (!(await options.confirm(`the database "${target.database}" at ${outcome.location}`))) {
      throw new LimbeckError('cancelled', `the database "${target.database}" was not dropped`);
    }
    await admin.run(`DROP DATABASE IF EXISTS ${quoteName(target.database, 'postgres')}`);
    return { ...outcome, changed: true };
  } catch (error) {
    if (isLimbeckError(error) && error.data?.['sqlstate'] === '55006') await requireUnused(admin, target);
    throw error;
  } finally {
    await admin.close();
  }
};

/** Resolves when the server answers; whether the database is there does not matter. Errors: `bad-url`, and those of connecting. */
export const reachServer = async (url: string, options: OpenOptions): Promise<void> =>
  void (await isThere(parsePostgresUrl(url, options.env), options));

/** The database itself, not through a pooler. */
const targetOf = (url: string, { directUrl, env }: Omit<OpenOptions, 'mode'>): Target => {
  const target = parsePostgresUrl(url, env);
  const direct = directUrl === undefined ? target : parsePostgresUrl(directUrl, env);
  if (direct.database === target.database) return direct;
  throw new LimbeckError('bad-config', `the URL names the database "${target.database}", and --direct-url "${direct.database}"`, {
    hint: 'name the same database in both',
  });
};

/** Made by someone else at the same time. */
const wasMadeMeanwhile: ReadonlySet<string> = new Set(['42P04', '23505']);

const isThere = async (target: Target, { signal }: Pick<OpenOptions, 'signal'>): Promise<boolean> => {
  try {
    await (await connect(target, { signal })).close();
    return true;
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'database-missing') return false;
    throw error;
  }
};

/** The databases from which others are created and dropped; they are never dropped themselves. */
const ownDatabases: readonly string[] = ['postgres', 'template1'];

const connectBeside = async (target: Target, { signal, role }: Pick<OpenOptions, 'signal' | 'role'>): Promise<Connection> => {
  let failure: unknown;
  for (const database of ownDatabases) {
    try {
      const connection = await connect({ ...target, database }, { signal });
      if (role !== undefined) await connection.run(`SET ROLE ${quoteName(role, 'postgres')}`);
      return connection;
    } catch (error) {
      if (!isLimbeckError(error) || !['3D000', '42501'].includes(String(error.data?.['sqlstate']))) throw error;
      failure ??= error;
    }
  }
  throw failure;
};

const requireNamed = (url: string, { database }: Target, { env }: DropDatabaseOptions): void => {
  if (!namesDatabase(url, env)) {
    throw new LimbeckError('bad-url', 'the URL names no database, and limbeck drops none that is not named', {
      hint: 'write its name into the URL: postgresql://host/name',
    });
  }
  if (![...ownDatabases, 'template0'].includes(database)) return;
  throw new LimbeckError('bad-url', `"${database}" belongs to the server itself; limbeck does not drop it`, {
    hint: 'correct the name of the database in the URL',
  });
};

const isListed = async (admin: Connection, { database }: Target): Promise<boolean> => {
  const [row] = await admin.run('SELECT datistemplate AS template FROM pg_catalog.pg_database WHERE datname = $1::text::name', [database]);
  if (row?.['template'] !== true) return row !== undefined;
  throw new LimbeckError('bad-url', `"${database}" is a template for new databases; limbeck does not drop it`, {
    hint: `if it is no longer one: ALTER DATABASE ${quoteName(database, 'postgres')} IS_TEMPLATE false`,
  });
};

/** Rejects with who is connected. */
const requireUnused = async (admin: Connection, { database }: Target): Promise<void> => {
  const rows = await admin.run(
    `SELECT pid, usename AS role, application_name AS program, client_addr AS address, pg_catalog.date_trunc('second', backend_start) AS since
       FROM pg_catalog.pg_stat_activity
      WHERE datname = $1::text::name AND pid <> pg_catalog.pg_backend_pid() AND backend_type IS DISTINCT FROM 'autovacuum worker' ORDER BY backend_start`,
    [database],
  );
  if (rows.length === 0) return;
  const sessions = rows.map((row) => {
    const parts = [
      textOf(row, 'program'),
      textOf(row, 'role'),
      textOf(row, 'address'),
      `pid ${textOf(row, 'pid')}`,
      `since ${textOf(row, 'since')}`,
    ];
    return parts.filter((part) => part !== undefined && part !== '').join(', ');
  });
  const count = sessions.length === 1 ? 'one session is' : `${sessions.length} sessions are`;
  throw new LimbeckError(
    'database-busy',
    `${count} connected to "${database}": ${sessions.slice(0, 5).join('; ')}${sessions.length > 5 ? '; …' : ''}`,
    {
      hint: 'end those programs first (pg_terminate_backend ends a session, not the program that opens it again)',
      data: { sessions },
    },
  );
};

const withRightsHint = (error: unknown, role: string): unknown =>
  isLimbeckError(error) && error.data?.['sqlstate'] === '42501'
    ? new LimbeckError(error.code, error.message, {
        hint: `let the role create databases: ALTER ROLE ${quoteName(role, 'postgres')} CREATEDB; or run this once as one that may`,
        cause: error,
        data: error.data,
      })
    : error;
