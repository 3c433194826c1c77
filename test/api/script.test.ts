import { appendFile, copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgradeSql, ensureVersionSql, stampSql, upgradeSql } from '../../lib/api/script.ts';
import { current } from '../../lib/api/current.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { ensureVersion } from '../../lib/api/ensure-version.ts';
import { stamp } from '../../lib/api/stamp.ts';
import { status } from '../../lib/api/status.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { failure, makeProject, migration, usersAndRole, writeProved, writeThree } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';
import { sqliteClients, tally } from '../support/clients/all.ts';

const test = suite<{ project: TestProject }>('scripts for sqlite3');
let checks = 0;
test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());
test.after(() => void process.stdout.write(tally(sqliteClients, checks)));

const at = (project: TestProject, name: string): Config => ({ ...project.config, url: `sqlite:///./${name}.db` });
const fileOf = (project: TestProject, name: string): string => join(project.directory, `${name}.db`);

/** All that a run leaves: the rows of the journal but what differs from run to run, and the whole schema and its rows. */
const stateOf = async (project: TestProject, name: string): Promise<unknown> => {
  const session = await openSession(`sqlite:///./${name}.db`, { mode: 'write', create: true, directory: project.directory });
  try {
    const entries = await session.journal('limbeck_journal').read();
    const rows = entries.map((entry) => ({ ...entry, durationMs: 0, appliedAt: '', appliedBy: '' }));
    const { whole } = await session.fingerprint(project.scope);
    const tables = await session.query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%limbeck_journal%' AND name NOT LIKE 'sqlite_stat%' ORDER BY name",
    );
    const contents = [];
    for (const { name: table } of tables)
      contents.push([table, await session.query(`SELECT * FROM "${String(table).replaceAll('"', '""')}"`)]);
    return { rows, whole, contents, journal: await session.query("SELECT sql FROM sqlite_schema WHERE name = 'limbeck_journal'") };
  } finally {
    await session.close();
  }
};

/** Runs the script with every client on a copy of what `prepare` made, and gives what each left. */
const withAll = async (
  project: TestProject,
  script: string,
  prepare: (config: Config) => Promise<unknown>,
  judge: (name: string, went: boolean, client: (typeof sqliteClients)[number]) => Promise<void>,
): Promise<void> => {
  await prepare(at(project, 'start'));
  await appendFile(fileOf(project, 'start'), '');
  for (const [index, client] of sqliteClients.entries()) {
    const name = `client${checks}_${index}`;
    await copyFile(fileOf(project, 'start'), fileOf(project, name));
    const went = await client.run(fileOf(project, name), script);
    await judge(name, went, client);
  }
  checks += 1;
};

const hostile = [
  [
    '1',
    'CREATE TABLE "we\'ird; -- "" :x $y" (id INTEGER PRIMARY KEY, note TEXT DEFAULT \'.quit\n.bail off\n/\ngo\n;\');\n',
    'DROP TABLE "we\'ird; -- "" :x $y";\n',
  ],
  [
    '2',
    `CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT);
INSERT INTO t (b, c) VALUES ('ünï ☃ 😀', 'O''Hara; COMMIT; --'), ('line
.exit
go
/
end', NULL);
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.c IS NULL BEGIN
  UPDATE t SET c = CASE WHEN new.b = ';' THEN 'x' ELSE 'y' END WHERE a = new.a; DELETE FROM t WHERE b = 'nobody';
END;
CREATE VIEW v AS SELECT a
/
2 AS
go
FROM t;
`,
    "-- back\r\nDROP VIEW v;\r\nDROP TABLE t; -- 'ü' \\ :x\r\n",
  ],
  [
    '3',
    `INSERT INTO t (b) SELECT b || '!' FROM t;
UPDATE t SET c = 'z' WHERE a = 1;
UPDATE t SET c = 'z' WHERE a = 4711;
DELETE FROM t WHERE b = 'nobody';
INSERT OR IGNORE INTO t (a, b) VALUES (1, 'again');
INSERT INTO t (a, b) VALUES (1, 'again') ON CONFLICT DO NOTHING;
CREATE INDEX IF NOT EXISTS ti ON t (c);
CREATE INDEX IF NOT EXISTS ti ON t (c);
DROP TABLE IF EXISTS nowhere;
WITH x AS (SELECT 9 AS a) INSERT INTO t (a, b) SELECT a, 'nine' FROM x;
CREATE TEMP TABLE passing (a);
DROP TABLE temp.passing;
SELECT 1;
SAVEPOINT s;
RELEASE s;
`,
    'DROP INDEX ti;\n',
  ],
  ['4', '-- nothing to do here\n', '-- nothing to do here\n'],
] as const;

