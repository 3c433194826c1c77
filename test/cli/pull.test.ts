import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { anyServer } from '../support/postgres/server.ts';
import { expectRun, inProject, small, type Project } from './support.ts';

const test = suite('limbeck pull');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

/** Runs the SQL in the file or server that the URL names; statements stand apart by a blank line. */
const execute = async (url: string, directory: string, sql: string): Promise<void> => {
  const session = await openSession(url, { mode: 'write', create: true, directory });
  try {
    for (const statement of sql.split('\n\n')) await session.execute(statement.trim().replace(/;$/, ''));
  } finally {
    await session.close();
  }
};

const sqlite = `
CREATE TABLE "Odd Name" (id INTEGER PRIMARY KEY, later_id INTEGER REFERENCES later (id)) STRICT;

CREATE VIEW late AS SELECT * FROM early;

CREATE VIEW early AS SELECT id FROM "Odd Name";

CREATE TRIGGER kept AFTER INSERT ON "Odd Name" BEGIN
  INSERT INTO later VALUES (new.id);
END;

CREATE TABLE later (
  id  INTEGER PRIMARY KEY  -- the only one
);

CREATE INDEX "Odd Name_idx" ON "Odd Name" (later_id) WHERE id > 1;

CREATE TABLE schema_migrations (version TEXT);
`;

const pulledSqlite = `-- The schema of a SQLite database, as limbeck pull found it.

CREATE TABLE "Odd Name" (id INTEGER PRIMARY KEY, later_id INTEGER REFERENCES later (id)) STRICT;
CREATE INDEX "Odd Name_idx" ON "Odd Name" (later_id) WHERE id > 1;

CREATE TRIGGER kept AFTER INSERT ON "Odd Name" BEGIN
  INSERT INTO later VALUES (new.id);
END;


CREATE TABLE later (
  id  INTEGER PRIMARY KEY  -- the only one
);


CREATE VIEW early AS SELECT id FROM "Odd Name";
CREATE VIEW late AS SELECT * FROM early;
`;

test('SQLite: prints the stored texts by table, and what it printed is no change', () =>
  inProject(small, async ({ root, run, write }) => {
    await execute('sqlite:///./app.db', root, sqlite);
    const { stdout, stderr, status } = await run('pull');
    assert.equal([status, stderr], [0, '']);
    assert.is(stdout, pulledSqlite);
    assert.is((await run('pull')).stdout, stdout);
    await write('schema/models.sql', stdout);
    expectRun(await run('check'), { status: 0, stdout: /No new upgrade operations/ });
    expectRun(await run('diff'), { status: 0, stdout: /^$/, stderr: /^no differences$/m });
  }));

test('writes a file, and none over another unless told to', () =>
  inProject(small, async ({ root, run }) => {
    await execute('sqlite:///./app.db', root, sqlite);
    const models = join(root, 'schema', 'models.sql');
    const before = await readFile(models, 'utf8');
    expectRun(await run('pull', '--output', 'schema/models.sql'), {
      status: 2,
      stdout: /^$/,
      stderr: /^error\[file-exists\]: schema\/models\.sql is already there/,
    });
    assert.is(await readFile(models, 'utf8'), before);
    expectRun(await run('pull', '--output', 'schema/models.sql', '--force'), {
      status: 0,
      stdout: /^$/,
      stderr: /wrote schema\/models\.sql/,
    });
    assert.is(await readFile(models, 'utf8'), pulledSqlite);
    expectRun(await run('pull', '-o', 'new/folder/models.sql'), { status: 0 });
    assert.is(await readFile(join(root, 'new', 'folder', 'models.sql'), 'utf8'), pulledSqlite);
    assert.equal(await readdir(join(root, 'new', 'folder')), ['models.sql']);
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('pull', '--json', '-o', 'schema'), { status: 2, stderr: /file-exists/ });
    expectRun(await run('pull', '--force', '-o', 'schema'), { status: 2, stderr: /file-unwritable/ });
  }));

test('a database that is not there is neither pulled nor made', () =>
  inProject(small, async ({ root, run }) => {
    expectRun(await run('pull'), { status: 2, stdout: /^$/, stderr: /^error\[database-missing\]/ });
    assert.equal((await readdir(root)).sort(), ['limbeck.json', 'migrations', 'schema']);
  }));

test('what SQLite here cannot open is named, at the top and on stderr', () =>
  inProject(small, async ({ run, shell }) => {
    const made = `import{DatabaseSync as D}from'node:sqlite';const d=new D('app.db');d.exec("CREATE TABLE t(a);CREATE VIRTUAL TABLE words USING fts5(x)")`;
    await import('../support/node24.ts').then(({ nodeWithSqlite }) =>
      shell(`${nodeWithSqlite()} --input-type=module -e "${made.replaceAll('"', '\\"')}"`),
    );
    const ran = await run('pull', '--driver', 'sql.js');
    expectRun(ran, { status: 0, stderr: /^warning: virtual table words is not managed: this SQLite has no module fts5$/m });
    assert.match(ran.stdout, /^-- The schema .*\n--\n-- What it does not bring along:\n--\n-- {3}virtual table words is not managed/);
    assert.match(ran.stdout, /^CREATE TABLE t\(a\);$/m);
  }));

