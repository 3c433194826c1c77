import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { upgrade } from '../../lib/api/upgrade.ts';
import { status } from '../../lib/api/status.ts';
import { checksum } from '../../lib/sql/header.ts';
import { version } from '../../lib/version.ts';
import { failure, makeProject, migration, usersAndRole, warnings, writeProved, writeThree } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('upgrade');

test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());

test('applies what is pending, tells it in order, and writes the journal', async ({ project }) => {
  await writeThree(project);
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(result.from, []);
  assert.equal(result.to, ['3']);
  assert.equal(
    result.steps.map(({ revision, slug, checked }) => [revision, slug, checked]),
    [
      ['1', 'one', false],
      ['2', 'two', false],
      ['3', 'three', false],
    ],
  );
  assert.equal(result.sql, undefined);
  assert.equal(await project.tables(), ['one', 'three', 'two']);
  assert.equal(
    project.events
      .filter(({ type }) => type !== 'statement')
      .map((event) => (event.type === 'start' || event.type === 'done' ? `${event.type} ${event.revision}` : event.type)),
    ['database-created', 'plan', 'start 1', 'done 1', 'start 2', 'done 2', 'start 3', 'done 3'],
  );
  const [first, second] = await project.journal();
  assert.ok(first !== undefined && second !== undefined);
  const { appliedAt, appliedBy, durationMs, ...rest } = second;
  assert.equal(rest, {
    revision: '2',
    parents: ['1'],
    dependsOn: [],
    slug: 'two',
    engine: 'sqlite',
    checksum: checksum('CREATE TABLE two (id INTEGER PRIMARY KEY);\n'),
    down: 'DROP TABLE two;\n',
    touches: '',
    statementsDone: 1,
    state: 'applied',
    limbeckVersion: version,
  });
  assert.match(appliedAt, /^\d{4}-\d\d-\d\dT/);
  assert.match(appliedBy, /.@./);
  assert.ok(durationMs >= 0);
});

test('at or past the target it does nothing and succeeds, without a word', async ({ project }) => {
  await writeThree(project);
  await upgrade(project.config, project.options('2'));
  project.events.length = 0;
  for (const target of ['2', '1', 'base']) {
    const result = await upgrade(project.config, project.options(target));
    assert.equal([result.from, result.to, result.steps], [['2'], ['2'], []]);
  }
  assert.equal(project.events, []);
});

test('+1 takes one step; a target that walks down is refused', async ({ project }) => {
  await writeThree(project);
  assert.equal((await upgrade(project.config, project.options('+1'))).to, ['1']);
  assert.equal((await upgrade(project.config, project.options('+2'))).to, ['3']);
  assert.match((await failure(upgrade(project.config, project.options('-1')))).message, /-1/);
  assert.is((await failure(upgrade(project.config, project.options('+1')))).code, 'walk-failed');
});

test('a failing statement rolls its revision back, keeps those before, and is never told as done', async ({ project }) => {
  await writeThree(project);
  await project.write(
    '2_two.up.sql',
    '-- a plain comment\n\nCREATE TABLE two (id INTEGER);\nINSERT INTO two VALUES (1);\n\n  INSERT INTO nowhere\n  VALUES (1);\n',
  );
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'sql-failed');
  assert.match(error.message, /nowhere/);
  assert.equal([error.where?.file, error.where?.line, error.where?.column], ['migrations/2_two.up.sql', 6, 3]);
  assert.match(error.where?.frame ?? '', /INSERT INTO nowhere\n.*\^/);
  assert.equal(await project.tables(), ['one']);
  assert.equal(
    (await project.journal()).map(({ revision }) => revision),
    ['1'],
  );
  assert.equal(
    project.events.flatMap((event) => (event.type === 'done' ? [event.revision] : [])),
    ['1'],
  );
});

test('the place of an error counts the header, and CRLF files have the same places', async ({ project }) => {
  const text = migration('SELECT 1;\nSELEC 2;\n', { revision: '1', parents: [] });
  await project.write('1_bad.up.sql', text.replaceAll('\n', '\r\n'));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(text.split('\n')[(error.where?.line ?? 0) - 1], 'SELEC 2;');
});

