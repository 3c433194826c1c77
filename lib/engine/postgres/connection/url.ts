import { userInfo } from 'node:os';
import { LimbeckError } from '../../../errors.ts';

/** The environment as a record; libpq's `PG*` names are read from it, and `USER`/`HOME` for its defaults. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** One address that may be tried; `directory` is that of a Unix socket. */
export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly directory: string; readonly port: number };

export type WantedServer = 'any' | 'primary' | 'read-write' | 'standby' | 'read-only';

/** Where to connect and as whom: what the URL says, then `PG*`, then libpq's defaults. */
export interface Target {
  /** Tried in order. */
  readonly places: readonly [Place, ...Place[]];
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: {
    readonly mode: SslMode;
    /** Paths of PEM files. */
    readonly rootCertificate: string | undefined;
    readonly certificate: string | undefined;
    readonly key: string | undefined;
  };
  /** Command-line options for the server, e.g. `-c search_path=app`. */
  readonly options: string | undefined;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Where a password is looked up when none is given. */
  readonly passfile: string | undefined;
  readonly wanted: WantedServer;
}

/** True for a URL of this engine; `postgresql+psycopg2://` and the like are read too. */
export const isPostgresUrl = (url: string): boolean => scheme.test(url);

/**
 * Reads a PostgreSQL URL. Parameters may come from it or from `env` (`PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`,
 * `PGDATABASE`, `PGSSLMODE` and so on). Errors: `bad-url`, which names the parameter and never a secret.
 */
export const parsePostgresUrl = (url: string, env: Environment = {}): Target => {
  const parts = cut(url);
  const get = (name: ParameterName): string | undefined => parts.parameters.get(name) ?? nonEmpty(env[environmentNames[name] ?? '']);
  if (nonEmpty(env['PGSERVICE']) !== undefined && parts.hosts === '' && get('host') === undefined)
    throw bad('PGSERVICE is set, and connection services are not read', 'write host, database and user into the URL');
  const user = parts.user ?? get('user') ?? nonEmpty(env['USER']) ?? systemUser();
  const home = nonEmpty(env['HOME']);
  const rootCertificate = get('sslrootcert');
  return {
    places: placesOf(parts, get),
    user,
    password: parts.password ?? get('password'),
    database: parts.database ?? get('dbname') ?? user,
    ssl: {
      mode: oneOf('sslmode', get('sslmode') ?? (rootCertificate === 'system' ? 'verify-full' : 'prefer'), sslModes),
      rootCertificate,
      certificate: get('sslcert'),
      key: get('sslkey'),
    },
    options: get('options'),
    applicationName: get('application_name') ?? 'limbeck',
    connectTimeoutMs: timeoutOf(get('connect_timeout')),
    passfile: get('passfile') ?? (home === undefined ? undefined : `${home}/.pgpass`),
    wanted: oneOf('target_session_attrs', get('target_session_attrs') ?? 'any', wantedServers),
  };
};

/** Whether a database is named at all, by the URL or by `PGDATABASE`; without a name libpq takes that of the user. */
export const namesDatabase = (url: string, env: Environment = {}): boolean => {
  const { database, parameters } = cut(url);
  return (database ?? parameters.get('dbname') ?? nonEmpty(env['PGDATABASE'])) !== undefined;
};

/** The target as a URL whose password is masked. */
export const locationOf = (target: Target): string => {
  const [first] = target.places;
  const login = `${encodeURIComponent(target.user)}${target.password === undefined ? '' : ':***'}`;
  const name = encodeURIComponent(target.database);
  if (first.kind === 'socket') return `postgresql://${login}@/${name}?host=${first.directory}&port=${first.port}`;
  const hosts = target.places.map((place) => (place.kind === 'tcp' ? `${bracketed(place.host)}:${place.port}` : place.directory));
  return `postgresql://${login}@${hosts.join(',')}/${name}`;
};

/** `host:port` or the path of a socket, for messages. */
export const placeText = (place: Place): string => (place.kind === 'tcp' ? `${bracketed(place.host)}:${place.port}` : socketPath(place));

/** The file of a Unix socket. */
export const socketPath = (place: Place & { readonly kind: 'socket' }): string => `${place.directory}/.s.PGSQL.${place.port}`;

const scheme = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const wantedServers = ['any', 'primary', 'read-write', 'standby', 'read-only'] as const;

const environmentNames = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
} as const;

type ParameterName = keyof typeof environmentNames;

/** Parameters of libpq that change nothing here, with the values that they may have. */
const harmless: Readonly<Record<string, RegExp>> = {
  fallback_application_name: /./,
  client_encoding: /^(?:utf-?8|auto)$/i,
  gssencmode: /^(?:disable|prefer)$/,
  channel_binding: /^(?:disable|prefer)$/,
  sslnegotiation: /^postgres$/,
  sslcompression: /^0$/,
  load_balance_hosts: /^disable$/,
  keepalives: /./,
  keepalives_idle: /./,
  keepalives_interval: /./,
  keepalives_count: /./,
  tcp_user_timeout: /./,
};

interface Parts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly hosts: string;
  readonly database: string | undefined;
  readonly parameters: ReadonlyMap<ParameterName, string>;
}

