import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject, migration, writeThree } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

const test = suite<{ project: TestProject }>('dry run');

test.before.each(async (context) => {
  context.project = await makeProject();
  await writeThree(context.project);
});
test.after.each(({ project }) => project.close());

test('gives the SQL, names revision and file, and creates nothing', async ({ project }) => {
  const result = await upgrade(project.config, project.options('+2', { dryRun: true }));
  assert.equal([result.from, result.to], [[], ['2']]);
  assert.is(
    result.sql,
    `-- upgrade <base> -> 1, one
-- file: migrations/1_one.up.sql
CREATE TABLE one (id INTEGER PRIMARY KEY);
-- journal: add 1

-- upgrade 1 -> 2, two
-- file: migrations/2_two.up.sql
CREATE TABLE two (id INTEGER PRIMARY KEY);
-- journal: add 2
`,
  );
  assert.is(
    await stat(join(project.directory, 'app.db')).then(
      () => true,
      () => false,
    ),
    false,
  );
});

test('nothing to do is no SQL', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  assert.is((await upgrade(project.config, project.options('head', { dryRun: true }))).sql, '');
});

test('of a downgrade it is the down SQL that would run, the journal’s where the file is gone', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.remove('3_three.up.sql');
  await project.remove('3_three.down.sql');
  const result = await downgrade(project.config, project.options('1', { dryRun: true }));
  assert.match(
    result.sql ?? '',
    /-- downgrade 3 -> 2, three\n-- file: .*3_three\.down\.sql \(as the journal has it\)\nDROP TABLE three;\n-- journal: remove 3\n/,
  );
  assert.match(result.sql ?? '', /DROP TABLE two;/);
  assert.equal([result.from, result.to], [['3'], ['1']]);
  assert.equal(await project.tables(), ['one', 'three', 'two']);
  assert.is((await project.journal()).length, 3);
});

test('switches stand above their SQL', async ({ project }) => {
  await project.write('4_off.up.sql', migration('VACUUM;\n', { revision: '4', parents: ['3'], transactional: false, foreignKeys: 'off' }));
  const { sql } = await upgrade(project.config, project.options('head', { dryRun: true }));
  assert.match(sql ?? '', /4_off\.up\.sql\n-- transaction: off\n-- foreign keys: off\nVACUUM;\n/);
});

test('refuses what the run would refuse', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.write('0_early.up.sql', 'SELECT 1;\n');
  assert.is((await failure(upgrade(project.config, project.options('head', { dryRun: true })))).code, 'out-of-order');
});

test.run();
