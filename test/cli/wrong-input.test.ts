import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeWithSqlite } from '../support/node24.ts';
import { expectRun, inProject, small, twoRevisions } from './support.ts';
import type { Files } from './support.ts';

/** A user without rights, for tests that run as root. */
const nobody = 65534;

interface Case {
  readonly name: string;
  readonly files?: Files;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly stderr: RegExp;
}

const models = (text: string): Files => ({ ...small, 'schema/models.sql': text });

const autogenerate = ['revision', '--autogenerate', '-m', 'x'];

const cases: readonly Case[] = [
  { name: 'no URL anywhere', files: {}, args: ['current'], status: 64, stderr: /^error\[no-url\][^]*\nhint: / },
  {
    name: 'a variable that is set but empty',
    args: ['current'],
    env: { DATABASE_URL: '' },
    status: 64,
    stderr: /^error\[no-url\].*DATABASE_URL is set but empty/,
  },
  { name: '-e with a variable that is not set', args: ['-e', 'NO_SUCH', 'current'], status: 64, stderr: /^error\[no-url\].*NO_SUCH/ },
  { name: 'an unknown scheme', args: ['current', '--url', 'oracle://h/d'], status: 64, stderr: /^error\[bad-url\][^]*hint: / },
  { name: 'no URL but a word', args: ['current', '--url', 'tavern.db'], status: 64, stderr: /^error\[bad-url\]/ },
  {
    name: 'a journal of a name that SQLite keeps for itself',
    args: ['upgrade', 'head', '--journal', 'SQLite_x'],
    files: { ...twoRevisions, 'app.db': '' },
    status: 64,
    stderr: /^error\[bad-config\]: the journal cannot be the table SQLite_x.*\nhint: .*--journal/,
  },
  {
    name: 'the same, for a script',
    args: ['upgrade', 'head', '--sql', '--journal', 'sqlite_x'],
    files: twoRevisions,
    status: 64,
    stderr: /^error\[bad-config\]: the journal cannot be the table sqlite_x/,
  },
  {
    name: 'a database that is not there',
    args: ['upgrade', 'head', '--url', 'sqlite:///./nowhere.db'],
    status: 2,
    stderr: /^error\[database-missing\].*nowhere\.db/,
  },
  {
    name: 'a folder instead of a database',
    args: ['current', '--url', 'sqlite:///./schema'],
    status: 2,
    stderr: /^error\[database-unreadable\]/,
  },
  {
    name: 'not a database',
    files: { ...small, 'app.db': 'This is a text, and long enough to be looked at as a header of a hundred bytes. '.repeat(4) },
    args: ['upgrade', 'head'],
    status: 2,
    stderr: /^error\[database-unreadable\]/,
  },
  {
    name: 'a database in a folder that is not there',
    args: ['upgrade', 'head', '--url', 'sqlite:///./no/such/x.db'],
    status: 2,
    stderr: /^error\[database-missing\]/,
  },
  {
    name: 'no models.sql',
    files: { 'limbeck.json': small['limbeck.json'] ?? '' },
    args: autogenerate,
    status: 2,
    stderr: /^error\[models-missing\][^]*hint: /,
  },
  {
    name: 'a folder without a SQL file instead of models.sql',
    files: { ...small, 'other/notes.txt': '' },
    args: ['check', '--models', 'other'],
    status: 2,
    stderr: /^warning: there is no database .*\nhint: .*\nerror\[models-missing\][^]*hint: /,
  },
  {
    name: 'malformed models.sql',
    files: models('CREATE TABLE a (id INTEGER PRIMARY KEY);\n\nCREATE TABEL b (id INT);\n'),
    args: autogenerate,
    status: 2,
    stderr: /^error\[models-invalid\].*\n {2}schema\/models\.sql:3:\d+\n {5}3 \| CREATE TABEL b \(id INT\);\n +\| +\^\n/,
  },
  {
    name: 'an open quote in models.sql',
    files: models("CREATE TABLE a (id INTEGER DEFAULT 'x);\n"),
    args: autogenerate,
    status: 2,
    stderr: /^error\[sql-syntax\].*\n {2}schema\/models\.sql:1:\d+\n[^]*\^/,
  },
  {
    name: 'models.sql that is not UTF-8',
    files: models('CREATE TABLE a (id INTEGER); -- \uFFFD'),
    args: ['heads', '--config', 'nowhere.json'],
    status: 64,
    stderr: /^error\[bad-config\]/,
  },
  {
    name: 'duplicate ids',
    files: { ...twoRevisions, 'migrations/2_other.up.sql': 'SELECT 1;\n', 'migrations/2_other.down.sql': 'SELECT 1;\n' },
    args: ['upgrade', 'head'],
    status: 2,
    stderr: /^error\[revision-duplicate\].*2/,
  },
  {
    name: 'a target that no file has',
    files: twoRevisions,
    args: ['upgrade', 'abc'],
    status: 2,
    stderr: /^error\[revision-unknown\]: Can't locate revision identified by 'abc'/,
  },
  { name: 'more steps than there are', files: twoRevisions, args: ['upgrade', '+5'], status: 2, stderr: /^error\[walk-failed\]/ },
  { name: 'a downgrade of nothing', files: twoRevisions, args: ['downgrade', '-1'], status: 2, stderr: /^error\[/ },
  { name: 'a range with two colons', files: twoRevisions, args: ['history', '-r', 'a:b:c'], status: 64, stderr: /^error\[usage\]/ },
  {
    name: 'an unknown configuration key',
    files: { 'limbeck.json': '{ "urll": "sqlite:///./a.db" }' },
    args: ['heads'],
    status: 64,
    stderr: /^error\[bad-config\][^]*url/,
  },
  {
    name: 'a configuration that is not JSON',
    files: { 'limbeck.json': '{ url }' },
    args: ['heads'],
    status: 64,
    stderr: /^error\[bad-config\]/,
  },
  {
    name: 'a migration that fails',
    files: { ...small, 'migrations/1_a.up.sql': 'CREATE TABLE a (b);\nINSERT INTO nowhere VALUES (1);\n' },
    args: ['upgrade', 'head'],
    status: 2,
    stderr: /\nerror\[sql-failed\].*nowhere.*\n {2}migrations\/1_a\.up\.sql:2:1\n {5}2 \| INSERT INTO nowhere/,
  },
  {
    name: '--sql with --autogenerate',
    args: [...autogenerate, '--sql'],
    status: 64,
    stderr: /Using --sql with --autogenerate does not make any sense/,
  },
  { name: 'a revision without a message', args: ['revision'], status: 64, stderr: /^error\[usage\][^]*limbeck revision -m/ },
  { name: 'an unknown option', args: ['upgrade', 'head', '--steps', 'abc'], status: 64, stderr: /no option --steps/ },
  { name: 'an unknown command', args: ['apply'], status: 64, stderr: /there is no command apply/ },
];

for (const { name, files, args, env, status, stderr } of cases) {
  test(name, async () => {
    await inProject(files ?? small, async ({ runWith }) => {
      const ran = await runWith(env === undefined ? {} : { env }, ...args);
      expectRun(ran, { status, stdout: /^$/, stderr });
    });
  });
}

test('a migrations folder that is not there is no empty one', async () => {
  await inProject(small, async ({ run, runWith, shell }) => {
    for (const args of [
      ['upgrade', 'head'],
      ['upgrade', 'head', '--dry-run'],
      ['upgrade', 'head', '--sql'],
      ['up'],
      ['migrate'],
      ['status', '--exit-code'],
      ['status', '--quiet'],
      ['current', '--check-heads'],
      ['prove'],
      ['check'],
      ['check', '--single-head'],
      ['heads'],
      ['history'],
      ['stamp', 'head'],
      ['diff', '--from', 'head'],
    ]) {
      const ran = await run(...args, '-d', 'typo');
      expectRun(ran, {
        status: 2,
        stdout: /^$/,
        stderr:
          /^error\[file-unreadable\]: there is no folder typo, which --migrations names\nhint: check `migrations`.*-d.*limbeck revision -m/,
      });
    }
    expectRun(await runWith({ env: { LIMBECK_MIGRATIONS: 'nope' } }, 'upgrade', 'head'), {
      status: 2,
      stderr: /no folder nope, which LIMBECK_MIGRATIONS names/,
    });
    await shell('mkdir elsewhere; echo \'{ "url": "sqlite:///./app.db" }\' > elsewhere/limbeck.json');
    expectRun(await shell('cd elsewhere; $L upgrade head'), { status: 2, stderr: /no folder migrations in \/.*elsewhere\n/ });
    expectRun(await run('doctor', '-d', 'typo'), { status: 1, stdout: /PROBLEM +migrations +there is no folder typo/ });
  });
});

test('what makes the folder, or needs none, works without', async () => {
  await inProject(
    { 'schema/models.sql': small['schema/models.sql'] ?? '', 'limbeck.json': small['limbeck.json'] ?? '' },
    async ({ run, shell }) => {
      expectRun(await run('check'), { status: 1, stdout: /create table users/ });
      expectRun(await run('doctor'), { status: 0, stdout: /^warning +migrations +there is no folder migrations$/m });
      expectRun(await run('revision', '--autogenerate', '-m', 'first', '--rev-id', '1'), { status: 0 });
      expectRun(await run('upgrade', 'head'), { status: 0 });
      await shell('rm -r migrations');
      expectRun(await run('status'), { status: 2, stderr: /no folder migrations in / });
      expectRun(await run('downgrade', 'base'), { status: 0 });
      expectRun(await run('new', 'other'), { status: 0 });
      expectRun(await run('status'), { status: 0, stdout: /Pending: 1/ });
    },
  );
  await inProject({}, async ({ run }) => {
    expectRun(await run('init'), { status: 0 });
    expectRun(await run('status', '--exit-code'), { status: 0 });
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /nothing to do/ });
  });
});

