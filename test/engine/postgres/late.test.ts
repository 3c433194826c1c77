import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../../lib/diff/compare.ts';
import type { Scope, Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import type { Schema } from '../../../lib/model/schema.ts';
import { anyServer } from '../../support/postgres/server.ts';

/*
 * `diff` of two databases compares lines, and makes objects of what differs. What is tried here is what could hide a difference: odd
 * names, what is left out, what belongs to an extension, what a failed statement left. Every promise is tried in promises/postgres/sees.
 */
const test = suite('objects that are made when they are asked for');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const scope: Scope = { exclude: ['left_*'], journalTable: 'limbeck_migrations', schemas: ['', 'other', 'O"dd\\.s'] };

/** Runs `work` on two new databases, made by `statements` each. */
const inTwo = async (
  statements: readonly [readonly string[], readonly string[]],
  work: (from: Session, to: Session) => Promise<void>,
): Promise<void> => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  const names = [`late_a_${process.pid}`, `late_b_${process.pid}`];
  const sessions: Session[] = [];
  try {
    for (const [side, name] of names.entries()) {
      await admin.execute(`CREATE DATABASE ${name}`);
      const session = await openSession(server.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`), { mode: 'write', directory: '/' });
      sessions.push(session);
      for (const sql of statements[side] ?? [])
        await session.execute(sql).catch((error: unknown) => assert.ok(sql.includes('CONCURRENTLY'), String(error)));
    }
    const [from, to] = sessions;
    assert.ok(from !== undefined && to !== undefined);
    await work(from, to);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    for (const name of names) await admin.execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.close();
  }
};

const read = async (session: Session, privileges: boolean): Promise<readonly [Schema, Schema]> => {
  const wanted = { ...scope, privileges };
  return [await session.inspect(wanted), await session.inspect(wanted, { isLate: true })];
};

/** Holds both ways of reading to say the same of two databases; returns the changes, and whether lines were compared. */
const same = async (
  from: Session,
  to: Session,
  privileges = false,
): Promise<{ readonly keys: readonly string[]; readonly isByLines: boolean }> => {
  const [[before, lateBefore], [after, lateAfter]] = [await read(from, privileges), await read(to, privileges)];
  const changes = compare(before, after);
  assert.equal(compare(lateBefore, lateAfter), changes);
  assert.equal(compare(lateAfter, lateBefore), compare(after, before));
  for (const [schema, late] of [
    [before, lateBefore],
    [after, lateAfter],
  ] as const) {
    for (const [key, object] of [...schema.objects].reverse()) assert.equal(late.objects.get(key), object);
    assert.equal([...late.objects], [...schema.objects]);
    assert.equal([...late.objects.keys()], [...schema.objects.keys()]);
    assert.is(late.objects.size, schema.objects.size);
    assert.is(late.objects.has('table nowhere'), false);
    assert.equal(late.unmanaged, schema.unmanaged);
  }
  const isByLines = lateBefore.objects.apart?.(lateAfter.objects) !== undefined;
  return { keys: changes.map((change) => (change.type === 'alter' ? change.to.key : change.object.key)), isByLines };
};

const ground: readonly string[] = [
  'CREATE SCHEMA other',
  'CREATE SCHEMA "O""dd\\.s"',
  `CREATE TABLE "O""dd\\.s"."t""\\" ("a\\""b" integer PRIMARY KEY DEFAULT 1, "tab\tand\nline" text DEFAULT E'x\\ny' NOT NULL, "é😀" text, CHECK ("é😀" <> '"'))`,
  `COMMENT ON COLUMN "O""dd\\.s"."t""\\"."é😀" IS E'"valid":false\\n{"at":"'`,
  'CREATE INDEX "i""\\" ON "O""dd\\.s"."t""\\" (lower("é😀")) WITH (fillfactor = 70)',
  'CREATE TABLE other.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, twice bigint GENERATED ALWAYS AS (1 + 1) STORED)',
  'CREATE TABLE t (id serial PRIMARY KEY, other bigint REFERENCES other.t, v integer UNIQUE CHECK (v > 0))',
  'CREATE TABLE left_out (id integer PRIMARY KEY DEFAULT 3)',
  'CREATE TABLE limbeck_migrations (id integer PRIMARY KEY)',
  'CREATE TABLE parts (id integer, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)',
  "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
  'CREATE INDEX parts_at ON parts (at)',
  'CREATE MATERIALIZED VIEW m AS SELECT id FROM t',
  'CREATE INDEX m_id ON m (id)',
  'CREATE VIEW w AS SELECT id FROM left_out',
  'GRANT SELECT (id) ON t TO PUBLIC',
];

test('databases that are alike, and one in which things were made, changed and dropped', async () => {
  const changes = [
    'ALTER TABLE t ADD COLUMN more text',
    'ALTER TABLE other.t ALTER COLUMN id SET START WITH 7',
    'ALTER TABLE "O""dd\\.s"."t""\\" ALTER COLUMN "a\\""b" SET DEFAULT 2',
    'DROP INDEX m_id',
    'ALTER TABLE left_out ALTER COLUMN id SET DEFAULT 4',
    'ALTER TABLE t DROP CONSTRAINT t_v_check',
    'CREATE TABLE apart (id integer REFERENCES t (v))',
    'GRANT UPDATE (v) ON t TO PUBLIC',
  ];
  await inTwo([ground, ground], async (from, to) => {
    assert.equal(await same(from, to), { keys: [], isByLines: true });
    assert.equal(await same(from, to, true), { keys: [], isByLines: true });
    for (const sql of changes) await to.execute(sql);
    const { keys, isByLines } = await same(from, to);
    assert.ok(isByLines);
    assert.equal([...keys].sort(), [
      'column apart.id',
      'column other.t.id',
      'column t.more',
      'constraint apart.apart_id_fkey',
      'constraint t.t_v_check',
      'default "O""dd\\.s"."t""\\"."a\\""b"',
      'index m_id',
      'table apart',
    ]);
    assert.ok((await same(from, to, true)).keys.includes('column t.v'));
  });
});

test('a line that is the same is not taken for the same object where an index is invalid', async () => {
  const statements = ['CREATE TABLE t (a integer)', 'INSERT INTO t VALUES (1), (1)', 'CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)'];
  await inTwo([statements, statements], async (from, to) => {
    assert.is((await same(from, to)).isByLines, false);
    assert.ok([...(await to.inspect(scope, { isLate: true })).objects.values()].some(({ sound }) => sound !== undefined));
  });
});

test('nor where the relation belongs to an extension in one of them', async () => {
  const table = 'CREATE TABLE t (a integer PRIMARY KEY DEFAULT 1)';
  await inTwo([[table], [table, 'CREATE EXTENSION hstore', 'ALTER EXTENSION hstore ADD TABLE t']], async (from, to) => {
    const { keys, isByLines } = await same(from, to);
    assert.is(isByLines, false);
    assert.equal(keys, ['table t', 'column t.a', 'default t.a', 'constraint t.t_pkey', 'extension hstore']);
  });
});

test('nor where a type belongs to an extension in one of them, the constraints of which do not', async () => {
  const made = ['CREATE EXTENSION hstore', 'CREATE DOMAIN d AS integer CHECK (VALUE > 0)'];
  await inTwo([made, [...made, 'ALTER EXTENSION hstore ADD DOMAIN d']], async (from, to) => {
    assert.equal(await same(from, to), { keys: ['type d', 'domain constraint d.d_check'], isByLines: false });
  });
});

test('an extension that has no relation is no hindrance', async () => {
  const made = ['CREATE EXTENSION hstore', 'CREATE TABLE t (a hstore)'];
  await inTwo([made, [...made, 'ALTER TABLE t ADD COLUMN b hstore']], async (from, to) => {
    assert.equal(await same(from, to), { keys: ['column t.b'], isByLines: true });
  });
});

test.run();
