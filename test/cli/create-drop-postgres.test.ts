import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { anyServer } from '../support/postgres/server.ts';
import { expectRun, inProject, type Project } from './support.ts';

const test = suite('limbeck create, drop on PostgreSQL');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const named = (name: string): string => server.url.replace(/\/[^/?]*(\?|$)/, `/${encodeURIComponent(name)}$1`);

const execute = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const session = await openSession(url, { mode: 'write', directory: '/' });
  try {
    for (const statement of statements) await session.execute(statement);
  } finally {
    await session.close();
  }
};

const databases = async (): Promise<readonly string[]> => {
  const session = await openSession(server.url, { mode: 'read', directory: '/' });
  try {
    const rows = await session.query(`SELECT datname FROM pg_database WHERE datname LIKE 'limbeck create%' ORDER BY 1`);
    return rows.map((row) => String(row['datname']));
  } finally {
    await session.close();
  }
};

const odd = `limbeck create "it's" %_;--`;

const inEmpty = (work: (project: Project) => Promise<void>): Promise<void> => inProject({ 'limbeck.json': '{}' }, work);

test('a name of any kind is created once and dropped once, and no other', () =>
  inEmpty(async ({ run }) => {
    expectRun(await run('create', '--url', named(odd)), { status: 0, stderr: /^created postgresql:/ });
    expectRun(await run('create', '--url', named('limbeck create')), { status: 0, stderr: /^created/ });
    expectRun(await run('create', '--url', named(odd)), { status: 0, stderr: /is there already/ });
    assert.equal(await databases(), ['limbeck create', odd]);
    const dropped = await run('drop', '--yes', '--json', '--url', named(odd));
    expectRun(dropped, { status: 0, stdout: /"dropped": true/ });
    assert.equal(JSON.parse(dropped.stdout).name, odd);
    assert.equal(await databases(), ['limbeck create']);
    expectRun(await run('drop', '--yes', '--url', named(odd)), { status: 0, stderr: /^nothing to drop: there is no postgresql:/ });
    expectRun(await run('drop', '--yes', '--url', named('limbeck create')), { status: 0, stderr: /^dropped/ });
  }));

test('while others are connected it stays, and they are named', () =>
  inEmpty(async ({ run }) => {
    const url = named('limbeck create');
    await run('create', '--url', url);
    const other = await openSession(url, { mode: 'read', directory: '/' });
    try {
      const refused = await run('drop', '--yes', '--url', url);
      expectRun(refused, {
        status: 2,
        stderr: /^error\[database-busy\]: one session is connected to "limbeck create": limbeck, postgres, .*pid \d+, since /,
      });
      assert.equal(await databases(), ['limbeck create']);
    } finally {
      await other.close();
    }
    expectRun(await run('drop', '--yes', '--url', url), { status: 0 });
  }));

test("the server's own, a template, and a URL without a name are never dropped", () =>
  inEmpty(async ({ run }) => {
    for (const name of ['postgres', 'template1', 'template0']) {
      expectRun(await run('drop', '--yes', '--url', named(name)), {
        status: 64,
        stderr: /^error\[bad-url\]: ".*" belongs to the server itself/,
      });
    }
    const nameless = server.url.replace(/\/[^/?]*(\?|$)/, '/$1');
    expectRun(await run('drop', '--yes', '--url', nameless), { status: 64, stderr: /^error\[bad-url\]: the URL names no database/ });
    const url = named('limbeck create');
    await run('create', '--url', url);
    await execute(server.url, 'ALTER DATABASE "limbeck create" IS_TEMPLATE true');
    expectRun(await run('drop', '--yes', '--url', url), { status: 64, stderr: /is a template for new databases/ });
    await execute(server.url, 'ALTER DATABASE "limbeck create" IS_TEMPLATE false');
    expectRun(await run('drop', '--yes', '--url', url), { status: 0 });
    const other = ['--url', url, '--direct-url', named('postgres')];
    expectRun(await run('drop', '--yes', ...other), { status: 64, stderr: /^error\[bad-config\].*--direct-url "postgres"/ });
  }));

test('who may not create is told what to ask for, and ten at once create one', () =>
  inEmpty(async ({ run }) => {
    const role = 'limbeck_create_poor';
    await execute(server.url, `DROP ROLE IF EXISTS ${role}`, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    try {
      const poor = named('limbeck create').replace(/\/\/postgres(?::[^@]*)?@/, `//${role}:secret@`);
      const refused = await run('create', '--url', poor);
      expectRun(refused, { status: 2, stderr: /permission denied to create database[^]*ALTER ROLE "?limbeck_create_poor"? CREATEDB/ });
      assert.not.match(refused.stderr, 'secret');
    } finally {
      await execute(server.url, `DROP ROLE ${role}`);
    }
    const url = named('limbeck create');
    const all = await Promise.all(Array.from({ length: 5 }, () => run('create', '--url', url)));
    for (const ran of all) expectRun(ran, { status: 0 });
    assert.equal(await databases(), ['limbeck create']);
    expectRun(await run('drop', '--yes', '--url', url), { status: 0 });
  }));

test.run();
