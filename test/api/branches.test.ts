import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { branches } from '../../lib/api/branches.ts';
import { checkSingleHead } from '../../lib/api/check.ts';
import { diff } from '../../lib/api/diff.ts';
import { edit } from '../../lib/api/edit.ts';
import { ensureVersion } from '../../lib/api/ensure-version.ts';
import { heads } from '../../lib/api/heads.ts';
import { mergeRevisions } from '../../lib/api/merge.ts';
import { prove } from '../../lib/api/prove.ts';
import { rebase } from '../../lib/api/rebase.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { show } from '../../lib/api/show.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { RevisionOptions } from '../../lib/api/types.ts';
import { failure, makeProject, migration, warnings } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

const test = suite<{ project: TestProject }>('branches');

/** a1, and on it b1 and c1, which make a table each. */
const fork = async (project: TestProject): Promise<void> => {
  for (const [id, parent] of [['a1'], ['b1', 'a1'], ['c1', 'a1']] as const) {
    const header = { revision: id, parents: parent === undefined ? [] : [parent] };
    await project.write(`${id}_x.up.sql`, migration(`CREATE TABLE ${id} (id INTEGER PRIMARY KEY);\n`, header));
    await project.write(`${id}_x.down.sql`, migration(`DROP TABLE ${id};\n`, header));
  }
};

test.before.each(async (context) => {
  context.project = await makeProject();
  await fork(context.project);
});
test.after.each(({ project }) => project.close());

const ids = (list: readonly { readonly id: string }[]): string => list.map(({ id }) => id).join(' ');

const text = (project: TestProject, name: string): Promise<string> => readFile(join(project.config.migrations, name), 'utf8');

const fileNames = async (project: TestProject): Promise<number> => (await heads(project.config)).heads.flatMap(({ paths }) => paths).length;

test('branches: the point and what follows it', async ({ project }) => {
  const { branches: found } = await branches(project.config);
  assert.equal(
    found.map(({ point, children }) => [point.id, ids(children)]),
    [['a1', 'b1 c1']],
  );
});

test('merge heads: a pair that follows both, that runs, and that is taken back', async ({ project }) => {
  const made = await mergeRevisions(project.config, { revisions: ['heads'], revisionId: 'm1' });
  assert.equal(made, {
    revision: 'm1',
    parents: ['b1', 'c1'],
    files: ['migrations/m1_merge_b1_and_c1.up.sql', 'migrations/m1_merge_b1_and_c1.down.sql'],
  });
  assert.match(await text(project, 'm1_merge_b1_and_c1.up.sql'), /^-- merge b1 and c1\n-- revision: m1\n-- parents: b1, c1\n/);
  assert.equal(
    (await prove(project.config)).revisions.map(({ id, proved }) => [id, proved]),
    [
      ['a1', true],
      ['b1', true],
      ['c1', true],
      ['m1', true],
    ],
  );
  assert.equal((await upgrade(project.config, project.options('head'))).to, ['m1']);
  assert.equal(await project.tables(), ['a1', 'b1', 'c1']);
  assert.ok((await checkSingleHead(project.config)).ok);
});

