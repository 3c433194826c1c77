import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { diff } from '../../lib/api/diff.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { prove } from '../../lib/api/prove.ts';
import { pull } from '../../lib/api/pull.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { RevisionResult } from '../../lib/api/types.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject, type TestProject } from '../runner/project.ts';
import { rejects } from '../support/rejects.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('indexes that are invalid, because what made them did not end');
const database = `leftover_${process.pid}`;
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

interface Place extends TestProject {
  readonly models: (text: string) => Promise<void>;
  readonly autogenerate: (online?: boolean) => Promise<RevisionResult & { readonly text: readonly string[] }>;
  readonly valid: () => Promise<Readonly<Record<string, unknown>>>;
}

const inProject = async (work: (place: Place) => Promise<void>): Promise<void> => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const project = await makeProject({ url, urlIsDefault: false });
  try {
    await mkdir(join(project.directory, 'schema'));
    await work({
      ...project,
      models: (text) => writeFile(join(project.directory, 'schema', 'models.sql'), text),
      autogenerate: async (online = false) => {
        const result = await createRevision(project.config, { message: 'mend', autogenerate: true, online });
        const text = await Promise.all(result.files.map((file) => readFile(join(project.directory, file), 'utf8')));
        return { ...result, text };
      },
      valid: async () => {
        const rows = await project.query(
          `SELECT x.indexrelid::regclass::text AS name, x.indisvalid AS valid FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'limbeck%' ORDER BY 1`,
        );
        return Object.fromEntries(rows.map(({ name, valid }) => [String(name), valid]));
      },
    });
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
};

const statements = (text = ''): string => text.slice(text.indexOf('\n\n')).trim();

const table = 'CREATE TABLE t (id int PRIMARY KEY, a int);';
const models = `${table} CREATE UNIQUE INDEX i ON t (a);`;

/** A table with an index `i` that is invalid, because two rows are alike, and `t_pkey_ccnew`, which REINDEX CONCURRENTLY leaves when it ends early. */
const withInvalid = async ({ execute, query, session }: Place): Promise<void> => {
  await execute('DROP INDEX IF EXISTS i', 'INSERT INTO t VALUES (1, 1), (2, 1)');
  for (const name of ['i', 't_pkey_ccnew'])
    await rejects('sql-failed', () => session((open) => open.execute(`CREATE UNIQUE INDEX CONCURRENTLY ${name} ON t (a)`)));
  assert.is((await query('SELECT 1 FROM pg_index WHERE NOT indisvalid')).length, 2);
};

test('what the models want is built anew, what they do not know goes; neither comes back, and files say so', () =>
  inProject(async (place) => {
    const { config, models: write, autogenerate, execute, options, valid } = place;
    await write(models);
    await autogenerate();
    await upgrade(config, options('head'));
    await withInvalid(place);
    const { ok, differences } = await check(config);
    assert.not.ok(ok);
    assert.equal([...differences].sort(), ['alter index i: valid false → true', 'drop index t_pkey_ccnew']);
    const { text, remarks, hazards, proved } = await autogenerate();
    assert.ok(proved);
    assert.equal(hazards, [
      { kind: 'may fail on rows', text: 'rows of t that break this stop the migration: UNIQUE (a)', figure: '2 such rows' },
    ]);
    assert.ok(remarks.includes('index i is invalid: a statement that failed left it'), remarks.join('\n'));
    const note = (name: string, back: string): string =>
      `-- ${name} is invalid, what a build that failed left: it answers no query, and the way back ${back}`;
    assert.is(
      statements(text[0]),
      [
        `${note('t_pkey_ccnew', 'does not make it again')}\nDROP INDEX IF EXISTS t_pkey_ccnew;`,
        `${note('i', 'leaves a valid one')}\nDROP INDEX IF EXISTS i;`,
        '-- ! may fail on rows: rows of t that break this stop the migration: UNIQUE (a)\nCREATE UNIQUE INDEX i ON t (a);',
      ].join('\n\n'),
    );
    assert.is(statements(text[1]), '-- nothing to do here');
    assert.not.match(text[0] ?? '', /index i f1/);
    await rejects('sql-failed', () => upgrade(config, options('head')));
    await execute('DELETE FROM t WHERE id = 2');
    await upgrade(config, options('head'));
    assert.equal(await valid(), { i: true, t_pkey: true });
    assert.equal(await check(config).then((result) => [result.ok, result.differences]), [true, []]);
    await downgrade(config, options('base', { strictDrift: true }));
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(await valid(), { i: true, t_pkey: true }, 'the same files on an empty database');
    assert.ok((await prove(config)).ok);
  }));

