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
  ['postgresql://a,b:6000/x?port=7000', { places: [tcp('a', 7000), tcp('b', 6000)] }],
  ['postgresql:///x?host=/run/pg&port=5433', { places: [{ kind: 'socket', directory: '/run/pg', port: 5433 }] }],
  ['postgresql://%2Frun%2Fpg/x', { places: [{ kind: 'socket', directory: '/run/pg', port: 5432 }] }],
  ['postgresql://db/x?options=-csearch_path%3Dapp', { options: '-csearch_path=app' }],
  ['postgresql://db/x?options=-c+search_path%3Dapp', { options: '-c search_path=app' }],
  ['postgresql://db/x?connect_timeout=3&keepalives=1&gssencmode=prefer', { connectTimeoutMs: 3000 }],
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
  ['postgresql://db/x?constructor=1', /constructor/],
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
      assert.not.match(error.message, /100%@/);
      assert.ok(error.hint);
    }
  }
});

test('a location masks the password and is a URL again', () => {
  for (const url of [
    'postgresql://bob:secret@db:5433/tavern',
    'postgresql://bob:secret@/tavern?host=/run/pg&port=1',
    'postgresql://bob:secret@a,b/t%20v',
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
