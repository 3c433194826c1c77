import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { generate, type Generated } from '../../lib/diff/generate.ts';
import { readSides } from '../../lib/diff/sides.ts';
import { reportUnmanaged } from '../../lib/diff/unmanaged.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { isLimbeckError, type LimbeckError } from '../../lib/errors.ts';

const test = suite('generate');
const scope = { exclude: ['secret_*'], journalTable: 'limbeck_journal' };

const withLive = async <T>(sql: readonly string[], work: (live: Session) => Promise<T>): Promise<T> => {
  const live = await openSession('sqlite://', { mode: 'write', directory: '/' });
  try {
    for (const statement of sql) await live.execute(statement);
    return await work(live);
  } finally {
    await live.close();
  }
};

const run = (old: readonly string[], models: string, decide?: boolean): Promise<Generated | undefined> =>
  withLive(old, (live) =>
    generate({
      live,
      models: { text: models, file: 'schema/models.sql' },
      scope,
      render: { target: '3.35' },
      decideRename: decide === undefined ? undefined : async () => decide,
      requireProof: true,
    }),
  );

const failure = async (work: Promise<unknown>): Promise<LimbeckError> => {
  try {
    await work;
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
  return assert.fail('it should have failed');
};

test('a drop and an add alike are unclear, with the hint to write and its place', async () => {
  const error = await failure(run(['CREATE TABLE t (a TEXT, b INT)'], '-- the table\nCREATE TABLE t (c TEXT, b INT);'));
  assert.equal(error.code, 'rename-unclear');
  assert.match(error.message, /column t\.a goes and column t\.c comes/);
  assert.match(error.hint ?? '', /@renamed from a/);
  assert.equal(error.where?.line, 2);
});

test('answered as a rename, rows keep their values; as a drop, they do not', async () => {
  const renamed = await run(['CREATE TABLE t (a TEXT, b INT)'], 'CREATE TABLE t (c TEXT, b INT);', true);
  assert.equal(renamed?.up.text, 'ALTER TABLE "t" RENAME COLUMN "a" TO "c";\n');
  const dropped = await run(['CREATE TABLE t (a TEXT, b INT)'], 'CREATE TABLE t (c TEXT, b INT);', false);
  assert.deepEqual(dropped?.hazards, [{ kind: 'data loss', text: 'drops column t.a' }]);
});

test('tables with the same columns are asked about too', async () => {
  const error = await failure(run(['CREATE TABLE a (x TEXT)'], 'CREATE TABLE b (x TEXT);'));
  assert.equal(error.code, 'rename-unclear');
  assert.match(error.hint ?? '', /@renamed from a/);
});

test('a hint that was carried out is a comment', async () => {
  assert.equal(await run(['CREATE TABLE t (c TEXT)'], 'CREATE TABLE t (c TEXT -- @renamed from a\n);'), undefined);
});

test('a hint that cannot be right is refused', async () => {
  const both = await failure(run(['CREATE TABLE t (a TEXT)'], 'CREATE TABLE t (a TEXT, c TEXT -- @renamed from a\n);'));
  assert.equal(both.code, 'rename-invalid');
  const live = await failure(run(['CREATE TABLE t (a TEXT, c TEXT)'], 'CREATE TABLE t (c TEXT -- @renamed from a\n);'));
  assert.equal(live.code, 'rename-invalid');
});

test('an error in models.sql has its line and a caret', async () => {
  const error = await failure(run([], 'CREATE TABLE a (x INT);\n\nCREATE TABLE b (\n  y INT,,\n  z INT\n);'));
  assert.equal(error.code, 'models-invalid');
  assert.equal(error.where?.file, 'schema/models.sql');
  assert.equal(error.where?.line, 4);
  assert.match(error.where?.frame ?? '', /\^/);
});

test('what is missing is told of the first statement that still fails', async () => {
  const error = await failure(run([], 'CREATE INDEX i ON nowhere (x);\nCREATE TABLE a (x INT);'));
  assert.equal(error.code, 'models-invalid');
  assert.equal(error.where?.line, 1);
  assert.match(error.message, /nowhere/);
});

test('statements on one object keep their order when one of them fails', async () => {
  const error = await failure(run([], 'CREATE TABLE a (x INT);\nALTER TABLE a RENAME COLUMN nope TO y;\nDROP TABLE a;'));
  assert.equal(error.where?.line, 2);
  assert.match(error.message, /nope/);
});

test('data and settings in models.sql are left out with a word', async () => {
  const notes = await withLive([], async (live) => {
    const sides = await readSides(
      live,
      { text: 'PRAGMA foreign_keys=OFF;\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);', file: 'm.sql' },
      scope,
    );
    return sides.loaded.notes;
  });
  assert.equal(notes.length, 2);
  assert.match(notes[1] ?? '', /m\.sql:3: INSERT is left out: data belongs in a migration/);
});

test('ATTACH and temporary tables are refused', async () => {
  assert.equal((await failure(run([], `ATTACH 'x.db' AS x;`))).code, 'sql-unsupported');
  assert.equal((await failure(run([], 'CREATE TEMP TABLE t (a);'))).code, 'sql-unsupported');
});

test('a module that is missing is named: in the way when declared, a note when live', async () => {
  const error = await failure(run([], 'CREATE VIRTUAL TABLE f USING no_such_module (a);'));
  assert.equal(error.code, 'unmanaged');
  assert.match(error.message, /virtual table f is not managed: this SQLite has no module no_such_module/);
  const object = { key: 'virtual table f', reason: 'because', definition: 'x' };
  assert.deepEqual(reportUnmanaged([object], [object]), { blocking: [], notes: ['virtual table f is not managed: because'] });
  assert.deepEqual(reportUnmanaged([object], [{ ...object, definition: 'y' }]), {
    blocking: ['virtual table f is not managed: because'],
    notes: [],
  });
});

test('what is excluded is not touched', async () => {
  assert.equal(await run(['CREATE TABLE secret_x (a)', 'CREATE INDEX secret_i ON secret_x (a)'], ''), undefined);
});

test('a plan that does not reach what is declared is not written', async () => {
  await withLive(['CREATE TABLE t (a TEXT)'], async (live) => {
    const lying: Session = {
      ...live,
      dialect: {
        ...live.dialect,
        plan: (...input) => ({ ...live.dialect.plan(...input), steps: live.dialect.plan(...input).steps.slice(1) }),
      },
    };
    const error = await failure(
      generate({
        live: lying,
        models: { text: 'CREATE TABLE t (a TEXT, b TEXT); CREATE TABLE u (x INT);', file: 'm.sql' },
        scope,
        render: { target: '3.35' },
        decideRename: undefined,
        requireProof: true,
      }),
    );
    assert.equal(error.code, 'not-proved');
    assert.match(error.message, /table u/);
  });
});

test.run();
