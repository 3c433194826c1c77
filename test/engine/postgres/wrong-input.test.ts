import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { startServer, wantedMajor } from '../../support/postgres/server.ts';

const test = suite('postgres wrong input');
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await open(server.socketUrl());
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

const as = (role: string): string => server.socketUrl().replace('postgres@', `${role}@`);

test('a wrong password, none, a role or database that is not there, a server away', async () => {
  const wrong = await rejection(open(`postgresql://postgres:s3cret@127.0.0.1:${server.port}/postgres`), 'database-unreadable');
  assert.match(wrong.message, /wrong password for "postgres", or no such role \(postgresql:\/\/postgres:\*\*\*@127/);
  assert.not.match(JSON.stringify([wrong.message, wrong.hint, wrong.data]), /s3cret/);
  const none = await rejection(open(`postgresql://postgres@127.0.0.1:${server.port}/postgres`), 'database-unreadable');
  assert.match(none.message, /asks for a password/);
  assert.match((await rejection(open(as('nobody%20here')), 'database-unreadable')).message, /role "nobody here" does not exist/);
  const missing = await rejection(open(server.tcpUrl("it's not")), 'database-missing');
  assert.match(missing.message, /there is no database "it's not"/);
  assert.is(missing.hint, `create it: limbeck create (or createdb 'it'\\''s not')`);
  assert.match(
    (await rejection(open('postgresql://x@127.0.0.1:1/x'), 'database-unreadable')).message,
    /no server answers at 127\.0\.0\.1:1/,
  );
  assert.match((await rejection(open('postgresql://x@/x?host=/nowhere'), 'database-unreadable')).message, /no server answers at \/nowhere/);
  assert.match(
    (await rejection(open('postgresql://x@no-such-host.invalid/x'), 'database-unreadable')).message,
    /no host called no-such-host/,
  );
  assert.match((await rejection(open(`${server.tcpUrl()}?sslmode=require`), 'database-unreadable')).message, /does not speak TLS/);
  await rejection(open(`${server.tcpUrl()}?options=-cnonsense%3D1`), 'database-unreadable');
});

test('the next host is tried when one does not answer, not when one refuses', async () => {
  const rest = `${server.tcpUrl().replace('127.0.0.1', '127.0.0.1:1,127.0.0.1')}`;
  const session = await open(rest);
  assert.is(session.server.product, 'PostgreSQL');
  await session.close();
  await rejection(open(rest.replace(/:[^:@]*@/, ':wrong@')), 'database-unreadable');
});

test('too many clients is busy', async () => {
  const small = await startServer(wantedMajor(), {
    max_connections: '4',
    superuser_reserved_connections: '0',
    ...(Number(wantedMajor()) >= 16 ? { reserved_connections: '0' } : {}),
    max_wal_senders: '0',
  });
  const sessions = await Promise.all([1, 2, 3, 4].map(() => open(small.socketUrl())));
  await rejection(open(small.socketUrl()), 'database-busy');
  await Promise.all(sessions.map((session) => session.close()));
  await small.stop();
});

test('a replica, and a role that only reads', async () => {
  const replica = await startServer(wantedMajor(), { max_connections: '100' }, { 'standby.signal': '' });
  const session = await open(replica.socketUrl(), { directory: '/' });
  assert.equal(await session.journal('limbeck_journal').read(), []);
  assert.is((await session.inspect({ exclude: [], journalTable: '' })).objects.size, 0);
  await rejection(session.execute('CREATE TABLE t (id int)'), 'database-readonly');
  await rejection(
    session.transaction(async () => undefined),
    'database-readonly',
  );
  await rejection(session.scratch(), 'scratch-failed');
  await session.close();
  await rejection(open(`${replica.socketUrl()}&target_session_attrs=primary`), 'database-readonly');
  const both = await open(
    `postgresql://postgres@/postgres?host=${replica.directory},${server.directory}&port=${replica.port},${server.port}&target_session_attrs=read-write`,
  );
  await both.transaction(async () => undefined);
  await both.close();
  await replica.stop();
  await admin.execute('CREATE ROLE careful LOGIN SUPERUSER');
  await admin.execute('ALTER ROLE careful SET default_transaction_read_only TO on');
  const careful = await open(as('careful'));
  const error = await rejection(
    careful.transaction(() => careful.execute('CREATE TABLE t (id int)')),
    'database-readonly',
  );
  assert.match(error.message, /read-only transaction/);
  await careful.close();
});

test("someone else's object, and the role that may", async () => {
  await admin.execute('CREATE ROLE landlord');
  await admin.execute('CREATE ROLE tenant LOGIN IN ROLE landlord NOINHERIT');
  await admin.execute('CREATE TABLE rooms (id int)');
  await admin.execute('ALTER TABLE rooms OWNER TO landlord');
  await admin.execute('GRANT ALL ON SCHEMA public TO landlord');
  const tenant = await open(as('tenant'));
  const error = await rejection(
    tenant.transaction(() => tenant.execute('ALTER TABLE rooms ADD door int')),
    'sql-failed',
  );
  assert.is(error.data?.['sqlstate'], '42501');
  assert.match(error.message, /must be owner of table rooms/);
  assert.match(error.hint ?? '', /--set-role OWNER/);
  await tenant.close();
  const stranger = await open(as('tenant'), { role: 'postgres' });
  const denied = await rejection(
    stranger.transaction(async () => undefined),
    'sql-failed',
  );
  assert.match(`${denied.message}\n${denied.hint}`, /permission denied to set role "postgres"\n.*GRANT "postgres" TO/);
  await stranger.close();
  const nobody = await open(as('tenant'), { role: 'nobody here' });
  const missing = await rejection(
    nobody.transaction(async () => undefined),
    'sql-failed',
  );
  assert.match(`${missing.message}\n${missing.hint}`, /role "nobody here" does not exist\n.*--set-role/);
  await nobody.close();
  const set = await open(as('tenant'), { role: 'landlord' });
  await set.transaction(() => set.execute('ALTER TABLE rooms ADD door int'));
  await set.execute('CREATE INDEX CONCURRENTLY rooms_id ON rooms (id)');
  assert.is((await set.query('SELECT current_user AS role'))[0]?.['role'], 'landlord');
  await set.close();
  const reader = await open(as('tenant'), { role: 'landlord', mode: 'read' });
  await admin.execute('CREATE TABLE limbeck_journal AS SELECT 1 AS limbeck_version');
  await admin.execute('ALTER TABLE limbeck_journal OWNER TO landlord');
  const denial = await rejection(reader.query('SELECT FROM limbeck_journal'), 'sql-failed');
  assert.match(denial.hint ?? '', /GRANT … ON TABLE limbeck_journal TO/);
  await reader.close();
  const again = await open(as('tenant'), { role: 'landlord' });
  assert.is(await again.probe.hasRows('limbeck_journal'), true);
  await again.close();
  await admin.execute('DROP TABLE limbeck_journal');
  await admin.execute('DROP TABLE rooms');
});

test('a search_path that names no schema of the database is not taken for public', async () => {
  const url = `${server.socketUrl()}&options=-csearch_path%3Dnowhere`;
  const error = await rejection(open(url), 'database-unreadable');
  assert.match(`${error.message}\n${error.hint}`, /search_path is nowhere, .*\n.*CREATE SCHEMA nowhere/);
  await admin.execute('CREATE SCHEMA nowhere');
  await (await open(url)).close();
  await admin.execute('DROP SCHEMA nowhere');
  for (const usual of ['%22%22', '%22%24user%22%2Cpublic']) await (await open(url.replace('nowhere', usual))).close();
});

test('a password with bare signs is not taken apart and shown', async () => {
  for (const secret of ['pa/s3cret', 's3cret/x', 'a?s3cret', 'a@b/s3cret']) {
    const error = await rejection(open(`postgresql://postgres:${secret}@127.0.0.1:${server.port}/postgres`), 'bad-url');
    assert.match(error.hint ?? '', /%2F/);
    assert.not.match(JSON.stringify([error.message, error.hint, error.data]), /s3cret|pa\//);
  }
});

test('an extension that the server lacks, and names of every kind', async () => {
  const error = await rejection(admin.execute('CREATE EXTENSION tap_dance'), 'sql-failed');
  assert.match(error.message, /tap_dance/);
  assert.match(error.hint ?? '', /install/);
  const names = [
    'It"s "quoted"',
    "o'clock",
    'Ale',
    'ale',
    'a b',
    'é'.repeat(31),
    '😀',
    'select',
    ''.padEnd(63, 'x'),
    'a.b',
    '$1',
    'a;b',
    'back\\slash',
  ];
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  await admin.transaction(async () => {
    for (const name of names) await admin.execute(`CREATE TABLE ${quoted(name)} (${quoted(name)} int)`);
  });
  const found = [...(await admin.inspect({ exclude: [], journalTable: '' })).objects.values()].map((object) => object.name);
  assert.equal([...found].sort(), [...names].sort());
  for (const name of names) assert.is(await admin.probe.hasRows(quoted(name)), false, name);
  await admin.transaction(async () => {
    for (const name of names) await admin.execute(`DROP TABLE ${quoted(name)}`);
  });
});

test.run();
