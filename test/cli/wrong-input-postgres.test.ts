import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../lib/engine/engine.ts';
import type { LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { open } from '../support/postgres/parts.ts';
import { startServer } from '../support/postgres/server.ts';
import { expectRun, type Files, inProject, type Project, type Ran } from './support.ts';

const test = suite('wrong input on PostgreSQL, by the real binary');
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await open(server.socketUrl());
  for (const sql of [
    "CREATE ROLE plain LOGIN PASSWORD 'pw'",
    'CREATE ROLE landlord',
    "CREATE ROLE tenant LOGIN NOINHERIT PASSWORD 'pw' IN ROLE landlord",
    "CREATE ROLE reader LOGIN PASSWORD 'pw'",
    "CREATE ROLE careful LOGIN SUPERUSER PASSWORD 'pw'",
    'ALTER ROLE careful SET default_transaction_read_only = on',
  ])
    await admin.execute(sql);
  // As 15 and later have it from the start.
  const template = await open(server.socketUrl('template1'));
  for (const sql of ['ALTER SCHEMA public OWNER TO pg_database_owner', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'])
    await template.execute(sql);
  await template.close();
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

interface Place extends Project {
  /** The URL of the project's database, as a role. */
  readonly as: (role: string) => string;
  /** Runs limbeck as a role; without one as the superuser. */
  readonly limbeck: (role: string | undefined, ...args: readonly string[]) => Promise<Ran>;
}

let count = 0;
const inDatabase = async (files: Files, work: (place: Place) => Promise<void>): Promise<void> => {
  const name = `wrong_${(count += 1)}`;
  await admin.execute(`CREATE DATABASE ${name} OWNER landlord`);
  const superuser = server.tcpUrl(name);
  const as = (role: string): string => `postgresql://${role}:pw@127.0.0.1:${server.port}/${name}`;
  await inProject(files, (project) =>
    work({
      ...project,
      as,
      limbeck: (role, ...args) => project.runWith({ env: { DATABASE_URL: role === undefined ? superuser : as(role) } }, ...args),
    }),
  );
  const left = await admin.query("SELECT datname FROM pg_database WHERE datname LIKE 'limbeck%'");
  assert.equal(left, [], 'a scratch database is left');
  await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
};

const models = (text: string): Files => ({ 'migrations/.gitkeep': '', 'schema/models.sql': text });
const users = models('CREATE TABLE users (id int PRIMARY KEY, name text);\n');
const autogenerate = ['revision', '--autogenerate', '-m', 'x'];

test('a password is never shown, nor parts of one with bare signs', () =>
  inProject(users, async ({ runWith }) => {
    const there = `127.0.0.1:${server.port}/postgres`;
    for (const [url, said] of [
      [`postgresql://postgres:s3cret@${there}`, /wrong password for .?"postgres.?", or no such role/],
      [`postgresql://nobody:s3cret@${there}`, /wrong password for .?"nobody.?", or no such role/],
      [`postgresql+psycopg2://postgres:s3cret@${there}?sslmode=require`, /does not speak TLS/],
      ['postgresql://postgres:s3cret@127.0.0.1:1/x', /no server answers/],
      [`postgresql://postgres:a/s3cret@${there}`, /%2F/],
      [`postgresql://postgres:a?s3cret@${there}`, /%3F/],
    ] as const)
      for (const more of [[], ['--json'], ['--debug']]) {
        const ran = await runWith({ env: { DATABASE_URL: url } }, 'current', ...more);
        expectRun(ran, { status: said.source.startsWith('%') ? 64 : 2, stdout: /^$/, stderr: said });
        assert.not.match(ran.stderr, /s3cret/);
      }
  }));

test('a database that the server does not have is an error of every command that asks it', () =>
  inProject(users, async ({ runWith }) => {
    for (const args of [['current'], ['status'], ['check'], ['upgrade', 'head'], ['stamp', 'head'], autogenerate]) {
      const ran = await runWith({ env: { DATABASE_URL: server.tcpUrl('nowhere') } }, ...args);
      expectRun(ran, {
        status: 2,
        stdout: /^$/,
        stderr: /^error\[database-missing\].*"nowhere"[^]*hint: create it: limbeck create \(or createdb nowhere\)/,
      });
    }
  }));

test('PG* variables alone say where', () =>
  inDatabase(users, async ({ runWith, as }) => {
    const { port, pathname } = new URL(as('plain'));
    const env = { PGHOST: '127.0.0.1', PGPORT: port, PGUSER: 'plain', PGPASSWORD: 'pw', PGDATABASE: pathname.slice(1) };
    expectRun(await runWith({ env: { ...env, DATABASE_URL: 'postgresql://' } }, 'current', '--json'), {
      status: 0,
      stdout: /"PostgreSQL /,
    });
  }));

test('no CREATEDB: the ways; one of them, and a --scratch-url that may not either', () =>
  inDatabase(users, async ({ limbeck, as, runWith }) => {
    const scratch = { LIMBECK_SCRATCH_URL: as('plain'), DATABASE_URL: as('landlord').replace('landlord', 'tenant') };
    expectRun(await runWith({ env: scratch }, ...autogenerate), {
      status: 2,
      stderr:
        /^error\[scratch-failed\]: no scratch database can be made at postgresql:\/\/plain:\*\*\*@.* the --scratch-url: permission denied[^]*CREATEDB/,
    });
    const given = { LIMBECK_SCRATCH_URL: server.tcpUrl(), DATABASE_URL: as('plain') };
    expectRun(await runWith({ env: given }, ...autogenerate), { status: 0, stderr: /proved: up, down and up again/ });
    expectRun(await limbeck('tenant', 'upgrade', 'head', '--set-role', 'landlord'), { status: 0, stderr: /applied 1 revision/ });
  }));

test("someone else's objects: what, and --set-role as the way out, for up, down and the journal", () =>
  inDatabase(users, async ({ limbeck }) => {
    expectRun(await limbeck(undefined, ...autogenerate), { status: 0 });
    expectRun(await limbeck('tenant', 'upgrade', 'head'), { status: 2, stderr: /permission denied for schema public[^]*--set-role/ });
    expectRun(await limbeck('tenant', 'upgrade', 'head', '--set-role', 'landlord'), { status: 0 });
    expectRun(await limbeck('tenant', 'current', '--set-role', 'landlord'), { status: 0, stdout: /\(head\)/ });
    expectRun(await limbeck('reader', 'current'), { status: 2, stderr: /permission denied for table limbeck_journal\nhint: .*GRANT/ });
    expectRun(await limbeck('plain', 'upgrade', 'head', '--set-role', 'landlord'), {
      status: 2,
      stderr: /permission denied to set role "landlord"[^]*GRANT "landlord" TO/,
    });
    expectRun(await limbeck('tenant', 'downgrade', 'base', '--set-role', 'landlord'), { status: 0, stderr: /reverted 1 revision/ });
  }));

test('a role that may only read: asked, it answers; told to change, it says why not', () =>
  inDatabase(users, async ({ limbeck }) => {
    await limbeck(undefined, ...autogenerate);
    expectRun(await limbeck('careful', 'current'), { status: 0 });
    expectRun(await limbeck('careful', 'upgrade', 'head'), {
      status: 2,
      stderr: /error\[database-readonly\].*read-only transaction\nhint: /,
    });
  }));

test('models that would reach the live server make no role, however they hide it', async () => {
  const make = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE ROLE evil'; RETURN 1; END $$;\n";
  for (const [text, said] of [
    ['CREATE TABLE t (id int);\nCREATE ROLE evil;\n', /models\.sql:2:1\n.*CREATE ROLE evil/],
    [
      `${make}CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE q PARTITION OF p FOR VALUES FROM (f()) TO (9);`,
      /changed pg_authid/,
    ],
  ] as const)
    await inDatabase(models(text), async ({ limbeck }) => {
      expectRun(await limbeck(undefined, 'check'), { status: 2, stdout: /^$/, stderr: said });
    });
  const elsewhere = `host=127.0.0.1 port=${server.port} dbname=postgres user=postgres password=''tavern: p@ss/word''`;
  for (const [text, said] of [
    [`${make}CREATE MATERIALIZED VIEW m AS SELECT f();\n`, /create materialized view m/],
    [`${make}CREATE TABLE t AS SELECT f();\n`, /create table t/],
    [
      `CREATE EXTENSION dblink; CREATE MATERIALIZED VIEW m AS SELECT a FROM dblink('${elsewhere}', 'CREATE ROLE evil') AS t(a text);`,
      /create materialized view m/,
    ],
  ] as const)
    await inDatabase(models(text), async ({ limbeck }) => {
      expectRun(await limbeck(undefined, 'check'), { status: 1, stdout: said });
      expectRun(await limbeck(undefined, ...autogenerate), { status: 0, stderr: /proved: up, down and up again/ });
    });
  await inDatabase(
    { ...users, 'migrations/1_a.up.sql': 'CREATE ROLE evil;\n', 'migrations/1_a.down.sql': 'DROP ROLE evil;\n' },
    async ({ limbeck }) => {
      expectRun(await limbeck(undefined, 'prove'), { status: 1, stdout: /CREATE ROLE reaches beyond the database/ });
    },
  );
  assert.equal(await admin.query("SELECT rolname FROM pg_roles WHERE rolname = 'evil'"), []);
});

test('a migration that fails midway leaves nothing, and the caret is under what is wrong', () =>
  inDatabase(
    { ...users, 'migrations/1_a.up.sql': 'CREATE TABLE ä (id int);\nALTER TABLE ä ADD ö int,\n  ADD u nonsense;\n' },
    async ({ limbeck }) => {
      expectRun(await limbeck(undefined, 'upgrade', 'head'), {
        status: 2,
        stderr:
          /type "nonsense" does not exist\n {2}migrations\/1_a\.up\.sql:3:9\n {5}3 \| {3}ADD u nonsense;\n {7}\| {9}\^\nhint: nothing of this revision is kept/,
      });
      expectRun(await limbeck(undefined, 'current'), { status: 0, stdout: /^$/ });
      expectRun(await limbeck(undefined, 'check'), { status: 1, stdout: /Pending/ });
    },
  ));

test('a constraint that is looked at only when the transaction commits: the file is named', () =>
  inDatabase(
    {
      ...users,
      'migrations/1_a.up.sql':
        'CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (1, 2);\n',
    },
    async ({ limbeck }) => {
      expectRun(await limbeck(undefined, 'upgrade', 'head'), {
        status: 2,
        stderr: /violates foreign key constraint.*when the transaction was to commit\n {2}migrations\/1_a\.up\.sql\nhint: nothing/,
      });
      expectRun(await limbeck(undefined, 'current'), { status: 0, stdout: /^$/ });
    },
  ));

test('Ctrl-C in a long statement: 130, cancelled on the server, nothing left', () =>
  inDatabase({ ...users, 'migrations/1_a.up.sql': 'CREATE TABLE a (id int);\nSELECT pg_sleep(600);\n' }, async ({ runWith, limbeck }) => {
    const sleeping = async (): Promise<number> =>
      (await admin.query("SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(6%' AND state = 'active'")).length;
    const env = { DATABASE_URL: server.tcpUrl(`wrong_${count}`) };
    const ran = await runWith(
      {
        env,
        onStart: (child) => {
          const timer = setInterval(() => {
            void sleeping().then((found) => {
              if (found === 0) return;
              clearInterval(timer);
              child.kill('SIGINT');
            });
          }, 50);
        },
      },
      'upgrade',
      'head',
    );
    expectRun(ran, { status: 130, stderr: /error\[cancelled\]/ });
    assert.is(await sleeping(), 0);
    expectRun(await limbeck(undefined, 'current'), { status: 0, stdout: /^$/ });
  }));

test('killed while an index is built concurrently: what may be left is named, and after that it goes through', () =>
  inDatabase(
    {
      'migrations/1_a.up.sql': 'CREATE TABLE a (id int);\n',
      'migrations/2_i.up.sql': '-- i\n-- transaction: off\n\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n',
    },
    async ({ runWith, limbeck }) => {
      const env = { DATABASE_URL: server.tcpUrl(`wrong_${count}`) };
      expectRun(await limbeck(undefined, 'upgrade', '1'), { status: 0 });
      const writer = await open(server.tcpUrl(`wrong_${count}`));
      const isBuilding = async (): Promise<boolean> =>
        (await admin.query("SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND state = 'active'")).length > 0;
      const killed = await writer.transaction(async () => {
        await writer.execute('INSERT INTO a VALUES (1)');
        const onStart = (child: { readonly kill: (signal: NodeJS.Signals) => boolean }): void => {
          const timer = setInterval(() => {
            void isBuilding().then((found) => {
              if (!found) return;
              clearInterval(timer);
              child.kill('SIGKILL');
            });
          }, 50);
        };
        const ran = await runWith({ env, onStart }, 'upgrade', 'head');
        await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%'");
        return ran;
      });
      assert.is(killed.signal, 'SIGKILL');
      const asked = await limbeck(undefined, 'upgrade', 'head');
      expectRun(asked, { status: 2, stderr: /error\[state-mismatch\][^]*2_i\.up\.sql:4:1[^]*DROP INDEX CONCURRENTLY IF EXISTS a_id/ });
      await writer.execute('DROP INDEX CONCURRENTLY IF EXISTS a_id');
      await writer.close();
      expectRun(await limbeck(undefined, 'stamp', '1'), { status: 0 });
      expectRun(await limbeck(undefined, 'upgrade', 'head'), { status: 0, stderr: /applied 1 revision/ });
      expectRun(await limbeck(undefined, 'current'), { status: 0, stdout: /^2 \(head\)\n$/ });
    },
  ));

test.run();
