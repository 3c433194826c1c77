import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../../../lib/engine/open.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres privileges');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
  const admin = await openSession(server.socketUrl(), { mode: 'write', directory: import.meta.dirname });
  for (const role of ['bard', '"B b"', 'owner']) await admin.execute(`CREATE ROLE ${role}`);
  await admin.close();
});
test.after(() => server.stop());

test('are granted and revoked, on relations and columns', async () => {
  const { up, after } = await bothWays({
    url: server.socketUrl(),
    ground: 'CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT a, b FROM t;',
    before: `GRANT SELECT, INSERT ON t TO bard WITH GRANT OPTION; GRANT SELECT ON t TO "B b", owner; GRANT SELECT ON v TO bard; GRANT SELECT (a) ON v TO bard, "B b"`,
    after: `GRANT SELECT (a), UPDATE (b) ON t TO bard; GRANT INSERT ON t TO bard; GRANT SELECT ON t TO PUBLIC; REVOKE TRUNCATE ON t FROM CURRENT_USER;
      GRANT SELECT (a) ON v TO bard`,
  });
  assert.equal(after.objects.get('column t.a')?.attributes['acl'], ['bard=SELECT']);
  assert.equal([...up].sort(), [
    'GRANT SELECT (a) ON t TO bard',
    'GRANT SELECT (a) ON v TO bard',
    'GRANT SELECT ON t TO PUBLIC',
    'GRANT UPDATE (b) ON t TO bard',
    'REVOKE ALL (a) ON v FROM "B b"',
    'REVOKE ALL ON t FROM "B b", "owner"',
    'REVOKE ALL ON v FROM bard',
    'REVOKE GRANT OPTION FOR INSERT ON t FROM bard',
    'REVOKE SELECT ON t FROM bard',
    'REVOKE TRUNCATE ON t FROM CURRENT_USER',
  ]);
});

test('that nobody gave and the default ones are the same', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    ground: "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE TYPE mood AS ENUM ('a');",
    after: 'GRANT ALL ON t TO CURRENT_USER; GRANT EXECUTE ON FUNCTION f() TO PUBLIC; GRANT USAGE ON TYPE mood TO PUBLIC',
  });
  assert.equal(up, []);
});

test('of new objects of every kind start from those that they are born with', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    ground: `CREATE SCHEMA app; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO bard; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO bard;
      ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`,
    after: `CREATE TABLE app.t (a int); REVOKE ALL ON app.t FROM CURRENT_USER; CREATE VIEW v AS SELECT 1 AS x; CREATE SEQUENCE s; CREATE SCHEMA "New S";
      GRANT ALL ON SCHEMA "New S" TO "B b"; CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql RETURN 1; GRANT EXECUTE ON FUNCTION f(int, text) TO bard;
      CREATE PROCEDURE p() LANGUAGE sql AS ''; CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int); GRANT EXECUTE ON FUNCTION total(int) TO bard;
      CREATE AGGREGATE counted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0'); GRANT EXECUTE ON FUNCTION counted() TO PUBLIC;
      CREATE TYPE mood AS ENUM ('a'); REVOKE USAGE ON TYPE mood FROM PUBLIC; CREATE DOMAIN d AS int; GRANT USAGE ON DOMAIN d TO bard`,
  });
  assert.equal(up.filter((sql) => /^(GRANT|REVOKE)/.test(sql)).sort(), [
    'GRANT ALL ON SCHEMA "New S" TO "B b"',
    'GRANT EXECUTE ON FUNCTION counted() TO PUBLIC',
    'GRANT EXECUTE ON FUNCTION f(integer, text) TO bard',
    'GRANT EXECUTE ON FUNCTION total(integer) TO bard',
    'GRANT USAGE ON TYPE d TO bard',
    'REVOKE ALL ON TYPE mood FROM PUBLIC',
    'REVOKE ALL ON app.t FROM CURRENT_USER',
  ]);
});

test('by default change with the objects that are made under them', async () => {
  const { up, after } = await bothWays({
    url: server.socketUrl(),
    ground: 'CREATE SCHEMA app;',
    before: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bard; CREATE VIEW old AS SELECT 1 AS x',
    after: `CREATE VIEW old AS SELECT 1 AS x; GRANT SELECT ON old TO bard; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO "B b";
      ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE bard IN SCHEMA public GRANT USAGE ON SEQUENCES TO "B b" WITH GRANT OPTION;
      ALTER DEFAULT PRIVILEGES FOR ROLE "B b" REVOKE SELECT ON TABLES FROM "B b"; CREATE VIEW app.v AS SELECT 1 AS x; CREATE VIEW w AS SELECT 1 AS x`,
  });
  for (const sql of [
    'ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM bard',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO "B b"',
    'ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC',
    'ALTER DEFAULT PRIVILEGES FOR ROLE bard IN SCHEMA public GRANT USAGE ON SEQUENCES TO "B b" WITH GRANT OPTION',
    'ALTER DEFAULT PRIVILEGES FOR ROLE "B b" REVOKE SELECT ON TABLES FROM "B b"',
  ])
    assert.ok(up.includes(sql), sql);
  assert.ok(after.objects.has('default privileges app."r owner"'));
  assert.ok(after.objects.has('default privileges "f owner" in every schema'));
});

test.run();
