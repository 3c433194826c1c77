import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { current } from '../../lib/api/current.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { stamp } from '../../lib/api/stamp.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject, migration, writeThree } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

const test = suite<{ project: TestProject }>('stamp');

test.before.each(async (context) => {
  context.project = await makeProject();
  await writeThree(context.project);
});
test.after.each(({ project }) => project.close());

const rows = async (project: TestProject): Promise<readonly string[]> =>
  (await project.journal()).map(({ revision, state }) => `${revision} ${state}`);

test('writes the rows up to the target and runs nothing; the way back is recorded', async ({ project }) => {
  await project.execute('CREATE TABLE one (id INTEGER)', 'CREATE TABLE two (id INTEGER)');
  assert.equal(await stamp(project.config, { targets: ['2'] }), { from: [], to: ['2'] });
  assert.equal(await rows(project), ['1 stamped', '2 stamped']);
  assert.equal(await project.tables(), ['one', 'two']);
  await project.remove('2_two.up.sql');
  await project.remove('2_two.down.sql');
  await downgrade(project.config, project.options('-1'));
  assert.equal(await project.tables(), ['one']);
});

test('moves back too, and keeps rows that are right', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  assert.equal(await stamp(project.config, { targets: ['2'] }), { from: ['3'], to: ['2'] });
  assert.equal(await rows(project), ['1 applied', '2 applied']);
  assert.equal(await stamp(project.config, { targets: ['base'] }), { from: ['2'], to: [] });
  assert.equal(await rows(project), []);
});

test('an unknown row is refused, and purged', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.remove('3_three.up.sql');
  await project.remove('3_three.down.sql');
  const error = await failure(stamp(project.config, { targets: ['2'] }));
  assert.is(error.code, 'revision-unknown');
  assert.equal(await stamp(project.config, { targets: ['2'], purge: true }), { from: ['3'], to: ['2'] });
  assert.equal(await rows(project), ['1 stamped', '2 stamped']);
  assert.equal((await current(project.config)).unknown, []);
});

test('every target is resolved before anything is written', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  await failure(stamp(project.config, { targets: ['2', 'nowhere'], purge: true }));
  assert.equal(await rows(project), ['1 applied']);
});

test('several heads', async ({ project }) => {
  await project.write('4_side.up.sql', migration('SELECT 1;\n', { revision: '4', parents: ['1'] }));
  assert.equal((await stamp(project.config, { targets: ['heads'] })).to, ['3', '4']);
  assert.equal((await stamp(project.config, { targets: ['2', '4'] })).to, ['2', '4']);
  assert.is((await failure(stamp(project.config, { targets: ['head'] }))).code, 'multiple-heads');
});

test('a branch that has nothing to do with the target stays where it is', async ({ project }) => {
  await project.write('4_side.up.sql', migration('SELECT 1;\n', { revision: '4', parents: ['1'], labels: ['side'] }));
  await project.write('5_side.up.sql', migration('SELECT 1;\n', { revision: '5', parents: ['4'] }));
  await stamp(project.config, { targets: ['3', '4'] });
  assert.equal(await stamp(project.config, { targets: ['side@head'] }), { from: ['3', '4'], to: ['3', '5'] });
  assert.equal(await stamp(project.config, { targets: ['2'] }), { from: ['3', '5'], to: ['2', '5'] });
  assert.equal(await stamp(project.config, { targets: ['side@base'] }), { from: ['2', '5'], to: ['2'] });
  assert.equal(await stamp(project.config, { targets: ['5'], purge: true }), { from: ['2'], to: ['5'] });
  assert.equal(await stamp(project.config, { targets: ['base'] }), { from: ['5'], to: [] });
});

test('nothing to change writes nothing', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  const before = await project.journal();
  assert.equal(await stamp(project.config, { targets: ['head'] }), { from: ['3'], to: ['3'] });
  assert.equal(await project.journal(), before);
});

test.run();
