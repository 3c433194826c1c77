import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres triggers');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const ground = `CREATE SCHEMA app; CREATE TABLE users (id int, name text, "Odd ""Col" text, role varchar(9)); CREATE TABLE orders (id int);
  CREATE TABLE app."Odd ""T" (id int); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION app."Odd F"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE parts (id int, k int) PARTITION BY LIST (k); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
  CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2) PARTITION BY RANGE (id);
  CREATE TABLE parts_2a PARTITION OF parts_2 FOR VALUES FROM (0) TO (10);`;
const each = 'FOR EACH ROW EXECUTE FUNCTION note()';

test('of every form are made', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    ground,
    after: `CREATE TRIGGER a BEFORE INSERT OR UPDATE OF name, "Odd ""Col" ON users FOR EACH ROW WHEN (NEW.role IN ('a', 'b')) EXECUTE FUNCTION note('x', 'it''s');
      CREATE TRIGGER b AFTER DELETE ON users REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app."Odd F"();
      CREATE TRIGGER c BEFORE TRUNCATE ON users FOR EACH STATEMENT EXECUTE FUNCTION note(); ALTER TABLE users ENABLE ALWAYS TRIGGER c;
      CREATE CONSTRAINT TRIGGER d AFTER INSERT ON users FROM orders DEFERRABLE INITIALLY DEFERRED ${each};
      CREATE TRIGGER "Odd T" AFTER INSERT ON app."Odd ""T" ${each}; ALTER TABLE app."Odd ""T" ENABLE REPLICA TRIGGER "Odd T";
      COMMENT ON TRIGGER a ON users IS 'a'; ALTER TRIGGER b ON users DEPENDS ON EXTENSION plpgsql;
      CREATE VIEW v AS SELECT id FROM users; CREATE TRIGGER i INSTEAD OF INSERT ON v ${each}`,
  });
  for (const sql of [
    'ALTER TABLE users ENABLE ALWAYS TRIGGER c',
    'ALTER TABLE app."Odd ""T" ENABLE REPLICA TRIGGER "Odd T"',
    'ALTER TRIGGER b ON users DEPENDS ON EXTENSION plpgsql',
    "COMMENT ON TRIGGER a ON users IS 'a'",
  ])
    assert.ok(up.includes(sql), sql);
});

test('are replaced in place and keep comment and state, but for constraint triggers', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: `CREATE TRIGGER t BEFORE INSERT ON users ${each}; COMMENT ON TRIGGER t ON users IS 'stays'; ALTER TABLE users DISABLE TRIGGER t;
      CREATE CONSTRAINT TRIGGER d AFTER INSERT ON users ${each}; CREATE TRIGGER e AFTER INSERT ON users ${each}`,
    after: `CREATE TRIGGER t BEFORE UPDATE ON users ${each}; COMMENT ON TRIGGER t ON users IS 'stays'; ALTER TABLE users DISABLE TRIGGER t;
      CREATE CONSTRAINT TRIGGER d AFTER INSERT ON users DEFERRABLE ${each}; CREATE CONSTRAINT TRIGGER e AFTER INSERT ON users ${each}`,
  });
  assert.equal(
    up.filter((sql) => !sql.startsWith('CREATE CONSTRAINT')),
    [
      'DROP TRIGGER d ON users',
      'DROP TRIGGER e ON users',
      `CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON users ${each}`,
      'ALTER TABLE users DISABLE TRIGGER t',
    ],
  );
});

test('of partitioned tables carry the states of their clones', async () => {
  const trigger = `CREATE TRIGGER t AFTER INSERT ON parts ${each};`;
  const { up, down, after } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: trigger,
    after: `${trigger} ALTER TABLE parts_1 DISABLE TRIGGER t; ALTER TABLE parts_2 ENABLE ALWAYS TRIGGER t; ALTER TABLE parts_2a ENABLE TRIGGER t`,
  });
  assert.equal(up, [
    'ALTER TABLE parts ENABLE TRIGGER t',
    'ALTER TABLE parts_1 DISABLE TRIGGER t',
    'ALTER TABLE parts_2 ENABLE ALWAYS TRIGGER t',
    'ALTER TABLE parts_2a ENABLE TRIGGER t',
  ]);
  assert.equal(down, ['ALTER TABLE parts ENABLE TRIGGER t']);
  assert.equal(
    [...after.objects.keys()].filter((key) => key.startsWith('trigger ')),
    ['trigger parts.t'],
  );
});

test.run();
