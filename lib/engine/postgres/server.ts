import { LimbeckError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { textOf } from './query.ts';
import { locationOf } from './url.ts';

/** What a session asks of its server once, at the start. */
export interface ServerFacts {
  readonly version: string;
  readonly major: number;
  readonly database: string;
  readonly role: string;
  /** The schema in which an unqualified CREATE creates; `public` when there is none. */
  readonly schema: string;
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
            pg_catalog.pg_is_in_recovery() AS recovery, pg_catalog.pg_backend_pid() AS pid`,
  );
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
    inRecovery: row?.['recovery'] === true,
    pooled: Number(textOf(row, 'pid')) !== connection.pid,
  };
};
