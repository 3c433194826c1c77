import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { Session } from '../../lib/engine/engine.ts';
import { engineOf, maskUrl, openScratchSession, openSession } from '../../lib/engine/open.ts';
import { parseSqliteUrl } from '../../lib/engine/sqlite/url.ts';
import { isLimbeckError, type LimbeckError } from '../../lib/errors.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('database URLs');

const engines: readonly (readonly [string, string])[] = [
  ['sqlite:///./rel.db', 'sqlite'],
  ['sqlite://', 'sqlite'],
  ['SQLite:///rel.db', 'sqlite'],
  ['sqlite+aiosqlite:///rel.db', 'sqlite'],
  ['postgresql://localhost/db', 'postgres'],
  ['postgres://localhost/db', 'postgres'],
  ['postgresql+psycopg2://localhost/db', 'postgres'],
  ['postgresql+asyncpg://localhost/db', 'postgres'],
];
for (const [url, engine] of engines) test(`${url} is ${engine}`, () => assert.equal(engineOf(url), engine));

for (const url of ['mysql://u:secret@h/db', 'https://x', '', 'rel.db', 'u:secret@h/db', './a:secret@b', ' sqlite://']) {
  test(`"${url}" is no URL that limbeck knows, and the answer shows no secret`, async () => {
    const error = await rejects('bad-url', () => engineOf(url));
    assert.match(String(error.hint), /sqlite:\/\/\//);
    assert.ok(!`${error.message}${error.hint}${JSON.stringify(error.data)}`.includes('secret'));
    await rejects('bad-url', () => openSession(url, { mode: 'read', directory: '/' }));
  });
}

test('a path without a scheme gets its URL told', async () => {
  assert.equal((await rejects('bad-url', () => engineOf('./data/app.db'))).hint, 'for a SQLite file write sqlite:///./data/app.db');
});

test('a PostgreSQL URL goes to its engine, which shows no password', async () => {
  const url = 'postgresql://me:secret@127.0.0.1:1/db';
  for (const open of [openSession, openScratchSession]) {
    const error = await openError(() => open(url, { mode: 'write', create: true, directory: '/' }));
    assert.match(error.message, /127\.0\.0\.1:1/);
    assert.ok(!`${error.message}${error.hint}${JSON.stringify(error.data)}`.includes('secret'));
  }
});

const openError = async (open: () => Promise<Session>): Promise<LimbeckError> => {
  try {
    await (await open()).close();
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
  throw new Error('it was opened');
};

test('scratch needs no database', async () => {
  const session = await openScratchSession('sqlite:////nowhere/at/all.db', { mode: 'write', directory: '/' });
  await session.execute('CREATE TABLE a (id)');
  await session.close();
});

const masked: readonly (readonly [string, string])[] = [
  ['postgres://user:pw@host:5432/db', 'postgres://user:***@host:5432/db'],
  ['postgres://user@host/db', 'postgres://user@host/db'],
  ['postgres://host:5432/db', 'postgres://host:5432/db'],
  ['postgres://:pw@host/db', 'postgres://:***@host/db'],
  ['postgres://user:@host/db', 'postgres://user:***@host/db'],
  ['postgres://user:p@ss:w/rd?x#y@host/db', 'postgres://user:***@host/db'],
  ['postgres://user:p%40ss@h1:1,h2:2/db', 'postgres://user:***@h1:1,h2:2/db'],
  ['postgres://host/db?user=u&password=pw&sslmode=require', 'postgres://host/db?user=u&password=***&sslmode=require'],
  ['postgres://host/db?password=a&b;c&sslmode=require', 'postgres://host/db?password=***&sslmode=require'],
  ['postgres://host/db?p%61ssword=pw', 'postgres://host/db?p%61ssword=***'],
  ['postgres://host/db?PGPASSWORD=pw', 'postgres://host/db?PGPASSWORD=***'],
  ['postgres:user:pw@host/db', 'postgres:***@host/db'],
  ['user:pw@host/db', 'user:***@host/db'],
  ["host=h password='a b' user=u", 'host=h password=*** user=u'],
  ['host=h user=u password=pw', 'host=h user=u password=***'],
  ['sqlite:////data/a@b:c.db', 'sqlite:////data/a@b:c.db'],
  ['sqlite:///./rel.db', 'sqlite:///./rel.db'],
  ['', ''],
];
for (const [url, expected] of masked) test(`shows ${url} as ${expected}`, () => assert.equal(maskUrl(url), expected));

test('a mask keeps no piece of any password', () => {
  for (const piece of ['a', '/', '@', ':', '?', '#', '%', '&', ' ', '=', "'", '\\', '\n', '[', ']']) {
    const password = `s3${piece}cr3${piece}t`;
    for (const url of [`postgres://u:${password}@h/db`, `postgres://u:${password}@h/db?a=b`, `postgres:u:${password}@h`]) {
      const shown = maskUrl(url);
      assert.ok(!shown.includes('s3') && !shown.includes('cr3'), `${url} is shown as ${shown}`);
    }
  }
});

const files: readonly (readonly [string, string])[] = [
  ['sqlite:///./rel.db', '/project/rel.db'],
  ['sqlite:///rel.db', '/project/rel.db'],
  ['sqlite:///../up.db', '/up.db'],
  ['sqlite:////abs/a.db', '/abs/a.db'],
  ['sqlite+pysqlite:////abs/a.db', '/abs/a.db'],
  ['sqlite:///a%20b%3F%23%25.db', '/project/a b?#%.db'],
  ['sqlite:///a#b.db', '/project/a#b.db'],
  ['sqlite:///ünïcode 🍺.db', '/project/ünïcode 🍺.db'],
  ['sqlite:///rel.db?', '/project/rel.db'],
];
for (const [url, path] of files) test(`${url} is ${path}`, () => assert.deepEqual(parseSqliteUrl(url, '/project'), { kind: 'file', path }));

for (const url of ['sqlite://', 'sqlite:///:memory:', 'sqlite+pysqlite:///:memory:']) {
  test(`${url} is in memory`, () => assert.deepEqual(parseSqliteUrl(url, '/project'), { kind: 'memory' }));
}

const wrong: readonly (readonly [string, RegExp])[] = [
  ['sqlite:rel.db', /sqlite:\/\/\/rel\.db/],
  ['sqlite:/abs.db', /sqlite:\/\/\/\/abs\.db/],
  ['sqlite://rel.db', /sqlite:\/\/\/rel\.db/],
  ['sqlite:///', /known are/],
  ['sqlite:///a.db?mode=ro', /leave it out/],
  ['sqlite:///a.db?cache=shared&mode=rw', /leave it out/],
  ['sqlite:///file:a.db', /path alone/],
  ['sqlite:///a%zz.db', /%25/],
  ['sqlite:///a%00.db', /known are/],
];
for (const [url, hint] of wrong) {
  test(`${url} is refused with what to write`, async () => {
    assert.match(String((await rejects('bad-url', () => parseSqliteUrl(url, '/project'))).hint), hint);
  });
}

test.run();
