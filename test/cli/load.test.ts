import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';
import { twoDatabases, type Run } from './two-databases.ts';

const test = suite('limbeck load');
const { urlOf, onEach } = twoDatabases(test, 'limbeck_load');

onEach('a database that is not empty is not loaded into, and keeps what it has', twoRevisions, async (_, a, b) => {
  await a('up');
  await a('dump', '-o', 'schema/dump.sql');
  await b('up');
  await b('rollback');
  expectRun(await b('load'), {
    status: 2,
    stderr: /^error\[database-not-empty\]: .* is not empty: it has table (?:limbeck_journal, table users|users, table limbeck_journal)\n/,
  });
  expectRun(await b('current'), { status: 0, stdout: /^1\b/ });
});

onEach('a file that fails half way leaves nothing, and says where', twoRevisions, async ({ write }, _, b) => {
  await write('schema/dump.sql', 'BEGIN;\nCREATE TABLE kept (id INTEGER);\nINSERT INTO nowhere VALUES (1);\nCOMMIT;\n');
  await b('create');
  expectRun(await b('load'), { status: 2, stderr: /^error\[sql-failed\]: .*nowhere[^]*schema\/dump\.sql:3:\d+/ });
  await write('other.sql', 'CREATE TABLE kept (id INTEGER);\n');
  expectRun(await b('load', 'other.sql'), { status: 0, stderr: /at <base>\n?[^]*no journal[^]*limbeck stamp|no journal[^]*at <base>/ });
  expectRun(await b('load', 'none.sql'), { status: 2, stderr: /^error\[file-unreadable\]: cannot read none\.sql: there is no such file/ });
});

test('a dump of the other engine, and Windows line ends', () =>
  inProject({ ...twoRevisions, 'limbeck.json': '{ "url": "sqlite:///./a.db" }' }, async ({ root, run, shell }) => {
    await run('up');
    await run('dump', '-o', 'schema/dump.sql');
    const text = await readFile(join(root, 'schema', 'dump.sql'), 'utf8');
    await writeFile(join(root, 'schema', 'dump.sql'), `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expectRun(await run('--url', 'sqlite:///./b.db', 'create'), { status: 0 });
    expectRun(await run('--url', 'sqlite:///./b.db', 'load'), { status: 0, stderr: /at 2/ });
    expectRun(await run('--url', 'sqlite:///./b.db', 'dump'), { status: 0, stdout: new RegExp(`^${text.slice(0, 40)}`) });
    assert.is((await run('--url', 'sqlite:///./b.db', 'dump')).stdout, text);
    await writeFile(join(root, 'schema', 'dump.sql'), text.replace('SQLite', 'PostgreSQL'));
    await shell('rm b.db; touch b.db');
    expectRun(await run('--url', 'sqlite:///./b.db', 'load'), { status: 2, stderr: /is of a PostgreSQL database, and this one is SQLite/ });
  }));

const pgDump = `--
-- PostgreSQL database dump
--

\\restrict dbmate

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET default_table_access_method = heap;

CREATE SCHEMA public;
CREATE SCHEMA app;

CREATE FUNCTION app.later() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM app.users $$;

CREATE TABLE app.users (id integer NOT NULL);

\\unrestrict dbmate

--
-- Dbmate schema migrations
--

CREATE TABLE public.schema_migrations (version character varying NOT NULL PRIMARY KEY);
INSERT INTO public.schema_migrations (version) VALUES
    ('1'),
    ('2');
`;

test('PostgreSQL: a file of pg_dump, as dbmate leaves it, loads; what only psql can do is told with its place', () =>
  inProject(
    { 'limbeck.json': '{}', 'pg.sql': pgDump, 'copy.sql': 'CREATE TABLE t (a int);\nCOPY t (a) FROM stdin;\n1\n\\.\n' },
    async ({ runWith }) => {
      const run: Run = (...args) => runWith({ env: { LIMBECK_URL: urlOf('postgres', 'a') } }, ...args);
      await run('drop', '--yes');
      await run('create');
      expectRun(await run('load', 'copy.sql'), { status: 2, stderr: /^error\[sql-unsupported\]: COPY … FROM STDIN[^]*copy\.sql:2:/ });
      expectRun(await run('load', 'pg.sql'), { status: 0, stderr: /loaded pg\.sql \(\d+ statements\)/ });
      expectRun(await run('load', 'pg.sql'), {
        status: 2,
        stderr: /is not empty: it has table app\.users, table schema_migrations, function app\.later/,
      });
      const session = await openSession(urlOf('postgres', 'a'), { mode: 'read', directory: '/' });
      try {
        assert.equal(await session.query('SELECT version FROM schema_migrations ORDER BY 1'), [{ version: '1' }, { version: '2' }]);
      } finally {
        await session.close();
      }
      await run('drop', '--yes');
    },
  ));

test('SQLite: a file of sqlite3 .dump loads, rows of a table before those it refers to', () =>
  inProject(
    {
      'limbeck.json': '{ "url": "sqlite:///./a.db" }',
      'all.sql': `PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES parent (id));
INSERT INTO child VALUES (7, 1);
CREATE TABLE parent (id INTEGER PRIMARY KEY);
INSERT INTO parent VALUES (1);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES ('child', 7);
CREATE TRIGGER kept AFTER INSERT ON parent BEGIN
  DELETE FROM child;
END;
COMMIT;
`,
    },
    async ({ run }) => {
      expectRun(await run('load', 'all.sql'), { status: 0, stderr: /Creating database[^]*loaded all\.sql \(7 statements\)/ });
      expectRun(await run('pull'), { status: 0, stdout: /CREATE TRIGGER kept/ });
    },
  ));

test('SQLite: a foreign key that cannot be checked comes back as it was; a row that refers to nothing does not', () =>
  inProject({ 'limbeck.json': '{ "url": "sqlite:///./a.db" }' }, async ({ run, write }) => {
    await write('all.sql', 'CREATE TABLE p (a INTEGER);\nCREATE TABLE c (x INTEGER REFERENCES p (a));\n');
    expectRun(await run('load', 'all.sql'), { status: 0 });
    const dumped = await run('dump', '-o', 'dump.sql');
    expectRun(dumped, { status: 0 });
    for (const name of ['b', 'c']) await run('create', '-u', `sqlite:///./${name}.db`);
    expectRun(await run('load', 'dump.sql', '-u', 'sqlite:///./b.db'), { status: 0 });
    assert.is((await run('dump', '-u', 'sqlite:///./b.db')).stdout, (await run('dump')).stdout);
    await write(
      'rows.sql',
      'CREATE TABLE p (a INTEGER PRIMARY KEY);\nCREATE TABLE c (x INTEGER REFERENCES p (a));\nINSERT INTO c VALUES (3);\n',
    );
    expectRun(await run('load', 'rows.sql', '-u', 'sqlite:///./c.db'), { status: 2, stderr: /^(?:.*\n)?error\[foreign-keys-broken\]/ });
  }));

test.run();
