import { LimbeckError, type ErrorCode } from '../../../errors.ts';
import { isSocketFailure } from './socket.ts';
import { locationOf, placeText, type Place, type Target } from './url.ts';
import type { ErrorFields } from './wire.ts';

/** What PostgreSQL says of an error, as `data` of a LimbeckError. */
export interface ServerError {
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** 1-based, in characters of the statement. */
  readonly position?: number;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly type?: string;
  /** The statement inside a function at which it failed. */
  readonly internalQuery?: string;
  readonly context?: string;
}

/** The server's error out of what the driver threw; undefined when it is none of the server's. */
export const serverErrorOf = (error: unknown): ServerError | undefined => {
  if (!(error instanceof Error) || error.name !== 'PostgresError') return undefined;
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  const position = field('position');
  return withoutUndefined({
    sqlstate: field('code') ?? '',
    message: error.message,
    detail: field('detail'),
    hint: field('hint'),
    position: position === undefined ? undefined : Number(position),
    schema: field('schema_name'),
    table: field('table_name'),
    column: field('column_name'),
    constraint: field('constraint_name'),
    type: field('data type_name'),
    internalQuery: field('internal_query'),
    context: field('where'),
  });
};

/**
 * The error of a statement that the server refused: `sql-failed`, or `database-readonly`, `database-busy`,
 * `database-full` where the SQLSTATE says so.
 */
export const statementFailed = (cause: unknown, statement: string): LimbeckError => {
  const server = serverErrorOf(cause);
  if (server === undefined) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new LimbeckError('sql-failed', message, { cause, data: { statement } });
  }
  const hint = server.hint ?? rightsHint(server) ?? statementHints[server.sqlstate];
  const text = server.detail === undefined ? server.message : `${server.message} (${server.detail})`;
  return new LimbeckError(statementCodes[server.sqlstate] ?? 'sql-failed', text, {
    ...(hint === undefined ? {} : { hint }),
    cause,
    data: { ...server, statement },
  });
};

/** Who may: the server says which object it is about, and not what to do. */
const rightsHint = ({ sqlstate, message }: ServerError): string | undefined => {
  const role = /^permission denied to set role (".*")$/.exec(message)?.[1];
  if (role !== undefined) return `make the role that logs in a member: GRANT ${role} TO …; or correct --set-role`;
  if (sqlstate === '22023' && /^role ".*" does not exist$/.test(message)) return 'correct --set-role, or create the role';
  if (sqlstate !== '42501') return undefined;
  if (message.startsWith('must be owner of'))
    return 'another role owns it: run it as that one with --set-role OWNER (the role that logs in must be a member of it), or connect as it';
  const [, kind, name] = /^permission denied for (schema|table|view|sequence|function|type|language) (.+)$/.exec(message) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  const right = kind === 'schema' ? 'USAGE, CREATE' : '…';
  return `let the role: GRANT ${right} ON ${kind === 'view' ? 'TABLE' : kind.toUpperCase()} ${name} TO …; or run as one that may, with --set-role`;
};

/** The error of a session whose connection ended; `fatal` is the server's last word, if it had one. */
export const sessionLost = (target: Target, fatal: ErrorFields | undefined, cause?: unknown): LimbeckError => {
  const why = fatal?.get('M') ?? (cause instanceof Error ? cause.message : undefined);
  const sqlstate = fatal?.get('C');
  return new LimbeckError('session-lost', `the connection to ${locationOf(target)} was lost${why === undefined ? '' : `: ${why}`}`, {
    hint: 'what was not committed is rolled back; look with "limbeck status", and run the command again when the server is there',
    cause,
    data: sqlstate === undefined ? {} : { sqlstate },
  });
};

