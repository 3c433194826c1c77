import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { engines, openPlaces, type Place } from './adopt-support.ts';
import { expectRun, type Ran } from './support.ts';

const test = suite('limbeck adopt, from dbmate and golang-migrate');
const places = openPlaces();
test.before(places.start);
test.after(places.stop);

const journal = (place: Place): Promise<readonly (readonly unknown[])[]> =>
  place.rows('SELECT revision, state FROM limbeck_journal ORDER BY seq').then((rows) => rows.map((row) => Object.values(row)));

const dbmateProgram = fileURLToPath(new URL('../../node_modules/.bin/dbmate', import.meta.url));

/** Runs the real dbmate in the project. */
const dbmate = (place: Place, ...args: readonly string[]): Promise<Ran> => {
  const url =
    place.engine === 'sqlite' ? 'sqlite:app.db' : place.url.replace(/[?&]host=([^&]*)&port=(\d+)/, '?host=$1&port=$2&sslmode=disable');
  return place.shell(`'${dbmateProgram}' --url '${url}' --no-dump-schema ${args.join(' ')}`);
};

const dbmateFiles = {
  'db/migrations/20200101000000_create_users.sql':
    "-- the first one\n\n-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20));\nINSERT INTO users VALUES (1, 'semi;colon');\n\n-- migrate:down\nDROP TABLE users;\n",
  'db/migrations/20200102000000_add index.sql':
    '-- migrate:up transaction:false\nCREATE INDEX users_name ON users (name);\n\n-- migrate:down transaction:false\nDROP INDEX users_name;\n',
  'db/migrations/20200103000000_later.sql':
    '-- migrate:up\r\nCREATE TABLE later (id INTEGER);\r\n\r\n-- migrate:down\r\nDROP TABLE later;\r\n',
};

