import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { current } from '../../lib/api/current.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { downgradeSql, ensureVersionSql, stampSql, upgradeSql } from '../../lib/api/script.ts';
import { ensureVersion } from '../../lib/api/ensure-version.ts';
import { stamp } from '../../lib/api/stamp.ts';
import { status } from '../../lib/api/status.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { failure, makeProject, migration } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';
import { passingClients, postgresClients, tally } from '../support/clients/all.ts';
import type { Client } from '../support/clients/all.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite<{ project: TestProject }>('scripts for psql');
let server: Awaited<ReturnType<typeof anyServer>>;
let checks = 0;
let serial = 0;
test.before(async () => {
  server = await anyServer();
});
test.before.each(async (context) => {
  context.project = await makeProject({ urlIsDefault: false });
});
test.after.each(({ project }) => project.close());
test.after(async () => {
  await server.stop();
  process.stdout.write(tally([...postgresClients, ...passingClients], checks));
});

const urlOf = (name: string): string => server.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
const at = (project: TestProject, name: string): Config => ({ ...project.config, url: urlOf(name) });

const execute = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const session = await openSession(url, { mode: 'write', directory: '/' });
  try {
    for (const statement of statements) await session.execute(statement);
  } finally {
    await session.close();
  }
};

const create = async (template = 'template0'): Promise<string> => {
  serial += 1;
  const name = `script_${process.pid}_${serial}`;
  await execute(server.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return name;
};

const drop = (name: string): Promise<void> => execute(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);

/** All that a run leaves: the rows of the journal but what differs from run to run, the whole schema, and rows. */
const stateOf = async (project: TestProject, name: string): Promise<unknown> => {
  const session = await openSession(urlOf(name), { mode: 'write', directory: '/' });
  try {
    const entries = await session.journal('limbeck_journal').read();
    const rows = entries.map((entry) => ({ ...entry, durationMs: 0, appliedAt: '', appliedBy: '' }));
    const { whole } = await session.fingerprint(project.scope);
    const columns = await session.query(
      "SELECT attname, atttypid::regtype::text AS type, attnotnull FROM pg_attribute WHERE attrelid = to_regclass('limbeck_journal') AND attnum > 0 ORDER BY attnum",
    );
    const made = await session.query("SELECT to_regclass('users') IS NOT NULL AS users");
    const contents = made[0]?.['users'] === true ? await session.query('SELECT * FROM users ORDER BY id') : [];
    return { rows, whole, columns, contents };
  } finally {
    await session.close();
  }
};

/** Runs the script with every client on a copy of what `prepare` made, and gives what each left. */
const withAll = async (
  clients: readonly Client[],
  script: string,
  prepare: (name: string) => Promise<unknown>,
  judge: (name: string, went: boolean, client: Client) => Promise<void>,
): Promise<void> => {
  const start = await create();
  await prepare(start);
  for (const client of clients) {
    const name = await create(start);
    await judge(name, await client.run(urlOf(name), script), client);
    await drop(name);
  }
  await drop(start);
  checks += 1;
};

const off = { transactional: false } as const;

const writeHostile = async (project: TestProject): Promise<void> => {
  await project.write(
    '1_users.up.sql',
    `CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, "we'ird; -- "":a :'n'" int[] NOT NULL DEFAULT '{1,2,3}');
INSERT INTO users VALUES (1, 'O''Hara; COMMIT; -- :a \\', '{1,2,3}'), (2, E'ünï ☃ 😀 \\\\ \\'x\\n', '{4,5,6}'), (3, '
\\q
\\set ON_ERROR_STOP off
.bail off', '{7}');
CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS $limbeck$ BEGIN RETURN n; END $limbeck$;
`,
  );
  await project.write('1_users.down.sql', "-- back\r\nDROP FUNCTION f;\r\nDROP TABLE users; -- \\back :a $limbeck$ 'ü'\r\n");
  await project.write(
    '2_slices.up.sql',
    `CREATE TABLE s (a int, n int, tags int[]);
CREATE VIEW v AS SELECT tags[1:a] AS a, tags[n:2] AS b, tags[:] AS c, tags[n:"a"] AS d, '{"a":":a"}'::jsonb AS e, U&'\\0441' AS g, $$ :a 'q' $$::text AS h FROM s;
CREATE FUNCTION g(a int, b int[]) RETURNS int[] LANGUAGE sql BEGIN ATOMIC SELECT b[1:a]; SELECT b[a:2]; END;
CREATE RULE r AS ON UPDATE TO s DO ALSO (SELECT 1; SELECT 2);
COMMENT ON TABLE users IS 'ünï :a
\\\\q';
SET work_mem = '5MB';
SET search_path = pg_catalog;
SELECT public.f(n => 3), public.f(n := 3);
`,
  );
  await project.write('2_slices.down.sql', 'DROP FUNCTION g;\nDROP VIEW v;\nDROP TABLE s;\n');
  await project.write('3_online.up.sql', migration('CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name);\n', off));
  await project.write('3_online.down.sql', migration('DROP INDEX CONCURRENTLY users_name;\n', off));
  await project.write('4_x.up.sql', 'ALTER TABLE users ADD COLUMN x int;\n');
  await project.write('4_x.down.sql', 'ALTER TABLE users DROP COLUMN x;\n');
  await project.write(
    '5_several.up.sql',
    migration(
      'ALTER TABLE users ADD y int;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_y ON ONLY "users" (y);\nVACUUM users;\nUPDATE users SET y = 1;\n',
      { ...off, dependsOn: ['2'] },
    ),
  );
  await project.write(
    '5_several.down.sql',
    migration('DROP INDEX CONCURRENTLY IF EXISTS public.users_y;\nALTER TABLE users DROP y;\n', off),
  );
  await project.write('6_nothing.up.sql', migration('-- nothing to do here\n', off));
  await project.write('6_nothing.down.sql', '-- nothing to do here\n');
};

test('leaves what limbeck itself leaves, up and down, with hostile texts', async ({ project }) => {
  await writeHostile(project);
  const own = await create();
  await upgrade(at(project, own), project.options('head'));
  const expected = await stateOf(project, own);
  const up = await upgradeSql(at(project, own), { range: 'head' });
  const down = await downgradeSql(at(project, own), { range: 'head:2' });
  const back = await create(own);
  await downgrade(at(project, back), project.options('2'));
  const expectedBack = await stateOf(project, back);
  await withAll(
    postgresClients,
    up.sql,
    async () => undefined,
    async (name, went, client) => {
      assert.ok(went, client.name);
      assert.equal(await stateOf(project, name), expected, client.name);
      assert.equal((await status(at(project, name))).pending, []);
      assert.is((await current(at(project, name))).atHeads, true);
      assert.ok(await client.run(urlOf(name), down.sql), client.name);
      assert.equal(await stateOf(project, name), expectedBack, client.name);
      await upgrade(at(project, name), project.options('head'));
      await downgrade(at(project, name), project.options('base'));
    },
  );
  await drop(own);
  await drop(back);
});

test('a client that sets savepoints, to pass over errors, changes nothing', async ({ project }) => {
  await writeHostile(project);
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: 'head' });
  await withAll(
    passingClients,
    sql,
    async () => undefined,
    async (name, went, client) => {
      assert.is(went, false, client.name);
      assert.equal(await stateOf(project, name), { ...(await emptyState(project)), columns: [] }, client.name);
    },
  );
});

