import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { engines, openPlaces, type Place } from './adopt-support.ts';
import { expectRun } from './support.ts';

const test = suite('limbeck adopt, from no tool');
const places = openPlaces();
test.before(places.start);
test.after(places.stop);

const schema = `
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'it''s');
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
CREATE INDEX orders_user ON orders (user_id);
INSERT INTO users (id) VALUES (1);
`;

const journal = (place: Place): ReturnType<Place['rows']> => place.rows('SELECT revision, state, down FROM limbeck_journal ORDER BY seq');

for (const engine of engines) {
  test(`${engine}: models, a proved baseline and the journal, once`, () =>
    places.on(engine, {}, async (place) => {
      const { run, sql, files, rows, root } = place;
      await sql(schema);
      expectRun(await run('adopt', '--dry-run'), {
        status: 0,
        stdout: /^write schema\/models\.sql\nwrite migrations\/\d{14}_baseline\.up\.sql\n/,
        stderr: /nothing was written/,
      });
      assert.equal(await files('migrations'), []);
      expectRun(await run('current'), { status: 2, stderr: /there is no folder migrations in / });
      const ran = await run('adopt');
      expectRun(ran, { status: 0, stderr: /^adopted .*: 1 revision recorded, at \d{14}; next: limbeck check$/m });
      const [down = '', up = ''] = await files('migrations');
      assert.match(up, /^\d{14}_baseline\.up\.sql$/);
      assert.match(await readFile(join(root, 'migrations', up), 'utf8'), /^-- baseline\n-- revision: \d+\n-- parent: -\n-- proof: /);
      const [row, ...others] = await journal(place);
      assert.equal([row?.['state'], row?.['down'], others], ['stamped', await readFile(join(root, 'migrations', down), 'utf8'), []]);
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('status', '--exit-code'), { status: 0 });
      expectRun(await run('adopt'), { status: 0, stdout: /^$/, stderr: /^nothing to do: limbeck manages .* already \(at \d{14}\)$/m });
      assert.equal([await files('migrations'), (await journal(place)).length], [[down, up], 1]);
      expectRun(await run('downgrade', 'base'), { status: 0 });
      expectRun(await run('upgrade', 'head'), { status: 0 });
      assert.equal(await rows('SELECT * FROM users'), []);
    }));

  test(`${engine}: what was written before the journal could be is taken up, and a second database needs no more`, () =>
    places.on(engine, {}, async (place) => {
      const { run, sql, files } = place;
      await sql(schema);
      expectRun(await run('adopt'), { status: 0 });
      const before = await files('migrations');
      await sql('DROP TABLE limbeck_journal');
      const ran = await run('adopt');
      expectRun(ran, { status: 0, stdout: /^record \d{14}\n$/, stderr: /1 revision recorded/ });
      assert.equal([await files('migrations'), (await journal(place)).length], [before, 1]);
      await sql('DROP TABLE limbeck_journal; ALTER TABLE orders ADD COLUMN note VARCHAR(9)');
      expectRun(await run('adopt'), {
        status: 2,
        stdout: /^$/,
        stderr: /^error\[not-proved\][\s\S]*table orders\n.*live: .*note[\s\S]*--from none/m,
      });
      assert.equal([await files('migrations'), await place.rows(exists(engine))], [before, []]);
    }));

  test(`${engine}: an empty database is nothing to adopt`, () =>
    places.on(engine, {}, async ({ run, files }) => {
      expectRun(await run('adopt'), { status: 0, stdout: /^$/, stderr: /^nothing to adopt: .* is empty$/m });
      assert.equal(await files('migrations'), []);
    }));

  test(`${engine}: models that declare something are kept`, () =>
    places.on(engine, { 'schema/models.sql': 'CREATE TABLE other (id INTEGER PRIMARY KEY);\n' }, async ({ run, sql, root }) => {
      await sql(schema);
      expectRun(await run('adopt'), { status: 0, stderr: /^note: schema\/models\.sql is kept as it is/m });
      assert.is(await readFile(join(root, 'schema/models.sql'), 'utf8'), 'CREATE TABLE other (id INTEGER PRIMARY KEY);\n');
      expectRun(await run('check'), { status: 1 });
    }));
}

const exists = (engine: string): string =>
  engine === 'sqlite'
    ? "SELECT name FROM sqlite_schema WHERE name = 'limbeck_journal'"
    : "SELECT relname FROM pg_catalog.pg_class WHERE relname = 'limbeck_journal'";

test('PostgreSQL: a role that may not create leaves nothing behind', () =>
  places.on('postgres', {}, async ({ run, sql, files, url }) => {
    await sql(schema);
    const role = `limbeck_adopt_reader_${process.pid}`;
    await sql(`CREATE ROLE ${role} LOGIN CREATEDB; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    try {
      const ran = await run('adopt', '--url', url.replace('postgres@', `${role}@`));
      expectRun(ran, { status: 2, stderr: /permission denied for schema public/ });
      assert.equal([await files('migrations'), await files('schema')], [[], []]);
    } finally {
      await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  }));

test('a journal that cannot be committed takes the files back', () =>
  places.on('sqlite', { 'schema/models.sql': '-- to come\n' }, async ({ sql, shell, run, files, rows, root }) => {
    await sql(schema);
    const ran = await shell('ulimit -f 8; $L adopt --driver sql.js');
    expectRun(ran, { status: 2, stderr: /^error\[database-full\]/ });
    assert.equal([await files('migrations'), await rows(exists('sqlite'))], [[], []]);
    assert.is(await readFile(join(root, 'schema/models.sql'), 'utf8'), '-- to come\n');
    expectRun(await run('adopt'), { status: 0, stdout: /^write schema\/models\.sql$/m });
  }));

test('a folder that cannot be written leaves no journal', () =>
  places.on('sqlite', { migrations: 'a file\n' }, async ({ run, sql, rows }) => {
    await sql(schema);
    const ran = await run('adopt');
    assert.is(ran.status, 2);
    assert.match(ran.stderr, /error\[file-/);
    assert.equal(await rows(exists('sqlite')), []);
  }));

test.run();