test('NOT NULL that fails on rows says where the backfill goes', async ({ project }) => {
  await project.write('1_users.up.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, role TEXT);\nINSERT INTO users VALUES (1, NULL);\n');
  await project.write(
    '2_role.up.sql',
    'CREATE TABLE u2 (id INTEGER PRIMARY KEY, role TEXT NOT NULL);\nINSERT INTO u2 SELECT id, role FROM users;\n',
  );
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.match(error.message, /NOT NULL constraint failed: u2\.role/);
  assert.match(error.hint ?? '', /above line 2 .*limbeck prove 2/s);
});

test('an edited file that is applied is warned about, told by status, and stops nothing', async ({ project }) => {
  await writeThree(project);
  await upgrade(project.config, project.options('1'));
  await project.write('1_one.up.sql', 'CREATE TABLE uno (id INTEGER);\n');
  await upgrade(project.config, project.options('head'));
  const told = project.events.find((event) => event.type === 'warning');
  assert.ok(told?.type === 'warning');
  assert.is(told.code, 'edited-after-apply');
  assert.match(told.message, /migrations\/1_one\.up\.sql/);
  const { applied } = await status(project.config);
  assert.equal(
    applied.map(({ id, edited }) => [id, edited]),
    [
      ['1', true],
      ['2', false],
      ['3', false],
    ],
  );
  project.events.length = 0;
  await upgrade(project.config, project.options('head'));
  assert.equal(
    project.events.map((event) => [event.type, event.type === 'warning' && event.code]),
    [['warning', 'edited-after-apply']],
    'with nothing pending, too',
  );
});

test('a revision that the files do not know stops it, with what to do', async ({ project }) => {
  await writeThree(project);
  await upgrade(project.config, project.options('2'));
  await project.remove('2_two.up.sql');
  await project.remove('2_two.down.sql');
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'revision-unknown');
  assert.match(error.message, /Can't locate revision identified by '2'/);
  assert.match(error.hint ?? '', /stamp --purge/);
  assert.equal(await project.tables(), ['one', 'two']);
});

test('a file that turns up in the middle is out of order, unless allowed', async ({ project }) => {
  await writeThree(project);
  await project.remove('2_two.up.sql');
  await project.remove('2_two.down.sql');
  await upgrade(project.config, project.options('head'));
  await project.write('2_two.up.sql', 'CREATE TABLE two (id INTEGER);\n');
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'out-of-order');
  assert.match(error.hint ?? '', /--allow-out-of-order/);
  assert.equal(
    (await upgrade(project.config, project.options('head', { allowOutOfOrder: true }))).steps.map(({ revision }) => revision),
    ['2'],
  );
});

test('ids that are numbers run as numbers', async ({ project }) => {
  for (const id of ['10', '1', '9']) await project.write(`${id}_t.up.sql`, `CREATE TABLE t${id} (id INTEGER);\n`);
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(
    result.steps.map(({ revision }) => revision),
    ['1', '9', '10'],
  );
});

test('a file with a transaction of its own is refused before anything of it runs', async ({ project }) => {
  for (const control of ['BEGIN', 'COMMIT', 'END TRANSACTION', 'ROLLBACK', 'begin immediate']) {
    await project.write('1_one.up.sql', `CREATE TABLE one (id INTEGER);\n${control};\n`);
    const error = await failure(upgrade(project.config, project.options('head')));
    assert.is(error.code, 'revision-invalid', control);
    assert.is(error.where?.line, 2);
  }
  assert.equal(await project.tables(), []);
});

test('savepoints, and triggers with BEGIN and END, are no transaction of its own', async ({ project }) => {
  await project.write(
    '1_one.up.sql',
    'CREATE TABLE one (id INTEGER);\nSAVEPOINT a;\nINSERT INTO one VALUES (1);\nROLLBACK TO a;\nRELEASE a;\nCREATE TRIGGER t AFTER INSERT ON one BEGIN SELECT CASE WHEN 1 THEN 2 END; END;\n',
  );
  await upgrade(project.config, project.options('head'));
  assert.equal(await project.query('SELECT count(*) AS n FROM one'), [{ n: 0 }]);
});

