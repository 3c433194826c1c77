import type { ChildProcess } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { anyServer } from '../support/postgres/server.ts';
import { expectRun, inProject, small, type Project, type Ran } from './support.ts';

const test = suite('limbeck revision --online');
const name = `online_${process.pid}`;
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const open = (url: string): Promise<Session> => openSession(url, { mode: 'write', directory: '/' });

interface Place extends Project {
  readonly url: string;
  readonly admin: Session;
  /** Statements that wait for a lock fail, from the next connection on; or they wait. */
  readonly impatient: (isSo: boolean) => Promise<void>;
}

const onServer = async (models: string, work: (place: Place) => Promise<void>): Promise<void> => {
  const admin = await open(server.url);
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = server.url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
  const impatient = (isSo: boolean): Promise<void> =>
    admin.execute(isSo ? `ALTER DATABASE ${name} SET lock_timeout = '200ms'` : `ALTER DATABASE ${name} RESET lock_timeout`);
  try {
    const files = { 'limbeck.json': JSON.stringify({ url }), 'schema/models.sql': models };
    await inProject(files, (project) => work({ ...project, url, admin, impatient }));
  } finally {
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.close();
  }
};

/** Does `work` while another session has written into the table and has not committed. */
const whileWriting = async (url: string, work: () => Promise<void>): Promise<void> => {
  const writer = await open(url);
  try {
    await writer.transaction(async () => {
      await writer.execute('INSERT INTO t VALUES (1, 1)');
      await work();
    });
  } finally {
    await writer.close();
  }
};

/** True when a third session can write, too; false when its statement waits for a lock behind others. */
const canWrite = async (url: string): Promise<boolean> => {
  const other = await open(url);
  try {
    await other.transaction(async () => {
      await other.execute(`SET LOCAL lock_timeout = '200ms'`);
      await other.execute('INSERT INTO t VALUES (2, 2)');
    });
    return true;
  } catch (error) {
    assert.match(String(error), /lock timeout/);
    return false;
  } finally {
    await other.close();
  }
};

/** Until a statement like that of `work` waits for the writer. */
const untilWaiting = async (admin: Session, statement: string, work: Promise<Ran>): Promise<void> => {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock' AND query ~ '${statement}'`;
  while ((await admin.query(sql)).length === 0) {
    const ended = await Promise.race([work, new Promise<undefined>((resolve) => setTimeout(resolve, 20, undefined))]);
    if (ended !== undefined) assert.unreachable(`it did not wait: ${ended.stderr}`);
  }
};

const before = 'CREATE TABLE t (a int, b int);\n';

const begin = async ({ run, write }: Place, after: string): Promise<void> => {
  expectRun(await run('revision', '--autogenerate', '-m', 'start', '--rev-id', '20260101000000'), { status: 0 });
  expectRun(await run('upgrade', 'head'), { status: 0 });
  await write('schema/models.sql', after);
};

const generate = (run: Project['run'], ...more: readonly string[]): Promise<Ran> =>
  run('revision', '--autogenerate', '-m', 'busy', '--rev-id', '20260102000000', ...more);

test('a check is validated while others write; the plain form has to wait for them', () =>
  onServer(before, async (place) => {
    const { run, root, url, impatient } = place;
    await begin(place, 'CREATE TABLE t (a int, b int CHECK (b > 0));\n');
    expectRun(await generate(run), { status: 0, stderr: /no such row/ });
    await impatient(true);
    await whileWriting(url, async () => expectRun(await run('upgrade', 'head'), { status: 2, stderr: /lock/ }));
    await impatient(false);
    for (const file of await readdir(join(root, 'migrations'))) if (file.startsWith('20260102')) await rm(join(root, 'migrations', file));
    expectRun(await generate(run, '--online'), { status: 0, stderr: /2 revisions: each has to be committed before what follows it/ });
    assert.equal(
      (await readdir(join(root, 'migrations'))).filter((file) => file.endsWith('.up.sql')),
      ['20260101000000_start.up.sql', '20260102000000_busy_1_of_2.up.sql', '20260102000001_busy_2_of_2.up.sql'],
    );
    expectRun(await run('upgrade', '+1'), { status: 0 });
    await impatient(true);
    await whileWriting(url, async () => expectRun(await run('upgrade', 'head'), { status: 0 }));
    await impatient(false);
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('downgrade', '-2'), { status: 0 });
  }));

test('while an index is built CONCURRENTLY others write; the plain form keeps them waiting', () =>
  onServer(before, async (place) => {
    const { run, root, url, admin } = place;
    const indexed = `${before}CREATE INDEX i ON t (a);\n`;
    await begin(place, indexed);
    for (const [more, isOpen] of [
      [[], false],
      [['--online'], true],
    ] as const) {
      expectRun(await generate(run, ...more), { status: 0 });
      let upgrading: Promise<Ran> | undefined;
      await whileWriting(url, async () => {
        upgrading = run('upgrade', 'head');
        await untilWaiting(admin, 'CREATE INDEX', upgrading);
        assert.is(await canWrite(url), isOpen);
      });
      assert.ok(upgrading !== undefined);
      expectRun(await upgrading, { status: 0 });
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('downgrade', '-1'), { status: 0 });
      for (const file of await readdir(join(root, 'migrations'))) if (file.startsWith('20260102')) await rm(join(root, 'migrations', file));
    }
  }));