const writeHostile = async (project: TestProject): Promise<void> => {
  for (const [id, up, down] of hostile) {
    await project.write(`${id}_change_${id}.up.sql`, up);
    await project.write(`${id}_change_${id}.down.sql`, down);
  }
  const off = { foreignKeys: 'off' } as const;
  await project.write(
    '5_keys.up.sql',
    migration(
      'CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (a));\nINSERT INTO u VALUES (1, 1);\nCREATE TABLE t2 AS SELECT * FROM t;\nDELETE FROM t2 WHERE 0;\n',
      { ...off, dependsOn: ['2'] },
    ),
  );
  await project.write('5_keys.down.sql', migration('DROP TABLE t2;\nDROP TABLE u;\n', off));
  await project.write(
    '6_alone.up.sql',
    migration('CREATE TABLE w (id INTEGER);\nVACUUM;\nINSERT INTO w VALUES (1);\nANALYZE;\n', { transactional: false }),
  );
  await project.write('6_alone.down.sql', migration('DROP TABLE w;\n', { transactional: false }));
};

test('leaves what limbeck itself leaves, up and down, with hostile texts', async ({ project }) => {
  await writeHostile(project);
  const up = await upgradeSql(at(project, 'x'), { range: 'head' });
  assert.equal([up.engine, up.from, up.to, up.revisions], ['sqlite', [], ['6'], ['1', '2', '3', '4', '5', '6']]);
  await upgrade({ ...at(project, 'own'), urlIsDefault: true }, project.options('head'));
  const expected = await stateOf(project, 'own');
  const down = await downgradeSql(at(project, 'x'), { range: 'head:3' });
  await copyFile(fileOf(project, 'own'), fileOf(project, 'back'));
  await downgrade(at(project, 'back'), project.options('3'));
  const expectedBack = await stateOf(project, 'back');
  await withAll(
    project,
    up.sql,
    async () => undefined,
    async (name, went, client) => {
      assert.ok(went, client.name);
      assert.equal(await stateOf(project, name), expected, client.name);
      assert.equal((await status(at(project, name))).pending, []);
      assert.is((await current(at(project, name))).atHeads, true);
      assert.ok(await client.run(fileOf(project, name), down.sql), client.name);
      assert.equal(await stateOf(project, name), expectedBack, client.name);
      await downgrade(at(project, name), project.options('base'));
      await upgrade(at(project, name), project.options('head'));
    },
  );
});

test('what was proved stays proved: the next run compares, and finds what it was told', async ({ project }) => {
  await writeProved(project, usersAndRole);
  const { sql } = await upgradeSql(at(project, 'x'), { range: ':1' });
  await withAll(
    project,
    sql,
    async () => undefined,
    async (name) => {
      const outcome = await upgrade(at(project, name), project.options('head', { strictDrift: true }));
      assert.equal(
        outcome.steps.map(({ checked }) => checked),
        [true],
      );
      assert.equal((await downgrade(at(project, name), project.options('base', { strictDrift: true }))).steps.length, 2);
    },
  );
  assert.equal(
    project.events.filter(({ type }) => type === 'warning'),
    [],
  );
});

