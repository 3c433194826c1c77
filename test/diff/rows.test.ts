import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { generate, type Generated } from '../../lib/diff/generate.ts';
import { runBody } from '../../lib/diff/prove.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { split } from '../../lib/sql/split.ts';

const test = suite('what a generated migration meets in a live database');

const withLive = async (sql: string, work: (live: Session) => Promise<void>): Promise<void> => {
  const live = await openSession('sqlite://', { mode: 'write', directory: '.' });
  try {
    for (const statement of split(sql, live.dialect.lexis)) await live.execute(statement.text);
    await work(live);
  } finally {
    await live.close();
  }
};

const generated = async (live: Session, text: string, exclude: readonly string[] = []): Promise<Generated> => {
  const result = await generate({
    live,
    models: { text, file: 'models.sql' },
    scope: { exclude, journalTable: 'limbeck_journal' },
    render: { target: '3.35' },
    decideRename: async () => false,
    requireProof: true,
  });
  assert.ok(result);
  return result;
};

const failure = async (work: Promise<unknown>): Promise<{ readonly code: string; readonly message: string; readonly hint: string }> => {
  try {
    await work;
  } catch (error) {
    if (isLimbeckError(error)) return { code: error.code, message: error.message, hint: error.hint ?? '' };
    throw error;
  }
  return assert.fail('it went through');
};

const parts = async (live: Session): Promise<readonly unknown[]> =>
  (await live.query(`SELECT name FROM sqlite_schema ORDER BY name`)).map((row) => row['name']);

for (const [what, part] of [
  ['trigger', 'CREATE TRIGGER audit_part AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 0; END'],
  ['index', 'CREATE INDEX audit_part ON t (a)'],
] as const) {
  test(`a rebuild stops before it loses an excluded ${what}`, () =>
    withLive(`CREATE TABLE t (a INT); INSERT INTO t VALUES (1); ${part};`, async (live) => {
      const { up } = await generated(live, 'CREATE TABLE t (a TEXT);', ['audit_*']);
      const before = await parts(live);
      const { message } = await failure(runBody(live, up));
      assert.match(message, /has an index or trigger that this migration does not know and would lose/);
      assert.deepEqual(await parts(live), before);
      assert.deepEqual(await live.query('SELECT typeof(a) AS type FROM t'), [{ type: 'integer' }]);
    }));

  test(`a rebuild stops before it loses a ${what} that was made after the migration`, () =>
    withLive('CREATE TABLE t (a INT);', async (live) => {
      const { up } = await generated(live, 'CREATE TABLE t (a TEXT);');
      await live.execute(part);
      assert.match((await failure(runBody(live, up))).message, /would lose/);
      assert.deepEqual(await parts(live), ['audit_part', 't']);
    }));
}

for (const [what, sql] of [
  ['view', 'CREATE TABLE u (a INT); CREATE VIEW v AS SELECT b FROM u;'],
  ['trigger', 'CREATE TABLE u (a INT); CREATE TRIGGER v AFTER INSERT ON u BEGIN DELETE FROM u WHERE b = 1; END;'],
] as const) {
  test(`a ${what} that is broken already is named as what is in the way`, () =>
    withLive(`CREATE TABLE t (a INT); ${sql}`, async (live) => {
      const { code, hint } = await failure(generated(live, `CREATE TABLE t (a TEXT); ${sql}`));
      assert.equal(code, 'not-proved');
      assert.match(hint, new RegExp(`^${what} v does not work: .*correct it or drop it first$`));
    }));
}

for (const [what, sql] of [
  ['excluded', 'CREATE TABLE audit_log (a INT); CREATE TRIGGER v AFTER INSERT ON u BEGIN INSERT INTO audit_log VALUES (1); END;'],
  ['missing', 'CREATE VIEW w AS SELECT * FROM v; CREATE VIEW v AS SELECT * FROM u LEFT JOIN nowhere;'],
] as const) {
  test(`what mentions ${what} tables does not stop the rebuild of another`, () =>
    withLive(`CREATE TABLE t (a INT); CREATE TABLE u (a INT); INSERT INTO t VALUES (1); ${sql}`, async (live) => {
      const before = await parts(live);
      const models = `CREATE TABLE t (a TEXT); CREATE TABLE u (a INT); ${sql.replace(/CREATE TABLE.*?;/, '')}`;
      await runBody(live, (await generated(live, models, ['audit_*'])).up);
      assert.deepEqual(await parts(live), before);
      assert.deepEqual(await live.query('SELECT typeof(a) AS type FROM t'), [{ type: 'text' }]);
    }));
}

test('a rebuild beside a foreign key that SQLite cannot check still counts the others', () =>
  withLive(
    `PRAGMA foreign_keys = OFF; CREATE TABLE p (code INT); CREATE TABLE c (code INT REFERENCES p (code));
     CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE k (id INT REFERENCES t (id)); INSERT INTO t VALUES (1, 'x'); INSERT INTO k VALUES (1);`,
    async (live) => {
      const { up } = await generated(
        live,
        `CREATE TABLE p (code INT); CREATE TABLE c (code INT REFERENCES p (code));
         CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); CREATE TABLE k (id INT REFERENCES t (id));`,
      );
      const losing = up.text.replace('FROM "t";', 'FROM "t" WHERE 0;').replace(/"lost_rows" = \(.*,\n/, '"lost_rows" = 0,\n');
      assert.match((await failure(runBody(live, { ...up, text: losing }))).message, /rows refer to nothing after the rebuild/);
      await runBody(live, up);
      assert.deepEqual(await live.query('SELECT id, a FROM t'), [{ id: 1, a: 'x' }]);
    },
  ));

test.run();
