import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { parseStatement, type ParsedStatement } from '../../lib/sql/parse.ts';
import { split } from '../../lib/sql/split.ts';
import { corpusTexts } from './texts.ts';

const lexes = { sqlite: sqliteLexis, postgres: postgresLexis } as const;

const parse = async (text: string, dialect: 'sqlite' | 'postgres'): Promise<ParsedStatement> => {
  const [statement] = split(text, lexes[dialect]);
  assert.ok(statement !== undefined);
  return parseStatement(statement, dialect);
};

type Case = readonly ['sqlite' | 'postgres', string, string, string | undefined, readonly string[]];

/** Kind, what it defines (kind, schema, name), and what it must refer to. */
const cases: readonly Case[] = [
  ['sqlite', 'CREATE TABLE Users (id INTEGER)', 'create table', 'table Users', []],
  ['sqlite', 'create temp table if not exists "a b" (id)', 'create table', 'table a b', []],
  ['sqlite', "CREATE TABLE 'q' (id REFERENCES o)", 'create table', 'table q', ['o']],
  ['sqlite', 'CREATE TABLE main.[x] (a, FOREIGN KEY (a) REFERENCES "Or der" (b))', 'create table', 'table main.x', ['Or der']],
  ['sqlite', 'CREATE TABLE t AS SELECT * FROM a JOIN b', 'create table', 'table t', ['a', 'b']],
  ['sqlite', 'CREATE VIRTUAL TABLE f USING fts5(a, content=docs)', 'create virtual table', 'virtual table f', []],
  ['sqlite', 'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)', 'create index', 'index i', ['t']],
  ['sqlite', 'CREATE INDEX "on" ON "t on" (a)', 'create index', 'index on', ['t on']],
  ['sqlite', 'CREATE VIEW v (x) AS SELECT a FROM t', 'create view', 'view v', ['t', 'a']],
  [
    'sqlite',
    'CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN INSERT INTO z SELECT * FROM y; END',
    'create trigger',
    'trigger g',
    ['t', 'z', 'y'],
  ],
  ['sqlite', 'ALTER TABLE t ADD COLUMN a', 'alter table', undefined, ['t']],
  ['sqlite', 'INSERT INTO t VALUES (1)', 'insert', undefined, ['t']],
  ['sqlite', 'DROP TABLE IF EXISTS t', 'drop table', undefined, ['t']],
  ['sqlite', 'PRAGMA user_version = 1', 'pragma', undefined, []],
  ['sqlite', 'gibberish here', 'other', undefined, ['here']],
  ['sqlite', '(((', 'other', undefined, []],
  ['sqlite', 'CREATE', 'other', undefined, []],
  ['sqlite', 'CREATE TABLE', 'create table', undefined, []],
  ['postgres', 'CREATE TABLE Users (Id bigint)', 'create table', 'table users', []],
  [
    'postgres',
    'CREATE UNLOGGED TABLE s."T" (e my_enum, o int REFERENCES x.Orders (id))',
    'create table',
    'table s.T',
    ['my_enum', 'orders'],
  ],
  [
    'postgres',
    "CREATE TABLE t (a int DEFAULT nextval('s.t_seq'), b int DEFAULT make_id())",
    'create table',
    'table t',
    ['t_seq', 'make_id'],
  ],
  ['postgres', 'CREATE TABLE p PARTITION OF parent FOR VALUES IN (1)', 'create table', 'table p', ['parent']],
  ['postgres', 'CREATE TABLE c (LIKE l INCLUDING ALL) INHERITS (a, s.b)', 'create table', 'table c', ['l', 'a', 'b']],
  ['postgres', 'CREATE OR REPLACE VIEW v AS SELECT f(a) FROM t', 'create view', 'view v', ['t', 'f']],
  ['postgres', 'CREATE MATERIALIZED VIEW m AS SELECT 1 FROM t', 'create materialized view', 'materialized view m', ['t']],
  ['postgres', 'CREATE INDEX CONCURRENTLY i ON ONLY s.t USING gin (a)', 'create index', 'index i', ['t']],
  ['postgres', 'CREATE INDEX ON t (a)', 'create index', undefined, ['t']],
  ['postgres', 'CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()', 'create trigger', 'trigger g', ['t', 'f']],
  ['postgres', 'CREATE OR REPLACE FUNCTION s.f() RETURNS t AS $$ x $$', 'create function', 'function s.f', ['t']],
  ['postgres', "CREATE TYPE e AS ENUM ('a')", 'create type', 'type e', []],
  ['postgres', 'CREATE POLICY p ON t USING (f(a))', 'create policy', 'policy p', ['t', 'f']],
  ['postgres', 'CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)', 'create rule', 'rule r', ['t']],
  ['postgres', 'CREATE SCHEMA IF NOT EXISTS s', 'create schema', 'schema s', []],
  ['postgres', 'CREATE SCHEMA AUTHORIZATION joe', 'create schema', undefined, []],
  ['postgres', 'ALTER TABLE ONLY s.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES o', 'alter table', undefined, ['t', 'o']],
  ['postgres', "COMMENT ON COLUMN t.a IS 'x'", 'comment column', undefined, ['t']],
  ['postgres', 'CREATE DOMAIN d AS text CHECK (ok(VALUE))', 'create domain', 'domain d', ['ok']],
  ['postgres', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r', 'alter default privileges', undefined, []],
];
for (const [dialect, text, kind, defines, refers] of cases) {
  test(`${dialect}: ${text}`, async () => {
    const parsed = await parse(text, dialect);
    assert.is(parsed.kind, kind);
    const { defines: object } = parsed;
    assert.is(
      object === undefined ? undefined : `${object.kind} ${object.schema === undefined ? '' : `${object.schema}.`}${object.name}`,
      defines,
    );
    assert.equal(
      refers.filter((name) => !parsed.refers.includes(name)),
      [],
      `refers: ${parsed.refers.join(' ')}`,
    );
    if (object !== undefined) assert.not(parsed.refers.includes(object.name));
  });
}

test('tables and indexes refer to no column', async () => {
  const table = await parse("CREATE TABLE t (users INTEGER, a TEXT DEFAULT 'orders' CHECK (users > 1), b REFERENCES o (users))", 'sqlite');
  assert.equal(table.refers, ['o']);
  assert.equal((await parse('CREATE INDEX i ON t (users) WHERE orders > 1', 'sqlite')).refers, ['t']);
});

test('the grammar reads what it can, and its tree agrees with the tokens', async () => {
  const table = await parse('CREATE TABLE t (id INTEGER PRIMARY KEY, "N m" VARCHAR(10) NOT NULL, CONSTRAINT c UNIQUE (id))', 'sqlite');
  assert.is(table.opaque, false);
  assert.equal(table.tree, {
    columns: [
      { name: 'id', type: 'INTEGER' },
      { name: 'N m', type: 'VARCHAR ( 10 )' },
    ],
  });
  assert.equal((await parse('CREATE TABLE t (a PRIMARY KEY, b)', 'sqlite')).tree?.columns, [
    { name: 'a', type: '' },
    { name: 'b', type: '' },
  ]);
  const other = await parse('CREATE TABLE t (id bigint PRIMARY KEY, n numeric(10,2), ts timestamp with time zone)', 'postgres');
  assert.equal(
    other.tree?.columns.map(({ name }) => name),
    ['id', 'n', 'ts'],
  );
  assert.is((await parse('CREATE INDEX i ON t (a)', 'sqlite')).tree, undefined);
});

test('what the grammar cannot read is opaque, and every name in it counts', async () => {
  const policy = await parse('CREATE POLICY p ON t USING (a = "B")', 'postgres');
  assert.is(policy.opaque, true);
  assert.is(policy.tree, undefined);
  for (const name of ['t', 'a', 'B']) assert.ok(policy.refers.includes(name), name);
});

test('deep parentheses are not given to the grammar', async () => {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    for (const depth of [7, 20, 5000]) {
      const began = performance.now();
      const parsed = await parse(`SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`, dialect);
      assert.is(parsed.opaque, true);
      assert.ok(performance.now() - began < 10_000);
    }
  }
});

test('the same text is answered from memory, whatever its place', async () => {
  const statements = split('CREATE TABLE m (a); CREATE TABLE m (a)', sqliteLexis);
  const [first, second] = await Promise.all(statements.map((statement) => parseStatement(statement, 'sqlite')));
  assert.equal(first, second);
  const [again] = statements;
  assert.ok(again !== undefined);
  assert.is(await parseStatement(again, 'sqlite'), await parseStatement(again, 'sqlite'));
});

test('no text of the corpus throws, takes long, or defines nothing where it says CREATE TABLE', async () => {
  let tables = 0;
  for (const { name, dialect, text } of corpusTexts()) {
    let statements: ReturnType<typeof split> = [];
    try {
      statements = split(text, lexes[dialect]);
    } catch {
      continue;
    }
    for (const statement of statements) {
      const began = performance.now();
      const parsed = await parseStatement(statement, dialect);
      const took = performance.now() - began;
      assert.ok(took < 15_000, `${name} ${statement.line}: ${took} ms`);
      if (parsed.kind !== 'create table') continue;
      tables += 1;
      assert.ok(parsed.defines !== undefined, `${name} ${statement.line}`);
    }
  }
  if (corpusTexts().length > 100) assert.ok(tables > 100);
});

test.run();