const elsewhere: Readonly<Record<string, (project: TestProject, config: Config) => Promise<unknown>>> = {
  'behind the start': (project, config) => upgrade({ ...config, urlIsDefault: true }, project.options('1')),
  'past the start': (project, config) => upgrade({ ...config, urlIsDefault: true }, project.options('3')),
  'without a journal': async () => undefined,
  'stopped half way': async (project, config) => {
    await upgrade({ ...config, urlIsDefault: true }, project.options('2'));
    await change(project, config, "UPDATE limbeck_journal SET state = 'running' WHERE revision = '2'");
  },
  'at the same heads, with something missing below': async (project, config) => {
    await upgrade({ ...config, urlIsDefault: true }, project.options('2'));
    await change(project, config, "DELETE FROM limbeck_journal WHERE revision = '1'");
  },
  'with a revision that no file has': async (project, config) => {
    await upgrade({ ...config, urlIsDefault: true }, project.options('2'));
    await change(project, config, "UPDATE limbeck_journal SET revision = 'gone', parents = '[]' WHERE revision = '1'");
  },
  'made from other files': async (project, config) => {
    await upgrade({ ...config, urlIsDefault: true }, project.options('2'));
    await change(project, config, "UPDATE limbeck_journal SET checksum = 'c1:0' WHERE revision = '1'");
  },
  'written by a newer limbeck': async (project, config) => {
    await upgrade({ ...config, urlIsDefault: true }, project.options('2'));
    await change(project, config, 'ALTER TABLE limbeck_journal ADD COLUMN newer');
  },
};

const change = async (project: TestProject, config: Config, sql: string): Promise<void> => {
  const session = await openSession(config.url ?? '', { mode: 'write', create: true, directory: project.directory });
  await session.execute(sql);
  await session.close();
};

for (const [name, prepare] of Object.entries(elsewhere)) {
  test(`a database ${name} is left as it is`, async ({ project }) => {
    await writeThree(project);
    const { sql } = await upgradeSql(at(project, 'x'), { range: '2:3' });
    const dump = async (each: string): Promise<unknown> => {
      const session = await openSession(`sqlite:///./${each}.db`, { mode: 'write', create: true, directory: project.directory });
      const tables = await session.query('SELECT * FROM sqlite_schema');
      const rows = tables.some(({ name: table }) => table === 'limbeck_journal')
        ? await session.query('SELECT * FROM limbeck_journal')
        : [];
      await session.close();
      return { tables, rows };
    };
    await withAll(
      project,
      sql,
      async (config) => {
        await prepare(project, config);
        await dump('start');
      },
      async (each, went, client) => {
        assert.is(went, false, client.name);
        assert.equal(await dump(each), await dump('start'), client.name);
      },
    );
  });
}

const bad: Readonly<Record<string, string>> = {
  'a table that is there': 'CREATE TABLE one (a);',
  'a table that is not there': 'DROP TABLE nowhere;',
  'an ALTER': 'ALTER TABLE nowhere ADD COLUMN x;',
  'a word that is none': 'SELEKT 1;',
  'a query': 'SELECT nothing_such FROM one;',
  'an UPDATE behind WITH': 'WITH x AS (SELECT 2 AS id) UPDATE one SET id = (SELECT id FROM x) WHERE id = 1;',
  'an INSERT behind WITH': 'WITH x AS (SELECT 2 AS id) INSERT INTO one SELECT id FROM x;',
  'an INSERT': 'INSERT INTO one VALUES (1);',
  'an INSERT that selects': 'INSERT INTO one SELECT id FROM one;',
  'an UPDATE': 'UPDATE one SET id = 7;',
  'an UPDATE of some rows': 'UPDATE one SET id = 2 WHERE id = 1;',
  'a DELETE': 'DELETE FROM one WHERE id = 1;',
  'an index': 'CREATE UNIQUE INDEX i ON many (a);',
  'a trigger that raises': 'INSERT INTO watched VALUES (1);',
  'a key that refers to nothing': 'INSERT INTO child VALUES (99);',
};

