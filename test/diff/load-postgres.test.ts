import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { loadModels, type Loaded, type Models } from '../../lib/diff/load.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openScratchSession } from '../../lib/engine/open.ts';
import type { LimbeckError } from '../../lib/errors.ts';
import { rejects } from '../support/rejects.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('models.sql on PostgreSQL');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const inScratch = async <T>(work: (scratch: Session) => Promise<T>): Promise<T> => {
  const scratch = await openScratchSession(server.url, { mode: 'write', directory: '/' });
  try {
    return await work(scratch);
  } finally {
    await scratch.close();
  }
};

interface Read extends Loaded {
  readonly keys: readonly string[];
}

const load = (models: string | Models, privileges?: boolean): Promise<Read> =>
  inScratch(async (scratch) => {
    const loaded = await loadModels(scratch, typeof models === 'string' ? { text: models, file: 'models.sql' } : models, privileges);
    const { objects } = await scratch.fingerprint({ exclude: [], journalTable: 'limbeck_journal', schemas: ['*'] });
    return { ...loaded, keys: [...objects.keys()] };
  });

const failure = (code: LimbeckError['code'], models: string | Models): Promise<LimbeckError> => rejects(code, () => load(models));

const loads: readonly (readonly [what: string, sql: string, keys: readonly string[]])[] = [
  [
    'functions and views in any order, a body that mentions a later table',
    `CREATE VIEW v AS SELECT f(id) AS n FROM t;
     CREATE FUNCTION f(n int) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM later WHERE id = n';
     CREATE TABLE t (id int DEFAULT g());
     CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN 1;
     CREATE TABLE later (id int);`,
    ['function f(integer)', 'function g()', 'table later', 'table t', 'view v'],
  ],
  [
    'two tables of one name, of which one needs the other',
    'CREATE TABLE app.users (id int REFERENCES users); CREATE SCHEMA app; CREATE TABLE users (id int PRIMARY KEY);',
    ['schema app', 'table app.users', 'table users'],
  ],
  [
    'names that differ in case only',
    'CREATE TABLE "Users" (id int REFERENCES users); CREATE TABLE users (id int PRIMARY KEY); COMMENT ON TABLE "Users" IS \'x\';',
    ['table "Users"', 'table users'],
  ],
  [
    'a trigger, a policy and a rule that are called as a table is',
    `CREATE POLICY t ON t USING (true); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
     CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (id int);`,
    ['function f()', 'table t'],
  ],
  [
    'a new value of an enum, used below, and an index made concurrently',
    `CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'; CREATE TABLE t (m mood DEFAULT 'b');
     CREATE INDEX CONCURRENTLY i ON t (m);`,
    ['index i', 'table t', 'type mood'],
  ],
  [
    'IF NOT EXISTS, ADD, and the schema that is always there',
    'CREATE SCHEMA public; CREATE TABLE IF NOT EXISTS t (a int); CREATE TABLE IF NOT EXISTS t (a int); ALTER TABLE t ADD b int;',
    ['table t'],
  ],
  [
    'DROP IF EXISTS above what is made again',
    'DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; CREATE TYPE app.t AS (a int);',
    ['schema app', 'type app.t'],
  ],
  [
    'a search_path, for what stands below it',
    `CREATE SCHEMA app; SET search_path TO app, public; CREATE TABLE a (id int); RESET search_path; CREATE TABLE b (id int);
     SELECT pg_catalog.set_config('search_path', 'app', false); CREATE TABLE c (id int);`,
    ['schema app', 'table app.a', 'table app.c', 'table b'],
  ],
  [
    'DO that makes a type',
    `DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$; CREATE TABLE t (m mood);`,
    ['table t', 'type mood'],
  ],
];
for (const [what, sql, keys] of loads) test(what, async () => assert.deepEqual((await load(sql)).keys, keys));

test('a file of pg_dump: its settings go without a word, owners with one', async () => {
  const { keys, notes } = await load(String.raw`--
-- PostgreSQL database dump
--

\restrict k3y

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

CREATE SCHEMA app;


ALTER SCHEMA app OWNER TO nobody_there;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE app.users (
    id integer NOT NULL
);


ALTER TABLE app.users OWNER TO nobody_there;
ALTER TABLE ONLY app.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

\unrestrict k3y
`);
  assert.deepEqual(keys, ['schema app', 'table app.users']);
  assert.deepEqual(notes, ['models.sql:15: ALTER … OWNER TO is left out: owners are never managed (2 statements)']);
});

