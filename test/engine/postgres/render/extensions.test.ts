import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../../../lib/engine/open.ts';
import type { Scope, Session } from '../../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import type { Schema } from '../../../../lib/model/schema.ts';
import { postgresLexis } from '../../../../lib/sql/lexis.ts';
import { split } from '../../../../lib/sql/split.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres extensions, collations and what is not managed');
const major = Number(wantedMajor());
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await openSession(server.socketUrl(), { mode: 'write', directory: import.meta.dirname });
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

const scope: Scope = { exclude: [], journalTable: 'limbeck_journal' };
let databases = 0;

/** What inspect finds in a database where `schema` is the default one. */
const inspectIn = async (schema: string, sql: string): Promise<Schema> => {
  const name = `inspected_${(databases += 1)}`;
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = `${server.socketUrl(name)}&options=-csearch_path%3D${schema}`;
  const first = await openSession(server.socketUrl(name), { mode: 'write', directory: import.meta.dirname });
  await first.execute(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await first.close();
  const session = await openSession(url, { mode: 'write', directory: import.meta.dirname });
  try {
    for (const { text } of split(sql, postgresLexis)) await session.execute(text);
    return await session.inspect(scope);
  } finally {
    await session.close();
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

test('creates extensions, and leaves what is theirs to them', async () => {
  const { up, down, after } = await change({
    ground: 'CREATE SCHEMA "Ext";',
    after: `CREATE EXTENSION citext; CREATE EXTENSION hstore SCHEMA "Ext"; COMMENT ON EXTENSION hstore IS 'it''s ours';
      CREATE TABLE t (a citext, h "Ext".hstore DEFAULT ''::"Ext".hstore);`,
  });
  assert.equal(up.slice(0, 3), [
    'CREATE EXTENSION citext',
    'CREATE EXTENSION hstore WITH SCHEMA "Ext"',
    `COMMENT ON EXTENSION hstore IS 'it''s ours'`,
  ]);
  assert.ok(down.includes('DROP EXTENSION citext'));
  assert.equal(after.objects.get('column t.a')?.needs, ['extension citext', 'table t']);
  assert.equal(
    [...after.objects.keys()].filter((key) => /^(function|type|aggregate)/.test(key)),
    [],
  );
  assert.equal(after.unmanaged, []);
});

test('moves an extension, and gives it back the comment that it came with', async () => {
  const { up, down } = await change({
    ground: 'CREATE SCHEMA ext;',
    before: 'CREATE EXTENSION citext;',
    after: "CREATE EXTENSION citext SCHEMA ext; COMMENT ON EXTENSION citext IS 'ours';",
  });
  assert.equal(up, ['ALTER EXTENSION citext SET SCHEMA ext', "COMMENT ON EXTENSION citext IS 'ours'"]);
  assert.equal(down, [
    "DO $$BEGIN EXECUTE pg_catalog.format('ALTER EXTENSION %s SET SCHEMA %I', 'citext', current_schema()); END$$",
    "COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings'",
  ]);
});

test('names the version of an extension when it is not the usual one', async () => {
  const { up } = await change({ after: "CREATE EXTENSION hstore VERSION '1.4'; CREATE EXTENSION citext" });
  assert.equal(up, ["CREATE EXTENSION hstore WITH VERSION '1.4'", 'CREATE EXTENSION citext']);
});

test('updates an extension, and makes it anew for an older version', async () => {
  const { up, down } = await change({
    before: "CREATE EXTENSION hstore VERSION '1.4'; CREATE VIEW v AS SELECT ''::hstore AS h;",
    after: "CREATE EXTENSION hstore; CREATE VIEW v AS SELECT ''::hstore AS h;",
  });
  assert.equal(up, ['ALTER EXTENSION hstore UPDATE']);
  assert.equal(down.slice(0, 3), ['DROP VIEW v', 'DROP EXTENSION hstore', "CREATE EXTENSION hstore WITH VERSION '1.4'"]);
});

/** Each with its definition changed or not: what is replaced in place comes loose of extensions. */
const dependents = (value: number, tie: string): string => `CREATE TABLE t (a integer);
  CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT ${value}'; CREATE FUNCTION "Same"() RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE PROCEDURE p(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := ${value}; END';
  CREATE AGGREGATE g(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '${value}');
  CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER tr BEFORE ${value === 1 ? 'INSERT' : 'DELETE'} ON t FOR EACH ROW EXECUTE FUNCTION tr();
  CREATE MATERIALIZED VIEW m AS SELECT ${value} AS n; CREATE INDEX i ON t (a);
  ${[
    'FUNCTION f(integer)',
    'FUNCTION "Same"()',
    'PROCEDURE p(integer)',
    'ROUTINE g(integer)',
    'TRIGGER tr ON t',
    'MATERIALIZED VIEW m',
    'INDEX i',
  ]
    .map((each) => (tie === '' ? '' : `ALTER ${each} ${tie};`))
    .join(' ')}`;

test('ties to an extension what was made to depend on it, and sets it free before the extension goes', async () => {
  const tie = 'DEPENDS ON EXTENSION "uuid-ossp"';
  const extension = 'CREATE EXTENSION "uuid-ossp";';
  const tied = await change({ before: dependents(1, ''), after: `${extension} ${dependents(1, tie)}` });
  assert.is(tied.up.filter((sql) => sql.endsWith(` ${tie}`)).length, 7);
  assert.is(tied.down.filter((sql) => sql.includes(' NO DEPENDS ON ')).length, 7);
  for (const sql of [...tied.up, ...tied.down]) assert.not.match(sql, /^(?:DROP|CREATE) (?!EXTENSION)/);
  const changed = await change({ before: `${extension} ${dependents(1, tie)}`, after: `${extension} ${dependents(2, tie)}` });
  assert.ok(changed.up.some((sql) => sql.startsWith('CREATE OR REPLACE TRIGGER tr')));
  const anew = await change({ before: `${extension} ${dependents(1, tie)}`, after: dependents(2, '') });
  assert.is(anew.up.at(-1), 'DROP EXTENSION "uuid-ossp"');
});

test('moves columns over to a collation that changed', async () => {
  const { up, seen } = await change({
    before: `CREATE COLLATION c (PROVIDER = icu, LOCALE = 'en-u-kn-true', DETERMINISTIC = false); CREATE COLLATION l (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
      CREATE TABLE t (a text COLLATE c); CREATE INDEX i ON t (a); CREATE DOMAIN d AS text COLLATE c; COMMENT ON COLLATION c IS 'x'`,
    after: `CREATE COLLATION c (PROVIDER = icu, LOCALE = 'en-u-kn-true'); CREATE COLLATION l (LOCALE = 'C');
      CREATE TABLE t (a text COLLATE c); CREATE INDEX i ON t (a); CREATE DOMAIN d AS text COLLATE c;`,
    rows: "INSERT INTO t VALUES ('x')",
    look: 'SELECT a FROM t',
  });
  assert.ok(up.includes("CREATE COLLATION c (PROVIDER = icu, LOCALE = 'en-u-kn-true')"));
  assert.ok(up.includes("CREATE COLLATION l (PROVIDER = libc, LOCALE = 'C')"));
  assert.ok(up.includes('DROP COLLATION c__old'));
  assert.equal(seen, [[{ a: 'x' }], [{ a: 'x' }]]);
});

test('copies a collation that is for any encoding', async () => {
  const { up } = await change({ after: 'CREATE COLLATION c FROM "POSIX"; CREATE COLLATION l (LOCALE = $$POSIX$$)' });
  assert.equal(up, ['CREATE COLLATION c FROM pg_catalog."POSIX"', "CREATE COLLATION l (PROVIDER = libc, LOCALE = 'POSIX')"]);
});

if (major >= 16) {
  test('keeps the rules of ICU collations', async () => {
    const { up } = await change({ after: `CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g')` });
    assert.equal(up, ["CREATE COLLATION c (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g')"]);
  });
}
if (major >= 17) {
  test('keeps builtin collations', async () => {
    const { up } = await change({ after: `CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF-8')` });
    assert.equal(up, ["CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF-8')"]);
  });
}

const unmanaged = `
  CREATE TYPE shell;
  CREATE TYPE vec;
  CREATE FUNCTION vec_in(cstring) RETURNS vec LANGUAGE internal STRICT IMMUTABLE AS 'textin';
  CREATE FUNCTION vec_out(vec) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'textout';
  CREATE TYPE vec (INPUT = vec_in, OUTPUT = vec_out, LIKE = text);
  CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq, COMMUTATOR = ===);
  CREATE OPERATOR CLASS oc FOR TYPE integer USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int4, int4);
  CREATE CAST (vec AS text) WITHOUT FUNCTION AS ASSIGNMENT;
  CREATE CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
  CREATE TEXT SEARCH DICTIONARY "Dict" (TEMPLATE = simple);
  CREATE TEXT SEARCH CONFIGURATION cfg (COPY = simple);
  ALTER TEXT SEARCH CONFIGURATION cfg ALTER MAPPING FOR asciiword WITH "Dict";
  CREATE TEXT SEARCH TEMPLATE tt (INIT = dsimple_init, LEXIZE = dsimple_lexize);
  CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
  CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
  CREATE FOREIGN DATA WRAPPER fw OPTIONS (b '2', a '1');
  CREATE SERVER srv FOREIGN DATA WRAPPER fw;
  CREATE FOREIGN TABLE ft (id integer NOT NULL, b text) SERVER srv;
  CREATE LANGUAGE lang HANDLER plpgsql_call_handler;
  CREATE TYPE rg AS RANGE (SUBTYPE = integer);
  CREATE DOMAIN dm AS integer;
  CREATE FUNCTION tr(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textin';
  CREATE TRANSFORM FOR vec LANGUAGE sql (FROM SQL WITH FUNCTION tr(internal));
  CREATE EXTENSION postgres_fdw;
  CREATE EXTENSION cube`;

test('names each kind that is not managed, and nothing that belongs to something else', async () => {
  const schema = await inspectIn('public', unmanaged);
  assert.equal(schema.unmanaged.map(({ key }) => key).sort(), [
    'access method heap2',
    'cast (vec AS text)',
    'conversion conv',
    'foreign data wrapper fw',
    'foreign table ft',
    'language lang',
    'operator "==="(integer, integer)',
    'operator class oc USING btree',
    'operator family oc USING btree',
    'server srv',
    'text search configuration cfg',
    'text search dictionary "Dict"',
    'text search parser prs',
    'text search template tt',
    'transform FOR vec LANGUAGE sql',
    'type shell',
    'type vec',
  ]);
  assert.is(new Set(schema.unmanaged.map(({ definition }) => definition)).size, schema.unmanaged.length);
});

test('says of what is not managed whether it differs', async () => {
  const definitions = async (sql: string): Promise<readonly string[]> =>
    (await inspectIn('public', sql)).unmanaged.map(({ definition }) => definition);
  const operator = 'CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq';
  assert.not.equal(await definitions(`${operator})`), await definitions(`${operator}, HASHES)`));
  const mapping = 'CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)';
  assert.not.equal(await definitions(mapping), await definitions(`${mapping}; ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR email`));
});

test('finds the same in every default schema', async () => {
  const rich = `${unmanaged};
    CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN d AS mood DEFAULT 'a' CHECK (VALUE <> 'a'); CREATE TYPE c AS (m mood, d d[]);
    CREATE FUNCTION f(m mood DEFAULT 'a', c c DEFAULT NULL) RETURNS d LANGUAGE sql RETURN m; CREATE COLLATION coll (LOCALE = 'C');
    CREATE FUNCTION s(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE agg(integer) (SFUNC = s, STYPE = integer);
    CREATE TYPE tr AS RANGE (SUBTYPE = text, COLLATION = coll)`;
  const [one, other] = [await inspectIn('public', rich), await inspectIn('tenant', rich)];
  const isOwn = (key: string): boolean => !key.startsWith('schema ');
  assert.equal(
    [...other.objects.values()].filter(({ key }) => isOwn(key)),
    [...one.objects.values()].filter(({ key }) => isOwn(key)),
  );
  assert.equal(other.unmanaged, one.unmanaged);
});

test.run();
