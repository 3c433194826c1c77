import { LimbeckError } from '../../../errors.ts';
import type { Connection } from './connection.ts';
import { textOf } from '../query.ts';
import { locationOf, type Target } from './url.ts';

/** What a session asks of its server once, at the start. */
export interface ServerFacts {
  readonly version: string;
  readonly major: number;
  readonly database: string;
  readonly role: string;
  /** The schema in which an unqualified CREATE creates; `public` when there is none. */
  readonly schema: string;
  /** The `search_path` that names no schema which is there; undefined when it does, or names none but the usual. */
  readonly emptyPath: string | undefined;
  readonly inRecovery: boolean;
  /** True when something stands between that hands the connection of a server to others (a pooler). */
  readonly pooled: boolean;
}

/** The oldest major that limbeck works with. */
export const oldestMajor = 14;

/** Asks the facts. Errors: `database-unreadable` for a server that is too old. */
export const readFacts = async (connection: Connection): Promise<ServerFacts> => {
  const [row] = await connection.run(
    `SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.current_setting('server_version_num') AS number,
            pg_catalog.current_database() AS database, current_user AS role, pg_catalog.current_schema() AS schema,
            pg_catalog.current_setting('search_path') AS path,
            pg_catalog.pg_is_in_recovery() AS recovery, pg_catalog.pg_backend_pid() AS pid`,
  );
  const path = textOf(row, 'path') ?? '';
  const version = textOf(row, 'version')?.split(' ')[0] ?? '';
  const major = Math.floor(Number(textOf(row, 'number')) / 10_000);
  if (major < oldestMajor) {
    throw new LimbeckError(
      'database-unreadable',
      `${locationOf(connection.target)} is PostgreSQL ${version}; limbeck needs ${oldestMajor} or newer`,
      {
        hint: `upgrade the server to PostgreSQL ${oldestMajor} or newer`,
      },
    );
  }
  return {
    version,
    major,
    database: textOf(row, 'database') ?? '',
    role: textOf(row, 'role') ?? '',
    schema: textOf(row, 'schema') ?? 'public',
    emptyPath: textOf(row, 'schema') === undefined && namesSchema(path) ? path : undefined,
    inRecovery: row?.['recovery'] === true,
    pooled: Number(textOf(row, 'pid')) !== connection.pid,
  };
};

/** True for a path with a name in it that the server's own default does not have. */
const namesSchema = (path: string): boolean => path.split(',').some((name) => !usualNames.has(name.trim()));

const usualNames: ReadonlySet<string> = new Set(['', '""', '"$user"', 'public', 'pg_catalog']);

/** A schema that was asked for and is not there is never taken for `public`. Errors: `database-unreadable`. */
export const requireSchema = (facts: ServerFacts, target: Target): void => {
  if (facts.emptyPath === undefined) return;
  const schema = facts.emptyPath.split(',')[0]?.trim() ?? '';
  throw new LimbeckError(
    'database-unreadable',
    `search_path is ${facts.emptyPath}, and no such schema is in ${locationOf(target)}, or "${facts.role}" may not use it`,
    {
      hint: `create it: CREATE SCHEMA ${schema}; or correct search_path in the URL, PGOPTIONS or the settings of the role or database`,
      data: { searchPath: facts.emptyPath },
    },
  );
};
