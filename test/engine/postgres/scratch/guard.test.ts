import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../../support/postgres/expect.ts';
import { open } from '../../../support/postgres/parts.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres scratch: nothing reaches the server of the live database');
let server: LocalServer;
let admin: Session;
let scratch: Session;
test.before(async () => {
  server = await startServer();
  admin = await open(server.socketUrl());
  scratch = await admin.scratch();
  await admin.execute('CREATE ROLE guest');
});
test.after(async () => {
  await scratch.close();
  await admin.close();
  await server.stop();
});

const sharedThings = async (): Promise<string> => {
  const rows = await admin.query(
    `SELECT (SELECT array_agg(a.* ORDER BY oid)::text FROM pg_authid a) AS roles, (SELECT array_agg(m.*)::text FROM pg_auth_members m) AS members,
            (SELECT array_agg(s.* ORDER BY setrole)::text FROM pg_db_role_setting s) AS settings`,
  );
  return JSON.stringify(rows);
};

const unchanged = async (work: () => Promise<unknown>): Promise<void> => {
  const before = await sharedThings();
  await work();
  assert.is(await sharedThings(), before);
};

test('a statement that says so is refused, alone and in a transaction', async () => {
  for (const sql of [
    'CREATE ROLE evil',
    'ALTER DATABASE postgres SET work_mem = 64',
    'ALTER SYSTEM SET work_mem = 64',
    'DROP OWNED BY guest',
  ])
    await unchanged(async () => {
      const error = await rejection(scratch.execute(sql), 'sql-unsupported');
      assert.match(error.message, /it is not run in a scratch database/);
      await rejection(
        scratch.transaction(() => scratch.execute(sql)),
        'sql-unsupported',
      );
    });
  await admin.transaction(() => admin.execute('CREATE ROLE made_on_the_live_server'));
});

const hidden: readonly string[] = [
  "DO $$ BEGIN EXECUTE 'CREATE ROLE evil'; END $$",
  "DO $$ BEGIN EXECUTE 'CREATE ROLE evil'; COMMIT; END $$",
  "DO $$ BEGIN EXECUTE 'DROP ROLE guest'; END $$",
  "DO $$ BEGIN EXECUTE 'GRANT guest TO postgres'; END $$",
  "DO $$ BEGIN EXECUTE 'ALTER ROLE guest SET work_mem = 64'; END $$",
  "DO $$ BEGIN EXECUTE 'ALTER DATABASE postgres SET work_mem = 64'; END $$",
  "DO $$ BEGIN BEGIN EXECUTE 'ALTER ROLE guest SUPERUSER'; END; PERFORM 1; END $$",
  'SELECT make_role()',
  'CREATE MATERIALIZED VIEW m AS SELECT make_role()',
  'CREATE TABLE t AS SELECT make_role()',
  'CREATE TABLE t PARTITION OF p FOR VALUES FROM (make_role()) TO (10)',
];

/** What these would read is not run at all while a schema is loaded. */
const unread = new Set(hidden.filter((sql) => sql.includes(' AS SELECT ')));

for (const sql of hidden)
  test(`code that hides it is rolled back: ${sql}`, async () => {
    await scratch.execute('CREATE TABLE IF NOT EXISTS p (id int) PARTITION BY RANGE (id)');
    await scratch.execute(
      "CREATE OR REPLACE FUNCTION make_role() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE ROLE evil'; RETURN 1; END $$",
    );
    const alone = (): Promise<unknown> => rejection(scratch.execute(sql), 'sql-failed');
    const inTransaction = (): Promise<unknown> =>
      rejection(
        scratch.transaction(() => scratch.execute(sql)),
        'sql-failed',
      );
    const load = (): Promise<unknown> => scratch.loading?.((run) => run(sql, undefined)) ?? Promise.reject(new Error('no loading'));
    const loading = (): Promise<unknown> => (unread.has(sql) ? load() : rejection(load(), 'sql-failed'));
    for (const way of [alone, inTransaction, loading]) await unchanged(way);
  });

test('code that stays inside runs: in batches with a COMMIT of its own, and outside of a transaction', async () => {
  await scratch.execute('CREATE TABLE rows (id int)');
  await scratch.execute('DO $$ BEGIN FOR at IN 1..3 LOOP INSERT INTO rows VALUES (at); COMMIT; END LOOP; END $$');
  await scratch.transaction(() => scratch.execute("DO $$ BEGIN EXECUTE 'INSERT INTO rows VALUES (4)'; END $$"));
  await scratch.transaction(() => scratch.execute('GRANT SELECT ON rows TO guest'));
  await scratch.execute('CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM rows');
  await scratch.execute('CREATE INDEX CONCURRENTLY rows_id ON rows (id)');
  await scratch.execute('VACUUM rows');
  await scratch.execute('REFRESH MATERIALIZED VIEW CONCURRENTLY seen').catch(() => undefined);
  assert.equal(await scratch.query('SELECT count FROM seen'), [{ count: 4 }]);
});

test.run();