for (const engine of engines) {
  test(`${engine}: a folder that dbmate applied becomes pairs`, () =>
    places.on(engine, dbmateFiles, async (place) => {
      const { run, files, root } = place;
      expectRun(await dbmate(place, 'migrate'), { status: 0 });
      expectRun(await run('adopt'), { status: 0, stderr: /from dbmate: 3 revisions recorded, at 20200103000000/ });
      assert.equal(
        (await files('migrations')).filter((name) => name.endsWith('.up.sql')),
        ['20200101000000_create_users.up.sql', '20200102000000_add_index.up.sql', '20200103000000_later.up.sql'],
      );
      const read = (name: string): Promise<string> => readFile(join(root, 'migrations', name), 'utf8');
      assert.match(
        await read('20200101000000_create_users.up.sql'),
        /\n\n-- the first one\n\nCREATE TABLE users .*\nINSERT INTO users VALUES \(1, 'semi;colon'\);\n$/,
      );
      assert.match(
        await read('20200102000000_add_index.up.sql'),
        /^-- add index\n-- revision: 20200102000000\n-- parent: 20200101000000\n-- transaction: off\n/,
      );
      assert.match(await read('20200103000000_later.down.sql'), /\n\nDROP TABLE later;\n$/);
      expectRun(await run('check'), { status: 0 });
      expectRun(await dbmate(place, 'status'), { status: 0, stdout: /Applied: 3\nPending: 0/ });
      expectRun(await run('adopt'), { status: 0, stderr: /nothing to do/ });
      expectRun(await run('downgrade', 'base'), { status: 0 });
      expectRun(await run('upgrade', 'head'), { status: 0 });
      assert.equal(await place.rows('SELECT name FROM users'), [{ name: 'semi;colon' }]);
    }));

  test(`${engine}: what dbmate applied out of order is recorded as it is`, () =>
    places.on(engine, dbmateFiles, async (place) => {
      expectRun(await dbmate(place, 'migrate'), { status: 0 });
      await place.sql("DROP INDEX users_name; DELETE FROM schema_migrations WHERE version = '20200102000000'");
      expectRun(await place.run('adopt'), {
        status: 0,
        stderr: /2 revisions recorded[\s\S]*note: 20200102000000 \(add_index\) is not applied, and comes before/,
      });
      assert.equal(await journal(place), [
        ['20200101000000', 'stamped'],
        ['20200103000000', 'stamped'],
      ]);
      expectRun(await place.run('upgrade', 'head'), { status: 2, stderr: /out-of-order/ });
      expectRun(await place.run('upgrade', 'head', '--allow-out-of-order'), { status: 0 });
    }));

  test(`${engine}: what golang-migrate left, in place and from another folder`, async () => {
    const pairs = {
      '1_users.up.sql': 'BEGIN;\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nCOMMIT;\n',
      '1_users.down.sql': 'DROP TABLE users;\n',
      '2_orders.up.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);\n',
      '2_orders.down.sql': 'DROP TABLE orders;\n',
      '10_late.up.sql': 'CREATE TABLE late (id INTEGER PRIMARY KEY);\n',
    };
    const table = `CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
      CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE orders (id INTEGER PRIMARY KEY);`;
    const inFolder = (folder: string): Record<string, string> =>
      Object.fromEntries(Object.entries(pairs).map(([name, text]) => [`${folder}/${name}`, text]));
    await places.on(engine, inFolder('migrations'), async (place) => {
      await place.sql(`${table} INSERT INTO schema_migrations VALUES (2, true)`);
      expectRun(await place.run('adopt'), {
        status: 2,
        stderr: /^error\[not-adoptable\]: golang-migrate says of .* that version 2 is dirty[\s\S]*force 2/,
      });
      await place.sql('UPDATE schema_migrations SET version = 7, dirty = false');
      expectRun(await place.run('adopt'), {
        status: 2,
        stderr: /^error\[revision-invalid\]: migrations\/1_users\.up\.sql has a BEGIN of its own[\s\S]*take it out/,
      });
      await place.write('migrations/1_users.up.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY);\n');
      expectRun(await place.run('adopt'), { status: 2, stderr: /Can't locate revision identified by '7': golang-migrate has applied it/ });
      await place.sql('UPDATE schema_migrations SET version = 2');
      const ran = await place.run('adopt');
      expectRun(ran, { status: 0, stdout: /^record 1\nrecord 2\n$/, stderr: /2 revisions recorded, at 2, 1 pending/ });
      assert.equal((await place.files('migrations')).length, 5);
    });
    await places.on(engine, inFolder('sql'), async (place) => {
      await place.sql(`${table} INSERT INTO schema_migrations VALUES (2, false)`);
      expectRun(await place.run('adopt'), {
        status: 2,
        stderr: /no files of golang-migrate were found\nhint: name their folder: limbeck adopt --dir/,
      });
      expectRun(await place.run('adopt', '--dir', 'sql'), { status: 0, stderr: /2 revisions recorded, at 2, 1 pending/ });
      assert.match(
        await readFile(join(place.root, 'migrations/1_users.up.sql'), 'utf8'),
        /\n\nCREATE TABLE users \(id INTEGER PRIMARY KEY\);\n$/,
      );
      expectRun(await place.run('upgrade', 'head'), { status: 0 });
      expectRun(await place.run('downgrade', 'base'), { status: 2, stderr: /revision 10 \(late\) has no down migration/ });
    });
  });
}

test('a down section of dbmate without SQL is no way back', () =>
  places.on(
    'sqlite',
    {
      'db/migrations/20200101000000_a.sql': '-- migrate:up\r\nCREATE TABLE a (id INTEGER PRIMARY KEY);\r\n-- migrate:down\r\n-- never\r\n',
      'db/migrations/20200102000000_b.sql': '-- migrate:up\n-- nothing\n-- migrate:down\n',
    },
    async ({ run, sql, files }) => {
      await sql(`CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY); CREATE TABLE a (id INTEGER PRIMARY KEY);
        INSERT INTO schema_migrations VALUES ('20200101000000'), ('20200102000000')`);
      expectRun(await run('adopt'), { status: 0, stderr: /1 of 2 revisions have no way back/ });
      const names = ['20200101000000_a.up.sql', '20200102000000_b.down.sql', '20200102000000_b.up.sql'];
      assert.equal(await files('migrations'), names);
      expectRun(await run('downgrade', '-1'), { status: 0 });
      expectRun(await run('downgrade', '-1'), { status: 2, stderr: /^error\[no-down\]/ });
    },
  ));

test('files that dbmate half runs, that were edited, or that are gone, are named; nothing is written', () =>
  places.on('sqlite', dbmateFiles, async (place) => {
    const { run, write, files } = place;
    expectRun(await dbmate(place, 'migrate'), { status: 0 });
    const first = 'db/migrations/20200101000000_create_users.sql';
    const refused = async (text: string, says: RegExp): Promise<void> => {
      await write(first, text);
      expectRun(await run('adopt'), { status: 2, stdout: /^$/, stderr: says });
      assert.equal([await files('migrations'), await files('schema')], [[], []]);
    };
    const whole = dbmateFiles[first];
    await refused(`${whole}\n-- migrate:up\nSELECT 1;\n`, /create_users\.sql has several sections[\s\S]*#820[\s\S]*:10:1/);
    await refused('-- migrate:up\nSELECT 1;\n', /has no down section/);
    await refused('SELECT 1;\n-- migrate:up\n-- migrate:down\n', /has SQL above "-- migrate:up"/);
    await refused(whole.replace('up\n', 'up transaction:maybe\n'), /transaction:maybe is neither true nor false/);
    await refused(
      whole.replace('INSERT', 'COMMIT;\nINSERT'),
      /^error\[not-adoptable\]: db\/migrations\/20200101000000_create_users\.sql: .* has a COMMIT of its own/,
    );
    await refused(whole.replace('name VARCHAR(20)', 'name VARCHAR(30)'), /^error\[not-proved\][\s\S]*table users/);
    await refused(
      whole.replace('CREATE TABLE', 'CRATE TABLE'),
      /^error\[scratch-failed\]: migrations\/20200101000000_create_users\.up\.sql does not run from nothing[\s\S]*nothing was written/,
    );
    await write(first, whole);
    await write('db/migrations/20200101000000_twin.sql', whole);
    expectRun(await run('adopt'), { status: 2, stderr: /version 20200101000000 is there twice/ });
    expectRun(await run('adopt', '--dir', 'nowhere'), { status: 2, stderr: /nowhere has no \.sql files/ });
    expectRun(await run('adopt', '--from', 'flyway'), { status: 64 });
  }));

test('a version without a file is never passed over', () =>
  places.on('sqlite', dbmateFiles, async (place) => {
    expectRun(await dbmate(place, 'migrate'), { status: 0 });
    await place.shell('rm db/migrations/20200102*');
    expectRun(await place.run('adopt'), {
      status: 2,
      stderr: /Can't locate revision identified by '20200102000000': dbmate has applied it/,
    });
  }));

test('killed between the files and the journal: the next run takes up where it was', () =>
  places.on('sqlite', dbmateFiles, async (place) => {
    const { run, runWith, files, rows, root } = place;
    expectRun(await dbmate(place, 'migrate'), { status: 0 });
    const fault = fileURLToPath(new URL('../support/faults/kill.mjs', import.meta.url));
    const log = join(root, 'killed');
    const env = { NODE_OPTIONS: `--import ${fault}`, LIMBECK_TEST_KILL: 'before the write:1', LIMBECK_TEST_KILL_LOG: log };
    const killed = await runWith({ env }, 'adopt', '--driver', 'sql.js');
    assert.equal([killed.signal, await readFile(log, 'utf8')], ['SIGKILL', 'before the write']);
    const written = await files('migrations');
    assert.is(written.length, 6);
    assert.equal(await rows("SELECT name FROM sqlite_schema WHERE name = 'limbeck_journal'"), []);
    expectRun(await run('adopt', '--driver', 'sql.js'), {
      status: 0,
      stdout: /^record 20200101000000\nrecord 20200102000000\nrecord 20200103000000\n$/,
    });
    assert.equal([await files('migrations'), (await journal(place)).length], [written, 3]);
    expectRun(await run('check', '--driver', 'sql.js'), { status: 0 });
  }));

test.run();