test('data is left out with a word for each kind', async () => {
  const { keys, notes } = await load(`CREATE TABLE t (id serial);
INSERT INTO t VALUES (1);
INSERT INTO t VALUES (2);
UPDATE t SET id = 3;
DELETE FROM t;
TRUNCATE t;
SELECT setval('t_id_seq', 3);
SET work_mem = '1MB';
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nobody_there') THEN CREATE ROLE nobody_there; END IF; END $$;`);
  assert.deepEqual(keys, ['sequence t_id_seq', 'table t']);
  assert.deepEqual(notes, [
    'models.sql:2: INSERT is left out: data belongs in a migration (2 statements)',
    'models.sql:4: UPDATE is left out: data belongs in a migration',
    'models.sql:5: DELETE is left out: data belongs in a migration',
    'models.sql:6: TRUNCATE is left out: data belongs in a migration',
    'models.sql:7: SELECT setval(…) is left out: where a sequence stands is data',
    'models.sql:8: SET work_mem is left out: it is a setting of a session, not of the schema',
    'models.sql:9: DO that makes roles is left out: roles belong to the whole server',
  ]);
});

test('grants are told, left out where they are never compared, and a role that is not there is named', async () => {
  const sql = 'CREATE TABLE t (id int);\nGRANT SELECT ON t TO nobody_there;';
  const error = await failure('models-invalid', sql);
  assert.match(error.message, /role "nobody_there" does not exist/);
  assert.equal(error.where?.line, 2);
  assert.match(error.hint ?? '', /--privileges never/);
  const { notes, hasGrants } = await load(sql, false);
  assert.deepEqual(notes, ['models.sql:2: grants are left out: --privileges never']);
  assert.equal(hasGrants, true);
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['CREATE ROLE r', /CREATE ROLE reaches beyond the database/],
  ['CREATE DATABASE d', /CREATE DATABASE reaches beyond/],
  ["CREATE TABLESPACE s LOCATION '/'", /CREATE TABLESPACE reaches beyond/],
  ['ALTER SYSTEM SET work_mem = 1', /ALTER SYSTEM reaches beyond/],
  ["DO $$ BEGIN EXECUTE 'CREATE ' || 'ROLE r'; END $$", /DO runs code/],
  ['DO $$ BEGIN CREATE TABLE a (b int); CREATE ROLE r; END $$', /DO runs code/],
  ['CREATE TEMP TABLE t (id int)', /temporary object/],
  ['CREATE OR REPLACE TEMPORARY VIEW t AS SELECT 1', /temporary object/],
];
for (const [statement, message] of refused) {
  test(`refused: ${statement}`, async () => {
    const error = await failure('sql-unsupported', `\n${statement};`);
    assert.match(error.message, message);
    assert.equal(error.where?.line, 2);
  });
}

test('a failure has the line and the caret where PostgreSQL says, whatever stands before', async () => {
  const text = `CREATE TABLE "Größe 🍺" (id int);
CREATE TABLE t (
  a int DEFAULT length('🍺'),   -- @postgres

  b nonsense
);`;
  const error = await failure('models-invalid', text);
  assert.equal(error.message, 'models.sql: type "nonsense" does not exist');
  assert.deepEqual([error.where?.line, error.where?.column], [5, 5]);
  assert.match(error.where?.frame ?? '', /b nonsense\n.*\^/);
});

test('a syntax error is told before what only waits for another statement', async () => {
  const error = await failure('models-invalid', 'CREATE VIEW v AS SELECT * FROM nowhere;\nCREATE TABLE t (id int,, b int);');
  assert.equal(error.where?.line, 2);
});

test('of several files each has its own places', async () => {
  const files = [
    { file: 'schema/1.sql', text: 'CREATE TABLE a (id int REFERENCES b);\n' },
    { file: 'schema/2.sql', text: 'CREATE TABLE b (id int PRIMARY KEY);\n\nCREATE VIEW v AS SELECT c FROM b;' },
  ];
  const error = await failure('models-invalid', { text: files.map(({ text }) => text).join(''), file: 'schema', files });
  assert.equal(error.message, 'schema/2.sql: column "c" does not exist');
  assert.deepEqual([error.where?.file, error.where?.line, error.where?.column], ['schema/2.sql', 3, 25]);
});

test('loading leaves the session as it was', async () => {
  await inScratch(async (scratch) => {
    await loadModels(scratch, { text: 'CREATE SCHEMA app; SET search_path = app; CREATE TABLE t (id int);', file: 'm' });
    const [row] = await scratch.query("SELECT current_setting('check_function_bodies') AS bodies, current_setting('search_path') AS path");
    assert.deepEqual([row?.['bodies'], row?.['path']], ['on', '"$user", public']);
  });
});

test.run();
