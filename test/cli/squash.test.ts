import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anyServer } from '../support/postgres/server.ts';
import { engines, openPlaces, type Place } from './adopt-support.ts';
import { expectRun, type Files } from './support.ts';

const test = suite('limbeck squash');
const places = openPlaces();
test.before(places.start);
test.after(places.stop);

/** A file with a header, so that its place does not hang on its neighbours. */
const file = (id: string, parents: string, body: string, more = ''): string =>
  `-- ${id}\n-- revision: ${id}\n-- parent${parents.includes(',') ? 's' : ''}: ${parents}\n${more}\n${body}`;

const pair = (id: string, name: string, parents: string, up: string, down: string, more = ''): Files => ({
  [`migrations/${id}_${name}.up.sql`]: file(id, parents, up, more),
  [`migrations/${id}_${name}.down.sql`]: file(id, parents, down, more),
});

const models =
  'CREATE TABLE one (id INTEGER PRIMARY KEY, note VARCHAR(9));\nCREATE TABLE two (id INTEGER PRIMARY KEY);\nCREATE TABLE four (id INTEGER PRIMARY KEY);\n';

const four: Files = {
  'schema/models.sql': models,
  ...pair('1', 'one', '-', 'CREATE TABLE one (id INTEGER PRIMARY KEY);\n', 'DROP TABLE one;\n', '-- branch label: tavern\n'),
  ...pair('2', 'two', '1', 'CREATE TABLE two (id INTEGER PRIMARY KEY);\n', 'DROP TABLE two;\n'),
  ...pair('3', 'note', '2', 'ALTER TABLE one ADD COLUMN note VARCHAR(9);\n', 'ALTER TABLE one DROP COLUMN note;\n'),
  ...pair('4', 'four', '3', 'CREATE TABLE four (id INTEGER PRIMARY KEY);\n', 'DROP TABLE four;\n'),
};

const rowsOf = async ({ rows }: Place): Promise<readonly string[]> =>
  (await rows('SELECT revision FROM limbeck_journal ORDER BY seq')).map(({ revision }) => String(revision));

/** What the migrations folder has, and the models, for another project. */
const filesOf = async (place: Place): Promise<Files> => {
  const names = await place.files('migrations');
  const texts = await Promise.all(names.map((name) => readFile(join(place.root, 'migrations', name), 'utf8')));
  return { 'schema/models.sql': models, ...Object.fromEntries(names.map((name, at) => [`migrations/${name}`, texts[at] ?? ''])) };
};

