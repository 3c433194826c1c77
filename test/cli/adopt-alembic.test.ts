import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alembicIds, alembicProject, engines, offlineSql, openPlaces, type Place } from './adopt-support.ts';
import { expectRun } from './support.ts';

const test = suite('limbeck adopt, from Alembic');
const places = openPlaces();
test.before(places.start);
test.after(places.stop);

const [first, , , merge, head] = alembicIds;
const tables = 'SELECT revision, state FROM limbeck_journal ORDER BY seq';
const versions = 'SELECT version_num FROM alembic_version';

/** A database to which Alembic applied all, with Alembic's files and, in alembic.sql, its SQL. */
const atHead = async (engine: Place['engine'], work: (place: Place) => Promise<void>): Promise<void> => {
  const { up, down } = await offlineSql(engine);
  await places.on(engine, { ...(await alembicProject()), 'alembic.sql': up + down }, async (place) => {
    await place.sql(up);
    await work(place);
  });
};

for (const engine of engines) {
  test(`${engine}: one baseline with the id of the head, which holds those before it`, () =>
    atHead(engine, async ({ run, files, root, rows }) => {
      expectRun(await run('adopt'), { status: 0, stderr: /from alembic: 1 revision recorded, at 5e6f708192a3[\s\S]*none of the rows/ });
      assert.equal(
        await files('migrations'),
        ['down', 'up'].map((way) => `${head}_baseline_up_to_index_and_backfill.${way}.sql`),
      );
      const up = await readFile(join(root, 'migrations', `${head}_baseline_up_to_index_and_backfill.up.sql`), 'utf8');
      assert.match(up, /^-- squashes: 1a2b3c4d5e6f, 2b3c4d5e6f70, 3c4d5e6f7081, 4d5e6f708192$/m);
      assert.equal(await rows(tables), [{ revision: head, state: 'stamped' }]);
      assert.equal(await rows(versions), [{ version_num: head }]);
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('adopt'), { status: 0, stderr: /nothing to do/ });
    }));

  test(`${engine}: with the offline SQL every revision is kept, with its place, its words and its way back`, () =>
    atHead(engine, async ({ run, files, root, rows }) => {
      expectRun(await run('adopt', '--sql', 'alembic.sql'), { status: 0, stderr: /5 revisions recorded, at 5e6f708192a3/ });
      assert.is((await files('migrations')).length, 10);
      const up = await readFile(join(root, 'migrations', '3c4d5e6f7081_loyalty_side_branch.up.sql'), 'utf8');
      assert.match(
        up,
        /^-- loyalty side branch\n-- revision: 3c4d5e6f7081\n-- parent: 1a2b3c4d5e6f\n-- depends on: 2b3c4d5e6f70\n-- branch label: loyalty\n/,
      );
      expectRun(await run('history'), { status: 0, stdout: /^1a2b3c4d5e6f -> 2b3c4d5e6f70, it's the "menu"; with items$/m });
      expectRun(await run('history'), {
        status: 0,
        stdout: /^2b3c4d5e6f70, 3c4d5e6f7081 -> 4d5e6f708192 \(loyalty\) \(mergepoint\), join$/m,
      });
      assert.equal(
        (await rows(tables)).map(({ revision }) => revision),
        [...alembicIds],
      );
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('downgrade', 'base'), { status: 0 });
      expectRun(await run('upgrade', 'head'), { status: 0 });
      expectRun(await run('check'), { status: 0 });
      expectRun(await run('prove'), { status: 0, stderr: /proved 5 revisions/ });
    }));

  test(`${engine}: without the folder the SQL alone tells how revisions follow each other; what is pending stays so`, async () => {
    const { up, down } = await offlineSql(engine);
    await places.on(engine, { 'all.sql': `${up}${down}`.replaceAll('\n', '\r\n') }, async ({ sql, run, rows, files }) => {
      const [before = ''] = up.split(`-- Running upgrade ${merge}`);
      await sql(before);
      expectRun(await run('adopt', '--sql', 'all.sql'), {
        status: 0,
        stderr: /4 revisions recorded, at 4d5e6f708192, 1 pending[\s\S]*not written while revisions are pending/,
      });
      assert.equal([(await rows(tables)).length, await files('schema')], [4, []]);
      expectRun(await run('upgrade', 'head'), { status: 0, stderr: /4d5e6f708192 -> 5e6f708192a3/ });
      expectRun(await run('downgrade', '-1'), { status: 0 });
    });
  });

  test(`${engine}: a second database needs neither Alembic's files nor its SQL`, () =>
    atHead(engine, async (place) => {
      expectRun(await place.run('adopt'), { status: 0 });
      const names = await place.files('migrations');
      const texts = await Promise.all(names.map((name) => readFile(join(place.root, 'migrations', name), 'utf8')));
      const migrations = Object.fromEntries(names.map((name, at) => [`migrations/${name}`, texts[at] ?? '']));
      await places.on(engine, migrations, async ({ sql, run, rows, files }) => {
        const { up } = await offlineSql(engine);
        await sql(up.split(`-- Running upgrade ${merge}`)[0] ?? '');
        expectRun(await run('adopt'), {
          status: 2,
          stderr: /^error\[not-adoptable\]: alembic is at 4d5e6f708192, in the middle of what revision 5e6f708192a3 holds$/m,
        });
        await sql(up.split(`-- Running upgrade ${merge}`)[1]?.replace(/^.*\n/, '') ?? '');
        expectRun(await run('adopt'), { status: 0, stdout: /^write schema\/models\.sql\nrecord 5e6f708192a3\n$/ });
        assert.equal([await files('migrations'), (await rows(tables)).length], [names, 1]);
      });
    }));

  test(`${engine}: what Alembic left unclear is said, and nothing is written`, () =>
    atHead(engine, async ({ run, sql, files, write, rows }) => {
      const refused = async (code: string, says: RegExp, ...args: readonly string[]): Promise<void> => {
        const ran = await run('adopt', ...args);
        expectRun(ran, { status: 2, stdout: /^$/, stderr: new RegExp(`^error\\[${code}\\]`) });
        assert.match(ran.stderr, says);
        assert.equal([await files('migrations'), await files('schema')], [[], []]);
      };
      await sql(`UPDATE alembic_version SET version_num = 'gone'`);
      await refused(
        'revision-unknown',
        /Can't locate revision identified by 'gone': alembic has applied it, and no file has it[\s\S]*alembic stamp --purge/,
      );
      await refused('revision-unknown', /'gone'/, '--sql', 'alembic.sql');
      await sql(`DELETE FROM alembic_version`);
      await refused('not-adoptable', /alembic_version of .* is empty or not there[\s\S]*alembic upgrade head first/);
      await refused(
        'not-proved',
        /as far as alembic knows nothing is applied, but there is a schema[^\n]*\n {2}only live: .*table users/,
        '--sql',
        'alembic.sql',
      );
      await sql(`INSERT INTO alembic_version VALUES ('2b3c4d5e6f70'), ('3c4d5e6f7081')`);
      await refused('multiple-heads', /several heads, 2b3c4d5e6f70, 3c4d5e6f7081[\s\S]*alembic merge heads/);
      await sql(`DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('4d5e6f708192')`);
      await refused('not-up-to-date', /Alembic has not applied 5e6f708192a3/);
      await refused('not-proved', /index users_name/, '--sql', 'alembic.sql');
      await write('short.sql', (await offlineSql(engine)).up.split(`-- Running upgrade ${merge}`)[0] ?? '');
      await refused(
        'not-adoptable',
        /short\.sql has no SQL of 5e6f708192a3[\s\S]*alembic upgrade base:heads --sql > short\.sql/,
        '--sql',
        'short.sql',
      );
      await write('none.sql', 'SELECT 1;\n');
      await refused('not-adoptable', /none\.sql has no line "-- Running upgrade/, '--sql', 'none.sql');
      await refused('file-unreadable', /gone\.sql/, '--sql', 'gone.sql');
      await write('alembic/versions/zz_made.py', 'revision = make_id()\ndown_revision = None\n');
      await refused('not-adoptable', /zz_made\.py: revision is not a plain text[\s\S]*zz_made\.py:1:1/);
      assert.equal((await rows(versions)).length, 1);
    }));
}

test('two engines: each database brings its half of the same revision', () =>
  atHead('sqlite', (first) =>
    places.on('postgres', {}, async (second) => {
      await second.sql((await offlineSql('postgres')).up);
      await first.write('limbeck.json', JSON.stringify({ url: first.url, engines: ['postgres', 'sqlite'] }));
      expectRun(await first.run('adopt', '--url', second.url), { status: 0, stdout: /^write schema\/models\.sql\n/ });
      expectRun(await first.run('adopt'), { status: 0, stderr: /schema\/models\.sql is kept/ });
      assert.equal(
        await first.files('migrations'),
        ['postgres', 'sqlite'].flatMap((engine) =>
          ['down', 'up'].map((way) => `${head}_baseline_up_to_index_and_backfill.${engine}.${way}.sql`),
        ),
      );
      expectRun(await first.run('check', '--url', second.url), { status: 0 });
      const marked = async (url: string, engine: string): Promise<string> =>
        (await first.run('pull', '--url', url)).stdout.replace(/^(?=CREATE|ALTER|COMMENT)/gm, `-- @${engine}\n`);
      await first.write('schema/models.sql', (await marked(second.url, 'postgres')) + (await marked(first.url, 'sqlite')));
      expectRun(await first.run('check'), { status: 0 });
      expectRun(await first.run('check', '--url', second.url), { status: 0 });
    }),
  ));

test('two tools at once are asked about', () =>
  atHead('sqlite', async ({ run, sql }) => {
    await sql('CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)');
    expectRun(await run('adopt'), {
      status: 2,
      stderr: /has the tables of alembic and of dbmate\nhint: say which is right: limbeck adopt --from alembic/,
    });
    expectRun(await run('adopt', '--from', 'alembic'), { status: 0 });
  }));

test('a file that says another thing than the SQL is refused, and so is one that is there already', () =>
  atHead('sqlite', async ({ run, write, root }) => {
    const path = `alembic/versions/${first}_create_users.py`;
    const text = await readFile(join(root, path), 'utf8');
    await write(path, text.replace(/^down_revision = .*$/m, `down_revision = '${head}'`));
    expectRun(await run('adopt', '--sql', 'alembic.sql'), {
      status: 2,
      stderr: /has 1a2b3c4d5e6f after nothing, and .* says after 5e6f708192a3/,
    });
    await write(path, text);
    await write(`migrations/${first}_mine.up.sql`, 'SELECT 1;\n');
    expectRun(await run('adopt', '--sql', 'alembic.sql'), {
      status: 2,
      stderr: /error\[file-exists\]: migrations\/1a2b3c4d5e6f_mine\.up\.sql is there already/,
    });
  }));

test.run();
