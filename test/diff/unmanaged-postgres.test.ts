import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { generate } from '../../lib/diff/generate.ts';
import { readSides } from '../../lib/diff/sides.ts';
import { loadModels } from '../../lib/diff/load.ts';
import { reportUnmanaged } from '../../lib/diff/unmanaged.ts';
import type { Scope, Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { inDatabase } from '../promises/postgres/run.ts';
import { anyServer } from '../support/postgres/server.ts';

const scope: Scope = { exclude: [], journalTable: 'limbeck_journal' };
const test = suite('what limbeck does not manage, PostgreSQL');
let server: Awaited<ReturnType<typeof anyServer>>;

test.before(async () => {
  server = await anyServer();
});

test.after(() => server.stop());

const withLive = async (sql: string, work: (live: Session) => Promise<void>): Promise<void> => {
  const options = { mode: 'write', directory: import.meta.dirname } as const;
  const admin = await openSession(server.url, options);
  try {
    await inDatabase(admin, server.url, async (url) => {
      const live = await openSession(url, options);
      try {
        await loadModels(live, { text: sql, file: 'live.sql' });
        await work(live);
      } finally {
        await live.close();
      }
    });
  } finally {
    await admin.close();
  }
};

const input = (live: Session, text: string): Parameters<typeof generate>[0] => ({
  live,
  models: { text, file: 'models.sql' },
  scope,
  render: { target: '3.35' },
  decideRename: undefined,
  requireProof: true,
});

const search = `CREATE TEXT SEARCH CONFIGURATION own (COPY = simple);
CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$;
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = same);
`;

test('what is the same on both sides, and what managed objects need of it, is in nobody’s way', () =>
  withLive(`${search}CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (to_tsvector('own', a));`, async (live) => {
    const made = await generate(
      input(live, `${search}CREATE TABLE t (a text, b integer CHECK (b === 3)); CREATE INDEX i ON t USING gin (to_tsvector('own', a));`),
    );
    assert.match(made?.up.text ?? '', /ADD COLUMN b integer/);
    assert.notEqual(made?.proof, undefined);
  }));

test('what only the database has is told of, and no difference', () =>
  withLive(`${search}CREATE TABLE t (a text);`, async (live) => {
    const models =
      'CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$; CREATE TABLE t (a text);';
    assert.equal(await generate(input(live, models)), undefined);
    const sides = await readSides(live, { text: models, file: 'models.sql' }, scope);
    const { blocking, notes } = reportUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged);
    assert.deepEqual(blocking, []);
    assert.equal(notes.length, 2);
  }));

test('what is declared and not there stops, by name', () =>
  withLive('CREATE TABLE t (a text);', async (live) => {
    await assert.rejects(
      generate(input(live, 'CREATE TABLE t (a text); CREATE TEXT SEARCH CONFIGURATION own (COPY = simple);')),
      /text search configuration own is not managed/,
    );
  }));

test('a table of a type, and a column of a partition key, are refused by name with the way out, which works', () =>
  withLive('CREATE TYPE y AS (a integer); CREATE TABLE t OF y; CREATE TABLE p (a integer) PARTITION BY RANGE (a);', async (live) => {
    const models = 'CREATE TYPE y AS (a integer, b text); CREATE TABLE t OF y; CREATE TABLE p (a integer) PARTITION BY RANGE (a);';
    const because = (pattern: RegExp, hint: RegExp) => (error: Error) =>
      isLimbeckError(error) && error.code === 'unmanaged' && pattern.test(error.message) && hint.test(error.hint ?? '');
    await assert.rejects(
      generate(input(live, models)),
      because(/type y changes its attributes, and table t is made of it/, /ALTER TABLE t NOT OF; .*; ALTER TABLE t OF y$/),
    );
    for (const sql of [
      'ALTER TABLE t NOT OF',
      'ALTER TYPE y ADD ATTRIBUTE b text',
      'ALTER TABLE t ADD COLUMN b text',
      'ALTER TABLE t OF y',
    ])
      await live.execute(sql);
    assert.equal(await generate(input(live, models)), undefined);
    await assert.rejects(
      generate(input(live, models.replace('p (a integer)', 'p (a bigint)'))),
      because(/column p\.a is in the partition key/, /INSERT INTO it SELECT FROM p, drop p and rename/),
    );
  }));