test('diff of two engines names both, and is refused', async () => {
  await inProject(twoRevisions, async ({ run }) => {
    const [postgres, sqlite] = ['postgresql://u:s3cret@localhost:1/d', 'sqlite:///./a.db'];
    for (const [from, to, hint] of [
      [postgres, sqlite, /limbeck diff --from URL/],
      [sqlite, postgres, /limbeck diff --from URL/],
      [postgres, 'head', /give --url one of the same engine/],
      ['head', postgres, /give --url one of the same engine/],
      ['schema/models.sql', postgres, /give --url one of the same engine/],
    ] as const) {
      const ran = await run('diff', '--from', from, '--to', to);
      expectRun(ran, {
        status: 64,
        stdout: /^$/,
        stderr: /error\[usage\]: diff compares two of one engine: --from \(.*\) is (PostgreSQL|SQLite), --to /,
      });
      assert.match(ran.stderr, hint);
      assert.not.match(ran.stderr, /s3cret/);
      assert.ok(ran.stderr.includes('PostgreSQL') && ran.stderr.includes('SQLite'), ran.stderr);
    }
  });
});

test('init takes no URL for a folder', async () => {
  await inProject({}, async ({ root, run }) => {
    for (const url of ['postgresql://u:s3cr@h/x', 'sqlite:///./app.db']) {
      const ran = await run('init', url);
      expectRun(ran, {
        status: 64,
        stdout: /^$/,
        stderr: /error\[usage\]: .* is a URL, .* migrations folder\nhint: limbeck init --url.*LIMBECK_URL/,
      });
      assert.not.match(ran.stderr, /s3cr/);
    }
    assert.equal(await readdir(root), []);
  });
});

