import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { anyServer } from '../support/postgres/server.ts';
import { expectRun, inProject, type Files, type Project, type Ran } from './support.ts';

/** What dbmate 2.36 was seen to get wrong; the numbers are those of docs/coverage-cli.md. */
const test = suite("dbmate's defects");
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

type Run = (...args: readonly string[]) => Promise<Ran>;

interface Place {
  readonly project: Project;
  readonly run: Run;
  readonly env: Readonly<Record<string, string>>;
  /** Names of the tables, without the journal. */
  readonly tables: () => Promise<readonly string[]>;
  readonly query: (sql: string) => Promise<readonly unknown[]>;
}

const engines = ['sqlite', 'postgres'] as const;

const tablesSql = {
  sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('limbeck_journal', 'sqlite_sequence') ORDER BY 1",
  postgres:
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'limbeck_journal' ORDER BY 1",
};

const onBoth = (name: string, files: Files, work: (place: Place) => Promise<void>): void => {
  for (const engine of engines) on(engine, name, files, work);
};

const on = (engine: (typeof engines)[number], name: string, files: Files, work: (place: Place) => Promise<void>): void => {
  test(`${name} (${engine})`, () =>
    inProject({ 'limbeck.json': '{}', ...files }, async (project) => {
      const url = engine === 'sqlite' ? 'sqlite:///./app.db' : server.url.replace(/\/[^/?]*(\?|$)/, '/limbeck_defects$1');
      const env = { LIMBECK_URL: url };
      const run: Run = (...args) => project.runWith({ env }, ...args);
      const query = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
        const session = await openSession(url, { mode: 'read', directory: project.root });
        try {
          return await session.query(sql);
        } finally {
          await session.close();
        }
      };
      await run('drop', '--yes');
      const tables = async (): Promise<readonly string[]> => (await query(tablesSql[engine])).map((row) => String(row['name']));
      await work({ project, run, env, tables, query });
      await run('drop', '--yes');
    }));
};

const pair = (id: string, table: string): Files => ({
  [`migrations/${id}_${table}.up.sql`]: `CREATE TABLE ${table} (id INTEGER PRIMARY KEY);\n`,
  [`migrations/${id}_${table}.down.sql`]: `DROP TABLE ${table};\n`,
});

onBoth(
  '1: the file of the last migration is gone: the last one is rolled back, not the one before',
  { ...pair('1', 'a'), ...pair('2', 'b') },
  async ({ project, run, tables }) => {
    await run('up');
    await project.shell('rm migrations/2_*');
    expectRun(await run('status'), {
      status: 0,
      stdout: /\[x\] 1 [^]*\[x\] 2 [^]*Applied: 2\nPending: 0/,
      stderr: /revision 2 was applied, and no file has it/,
    });
    expectRun(await run('rollback'), { status: 0, stderr: /reverted 1 revision \(2 -> 1\)/ });
    assert.equal(await tables(), ['a']);
    expectRun(await run('current'), { status: 0, stdout: /^1\b/ });
  },
);

onBoth(
  '2: 1, 9, 10 are in the order of numbers, strictly too',
  { ...pair('10', 'b'), ...pair('1', 'a') },
  async ({ project, run, tables }) => {
    await project.write('migrations/9_c.up.sql', 'CREATE TABLE c (id INTEGER PRIMARY KEY);\n');
    expectRun(await run('up', '--json'), { status: 0, stdout: /^\{"type":"plan","direction":"up","revisions":\["1","9","10"\]\}$/m });
    await project.write('migrations/11_d.up.sql', 'CREATE TABLE d (id INTEGER PRIMARY KEY);\n');
    expectRun(await run('migrate', '--strict'), { status: 0, stderr: /applied 1 revision \(10 -> 11\)/ });
    assert.equal(await tables(), ['a', 'b', 'c', 'd']);
  },
);

const parts: Files = {
  'migrations/1_parts.up.sql':
    'CREATE TABLE a (id INTEGER PRIMARY KEY);\n\n-- the second part\nCREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id));\n',
  'migrations/1_parts.down.sql': 'DROP TABLE b;\nDROP TABLE a;\n',
  'migrations/2_half.up.sql': 'CREATE TABLE c (id INTEGER PRIMARY KEY);\n\n-- the second part\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n',
};

onBoth('3: a file of several parts is applied whole or not at all, and taken back whole', parts, async ({ run, tables }) => {
  expectRun(await run('up'), { status: 2, stderr: /error\[sql-failed\]: .*already exists[^]*2_half\.up\.sql:4:/ });
  assert.equal(await tables(), ['a', 'b']);
  expectRun(await run('status'), { status: 0, stdout: /\[x\] 1 [^]*\[ \] 2 / });
  expectRun(await run('rollback'), { status: 0 });
  assert.equal(await tables(), []);
});

onBoth(
  '4: nothing is called done that failed',
  { ...pair('1', 'a'), 'migrations/2_bad.up.sql': 'CREATE TABLE a (id INTEGER);\n' },
  async ({ run }) => {
    const ran = await run('up');
    expectRun(ran, { status: 2, stderr: /Running upgrade <base> -> 1, a \.\.\. done[^]*Running upgrade 1 -> 2, bad\nerror\[sql-failed\]/ });
    assert.is(ran.stderr.match(/done/g)?.length, 1);
    assert.not.match(`${ran.stdout}${ran.stderr}`, /applied/i);
  },
);