for (const [name, statement] of Object.entries(bad)) {
  test(`${name} fails: nothing of its revision is kept, and nothing after it runs`, async ({ project }) => {
    await writeThree(project);
    const ground = `CREATE TABLE many (a);
INSERT INTO many VALUES (1), (1);
INSERT INTO one VALUES (1), (2);
CREATE TABLE child (id INTEGER PRIMARY KEY, one INTEGER NOT NULL DEFAULT 99 REFERENCES one ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE keeper (one INTEGER REFERENCES one (id));
INSERT INTO keeper VALUES (1);
CREATE TABLE watched (a);
CREATE TRIGGER watch BEFORE INSERT ON watched BEGIN SELECT RAISE(ABORT, 'no'); END;
`;
    await project.write('2_two.up.sql', `CREATE TABLE two (id INTEGER PRIMARY KEY);\n${ground}`);
    await project.write('2_two.down.sql', '');
    await project.write('3_three.up.sql', `ALTER TABLE many ADD COLUMN before;\n${statement}\nDROP TABLE many;\n`);
    await project.write('4_four.up.sql', 'DROP TABLE one;\nCREATE TABLE four (id INTEGER);\n');
    await upgrade({ ...at(project, 'own'), urlIsDefault: true }, project.options('2'));
    const expected = await stateOf(project, 'own');
    const { sql } = await upgradeSql(at(project, 'x'), { range: 'base:head' });
    await withAll(
      project,
      sql,
      async () => undefined,
      async (each, went, client) => {
        assert.is(went, false, client.name);
        assert.equal(await stateOf(project, each), expected, client.name);
      },
    );
  });
}

test('rows that would refer to nothing after a rebuild are a reason to take it back', async ({ project }) => {
  await project.write(
    '1_one.up.sql',
    'CREATE TABLE p (id INTEGER PRIMARY KEY);\nINSERT INTO p VALUES (1), (2);\nCREATE TABLE c (p INTEGER REFERENCES p);\nINSERT INTO c VALUES (1);\n',
  );
  await project.write(
    '2_two.up.sql',
    migration(
      'CREATE TABLE q (id INTEGER PRIMARY KEY);\nINSERT INTO q SELECT id FROM p WHERE id = 2;\nDROP TABLE p;\nALTER TABLE q RENAME TO p;\n',
      { foreignKeys: 'off' },
    ),
  );
  await upgrade({ ...at(project, 'own'), urlIsDefault: true }, project.options('1'));
  const expected = await stateOf(project, 'own');
  const { sql } = await upgradeSql(at(project, 'x'), { range: ':head' });
  await withAll(
    project,
    sql,
    async () => undefined,
    async (each, went, client) => {
      assert.is(went, false, client.name);
      assert.equal(await stateOf(project, each), expected, client.name);
    },
  );
});

const rebuilds = [
  'foreign-key-actions',
  'mutual-foreign-keys',
  'temporary-names-taken',
  'change-type',
  'nasty-names',
  'rebuild-without-rowid',
];

for (const name of rebuilds) {
  test(`a generated rebuild runs in a script as limbeck runs it: ${name}`, async ({ project }) => {
    const text = (file: string): Promise<string> => readFile(new URL(`../cases/sqlite/${name}/${file}.sql`, import.meta.url), 'utf8');
    const rebuild = async (direction: 'up' | 'down'): Promise<string> => {
      const body = (await text(direction)).replace('-- foreign keys: off\n', '');
      return migration(body, { foreignKeys: 'off' });
    };
    await project.write('1_old.up.sql', await text('old'));
    await project.write('2_new.up.sql', await rebuild('up'));
    await project.write('2_new.down.sql', await rebuild('down'));
    await project.write('3_last.up.sql', 'CREATE TABLE last (id INTEGER PRIMARY KEY);\n');
    for (const [command, range, target] of [
      [upgradeSql, '1:3', '3'],
      [downgradeSql, '2:1', '1'],
    ] as const) {
      const own = `own${target}`;
      const start = target === '3' ? '1' : '2';
      await upgrade({ ...at(project, own), urlIsDefault: true }, project.options(start));
      await (target === '3' ? upgrade : downgrade)(at(project, own), project.options(target));
      const expected = await stateOf(project, own);
      const { sql } = await command(at(project, 'x'), { range });
      await withAll(
        project,
        sql,
        (config) =>
          rm(fileOf(project, 'start'), { force: true }).then(() => upgrade({ ...config, urlIsDefault: true }, project.options(start))),
        async (each, went, client) => {
          assert.is(went, true, client.name);
          assert.equal(await stateOf(project, each), expected, client.name);
        },
      );
    }
  });
}