test('a materialized view is made with its rows, whose query scratch does not run', () =>
  withLive('CREATE TABLE t (a integer);', async (live) => {
    const views = `CREATE MATERIALIZED VIEW "F ull" AS SELECT 1 / (SELECT count(*) FROM t) AS n;
      CREATE MATERIALIZED VIEW IF NOT EXISTS public.filled AS SELECT n FROM "F ull"; CREATE MATERIALIZED VIEW bare AS SELECT 1 AS n WITH NO DATA;`;
    const made = await generate(input(live, `CREATE TABLE t (a integer); ${views} CREATE UNIQUE INDEX ON "F ull" (n);`));
    assert.notEqual(made?.proof, undefined);
    const statements = (made?.up.text ?? '').split(';').filter((each) => each.includes('MATERIALIZED'));
    const shown = statements.map(
      (each) => `${/VIEW ("F ull"|\w+)/.exec(each)?.[1]}: ${each.includes('WITH NO DATA') ? 'no rows' : 'rows'}`,
    );
    assert.deepEqual(shown.sort(), ['"F ull": rows', 'bare: no rows', 'filled: rows']);
  }));

const citext = async (live: Session): Promise<{ readonly newest: string; readonly note: string }> => {
  const [row] = await live.query(`SELECT default_version AS newest FROM pg_catalog.pg_available_extensions WHERE name = 'citext'`);
  const newest = String(row?.['newest']);
  return {
    newest,
    note: `extension citext stays at 1.5, though the server has ${newest}: it is in use, and an update could not be taken back; a migration by hand can: ALTER EXTENSION citext UPDATE`,
  };
};

for (const [use, sql] of [
  ['a column', 'CREATE TABLE t (a citext)'],
  ['a column of arrays', 'CREATE TABLE t (a citext[])'],
  ['an index', 'CREATE TABLE t (a text); CREATE INDEX ON t ((a::citext))'],
  ['a function', "CREATE TABLE t (a text); CREATE FUNCTION f() RETURNS citext LANGUAGE sql AS 'SELECT NULL::citext'"],
  [
    'DEPENDS ON EXTENSION',
    "CREATE TABLE t (a text); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f DEPENDS ON EXTENSION citext",
  ],
] as const) {
  test(`an extension older than the server’s stays where ${use} uses it, and is told of`, () =>
    withLive(`CREATE EXTENSION citext VERSION '1.5'; ${sql};`, async (live) => {
      const { note } = await citext(live);
      for (const silent of ['CREATE EXTENSION citext', 'CREATE EXTENSION IF NOT EXISTS "citext" SCHEMA public']) {
        const models = `${silent}; ${sql};`;
        assert.equal(await generate(input(live, models)), undefined);
        const sides = await readSides(live, { text: models, file: 'models.sql' }, scope);
        assert.deepEqual(sides.loaded.notes, [note]);
      }
      const changed = await generate(input(live, `CREATE EXTENSION citext; ${sql}; CREATE TABLE u (b integer);`));
      assert.doesNotMatch(changed?.up.text ?? '', /EXTENSION/);
    }));
}

test('an extension older than the server’s that nothing uses is updated as the models, loaded anew, would have it', () =>
  withLive(`CREATE EXTENSION citext VERSION '1.5'; CREATE TABLE t (a text);`, async (live) => {
    const { newest } = await citext(live);
    for (const wanted of ['', ` VERSION '${newest}'`]) {
      const made = await generate(input(live, `CREATE EXTENSION citext${wanted}; CREATE TABLE t (a text);`));
      assert.match(made?.up.text ?? '', /ALTER EXTENSION citext UPDATE;/);
      assert.match(made?.down.text ?? '', /DROP EXTENSION citext;\s+CREATE EXTENSION citext WITH VERSION '1.5';/);
      assert.notEqual(made?.proof, undefined);
    }
    assert.equal(await generate(input(live, `CREATE EXTENSION citext VERSION '1.5'; CREATE TABLE t (a text);`)), undefined);
  }));

test('an owner that the models name is held against the database', () =>
  withLive('CREATE TABLE t (a text); CREATE TYPE "T y" AS ENUM ();', async (live) => {
    const models = 'CREATE TABLE t (a text); CREATE TYPE "T y" AS ENUM ();';
    const own = `${models} ALTER TABLE ONLY t OWNER TO CURRENT_USER; ALTER TYPE "T y" OWNER TO CURRENT_USER; ALTER SCHEMA public OWNER TO pg_database_owner`;
    assert.equal(await generate(input(live, `${models} ALTER TABLE t OWNER TO CURRENT_USER;`)), undefined);
    await assert.rejects(
      generate(input(live, `${models} ALTER TABLE IF EXISTS t OWNER TO pg_monitor;`)),
      /owner of table t is not managed: the models give it to pg_monitor/,
    );
    await assert.rejects(generate(input(live, `${models} ALTER TYPE "T y" OWNER TO "Nobody";`)), /owner of type "T y" .* to Nobody/);
    assert.equal(await generate(input(live, own)), undefined);
    assert.equal(
      await generate(input(live, `${models} ALTER SCHEMA public OWNER TO postgres;`)),
      undefined,
      'as a dump of PostgreSQL 14 has it',
    );
  }));

test.run();
