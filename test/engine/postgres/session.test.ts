import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { startServer } from '../../support/postgres/server.ts';

const test = suite('postgres session');
let server: LocalServer;
test.before(async () => void (server = await startServer()));
test.after(() => server.stop());

test('runs statements and returns rows of every common type', async () => {
  const session = await open(server.tcpUrl());
  const [row] = await session.query(
    `SELECT 1 AS i, 9007199254740993::bigint AS big, 1.50 AS n, true AS b, NULL AS none, 'é€😀' AS t, '{"a":[1]}'::jsonb AS j, '2026-01-02 03:04:05.123456+00'::timestamptz AS at`,
  );
  assert.equal(
    { ...row },
    { i: 1, big: 9007199254740993n, n: '1.50', b: true, none: null, t: 'é€😀', j: { a: [1] }, at: '2026-01-02 03:04:05.123456+00' },
  );
  const [given] = await session.query('SELECT $1::text AS a, $2::text[] AS b, $3::int AS c, $4::bool AS d, $5::text AS e', [
    "o'",
    ['a"', 'b,\\', null],
    4,
    false,
    undefined,
  ]);
  assert.equal({ ...given }, { a: "o'", b: '{"a\\"","b,\\\\",NULL}', c: 4, d: false, e: null });
  assert.is(session.server.product, 'PostgreSQL');
  assert.match(session.server.major, /^\d\d$/);
  assert.not.match(session.location, /ss/);
  await session.close();
});

test('an error carries what the server says', async () => {
  const session = await open(server.socketUrl());
  await session.execute('CREATE TABLE guests (id int CONSTRAINT guests_pkey PRIMARY KEY, name text NOT NULL)');
  await session.execute("INSERT INTO guests VALUES (1, 'Ada')");
  const twice = await rejection(session.execute("INSERT INTO guests VALUES (1, 'Bob')"), 'sql-failed');
  assert.is(twice.data?.['sqlstate'], '23505');
  assert.is(twice.data?.['constraint'], 'guests_pkey');
  assert.is(twice.data?.['table'], 'guests');
  assert.match(String(twice.data?.['detail']), /already exists/);
  const typo = await rejection(session.execute('SELECT nmae FROM guests'), 'sql-failed');
  assert.is(typo.data?.['position'], 8);
  assert.match(typo.hint ?? '', /name/);
  const missing = await rejection(session.execute('INSERT INTO guests VALUES (2, NULL)'), 'sql-failed');
  assert.is(missing.data?.['column'], 'name');
  await session.execute('DROP TABLE guests');
  await session.close();
});

test('refuses several statements, transaction control and COPY with the client', async () => {
  const session = await open(server.socketUrl());
  for (const text of [
    'SELECT 1; SELECT 2',
    'COMMIT',
    '/* x */ begin',
    '-- x\nEND',
    'START TRANSACTION',
    'ROLLBACK',
    'ROLLBACK WORK',
    "PREPARE TRANSACTION 'x'",
    'COPY (SELECT 1) TO STDOUT',
    'COPY pg_class FROM STDIN',
  ])
    await rejection(session.execute(text), 'sql-unsupported');
  await session.execute("SELECT ';--' ;");
  await session.transaction(async () => {
    await session.execute('SAVEPOINT a');
    await rejection(session.execute('SELECT 1/0'), 'sql-failed');
    await session.execute('ROLLBACK TO a');
  });
  assert.is((await session.query('SELECT 1 AS one')).length, 1);
  await session.close();
});

test('a transaction commits whole or not at all', async () => {
  const session = await open(server.socketUrl());
  await session.execute('CREATE TABLE ales (name text)');
  await session.transaction(() => session.execute("INSERT INTO ales VALUES ('stout')"));
  const failure = new Error('mine');
  try {
    await session.transaction(async () => {
      await session.execute("INSERT INTO ales VALUES ('porter')");
      throw failure;
    });
    assert.unreachable();
  } catch (error) {
    assert.is(error, failure);
  }
  const swallowed = session.transaction(async () => {
    await session.execute("INSERT INTO ales VALUES ('lager')");
    await session.execute('SELECT 1/0').catch(() => undefined);
  });
  await rejection(swallowed, 'sql-failed');
  const nested = session.transaction(() => session.transaction(async () => undefined));
  await rejection(nested, 'internal');
  await session.execute(
    'CREATE TABLE brews (ale int REFERENCES brews (ale) DEFERRABLE INITIALLY DEFERRED UNIQUE, of int REFERENCES brews (ale) DEFERRABLE INITIALLY DEFERRED)',
  );
  const deferred = await rejection(
    session.transaction(() => session.execute('INSERT INTO brews VALUES (1, 7)')),
    'sql-failed',
  );
  assert.is(deferred.data?.['sqlstate'], '23503');
  assert.equal(
    (await session.query('SELECT name FROM ales')).map((row) => row['name']),
    ['stout'],
  );
  assert.is((await session.query('SELECT * FROM brews')).length, 0);
  await session.execute('DROP TABLE ales, brews');
  await session.close();
});

