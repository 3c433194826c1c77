import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../../lib/engine/engine.ts';
import { openSession } from '../../../../lib/engine/open.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { objectKey, schemaOf } from '../../../../lib/model/schema.ts';
import { runChange, scope } from '../../../promises/postgres/pair.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres schemas');
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await openSession(server.socketUrl(), { mode: 'write', directory: import.meta.dirname });
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

test('a migration does not name the default schema', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    after: `COMMENT ON SCHEMA public IS '5 % it''s'; GRANT USAGE ON SCHEMA public TO pg_monitor; REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      REVOKE CREATE ON SCHEMA public FROM CURRENT_USER, pg_database_owner;`,
  });
  assert.ok(up.includes(`DO $$BEGIN EXECUTE pg_catalog.format('COMMENT ON SCHEMA %1$I IS ''5 %% it''''s''', current_schema()); END$$`));
  assert.ok(up.includes("DO $$BEGIN EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %1$I TO pg_monitor', current_schema()); END$$"));
  assert.equal(
    [...up, ...down].filter((sql) => /SCHEMA public/.test(sql)),
    [],
  );
});

test('a whole schema names it, and starts from what a new database has', async () => {
  const known = { kind: 'schema', name: '', needs: [], position: 0 } as const;
  const rendered = (sql: string, description: string | undefined, grants: readonly string[] | undefined): readonly string[] =>
    admin.dialect.renderSchema(
      schemaOf([{ ...known, key: objectKey('schema', ''), attributes: { isGround: true, isDefault: true, description, grants }, sql }]),
    );
  const own = 'owner=CREATE,USAGE';
  assert.equal(rendered('public', undefined, undefined), []);
  assert.equal(rendered('public', "it's", [own, 'public=USAGE']), [
    "COMMENT ON SCHEMA public IS 'it''s'",
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  ]);
  assert.equal(rendered('public', undefined, [own]), ['REVOKE ALL ON SCHEMA public FROM PUBLIC']);
  assert.equal(rendered('"A b"', undefined, [own]), []);
  assert.equal(rendered('"A b"', undefined, [own, 'public=USAGE']), ['GRANT USAGE ON SCHEMA "A b" TO PUBLIC']);
});

test('the default schema may be another one', async () => {
  await admin.execute('CREATE DATABASE other_default TEMPLATE template0');
  const plain = await openSession(server.socketUrl('other_default'), { mode: 'write', directory: import.meta.dirname });
  await plain.execute('CREATE SCHEMA "Ten ant"');
  await plain.execute('GRANT CREATE ON SCHEMA "Ten ant" TO pg_monitor');
  await plain.close();
  const url = `${server.socketUrl('other_default')}&options=-csearch_path%3D%22Ten%5C%20ant%22`;
  const after = `CREATE TABLE ground (id integer, name text, price numeric, made timestamptz, tags text[]); CREATE TABLE "Odd Ground" (a int, b text, c int);
    GRANT USAGE ON SCHEMA "Ten ant" TO PUBLIC; COMMENT ON SCHEMA "Ten ant" IS 'ours'`;
  const ground = after.slice(0, after.indexOf('GRANT'));
  assert.equal(await runChange(url, ground, after, ''), { kind: 'done' });
  const session = await openSession(url, { mode: 'write', directory: import.meta.dirname });
  assert.equal((await session.inspect(scope)).objects.get('schema ""')?.attributes['grants'], ['owner=CREATE,USAGE', 'pg_monitor=CREATE']);
  await session.close();
});

test.run();
