import { isLimbeckError, LimbeckError } from '../../../errors.ts';
import { isWord, lex, significant } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';
import type { Connection } from '../connection/connection.ts';
import { reachBeyond } from '../reach.ts';
import { inTransaction } from '../connection/transaction.ts';

/** Refuses a statement that reaches beyond the scratch database that it would run in. Errors: `sql-unsupported`. */
export const requireInside = (statement: string): void => {
  const why = reachBeyond(statement);
  if (why === undefined) return;
  throw new LimbeckError('sql-unsupported', `${why}; it is not run in a scratch database`, {
    hint: 'do it outside of migrations, or in a revision of its own, which upgrade runs unproved',
  });
};

/**
 * Looks whether code that the running transaction called (a DO, a function) changed what all databases of the server
 * share: the change is still locked, and not committed yet. Errors: `sql-failed`, after which the caller rolls back.
 */
export const requireUnshared = async (connection: Connection): Promise<void> => {
  const [row] = await connection.run(
    `SELECT l.relation::pg_catalog.regclass::pg_catalog.text AS catalog FROM pg_catalog.pg_locks l
      WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.database = 0 AND l.mode = 'RowExclusiveLock'
        AND l.relation::pg_catalog.regclass::pg_catalog.text ~ '^(pg_catalog[.])?(${sharedCatalogs.join('|')})$' ORDER BY l.relation LIMIT 1`,
  );
  if (row === undefined) return;
  throw new LimbeckError(
    'sql-failed',
    `code that ran in the scratch database changed ${String(row['catalog'])}, which belongs to the whole server; that was rolled back`,
    { hint: 'take what makes roles and the like out of it: do that outside of migrations' },
  );
};

/** Roles, memberships, settings of roles and databases, tablespaces, subscriptions, rights to settings. */
const sharedCatalogs: readonly string[] = [
  'pg_authid',
  'pg_auth_members',
  'pg_db_role_setting',
  'pg_tablespace',
  'pg_subscription',
  'pg_parameter_acl',
];

/**
 * Runs a statement that is alone, in scratch. One that calls code which its text does not show runs in a transaction
 * that is looked at before it commits. Errors: those of the statement and of `requireUnshared`.
 */
export const runInside = async (connection: Connection, statement: string): Promise<void> => {
  if (!callsCode(statement)) return void (await connection.run(statement));
  try {
    await inTransaction(connection, { begin: 'BEGIN', pins: [] }, async () => {
      await connection.run(statement);
      await requireUnshared(connection);
    });
  } catch (error) {
    if (!isLimbeckError(error) || error.data?.['sqlstate'] !== transactionEnded || suspicious.test(statement)) throw error;
    await connection.run(statement);
  }
};

/** Of code with a COMMIT of its own, which cannot be in a transaction of ours. */
const transactionEnded = '2D000';

/** Code that may be about what belongs to the whole server, or hides what it runs. */
const suspicious = /\b(?:role|user|group|database|tablespace|subscription|system|execute)\b/i;

const callsCode = (statement: string): boolean => {
  const words = significant(lex(statement, postgresLexis));
  if (!isWord(words[0], 'create'))
    return isWord(words[0], 'do', 'call', 'select', 'with', 'insert', 'update', 'delete', 'merge', 'refresh');
  if (isWord(words[1], 'materialized')) return true;
  const isTable = words.slice(1, 4).some((word) => isWord(word, 'table'));
  return isTable && words.some((word) => isWord(word, 'as', 'values'));
};
