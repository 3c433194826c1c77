import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withFigures } from '../../lib/api/figures.ts';
import { compare } from '../../lib/diff/compare.ts';
import { loadModels } from '../../lib/diff/load.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { postgresLexis } from '../../lib/sql/lexis.ts';
import { split } from '../../lib/sql/split.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('figures of hazards, from a real server');
const scope = { exclude: [], journalTable: 'limbeck_journal' };
const name = `figures_${process.pid}`;
let server: Awaited<ReturnType<typeof anyServer>>;
let admin: Session;
test.before(async () => {
  server = await anyServer();
  admin = await openSession(server.url, { mode: 'write', directory: '/' });
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

const openAt = (): Promise<Session> =>
  openSession(server.url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`), { mode: 'write', directory: '/' });

/** Kind, then figure, of each hazard on the way from a live schema with rows to another. */
const figures = async (before: string, rows: string, after: string, spoil = ''): Promise<readonly string[]> => {
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    const live = await openAt();
    try {
      await loadModels(live, { text: before, file: 'before.sql' });
      for (const { text } of split(rows, postgresLexis)) await live.execute(text);
      const scratch = await live.scratch();
      await loadModels(scratch, { text: after, file: 'after.sql' });
      const [from, to] = [await live.inspect(scope), await scratch.inspect(scope)];
      await scratch.close();
      const options = { target: '', major: Number(live.server.major) };
      const hazards = live.dialect.plan(compare(from, to), from, to, options).steps.flatMap((step) => step.hazards);
      for (const { text } of split(spoil, postgresLexis)) await live.execute(text);
      return (await withFigures(hazards, live)).map(({ kind, figure }) => `${kind}: ${figure ?? 'not known'}`);
    } finally {
      await live.close();
    }
  } finally {
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

test('rows that are lost', async () => {
  assert.equal(
    await figures(
      'CREATE TABLE gone (id int); CREATE TABLE "Odd ""t" (id int, gone text); CREATE TABLE empty (id int);',
      'INSERT INTO gone SELECT generate_series(1, 1234); INSERT INTO "Odd ""t" VALUES (1);',
      'CREATE TABLE "Odd ""t" (id int);',
    ),
    ['data loss: 1 row', 'data loss: 1,234 rows', 'data loss: no rows'],
  );
});

test('of a large table only the beginning is looked at', async () => {
  assert.equal(
    await figures(
      'CREATE TABLE gone (id int); CREATE TABLE t (id int, n int)',
      'INSERT INTO gone SELECT generate_series(1, 100001); INSERT INTO t SELECT n, n FROM generate_series(1, 100000) n; INSERT INTO t VALUES (1)',
      'CREATE TABLE t (id int, n int NOT NULL)',
    ),
    ['data loss: more than 100,000 rows', 'may fail on rows: no such row among the first 100,000 rows'],
  );
});

test('NULLs', async () => {
  const rows = 'INSERT INTO "T" VALUES (1, 1), (2, NULL), (3, NULL)';
  assert.equal(await figures('CREATE TABLE "T" (id int, "N" int)', rows, 'CREATE TABLE "T" (id int NOT NULL, "N" int NOT NULL)'), [
    'may fail on rows: no such row',
    'may fail on rows: 2 such rows',
  ]);
});

test('rows that a unique constraint or index meets twice', async () => {
  const rows = `INSERT INTO t VALUES ('a', 1, 'X,('), ('a', 1, 'x,('), ('b', NULL, 'y'), ('b', NULL, 'z'), (NULL, 5, NULL)`;
  const to = async (what: string): Promise<readonly string[]> =>
    figures('CREATE TABLE t (a text, b int, c text)', rows, `CREATE TABLE t (a text, b int, c text); ${what}`);
  assert.equal(await to('ALTER TABLE t ADD UNIQUE (a)'), ['may fail on rows: 4 such rows']);
  assert.equal(await to('ALTER TABLE t ADD UNIQUE (a, b) INCLUDE (c)'), ['may fail on rows: 2 such rows']);
  assert.equal(await to('CREATE UNIQUE INDEX i ON t (lower(c) DESC)'), ['may fail on rows: 2 such rows']);
  assert.equal(await to('CREATE UNIQUE INDEX i ON t (a) WHERE b IS NULL'), ['may fail on rows: 2 such rows']);
  assert.equal(await to('CREATE UNIQUE INDEX i ON t (c)'), ['may fail on rows: no such row']);
  assert.equal(await to('CREATE UNIQUE INDEX i ON t (c text_pattern_ops)'), ['may fail on rows: not known']);
});

test('rows that a check or a foreign key refuses', async () => {
  const before = 'CREATE TABLE p (id int PRIMARY KEY, "K" text UNIQUE); CREATE TABLE t (id int, up int, k text)';
  const rows = `INSERT INTO p VALUES (1, 'a)'); INSERT INTO t VALUES (1, 1, 'a)'), (2, 2, NULL), (3, NULL, '(b')`;
  const to = async (what: string): Promise<readonly string[]> => figures(before, rows, `${before}; ALTER TABLE t ADD ${what}`);
  assert.equal(await to('CHECK (id < 2 AND id > 0)'), ['may fail on rows: 2 such rows']);
  assert.equal(await to(`CHECK (k <> '(b') NO INHERIT`), ['may fail on rows: 1 such row']);
  assert.equal(await to('FOREIGN KEY (up) REFERENCES p ON DELETE SET NULL'), ['may fail on rows: 1 such row']);
  assert.equal(await to('FOREIGN KEY (k) REFERENCES p ("K")'), ['may fail on rows: 1 such row']);
  assert.equal(await to('CHECK (up IS NOT NULL AND t.* IS NOT NULL)'), ['may fail on rows: 2 such rows']);
});

test('rows that hold a label that goes', async () => {
  const before = `CREATE TYPE mood AS ENUM ('sad', 'gone'); CREATE TABLE t (m mood, l mood[]); CREATE TABLE u (m mood)`;
  const after = `CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood, l mood[]); CREATE TABLE u (m mood)`;
  const found = await figures(before, `INSERT INTO t VALUES ('gone', '{sad,gone}'), (NULL, '{gone}')`, after);
  assert.ok(found.includes('may fail on rows: 1 such row in t, 2 such rows in t, no such row in u'), found.join('\n'));
});

test('what cannot be counted has no figure', async () => {
  const spoil = 'ALTER TABLE t RENAME COLUMN n TO m';
  assert.equal(await figures('CREATE TABLE t (n int)', '', 'CREATE TABLE t (n int NOT NULL)', spoil), ['may fail on rows: not known']);
  assert.equal(await withFigures([{ kind: 'data loss', text: 'x', rows: [{ table: 't', as: 't' }] }], undefined), [
    { kind: 'data loss', text: 'x' },
  ]);
});

test.run();
