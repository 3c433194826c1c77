import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { current } from '../../lib/api/current.ts';
import { heads } from '../../lib/api/heads.ts';
import { history } from '../../lib/api/history.ts';
import { show } from '../../lib/api/show.ts';
import { status } from '../../lib/api/status.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject, migration, usersAndRole, writeProved, writeThree } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

const test = suite<{ project: TestProject }>('commands that read');

test.before.each(async (context) => {
  context.project = await makeProject();
  await writeThree(context.project);
});
test.after.each(({ project }) => project.close());

const ids = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id);

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

test('a database that is not there reads as nothing applied, and is not created', async ({ project }) => {
  const now = await current(project.config);
  assert.equal([now.revisions, now.unknown, now.atHeads, now.server], [[], [], false, '']);
  const { applied, pending } = await status(project.config);
  assert.equal([applied, ids(pending)], [[], ['1', '2', '3']]);
  const told = await history(project.config, { indicateCurrent: true });
  assert.equal(
    told.revisions.map(({ id, isCurrent }) => [id, isCurrent]),
    [
      ['3', false],
      ['2', false],
      ['1', false],
    ],
  );
  assert.not(await isThere(join(project.directory, 'app.db')));
});

test('a database without a journal reads as nothing applied, and gets none', async ({ project }) => {
  await project.execute('CREATE TABLE other (id INTEGER)');
  assert.equal((await current(project.config)).revisions, []);
  assert.equal(
    (await project.query('SELECT name FROM sqlite_schema')).map(({ name }) => name),
    ['other'],
  );
});

test('without a URL they say so', async ({ project }) => {
  const config = { ...project.config, url: undefined };
  for (const read of [() => current(config), () => status(config), () => history(config, { indicateCurrent: true })]) {
    assert.is((await failure(read())).code, 'no-url');
  }
  assert.equal(ids((await heads(config)).heads), ['3']);
  assert.equal(ids((await history(config)).revisions), ['3', '2', '1']);
});

test('current, status and history tell where it stands', async ({ project }) => {
  await upgrade(project.config, project.options('2'));
  const now = await current(project.config);
  assert.equal([ids(now.revisions), now.atHeads], [['2'], false]);
  assert.match(now.server, /^SQLite 3\./);
  const { applied, pending } = await status(project.config);
  assert.equal([ids(applied), ids(pending)], [['1', '2'], ['3']]);
  assert.match(applied[0]?.appliedAt ?? '', /^\d{4}-/);
  const told = await history(project.config, { indicateCurrent: true });
  assert.equal(
    told.revisions.map(({ id, isCurrent, isHead, isBase }) => [id, isCurrent, isHead, isBase]),
    [
      ['3', false, true, false],
      ['2', true, false, false],
      ['1', false, false, true],
    ],
  );
  assert.equal(ids((await history(project.config, { range: '2:' })).revisions), ['3', '2']);
  assert.equal(ids((await history(project.config, { range: '-1:current' })).revisions), ['2', '1']);
  assert.is((await history(project.config)).revisions[0]?.isCurrent, undefined);
  await upgrade(project.config, project.options('head'));
  assert.is((await current(project.config)).atHeads, true);
});

test('a revision that no file has is told from the journal, and named', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.remove('3_three.up.sql');
  await project.remove('3_three.down.sql');
  const now = await current(project.config);
  assert.equal([ids(now.revisions), now.unknown, now.atHeads], [['3'], ['3'], false]);
  assert.equal([now.revisions[0]?.slug, now.revisions[0]?.paths], ['three', []]);
  const { applied, unknown } = await status(project.config);
  assert.equal([ids(applied), unknown], [['1', '2', '3'], ['3']]);
});

test('a head that another branch depends on does not keep the database from its heads', async ({ project }) => {
  await project.write('4_other.up.sql', migration('CREATE TABLE other (id INTEGER);\n', { revision: '4', parents: [] }));
  await project.write('5_more.up.sql', migration('CREATE TABLE more (id INTEGER);\n', { revision: '5', parents: ['3'], dependsOn: ['4'] }));
  await upgrade(project.config, project.options('heads'));
  assert.is((await current(project.config)).atHeads, true);
  assert.equal(ids((await heads(project.config)).heads), ['4', '5']);
});

test('show gives the files; base gives nothing; what is unknown is said', async ({ project }) => {
  const { revisions } = await show(project.config, { revision: '2' });
  assert.equal(revisions[0]?.files, [
    { path: 'migrations/2_two.up.sql', text: 'CREATE TABLE two (id INTEGER PRIMARY KEY);\n' },
    { path: 'migrations/2_two.down.sql', text: 'DROP TABLE two;\n' },
  ]);
  assert.equal(ids((await show(project.config, { revision: 'head' })).revisions), ['3']);
  assert.equal((await show(project.config, { revision: 'base' })).revisions, []);
  await upgrade(project.config, project.options('1'));
  assert.equal(ids((await show(project.config, { revision: 'current' })).revisions), ['1']);
  assert.match((await failure(show(project.config, { revision: '77' }))).message, /Can't locate revision identified by '77'/);
});

test('summaries tell whether the files are proved, edited since, or neither', async ({ project }) => {
  for (const name of ['1_one', '2_two', '3_three']) {
    await project.remove(`${name}.up.sql`);
    await project.remove(`${name}.down.sql`);
  }
  await writeProved(project, usersAndRole);
  const { revisions } = await history(project.config);
  assert.equal(
    revisions.map(({ proof }) => proof),
    ['proved', 'proved'],
  );
  const text = (await show(project.config, { revision: '2' })).revisions[0]?.files[1]?.text ?? '';
  await project.write('2_role.down.sql', `${text}SELECT 1;\n`);
  await project.write('3_more.up.sql', 'SELECT 1;\n');
  assert.equal(
    (await history(project.config)).revisions.map(({ proof }) => proof),
    ['unproved', 'edited', 'proved'],
  );
});

test.run();
