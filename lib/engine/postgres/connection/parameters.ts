import { LimbeckError } from '../../../errors.ts';

/** The environment as a record; libpq's `PG*` names are read from it, and `USER`/`HOME` for its defaults. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The parameters that limbeck acts on, with the variables that stand in for them. */
export const environmentNames = {
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

export type ParameterName = keyof typeof environmentNames;

/** By whose rules the query of a URL is read: SQLAlchemy's where the scheme names a driver (`postgresql+psycopg2://`). */
export type Reading = 'libpq' | 'sqlalchemy';

/**
 * The parameters of a URL's query; of two of the same name the last one counts. Errors: `bad-url`, for one that libpq does not
 * know either.
 */
export const readParameters = (query: string, reading: Reading): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), 'parameter');
    if (equals < 0) throw bad(`the parameter ${name} of the URL has no value`, `write ${name}=…, or take it out of the URL`);
    const text = pair.slice(equals + 1);
    const value = decode(reading === 'libpq' ? text : text.replaceAll('+', '%20'), name);
    if (name === 'ssl' && value === 'true') found.set('sslmode', 'require');
    else if (name === 'requiressl') found.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    else if (name === 'host' && reading === 'sqlalchemy' && found.has('host')) found.set(name, `${found.get('host')},${value}`);
    else if (isParameter(name) || Object.hasOwn(limits, name)) found.set(name, value);
    else throw unknown(name);
  }
  return found;
};

/**
 * Rejects what libpq can do and limbeck cannot, where to pass over it could lead elsewhere or be less safe. Errors: `bad-url`,
 * which shows no value that could be a secret.
 */
export const refuseUnsupported = (parameters: ReadonlyMap<string, string>, env: Environment): void => {
  for (const [name, { allowed, hint, variable }] of Object.entries(limits)) {
    const written = parameters.get(name);
    const value = written ?? (variable === undefined ? undefined : env[variable]) ?? '';
    if (value === '' || allowed?.test(value)) continue;
    const asked = written === undefined ? (variable ?? name) : name;
    const shown = allowed === undefined ? asked : `${asked}=${value}`;
    throw bad(
      `limbeck does not support ${shown}, which ${written === undefined ? 'the environment' : 'the URL'} asks for`,
      `leave it out${hint === undefined ? '' : `; ${hint}`}`,
    );
  }
};

export const decode = (text: string, what: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`the ${what} in the URL has a % that is not followed by two hexadecimal digits`, `write a % in the ${what} as %25`);
  }
};

export const bad = (message: string, hint: string): LimbeckError => new LimbeckError('bad-url', message, { hint });

/** What of a parameter of libpq limbeck can do. */
interface Limit {
  /** The values that change nothing here; undefined: none, and a value is never shown. */
  readonly allowed?: RegExp;
  /** What to do rather. */
  readonly hint?: string;
  /** The variable that stands in for it, where it may not be passed over either. */
  readonly variable?: string;
}

const anything: Limit = { allowed: /^/ };
const oauth: Limit = { hint: 'limbeck logs in with a password or a certificate' };
const revoked = 'revoked certificates are not looked for';
const authenticated = 'sslmode=verify-full makes sure of the server';

const limits: Readonly<Record<string, Limit>> = {
  fallback_application_name: anything,
  keepalives: anything,
  keepalives_idle: anything,
  keepalives_interval: anything,
  keepalives_count: anything,
  tcp_user_timeout: anything,
  krbsrvname: anything,
  gsslib: anything,
  gssdelegation: anything,
  sslcompression: anything,
  sslkeylogfile: anything,
  max_protocol_version: anything,
  min_protocol_version: { allowed: /^3\.0$/ },
  client_encoding: { allowed: /^(?:utf-?8|auto)$/i, hint: 'limbeck speaks UTF-8 with every server' },
  gssencmode: { allowed: /^(?:disable|prefer)$/, hint: 'sslmode=require encrypts by TLS', variable: 'PGGSSENCMODE' },
  channel_binding: { allowed: /^(?:disable|prefer)$/, hint: authenticated, variable: 'PGCHANNELBINDING' },
  require_auth: { hint: authenticated, variable: 'PGREQUIREAUTH' },
  requirepeer: { hint: 'who may write into the directory of the socket says who can be the server', variable: 'PGREQUIREPEER' },
  service: { hint: 'write host, database and user of the service into the URL' },
  servicefile: { hint: 'write host, database and user of the service into the URL' },
  sslcrl: { hint: revoked, variable: 'PGSSLCRL' },
  sslcrldir: { hint: revoked, variable: 'PGSSLCRLDIR' },
  sslpassword: { hint: 'give sslkey a key without a passphrase, readable by its owner only' },
  sslsni: { allowed: /^1$/, hint: 'the name of the host is always sent', variable: 'PGSSLSNI' },
  sslcertmode: { allowed: /^allow$/, hint: 'a certificate is sent where sslcert names one', variable: 'PGSSLCERTMODE' },
  sslnegotiation: { allowed: /^postgres$/, hint: 'TLS is asked for as sslnegotiation=postgres does', variable: 'PGSSLNEGOTIATION' },
  ssl_min_protocol_version: {
    allowed: /^TLSv1\.2$/i,
    hint: 'NODE_OPTIONS=--tls-min-v1.3 does it for limbeck',
    variable: 'PGSSLMINPROTOCOLVERSION',
  },
  ssl_max_protocol_version: {
    allowed: /^TLSv1\.3$/i,
    hint: 'NODE_OPTIONS=--tls-max-v1.2 does it for limbeck',
    variable: 'PGSSLMAXPROTOCOLVERSION',
  },
  load_balance_hosts: { allowed: /^disable$/, hint: 'hosts are tried in their order', variable: 'PGLOADBALANCEHOSTS' },
  replication: { allowed: /^(?:false|off|no|0)$/i, hint: 'migrations need a usual connection' },
  oauth_issuer: oauth,
  oauth_client_id: oauth,
  oauth_client_secret: oauth,
  oauth_scope: oauth,
  scram_client_key: { hint: 'give the password' },
  scram_server_key: { hint: 'give the password' },
};

const isParameter = (name: string): name is ParameterName => Object.hasOwn(environmentNames, name);

const unknown = (name: string): LimbeckError =>
  bad(
    `the URL has a parameter that PostgreSQL's own clients do not know: ${name}`,
    name === 'schema' ? 'write the schema as ?options=-csearch_path%3DNAME' : `take ${name} out of the URL, or spell it as libpq does`,
  );
