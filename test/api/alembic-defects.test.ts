import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { current } from '../../lib/api/current.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { heads } from '../../lib/api/heads.ts';
import { history } from '../../lib/api/history.ts';
import { mergeRevisions } from '../../lib/api/merge.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { show } from '../../lib/api/show.ts';
import { stamp } from '../../lib/api/stamp.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject, migration } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

/** What Alembic 1.20 was seen to do wrong, each beside what we do; and its rules of the version table. */
const test = suite<{ project: TestProject }>('what Alembic does wrong');

interface Drawn {
  readonly id: string;
  readonly parents?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly labels?: readonly string[];
}

const write = async (project: TestProject, revisions: readonly Drawn[]): Promise<void> => {
  for (const { id, parents = [], dependsOn = [], labels = [] } of revisions) {
    const header = { revision: id, parents, dependsOn, labels };
    await project.write(`${id}_x.up.sql`, migration(`CREATE TABLE ${id} (id INTEGER PRIMARY KEY);\n`, header));
    await project.write(`${id}_x.down.sql`, migration(`DROP TABLE ${id};\n`, header));
  }
};

/** ae10, on it b100 (left) and c100 (right). */
const fork: readonly Drawn[] = [
  { id: 'ae10' },
  { id: 'b100', parents: ['ae10'], labels: ['left'] },
  { id: 'c100', parents: ['ae10'], labels: ['right'] },
];

/** app1, app2; and lib1, on which app2 depends. */
const library: readonly Drawn[] = [{ id: 'app1' }, { id: 'lib1', labels: ['lib'] }, { id: 'app2', parents: ['app1'], dependsOn: ['lib1'] }];

test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());

const ids = (list: readonly { readonly id: string }[]): string => list.map(({ id }) => id).join(' ');

const at = async (project: TestProject): Promise<string> => ids((await current(project.config)).revisions);

test('history -r ae10: with several heads (AssertionError) is all that follows', async ({ project }) => {
  await write(project, fork);
  assert.is(ids((await history(project.config, { range: 'ae10:' })).revisions), 'c100 b100 ae10');
});

test('upgrade ae10+9 (AssertionError) says how many there are', async ({ project }) => {
  await write(project, fork.slice(0, 2));
  const error = await failure(upgrade(project.config, project.options('ae10+9')));
  assert.is(error.message, "Relative revision ae10+9 didn't produce 9 migrations: there is only 1");
  assert.is(error.hint, 'limbeck upgrade ae10+1');
  await upgrade(project.config, project.options('ae10+1'));
  assert.is(await at(project), 'b100');
});

test('downgrade label@-1 on a branch that is not applied (AssertionError) says so', async ({ project }) => {
  await write(project, fork);
  await upgrade(project.config, project.options('right@head'));
  const error = await failure(downgrade(project.config, project.options('left@-1')));
  assert.is(error.code, 'walk-failed');
  assert.match(error.message, /nothing of branch 'left' is applied beyond ae10/);
  assert.is(await at(project), 'c100');
});

test('a duplicate label or id (a raw error, and no command works any more) is refused, and all works', async ({ project }) => {
  await write(project, fork);
  for (const more of [{ branchLabels: ['left'] }, { revisionId: 'c100' }, { branchLabels: ['c100'] }]) {
    const error = await failure(createRevision(project.config, { message: 'x', autogenerate: false, head: 'b100', ...more }));
    assert.is(error.code, 'revision-duplicate', error.message);
  }
  assert.is(ids((await heads(project.config)).heads), 'b100 c100');
});

test('a failed revision (SQLite: its table stays, and it cannot be run again) leaves nothing, and runs when mended', async ({
  project,
}) => {
  const header = { revision: 'a1', parents: [] };
  await project.write('a1_x.up.sql', migration('CREATE TABLE one (id INTEGER);\nCREATE TABLE one (id INTEGER);\n', header));
  await failure(upgrade(project.config, project.options('head')));
  assert.equal(await project.tables(), []);
  await project.write('a1_x.up.sql', migration('CREATE TABLE one (id INTEGER);\n', header));
  await upgrade(project.config, project.options('head'));
  assert.equal(await project.tables(), ['one']);
});

test('two upgrades at once (both ran the body, one died) run it once, and both succeed', async ({ project }) => {
  await write(project, fork.slice(0, 2));
  await project.execute('CREATE TABLE there (id INTEGER)');
  const runs = await Promise.all([1, 2].map(() => upgrade(project.config, project.options('head'))));
  assert.is(runs.flatMap(({ steps }) => steps).length, 2);
  assert.is(await at(project), 'b100');
});