for (const engine of engines) {
  test(`${engine}: one pair of the first three; databases that are past it go on, new ones begin with it`, () =>
    places.on(engine, four, async (place) => {
      const { run, files, root } = place;
      expectRun(await run('upgrade', 'head'), { status: 0 });
      expectRun(await run('squash', '3', '--dry-run'), {
        status: 0,
        stdout: /^write migrations\/3_up_to_3\.up\.sql$/m,
        stderr: /nothing was written/,
      });
      assert.is((await files('migrations')).length, 8);
      const ran = await run('squash', '3');
      expectRun(ran, { status: 0, stderr: /^squashed 3 revisions into 3$/m });
      assert.is(
        ran.stdout,
        [
          ...['up', 'down'].map((way) => `write migrations/3_up_to_3.${way}.sql\n`),
          ...['1_one', '2_two', '3_note'].flatMap((name) => ['up', 'down'].map((way) => `remove migrations/${name}.${way}.sql\n`)),
        ].join(''),
      );
      assert.equal(await files('migrations'), ['3_up_to_3.down.sql', '3_up_to_3.up.sql', '4_four.down.sql', '4_four.up.sql']);
      const up = await readFile(join(root, 'migrations/3_up_to_3.up.sql'), 'utf8');
      assert.match(up, /^-- up to 3\n-- revision: 3\n-- parent: -\n-- branch label: tavern\n-- squashes: 1, 2\n-- proof: /);

      expectRun(await run('current'), { status: 0, stdout: /^4 \(tavern\) \(head\)\n$/ });
      expectRun(await run('status'), { status: 0, stdout: /^\[x\] 3 [^\n]*\n\[x\] 4 [^\n]*\n\nApplied: 2\nPending: 0\n$/ });
      expectRun(await run('history', '-i'), {
        status: 0,
        stdout: /^3 -> 4 \(tavern\) \(head\) \(current\), 4\n<base> -> 3 \(tavern\)[^\n]*, up to 3\n$/,
      });
      expectRun(await run('check'), { status: 0 });
      const again = await run('upgrade', 'head');
      expectRun(again, { status: 0, stderr: /^nothing to do/ });
      assert.not.match(again.stderr, /edited|warning/);
      expectRun(await run('downgrade', '3'), { status: 0 });
      expectRun(await run('downgrade', 'base'), {
        status: 2,
        stderr:
          /^error\[no-down\]: revision 3 is a squash of 3 revisions, and this database has them one by one \(1, 2, 3\): a downgrade goes no further back than 3/,
      });
      assert.equal(await rowsOf(place), ['1', '2', '3']);
      expectRun(await run('upgrade', 'head'), { status: 0 });
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('prove'), { status: 0 });
      expectRun(await run('show', '2'), {
        status: 2,
        stderr: /Can't locate revision identified by '2': revision 3 has squashed it\nhint: limbeck show 3/,
      });
      expectRun(await run('squash', '3'), { status: 0, stdout: /^$/, stderr: /nothing to squash/ });

      await places.on(engine, await filesOf(place), async (other) => {
        expectRun(await other.run('upgrade', 'head'), { status: 0 });
        expectRun(await other.run('check'), { status: 0 });
        assert.equal(await rowsOf(other), ['3', '4']);
        expectRun(await other.run('downgrade', 'base'), { status: 0 });
        expectRun(await other.run('upgrade', 'head'), { status: 0 });
      });

      expectRun(await run('squash', 'head'), { status: 0, stderr: /squashed 4 revisions into 4/ });
      assert.match(await readFile(join(root, 'migrations/4_up_to_4.up.sql'), 'utf8'), /^-- squashes: 1, 2, 3$/m);
      expectRun(await run('status'), { status: 0, stdout: /^\[x\] 4 [^\n]*\n\nApplied: 1\nPending: 0\n$/ });
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('stamp', 'base'), { status: 0 });
      assert.equal(await rowsOf(place), []);
      expectRun(await run('stamp', 'head'), { status: 0 });
      assert.equal(await rowsOf(place), ['4']);
    }));

  test(`${engine}: a database in the middle is told what to do, and nothing is run there`, () =>
    places.on(engine, four, async (place) => {
      const { run } = place;
      expectRun(await run('upgrade', '2'), { status: 0 });
      expectRun(await run('squash', '3'), { status: 0 });
      for (const command of [
        ['upgrade', 'head'],
        ['stamp', 'head'],
      ]) {
        expectRun(await run(...command), {
          status: 2,
          stderr:
            /^error\[revision-unknown\]: the database is in the middle of what revision 3 squashed: of 3 revisions it has 1, 2\nhint: check out the files from before the squash, limbeck upgrade 3 there/,
        });
      }
      assert.equal(await rowsOf(place), ['1', '2']);
      expectRun(await run('current'), { status: 0, stdout: /^2\b/ });
      expectRun(await run('status', '--exit-code'), { status: 1 });
      expectRun(await run('history'), { status: 0 });
      expectRun(await run('downgrade', 'base'), { status: 0 });
      expectRun(await run('upgrade', 'head'), { status: 0 });
      assert.equal(await rowsOf(place), ['3', '4']);
    }));

  test(`${engine}: data is named and refused, or left out when told to`, () =>
    places.on(
      engine,
      {
        ...four,
        ...pair(
          '2',
          'two',
          '1',
          'CREATE TABLE two (id INTEGER PRIMARY KEY);\n\nINSERT INTO two\nVALUES (1), (2);\nUPDATE one SET id = id;\n',
          'DROP TABLE two;\n',
        ),
      },
      async (place) => {
        const { run, files } = place;
        const before = await files('migrations');
        expectRun(await run('squash', '3'), {
          status: 2,
          stdout: /^$/,
          stderr:
            /^error\[squash-refused\]: revisions up to 3 write data[^\n]*\n {2}migrations\/2_two\.up\.sql:7 INSERT INTO two …\n {2}migrations\/2_two\.up\.sql:9 UPDATE one SET id = id\n {2}two has rows after them[\s\S]*--drop-data-statements/,
        });
        assert.equal(await files('migrations'), before);
        expectRun(await run('squash', '3', '--drop-data-statements'), {
          status: 0,
          stderr: /^warning: left out: migrations\/2_two\.up\.sql:7 INSERT INTO two …$/m,
        });
      },
    ));

  test(`${engine}: what comes behind must run on it`, () =>
    places.on(
      engine,
      {
        ...pair('1', 'one', '-', 'CREATE TABLE one (id INTEGER PRIMARY KEY);\n', 'DROP TABLE one;\n'),
        ...pair('2', 'row', '1', 'INSERT INTO one VALUES (7);\n', 'DELETE FROM one;\n'),
        ...pair(
          '3',
          'two',
          '2',
          'CREATE TABLE two (id INTEGER NOT NULL);\n\nINSERT INTO two VALUES ((SELECT max(id) FROM one));\n',
          'DROP TABLE two;\n',
        ),
        'schema/models.sql': models,
      },
      async ({ run, files }) => {
        const before = await files('migrations');
        expectRun(await run('squash', '2', '--drop-data-statements'), {
          status: 2,
          stderr: /^error\[squash-refused\]: what follows the squash does not run on it: migrations\/3_two\.up\.sql does not run/,
        });
        assert.equal(await files('migrations'), before);
      },
    ));
}

