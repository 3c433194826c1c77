import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../../lib/engine/engine.ts';
import { catalogsLeftOut } from '../../../../lib/engine/postgres/fingerprint/others.ts';
import { catalogs, fingerprint, unknownColumns } from '../../../../lib/engine/postgres/fingerprint/fingerprint.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { openPostgres } from '../../../../lib/engine/postgres/session.ts';
import { compareFingerprints, type Fingerprint } from '../../../../lib/model/fingerprint.ts';
import { split } from '../../../../lib/sql/split.ts';
import { postgresLexis } from '../../../../lib/sql/lexis.ts';
import { parts } from '../../../support/postgres/parts.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';
import { mutations, remakes, richSchema } from './cases.ts';

const test = suite('postgres fingerprint');
const major = Number(wantedMajor());
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await openAt(server.socketUrl());
  await admin.execute('CREATE ROLE bard');
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

const openAt = (url: string): Promise<Session> =>
  openPostgres(
    url,
    { mode: 'write', directory: import.meta.dirname },
    { ...parts, fingerprint: (query, scope, { schema }) => fingerprint(query, scope, { schema }) },
  );

const scope = { exclude: [], journalTable: 'limbeck_journal' };

const run = async (session: Session, sql: string): Promise<void> => {
  for (const statement of split(sql, postgresLexis)) await session.execute(statement.text);
};