test('recorded proofs do not hide it, and other changes are not held up by it', () =>
  inProject(async (place) => {
    const { config, models: write, autogenerate, options, valid } = place;
    await write(table);
    await autogenerate();
    await upgrade(config, options('head'));
    assert.ok((await check(config)).ok);
    await withInvalid(place);
    assert.equal([...(await check(config)).differences].sort(), ['drop index i', 'drop index t_pkey_ccnew']);
    await write(table.replace('a int', 'a int, b int'));
    const { text } = await autogenerate();
    assert.match(text[0] ?? '', /DROP INDEX IF EXISTS i;[^]*ADD COLUMN b integer;/);
    assert.match(statements(text[1]), /^-- ! data loss: .*\nALTER TABLE t DROP COLUMN b;$/);
    await upgrade(config, options('head'));
    assert.equal(await valid(), { t_pkey: true });
    assert.ok((await check(config)).ok);
    await downgrade(config, options('base'));
  }));

test('through a rename of the table, and with what has to be committed first', () =>
  inProject(async (place) => {
    const { config, models: write, autogenerate, execute, options, valid } = place;
    await write(`CREATE TYPE m AS ENUM ('a'); ${models}`);
    await autogenerate();
    await upgrade(config, options('head'));
    await withInvalid(place);
    await execute('DELETE FROM t WHERE id = 2');
    await write(
      `CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE u (id int, a int, m m DEFAULT 'b', CONSTRAINT t_pkey PRIMARY KEY (id)); -- @renamed from t
      CREATE UNIQUE INDEX i ON u (a);`,
    );
    const { revisions } = await autogenerate();
    assert.is(revisions.length, 2);
    await upgrade(config, options('head'));
    assert.equal(await valid(), { i: true, t_pkey: true });
    assert.ok((await check(config)).ok);
    await downgrade(config, options('base'));
  }));

test('online: dropped and built beside those who write', () =>
  inProject(async (place) => {
    const { config, models: write, autogenerate, execute, options, valid } = place;
    await write(models);
    await autogenerate();
    await upgrade(config, options('head'));
    await withInvalid(place);
    await execute('DELETE FROM t WHERE id = 2');
    const { text, revisions } = await autogenerate(true);
    assert.is(revisions.length, 3);
    const up = text.filter((_, at) => at % 2 === 0).map(statements);
    assert.match(up.join('\n'), /DROP INDEX CONCURRENTLY IF EXISTS i;[^]*CREATE UNIQUE INDEX CONCURRENTLY i ON t \(a\);/);
    assert.match(up.join('\n'), /DROP INDEX CONCURRENTLY IF EXISTS t_pkey_ccnew;/);
    await upgrade(config, options('head'));
    assert.equal(await valid(), { i: true, t_pkey: true });
    assert.ok((await check(config)).ok);
    await downgrade(config, options('base'));
  }));

test('the index of a constraint is built anew where it is', () =>
  inProject(async ({ config, models: write, autogenerate, execute, options, valid }) => {
    await write(table);
    await autogenerate();
    await upgrade(config, options('head'));
    assert.ok((await check(config)).ok);
    await execute(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_pkey'::regclass`);
    assert.equal((await check(config)).differences, ['alter constraint t.t_pkey: indexValid false → true']);
    const { text } = await autogenerate();
    assert.match(statements(text[0]), /-- the index of t_pkey is invalid; .*\nREINDEX INDEX t_pkey;$/);
    await upgrade(config, options('head'));
    assert.equal(await valid(), { t_pkey: true });
    assert.ok((await check(config)).ok);
    await downgrade(config, options('base'));
  }));

test('that of a partitioned table, because a partition lacks one', () =>
  inProject(async ({ config, models: write, autogenerate, execute, options, valid }) => {
    const tables = `CREATE TABLE p (id int NOT NULL, a int) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);`;
    await write(tables);
    await autogenerate();
    await upgrade(config, options('head'));
    await execute('CREATE INDEX i ON ONLY p (a)', 'CREATE INDEX i1 ON p1 (a)', 'ALTER INDEX i ATTACH PARTITION i1');
    assert.is((await valid())['i'], false);
    await execute('ALTER TABLE ONLY p ADD CONSTRAINT k PRIMARY KEY (id)');
    await write(`${tables} CREATE INDEX i1 ON p1 (a); CREATE INDEX i ON p (a); ALTER TABLE p ADD CONSTRAINT k PRIMARY KEY (id);`);
    assert.not.ok((await check(config)).ok);
    await autogenerate();
    await upgrade(config, options('head'));
    assert.equal(Object.values(await valid()), [true, true, true, true, true, true]);
    assert.ok((await check(config)).ok);
    await downgrade(config, options('-1'));
    assert.is((await valid())['i'], false);
  }));

test('pull and diff leave it out, by name', () =>
  inProject(async (place) => {
    const { config, execute } = place;
    await execute(...models.split(';').filter((each) => each.trim() !== ''));
    await withInvalid(place);
    const { sql, unmanaged } = await pull(config);
    assert.equal([...unmanaged].sort(), [
      'index i is invalid: a statement that failed left it',
      'index t_pkey_ccnew is invalid: a statement that failed left it',
    ]);
    assert.not.match(sql, /CREATE UNIQUE INDEX/);
    const { sql: same } = await diff(config, { from: config.url ?? '', to: config.url ?? '' });
    assert.match(same, /DROP INDEX IF EXISTS i;/);
  }));

test.run();
