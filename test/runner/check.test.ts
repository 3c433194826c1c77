import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, makeProject, usersAndRole, warnings, writeProved } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('proofs at run time');

test.before.each(async (context) => {
  context.project = await makeProject();
  await writeProved(context.project, usersAndRole);
});
test.after.each(({ project }) => project.close());

const edit = async (project: TestProject, name: string, change: (text: string) => string): Promise<void> =>
  project.write(name, change(await readFile(join(project.config.migrations, name), 'utf8')));

test('an object that is not as proved stops the revision before it runs', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  await project.execute('ALTER TABLE users ADD COLUMN nick TEXT');
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'state-mismatch');
  assert.match(error.message, /2_role\.up\.sql does not meet .*table users differs/);
  assert.match(error.message, /table users\n +found: .*nick/);
  assert.not.match(error.message, /name/);
  assert.is(error.data?.['side'], 'before');
  assert.is((await project.journal()).length, 1);
});

test('an object that is there already, or not there, is named so', async ({ project }) => {
  await project.execute('CREATE TABLE users (id INTEGER)');
  assert.match((await failure(upgrade(project.config, project.options('head')))).message, /table users is there already/);
  await project.execute('DROP TABLE users');
  await upgrade(project.config, project.options('1'));
  await project.execute('DROP TABLE users');
  assert.match((await failure(upgrade(project.config, project.options('head')))).message, /table users is not there/);
});

test('what is left is compared too, and rolled back', async ({ project }) => {
  await edit(project, '2_role.up.sql', (text) => text.replace(/→f1:[0-9a-f]+/, '→f1:0000000000000000'));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'state-mismatch');
  assert.is(error.data?.['side'], 'after');
  assert.equal(await project.query("SELECT name FROM pragma_table_info('users')"), [{ name: 'id' }, { name: 'name' }]);
  assert.is((await project.journal()).length, 1);
});

test('without verification the same runs, and that is said', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  await project.execute('ALTER TABLE users ADD COLUMN nick TEXT');
  const result = await upgrade(project.config, project.options('head', { verify: false }));
  assert.equal(
    result.steps.map(({ checked }) => checked),
    [false],
  );
  assert.equal(warnings(project.events), ['not-verified']);
});

test('a file edited since its proof runs as one written by hand, and that is said', async ({ project }) => {
  await edit(project, '2_role.up.sql', (text) => `${text}UPDATE users SET role = 'staff';\n`);
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(
    result.steps.map(({ checked }) => checked),
    [true, false],
  );
  assert.equal(warnings(project.events), ['edited-since-proof']);
});

test('a header that only gained a remark is still proved', async ({ project }) => {
  await edit(project, '2_role.up.sql', (text) => text.replace('-- a change', '-- another title'));
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(
    result.steps.map(({ checked }) => checked),
    [true, true],
  );
});

test('a proof of another version, engine or hash says nothing here, and that is said', async ({ project }) => {
  const variants: readonly ((text: string) => string)[] = [
    (text) => text.replace(/proof: sqlite \d+/, 'proof: sqlite 4'),
    (text) => text.replace(/proof: sqlite \d+/, 'proof: postgres 18'),
    (text) => text.replaceAll('f1:', 'f9:'),
  ];
  for (const variant of variants) {
    await edit(project, '1_users.up.sql', variant);
    const result = await upgrade(project.config, project.options('1'));
    assert.equal(
      result.steps.map(({ checked }) => checked),
      [false],
    );
    await downgrade(project.config, project.options('base'));
    await writeProved(project, usersAndRole);
  }
  assert.equal(warnings(project.events), ['not-checked', 'not-checked', 'not-checked']);
});

test('a downgrade is checked the other way round', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  const back = await downgrade(project.config, project.options('base'));
  assert.equal(
    back.steps.map(({ revision, checked }) => [revision, checked]),
    [
      ['2', true],
      ['1', true],
    ],
  );
  await upgrade(project.config, project.options('head'));
  await project.execute('ALTER TABLE users ADD COLUMN nick TEXT');
  const error = await failure(downgrade(project.config, project.options('-1')));
  assert.is(error.code, 'state-mismatch');
  assert.match(error.message, /2_role\.down\.sql/);
  assert.is((await project.journal()).length, 2);
});

test('a change elsewhere is drift: a warning, or an error when asked', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  await project.execute('CREATE TABLE stray (id INTEGER)');
  const error = await failure(upgrade(project.config, project.options('head', { strictDrift: true })));
  assert.is(error.code, 'drift');
  assert.is((await project.journal()).length, 1, 'nothing ran');
  assert.equal((await upgrade(project.config, project.options('head'))).to, ['2']);
  assert.equal(warnings(project.events), ['drift']);
});

test('drift is found before anything runs also where nothing was applied yet, or the last revision has no proof', async ({ project }) => {
  await project.execute('CREATE TABLE stray (id INTEGER)');
  const first = await failure(upgrade(project.config, project.options('head', { strictDrift: true })));
  assert.is(first.code, 'drift');
  assert.match(first.message, /^the schema is not the one on which revision 1 was proved: something else changed it$/);
  assert.is((await project.journal()).length, 0, 'nothing ran');
  await project.execute('DROP TABLE stray');
  await edit(project, '1_users.up.sql', (text) => text.replace(/^-- proof:.*\n-- touches:.*\n/m, ''));
  await upgrade(project.config, project.options('1', { strictDrift: true }));
  await project.execute('CREATE TABLE stray (id INTEGER)');
  const second = await failure(upgrade(project.config, project.options('head', { strictDrift: true })));
  assert.match(second.message, /on which revision 2 was proved/);
  assert.is((await project.journal()).length, 1, 'nothing more ran');
});

test('a file that is no longer what was applied tells nothing about drift', async ({ project }) => {
  await upgrade(project.config, project.options('1'));
  await writeProved(project, [
    { id: '1', name: 'users', parents: [], up: 'CREATE TABLE people (id INTEGER);\n', down: 'DROP TABLE people;\n' },
  ]);
  await project.write('2_role.up.sql', 'SELECT 1;\n');
  await upgrade(project.config, project.options('head'));
  assert.equal(warnings(project.events), ['edited-after-apply']);
});

test('the journal holds the whole down file, header and all, and it is what is checked when the files are gone', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  const text = await readFile(join(project.config.migrations, '2_role.down.sql'), 'utf8');
  assert.is((await project.journal())[1]?.down, text);
  await project.remove('2_role.up.sql');
  await project.remove('2_role.down.sql');
  const { steps } = await downgrade(project.config, project.options('-1'));
  assert.equal(
    steps.map(({ checked }) => checked),
    [true],
  );
});

test('nothing pending: drift is not looked for', async ({ project }) => {
  await upgrade(project.config, project.options('head'));
  await project.execute('CREATE TABLE stray (id INTEGER)');
  await upgrade(project.config, project.options('head', { strictDrift: true }));
  assert.equal(warnings(project.events), []);
});

test.run();