const postgres = `
CREATE SCHEMA app;

CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at = now();
  RETURN NEW;
END $$;

CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL, m mood DEFAULT 'ok', at timestamptz, follows bigint);

CREATE TABLE app.notes (id int PRIMARY KEY, author bigint REFERENCES users, main int);

ALTER TABLE users ADD FOREIGN KEY (follows) REFERENCES users;

COMMENT ON COLUMN users.name IS 'what''s said';

CREATE INDEX users_name_idx ON users (lower(name));

CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();

CREATE VIEW authors AS SELECT u.name FROM users u JOIN app.notes n ON n.author = u.id;

CREATE VIEW app.authors AS SELECT * FROM authors;

CREATE TABLE events (id int, d date) PARTITION BY RANGE (d);

CREATE INDEX ON events (id);

CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');

ALTER TABLE users ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON users USING (name = current_user);

GRANT SELECT ON users TO PUBLIC;
`;

const database = 'limbeck_pull_test';

const onPostgres = (work: (project: Project, url: string) => Promise<void>): Promise<void> =>
  inProject({ 'limbeck.json': '{}' }, async (project) => {
    const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
    const drop = (): Promise<void> => execute(server.url, '/', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await drop();
    await execute(server.url, '/', `CREATE DATABASE ${database}`);
    try {
      await execute(url, '/', postgres);
      await work(project, url);
    } finally {
      await drop();
    }
  });

test('PostgreSQL: every schema, each table with what is its own, in an order that loads', () =>
  onPostgres(async ({ run, write }, url) => {
    const { status, stdout, stderr } = await run('pull', '--url', url);
    assert.equal([status, stderr], [0, 'note: grants are left out; --privileges always pulls them, too\n']);
    const groups = stdout.split('\n\n\n');
    const users = groups.find((group) => group.includes('CREATE TABLE users')) ?? '';
    assert.match(users, /^CREATE SEQUENCE users_id_seq;\n\nCREATE TABLE users \([\s\S]*OWNED BY users\.id;/);
    for (const part of [
      /ENABLE ROW LEVEL/,
      /COMMENT ON COLUMN/,
      /CREATE INDEX users_name_idx/,
      /CREATE TRIGGER touched/,
      /CREATE POLICY/,
    ]) {
      assert.match(users, part);
    }
    const at = (text: string): number => stdout.indexOf(text);
    assert.ok(at('CREATE FUNCTION touch') < at('CREATE TABLE users') && at('CREATE VIEW authors') < at('CREATE VIEW app.authors'));
    await write('schema/models.sql', stdout);
    expectRun(await run('check', '--url', url), { status: 0 });
    expectRun(await run('diff', '--url', url), { status: 0, stdout: /^$/, stderr: /^no differences$/m });
    await execute(server.url, '/', `DROP DATABASE ${database}`);
    await execute(server.url, '/', `CREATE DATABASE ${database}`);
    const session = await openSession(url, { mode: 'write', directory: '/' });
    const { split } = await import('../../lib/sql/split.ts');
    for (const { text } of split(stdout, session.dialect.lexis)) await session.execute(text);
    await session.close();
    expectRun(await run('check', '--url', url), { status: 0 });
    assert.is((await run('pull', '--url', url)).stdout, stdout);
  }));

test('PostgreSQL: some schemas, grants when asked for, and without a scratch database it says so', () =>
  onPostgres(async ({ run, write }, url) => {
    const part = await run('pull', '--url', url, '--schema', 'public');
    expectRun(part, { status: 0, stdout: /CREATE TABLE users/ });
    assert.not.match(part.stdout, /CREATE (?:SCHEMA|TABLE app|VIEW app)/);
    const granted = await run('pull', '--url', url, '--privileges', 'always');
    expectRun(granted, { status: 0, stdout: /^GRANT SELECT ON users TO PUBLIC;$/m, stderr: /^$/ });
    await write('schema/models.sql', granted.stdout);
    expectRun(await run('check', '--url', url), { status: 0 });
    const reader = 'limbeck_pull_reader';
    await execute(server.url, '/', `DROP ROLE IF EXISTS ${reader}`);
    await execute(server.url, '/', `CREATE ROLE ${reader} LOGIN PASSWORD 'secret'`);
    try {
      const away = await run('pull', '--url', url.replace('postgres@', `${reader}:secret@`));
      expectRun(away, { status: 0, stdout: /CREATE TABLE users/, stderr: /^note: it was not loaded and compared: .*permission denied/m });
      assert.is(away.stdout, (await run('pull', '--url', url)).stdout);
    } finally {
      await execute(server.url, '/', `DROP ROLE ${reader}`);
    }
  }));

test.run();
