import { chmod, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DoctorResult } from '../../lib/api/doctor.ts';
import type { Session } from '../../lib/engine/engine.ts';
import type { LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { openSession } from '../../lib/engine/open.ts';
import { nodeWithSqlite } from '../support/node24.ts';
import { open } from '../support/postgres/parts.ts';
import { startServer } from '../support/postgres/server.ts';
import { expectRun, inProject, small, twoRevisions } from './support.ts';
import type { Project, Ran } from './support.ts';

const test = suite('limbeck doctor');
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

/** `level topic: text`, with `> next` behind it. */
const told = (ran: Ran): readonly string[] => {
  const { findings }: DoctorResult = JSON.parse(ran.stdout);
  return findings.map(
    ({ topic, level, text, next }) => `${level} ${topic}: ${text}${next === null || next === undefined ? '' : ` > ${next}`}`,
  );
};

const findings = async (project: Project, status: number, ...args: readonly string[]): Promise<string> => {
  const ran = await project.run('doctor', '--json', ...args);
  expectRun(ran, { status });
  assert.is(JSON.parse(ran.stdout).ok, status === 0);
  return `${told(ran).join('\n')}\n`;
};

const hasLine = (text: string, line: RegExp): void =>
  assert.ok(
    text.split('\n').some((each) => line.test(each)),
    `${String(line)} in\n${text}`,
  );

test('well: each line ok, status 0, and nothing is written', async () => {
  await inProject(small, async (project) => {
    await project.run('revision', '--autogenerate', '-m', 'first', '--rev-id', '1');
    await project.run('upgrade', 'head');
    const before = [await readdir(project.root, { recursive: true }), await readFile(join(project.root, 'app.db'))];
    for (const node of [process.execPath, nodeWithSqlite()]) {
      const ran = await project.runWith({ node }, 'doctor');
      expectRun(ran, { status: 0, stdout: /^ok {7}limbeck {5}\S+ on Node/, stderr: /all is well|0 problems, 1 warning/ });
      for (const line of [
        /^ok +url +sqlite:\/\/\/\.\/app\.db \(from limbeck\.json\.url\)$/m,
        /^ok +models +schema\/models\.sql, for sqlite$/m,
        /^ok +migrations +1 revision in migrations, head 1$/m,
        /^ok +database +\S+app\.db: SQLite 3\.\S+, by (?:sql\.js|node:sqlite)/m,
        /^ok +lock +no other run is under way$/m,
        /^ok +journal +the database is at 1$/m,
        /^ok +schema +as revision 1 left it$/m,
        /^ok +schema +it is what the models declare$/m,
      ])
        assert.match(ran.stdout, line);
    }
    expectRun(await project.run('doctor', '--driver', 'sql.js'), {
      status: 0,
      stdout: /cannot see programs of other users[^\n]*\n +next: stop what uses the file/,
    });
    assert.equal([await readdir(project.root, { recursive: true }), await readFile(join(project.root, 'app.db'))], before);
  });
});

test('what is pending, edited, part done, unknown, drifted, and locked is named with what to do', async () => {
  await inProject(small, async (project) => {
    await project.run('revision', '--autogenerate', '-m', 'first', '--rev-id', '1');
    hasLine(await findings(project, 0), /^warning database: there is no database .* yet > limbeck upgrade head makes it$/);
    await project.run('upgrade', 'head');
    await project.run('new', 'second', '--rev-id', '2');
    hasLine(await findings(project, 0), /^warning pending: 1 revision: 2 > limbeck upgrade head$/);
    const first = 'migrations/1_first.up.sql';
    await project.write(first, `${await readFile(join(project.root, first), 'utf8')}-- edited\n`);
    hasLine(await findings(project, 0), /^warning migrations: migrations\/1_first\.up\.sql is not what was applied/);
    const database = await openSession('sqlite:///app.db', { mode: 'write', directory: project.root });
    await database.execute("UPDATE limbeck_journal SET state = 'running' WHERE revision = '1'");
    await database.close();
    hasLine(
      await findings(project, 1),
      /^problem journal: revision 1 is applied in part \(\d+ statements\) > limbeck upgrade 1 goes on with it$/,
    );
  });
  await inProject(small, async (project) => {
    await project.run('revision', '--autogenerate', '-m', 'first', '--rev-id', '1');
    await project.run('upgrade', 'head');
    const database = await openSession('sqlite:///app.db', { mode: 'write', directory: project.root });
    await database.execute('CREATE TABLE stray (id INTEGER)');
    await database.close();
    hasLine(await findings(project, 1), /^problem schema: .*something else changed it > limbeck check names what differs$/);
    await project.write('app.db.limbeck-lock', 'what?\n');
    await project.write('app.db.conflict', '');
    const text = await findings(project, 1);
    hasLine(text, /^warning lock: .* does not say whose it is > if nothing runs: rm /);
    hasLine(text, /^problem file: app\.db\.conflict holds what another program wrote/);
  });
  await inProject(twoRevisions, async (project) => {
    await project.run('upgrade', 'head');
    await project.shell('rm migrations/2_*');
    hasLine(await findings(project, 1), /^problem journal: revision 2 was applied, and no file has it > get its files/);
  });
});

test('a configuration that cannot be read is what it finds', async () => {
  await inProject({ 'limbeck.json': '{"lockTimeout": "x", "modles": "y"}' }, async (project) => {
    const text = await findings(project, 1);
    hasLine(text, /^ok limbeck: /);
    hasLine(text, /^problem settings: limbeck\.json\.modles: unknown key; did you mean models\? > correct/);
    hasLine(text, /^problem settings: limbeck\.json\.lockTimeout: should be a number of seconds/);
    await project.write('limbeck.json', '{');
    hasLine(await findings(project, 1), /^problem settings: limbeck\.json: not JSON/);
    await project.write('limbeck.json', '{}');
    hasLine(await findings(project, 1, '-e', 'NONE'), /^problem settings: no database URL: NONE/);
    const empty = await findings(project, 1);
    hasLine(empty, /^problem database: no database URL was given > give one/);
    hasLine(empty, /^warning models: there is no schema\/models\.sql > limbeck init/);
    hasLine(empty, /^warning migrations: there is no folder migrations > limbeck revision/);
  });
});

test('each look that fails is a finding, and the others go on', async () => {
  const files = {
    ...small,
    'migrations/1_a.up.sql': '-- revision: 1\n-- parent: 2\n\nSELECT 1;\n',
    'migrations/2_b.up.sql': '-- revision: 2\n-- parent: 1\n\nSELECT 1;\n',
    'app.db': 'no database, but a text that is long enough\n'.repeat(100),
  };
  await inProject(files, async (project) => {
    const text = await findings(project, 1);
    hasLine(text, /^problem migrations: .*need each other in a ring/);
    hasLine(text, /^problem database: /);
    hasLine(text, /^ok models: /);
  });
  await inProject(twoRevisions, async (project) => {
    await project.run('upgrade', 'head');
    await project.write('migrations/3_bad.up.sql', '-- revision: 4\n\nSELECT 1;\n');
    const text = await findings(project, 1);
    hasLine(text, /^problem migrations: .*3_bad/);
    hasLine(text, /^warning journal: it was not looked at, because the migrations cannot be read$/);
    assert.not.match(text, /no file has it|nothing was applied/);
  });
});

test('a server that is not there, or never answers: seconds, no hang, and no password', async () => {
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await inProject({ ...small, 'limbeck.json': '{}' }, async ({ runWith }) => {
    for (const [at, found] of [
      [port, /no answer within 5 s/],
      [1, /no server answers at/],
    ] as const) {
      const ran = await runWith({ env: { LIMBECK_URL: `postgresql://u:s3cret@127.0.0.1:${at}/d` } }, 'doctor');
      expectRun(ran, { status: 1, stdout: found, stderr: /1 problem/ });
      assert.not.match(`${ran.stdout}${ran.stderr}`, /s3cret/);
      assert.match(ran.stdout, /PROBLEM {2}database [^\n]*\n +next: /);
    }
  });
  await new Promise((resolve) => silent.close(resolve));
});

test('a read-only file', async () => {
  await inProject({ ...twoRevisions, 'app.db': '' }, async (project) => {
    await chmod(join(project.root, 'app.db'), 0o444);
    await chmod(project.root, 0o555);
    try {
      const text = await findings(project, 0);
      if (process.getuid?.() !== 0) hasLine(text, /^warning file: app\.db, 0 kB; cannot be written > to upgrade: chmod/);
      hasLine(text, /^warning pending: 2 revisions: 1, 2 >/);
    } finally {
      await chmod(project.root, 0o755);
    }
  });
});

test('PostgreSQL: server, rights of a role that can only read, another run, scratch databases of dead runs', async () => {
  for (const sql of [
    'CREATE DATABASE doc',
    "CREATE ROLE doc_reader LOGIN PASSWORD 'pw'",
    'CREATE DATABASE limbeck_scratch_20200101000000_deadbeef',
    "COMMENT ON DATABASE limbeck_scratch_20200101000000_deadbeef IS 'limbeck scratch database, made at 1577836800'",
  ])
    await admin.execute(sql);
  const files = { ...twoRevisions, 'limbeck.json': '{}' };
  await inProject(files, async (project) => {
    const url = server.tcpUrl('doc');
    expectRun(await project.run('upgrade', 'head', '--url', url), { status: 0 });
    const all = await findings(project, 0, '--url', url);
    hasLine(all, /^ok database: \S+doc: PostgreSQL 1\d\.\S+, by postgres\.js$/);
    hasLine(all, /^ok rights: postgres may create in schema public$/);
    hasLine(all, /^ok scratch: postgres may create scratch databases \(CREATEDB\)$/);
    hasLine(all, /^warning scratch: 1 scratch database of runs that died: limbeck_scratch_20200101000000_deadbeef >/);
    hasLine(all, /^ok journal: the database is at 2$/);
    const reader = url.replace(/\/\/[^@]*@/, '//doc_reader:pw@');
    const session = await open(url);
    await session.execute('GRANT SELECT ON limbeck_journal TO doc_reader');
    const lock = await session.lock({ timeoutMs: 1000 });
    const seen = await findings(project, 0, '--url', reader);
    await lock.release();
    await session.close();
    hasLine(
      seen,
      /^warning rights: doc_reader may read, not create in schema public > to upgrade: .*GRANT USAGE, CREATE ON SCHEMA "?public"? TO "?doc_reader"?$/,
    );
    hasLine(seen, /^warning scratch: doc_reader may not create scratch databases.* > ALTER ROLE "?doc_reader"? CREATEDB, or --scratch-url/);
    hasLine(seen, /^warning lock: another run is under way: limbeck lock, /);
    const [row] = await admin.query("SELECT count(*)::int AS n FROM pg_database WHERE datname LIKE 'limbeck_scratch_%'");
    assert.is(row?.['n'], 1, 'doctor makes no scratch database, and drops none');
  });
});

test('PostgreSQL: the scratch server and the direct URL are tried', async () => {
  await admin.execute('CREATE DATABASE doc_places');
  await admin.execute("CREATE ROLE doc_poor LOGIN PASSWORD 's3cret'");
  await inProject({ ...twoRevisions, 'limbeck.json': '{}' }, async (project) => {
    const url = server.tcpUrl('doc_places');
    expectRun(await project.run('upgrade', 'head', '--url', url), { status: 0 });
    const well = await findings(project, 0, '--url', url, '--scratch-url', server.tcpUrl('postgres'), '--direct-url', url);
    hasLine(well, /^ok direct-url: \S+doc_places: PostgreSQL 1\d\.\S+ answers$/);
    hasLine(well, /^ok scratch-url: \S+postgres: PostgreSQL 1\d\.\S+ answers$/);
    hasLine(well, /^ok scratch: postgres may create scratch databases \(CREATEDB\)$/);
    const gone = await findings(project, 1, '--url', url, '--scratch-url', server.tcpUrl('gone'), '--direct-url', server.tcpUrl('gone'));
    hasLine(gone, /^problem direct-url: there is no database "gone" at /);
    hasLine(gone, /^problem scratch-url: there is no database "gone" at .* > let --scratch-url name a database that is there/);
    const dead = 'postgresql://u:s3cret@127.0.0.1:1/d';
    const silent = await findings(project, 1, '--url', url, '--scratch-url', dead, '--direct-url', dead);
    hasLine(silent, /^problem direct-url: no server answers at /);
    hasLine(silent, /^problem scratch-url: no server answers at /);
    assert.not.match(silent, /s3cret/);
    const poor = server.tcpUrl('postgres').replace(/\/\/[^@]*@/, '//doc_poor:s3cret@');
    hasLine(await findings(project, 0, '--url', url, '--scratch-url', poor), /^warning scratch: doc_poor may not create scratch databases/);
    const ran = await project.run('check', '--url', url, '--scratch-url', server.tcpUrl('gone'));
    expectRun(ran, {
      status: 2,
      stderr: /error\[scratch-failed\].*the --scratch-url: there is no database "gone".*\nhint: let --scratch-url name/,
    });
    assert.not.match(ran.stderr, /limbeck create/);
  });
});

test.run();
