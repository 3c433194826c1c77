import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError, LimbeckError } from '../../lib/errors.ts';
import { migrationFileOf } from '../../lib/runner/migration.ts';
import { leftBehind, placeError, statementsOf } from '../../lib/runner/statement.ts';
import { postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';

const test = suite('statements of a migration');

const places = (text: string, lexis = sqliteLexis): readonly string[] =>
  statementsOf(migrationFileOf('x.up.sql', `-- t\n-- transaction: off\n\n${text}`), lexis).map(({ place }) => place);

test('what an engine refuses inside a transaction stands outside, and is told apart by the harm of running it twice', () => {
  assert.equal(places('VACUUM; PRAGMA journal_mode = WAL; INSERT INTO t VALUES (1); ANALYZE;'), ['again', 'again', 'anywhere', 'again']);
  assert.equal(
    places(
      'CREATE INDEX CONCURRENTLY i ON t (a); DROP INDEX CONCURRENTLY IF EXISTS i; DROP INDEX CONCURRENTLY i; REINDEX INDEX CONCURRENTLY i; ALTER TABLE t ADD a int;',
      postgresLexis,
    ),
    ['once', 'again', 'once', 'again', 'anywhere'],
  );
});

test('places count the header, a byte order mark and CRLF', () => {
  const text = '\uFEFF-- t\r\n-- revision: 1\r\n\r\nSELECT 1;\r\n  SELECT 2;\r\n';
  const [first, second] = statementsOf(migrationFileOf('x.up.sql', text), sqliteLexis);
  assert.equal([first?.sql, first?.where().line, second?.where().line, second?.where().column], ['SELECT 1', 4, 5, 3]);
});

test('control statements are refused where they stand', () => {
  for (const [lexis, control] of [
    [sqliteLexis, 'BEGIN EXCLUSIVE'],
    [sqliteLexis, '/* x */ commit'],
    [postgresLexis, 'START TRANSACTION'],
    [postgresLexis, 'ABORT'],
    [postgresLexis, "PREPARE TRANSACTION 'a'"],
    [postgresLexis, 'ROLLBACK AND CHAIN'],
  ] as const) {
    try {
      statementsOf(migrationFileOf('x.up.sql', `SELECT 1;\n${control};`), lexis);
      assert.unreachable(control);
    } catch (error) {
      if (!isLimbeckError(error)) throw error;
      assert.equal([error.code, error.where?.line], ['revision-invalid', 2]);
    }
  }
  statementsOf(migrationFileOf('x.up.sql', 'SAVEPOINT a; ROLLBACK TO a; ROLLBACK TRANSACTION TO SAVEPOINT a; RELEASE a;'), sqliteLexis);
});

test('an error gets its place; one that is not about the statement stays as it is', () => {
  const file = migrationFileOf('m/1_x.up.sql', 'SELECT 1;\nINSERT INTO t VALUES (NULL);\n');
  const [, second] = statementsOf(file, sqliteLexis);
  assert.ok(second !== undefined);
  const busy = new LimbeckError('database-busy', 'busy');
  const one = { file, revision: '1', advice: 'nothing of this revision is kept' };
  assert.is(placeError(busy, second, one), busy);
  const placed = placeError(new LimbeckError('sql-failed', 'NOT NULL constraint failed: t.a'), second, one);
  if (!isLimbeckError(placed)) throw placed;
  assert.equal([placed.where?.file, placed.where?.line], ['m/1_x.up.sql', 2]);
  assert.equal([placed.where?.line, placed.where?.column], [2, 1]);
  const pointed = placeError(new LimbeckError('sql-failed', 'no such type', { data: { position: 13 } }), second, one);
  if (!isLimbeckError(pointed)) throw pointed;
  assert.equal([pointed.where?.line, pointed.where?.column], [2, 13]);
  assert.match(pointed.hint ?? '', /nothing of this revision is kept/);
  const bare = new LimbeckError('sql-failed', 'VACUUM cannot run inside a transaction block');
  const alone = placeError(bare, second, one);
  assert.match(isLimbeckError(alone) ? (alone.hint ?? '') : '', /-- transaction: off/);
  assert.match(placed.hint ?? '', /UPDATE t SET a = .* WHERE a IS NULL/);
});

test('an index that is built concurrently is named as what may be left of it', () => {
  const sql =
    'CREATE INDEX CONCURRENTLY "I x" ON t (a);\ncreate unique index concurrently if not exists i ON t (a);\nCREATE INDEX i ON t (a);';
  const left = statementsOf(migrationFileOf('1_x.up.sql', sql), postgresLexis).map(leftBehind);
  assert.match(left[0] ?? '', /DROP INDEX CONCURRENTLY IF EXISTS "I x"$/);
  assert.match(left[1] ?? '', /DROP INDEX CONCURRENTLY IF EXISTS i$/);
  assert.is(left[2], undefined);
});

test.run();