test('another down SQL than the journal recorded does not run', async ({ project }) => {
  await writeThree(project);
  await upgrade({ ...at(project, 'own'), urlIsDefault: true }, project.options('head'));
  await project.write('2_two.down.sql', 'DROP TABLE one;\n');
  const { sql } = await downgradeSql(at(project, 'x'), { range: '3:1' });
  await withAll(
    project,
    sql,
    (config) => upgradeFrom(project, config),
    async (each, went, client) => {
      assert.is(went, false, client.name);
      const rows = (await status(at(project, each))).applied.map(({ id }) => id);
      assert.equal(rows, ['1', '2'], client.name);
    },
  );
});

test('a header that was written anew after the up is no other down SQL', async ({ project }) => {
  await writeThree(project);
  await project.write('2_two.down.sql', '-- drops it\r\n\r\n-- for good\r\nDROP TABLE two;\r\n');
  await project.write('3_three.down.sql', '-- takes three back\n-- revision: 3\n\nDROP TABLE three;\n');
  await upgrade({ ...at(project, 'own'), urlIsDefault: true }, project.options('head'));
  await project.write('2_two.down.sql', '-- Two\n-- revision: 2\n-- allow: x\n\n-- drops it\n\n-- for good\nDROP TABLE two;\n');
  await project.write('3_three.down.sql', 'DROP TABLE three;\n');
  const { sql } = await downgradeSql(at(project, 'x'), { range: '3:1' });
  await withAll(
    project,
    sql,
    (config) => upgradeFrom(project, config),
    async (each, went, client) => {
      assert.ok(went, client.name);
      const rows = (await status(at(project, each))).applied.map(({ id }) => id);
      assert.equal(rows, ['1'], client.name);
    },
  );
});

/** A copy of the database that limbeck itself brought to its heads. */
const upgradeFrom = (project: TestProject, config: Config): Promise<void> =>
  copyFile(fileOf(project, 'own'), join(project.directory, (config.url ?? '').replace('sqlite:///./', '')));

test('a stamp writes the rows that limbeck stamp writes, and takes them away', async ({ project }) => {
  await writeThree(project);
  await stamp({ ...at(project, 'own'), urlIsDefault: true }, { targets: ['2'] });
  const expected = await stateOf(project, 'own');
  const there = await stampSql(at(project, 'x'), { targets: ['2'] });
  const back = await stampSql(at(project, 'x'), { targets: ['2:1'] });
  assert.equal([there.revisions, back.revisions, back.from, back.to], [['1', '2'], ['2'], ['2'], ['1']]);
  await withAll(
    project,
    there.sql,
    async () => undefined,
    async (each, went, client) => {
      assert.ok(went, client.name);
      assert.equal(await stateOf(project, each), expected, client.name);
      assert.ok(await client.run(fileOf(project, each), back.sql));
      assert.equal(
        (await current(at(project, each))).revisions.map(({ id }) => id),
        ['1'],
      );
    },
  );
});