const emptyState = async (project: TestProject): Promise<object> => {
  const name = await create();
  const state = await stateOf(project, name);
  await drop(name);
  return Object(state);
};

const writeThree = async (project: TestProject): Promise<void> => {
  await project.write(
    '1_one.up.sql',
    "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);\nINSERT INTO users VALUES (1, 'a'), (2, 'a');\n",
  );
  await project.write('1_one.down.sql', 'DROP TABLE users;\n');
  await project.write('2_two.up.sql', 'CREATE TABLE two (id int);\n');
  await project.write('2_two.down.sql', 'DROP TABLE two;\n');
  await project.write('3_three.up.sql', 'CREATE TABLE three (id int);\n');
  await project.write('3_three.down.sql', 'DROP TABLE three;\n');
};

const elsewhere: Readonly<Record<string, readonly [target: string, sql?: string]>> = {
  'behind the start': ['1'],
  'past the start': ['3'],
  'without a journal': ['base'],
  'stopped half way': ['2', "UPDATE limbeck_journal SET state = 'running' WHERE revision = '2'"],
  'at the same heads, with something missing below': ['2', "DELETE FROM limbeck_journal WHERE revision = '1'"],
  'with a revision that no file has': ['2', "UPDATE limbeck_journal SET revision = 'gone', parents = '[]' WHERE revision = '1'"],
  'made from other files': ['2', "UPDATE limbeck_journal SET checksum = 'c1:0' WHERE revision = '1'"],
  'written by a newer limbeck': ['2', 'ALTER TABLE limbeck_journal ADD COLUMN newer text'],
  'of a journal format to come': ['2', 'UPDATE limbeck_journal SET format = 2'],
};

