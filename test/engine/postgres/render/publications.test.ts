import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres publications and event triggers');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const ground = `CREATE SCHEMA app; CREATE SCHEMA "Odd S"; CREATE TABLE users (id int PRIMARY KEY, name text, "B c" text); CREATE TABLE app.orders (id int);
  CREATE TABLE "Odd S"."Odd ""T" (id int); CREATE TABLE base (id int); CREATE TABLE derived () INHERITS (base);
  CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';`;
const major = Number(wantedMajor());

test('are made with their tables, and tables join and leave one at a time', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: 'CREATE PUBLICATION p FOR TABLE users, app.orders',
    after: `CREATE PUBLICATION p FOR TABLE users, "Odd S"."Odd ""T" WITH (publish = 'insert, delete', publish_via_partition_root = true);
      CREATE PUBLICATION "New P" FOR TABLE app.orders, ONLY base; COMMENT ON PUBLICATION "New P" IS 'x'; CREATE PUBLICATION everything FOR ALL TABLES`,
  });
  assert.equal(up, [
    'ALTER PUBLICATION p DROP TABLE app.orders',
    'CREATE PUBLICATION "New P"\n  FOR TABLE app.orders, ONLY base',
    `COMMENT ON PUBLICATION "New P" IS 'x'`,
    'CREATE PUBLICATION everything\n  FOR ALL TABLES',
    `ALTER PUBLICATION p SET (publish = 'insert, delete', publish_via_partition_root = true)`,
    'ALTER PUBLICATION p ADD TABLE "Odd S"."Odd ""T"',
  ]);
  assert.ok(down.includes(`ALTER PUBLICATION p SET (publish = 'insert, update, delete, truncate', publish_via_partition_root = false)`));
});

if (major >= 15)
  test('have columns, conditions and schemas', async () => {
    const { up } = await bothWays({
      url: server.socketUrl(),
      ground,
      before: 'CREATE PUBLICATION p FOR TABLE users (id, name)',
      after: `CREATE PUBLICATION p FOR TABLE users (id, "B c") WHERE (id > 3 AND id < 9); CREATE PUBLICATION s FOR TABLES IN SCHEMA public, "Odd S"`,
    });
    assert.equal(up, [
      'ALTER PUBLICATION p DROP TABLE users',
      'ALTER PUBLICATION p ADD TABLE users ("B c", id) WHERE ((id > 3) AND (id < 9))',
      'CREATE PUBLICATION s\n  FOR TABLES IN SCHEMA "Odd S", CURRENT_SCHEMA',
    ]);
  });

if (major >= 15)
  test('list columns in no order, whatever that of the table is', async () => {
    const { up, down } = await bothWays({
      url: server.socketUrl(),
      before: 'CREATE TABLE a (id int, k int); CREATE TABLE b (n int, k int); CREATE PUBLICATION q FOR TABLE b (n, k)',
      after: `CREATE TABLE a (id int, n int, k int); CREATE PUBLICATION p FOR TABLE a (n, k);
        CREATE TABLE b (k int, n int); CREATE PUBLICATION q FOR TABLE b (n, k)`,
    });
    assert.equal(up, ['ALTER TABLE a ADD COLUMN n integer', 'CREATE PUBLICATION p\n  FOR TABLE a (k, n)']);
    assert.equal(down, ['DROP PUBLICATION p', 'ALTER TABLE a DROP COLUMN n']);
  });

test('event triggers are switched in place and made anew for the rest', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: 'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION ev(); CREATE EVENT TRIGGER f ON sql_drop EXECUTE FUNCTION ev()',
    after: `CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION ev(); COMMENT ON EVENT TRIGGER e IS 'x';
      CREATE EVENT TRIGGER f ON sql_drop EXECUTE FUNCTION ev(); ALTER EVENT TRIGGER f ENABLE REPLICA`,
  });
  assert.equal([...up].sort(), [
    'ALTER EVENT TRIGGER f ENABLE REPLICA',
    "COMMENT ON EVENT TRIGGER e IS 'x'",
    "CREATE EVENT TRIGGER e ON ddl_command_end\n  WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE')\n  EXECUTE FUNCTION ev()",
    'DROP EVENT TRIGGER e',
  ]);
  assert.ok(down.includes('ALTER EVENT TRIGGER f ENABLE'));
});

test.run();