/** The error of a connection that could not be made. No password is in it. */
export const connectFailed = (target: Target, place: Place, cause: unknown): LimbeckError => {
  const server = serverErrorOf(cause);
  if (server !== undefined) return refused(target, server, cause);
  const at = placeText(place);
  const reason = isSocketFailure(cause) ? cause.reason : codeOf(cause);
  const make = (code: ErrorCode, message: string, hint: string): LimbeckError =>
    new LimbeckError(code, message, { hint, cause, data: { reason, location: locationOf(target) } });
  switch (reason) {
    case 'aborted':
      return make('cancelled', 'stopped while connecting', 'nothing was sent');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return make('database-unreadable', `there is no host called ${at}`, 'correct the host in the URL');
    case 'ENOENT':
    case 'ECONNREFUSED':
      return make('database-unreadable', `no server answers at ${at}`, 'start the server, or correct host and port in the URL');
    case 'timeout':
    case 'CONNECT_TIMEOUT':
      return make(
        'database-unreadable',
        `no answer from ${at} within ${target.connectTimeoutMs / 1000} s`,
        'is the host right, and reachable from here? connect_timeout=60 waits longer',
      );
    case 'no-tls':
    case 'tls':
      return make(
        'database-unreadable',
        `${at}: ${messageOf(cause)}`,
        'correct sslmode or sslrootcert in the URL, or the certificate of the server',
      );
    case 'SASL_SIGNATURE_MISMATCH':
      return make(
        'database-unreadable',
        `${at} does not know the password that it asked for`,
        'this may be another server than you think; correct the URL',
      );
    default:
      return make(
        'database-unreadable',
        `cannot connect to ${at}: ${messageOf(cause)}`,
        'is that a PostgreSQL server? correct host and port in the URL',
      );
  }
};

const refused = (target: Target, server: ServerError, cause: unknown): LimbeckError => {
  const where = locationOf(target);
  const make = (code: ErrorCode, message: string, hint: string): LimbeckError =>
    new LimbeckError(code, message, { hint, cause, data: { ...server, location: where } });
  switch (server.sqlstate) {
    case '3D000':
      return make(
        'database-missing',
        `there is no database "${target.database}" at ${where}`,
        `create it: limbeck create (or createdb ${shellWord(target.database)})`,
      );
    case '28P01':
      return target.password === undefined
        ? make(
            'database-unreadable',
            `the server asks for a password for "${target.user}" (${where})`,
            'write it into the URL, PGPASSWORD or ~/.pgpass',
          )
        : make(
            'database-unreadable',
            `wrong password for "${target.user}", or no such role (${where})`,
            'correct user and password in the URL, PGUSER and PGPASSWORD, or ~/.pgpass; the server does not tell which is wrong',
          );
    case '28000':
      return make(
        'database-unreadable',
        `${server.message} (${where})`,
        'correct user and sslmode in the URL, or pg_hba.conf of the server',
      );
    case '42501':
      return make('database-unreadable', `${server.message} (${where})`, `GRANT CONNECT ON DATABASE … TO "${target.user}"`);
    case '53300':
    case '57P03':
    case '55000':
      return make('database-busy', `${server.message} (${where})`, 'try again in a moment');
    default:
      return make('database-unreadable', `${server.message} (${where})`, server.hint ?? 'correct the URL');
  }
};

const statementCodes: Readonly<Record<string, ErrorCode>> = {
  '25006': 'database-readonly',
  '55P03': 'database-busy',
  '40P01': 'database-busy',
  '40001': 'database-busy',
  '55006': 'database-busy',
  '53100': 'database-full',
};

const statementHints: Readonly<Record<string, string>> = {
  '25006': 'this server or role can only read: use the URL of the primary, or a role that may write',
  '55P03': 'another session holds a lock that this needs; see pg_stat_activity, then run the command again',
  '40P01': 'two sessions waited for each other; run the command again',
  '40001': 'another session changed the same rows; run the command again',
  '55006': 'another session uses it; see pg_stat_activity, then run the command again',
  '53100': 'make room on the disk of the server, then run the command again',
  '53200': 'the server ran out of memory or locks; for many objects raise max_locks_per_transaction',
  '57014': 'statement_timeout of the role or database ended it; set it higher for this role',
  '42501': 'connect as a role that owns the object, or that is a member of its owner',
  '58P01': 'the server lacks that file; install the extension on the server',
  '0A000': 'the server lacks that; if it names an extension, install it on the server',
};

const withoutUndefined = (fields: Readonly<Record<keyof ServerError, unknown>>): ServerError => {
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { sqlstate: '', message: '', ...kept };
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const shellWord = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
