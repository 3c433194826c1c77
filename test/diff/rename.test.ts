import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { generate, type Generated } from '../../lib/diff/generate.ts';
import { runBody } from '../../lib/diff/prove.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { split } from '../../lib/sql/split.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('renames by hints');

const withLive = async (sql: string, work: (live: Session) => Promise<void>): Promise<void> => {
  const live = await openSession('sqlite://', { mode: 'write', directory: '.' });
  try {
    for (const statement of split(sql, live.dialect.lexis)) await live.execute(statement.text);
    await work(live);
  } finally {
    await live.close();
  }
};

const between = (live: Session, text: string): Promise<Generated | undefined> =>
  generate({
    live,
    models: { text, file: 'models.sql' },
    scope: { exclude: [], journalTable: 'limbeck_journal' },
    render: { target: '3.35' },
    decideRename: undefined,
    requireProof: true,
  });

const statements = (generated: Generated | undefined): readonly string[] => (generated?.upPlan.steps ?? []).map(({ sql }) => sql);

const asked = (sql: string, models: string) => (): Promise<void> =>
  withLive(sql, async (live) => {
    await between(live, models);
  });

const fourColumns = 'CREATE TABLE t (b INT, c INT, d INT, a INT);';
const chained = `CREATE TABLE t (
  c INT, -- @renamed from b
  d INT, -- @renamed from c
  e INT, -- @renamed from d
  b INT -- @renamed from a
);`;

test('a chain keeps every value, up and down, and is a comment afterwards', () =>
  withLive(`${fourColumns} INSERT INTO t VALUES (1, 2, 3, 0);`, async (live) => {
    const generated = await between(live, chained);
    assert.deepEqual(statements(generated), [
      'ALTER TABLE "t" RENAME COLUMN "d" TO "e"',
      'ALTER TABLE "t" RENAME COLUMN "c" TO "d"',
      'ALTER TABLE "t" RENAME COLUMN "b" TO "c"',
      'ALTER TABLE "t" RENAME COLUMN "a" TO "b"',
    ]);
    if (generated === undefined) return;
    await runBody(live, generated.up);
    assert.deepEqual(await live.query('SELECT b, c, d, e FROM t'), [{ b: 0, c: 1, d: 2, e: 3 }]);
    assert.equal(await between(live, chained), undefined);
    await runBody(live, generated.down);
    assert.deepEqual(await live.query('SELECT a, b, c, d FROM t'), [{ a: 0, b: 1, c: 2, d: 3 }]);
  }));

const swapped = `CREATE TABLE y ( -- @renamed from x
  a INT, -- @renamed from b
  b TEXT -- @renamed from a
);
CREATE TABLE x (n INT); -- @renamed from y`;

test('a swap of tables and of columns keeps every value, up and down, and is not done twice', () =>
  withLive(
    `CREATE TABLE x (b INT, a TEXT); CREATE TABLE y (n INT); INSERT INTO x VALUES (7, 'seven'); INSERT INTO y VALUES (1);`,
    async (live) => {
      const generated = await between(live, swapped);
      assert.deepEqual(statements(generated), [
        'ALTER TABLE "x" RENAME TO "limbeck_swap"',
        'ALTER TABLE "y" RENAME TO "x"',
        'ALTER TABLE "limbeck_swap" RENAME TO "y"',
        'ALTER TABLE "y" RENAME COLUMN "b" TO "limbeck_swap"',
        'ALTER TABLE "y" RENAME COLUMN "a" TO "b"',
        'ALTER TABLE "y" RENAME COLUMN "limbeck_swap" TO "a"',
      ]);
      if (generated === undefined) return;
      await runBody(live, generated.up);
      assert.deepEqual(await live.query('SELECT a, b FROM y'), [{ a: 7, b: 'seven' }]);
      assert.equal(await between(live, swapped), undefined);
      const later = await between(live, swapped.replace('(n INT)', '(n INT, m INT)'));
      assert.deepEqual(statements(later), ['ALTER TABLE "x" ADD COLUMN m INT']);
      await runBody(live, generated.down);
      assert.deepEqual(await live.query('SELECT a, b, n FROM x, y'), [{ a: 'seven', b: 7, n: 1 }]);
    },
  ));