test('ensure-version makes the journal that limbeck makes, once', async ({ project }) => {
  await writeThree(project);
  await ensureVersion({ ...at(project, 'own'), urlIsDefault: true });
  const expected = await stateOf(project, 'own');
  const { sql } = await ensureVersionSql(at(project, 'x'), {});
  await withAll(
    project,
    sql,
    async () => undefined,
    async (each, went, client) => {
      assert.ok(went, client.name);
      assert.ok(await client.run(fileOf(project, each), sql));
      assert.equal(await stateOf(project, each), expected, client.name);
      await upgrade(at(project, each), project.options('1'));
      assert.ok(await client.run(fileOf(project, each), sql));
      assert.equal(
        (await current(at(project, each))).revisions.map(({ id }) => id),
        ['1'],
      );
    },
  );
});

test('the same script is the same bytes, and asks no database', async ({ project }) => {
  await writeThree(project);
  const nowhere = { ...project.config, url: 'sqlite:////nowhere/at/all.db' };
  assert.is(
    (await upgradeSql(nowhere, { range: 'head' })).sql,
    (await upgradeSql(nowhere, { range: ':3' })).sql.replaceAll(':3 --sql', 'head --sql'),
  );
  assert.match((await upgradeSql(nowhere, { range: 'head' })).sql, /^\.bail on\n/);
});

test('a range is read as everywhere', async ({ project }) => {
  await writeThree(project);
  await project.write('4_side.up.sql', migration('SELECT 1;\n', { revision: '4', parents: ['1'], labels: ['side'] }));
  const of = async (range: string): Promise<readonly string[]> => (await upgradeSql(project.config, { range })).revisions;
  assert.equal(await of('1:+1').catch(({ code }: { code: string }) => [code]), ['walk-failed']);
  assert.equal(await of('2:+1'), ['3']);
  assert.equal(await of('base:2'), ['1', '2']);
  assert.equal(await of(':2'), ['1', '2']);
  assert.equal(await of('1:heads'), ['2', '3', '4']);
  assert.equal(await of('heads'), ['1', '2', '3', '4']);
  assert.equal(await of('1:side@head'), ['4']);
  assert.equal(await of('3-1:3'), ['3']);
  assert.equal(await of('2:2'), []);
  const down = async (range: string): Promise<readonly string[]> =>
    (await downgradeSql(project.config, { range }).catch((error) => ({ revisions: [String(error)] }))).revisions;
  await project.write('4_side.down.sql', '');
  assert.equal(await down('3:-1'), ['3']);
  assert.equal(await down('3:base'), ['3', '2', '1']);
  assert.equal(await down('heads:1'), ['4', '3', '2']);
  assert.equal(await down('3:'), ['3', '2', '1']);
});

test('what cannot be known, or goes the other way, is refused', async ({ project }) => {
  await writeThree(project);
  const codes = [];
  for (const range of ['current:head', '3:1', 'a:b:c', '1:nowhere'])
    codes.push((await failure(upgradeSql(project.config, { range }))).code);
  for (const range of ['1', ':1', '1:3']) codes.push((await failure(downgradeSql(project.config, { range }))).code);
  assert.equal(codes, ['usage', 'walk-failed', 'usage', 'revision-unknown', 'usage', 'usage', 'walk-failed']);
  const error = await failure(upgrade(project.config, project.options('1:3')));
  assert.is(error.code, 'usage');
  assert.match(error.hint ?? '', /limbeck upgrade 1:3 --sql/);
  assert.is((await failure(upgradeSql({ ...project.config, url: undefined }, { range: 'head' }))).code, 'no-url');
  assert.is((await upgradeSql({ ...project.config, url: undefined }, { range: 'head', engine: 'postgres' })).engine, 'postgres');
  for (const sql of ['SAVEPOINT s;\nROLLBACK TO s;\n', 'INSERT OR ROLLBACK INTO one VALUES (1);\n']) {
    await project.write('4_back.up.sql', sql);
    assert.is((await failure(upgradeSql(project.config, { range: 'head' }))).code, 'sql-unsupported');
  }
});

test.run();
