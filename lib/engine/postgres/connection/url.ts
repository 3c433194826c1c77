import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import {
  bad,
  decode,
  type Environment,
  environmentNames,
  type ParameterName,
  readParameters,
  refuseUnsupported,
  type Reading,
} from './parameters.ts';

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** One address that may be tried; `directory` is that of a Unix socket. */
export type Place =
  | {
      readonly kind: 'tcp';
      /** The name by which certificates and passwords are looked up. */
      readonly host: string;
      /** Where to connect, if not where the name leads (`hostaddr`). */
      readonly address?: string;
      readonly port: number;
    }
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
 * Reads a PostgreSQL URL as libpq does: a parameter outweighs what stands before the `?`. What is said nowhere may come from
 * `env` (`PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`, `PGSSLMODE` and so on). Errors: `bad-url`, which names the
 * parameter and never a secret.
 */
export const parsePostgresUrl = (url: string, env: Environment = {}): Target => {
  const said = saidBy(url);
  refuseUnsupported(said, env);
  const get = (name: ParameterName): string | undefined => said.get(name) ?? nonEmpty(env[environmentNames[name]]);
  const given = (name: ParameterName): string | undefined => nonEmpty(get(name));
  if (nonEmpty(env['PGSERVICE']) !== undefined && given('host') === undefined)
    throw bad('PGSERVICE is set, and connection services are not read', 'write host, database and user into the URL');
  const user = given('user') ?? nonEmpty(env['USER']) ?? systemUser();
  const home = nonEmpty(env['HOME']);
  const rootCertificate = given('sslrootcert');
  const requiresSsl = env['PGREQUIRESSL']?.startsWith('1') ? 'require' : undefined;
  return {
    places: placesOf(given),
    user,
    password: given('password'),
    database: given('dbname') ?? user,
    ssl: {
      mode: oneOf('sslmode', get('sslmode') ?? requiresSsl ?? (rootCertificate === 'system' ? 'verify-full' : 'prefer'), sslModes),
      rootCertificate,
      certificate: given('sslcert'),
      key: given('sslkey'),
    },
    options: given('options'),
    applicationName: get('application_name') ?? 'limbeck',
    connectTimeoutMs: timeoutOf(get('connect_timeout')),
    passfile: given('passfile') ?? (home === undefined ? undefined : `${home}/.pgpass`),
    wanted: oneOf('target_session_attrs', get('target_session_attrs') ?? 'any', wantedServers),
  };
};

/** Whether a database is named at all, by the URL or by `PGDATABASE`; without a name libpq takes that of the user. */
export const namesDatabase = (url: string, env: Environment = {}): boolean =>
  nonEmpty(saidBy(url).get('dbname') ?? env['PGDATABASE']) !== undefined;

/** The target as a URL whose password is masked. */
export const locationOf = (target: Target): string => {
  const [first] = target.places;
  const login = `${encodeURIComponent(target.user)}${target.password === undefined ? '' : ':***'}`;
  const name = encodeURIComponent(target.database);
  if (first.kind === 'socket') return `postgresql://${login}@/${name}?host=${first.directory}&port=${first.port}`;
  const hosts = target.places.map((place) =>
    place.kind === 'tcp' ? hostText(place) : `${encodeURIComponent(place.directory)}:${place.port}`,
  );
  const addresses = target.places.map((place) => (place.kind === 'tcp' ? (place.address ?? place.host) : ''));
  const query = target.places.some((place) => place.kind === 'tcp' && place.address !== undefined)
    ? `?hostaddr=${addresses.join(',')}`
    : '';
  return `postgresql://${login}@${hosts.join(',')}/${name}${query}`;
};

/** `host:port` or the path of a socket, for messages. */
export const placeText = (place: Place): string => {
  if (place.kind === 'socket') return socketPath(place);
  return `${hostText(place)}${place.address === undefined ? '' : ` (address ${place.address})`}`;
};

const hostText = ({ host, port }: Place & { readonly kind: 'tcp' }): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The file of a Unix socket. */
export const socketPath = (place: Place & { readonly kind: 'socket' }): string => `${place.directory}/.s.PGSQL.${place.port}`;

const scheme = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
const wantedServers = ['any', 'primary', 'read-write', 'standby', 'read-only'] as const;

