import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../lib/engine/engine.ts';
import { catalogsLeftOut } from '../../../lib/engine/postgres/fingerprint-others.ts';
import { catalogs, fingerprint, unknownColumns } from '../../../lib/engine/postgres/fingerprint.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch-server.ts';
import { openPostgres } from '../../../lib/engine/postgres/session.ts';
import { compareFingerprints, type Fingerprint } from '../../../lib/model/fingerprint.ts';
import { split } from '../../../lib/sql/split.ts';
import { postgresLexis } from '../../../lib/sql/lex.ts';
import { parts } from '../../support/postgres/parts.ts';
import { startServer, wantedMajor } from '../../support/postgres/server.ts';
import { mutations, remakes, richSchema } from './fingerprint-cases.ts';

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