test('a branch that leaves the line inside is named and refused; a merge takes it in', () =>
  places.on(
    'sqlite',
    {
      ...four,
      ...pair('5', 'side', '2', 'CREATE TABLE five (id INTEGER PRIMARY KEY);\n', 'DROP TABLE five;\n'),
      ...pair('6', 'needs', '4', 'SELECT 1;\n', 'SELECT 1;\n', '-- depends on: 1\n'),
    },
    async ({ run, files, write }) => {
      const before = await files('migrations');
      expectRun(await run('squash', '3'), {
        status: 2,
        stderr: /^error\[squash-refused\]: 5 \(side\), 6 \(needs\) build on revisions before 3/,
      });
      expectRun(await run('squash', 'heads'), { status: 64, stderr: /several revisions; a squash ends at one/ });
      expectRun(await run('squash', 'nowhere'), { status: 2, stderr: /revision-unknown/ });
      assert.equal(await files('migrations'), before);
      for (const way of ['up', 'down']) await write(`migrations/7_merge.${way}.sql`, file('7', '5, 6', 'SELECT 1;\n'));
      expectRun(await run('squash', '7', '--drop-data-statements', '-m', 'All of it'), {
        status: 0,
        stderr: /squashed 7 revisions into 7/,
      });
      assert.equal(await files('migrations'), ['7_all_of_it.down.sql', '7_all_of_it.up.sql']);
    },
  ));

test('interrupted before the old files went: they are passed over, and the next squash takes them away', () =>
  places.on('sqlite', four, async (place) => {
    const { run, files, write } = place;
    expectRun(await run('upgrade', 'head'), { status: 0 });
    expectRun(await run('squash', '3'), { status: 0 });
    for (const [path, text] of Object.entries(four)) if (!path.includes('/4_')) await write(path, text);
    assert.is((await files('migrations')).length, 10);
    expectRun(await run('status'), { status: 0, stdout: /Applied: 2\nPending: 0/ });
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('squash', '3'), { status: 0, stdout: /^(?:remove migrations\/(?:1_one|2_two|3_note)\.(?:up|down)\.sql\n){6}$/ });
    assert.is((await files('migrations')).length, 4);
  }));