/** All that the URL says, by the names of the parameters. Of what stands before the `?` nothing empty is said, as in libpq. */
const saidBy = (url: string): ReadonlyMap<string, string> => {
  const [start] = scheme.exec(url) ?? [];
  if (start === undefined) throw bad('the URL does not start with postgresql://', 'write it as postgresql://user@host:5432/database');
  const rest = url.slice(start.length);
  refuseBarePassword(rest);
  const [before = '', ...queries] = rest.split('?');
  const slash = before.indexOf('/');
  const authority = slash < 0 ? before : before.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const login = at < 0 ? '' : authority.slice(0, at);
  const colon = login.indexOf(':');
  const servers = authority
    .slice(at + 1)
    .split(',')
    .map(serverOf);
  const said: readonly (readonly [ParameterName, string])[] = [
    ['user', decode(colon < 0 ? login : login.slice(0, colon), 'user')],
    ['password', colon < 0 ? '' : decode(login.slice(colon + 1), 'password')],
    ['host', decode(servers.map(({ host }) => host).join(','), 'host')],
    ['port', servers.map(({ port }) => port).join(',')],
    ['dbname', slash < 0 ? '' : decode(before.slice(slash + 1), 'database')],
  ];
  const reading: Reading = start.includes('+') ? 'sqlalchemy' : 'libpq';
  const parameters = readParameters(queries.join('?'), reading);
  const all = new Map([...said.filter(([, value]) => value !== ''), ...parameters]);
  const hosts = reading === 'sqlalchemy' ? parameters.get('host') : undefined;
  return hosts === undefined ? all : new Map([...all, ...portsWithin(hosts, all.get('port') ?? '')]);
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

interface Server {
  readonly host: string;
  readonly port: string;
}

/** `host:port`, `[::1]:port`, or an IPv6 address as it is. */
const serverOf = (written: string): Server => {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/.exec(written);
  if (match !== null) return { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' };
  if (isIP(written) !== 0) return { host: written, port: '' };
  throw bad(`the host of the URL cannot be read: ${written}`, 'write it as host:port, or [::1]:port for an IPv6 address');
};

/** SQLAlchemy's `?host=a:6432&host=b:6432`. */
const portsWithin = (hosts: string, port: string): readonly (readonly [ParameterName, string])[] => {
  const servers = hosts.split(',').map((host) => (host.startsWith('/') ? { host, port: '' } : serverOf(host)));
  if (servers.every((server) => server.port === '')) return [];
  return [
    ['host', servers.map(({ host }) => host).join(',')],
    ['port', servers.map((server) => nonEmpty(server.port) ?? port).join(',')],
  ];
};

const placesOf = (given: (name: ParameterName) => string | undefined): Target['places'] => {
  const hosts = given('host')?.split(',');
  const addresses = given('hostaddr')?.split(',');
  const ports = given('port')?.split(',') ?? [''];
  const count = (addresses ?? hosts ?? ['']).length;
  if (hosts !== undefined && hosts.length !== count)
    throw bad(
      `${counted(count, 'address', 'addresses')} of hostaddr for ${counted(hosts.length, 'host')}`,
      'write a hostaddr (PGHOSTADDR) for each host, in the same order',
    );
  if (ports.length !== 1 && ports.length !== count)
    throw bad(`${counted(ports.length, 'port')} for ${counted(count, 'host')}`, 'write one port for all, or one for each host');
  const placeAt = (index: number): Place =>
    placeOf(hosts?.[index] ?? '', addresses?.[index] ?? '', portOf((ports.length === 1 ? ports[0] : ports[index]) ?? ''));
  return [placeAt(0), ...Array.from({ length: count - 1 }, (_, index) => placeAt(index + 1))];
};

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const placeOf = (host: string, address: string, port: number): Place => {
  if (address !== '' && isIP(address) === 0)
    throw bad(`hostaddr is not the address of a host: ${address}`, 'write it as 10.0.0.5 or 2001:db8::5, or give the name as host');
  if (address === '' && host.startsWith('/')) return { kind: 'socket', directory: host.length > 1 ? host.replace(/\/+$/, '') : host, port };
  if (host.includes(':') && isIP(host) === 0)
    throw bad(`the host cannot be read: ${host}`, 'give a port by itself: ?host=NAME&port=5432, or PGPORT');
  if (address === '' || address === host) return { kind: 'tcp', host: nonEmpty(host) ?? 'localhost', port };
  return host === '' ? { kind: 'tcp', host: address, port } : { kind: 'tcp', host, address, port };
};

const portOf = (text: string): number => {
  const port = text === '' ? 5432 : Number(text);
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

const systemUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    throw bad('the URL names no user', 'write it as postgresql://user@host/database, or set PGUSER');
  }
};

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