test('a target that cannot be reached, or nothing to apply, creates no database and announces none', async () => {
  for (const node of [process.execPath, nodeWithSqlite()])
    await inProject(twoRevisions, async ({ root, runWith, shell }) => {
      const quiet = async (status: number, ...args: readonly string[]): Promise<void> => {
        const ran = await runWith({ node }, ...args);
        expectRun(ran, { status, stderr: /^(?:error|nothing)/ });
        assert.not.match(ran.stderr, /Creating database/);
        assert.not.ok(existsSync(join(root, 'app.db')), `${args.join(' ')} created a file`);
      };
      await quiet(2, 'upgrade', 'abc');
      await quiet(2, 'downgrade', '-1');
      await quiet(2, 'stamp', 'abc');
      await shell('rm migrations/*');
      await quiet(0, 'upgrade', 'head');
    });
});

test('empty models.sql: everything is to be dropped, and said to be so', async () => {
  await inProject(twoRevisions, async ({ run, write }) => {
    await run('upgrade', 'head');
    await write('schema/models.sql', '');
    expectRun(await run('check'), { status: 1, stdout: /drop table users/ });
    expectRun(await run('revision', '--autogenerate', '-m', 'x'), { status: 0, stderr: /data loss: .*users/ });
  });
});

test('a missing down file stops a downgrade before it begins', async () => {
  const { 'migrations/2_roles.down.sql': _, ...files } = twoRevisions;
  await inProject(files, async ({ run }) => {
    expectRun(await run('upgrade', 'head'), { status: 0 });
    expectRun(await run('downgrade', '-1'), { status: 2, stderr: /error\[no-down\]/ });
    expectRun(await run('current'), { status: 0, stdout: /^2 \(head\)\n$/ });
  });
});