test('interrupted before it had its own files: the old ones count, and the next squash begins anew', () =>
  places.on('sqlite', four, async (place) => {
    const { run, files, write, root } = place;
    expectRun(await run('upgrade', 'head'), { status: 0 });
    expectRun(await run('squash', '3'), { status: 0 });
    const down = await readFile(join(root, 'migrations/3_up_to_3.down.sql'), 'utf8');
    await rm(join(root, 'migrations/3_up_to_3.up.sql'));
    expectRun(await run('status'), {
      status: 2,
      stderr: /^error\[revision-invalid\]: migrations\/3_up_to_3.down.sql has no up file beside it/,
    });
    for (const [path, text] of Object.entries(four)) if (!path.includes('/4_')) await write(path, text);
    expectRun(await run('status'), { status: 0, stdout: /Applied: 4\nPending: 0/ });
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /^nothing to do/ });
    expectRun(await run('squash', '3'), { status: 0, stderr: /squashed 3 revisions into 3/ });
    assert.equal(await files('migrations'), ['3_up_to_3.down.sql', '3_up_to_3.up.sql', '4_four.down.sql', '4_four.up.sql']);
    assert.is(await readFile(join(root, 'migrations/3_up_to_3.down.sql'), 'utf8'), down);
  }));

test('what the configuration leaves out is not left out of the squash in silence', () =>
  places.on('sqlite', four, async (place) => {
    const { run, files, write, url } = place;
    await write('limbeck.json', JSON.stringify({ url, exclude: ['audit*'] }));
    await write(
      'migrations/2_two.up.sql',
      file('2', '1', 'CREATE TABLE two (id INTEGER PRIMARY KEY);\nCREATE TABLE audit (id INTEGER PRIMARY KEY);\n'),
    );
    expectRun(await run('squash', '3'), {
      status: 2,
      stderr:
        /^error\[squash-refused\]: revisions up to 3 make what the configuration leaves out \(exclude, schemas\), and the squash would not make it: table audit\nhint: /,
    });
    assert.is((await files('migrations')).length, 8);
    expectRun(await run('squash', '1'), { status: 0 });
  }));

test('a project for two engines gets the pairs of both', async () => {
  const server = await anyServer();
  try {
    const half = (id: string, name: string, parents: string, up: string, down: string, column: string): Files =>
      Object.fromEntries(
        ['sqlite', 'postgres'].flatMap((engine) => [
          [`migrations/${id}_${name}.${engine}.up.sql`, file(id, parents, up.replace('$', engine === 'sqlite' ? 'INTEGER' : column))],
          [`migrations/${id}_${name}.${engine}.down.sql`, file(id, parents, down)],
        ]),
      );
    await places.on(
      'sqlite',
      {
        'schema/models.sql':
          'CREATE TABLE a (\n  id INTEGER PRIMARY KEY,\n  n INTEGER  -- @sqlite\n  n numeric  -- @postgres\n);\nCREATE INDEX a_n ON a (n);\n',
        ...half('1', 'a', '-', 'CREATE TABLE a (id INTEGER PRIMARY KEY, n $);\n', 'DROP TABLE a;\n', 'numeric'),
        ...half('2', 'index', '1', 'CREATE INDEX a_n ON a (n);\n', 'DROP INDEX a_n;\n', ''),
      },
      async ({ run, files, root }) => {
        expectRun(await run('squash', 'head', '--scratch-url', server.url), { status: 0 });
        const names = ['postgres', 'sqlite'].flatMap((engine) => ['down', 'up'].map((way) => `2_up_to_2.${engine}.${way}.sql`));
        assert.equal(await files('migrations'), names);
        assert.match(await readFile(join(root, 'migrations/2_up_to_2.postgres.up.sql'), 'utf8'), /n numeric/);
        expectRun(await run('upgrade', 'head'), { status: 0 });
        expectRun(await run('check'), { status: 0 });
      },
    );
  } finally {
    await server.stop();
  }
});

test.run();