test('an index that duplicates stop is built again after the broken one is dropped', () =>
  onServer(before, async (place) => {
    const { run, url } = place;
    await begin(place, `${before}CREATE UNIQUE INDEX i ON t (a);\n`);
    const session = await open(url);
    await session.execute('INSERT INTO t VALUES (7, 1), (7, 2), (8, 3)');
    expectRun(await generate(run, '--online'), { status: 0, stderr: /UNIQUE \(a\) \(2 such rows\)/ });
    const json = await run('status', '--json');
    assert.is(json.status, 0);
    expectRun(await run('upgrade', 'head'), { status: 2, stderr: /could not create unique index/ });
    await session.execute('DELETE FROM t WHERE b = 2');
    expectRun(await run('upgrade', 'head'), { status: 2 });
    await session.execute('DROP INDEX CONCURRENTLY i');
    await session.close();
    expectRun(await run('upgrade', 'head'), { status: 0 });
    expectRun(await run('check'), { status: 0 });
  }));

test('a partition is detached and dropped, and all of it taken back', () => {
  const table = 'CREATE TABLE m (a int NOT NULL) PARTITION BY RANGE (a);\nCREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (10);\n';
  return onServer(`${table}CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);\n`, async (place) => {
    const { run } = place;
    await begin(place, `${table}CREATE INDEX mi ON m (a);\n`);
    expectRun(await generate(run, '--online'), { status: 0 });
    expectRun(await run('upgrade', 'head', '--strict-drift'), { status: 0 });
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('downgrade', 'base', '--strict-drift'), { status: 0 });
  });
});

test('SQLite has no such forms, and only --autogenerate has', () =>
  inProject(small, async ({ run }) => {
    const asked = await run('revision', '--autogenerate', '--online', '-m', 'x');
    expectRun(asked, { status: 64, stderr: /--online has nothing to offer for sqlite/ });
    expectRun(await run('revision', '--online', '-m', 'x'), { status: 64, stderr: /--autogenerate/ });
    expectRun(await run('revision', '--complete', 'head', '--online'), { status: 64, stderr: /--autogenerate/ });
  }));

test('an index that Ctrl-C takes from a build is told, with the line that removes it', () =>
  onServer('CREATE TABLE t (id int PRIMARY KEY, a int);\n', async ({ url, admin, write, run, runWith }) => {
    const build = '-- transaction: off\n\nCREATE INDEX CONCURRENTLY "T a" ON t (a);\n';
    await write('migrations/1_t.up.sql', 'CREATE TABLE t (id int PRIMARY KEY, a int);\n');
    await write('migrations/2_index.up.sql', build);
    expectRun(await run('upgrade', '1'), { status: 0 });
    await whileWriting(url, async () => {
      let child: ChildProcess | undefined;
      const upgrading = runWith({ onStart: (started) => (child = started) }, 'upgrade', 'head');
      await untilWaiting(admin, 'CREATE INDEX', upgrading);
      child?.kill('SIGINT');
      expectRun(await upgrading, {
        status: 130,
        stderr: /error\[cancelled\][^]*hint: an index that was not finished is left invalid: DROP INDEX CONCURRENTLY IF EXISTS "T a"; then/,
      });
    });
    expectRun(await run('status'), { status: 0, stdout: /^\[~\] 2 .*limbeck upgrade 2 goes on\)$/m });
    expectRun(await run('upgrade', '2'), { status: 2, stderr: /error\[state-mismatch\][^]*DROP INDEX CONCURRENTLY IF EXISTS "T a"/ });
  }));

test('an index that the server refused to finish: its remains go, and the revision goes on with it', () =>
  onServer('', async ({ url, write, run }) => {
    await write('migrations/1_a.up.sql', 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\n');
    const build = 'CREATE TABLE bb (x int);\nCREATE UNIQUE INDEX CONCURRENTLY ax ON a (x);\nCREATE TABLE cc (x int);\n';
    await write('migrations/2_b.up.sql', `-- transaction: off\n\n${build}`);
    const refused =
      /hint: an index that was not finished is left invalid: DROP INDEX CONCURRENTLY IF EXISTS ax; the statement before it is kept; .*limbeck upgrade 2 goes on with it; to change it, undo by hand what its first statement did, then limbeck stamp 1,/;
    expectRun(await run('upgrade', 'head'), { status: 2, stderr: refused });
    const unfinished =
      /error\[state-mismatch\]: statement 2 of 3 of .* was not finished\n[^]*hint: .*DROP INDEX CONCURRENTLY IF EXISTS ax; then limbeck upgrade 2 goes on with it/;
    expectRun(await run('upgrade', 'head'), { status: 2, stderr: unfinished });
    const session = await open(url);
    try {
      await session.execute('DROP INDEX CONCURRENTLY IF EXISTS ax');
      expectRun(await run('upgrade', 'head'), { status: 2, stderr: /it goes on from there\nerror\[sql-failed\]: could not create unique/ });
      await session.execute('DROP INDEX CONCURRENTLY IF EXISTS ax');
      await session.execute('DELETE FROM a');
      expectRun(await run('upgrade', 'head'), { status: 0 });
      await session.execute('INSERT INTO cc SELECT x FROM bb');
    } finally {
      await session.close();
    }
  }));

test.run();
