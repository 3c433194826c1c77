import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { quoteBody } from '../../../../lib/engine/postgres/render/routine-body.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres routines');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

/** The statements without their bodies, and without the one that leaves bodies unchecked. */
const heads = (steps: readonly string[]): readonly string[] =>
  steps.filter((sql) => !sql.startsWith('SET LOCAL')).map((sql) => sql.split('\n')[0] ?? '');

test('changes a function in the least way that does', async () => {
  const f = (name: string, head: string, body = 'SELECT 1'): string => `CREATE FUNCTION ${name}${head} LANGUAGE sql AS $$ ${body} $$;`;
  const { up } = await change({
    before: [
      f('body', '() RETURNS integer'),
      f('defaulted', '(a integer, b integer) RETURNS integer'),
      f('named', '(integer) RETURNS integer'),
      f('renamed', '(a integer) RETURNS integer'),
      f('undefaulted', '(a integer DEFAULT 1) RETURNS integer'),
      f('result', '() RETURNS integer'),
      f('"out"', '(OUT a integer, OUT b integer)', 'SELECT 1, 2'),
      f('volatility', '() RETURNS integer STRICT COST 7'),
      f('rows', '() RETURNS SETOF integer ROWS 7'),
      f('settings', "() RETURNS integer SET work_mem = '8MB' SET \"my.x\" = 'a' SET search_path = ''"),
    ].join('\n'),
    after: [
      f('body', '() RETURNS integer', 'SELECT 2'),
      f('defaulted', '(a integer, b integer DEFAULT 1) RETURNS integer'),
      f('named', '(a integer) RETURNS integer'),
      f('renamed', '(b integer) RETURNS integer'),
      f('undefaulted', '(a integer) RETURNS integer'),
      f('result', '() RETURNS bigint', 'SELECT 1::bigint'),
      f('"out"', '(OUT a integer, OUT c integer)', 'SELECT 1, 2'),
      f('volatility', '() RETURNS integer STABLE LEAKPROOF PARALLEL SAFE'),
      f('rows', '() RETURNS SETOF integer'),
      f('settings', '() RETURNS integer SECURITY DEFINER SET search_path = pg_catalog, "Odd ""s", pg_temp SET "DateStyle" = \'ISO, DMY\''),
    ].join('\n'),
  });
  assert.equal(heads(up), [
    'DROP FUNCTION "out"()',
    'DROP FUNCTION result()',
    'DROP FUNCTION undefaulted(integer)',
    'DROP FUNCTION renamed(integer)',
    'CREATE OR REPLACE FUNCTION body()',
    'CREATE OR REPLACE FUNCTION defaulted(a integer, b integer DEFAULT 1)',
    'CREATE OR REPLACE FUNCTION named(a integer)',
    'CREATE FUNCTION renamed(b integer)',
    'CREATE FUNCTION undefaulted(a integer)',
    'CREATE FUNCTION result()',
    'CREATE FUNCTION "out"(OUT a integer, OUT c integer)',
    'ALTER FUNCTION volatility() PARALLEL SAFE STABLE CALLED ON NULL INPUT LEAKPROOF COST 100',
    'ALTER FUNCTION rows() ROWS 1000',
    `ALTER FUNCTION settings() SECURITY DEFINER RESET my.x RESET work_mem SET "DateStyle" TO 'ISO, DMY' SET search_path TO pg_catalog, "Odd ""s", pg_temp`,
  ]);
});

test('puts back what a replaced function is used by', async () => {
  const users = `CREATE VIEW v AS SELECT f(1) AS f; CREATE TABLE t (a integer DEFAULT f(2) CHECK (f(a) > 0)); CREATE INDEX i ON t (f(a));
    CREATE FUNCTION g() RETURNS integer LANGUAGE sql RETURN f(3); CREATE AGGREGATE total(integer) (SFUNC = s, STYPE = integer);`;
  const { up, seen } = await change({
    before: `CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a'; CREATE FUNCTION s(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a'; ${users}`,
    after: `CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT b'; CREATE FUNCTION s(x integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT x'; ${users}`,
    rows: 'INSERT INTO t VALUES (5)',
    look: 'SELECT a FROM t',
  });
  assert.equal(seen, [[{ a: 5 }], [{ a: 5 }]]);
  assert.equal(
    heads(up)
      .filter((sql) => sql.includes('DROP'))
      .sort(),
    [
      'ALTER TABLE t ALTER COLUMN a DROP DEFAULT',
      'ALTER TABLE t DROP CONSTRAINT t_a_check',
      'DROP AGGREGATE total(integer)',
      'DROP FUNCTION f(integer)',
      'DROP FUNCTION g()',
      'DROP FUNCTION s(integer, integer)',
      'DROP INDEX i',
      'DROP VIEW v',
    ],
  );
});

