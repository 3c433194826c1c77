import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres views');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const ground = `CREATE SCHEMA app; CREATE TABLE users (id int PRIMARY KEY, name text, "Odd ""Col" text, role varchar(9), age int);`;

test('are replaced in place while their columns stay, and made anew with all that hangs on them otherwise', async () => {
  const rest = `; COMMENT ON COLUMN v.name IS 'it''s'; ALTER VIEW v ALTER COLUMN name SET DEFAULT 'x'; CREATE VIEW w AS SELECT name FROM v;
    COMMENT ON VIEW w IS 'w'; CREATE RULE r AS ON DELETE TO w DO INSTEAD NOTHING`;
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: `CREATE VIEW v AS SELECT id, name FROM users WHERE id > 1${rest}`,
    after: `CREATE VIEW v AS SELECT id, name, age FROM users WHERE id > 1${rest}`,
  });
  assert.equal(up.length, 1);
  assert.match(up[0] ?? '', /^CREATE OR REPLACE VIEW v AS\n SELECT /);
  assert.equal(
    down.map((sql) => sql.split('\n')[0]),
    [
      'DROP VIEW w',
      'DROP VIEW v',
      'CREATE VIEW v AS',
      "ALTER VIEW v ALTER COLUMN name SET DEFAULT 'x'::text",
      "COMMENT ON COLUMN v.name IS 'it''s'",
      'CREATE VIEW w AS',
      "COMMENT ON VIEW w IS 'w'",
      'CREATE RULE r AS',
    ],
  );
});

test('change options, defaults and comments in place', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground: `${ground} CREATE VIEW v WITH (security_barrier = on) AS SELECT id, name FROM users;`,
    before: `ALTER VIEW v SET (check_option = local); ALTER VIEW v ALTER COLUMN id SET DEFAULT 3`,
    after: `ALTER VIEW v SET (security_barrier = false); COMMENT ON COLUMN v.id IS 'n'; ALTER VIEW v ALTER COLUMN name SET DEFAULT 'y'`,
  });
  assert.equal(up, [
    'ALTER VIEW v RESET (check_option)',
    'ALTER VIEW v SET (security_barrier = false)',
    'ALTER VIEW v ALTER COLUMN id DROP DEFAULT',
    "ALTER VIEW v ALTER COLUMN name SET DEFAULT 'y'::text",
    "COMMENT ON COLUMN v.id IS 'n'",
  ]);
  assert.ok(down.includes('COMMENT ON COLUMN v.id IS NULL'));
});

test('of any shape come out as they went in', async () => {
  const { after } = await bothWays({
    url: server.socketUrl(),
    ground,
    after: `CREATE VIEW app."Vi""ew" AS SELECT "Odd ""Col" AS "B C", id AS "select" FROM users;
      CREATE VIEW "select" AS SELECT "B C" FROM app."Vi""ew";
      CREATE RECURSIVE VIEW nums (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM nums WHERE n < 10;
      CREATE VIEW pairs (a, b) AS VALUES (1, 'x'), (2, 'y');
      CREATE VIEW listed AS SELECT role IN ('a', 'it''s, ]') AS p, role NOT IN ('c', 'd') AS q, lower(role) IN ('a', 'b') AS r FROM users;
      CREATE VIEW deep AS SELECT (id + 1) * 2 - (3 - (4 - id)) AS x, NOT (id = 1 OR id = 2 AND name IS NULL) AS b,
        (name || 'x') COLLATE "C" < 'b' IS TRUE AS c, -(-id) AS d, (ARRAY[1, 2])[id] AS e FROM users`,
  });
  assert.ok(after.objects.has('view app."Vi""ew"'));
  assert.ok(after.objects.get('view select')?.needs.includes('view app."Vi""ew"'));
});

test('that are materialized are made anew for another query, and altered for the rest', async () => {
  const query = 'AS SELECT name, count(*) AS n FROM users GROUP BY name';
  const { up, hazards } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: `CREATE MATERIALIZED VIEW kept ${query}; CREATE MATERIALIZED VIEW made ${query}; CREATE INDEX made_n ON made (n)`,
    after: `CREATE MATERIALIZED VIEW kept WITH (fillfactor = 70, toast.autovacuum_enabled = off) ${query};
      ALTER MATERIALIZED VIEW kept ALTER COLUMN n SET STATISTICS 300; ALTER MATERIALIZED VIEW kept ALTER COLUMN name SET COMPRESSION pglz;
      ALTER MATERIALIZED VIEW kept ALTER COLUMN n SET (n_distinct = 5); COMMENT ON MATERIALIZED VIEW kept IS 'k';
      CREATE MATERIALIZED VIEW made ${query.replace('FROM', 'FROM ONLY')}; CREATE INDEX made_n ON made (n);
      CREATE MATERIALIZED VIEW empty ${query} WITH NO DATA`,
  });
  assert.equal(hazards, ['rebuild: computes materialized view made anew, and nobody can read it meanwhile']);
  for (const sql of [
    'ALTER MATERIALIZED VIEW kept SET (fillfactor = 70, toast.autovacuum_enabled = off)',
    'ALTER MATERIALIZED VIEW kept ALTER COLUMN n SET STATISTICS 300',
    'ALTER MATERIALIZED VIEW kept ALTER COLUMN name SET COMPRESSION pglz',
    'ALTER MATERIALIZED VIEW kept ALTER COLUMN n SET (n_distinct = 5)',
    'CREATE INDEX made_n ON made (n)',
  ])
    assert.ok(up.includes(sql), sql);
  assert.ok(up.some((sql) => sql.startsWith('CREATE MATERIALIZED VIEW empty') && sql.endsWith('\nWITH NO DATA')));
});

test('whether rows were read into a materialized view is no change', async () => {
  const view = 'CREATE MATERIALIZED VIEW m AS SELECT id FROM users';
  const { up } = await bothWays({ url: server.socketUrl(), ground, before: view, after: `${view} WITH NO DATA` });
  assert.equal(up, []);
});

test('give way with the default of a column to a new function or type under it', async () => {
  const view = 'CREATE TABLE t (a text); CREATE VIEW v AS SELECT a FROM t; ALTER VIEW v ALTER a SET DEFAULT';
  const norm = (rest: string): string => `CREATE FUNCTION norm(${rest}) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1'`;
  const { up } = await bothWays({
    url: server.socketUrl(),
    before: `${norm('text')}; ${view} norm('a')`,
    after: `${norm('text, int DEFAULT 0')}; ${view} norm('a')`,
  });
  assert.equal(
    up.filter((sql) => /VIEW|DROP/.test(sql)).map((sql) => sql.replace(' t.a\n', ' a\n')), // as 14 and 15 say it
    [
      'DROP VIEW v',
      'DROP FUNCTION norm(text)',
      'CREATE VIEW v AS\n SELECT a\n   FROM t',
      `ALTER VIEW v ALTER COLUMN a SET DEFAULT norm('a'::text)`,
    ],
  );
  const typed = await bothWays({
    url: server.socketUrl(),
    before: `CREATE TYPE m AS ENUM ('a', 'b'); ${view} 'b'::m::text`,
    after: `CREATE TYPE m AS ENUM ('b'); ${view} 'b'::m::text`,
  });
  assert.equal(typed.up.slice(0, 2), ['DROP VIEW v', 'DROP TYPE m']);
});

test.run();
