import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { orderStatements } from '../../lib/diff/order.ts';
import { foldCase } from '../../lib/sql/lex.ts';
import { sqliteLexis } from '../../lib/sql/lexis.ts';
import { parseStatement } from '../../lib/sql/parse.ts';
import { split } from '../../lib/sql/split.ts';

const test = suite('order of declared statements');

const ordered = async (sql: string): Promise<readonly string[]> => {
  const statements = await Promise.all(
    split(sql, sqliteLexis).map(async (statement) => ({ statement, parsed: await parseStatement(statement, 'sqlite') })),
  );
  return orderStatements(statements, foldCase).map(({ statement }) => statement.text.split(/\s+/).slice(0, 3).join(' '));
};

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['file order stays', 'CREATE TABLE b (x); CREATE TABLE a (x);', ['CREATE TABLE b', 'CREATE TABLE a']],
  ['an index waits for its table', 'CREATE INDEX i ON t (x); CREATE TABLE t (x);', ['CREATE TABLE t', 'CREATE INDEX i']],
  [
    'a chain of views',
    'CREATE VIEW c AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a; CREATE TABLE a (x);',
    ['CREATE TABLE a', 'CREATE VIEW b', 'CREATE VIEW c'],
  ],
  [
    'a foreign key waits for its table, a cycle is entered at its first',
    'CREATE TABLE a (x REFERENCES b); CREATE TABLE b (y REFERENCES a);',
    ['CREATE TABLE b', 'CREATE TABLE a'],
  ],
  [
    'DROP IF EXISTS before CREATE stays before it',
    'DROP TABLE IF EXISTS a; CREATE TABLE b (x REFERENCES a); CREATE TABLE a (x);',
    ['DROP TABLE IF', 'CREATE TABLE a', 'CREATE TABLE b'],
  ],
  ['names fold', 'CREATE INDEX i ON "T" (x); CREATE TABLE t (x);', ['CREATE TABLE t', 'CREATE INDEX i']],
];

for (const [name, sql, expected] of cases) test(name, async () => assert.deepEqual(await ordered(sql), expected));

test('statements on one object keep their order', async () => {
  const texts = await ordered(
    'ALTER TABLE t ADD COLUMN y; CREATE INDEX i ON t (y); CREATE TABLE t (x); ALTER TABLE t RENAME COLUMN y TO z;',
  );
  assert.equal(texts[0], 'CREATE TABLE t');
  assert.deepEqual(texts.filter((text) => text.startsWith('ALTER')).length, 2);
});

test('many statements without recursion', async () => {
  const sql = Array.from({ length: 3000 }, (_, at) => `CREATE VIEW v${at} AS SELECT * FROM v${at + 1};`).join('\n');
  const statements = split(sql, sqliteLexis).map((statement, at) => ({
    statement,
    parsed: {
      kind: 'create view',
      defines: { kind: 'view' as const, name: `v${at}` },
      refers: [`v${at + 1}`],
      opaque: false,
      tree: undefined,
    },
  }));
  assert.equal(orderStatements(statements, foldCase)[0]?.parsed.defines?.name, 'v2999');
});

test.run();
