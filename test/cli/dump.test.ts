import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject, twoRevisions, type Files } from './support.ts';
import { twoDatabases } from './two-databases.ts';

const test = suite('limbeck dump');
const { urlOf, onEach } = twoDatabases(test, 'limbeck_dump');

const nasty: Files = {
  ...twoRevisions,
  'migrations/3_nasty.up.sql': `CREATE TABLE "Odd ""Name" (id INTEGER PRIMARY KEY, note TEXT DEFAULT 'it''s; a \\ "text"', user_id INTEGER REFERENCES users (id));
CREATE VIEW seen AS SELECT id FROM "Odd ""Name";
`,
  'migrations/3_nasty.down.sql': `-- it's; \\ "quoted"\r\nDROP VIEW seen;\nDROP TABLE "Odd ""Name";\n`,
};

onEach(
  'what was dumped loads: the same schema at the same revision, with its way back, and the same bytes',
  nasty,
  async ({ shell }, a, b) => {
    await a('up');
    const first = await a('dump');
    expectRun(first, { status: 0, stdout: /^-- limbeck dump of a (?:SQLite|PostgreSQL) database, at 3\n/, stderr: /^$/ });
    expectRun(await a('dump', '-o', 'schema/dump.sql'), { status: 0, stdout: /^$/, stderr: /^wrote schema\/dump\.sql\n$/ });
    expectRun(await b('load'), { status: 2, stderr: /^error\[database-missing\]/ });
    await b('create');
    expectRun(await b('load'), {
      status: 0,
      stdout: /^$/,
      stderr: /^loaded schema\/dump\.sql \(\d+ statements\) into .*, which is at 3\n$/,
    });
    assert.is((await b('dump')).stdout, first.stdout);
    expectRun(await b('status'), { status: 0, stdout: /Applied: 3\nPending: 0/, stderr: /^$/ });
    expectRun(await b('migrate'), { status: 0, stderr: /nothing to do/ });
    expectRun(await shell('ls schema'), { status: 0, stdout: /^dump\.sql\nmodels\.sql\n$/ });
    await shell('rm migrations/3_*');
    expectRun(await b('downgrade', 'base'), { status: 0, stderr: /reverted 3 revisions/ });
    await a('downgrade', 'base');
    assert.is((await b('dump')).stdout, (await a('dump')).stdout);
  },
);

onEach('applied one by one or all at once, today or later, the text is the same', nasty, async (_, a, b) => {
  await a('up');
  await b('create');
  for (let step = 1; step <= 3; step += 1) await b('upgrade', '+1');
  await b('downgrade', '-1');
  await b('migrate');
  assert.is((await b('dump')).stdout, (await a('dump')).stdout);
});

onEach(
  'with the setting it is written after every run that did something, unless told not to',
  twoRevisions,
  async ({ root, runWith, write }, a, _, engine) => {
    const file = join(root, 'schema', 'dump.sql');
    await write('limbeck.json', '{ "dumpSchema": true }');
    expectRun(await a('up', '--no-dump-schema'), { status: 0, stderr: /applied 2 revisions/ });
    assert.not((await readdir(join(root, 'schema'))).includes('dump.sql'));
    expectRun(await a('rollback'), { status: 0, stderr: /^wrote schema\/dump\.sql$/m });
    assert.match(await readFile(file, 'utf8'), /, at 1\n/);
    expectRun(await a('upgrade', 'head', '--json'), { status: 0, stdout: /"schemaFile":"schema\/dump\.sql"/ });
    const whole = await readFile(file, 'utf8');
    assert.match(whole, /, at 2\n/);
    assert.is(whole, (await a('dump', '-o', '-')).stdout);
    const { mtimeMs } = await stat(file);
    expectRun(await a('migrate'), { status: 0, stderr: /^nothing to do/ });
    assert.is((await stat(file)).mtimeMs, mtimeMs);
    const env = { LIMBECK_URL: urlOf(engine === 'sqlite' ? 'sqlite' : 'postgres', 'a'), LIMBECK_DUMP_SCHEMA: 'db/other.sql' };
    expectRun(await runWith({ env }, 'downgrade', '-1'), { status: 0, stderr: /^wrote db\/other\.sql$/m });
    expectRun(await a('migrate', '--schema-file', 'db/third.sql'), { status: 0, stderr: /^wrote db\/third\.sql$/m });
    assert.equal((await readdir(join(root, 'db'))).sort(), ['other.sql', 'third.sql']);
  },
);

onEach('a dump that cannot be written is loud, and says that the migrations are done', twoRevisions, async ({ root, write }, a) => {
  await write('limbeck.json', '{ "dumpSchema": "schema/dump.sql" }');
  await mkdir(join(root, 'schema', 'dump.sql'));
  const ran = await a('up');
  expectRun(ran, {
    status: 2,
    stderr: /error\[file-un\w+\]: the 2 revisions are done \(<base> -> 2\), but the schema was not written afterwards: [^]*limbeck dump/,
  });
  expectRun(await a('current'), { status: 0, stdout: /^2 / });
});

onEach('what is no dump is never written over', twoRevisions, async ({ root, write }, a) => {
  await write('limbeck.json', '{ "dumpSchema": "schema/models.sql" }');
  const models = await readFile(join(root, 'schema', 'models.sql'), 'utf8');
  expectRun(await a('up'), {
    status: 2,
    stderr: /error\[file-exists\]: the 2 revisions are done .* schema\/models\.sql is there and is no dump/,
  });
  expectRun(await a('dump'), { status: 2, stdout: /^$/, stderr: /^error\[file-exists\]/ });
  assert.is(await readFile(join(root, 'schema', 'models.sql'), 'utf8'), models);
  expectRun(await a('dump', '--force'), { status: 0, stderr: /wrote schema\/models\.sql/ });
});

test('arguments for pg_dump are refused', () =>
  inProject(twoRevisions, async ({ run }) => {
    expectRun(await run('dump', '--', '--no-owner'), { status: 64, stdout: /^$/, stderr: /limbeck dump does not take "--no-owner"/ });
  }));

test('what the configuration leaves out is named, and is not in the text', () =>
  inProject(
    {
      ...twoRevisions,
      'limbeck.json': '{ "url": "sqlite:///./app.db", "exclude": ["rol*"] }\n',
      'migrations/3_index.up.sql': 'CREATE INDEX roles_id ON roles (id);\n',
    },
    async ({ run }) => {
      expectRun(await run('up'), { status: 0 });
      const dumped = await run('dump');
      expectRun(dumped, {
        status: 0,
        stderr: /^warning: left out, as the configuration says \(exclude\): table roles, index roles_id\n$/,
      });
      assert.not.match(dumped.stdout, /CREATE TABLE roles|left out/);
    },
  ));

test.run();