test('a swap of what is alike is a question', async () => {
  const models = 'CREATE TABLE t (\n a INT, -- @renamed from b\n b INT -- @renamed from a\n);';
  const error = await rejects('rename-unclear', asked('CREATE TABLE t (a INT, b INT);', models));
  assert.match(error.message, /column t\.b, column t\.a change names among themselves/);
  assert.equal(error.where?.line, 2);
});

test('what nothing frees or takes over is refused, and no hint says to drop it', async () => {
  const cases: readonly (readonly [sql: string, models: string, message: RegExp])[] = [
    ['CREATE TABLE t (a INT, b INT);', 'CREATE TABLE t (b INT -- @renamed from a\n);', /are both in the database/],
    [
      'CREATE TABLE t (a INT, b INT, c INT);',
      'CREATE TABLE t (b INT, -- @renamed from a\n c INT -- @renamed from b\n);',
      /column t\.b and column t\.a, from which it says it was renamed, are both in the database/,
    ],
    ['CREATE TABLE t (a INT);', 'CREATE TABLE t (a INT, c INT -- @renamed from a\n);', /which is still declared/],
    [
      'CREATE TABLE t (a INT);',
      'CREATE TABLE t (b INT, -- @renamed from a\n c INT -- @renamed from a\n);',
      /both say that they were renamed/,
    ],
    [
      'CREATE TABLE t (a INT, b INT);',
      'CREATE TABLE t (c INT /* @renamed from a */ -- @renamed from b\n);',
      /from column t\.a and from column t\.b/,
    ],
  ];
  for (const [sql, models, message] of cases) {
    const error = await rejects('rename-invalid', asked(sql, models));
    assert.match(error.message, message);
    assert.doesNotMatch(error.hint ?? '', /drop one|to drop|drop [^b]/);
  }
});

test('an old name may spell its schema or table', () =>
  withLive('CREATE TABLE a (x INT, y INT);', async (live) => {
    const models = 'CREATE TABLE b ( -- @renamed from main.a\n z INT, -- @renamed from A.x\n w INT -- @renamed from main.b.y\n);';
    assert.deepEqual(statements(await between(live, models)), [
      'ALTER TABLE "a" RENAME TO "b"',
      'ALTER TABLE "b" RENAME COLUMN "x" TO "z"',
      'ALTER TABLE "b" RENAME COLUMN "y" TO "w"',
    ]);
  }));

test('a hint that would be ignored while something is dropped is refused', async () => {
  const cases: readonly (readonly [sql: string, models: string, message: RegExp])[] = [
    [
      'CREATE TABLE t (title TEXT);',
      'CREATE TABLE t (\n name INT -- @renamed from titel\n);',
      /column t\.name .* from column t\.titel, which is not in the database, where column t\.title would be dropped/,
    ],
    [
      'CREATE TABLE a (x INT);',
      '\nCREATE TABLE b (y TEXT); -- @renamed from aux.a',
      /table b .* from table aux\.a, .* where table a would/,
    ],
    [
      'CREATE TABLE a (x INT, y INT); CREATE TABLE b (x INT);',
      'CREATE TABLE a (x INT); CREATE TABLE b (x INT,\n z INT -- @renamed from a.y\n);',
      /column b\.z .* from column a\.y/,
    ],
    [
      'CREATE VIRTUAL TABLE a USING fts4(x);',
      '\nCREATE VIRTUAL TABLE b USING fts4(x); -- @renamed from a',
      /virtual table b .* from virtual table a/,
    ],
  ];
  for (const [sql, models, message] of cases) {
    const error = await rejects('rename-invalid', asked(sql, models));
    assert.match(error.message, message);
    assert.equal(error.where?.line, 2);
  }
});

test('a hint says nothing where nothing of its kind is dropped', () =>
  withLive('CREATE TABLE other (x INT);', async (live) => {
    const models =
      'CREATE TABLE other (x INT, y INT -- @renamed from z\n); CREATE TABLE b (a INT -- @renamed from c\n); -- @renamed from a';
    assert.equal((await between(live, models))?.renames.length, 0);
  }));

test.run();
