import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { current } from '../../lib/api/current.ts';
import { stamp } from '../../lib/api/stamp.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject, migration, warnings } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('transaction: off');

test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());

const off = (body: string): string => migration(body, { revision: '1', parents: [], transactional: false });

const counted =
  'CREATE TABLE t (n INTEGER);\nINSERT INTO t VALUES (1);\nVACUUM;\nINSERT INTO missing VALUES (2);\nINSERT INTO t VALUES (3);\n';

test('runs a statement at a time, stops where one fails, and goes on from there', async ({ project }) => {
  await project.write('1_many.up.sql', off(counted));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'sql-failed');
  assert.match(error.where?.frame ?? '', /INSERT INTO missing/);
  const [entry] = await project.journal();
  assert.equal([entry?.state, entry?.statementsDone], ['running', 3]);
  assert.equal((await current(project.config)).revisions, []);
  await project.execute('CREATE TABLE missing (n INTEGER)');
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(result.to, ['1']);
  assert.equal(warnings(project.events), ['resumed']);
  assert.equal(await project.query('SELECT n FROM t'), [{ n: 1 }, { n: 3 }]);
  const [done] = await project.journal();
  assert.equal([done?.state, done?.statementsDone], ['applied', 5]);
});

test('a file edited half way is refused', async ({ project }) => {
  await project.write('1_many.up.sql', off(counted));
  await failure(upgrade(project.config, project.options('head')));
  await project.write('1_many.up.sql', off(`SELECT 1;\n${counted}`));
  assert.is((await failure(upgrade(project.config, project.options('head')))).code, 'edited-after-apply');
});

test('a first statement that fails leaves nothing: the file may be corrected', async ({ project }) => {
  await project.write('1_many.up.sql', off('INSERT INTO missing VALUES (1);\nCREATE TABLE t (n INTEGER);\n'));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.match(error.hint ?? '', /^nothing of this revision is kept; correct the file, then run it again$/);
  assert.equal(await project.journal(), []);
  await project.write('1_many.up.sql', off('CREATE TABLE t (n INTEGER);\n'));
  await project.write('1_many.down.sql', off('DROP TABLE missing;\nDROP TABLE t;\n'));
  await upgrade(project.config, project.options('head'));
  const before = await project.journal();
  await failure(downgrade(project.config, project.options('base')));
  assert.equal(await project.journal(), before);
});

test('what has run is told, with the way to another text', async ({ project }) => {
  await project.write('1_t.up.sql', 'CREATE TABLE t (n INTEGER);\n');
  const second = (body: string): string => migration(body, { revision: '2', parents: ['1'], transactional: false });
  await project.write('2_u.up.sql', second('CREATE TABLE u (n INTEGER);\nINSERT INTO missing VALUES (1);\n'));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.match(error.hint ?? '', /^the statement before it is kept; once it can succeed as it stands, limbeck upgrade 2 goes on with it; /);
  await project.write('2_u.up.sql', second('CREATE TABLE u (n INTEGER);\nINSERT INTO u VALUES (1);\n'));
  const edited = await failure(upgrade(project.config, project.options('head')));
  assert.is(edited.code, 'edited-after-apply');
  assert.match(
    edited.hint ?? '',
    /limbeck upgrade 2 goes on; or undo by hand what its first statement did, then limbeck stamp 1, and run the file/,
  );
  await project.execute('DROP TABLE u');
  await stamp(project.config, { targets: ['1'] });
  assert.equal((await upgrade(project.config, project.options('head'))).to, ['2']);
});

test('half way up there is no way down but to finish, or to stamp', async ({ project }) => {
  await project.write('1_many.up.sql', off(counted));
  await project.write('1_many.down.sql', 'DROP TABLE t;\n');
  await failure(upgrade(project.config, project.options('head')));
  const error = await failure(downgrade(project.config, project.options('base')));
  assert.is(error.code, 'state-mismatch');
  assert.match(error.hint ?? '', /limbeck upgrade 1/);
  await stamp(project.config, { targets: ['1'] });
  const [entry] = await project.journal();
  assert.equal([entry?.state, entry?.statementsDone], ['stamped', 0]);
});

test('a down without a transaction resumes too', async ({ project }) => {
  await project.write('1_t.up.sql', 'CREATE TABLE t (n INTEGER);\nCREATE TABLE u (n INTEGER);\n');
  await project.write('1_t.down.sql', off('DROP TABLE t;\nVACUUM;\nDROP TABLE v;\nDROP TABLE u;\n'));
  await upgrade(project.config, project.options('head'));
  await failure(downgrade(project.config, project.options('base')));
  const [entry] = await project.journal();
  assert.equal([entry?.state, entry?.statementsDone], ['reverting', 2]);
  assert.is((await failure(upgrade(project.config, project.options('head')))).code, 'state-mismatch');
  await project.execute('CREATE TABLE v (n INTEGER)');
  await downgrade(project.config, project.options('base'));
  assert.equal(await project.tables(), []);
  assert.equal(await project.journal(), []);
});

test('a transaction of its own is refused here too', async ({ project }) => {
  await project.write('1_many.up.sql', off('BEGIN;\nCREATE TABLE t (n INTEGER);\nCOMMIT;\n'));
  assert.is((await failure(upgrade(project.config, project.options('head')))).code, 'revision-invalid');
  assert.equal(await project.journal(), []);
});

test.run();
