import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres tables');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

test('stand in one statement with their columns and constraints', async () => {
  const { up, down, hazards } = await change({
    after: `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'x', CHECK (name <> ''));
      COMMENT ON TABLE users IS 'who'; CREATE TABLE nothing ();
      CREATE UNLOGGED TABLE "Odd T" ("q""q" text DEFAULT 'a''b\\c') WITH (fillfactor = 70, toast.autovacuum_enabled = off)`,
  });
  assert.equal(up, [
    `CREATE UNLOGGED TABLE "Odd T" (\n  "q""q" text DEFAULT 'a''b\\c'\n) WITH (fillfactor = 70, toast.autovacuum_enabled = off)`,
    'CREATE TABLE nothing ()',
    "CREATE TABLE users (\n  id bigint GENERATED ALWAYS AS IDENTITY,\n  name text NOT NULL DEFAULT 'x',\n" +
      "  CONSTRAINT users_pkey PRIMARY KEY (id),\n  CONSTRAINT users_name_check CHECK (name <> ''::text)\n)",
    `COMMENT ON TABLE users IS 'who'`,
  ]);
  assert.equal(hazards, []);
  assert.equal([...down].sort(), ['DROP TABLE "Odd T"', 'DROP TABLE nothing', 'DROP TABLE users']);
});

test('change what ALTER TABLE can change', async () => {
  const { up, hazards } = await change({
    before: `CREATE TABLE t (a text) WITH (fillfactor = 50, autovacuum_enabled = off); ALTER TABLE t ENABLE ROW LEVEL SECURITY`,
    after: `CREATE UNLOGGED TABLE t (a text) WITH (fillfactor = 60, toast.autovacuum_vacuum_threshold = 77);
      ALTER TABLE t FORCE ROW LEVEL SECURITY; ALTER TABLE t REPLICA IDENTITY FULL`,
  });
  assert.equal(up, [
    'ALTER TABLE t SET UNLOGGED',
    'ALTER TABLE t RESET (autovacuum_enabled)',
    'ALTER TABLE t SET (fillfactor = 60, toast.autovacuum_vacuum_threshold = 77)',
    'ALTER TABLE t REPLICA IDENTITY FULL',
    'ALTER TABLE t DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE t FORCE ROW LEVEL SECURITY',
  ]);
  assert.equal(hazards, ['rewrite: all rows of t are written anew, while nobody else can read the table']);
});

test('take names that others leave', async () => {
  const { up } = await change({
    before: 'CREATE TABLE a (x int); CREATE SEQUENCE b; CREATE VIEW c AS SELECT 1 AS one',
    after: 'CREATE SEQUENCE a; CREATE VIEW b AS SELECT 1 AS one; CREATE TABLE c (x int)',
  });
  assert.is(up.filter((sql) => sql.startsWith('DROP')).length, 3);
});

test('are of a composite type, with what they say of their own', async () => {
  const { up } = await change({
    ground: 'CREATE TYPE pair AS (a int, b text);',
    before: 'CREATE TABLE t (a int, b text)',
    after:
      'CREATE TABLE t (a int, b text); ALTER TABLE t OF pair; CREATE TABLE u OF pair (a WITH OPTIONS NOT NULL DEFAULT 4); CREATE TABLE w OF pair',
  });
  assert.equal(up, ['ALTER TABLE t OF pair', 'CREATE TABLE u OF pair (\n  a WITH OPTIONS NOT NULL DEFAULT 4\n)', 'CREATE TABLE w OF pair']);
});

test('of other schemas are qualified, and go before their schema', async () => {
  const { up, down } = await change({
    after: `CREATE SCHEMA "App"; COMMENT ON SCHEMA "App" IS 'it''s'; CREATE TABLE "App".t (a serial, "B b" int GENERATED ALWAYS AS IDENTITY)`,
  });
  assert.equal(up, [
    'CREATE SCHEMA "App"',
    `COMMENT ON SCHEMA "App" IS 'it''s'`,
    'CREATE SEQUENCE "App".t_a_seq AS integer',
    `CREATE TABLE "App".t (\n  a integer NOT NULL DEFAULT nextval('"App".t_a_seq'::regclass),\n  "B b" integer GENERATED ALWAYS AS IDENTITY\n)`,
    'ALTER SEQUENCE "App".t_a_seq OWNED BY "App".t.a',
  ]);
  assert.equal(down, ['DROP TABLE "App".t', 'DROP SCHEMA "App"']);
});

test('that are foreign are named as what is not managed', async () => {
  const { after } = await change({
    ground: `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (a int NOT NULL) SERVER s OPTIONS (o 'v');`,
    after: 'CREATE TABLE t (a int)',
  });
  assert.ok(after.unmanaged.some(({ key }) => key === 'foreign table f'));
  assert.not(after.objects.has('table f'));
});

test.run();
