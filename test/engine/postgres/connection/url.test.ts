import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../../../lib/errors.ts';
import { isPostgresUrl, locationOf, parsePostgresUrl } from '../../../../lib/engine/postgres/connection/url.ts';

const env = { HOME: '/home/ada', USER: 'ada' };
const tcp = (host: string, port = 5432) => ({ kind: 'tcp', host, port });

const good: readonly (readonly [url: string, expected: Record<string, unknown>, env?: Record<string, string>])[] = [
  ['postgresql://', { places: [tcp('localhost')], user: 'ada', database: 'ada', password: undefined, applicationName: 'limbeck' }],
  ['postgres://bob@db/tavern', { places: [tcp('db')], user: 'bob', database: 'tavern' }],
  ['postgresql+psycopg2://bob:x@db:6432/tavern', { places: [tcp('db', 6432)], password: 'x' }],
  ['postgresql://b%40b:p%3Aa%2Fs%20s%25@db/t%20v', { user: 'b@b', password: 'p:a/s s%', database: 't v' }],
  ['postgresql://bob:p@ss#w@db/tavern', { user: 'bob', password: 'p@ss#w', places: [tcp('db')] }],
  ['postgresql://[::1]:5433/x', { places: [tcp('::1', 5433)] }],
  ['postgresql://a,b:6000/x', { places: [tcp('a'), tcp('b', 6000)] }, { PGPORT: '99' }],
  ['postgresql://a,b/x', { places: [tcp('a'), tcp('b')] }, { PGPORT: '99' }],
  ['postgresql://a/x', { places: [tcp('a', 99)] }, { PGPORT: '99' }],
  ['postgresql://a/x?port=', { places: [tcp('a')] }, { PGPORT: '99' }],
  ['postgresql://a,b:6000/x?port=7000', { places: [tcp('a', 7000), tcp('b', 7000)] }],
  ['postgresql://a,b:6000/x?port=1,2', { places: [tcp('a', 1), tcp('b', 2)] }],
  ['postgresql://@:6000/x?host=a,b', { places: [tcp('a', 6000), tcp('b', 6000)] }],
  ['postgresql://bob:x@db:6432/t?user=eve&password=y&dbname=u', { places: [tcp('db', 6432)], user: 'eve', password: 'y', database: 'u' }],
  ['postgresql://bob:x@db:6432/t?host=other', { places: [tcp('other', 6432)] }],
  ['postgresql://[::1]:6432/t?host=/run/pg', { places: [{ kind: 'socket', directory: '/run/pg', port: 6432 }] }],
  ['postgresql://db/t?host=a&host=b&port=1&port=2', { places: [tcp('b', 2)] }],
  ['postgresql://bob@db/t?user=&dbname=', { user: 'ada', database: 'ada' }, { PGUSER: 'u', PGDATABASE: 'd' }],
  ['postgresql://db:6432/x?hostaddr=10.0.0.5', { places: [{ ...tcp('db', 6432), address: '10.0.0.5' }] }],
  [
    'postgresql://a:1,b:2/x?hostaddr=::1,10.0.0.5',
    {
      places: [
        { ...tcp('a', 1), address: '::1' },
        { ...tcp('b', 2), address: '10.0.0.5' },
      ],
    },
  ],
  ['postgresql://:6432/x?hostaddr=10.0.0.5', { places: [tcp('10.0.0.5', 6432)] }],
  ['postgresql://db/x', { places: [{ ...tcp('db'), address: '10.0.0.5' }] }, { PGHOSTADDR: '10.0.0.5' }],
  ['postgresql://%2Frun%2Fpg:6432/x', { places: [{ kind: 'socket', directory: '/run/pg', port: 6432 }] }],
  ['postgresql://b+b:p+w@db/d+b?application_name=a+b%20c', { user: 'b+b', password: 'p+w', database: 'd+b', applicationName: 'a+b c' }],
  ['postgresql+psycopg2://b:p+w@db/x?application_name=a+b', { password: 'p+w', applicationName: 'a b' }],
  ['postgresql+psycopg2://b@/x?host=a:1&host=b', { places: [tcp('a', 1), tcp('b')] }],
  ['postgresql:///x?host=/run/pg&port=5433', { places: [{ kind: 'socket', directory: '/run/pg', port: 5433 }] }],
  ['postgresql://%2Frun%2Fpg/x', { places: [{ kind: 'socket', directory: '/run/pg', port: 5432 }] }],
  ['postgresql://db/x?options=-csearch_path%3Dapp', { options: '-csearch_path=app' }],
  ['postgresql+psycopg2://db/x?options=-c+search_path%3Dapp', { options: '-c search_path=app' }],
  ['postgresql://db/x?connect_timeout=3&keepalives=1&gssencmode=prefer', { connectTimeoutMs: 3000 }],
  ['postgresql://db/x?krbsrvname=k&gsslib=gssapi&sslsni=1&sslcompression=1&ssl_min_protocol_version=TLSv1.2', { places: [tcp('db')] }],
  ['postgresql://db/x?requirepeer=', { places: [tcp('db')] }, { PGREQUIREPEER: 'root' }],
  ['postgresql://db/x?requiressl=1', { ssl: { mode: 'require', rootCertificate: undefined, certificate: undefined, key: undefined } }],
  ['postgresql://db/x?ssl=true', { ssl: { mode: 'require', rootCertificate: undefined, certificate: undefined, key: undefined } }],
  [
    'postgresql://db/x?sslrootcert=system',
    { ssl: { mode: 'verify-full', rootCertificate: 'system', certificate: undefined, key: undefined } },
  ],
  [
    'postgresql:///',
    { places: [tcp('h', 99)], user: 'u', password: 'p', database: 'd', options: '-c a=b' },
    { PGHOST: 'h', PGPORT: '99', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd', PGOPTIONS: '-c a=b' },
  ],
  [
    'postgresql://bob:x@db:1/t',
    { places: [tcp('db', 1)], user: 'bob', password: 'x', database: 't' },
    { PGHOST: 'h', PGPORT: '99', PGUSER: 'u', PGPASSWORD: 'p', PGDATABASE: 'd' },
  ],
];

test('reads URLs as libpq does', () => {
  for (const [url, expected, more] of good) {
    const target: object = parsePostgresUrl(url, { ...env, ...more });
    for (const [name, value] of Object.entries(expected)) assert.equal(Reflect.get(target, name), value, `${url}: ${name}`);
  }
});

const bad: readonly (readonly [url: string, says: RegExp, env?: Record<string, string>])[] = [
  ['mysql://x', /postgresql:\/\//],
  ['postgresql://db/x?schema=app', /schema/],
  ['postgresql://db/x?sslmod=require', /sslmod/],
  ['postgresql://db/x?sslmode=on', /sslmode=on is none of disable/],
  ['postgresql://db/x?channel_binding=require', /channel_binding=require/],
  ['postgresql://db:0/x', /port/],
  ['postgresql://db:99999/x', /port/],
  ['postgresql://db/x?port=abc', /abc/],
  ['postgresql://bob:100%@db/x', /password.*%/],
  ['postgresql://db/x?connect_timeout=soon', /connect_timeout/],
  ['postgresql://db/x?target_session_attrs=best', /target_session_attrs/],
  ['postgresql://', /PGSERVICE/, { PGSERVICE: 'tavern' }],
  ['postgresql://db/x?constructor=1', /clients do not know: constructor/],
  ['postgresql://db/x?sslmode', /sslmode of the URL has no value/],
  ['postgresql://db/x?host=other:6432', /host cannot be read: other:6432/],
  ['postgresql://a,b,c/x?port=1,2', /2 ports for 3 hosts/],
  ['postgresql://a:1,b:2/x?host=c', /2 ports for 1 host$/],
  ['postgresql://a/x?hostaddr=10.0.0.5,10.0.0.6', /2 addresses of hostaddr for 1 host$/],
  ['postgresql://a,b/x', /1 address of hostaddr for 2 hosts/, { PGHOSTADDR: '10.0.0.5' }],
  ['postgresql://a/x?hostaddr=localhost', /hostaddr is not the address of a host: localhost/],
  ['postgresql://db/x?sslpassword=hush', /^limbeck does not support sslpassword, which the URL asks for$/],
  ['postgresql://db/x?oauth_client_secret=hush', /^limbeck does not support oauth_client_secret, which the URL asks for$/],
  ...['service', 'requirepeer', 'require_auth', 'sslcrl', 'sslcrldir', 'scram_client_key'].map((name): readonly [string, RegExp] => [
    `postgresql://db/x?${name}=hush`,
    new RegExp(`^limbeck does not support ${name}, which`),
  ]),
  ...[
    'ssl_min_protocol_version=TLSv1.3',
    'ssl_max_protocol_version=TLSv1.2',
    'gssencmode=require',
    'load_balance_hosts=random',
    'sslsni=0',
    'sslcertmode=disable',
    'sslnegotiation=direct',
    'client_encoding=LATIN1',
    'replication=database',
  ].map((pair): readonly [string, RegExp] => [`postgresql://db/x?${pair}`, new RegExp(`^limbeck does not support ${pair}, which the URL`)]),
  ['postgresql://db/x', /limbeck does not support PGREQUIREPEER, which the environment/, { PGREQUIREPEER: 'postgres' }],
  ['postgresql://db/x', /limbeck does not support PGCHANNELBINDING=require, which/, { PGCHANNELBINDING: 'require' }],
];

test('says what is wrong with a URL, without its password', () => {
  for (const [url, says, more] of bad) {
    try {
      parsePostgresUrl(url, { ...env, ...more });
      assert.unreachable(url);
    } catch (error) {
      if (!isLimbeckError(error)) throw error;
      assert.is(error.code, 'bad-url', url);
      assert.match(error.message, says);
      assert.not.match(`${error.message} ${error.hint}`, /100%@|hush/);
      assert.ok(error.hint);
    }
  }
});

test('a location masks the password and is a URL again', () => {
  for (const url of [
    'postgresql://bob:secret@db:5433/tavern',
    'postgresql://bob:secret@/tavern?host=/run/pg&port=1',
    'postgresql://bob:secret@a,b/t%20v',
    'postgresql://bob:x@a,b:1/t?password=secret&hostaddr=10.0.0.5,::1',
    'postgresql://bob:secret@a,%2Frun%2Fpg:1/t',
  ]) {
    const location = locationOf(parsePostgresUrl(url, env));
    assert.not.match(location, /secret/);
    assert.equal(parsePostgresUrl(location, env).places, parsePostgresUrl(url, env).places);
    assert.is(parsePostgresUrl(location, env).database, parsePostgresUrl(url, env).database);
  }
});

test('tells its URLs from others', () => {
  assert.equal(
    ['postgres://', 'POSTGRESQL://x', 'postgresql+asyncpg://x', 'sqlite:///x', 'postgresx://', 'postgres:x'].map(isPostgresUrl),
    [true, true, true, false, false, false],
  );
});

test.run();