test('a database that is elsewhere is left as it is', async ({ project }) => {
  await writeThree(project);
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: '2:3' });
  for (const [name, [target, change]] of Object.entries(elsewhere)) {
    const database = await create();
    if (target !== 'base') await upgrade(at(project, database), project.options(target));
    if (change !== undefined) await execute(urlOf(database), change);
    const before = await wholeOf(database);
    for (const client of postgresClients) {
      assert.is(await client.run(urlOf(database), sql), false, `${name}, ${client.name}`);
      assert.equal(await wholeOf(database), before, `${name}, ${client.name}`);
    }
    checks += 1;
    await drop(database);
  }
});

/** The names of the tables, and the journal as it stands, whatever its columns are. */
const wholeOf = async (database: string): Promise<unknown> => {
  const session = await openSession(urlOf(database), { mode: 'write', directory: '/' });
  const tables = await session.query(
    "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  const isThere = tables.some(({ name }) => name === 'limbeck_journal');
  const rows = isThere ? await session.query('SELECT to_json(j)::text AS row FROM limbeck_journal j ORDER BY seq') : [];
  await session.close();
  return { tables, rows };
};

test('a statement that fails: nothing of its revision is kept, and nothing after it runs', async ({ project }) => {
  await writeThree(project);
  await project.write(
    '2_two.up.sql',
    'CREATE TABLE two (id int);\nALTER TABLE users ADD before int;\nINSERT INTO users VALUES (1, NULL);\nDROP TABLE users;\n',
  );
  await project.write(
    '4_four.up.sql',
    migration('DROP INDEX CONCURRENTLY IF EXISTS users_pkey;\nCREATE INDEX CONCURRENTLY late ON users (id);\n', off),
  );
  const own = await create();
  await upgrade(at(project, own), project.options('1'));
  const expected = await stateOf(project, own);
  await drop(own);
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: 'head' });
  await withAll(
    postgresClients,
    sql,
    async () => undefined,
    async (name, went, client) => {
      assert.is(went, false, client.name);
      assert.equal(await stateOf(project, name), expected, client.name);
    },
  );
});

test('what fails outside a transaction is not recorded as done, and nothing after it runs', async ({ project }) => {
  await writeThree(project);
  await project.write('2_two.up.sql', migration('CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name);\n', off));
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: 'head' });
  await withAll(
    postgresClients,
    sql,
    async () => undefined,
    async (name, went, client) => {
      assert.is(went, false, client.name);
      const session = await openSession(urlOf(name), { mode: 'read', directory: '/' });
      const rows = (await session.journal('limbeck_journal').read()).map(({ revision, state, statementsDone }) => [
        revision,
        state,
        statementsDone,
      ]);
      await session.close();
      assert.equal(
        rows,
        [
          ['1', 'applied', 2],
          ['2', 'running', 0],
        ],
        client.name,
      );
      assert.is((await failure(upgrade(at(project, name), project.options('head')))).code, 'state-mismatch');
    },
  );
});

test('what is there already is not taken for what was to be made', async ({ project }) => {
  await writeThree(project);
  await project.write('2_two.up.sql', migration('CREATE INDEX CONCURRENTLY users_name ON users (name);\n', off));
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: '1:head' });
  const prepare = async (name: string): Promise<void> => {
    await upgrade(at(project, name), project.options('1'));
    await execute(urlOf(name), 'CREATE INDEX users_name ON users (id)');
  };
  await withAll(postgresClients, sql, prepare, async (name, went, client) => {
    assert.is(went, false, client.name);
    assert.equal(
      (await current(at(project, name))).revisions.map(({ id }) => id),
      ['1'],
      client.name,
    );
  });
});

test('each schema has its own run of the same script; one that was not meant is left alone', async ({ project }) => {
  await writeThree(project);
  const { sql } = await upgradeSql({ ...project.config, url: server.url }, { range: ':2' });
  const [client] = postgresClients;
  const name = await create();
  await execute(urlOf(name), 'CREATE SCHEMA tenant', 'CREATE SCHEMA other');
  assert.ok(await client?.run(urlOf(name), `${sql.split('BEGIN;')[0]}SET search_path = tenant;\n${sql.slice(sql.indexOf('BEGIN;'))}`));
  assert.is(await client?.run(urlOf(name), sql), false, 'the default schema has no journal, but another has');
  assert.ok(await client?.run(urlOf(name), `${sql.split('BEGIN;')[0]}SET search_path = other;\n${sql.slice(sql.indexOf('BEGIN;'))}`));
  const session = await openSession(urlOf(name), { mode: 'read', directory: '/' });
  const found = await session.query(
    "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('public', 'tenant', 'other') ORDER BY 1",
  );
  await session.close();
  assert.equal(
    found.map((row) => row['name']),
    ['other.limbeck_journal', 'other.two', 'other.users', 'tenant.limbeck_journal', 'tenant.two', 'tenant.users'],
  );
  await drop(name);
});