test('PRAGMA foreign_keys inside is refused with the header to write; to read it is allowed', async ({ project }) => {
  for (const pragma of ['PRAGMA foreign_keys=OFF', 'pragma main.foreign_keys(0)', 'PRAGMA "foreign_keys" = 0']) {
    await project.write('1_one.up.sql', `${pragma};\n`);
    const error = await failure(upgrade(project.config, project.options('head')));
    assert.is(error.code, 'revision-invalid', pragma);
    assert.match(error.hint ?? '', /-- foreign keys: off/);
  }
  await project.write('1_one.up.sql', 'PRAGMA foreign_keys;\nPRAGMA foreign_key_check;\n');
  await upgrade(project.config, project.options('head'));
});

test('foreign keys: off keeps child rows through a rebuild of their parent; a broken reference stops the commit', async ({ project }) => {
  await project.write(
    '1_base.up.sql',
    'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p INTEGER REFERENCES p (id) ON DELETE CASCADE);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);\n',
  );
  await project.write(
    '2_rebuild.up.sql',
    migration(
      'CREATE TABLE p2 (id INTEGER PRIMARY KEY, x TEXT);\nINSERT INTO p2 (id) SELECT id FROM p;\nDROP TABLE p;\nALTER TABLE p2 RENAME TO p;\n',
      {
        foreignKeys: 'off',
        revision: '2',
        parents: ['1'],
      },
    ),
  );
  await upgrade(project.config, project.options('head'));
  assert.equal(await project.query('SELECT count(*) AS n FROM c'), [{ n: 1 }]);
  await project.write('3_break.up.sql', migration('DELETE FROM p;\n', { foreignKeys: 'off', revision: '3', parents: ['2'] }));
  assert.is((await failure(upgrade(project.config, project.options('head')))).code, 'foreign-keys-broken');
  assert.equal(await project.query('SELECT count(*) AS n FROM p'), [{ n: 1 }]);
  assert.is((await project.journal()).length, 2);
});

test('an empty migration is applied and recorded', async ({ project }) => {
  await project.write('1_nothing.up.sql', '-- nothing here\n');
  assert.equal((await upgrade(project.config, project.options('head'))).to, ['1']);
  assert.is((await project.journal())[0]?.statementsDone, 0);
});

test('a revision without files for this engine is an error, a plain pair serves every engine', async ({ project }) => {
  await project.write('1_one.up.sql', 'CREATE TABLE one (id INTEGER);\n');
  await project.write('2_two.postgres.up.sql', 'CREATE TABLE two (id INTEGER);\n');
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'revision-missing-half');
  assert.equal(await project.tables(), [], 'nothing ran');
});

test('a missing database is created only for the project’s own URL', async ({ project }) => {
  await writeThree(project);
  const error = await failure(upgrade({ ...project.config, urlIsDefault: false, urlSource: 'DATABASE_URL' }, project.options('head')));
  assert.is(error.code, 'database-missing');
  assert.is((await failure(upgrade({ ...project.config, url: undefined }, project.options('head')))).code, 'no-url');
});

test('an aborted signal stops between statements and rolls back', async ({ project }) => {
  await project.write('1_one.up.sql', 'CREATE TABLE one (id INTEGER);\nCREATE TABLE two (id INTEGER);\n');
  const controller = new AbortController();
  const error = await failure(
    upgrade(project.config, {
      target: 'head',
      verify: true,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'statement' && event.index === 0) controller.abort();
      },
    }),
  );
  assert.is(error.code, 'cancelled');
  assert.equal(await project.tables(), []);
  assert.equal(await project.journal(), []);
});

test('proved revisions are checked before and after, and say so', async ({ project }) => {
  await writeProved(project, usersAndRole);
  const result = await upgrade(project.config, project.options('head'));
  assert.equal(
    result.steps.map(({ checked }) => checked),
    [true, true],
  );
  assert.equal(warnings(project.events), []);
  assert.match((await project.journal())[1]?.touches ?? '', /table users f1:[0-9a-f]+→f1:[0-9a-f]+/);
});

test.run();