let count = 0;
const inDatabase = async <T>(work: (session: Session) => Promise<T>, options = '', schema = 'public'): Promise<T> => {
  const name = `fp_${(count += 1)}`;
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  if (schema !== 'public') {
    const first = await openAt(server.socketUrl(name));
    await first.execute(`CREATE SCHEMA ${schema}`);
    await first.close();
  }
  const session = await openAt(`${server.socketUrl(name)}${options}`);
  try {
    return await work(session);
  } finally {
    await session.close();
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

const same = (left: Fingerprint, right: Fingerprint): void => {
  assert.equal(compareFingerprints(left, right), []);
  assert.is(left.whole, right.whole);
};

test('treats every column of every catalog of this major', async () => {
  assert.equal(await unknownColumns((sql, parameters) => admin.query(sql, parameters)), []);
});

test('names no column or catalog that is nowhere, and none twice', async () => {
  const names = catalogs.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  assert.equal(
    names.filter((name) => Object.hasOwn(catalogsLeftOut, name)),
    [],
  );
  if (major !== 18) return;
  const rows = await admin.query(
    "SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'pg_catalog'::regnamespace",
  );
  const there = new Set(rows.map((row) => String(row['name'])));
  const gone = catalogs.flatMap(({ name, columns }) => Object.keys(columns).filter((column) => !there.has(`${name}.${column}`)));
  assert.equal(
    gone,
    ['attcacheoff', 'colliculocale'].filter((column) => gone.includes(column)),
  );
});

test('is the same in another database, another schema, and after a rewrite of the rows', async () => {
  const first = await inDatabase(async (session) => {
    await session.execute('CREATE TABLE padding (id serial)');
    await session.execute('DROP TABLE padding');
    await run(session, richSchema(major));
    return session.fingerprint(scope);
  });
  assert.ok(first.objects.size > 15);
  await inDatabase(async (session) => {
    await run(session, richSchema(major));
    same(first, await session.fingerprint(scope));
    await session.execute("INSERT INTO brewers (name) SELECT 'b' || n FROM generate_series(1, 100) AS n");
    await session.execute('ANALYZE');
    await session.execute('VACUUM FULL brewers');
    await session.execute('REINDEX TABLE brewers');
    same(first, await session.fingerprint(scope));
    await session.transaction(async () => same(first, await session.fingerprint(scope)));
    await session.transaction(() => session.journal('limbeck_journal').ensure());
    same(first, await session.fingerprint(scope));
  });
  await inDatabase(
    async (session) => {
      await run(session, richSchema(major));
      same(first, await session.fingerprint(scope));
    },
    '&options=-csearch_path%3Dtenant_b',
    'tenant_b',
  );
});

test('what was changed and changed back is the same', async () => {
  await inDatabase(async (session) => {
    await run(session, richSchema(major));
    const before = await session.fingerprint(scope);
    await run(
      session,
      'ALTER TABLE brewers ADD extra int; ALTER TABLE brewers DROP extra; CREATE INDEX tmp ON brewers (name); DROP INDEX tmp',
    );
    await run(
      session,
      "ALTER TYPE mood RENAME TO temper; ALTER TYPE temper RENAME TO mood; COMMENT ON TABLE brewers IS 'x'; COMMENT ON TABLE brewers IS NULL",
    );
    for (const sql of remakes) {
      await run(session, sql);
      same(before, await session.fingerprint(scope));
    }
    await session.execute('ALTER TABLE brewers OWNER TO bard');
    await session.execute('GRANT SELECT ON brewers TO bard');
    same(before, await session.fingerprint(scope));
  });
});

test('leaves out what the scope excludes, with its indexes and statistics', async () => {
  await inDatabase(async (session) => {
    await session.execute('CREATE TABLE kept (id int)');
    const before = await session.fingerprint(scope);
    await run(
      session,
      'CREATE TABLE flyway_schema_history (a serial PRIMARY KEY, b bool); CREATE INDEX h_idx ON flyway_schema_history (b)',
    );
    await run(
      session,
      "CREATE TABLE tmp_1 (a int, b int); CREATE INDEX i ON tmp_1 (a); CREATE STATISTICS s ON a, b FROM tmp_1; COMMENT ON INDEX i IS 'x'",
    );
    same(before, await session.fingerprint({ ...scope, exclude: ['tmp_*', 'flyway_*'] }));
    const [row] = [...(await session.fingerprint(scope)).objects.keys()];
    assert.is(row, 'index i');
  });
});

const keysOf = ({ objects }: Fingerprint): readonly string[] => [...objects.keys()];

const appSchema = `
CREATE SCHEMA app; CREATE SCHEMA "Odd.App";
CREATE TYPE app.mood AS ENUM ('a', 'b');
CREATE TABLE app.users (id serial PRIMARY KEY, feeling app.mood);
CREATE TABLE "Odd.App"."T" (id int REFERENCES app.users);
CREATE TABLE here (id int REFERENCES app.users);
CREATE FUNCTION app.f(app.mood, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE app.users IS 'people';`;

test('objects of other schemas are in it when the schema is in scope, under qualified keys', async () => {
  await inDatabase(async (session) => {
    await run(session, appSchema);
    assert.equal(keysOf(await session.fingerprint(scope)), ['table here']);
    const all = await session.fingerprint({ ...scope, schemas: ['*'] });
    assert.equal(keysOf(all), [
      'function app.f(app.mood, integer)',
      'schema "Odd.App"',
      'schema app',
      'sequence app.users_id_seq',
      'table "Odd.App"."T"',
      'table app.users',
      'table here',
      'type app.mood',
    ]);
    assert.ok(all.objects.get('table app.users')?.lines.includes('comment "people"'));
    assert.equal(keysOf(await session.fingerprint({ ...scope, schemas: ['Odd.*'] })), ['schema "Odd.App"', 'table "Odd.App"."T"']);
    same(await session.fingerprint({ ...scope, schemas: ['public'] }), await session.fingerprint(scope));
    assert.equal(keysOf(await session.fingerprint({ ...scope, schemas: ['app'], exclude: ['app.users', 'f', 'mood'] })), ['schema app']);
    assert.equal(keysOf(await session.fingerprint({ ...scope, schemas: ['*'], exclude: ['app', 'Odd*'] })), ['table here']);
    const one = await session.fingerprint({ ...scope, schemas: ['*'], only: new Set(['table "Odd.App"."T"']) });
    assert.is(one.objects.get('table "Odd.App"."T"')?.hash, all.objects.get('table "Odd.App"."T"')?.hash);
    assert.is(one.objects.has('table app.users'), false);
  });
});

test('asked for some objects only, it says the same of them', async () => {
  await inDatabase(async (session) => {
    await run(session, richSchema(major));
    const all = await session.fingerprint(scope);
    for (const key of all.objects.keys()) {
      const some = await session.fingerprint({ ...scope, only: new Set([key]) });
      assert.is(some.objects.get(key)?.hash, all.objects.get(key)?.hash, key);
      assert.ok(some.objects.size < all.objects.size, key);
    }
  });
});

test('a journal is in no schema of it', async () => {
  await inDatabase(async (session) => {
    const everything = { ...scope, schemas: ['*'] };
    await session.execute('CREATE SCHEMA ops');
    const before = await session.fingerprint(everything);
    await session.transaction(() => session.journal('limbeck_journal').ensure());
    await session.execute('CREATE TABLE ops.limbeck_journal (LIKE limbeck_journal INCLUDING ALL)');
    await session.execute('CREATE TABLE ops.alembic_version (version_num varchar(32) PRIMARY KEY)');
    same(before, await session.fingerprint(everything));
    same(before, await session.fingerprint({ ...everything, journalTable: 'ops.limbeck_journal' }));
  });
});

const grants: readonly string[] = [
  'GRANT SELECT ON ales TO bard',
  'GRANT UPDATE (room) ON ales TO bard',
  'GRANT SELECT ON ales TO PUBLIC',
  'GRANT USAGE ON SEQUENCE tickets TO bard',
  'GRANT USAGE ON SCHEMA public TO bard',
  'REVOKE EXECUTE ON FUNCTION double(int) FROM PUBLIC',
  'GRANT SELECT ON ales TO bard WITH GRANT OPTION',
  'REVOKE USAGE ON TYPE mood FROM PUBLIC',
  'REVOKE DELETE ON ales FROM CURRENT_USER',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO bard',
  'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bard',
];

test('privileges make a difference where they are compared, and only there', async () => {
  await inDatabase(async (session) => {
    await run(session, richSchema(major));
    const wanted = { ...scope, privileges: true };
    const before = await session.fingerprint(scope);
    const compared = await session.fingerprint(wanted);
    const undo = new Error('undo');
    const seen = new Set<string>();
    for (const sql of grants) {
      await session
        .transaction(async () => {
          await session.execute(sql);
          same(before, await session.fingerprint(scope));
          seen.add((await session.fingerprint(wanted)).whole);
          throw undo;
        })
        .catch((error: unknown) => assert.is(error, undo));
    }
    assert.is(seen.size, grants.length);
    assert.not.ok(seen.has(compared.whole));
    await run(session, 'GRANT SELECT ON ales TO bard; REVOKE SELECT ON ales FROM bard; GRANT ALL ON ales TO CURRENT_USER');
    same(compared, await session.fingerprint(wanted));
  });
});

test('of an extension there is itself, and nothing that it owns', async () => {
  await inDatabase(async (session) => {
    await run(
      session,
      'CREATE SCHEMA ext; CREATE EXTENSION citext; CREATE EXTENSION btree_gist SCHEMA ext; CREATE EXTENSION hstore; CREATE EXTENSION seg;',
    );
    const keys = ['extension btree_gist', 'extension citext', 'extension hstore', 'extension seg', 'schema ext'];
    assert.equal(keysOf(await session.fingerprint({ ...scope, schemas: ['*'] })), keys);
  });
});

test('two ways to the same schema are the same', async () => {
  const ways = [
    [
      'CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c () INHERITS (a, b); ALTER TABLE c NO INHERIT a',
      'CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c () INHERITS (b)',
    ],
    [
      'CREATE TABLE p (k int PRIMARY KEY) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (2) TO (3); CREATE TABLE r (k int REFERENCES p)',
      'CREATE TABLE p (k int PRIMARY KEY) PARTITION BY RANGE (k); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (2) TO (3); CREATE TABLE r (k int REFERENCES p); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)',
    ],
    [
      'CREATE TABLE p (k int NOT NULL, CHECK (k > 0)) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p (k NOT NULL) FOR VALUES FROM (1) TO (2)',
      'CREATE TABLE p (k int NOT NULL, CHECK (k > 0)) PARTITION BY RANGE (k); CREATE TABLE p1 (k int NOT NULL, CONSTRAINT p_k_check CHECK (k > 0)); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (1) TO (2)',
    ],
    [
      "CREATE TABLE v (a varchar(9) CHECK (a IN ('x', 'y')), b varchar(5) CHECK (b NOT IN ('a', 'b')))",
      "CREATE TABLE v (a varchar(9) CHECK ((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])), b varchar(5) CHECK (((b)::text <> ALL (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))))",
    ],
  ];
  for (const [one = '', other = ''] of ways) {
    const left = await inDatabase(async (session) => {
      await run(session, one);
      return session.fingerprint(scope);
    });
    await inDatabase(async (session) => {
      await run(session, other);
      same(left, await session.fingerprint(scope));
    });
  }
});

test('every attribute by itself makes a difference', async () => {
  await inDatabase(async (session) => {
    await run(session, richSchema(major));
    const before = await session.fingerprint(scope);
    const blind: string[] = [];
    for (const { sql, since } of mutations) {
      if (major < (since ?? 14)) continue;
      const failure = new Error('undo');
      try {
        await session.transaction(async () => {
          try {
            await run(session, sql);
          } catch (error) {
            blind.push(`${sql}: ${error instanceof Error ? error.message : String(error)}`);
            throw failure;
          }
          const after = await session.fingerprint(scope);
          if (after.whole === before.whole || compareFingerprints(before, after).length === 0) blind.push(sql);
          throw failure;
        });
      } catch (error) {
        if (error !== failure) throw error;
      }
    }
    assert.equal(blind, []);
    same(before, await session.fingerprint(scope));
  });
});

test.run();