const cut = (url: string): Parts => {
  const start = scheme.exec(url)?.[0].length;
  if (start === undefined) throw bad('the URL does not start with postgresql://', 'write it as postgresql://user@host:5432/database');
  refuseBarePassword(url.slice(start));
  const [before = '', ...queries] = url.slice(start).split('?');
  const slash = before.indexOf('/');
  const authority = slash < 0 ? before : before.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const login = at < 0 ? '' : authority.slice(0, at);
  const colon = login.indexOf(':');
  return {
    user: nonEmpty(decode(colon < 0 ? login : login.slice(0, colon), 'user')),
    password: colon < 0 ? undefined : nonEmpty(decode(login.slice(colon + 1), 'password')),
    hosts: decode(authority.slice(at + 1), 'host'),
    database: slash < 0 ? undefined : nonEmpty(decode(before.slice(slash + 1), 'database')),
    parameters: parametersOf(queries.join('?')),
  };
};

/** A password with a bare `/` or `?` would be cut there, and its rest taken for a host or database, and shown. */
const refuseBarePassword = (text: string): void => {
  const cutAt = text.search(/[/?]/);
  if (cutAt < 0) return;
  const rest = text.slice(cutAt);
  const at = rest.indexOf('@');
  const parameters = /\?[\w.]+=/.exec(rest)?.index ?? rest.length;
  if (at < 0 || at > parameters || !text.slice(0, cutAt).includes(':')) return;
  throw bad(
    'the user part of the URL holds a / or ? (or the database name an @) as it stands',
    'in a password write / as %2F, ? as %3F, @ as %40',
  );
};

const parametersOf = (query: string): ReadonlyMap<ParameterName, string> => {
  const found = new Map<ParameterName, string>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), 'parameter');
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1).replaceAll('+', '%20'), name);
    if (name === 'ssl' && value === 'true') found.set('sslmode', 'require');
    else if (isParameter(name)) found.set(name, name === 'host' && found.has('host') ? `${found.get('host')},${value}` : value);
    else refuseUnlessHarmless(name, value);
  }
  return found;
};

const isParameter = (name: string): name is ParameterName => Object.hasOwn(environmentNames, name);

const refuseUnlessHarmless = (name: string, value: string): void => {
  const allowed = Object.hasOwn(harmless, name) ? harmless[name] : undefined;
  if (allowed?.test(value)) return;
  if (allowed !== undefined) throw bad(`the URL asks for ${name}=${value}, which limbeck cannot do`, `take ${name} out of the URL`);
  const hint =
    name === 'schema' ? 'write the schema as ?options=-csearch_path%3DNAME' : `take ${name} out of the URL, or spell it as libpq does`;
  throw bad(`the URL has a parameter that PostgreSQL's own clients do not know: ${name}`, hint);
};

const placesOf = (parts: Parts, get: (name: ParameterName) => string | undefined): Target['places'] => {
  const written = parts.parameters.get('host') ?? nonEmpty(parts.hosts) ?? get('host') ?? 'localhost';
  const addresses = (get('hostaddr') ?? '').split(',');
  const ports = (get('port') ?? '').split(',');
  const places = written.split(',').map((host, index) => {
    const port = ports.length > 1 ? ports[index] : ports[0];
    return placeOf(nonEmpty(addresses[index]) ?? host, nonEmpty(port));
  });
  const [first, ...rest] = places;
  return first === undefined ? [placeOf('localhost', undefined)] : [first, ...rest];
};

const placeOf = (written: string, fallbackPort: string | undefined): Place => {
  if (written.startsWith('/')) {
    const directory = written.length > 1 ? written.replace(/\/+$/, '') : written;
    return { kind: 'socket', directory, port: portOf(fallbackPort) };
  }
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(written);
  if (match === null) {
    if (written.split(':').length > 2) return { kind: 'tcp', host: written, port: portOf(fallbackPort) };
    throw bad(`the host of the URL cannot be read: ${written}`, 'write it as host:port, or [::1]:port for an IPv6 address');
  }
  return { kind: 'tcp', host: nonEmpty(match[1] ?? match[2]) ?? 'localhost', port: portOf(nonEmpty(match[3]) ?? fallbackPort) };
};

const portOf = (text: string | undefined): number => {
  const port = text === undefined ? 5432 : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw bad(`the port is not a number from 1 to 65535: ${text}`, 'correct the port in the URL or PGPORT');
};

const timeoutOf = (text: string | undefined): number => {
  const seconds = text === undefined ? 15 : Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds === 0 ? 15_000 : Math.max(2, seconds) * 1000;
  throw bad(`connect_timeout is not a number of seconds: ${text}`, 'write it as connect_timeout=10');
};

const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw bad(`${name}=${value} is none of ${allowed.join(', ')}`, `correct ${name} in the URL`);
};

const decode = (text: string, what: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`the ${what} in the URL has a % that is not followed by two hexadecimal digits`, `write a % in the ${what} as %25`);
  }
};

const systemUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    throw bad('the URL names no user', 'write it as postgresql://user@host/database, or set PGUSER');
  }
};

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const bad = (message: string, hint: string): LimbeckError => new LimbeckError('bad-url', message, { hint });