test('makes a procedure of a function, and the other way round', async () => {
  const { up, down } = await change({
    before: "CREATE FUNCTION p(a integer) RETURNS void LANGUAGE sql AS 'SELECT NULL';",
    after:
      "CREATE PROCEDURE p(a integer) LANGUAGE sql SECURITY DEFINER SET search_path = app AS 'SELECT NULL'; COMMENT ON PROCEDURE p(integer) IS 'x'",
  });
  assert.equal(heads(up), ['DROP FUNCTION p(integer)', 'CREATE PROCEDURE p(IN a integer)', "COMMENT ON PROCEDURE p(IN integer) IS 'x'"]);
  assert.equal(heads(down), ['DROP PROCEDURE p(IN integer)', 'CREATE FUNCTION p(a integer)']);
});

test('tells procedures apart by the modes of their arguments', async () => {
  const { up, down } = await change({
    before: "CREATE PROCEDURE p(IN a integer) LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p(OUT a integer) LANGUAGE sql AS 'SELECT 1';",
    after: `CREATE PROCEDURE p(IN a integer) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; COMMENT ON PROCEDURE p(IN integer) IS 'x';
      CREATE PROCEDURE q(INOUT a integer, VARIADIC b text[]) LANGUAGE sql AS 'SELECT 1'`,
  });
  assert.equal(heads(up), [
    'DROP PROCEDURE p(OUT integer)',
    'ALTER PROCEDURE p(IN integer) SECURITY DEFINER',
    "COMMENT ON PROCEDURE p(IN integer) IS 'x'",
    'CREATE PROCEDURE q(INOUT a integer, VARIADIC b text[])',
  ]);
  assert.is(heads(down)[0], 'DROP PROCEDURE q(INOUT integer, VARIADIC text[])');
});

test('keeps every kind of body and argument', async () => {
  const { up, after } = await change({
    ground: 'CREATE TABLE "T t" (id integer, "select" text);',
    after: `CREATE FUNCTION atomic(VARIADIC "a b" integer[]) RETURNS SETOF "T t" LANGUAGE sql BEGIN ATOMIC SELECT * FROM "T t"; SELECT * FROM "T t" WHERE id = ANY ("a b"); END;
      CREATE FUNCTION tab(a varchar(3) DEFAULT 'it''s', INOUT b text = NULL) LANGUAGE sql RETURN 'x';
      CREATE FUNCTION tabled() RETURNS TABLE (a integer, "B b" "T t") LANGUAGE sql ROWS 10 AS 'SELECT 1, NULL::"T t"';
      CREATE FUNCTION trig() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN EXECUTE $$SELECT '$body$'$$; RETURN NEW; END $x$;
      CREATE FUNCTION wf() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
      CREATE FUNCTION c(internal, oid, integer) RETURNS internal LANGUAGE internal STRICT AS 'int4pl';
      CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';`,
  });
  assert.ok(up.some((sql) => sql.endsWith("AS $body2$ BEGIN EXECUTE $$SELECT '$body$'$$; RETURN NEW; END $body2$")));
  assert.ok(up.includes('CREATE FUNCTION nothing()\n  RETURNS void\n  LANGUAGE sql\nAS $$$$'));
  assert.is(after.objects.get('function atomic(integer[])')?.attributes['atomic'], true);
  assert.equal(after.objects.get('function tabled()')?.needs, ['table "T t"']);
});

test('keeps aggregates of every form', async () => {
  const { up, down } = await change({
    before: `CREATE AGGREGATE same(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
      CREATE AGGREGATE other(integer) (SFUNC = int4pl, STYPE = integer);`,
    after: `CREATE AGGREGATE same(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1', COMBINEFUNC = int4pl, PARALLEL = RESTRICTED);
      CREATE AGGREGATE other(integer) (SFUNC = int4_sum, STYPE = bigint, SSPACE = 64);
      CREATE AGGREGATE "All"(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0'); COMMENT ON AGGREGATE "All"(*) IS 'x';
      CREATE AGGREGATE pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE);
      COMMENT ON AGGREGATE pct(float8 ORDER BY anyelement) IS 'x';
      CREATE AGGREGATE rk(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
      CREATE AGGREGATE moving(integer) (SFUNC = int4_sum, STYPE = bigint, MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MFINALFUNC = int2int4_sum,
        MFINALFUNC_MODIFY = READ_WRITE, MSSPACE = 9, MINITCOND = '{0,0}');
      CREATE AGGREGATE most(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);
      CREATE AGGREGATE par(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);`,
  });
  assert.is(heads(up)[0], 'DROP AGGREGATE other(integer)');
  assert.ok(heads(up).includes('CREATE OR REPLACE AGGREGATE same(integer) ('));
  assert.ok(up.includes(`COMMENT ON AGGREGATE "All"(*) IS 'x'`));
  assert.ok(heads(down).includes('DROP AGGREGATE "All"(*)'));
  assert.ok(heads(down).includes('DROP AGGREGATE pct(double precision, anyelement)'));
});

test('quotes a body so that it can be read and cannot end early', () => {
  assert.is(quoteBody('SELECT 1'), '$$SELECT 1$$');
  assert.is(quoteBody('a$$b'), '$body$a$$b$body$');
  assert.is(quoteBody('a$'), '$body$a$$body$');
  assert.is(quoteBody('$$ $body'), '$body2$$$ $body$body2$');
  assert.is(quoteBody("it's\r\n\\x"), "E'it''s\\r\\n\\\\x'");
});

test.run();