test('what is generated beside other branches says so: the whole schema is compared only where these are applied, too', async ({
  project,
}) => {
  const { config, options } = project;
  await upgrade(config, options('heads'));
  await mkdir(join(project.directory, 'schema'));
  await writeFile(config.models, ['a1', 'b1', 'c1', 'd1'].map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n`).join(''));
  await createRevision(config, { message: 'd', autogenerate: true, head: 'b1', revisionId: 'd1' });
  for (const way of ['up', 'down']) assert.match(await text(project, `d1_d.${way}.sql`), /^-- proof: .* · beside c1$/m);
  const alone = { ...config, url: 'sqlite:///./alone.db' };
  for (const target of ['d1', 'heads']) await upgrade(alone, options(target, { strictDrift: true }));
  await upgrade(config, options('heads', { strictDrift: true }));
  assert.equal(warnings(project.events), []);
  await project.write('e1_x.up.sql', migration('CREATE TABLE e1 (id INTEGER PRIMARY KEY);\n', { revision: 'e1', parents: ['d1'] }));
  await project.execute('CREATE TABLE stray (n INTEGER)');
  assert.is((await failure(upgrade(config, options('heads', { strictDrift: true })))).code, 'drift');
});

test('a proof of a branch is made on what it is built on, not on other branches; it holds where only that is applied', async ({
  project,
}) => {
  assert.ok((await prove(project.config)).ok);
  const proofOf = async (name: string): Promise<readonly string[]> =>
    /before (\S+) · after (\S+)/.exec(await text(project, name))?.slice(1) ?? [];
  const [, made] = await proofOf('a1_x.up.sql');
  assert.equal([(await proofOf('b1_x.up.sql'))[0], (await proofOf('c1_x.up.sql'))[0]], [made, made]);
  await project.write('c2_x.up.sql', migration('SELECT 1;\n', { revision: 'c2', parents: ['c1'] }));
  await upgrade(project.config, project.options('c1'));
  await upgrade(project.config, project.options('c2', { strictDrift: true }));
  assert.equal(warnings(project.events), []);
});

test('prove: what follows a revision that does not run is not proved, other branches are', async ({ project }) => {
  await project.write('b1_x.up.sql', migration('CREATE TABLE a1 (id INTEGER);\n', { revision: 'b1', parents: ['a1'] }));
  await project.write('b2_x.up.sql', migration('SELECT 1;\n', { revision: 'b2', parents: ['b1'] }));
  const { revisions, ok } = await prove(project.config);
  assert.equal([ok, revisions.map(({ id, proved }) => `${id} ${String(proved)}`)], [false, ['a1 true', 'b1 false', 'b2 false', 'c1 true']]);
  assert.match(revisions[2]?.problem ?? '', /^it follows b1, which does not run$/);
  assert.is((await failure(prove(project.config, { range: 'b2' }))).code, 'scratch-failed');
});

test('current is asked of the database by every command that takes a revision', async ({ project }) => {
  await upgrade(project.config, project.options('c1'));
  assert.equal(
    (await prove(project.config, { range: 'current' })).revisions.map(({ id }) => id),
    ['c1'],
  );
  assert.equal(
    (await prove(project.config, { range: 'current-1:current' })).revisions.map(({ id }) => id),
    ['a1', 'c1'],
  );
  await writeModels(project, ['a1', 'c1', 'more']);
  assert.equal((await diff(project.config, { from: 'current' })).differences, ['create table more']);
  assert.equal(
    (await diff(project.config, { from: 'a1', to: 'current' })).differences,
    ['create table c1'],
    'and nothing that follows a1 is in it',
  );
  await make(project, { head: 'current', revisionId: 'c2' });
  assert.match(await text(project, 'c2_new.up.sql'), /-- parent: c1\n/);
  assert.equal((await mergeRevisions(project.config, { revisions: ['current+1', 'b1'], revisionId: 'm1' })).parents, ['c2', 'b1']);
  assert.equal(
    (await show(project.config, { revision: 'current' })).revisions.map(({ id }) => id),
    ['c1'],
  );
});

test('a revision that only the journal knows is no parent of a new one', async ({ project }) => {
  await upgrade(project.config, project.options('c1'));
  await project.remove('c1_x.up.sql');
  await project.remove('c1_x.down.sql');
  const error = await failure(make(project, { head: 'current' }));
  assert.is(error.code, 'revision-unknown');
  assert.match(error.message, /^revision c1 is in the journal only, and no file has it$/);
  assert.equal(
    (await failure(rebase(project.config, { revision: 'b1' }))).code,
    'not-movable',
    'the head that only the journal has is none',
  );
});

test('merge: a message, a label, a dependency', async ({ project }) => {
  await project.write('z1_far.up.sql', migration('SELECT 1;\n', { revision: 'z1', parents: [] }));
  const options = { revisions: ['b1', 'c1'], revisionId: 'm1', message: 'join', branchLabels: ['all'], dependsOn: ['z1'] };
  await mergeRevisions(project.config, options);
  assert.match(
    await text(project, 'm1_join.up.sql'),
    /^-- join\n-- revision: m1\n-- parents: b1, c1\n-- depends on: z1\n-- branch label: all\n/,
  );
});

test('merge refuses what joins nothing, and writes nothing', async ({ project }) => {
  const refused = async (revisions: readonly string[], code: string, says: RegExp): Promise<void> => {
    const error = await failure(mergeRevisions(project.config, { revisions }));
    assert.is(error.code, code, error.message);
    assert.match(error.message, says);
    assert.ok(error.hint);
  };
  await refused(['b1'], 'nothing-to-merge', /there is one revision, b1/);
  await refused(['base'], 'nothing-to-merge', /no revision is named/);
  await refused(['b1', 'b1'], 'usage', /^Duplicate head revisions specified: b1$/);
  await refused(['b1', 'heads'], 'usage', /^Duplicate head revisions specified: b1 and heads are both b1$/);
  await refused(['a1', 'b1'], 'nothing-to-merge', /b1 is built on a1 already/);
  await refused(['b1', 'nope'], 'revision-unknown', /Can't locate revision identified by 'nope'/);
  await project.write('b2_x.up.sql', migration('SELECT 1;\n', { revision: 'b2', parents: ['b1'] }));
  await refused(['b1', 'c1'], 'usage', /^Revision b1 is not a head revision; please specify --splice/);
  const made = await mergeRevisions(project.config, { revisions: ['b1', 'c1'], splice: true });
  assert.equal(made.parents, ['b1', 'c1']);
  await project.remove('b2_x.up.sql');
  assert.is((await failure(mergeRevisions(project.config, { revisions: ['heads'] }))).code, 'nothing-to-merge', 'one head');
});

test('rebase: the branch stands on the other, bodies as they were, proofs gone until they are made again', async ({ project }) => {
  await project.write(
    'd1_x.up.sql',
    migration('CREATE TABLE d1 (id INTEGER);\r\n', { revision: 'd1', parents: ['c1'] }).replaceAll(/\r?\n/g, '\r\n'),
  );
  await project.write('d1_x.down.sql', migration('DROP TABLE d1;\n', { revision: 'd1', parents: ['c1'] }));
  await prove(project.config);
  const before = await text(project, 'd1_x.up.sql');
  assert.match(before, /-- proof: /);
  const done = await rebase(project.config, { revision: 'c1' });
  assert.equal([done.from, done.to, done.unproved, done.asked], [['a1'], ['b1'], ['c1', 'd1'], true]);
  assert.is(done.files.length, 4);
  assert.is(
    await text(project, 'c1_x.up.sql'),
    '-- a change\n-- revision: c1\n-- parent: b1\n\nCREATE TABLE c1 (id INTEGER PRIMARY KEY);\n',
  );
  const after = await text(project, 'd1_x.up.sql');
  assert.ok(after.endsWith('\r\n\r\nCREATE TABLE d1 (id INTEGER);\r\n') && !after.includes('proof'), after);
  assert.is(ids((await heads(project.config)).heads), 'd1');
  assert.ok((await prove(project.config, { range: 'c1:' })).ok);
  await upgrade(project.config, project.options('head'));
  await project.write('e1_x.up.sql', migration('SELECT 1;\n', { revision: 'e1', parents: ['d1'] }));
  await upgrade(project.config, project.options('head', { strictDrift: true }));
  assert.equal(warnings(project.events), [], 'what was proved anew is true of the whole schema');
});

test('rebase refuses what is applied, several, and what has no place to go; files stay as they were', async ({ project }) => {
  await upgrade(project.config, project.options('c1'));
  const before = await text(project, 'c1_x.up.sql');
  const applied = await failure(rebase(project.config, { revision: 'c1' }));
  assert.is(applied.code, 'not-movable');
  assert.match(applied.message, /the database has c1$/);
  assert.is((await failure(rebase(project.config, { revision: 'heads' }))).code, 'usage');
  assert.is((await failure(rebase(project.config, { revision: 'base' }))).code, 'usage');
  assert.is((await failure(rebase(project.config, { revision: 'a1' }))).code, 'not-movable');
  assert.is(await text(project, 'c1_x.up.sql'), before);
  assert.equal((await rebase(project.config, { revision: 'b1' })).to, ['c1'], 'the one that is not applied can');
});

test('rebase without a URL asks no database, and says so', async ({ project }) => {
  const done = await rebase({ ...project.config, url: undefined }, { revision: 'c1', onto: ['b1'] });
  assert.equal([done.to, done.asked], [['b1'], false]);
});

test('rebase of a file without a header writes one', async ({ project }) => {
  await project.write('d1_plain_words.up.sql', 'CREATE TABLE d1 (id INTEGER);\n');
  await project.write('e1_x.up.sql', migration('SELECT 1;\n', { revision: 'e1', parents: ['c1'] }));
  const done = await rebase(project.config, { revision: 'd1', onto: ['e1'] });
  assert.equal([done.from, done.to, done.unproved], [['c1'], ['e1'], []]);
  const header = '-- plain words\n-- revision: d1\n-- parent: e1\n\n';
  assert.is(await text(project, 'd1_plain_words.up.sql'), `${header}CREATE TABLE d1 (id INTEGER);\n`);
});

test('check --single-head: the files alone', async ({ project }) => {
  const config = { ...project.config, url: undefined };
  assert.equal(await checkSingleHead(config), { ok: false, heads: ['b1', 'c1'] });
  await mergeRevisions(config, { revisions: ['heads'], revisionId: 'm1' });
  assert.equal(await checkSingleHead(config), { ok: true, heads: ['m1'] });
});

test('ensure-version makes the journal once', async ({ project }) => {
  const first = await ensureVersion(project.config);
  assert.equal([first.table, first.created], ['limbeck_journal', true]);
  assert.equal(await project.journal(), []);
  assert.is((await ensureVersion(project.config)).created, false);
  await upgrade(project.config, project.options('b1'));
  assert.is((await ensureVersion(project.config)).created, false);
  assert.is((await project.journal()).length, 2);
});

test('edit opens the files, and tells whose proof is no longer of its text', async ({ project }) => {
  await prove(project.config);
  const opened: string[][] = [];
  const append = async (paths: readonly string[]): Promise<void> => {
    opened.push([...paths]);
    const [up = ''] = paths;
    await writeFile(up, `${await readFile(up, 'utf8')}SELECT 1;\n`);
  };
  const done = await edit(project.config, { revision: 'b1', open: append });
  assert.equal([done.revisions, done.changed, done.unproved], [['b1'], ['migrations/b1_x.up.sql'], ['b1']]);
  assert.is(opened[0]?.length, 2);
  assert.ok(opened[0]?.every((path) => path.startsWith(project.directory)));
  const nothing = await edit(project.config, { revision: 'heads', open: async () => undefined });
  assert.equal([nothing.revisions, nothing.changed], [['b1', 'c1'], []]);
  await upgrade(project.config, project.options('c1'));
  assert.equal((await edit(project.config, { revision: 'current', open: async () => undefined })).revisions, ['c1']);
  assert.match(
    (await failure(edit(project.config, { revision: 'base', open: append }))).message,
    /^No revision files indicated by symbol 'base'$/,
  );
  assert.is(opened.length, 1);
});

const make = (project: TestProject, more: Partial<RevisionOptions>): ReturnType<typeof createRevision> =>
  createRevision(project.config, { message: 'new', autogenerate: false, ...more });

test('revision: where it stands, as Alembic checks it, and no file is written for a refusal', async ({ project }) => {
  const refused = async (more: Partial<RevisionOptions>, code: string, says: RegExp): Promise<void> => {
    const error = await failure(make(project, more));
    assert.is(error.code, code, error.message);
    assert.match(error.message, says);
    assert.ok(error.hint);
  };
  const before = await fileNames(project);
  await refused({}, 'multiple-heads', /^Multiple heads are present: b1, c1; please specify the head revision .* or perform a merge$/);
  await refused({ head: 'head' }, 'multiple-heads', /^Multiple head revisions are present for given argument 'head'/);
  await refused(
    { head: 'a1' },
    'usage',
    /^Revision a1 is not a head revision; please specify --splice to create a new branch from this revision$/,
  );
  await refused({ head: 'b1', revisionId: 'c1' }, 'revision-duplicate', /^revision c1 is there already$/);
  await refused({ head: 'b1', revisionId: 'a-b' }, 'usage', /'-' not allowed/);
  await refused(
    { head: 'b1', branchLabels: ['c1'] },
    'revision-duplicate',
    /^Branch label c1 in the new revision already stands for revision c1$/,
  );
  await refused({ head: 'b1', branchLabels: ['a@b'] }, 'revision-invalid', /a@b cannot be a branch label/);
  await refused({ head: 'b1', dependsOn: ['nope'] }, 'revision-unknown', /nope/);
  await refused({ head: 'nope' }, 'revision-unknown', /nope/);
  assert.is(await fileNames(project), before);
  assert.is(ids((await heads(project.config)).heads), 'b1 c1');
});

test('revision --splice, --head base, --branch-label, --depends-on', async ({ project }) => {
  await make(project, { head: 'a1', splice: true, revisionId: 'd1', branchLabels: ['side', 'side'] });
  assert.match(await text(project, 'd1_new.up.sql'), /^-- new\n-- revision: d1\n-- parent: a1\n-- branch label: side\n/);
  await make(project, { head: 'base', revisionId: 'x1', branchLabels: ['far'], dependsOn: ['side@head', 'b1'] });
  assert.match(await text(project, 'x1_new.up.sql'), /-- parent: -\n-- depends on: d1, b1\n-- branch label: far\n/);
  await make(project, { head: 'far@head', revisionId: 'x2' });
  await make(project, { head: 'side@head', revisionId: 'd2', dependsOn: ['d1'] });
  assert.match(await text(project, 'd2_new.up.sql'), /-- parent: d1\n\n/, 'what it follows anyway is no dependency');
  assert.is((await failure(make(project, { head: 'x2', branchLabels: ['far'] }))).code, 'revision-duplicate');
  assert.is((await failure(make(project, { head: 'x2', revisionId: 'far' }))).code, 'revision-duplicate');
  const marks = (await heads(project.config)).heads.map(({ id, isEffectiveHead, branches: names }) => [
    id,
    isEffectiveHead,
    names.join(','),
  ]);
  assert.equal(marks, [
    ['b1', true, ''],
    ['c1', false, ''],
    ['d2', false, 'side'],
    ['x2', false, 'far'],
  ]);
  assert.is(ids((await heads(project.config, { resolveDependencies: true })).heads), 'c1 d2 x2');
});

test('revision --autogenerate where there are several heads: on the one that is named', async ({ project }) => {
  await upgrade(project.config, project.options('heads'));
  await writeModels(project, ['a1', 'b1', 'c1', 'more']);
  assert.is((await failure(make(project, { autogenerate: true }))).code, 'multiple-heads');
  const made = await make(project, { autogenerate: true, head: 'c1', revisionId: 'c2', branchLabels: ['side'] });
  assert.equal([made.proved, made.revision], [true, 'c2']);
  assert.match(await text(project, 'c2_new.up.sql'), /-- parent: c1\n-- branch label: side\n[\s\S]*CREATE TABLE more/);
  assert.equal((await upgrade(project.config, project.options('heads'))).to, ['b1', 'c2']);
});

const writeModels = async (project: TestProject, names: readonly string[]): Promise<void> => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(project.directory, 'schema'), { recursive: true });
  await writeFile(project.config.models, names.map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n`).join(''));
};

test('the database is not made by what only reads it', async ({ project }) => {
  await rebase(project.config, { revision: 'c1' });
  await edit(project.config, { revision: 'b1', open: async () => undefined });
  await failure(edit(project.config, { revision: 'current', open: async () => undefined }));
  assert.is(await stat(join(project.directory, 'app.db')).catch(() => undefined), undefined);
});

test.run();