onBoth(
  '5: five runners at once apply each migration once, and all succeed',
  { ...pair('1', 'a'), ...pair('2', 'b'), ...pair('3', 'c') },
  async ({ run, tables }) => {
    await run('create');
    const all = await Promise.all(Array.from({ length: 5 }, () => run('migrate', '--json')));
    for (const ran of all) expectRun(ran, { status: 0, stdout: /^\{"type":"result".*"to":\["3"\]/m });
    const steps = all.flatMap(({ stdout }) =>
      [...stdout.matchAll(/^\{"type":"step-done","direction":"up","revision":"(\d)"/gm)].map(([, id]) => id),
    );
    assert.equal(steps.map(String).sort(), ['1', '2', '3']);
    assert.equal(await tables(), ['a', 'b', 'c']);
  },
);

onBoth(
  '6: the schema file needs neither the sqlite3 shell nor pg_dump, and its failure is a failure',
  pair('1', 'a'),
  async ({ project, env }) => {
    const alone = { env: { ...env, PATH: '/nowhere', LIMBECK_DUMP_SCHEMA: 'db/schema.sql' } };
    expectRun(await project.runWith(alone, 'up'), { status: 0, stderr: /^wrote db\/schema\.sql$/m });
    assert.match(await readFile(join(project.root, 'db', 'schema.sql'), 'utf8'), /CREATE TABLE "?a"? /);
    const blocked = { env: { ...alone.env, LIMBECK_DUMP_SCHEMA: 'limbeck.json/schema.sql' } };
    expectRun(await project.runWith(blocked, 'rollback'), { status: 2, stderr: /error\[file-unwritable\]: the revision is done/ });
  },
);

on(
  'sqlite',
  '7: a ?query in the URL is no part of a file name',
  { ...pair('1', 'a'), 'app.db?mode=ro': 'mine' },
  async ({ project, run }) => {
    await run('up');
    for (const command of [['create'], ['drop', '--yes'], ['up']]) {
      const ran = await run(...command, '--url', 'sqlite:///./app.db?mode=ro');
      expectRun(ran, { status: 64, stderr: /^error\[bad-url\]: .*has a parameter \(mode\)/ });
    }
    assert.is(await readFile(join(project.root, 'app.db?mode=ro'), 'utf8'), 'mine');
    expectRun(await run('drop', '--yes'), { status: 0, stderr: /^dropped/ });
    assert.not(existsSync(join(project.root, 'app.db')));
    assert.ok((await readdir(project.root)).includes('app.db?mode=ro'));
  },
);

on('postgres', '7: a ?query in the URL is no part of a name', pair('1', 'a'), async ({ run, env }) => {
  const url = `${env['LIMBECK_URL']}${env['LIMBECK_URL']?.includes('?') === true ? '&' : '?'}application_name=x`;
  expectRun(await run('create', '--url', url, '--json'), { status: 0, stdout: /"name": "limbeck_defects"/ });
  expectRun(await run('drop', '--yes', '--url', url, '--json'), { status: 0, stdout: /"name": "limbeck_defects",\s+"dropped": true/ });
});

onBoth(
  '8: two files of one version are refused before anything runs',
  { ...pair('1', 'a'), ...pair('2', 'b'), ...pair('02', 'c') },
  async ({ project, run, tables }) => {
    await run('create');
    await project.write('migrations/2_other.up.sql', 'CREATE TABLE other (id INTEGER PRIMARY KEY);\n');
    expectRun(await run('migrate'), {
      status: 2,
      stderr: /^error\[revision-duplicate\][^]*2_b[^]*2_other|^error\[revision-duplicate\][^]*2_other[^]*2_b/,
    });
    assert.equal(await tables(), []);
  },
);

const rebuild =
  'CREATE TABLE new_p (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO new_p SELECT id, NULL FROM p;\nDROP TABLE p;\nALTER TABLE new_p RENAME TO p;\n';

on(
  'sqlite',
  '9: a rebuild with PRAGMA foreign_keys inside is refused, and with the header loses no row',
  {
    'migrations/1_family.up.sql':
      'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id) ON DELETE CASCADE);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1, 1);\n',
    'migrations/2_rebuild.up.sql': `PRAGMA foreign_keys = OFF;\n${rebuild}PRAGMA foreign_keys = ON;\n`,
  },
  async ({ project, run, query }) => {
    expectRun(await run('up'), {
      status: 2,
      stderr: /error\[revision-invalid\]: .*PRAGMA foreign_keys does nothing inside a transaction[^]*foreign keys: off/,
    });
    assert.equal(await query('SELECT count(*) AS rows FROM c'), [{ rows: 1 }]);
    await project.write('migrations/2_rebuild.up.sql', `-- rebuild\n-- revision: 2\n-- parent: 1\n-- foreign keys: off\n\n${rebuild}`);
    expectRun(await run('up'), { status: 0 });
    assert.equal(await query('SELECT count(*) AS rows FROM c'), [{ rows: 1 }]);
  },
);

const long = 'x'.repeat(200_000);

onBoth(
  '10: lines of 200,000 letters and of one are read and written as they are',
  {
    'migrations/1_long.up.sql': `CREATE TABLE long (id INTEGER PRIMARY KEY, note TEXT DEFAULT '${long}')\n;\n`,
    'migrations/1_long.down.sql': `-- ${long}\nDROP TABLE long\n;\n`,
  },
  async ({ run, project }) => {
    await run('up');
    await run('dump', '-o', 'schema/dump.sql');
    const text = await readFile(join(project.root, 'schema', 'dump.sql'), 'utf8');
    assert.ok(text.split(long).length === 3);
    await run('drop', '--yes');
    await run('create');
    expectRun(await run('load'), { status: 0, stderr: /at 1$/m });
    assert.is((await run('dump')).stdout, text);
    await project.write('short.sql', '-\n');
    await run('drop', '--yes');
    await run('create');
    expectRun(await run('load', 'short.sql'), { status: 2, stderr: /^error\[sql-failed\][^]*short\.sql:1:1/ });
  },
);

test.run();
