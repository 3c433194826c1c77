import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readAlembicSql } from '../../../lib/revision/foreign/alembic-sql.ts';
import { readGolangMigrate } from '../../../lib/revision/foreign/golang.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';

const test = suite('foreign/alembic-sql');

const read = (text: string): readonly unknown[] =>
  readAlembicSql(text, postgresLexis, 'a.sql').map(({ direction, from, to, body }) => [direction, from, to, body.text, body.transactional]);

test('a transaction for each step, and a schema for the table', () => {
  const text = `BEGIN;

CREATE TABLE ops.alembic_version (version_num VARCHAR(32) NOT NULL);

-- Running upgrade  -> a

CREATE TABLE t (x text DEFAULT '-- Running upgrade a -> z');

INSERT INTO ops.alembic_version (version_num) VALUES ('a') RETURNING ops.alembic_version.version_num;

COMMIT;

BEGIN;

-- Running upgrade a -> b

CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$
-- Running upgrade a -> z


SELECT 'BEGIN; COMMIT;' $$;

UPDATE ops.alembic_version SET version_num='b' WHERE ops.alembic_version.version_num = 'a';

COMMIT;
`;
  assert.equal(read(text), [
    ['up', [], ['a'], `CREATE TABLE t (x text DEFAULT '-- Running upgrade a -> z');\n`, true],
    [
      'up',
      ['a'],
      ['b'],
      `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n-- Running upgrade a -> z\n\n\nSELECT 'BEGIN; COMMIT;' $$;\n`,
      true,
    ],
  ]);
});

test('autocommit_block makes a step without a transaction; tables of a like name are kept', () => {
  const text = `-- Running upgrade a -> b\n\nCOMMIT;\n\nCREATE INDEX CONCURRENTLY i ON t (x);\n\nBEGIN;\n\nUPDATE alembic_version SET version_num='b';\nUPDATE alembic_versions SET x = 1;\n`;
  assert.equal(read(text), [
    ['up', ['a'], ['b'], 'CREATE INDEX CONCURRENTLY i ON t (x);\n\n\nUPDATE alembic_versions SET x = 1;\n', false],
  ]);
});

test('downgrades and merges', () => {
  assert.equal(read('-- Running downgrade c -> a, b\n\n-- Running downgrade a -> \n\nDROP TABLE t;\n\nDROP TABLE alembic_version;\n'), [
    ['down', ['c'], ['a', 'b'], '\n', true],
    ['down', ['a'], [], 'DROP TABLE t;\n', true],
  ]);
});

test('SQL above the first step is refused', () => {
  assert.throws(() => read('SET search_path = x;\n-- Running upgrade  -> a\n'), /a\.sql has SQL above its first step/);
});

test('golang-migrate: BEGIN and COMMIT around a whole file go, any other stays to be told of', () => {
  const up = (text: string): string =>
    readGolangMigrate([{ name: '001_a.up.sql', path: '001_a.up.sql', text }], postgresLexis)[0]?.up.text ?? '';
  assert.is(up('-- why\nBEGIN;\n\nSELECT 1;\n\nSELECT 2;\nCOMMIT;\n'), '-- why\n\nSELECT 1;\n\nSELECT 2;\n');
  assert.is(up('BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n'), 'BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n');
  assert.is(up('START TRANSACTION; SELECT 1; END TRANSACTION'), 'SELECT 1;\n');
});

test.run();