test('a read-only file, and read-only folders', async () => {
  await inProject(twoRevisions, async ({ root, run, runWith, shell }) => {
    await run('upgrade', '1');
    await shell(`chown -R ${nobody} .; chmod 755 .`);
    const asNobody = (...args: readonly string[]): ReturnType<typeof run> =>
      runWith(process.getuid?.() === 0 ? { uid: nobody } : {}, ...args);
    await chmod(join(root, 'app.db'), 0o444);
    expectRun(await asNobody('upgrade', 'head'), { status: 2, stderr: /error\[database-readonly\][^]*hint: / });
    expectRun(await asNobody('current'), { status: 0, stdout: /^1\n$/ });
    await chmod(join(root, 'app.db'), 0o644);
    await chmod(root, 0o555);
    expectRun(await asNobody('upgrade', 'head'), { status: 2, stderr: /error\[(database-readonly|file-unwritable)\][^]*hint: / });
    expectRun(await asNobody('current'), { status: 0, stdout: /^1\n$/ });
    await chmod(join(root, 'migrations'), 0o555);
    expectRun(await asNobody('new', 'x'), { status: 2, stderr: /error\[file-unwritable\]/ });
    await chmod(join(root, 'migrations'), 0o755);
    await chmod(root, 0o755);
  });
});

test('a full disk: the database stays as it was', async () => {
  const insert =
    'CREATE TABLE big AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000) SELECT x, hex(randomblob(500)) AS y FROM c;\n';
  await inProject({ ...twoRevisions, 'migrations/2_roles.up.sql': insert }, async ({ root, run, runWith, shell }) => {
    await run('upgrade', '1');
    const before = await readFile(join(root, 'app.db'));
    for (const driver of ['sql.js', 'node:sqlite']) {
      const ran = await shell(`ulimit -f 400; $L upgrade head --driver ${driver}`, nodeWithSqlite());
      expectRun(ran, { status: 2, stderr: /error\[database-full\][^]*hint: make room/ });
      expectRun(await runWith({ node: nodeWithSqlite() }, 'current', '--driver', driver), { status: 0, stdout: /^1\n$/ });
      assert.ok(before.equals(await readFile(join(root, 'app.db'))), `${driver} changed the file`);
      assert.not.ok(existsSync(join(root, 'app.db-journal')), `${driver} left a journal`);
    }
  });
});

test('a full disk before the lock is made: nothing of it is left', async () => {
  await inProject(twoRevisions, async ({ root, run, shell }) => {
    await run('upgrade', '1');
    const before = (await readdir(root)).sort();
    expectRun(await shell('ulimit -f 0; $L upgrade head'), { status: 2, stderr: /error\[database-full\].*lock file[^]*hint: make room/ });
    assert.equal((await readdir(root)).sort(), before);
    await run('upgrade', 'head');
    assert.equal((await readdir(root)).sort(), before);
  });
});

test('a password in an argument is warned of, and never shown', async () => {
  await inProject(small, async ({ run, runWith }) => {
    for (const args of [
      ['current', '-v'],
      ['current', '--debug'],
      ['current', '--json'],
      ['upgrade', 'head'],
      ['diff', '--from', 'postgres://ann:s3cret@localhost:1/d'],
    ]) {
      const ran = await run(...args, '--url', 'postgres://ann:s3cret@localhost:1/d');
      assert.is.not(ran.status, 0);
      assert.not.ok(`${ran.stdout}${ran.stderr}`.includes('s3cret'), `${ran.stdout}${ran.stderr}`);
      assert.match(ran.stderr, /everyone on this machine can read the password in --/);
    }
    const quoted = await runWith({ env: { DATABASE_URL: `postgres://ann:s3"c ret'@localhost:1/d` } }, 'current', '-v', '--debug');
    assert.not.ok(`${quoted.stdout}${quoted.stderr}`.includes('c ret'), quoted.stderr);
    const refused = await run('init', '--url', 'postgres://ann:s3cret@h/d');
    expectRun(refused, { status: 64, stderr: /holds a password/ });
  });
});

test('a lock that somebody holds', async () => {
  await inProject(twoRevisions, async ({ root, run, shell }) => {
    await run('upgrade', '1');
    const script = `const fs = require('fs'); setTimeout(() => {}, 20000); fs.writeFileSync('ready', '')`;
    await writeFile(join(root, 'hold.cjs'), script);
    await mkdir(join(root, 'x'));
    const ran = await shell(
      'exec 9<>app.db; node hold.cjs 9<&9 & H=$!; while [ ! -e ready ]; do sleep 0.05; done; $L upgrade head --driver sql.js --lock-timeout 0.5; S=$?; kill $H; exit $S',
    );
    expectRun(ran, { status: 2, stderr: /error\[database-busy\][^]*hint: / });
    expectRun(await run('current'), { status: 0, stdout: /^1\n$/ });
  });
});

test('what was not foreseen is one line and a request, with the stack under --debug only', async () => {
  await inProject(small, async ({ root, run }) => {
    await mkdir(join(root, '.env'));
    const ran = await run('heads');
    assert.is.not(ran.status, null);
    assert.not.match(ran.stderr, /\n\s+at /);
    const told = await run('current', '--url', 'oracle://h/d', '--debug');
    assert.match(told.stderr, /\n\s+at /);
  });
});

test.run();
