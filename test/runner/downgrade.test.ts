import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { status } from '../../lib/api/status.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { checksum } from '../../lib/sql/header.ts';
import { failure, makeProject, migration, warnings, writeThree } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('downgrade');

test.before.each(async (context) => {
  context.project = await makeProject();
  await writeThree(context.project);
});
test.after.each(({ project }) => project.close());

test('takes back children first, and their rows', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  const one = await downgrade(project.config, project.options('-1'));
  assert.equal([one.from, one.to, one.steps.map(({ revision }) => revision)], [['3'], ['2'], ['3']]);
  assert.equal(await project.tables(), ['one', 'two']);
  const rest = await downgrade(project.config, project.options('base'));
  assert.equal([rest.to, rest.steps.map(({ revision }) => revision)], [[], ['2', '1']]);
  assert.equal(await project.tables(), []);
  assert.equal(await project.journal(), []);
});

test('a missing applied file: its own down runs, never that of the one before', async ({ project }) => {
  await upgrade(project.config, project.options('2'));
  await project.remove('2_two.up.sql');
  await project.remove('2_two.down.sql');
  assert.equal((await status(project.config)).unknown, ['2']);
  const result = await downgrade(project.config, project.options('-1'));
  assert.equal(
    result.steps.map(({ revision }) => revision),
    ['2'],
  );
  assert.equal(await project.tables(), ['one']);
  assert.equal(
    (await project.journal()).map(({ revision }) => revision),
    ['1'],
  );
});

test('a missing file in the middle keeps its place', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.remove('2_two.up.sql');
  await project.remove('2_two.down.sql');
  const result = await downgrade(project.config, project.options('base'));
  assert.equal(
    result.steps.map(({ revision }) => revision),
    ['3', '2', '1'],
  );
  assert.equal(await project.tables(), []);
});

test('without any files the journal leads all the way back', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  for (const name of ['1_one', '2_two', '3_three']) {
    await project.remove(`${name}.up.sql`);
    await project.remove(`${name}.down.sql`);
  }
  await downgrade(project.config, project.options('base'));
  assert.equal(await project.tables(), []);
});

test('one missing down stops the whole way before anything runs', async ({ project }) => {
  await project.remove('2_two.down.sql');
  await upgrade(project.config, project.options('head'));
  const error = await failure(downgrade(project.config, project.options('base')));
  assert.is(error.code, 'no-down');
  assert.match(error.message, /revision 2 \(two\)/);
  assert.equal(await project.tables(), ['one', 'three', 'two']);
  await project.write('2_two.down.sql', 'DROP TABLE two;\n');
  await downgrade(project.config, project.options('base'));
  assert.equal(await project.tables(), []);
});

test('a down added later to an up that was edited is not trusted', async ({ project }) => {
  await project.remove('3_three.down.sql');
  await upgrade(project.config, project.options('head'));
  await project.write('3_three.up.sql', 'CREATE TABLE drei (id INTEGER);\n');
  await project.write('3_three.down.sql', 'DROP TABLE drei;\n');
  assert.is((await failure(downgrade(project.config, project.options('-1')))).code, 'no-down');
});

test('an edited down: the recorded one runs, with a warning', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.write('3_three.down.sql', 'DROP TABLE three;\nDROP TABLE two;\n');
  await downgrade(project.config, project.options('-1'));
  assert.equal(await project.tables(), ['one', 'two']);
  assert.equal(warnings(project.events), ['down-edited']);
});

test('an edited down that was proved with the up that was applied runs itself, with a warning', async ({ project }) => {
  await project.write('3_three.down.sql', 'DROP TABLE nowhere;\n');
  await upgrade(project.config, project.options('head'));
  const body = 'DROP TABLE three;\n';
  await project.write(
    '3_three.down.sql',
    migration(body, {
      revision: '3',
      parents: ['2'],
      proof: { engine: 'sqlite', major: '3', body: checksum(body), models: undefined, before: 'f1:aa', after: 'f1:bb' },
    }),
  );
  await downgrade(project.config, project.options('-1'));
  assert.equal(await project.tables(), ['one', 'two']);
  assert.equal(warnings(project.events), ['down-edited']);
});

test('an up that was edited too: the recorded down runs', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.write('3_three.up.sql', 'CREATE TABLE drei (id INTEGER);\n');
  await project.write('3_three.down.sql', 'DROP TABLE drei;\n');
  await downgrade(project.config, project.options('-1'));
  assert.equal(await project.tables(), ['one', 'two']);
});

test('a failing down names the journal as its source when it is, and changes nothing', async ({ project }) => {
  await project.write('3_three.down.sql', 'DROP TABLE three;\nDROP TABLE nowhere;\n');
  await upgrade(project.config, project.options('head'));
  await project.write('3_three.down.sql', 'SELECT 1;\n');
  const error = await failure(downgrade(project.config, project.options('-1')));
  assert.is(error.code, 'sql-failed');
  assert.match(error.where?.file ?? '', /3_three\.down\.sql \(as the journal has it\)/);
  assert.is(error.where?.line, 2);
  assert.match(error.hint ?? '', /correct the down file, then limbeck prove 3 \(until then the SQL that the journal recorded runs\)/);
  assert.equal(await project.tables(), ['one', 'three', 'two']);
  assert.is((await project.journal()).length, 3);
  await project.write('3_three.up.sql', 'CREATE TABLE drei (id INTEGER);\n');
  const edited = await failure(downgrade(project.config, project.options('-1')));
  assert.match(edited.hint ?? '', /the SQL that the journal recorded runs, whatever the files say: .*, then limbeck stamp 2$/);
});

test('a failing down of a revision that was applied without one is corrected in its file', async ({ project }) => {
  await project.remove('3_three.down.sql');
  await upgrade(project.config, project.options('head'));
  await project.write('3_three.down.sql', 'DROP TABLE nowhere;\n');
  const error = await failure(downgrade(project.config, project.options('-1')));
  assert.is(error.hint, 'nothing of this revision is kept; correct the file, then run it again');
  await project.write('3_three.down.sql', 'DROP TABLE three;\n');
  await downgrade(project.config, project.options('-1'));
  assert.equal(await project.tables(), ['one', 'two']);
});

test('a target that is not applied is refused', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  assert.is((await failure(downgrade(project.config, project.options('3')))).code, 'walk-failed');
  assert.is((await failure(downgrade(project.config, project.options('-2')))).code, 'walk-failed');
  assert.is((await failure(downgrade(project.config, project.options('+1')))).code, 'walk-failed');
});

test('branches: a downgrade to a revision takes back what follows it and leaves the other branch', async ({ project }) => {
  const branch = (id: string, parents: readonly string[]): string =>
    migration(`CREATE TABLE b${id} (id INTEGER);\n`, { revision: id, parents });
  await project.write('4_left.up.sql', branch('4', ['3']));
  await project.write('4_left.down.sql', 'DROP TABLE b4;\n');
  await project.write('5_right.up.sql', branch('5', ['3']));
  await project.write('5_right.down.sql', 'DROP TABLE b5;\n');
  assert.is((await failure(upgrade(project.config, project.options('head')))).code, 'multiple-heads');
  assert.equal((await upgrade(project.config, project.options('heads'))).to, ['4', '5']);
  assert.equal((await downgrade(project.config, project.options('4@3'))).to, ['5']);
});

test.run();