test('--check-heads can pass where a head is depended on', async ({ project }) => {
  await write(project, library);
  assert.equal(
    (await heads(project.config)).heads.map(({ id, isEffectiveHead }) => [id, isEffectiveHead]),
    [
      ['lib1', true],
      ['app2', false],
    ],
  );
  await upgrade(project.config, project.options('heads'));
  assert.ok((await current(project.config)).atHeads);
  assert.equal((await check(project.config).catch(() => ({ pending: [] }))).pending, []);
});

test('upgrade head where the other head is depended on goes to the one that is left', async ({ project }) => {
  await write(project, library);
  assert.equal((await upgrade(project.config, project.options('head'))).steps.map(({ revision }) => revision).sort(), [
    'app1',
    'app2',
    'lib1',
  ]);
});

test('a dependency keeps its row: it is there before, while and after the one that depends on it is', async ({ project }) => {
  await write(project, library);
  await upgrade(project.config, project.options('lib1'));
  await upgrade(project.config, project.options('app2'));
  assert.equal((await project.journal()).map(({ revision }) => revision).sort(), ['app1', 'app2', 'lib1']);
  assert.is(await at(project), 'lib1 app2');
  await downgrade(project.config, project.options('app1'));
  assert.is(await at(project), 'app1 lib1');
});

test('downgrade -1 with several heads (a warning, and one of them goes) is a question', async ({ project }) => {
  await write(project, fork);
  await upgrade(project.config, project.options('heads'));
  const error = await failure(downgrade(project.config, project.options('-1')));
  assert.is(error.message, 'downgrade -1 from multiple heads is ambiguous: b100, c100');
  assert.match(error.hint ?? '', /limbeck downgrade b100@-1/);
  assert.is(await at(project), 'b100 c100');
  await downgrade(project.config, project.options('b100@-1'));
  assert.is(await at(project), 'c100');
});

test('an ambiguous beginning of an id (Can’t locate) tells what it may mean', async ({ project }) => {
  await write(project, [{ id: 'abc1' }, { id: 'abc2', parents: ['abc1'] }]);
  for (const work of [
    () => show(project.config, { revision: 'abc' }),
    () => stamp(project.config, { targets: ['abc'] }),
    () => upgrade(project.config, project.options('abc')),
    () => mergeRevisions(project.config, { revisions: ['abc', 'abc2'] }),
    () => history(project.config, { range: 'abc:' }),
  ]) {
    const error = await failure(work());
    assert.is(error.message, "Multiple revisions start with 'abc': abc1, abc2");
    assert.equal(error.data?.['candidates'], ['abc1', 'abc2']);
  }
});

test('relative ids in stamp and show (Can’t locate)', async ({ project }) => {
  await write(project, fork.slice(0, 2));
  assert.is(ids((await show(project.config, { revision: 'head-1' })).revisions), 'ae10');
  assert.equal((await stamp(project.config, { targets: ['head-1'] })).to, ['ae10']);
  assert.equal((await stamp(project.config, { targets: ['current+1'] })).to, ['b100']);
});

test('merge of one head (an empty file) writes none', async ({ project }) => {
  await write(project, fork.slice(0, 2));
  assert.is((await failure(mergeRevisions(project.config, { revisions: ['head'] }))).code, 'nothing-to-merge');
  assert.is(ids((await heads(project.config)).heads), 'b100');
});

test('a parent that is not there (a warning, then KeyError) is named with its file', async ({ project }) => {
  await write(project, [{ id: 'b100', parents: ['gone'] }]);
  const error = await failure(heads(project.config));
  assert.is(error.message, 'migrations/b100_x.up.sql: revision b100 names gone as "parent", and no file has it');
});

test('current tells several heads in the same order every time', async ({ project }) => {
  await write(project, fork);
  await upgrade(project.config, project.options('heads'));
  for (let time = 0; time < 3; time++) assert.is(await at(project), 'b100 c100');
});

test('upgrade at or past the target, and base, does nothing and says nothing wrong', async ({ project }) => {
  await write(project, fork.slice(0, 2));
  await upgrade(project.config, project.options('head'));
  for (const target of ['ae10', 'b100', 'base', 'head']) {
    assert.equal((await upgrade(project.config, project.options(target))).steps, [], target);
  }
});

test.run();