test('looks are pinned whatever the role says, and leave the running transaction as it was', async () => {
  const owner = await open(server.socketUrl());
  await owner.execute('CREATE ROLE odd LOGIN SUPERUSER');
  await owner.execute('CREATE SCHEMA cellar');
  for (const setting of [
    'search_path TO cellar, public',
    "TimeZone TO 'Asia/Tokyo'",
    "DateStyle TO 'German'",
    "IntervalStyle TO 'sql_standard'",
    'quote_all_identifiers TO on',
    'extra_float_digits TO -5',
    'standard_conforming_strings TO off',
  ])
    await owner.execute(`ALTER ROLE odd SET ${setting}`);
  const session = await open(server.socketUrl().replace('postgres@', 'odd@'));
  await session.transaction(async () => {
    await session.execute('CREATE TABLE casks (id int)');
    await session.execute("SET LOCAL TimeZone TO 'America/Lima'");
    const seen = await session.fingerprint({ exclude: [], journalTable: 'limbeck_journal' });
    assert.equal([...seen.objects], [['table casks', { hash: 'casks', lines: ['UTC'] }]]);
    assert.is((await session.query("SELECT current_setting('TimeZone') AS zone"))[0]?.['zone'], 'America/Lima');
    assert.is((await session.query("SELECT current_setting('search_path') AS path"))[0]?.['path'], '"cellar"');
    assert.is((await session.query("SELECT current_setting('transaction_isolation') AS level"))[0]?.['level'], 'read committed');
  });
  assert.is((await session.inspect({ exclude: [], journalTable: 'limbeck_journal' })).objects.size, 1);
  assert.is((await session.query("SELECT current_setting('TimeZone') AS zone"))[0]?.['zone'], 'Asia/Tokyo');
  await session.close();
  await owner.execute('DROP SCHEMA cellar CASCADE');
  await owner.close();
});

test('settings that a migration leaves behind do not reach the next', async () => {
  const session = await open(server.socketUrl());
  await session.transaction(async () => {
    await session.execute('SET check_function_bodies = off');
    await session.execute("SELECT pg_catalog.set_config('search_path', '', false)");
    await session.execute('SET ROLE pg_monitor');
  });
  const [row] = await session.query(
    "SELECT current_setting('check_function_bodies') AS bodies, current_setting('search_path') AS path, current_user AS role",
  );
  assert.equal({ ...row }, { bodies: 'on', path: '"$user", public', role: 'postgres' });
  await session.close();
});

test('a signal cancels what runs, and nothing is begun after it', async () => {
  const controller = new AbortController();
  const session = await open(server.tcpUrl(), { signal: controller.signal });
  await session.execute('CREATE TABLE waits (id int)');
  const began = performance.now();
  setTimeout(() => controller.abort(), 200);
  const work = session.transaction(async () => {
    await session.execute('INSERT INTO waits VALUES (1)');
    await session.execute('SELECT pg_sleep(60)');
  });
  await rejection(work, 'cancelled');
  assert.ok(performance.now() - began < 3000);
  await rejection(session.execute('INSERT INTO waits VALUES (2)'), 'cancelled');
  await session.close();
  const other = await open(server.socketUrl());
  assert.is((await other.query('SELECT * FROM waits')).length, 0);
  await other.execute('DROP TABLE waits');
  await other.close();
  await rejection(open(server.socketUrl(), { signal: AbortSignal.abort() }), 'cancelled');
});

test('a session that was opened to read does not write', async () => {
  const session = await open(server.socketUrl(), { mode: 'read' });
  await rejection(session.execute('CREATE TABLE no (id int)'), 'database-readonly');
  await rejection(
    session.transaction(async () => undefined),
    'database-readonly',
  );
  assert.equal(await session.journal('limbeck_journal').read(), []);
  await session.close();
});

test('probes answer, or say that they cannot', async () => {
  const session = await open(server.socketUrl());
  await session.execute('CREATE TABLE "Odd.Name" (id int)');
  await session.execute('CREATE TABLE many (id int)');
  await session.execute('INSERT INTO many SELECT generate_series(1, 500)');
  assert.is(await session.probe.hasRows('"Odd.Name"'), false);
  assert.is(await session.probe.hasRows('public.many'), true);
  assert.is(await session.probe.hasRows('nowhere'), undefined);
  assert.is(await session.probe.countRows('many', 100), 100);
  assert.is(await session.probe.countRows('many', 1000), 500);
  await session.transaction(async () => {
    assert.is(await session.probe.hasRows('nowhere'), undefined);
    await session.execute('DROP TABLE many, "Odd.Name"');
  });
  await session.close();
});

test('a statement outside a transaction runs in the default schema', async () => {
  const session = await open(server.socketUrl());
  await session.execute('CREATE TABLE bars (id int)');
  await session.execute('CREATE INDEX CONCURRENTLY bars_id ON bars (id)');
  const [row] = await session.query("SELECT 'public.bars_id'::regclass::text AS name");
  assert.is(row?.['name'], 'bars_id');
  await session.execute('DROP TABLE bars');
  await session.close();
});

test.run();