test('a header that was written anew after the up is no other down SQL', async ({ project }) => {
  await writeThree(project);
  const prepare = async (name: string): Promise<void> => {
    await project.write('2_two.down.sql', '-- drops it\r\n\r\n-- for good\r\nDROP TABLE two;\r\n');
    await project.write('3_three.down.sql', '-- takes three back\n-- revision: 3\n\nDROP TABLE three;\n');
    await upgrade(at(project, name), project.options('head'));
  };
  await project.write('2_two.down.sql', '-- Two\n-- revision: 2\n-- allow: x\n\n-- drops it\n\n-- for good\nDROP TABLE two;\n');
  await project.write('3_three.down.sql', 'DROP TABLE three;\n');
  const { sql } = await downgradeSql({ ...project.config, url: server.url }, { range: '3:1' });
  await withAll(postgresClients, sql, prepare, async (name, went, client) => {
    assert.ok(went, client.name);
    assert.equal(
      (await current(at(project, name))).revisions.map(({ id }) => id),
      ['1'],
      client.name,
    );
  });
});

test('another down SQL than the journal recorded does not run; a role is taken; a stamp writes its rows', async ({ project }) => {
  await writeThree(project);
  const down = await downgradeSql({ ...project.config, url: server.url }, { range: '3:1' });
  const changed = down.sql;
  const prepare = async (name: string): Promise<void> => {
    await upgrade(at(project, name), project.options('head'));
    await execute(urlOf(name), "UPDATE limbeck_journal SET down = 'DROP TABLE users;' WHERE revision = '2'");
  };
  await withAll(postgresClients, changed, prepare, async (name, went, client) => {
    assert.is(went, false, client.name);
    assert.equal(
      (await current(at(project, name))).revisions.map(({ id }) => id),
      ['2'],
      client.name,
    );
  });
  const role = `script_${process.pid}`;
  await execute(server.url, `CREATE ROLE "${role}"`);
  const own = await create();
  await execute(urlOf(own), `GRANT CREATE ON SCHEMA public TO "${role}"`);
  const as = await upgradeSql({ ...at(project, own), role }, { range: ':1' });
  assert.ok(await postgresClients[0]?.run(urlOf(own), as.sql));
  const session = await openSession(urlOf(own), { mode: 'read', directory: '/' });
  assert.equal(await session.query("SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'public'"), [{ owner: role }]);
  await session.close();
  await drop(own);
  await execute(server.url, `DROP ROLE "${role}"`);
  const stamped = await create();
  await stamp(at(project, stamped), { targets: ['2'] });
  const expected = await stateOf(project, stamped);
  await drop(stamped);
  const { sql } = await stampSql({ ...project.config, url: server.url }, { targets: ['2'] });
  await withAll(
    postgresClients,
    sql,
    async () => undefined,
    async (name, went, client) => {
      assert.ok(went, client.name);
      assert.equal(await stateOf(project, name), expected, client.name);
    },
  );
});

test('ensure-version makes the journal that limbeck makes, once', async ({ project }) => {
  await writeThree(project);
  const own = await create();
  await ensureVersion(at(project, own));
  const expected = await wholeOf(own);
  await drop(own);
  const { sql } = await ensureVersionSql({ ...project.config, url: server.url }, {});
  const name = await create();
  for (const client of postgresClients) {
    assert.ok(await client.run(urlOf(name), sql), client.name);
    assert.equal(await wholeOf(name), expected, client.name);
  }
  checks += 1;
  await upgrade(at(project, name), project.options('1'));
  await drop(name);
});

test('no password is in it; what a script could not see is refused', async ({ project }) => {
  await writeThree(project);
  const url = 'postgresql://reader:s3cret-word@db.example/app';
  assert.not.match((await upgradeSql({ ...project.config, url }, { range: 'head' })).sql, /s3cret|reader|example/);
  assert.match((await upgradeSql({ ...project.config, url }, { range: 'head' })).sql, /^\\set ON_ERROR_STOP on\n/);
  for (const sql of ['CREATE DATABASE x;\n', 'CREATE INDEX CONCURRENTLY ON users (id);\n', 'SAVEPOINT s;\nROLLBACK TO s;\n']) {
    await project.write('4_four.up.sql', migration(sql, { transactional: sql.includes('SAVEPOINT') }));
    assert.is((await failure(upgradeSql({ ...project.config, url }, { range: 'head' }))).code, 'sql-unsupported', sql);
  }
});

test.run();
