import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { prove } from '../../lib/api/prove.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import type { LimbeckError } from '../../lib/errors.ts';
import { failure, makeProject } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('what stands in the way of a rebuild');

test.before.each(async (context) => {
  context.project = await makeProject({ exclude: ['audit_*'] });
  await mkdir(dirname(context.project.config.models), { recursive: true });
});
test.after.each(({ project }) => project.close());

const autogenerate = async (config: Config, message: string): Promise<readonly string[]> =>
  (await createRevision(config, { message, autogenerate: true })).files.map((file) => join(config.directory, file));

/** A database with tables t and u, a row, and `parts`; the files of the migration that rebuilds t. */
const rebuilding = async ({ config, execute, options }: TestProject, ...parts: readonly string[]): Promise<readonly string[]> => {
  await writeFile(config.models, 'CREATE TABLE t (a INT);\nCREATE TABLE u (a INT);\n');
  await autogenerate(config, 'tables');
  await upgrade(config, options('head'));
  await execute('INSERT INTO t VALUES (1)', ...parts);
  await writeFile(config.models, 'CREATE TABLE t (a TEXT);\nCREATE TABLE u (a INT);\n');
  return autogenerate(config, 'rebuild');
};

const types = async (project: TestProject): Promise<unknown> => (await project.query('SELECT typeof(a) AS type FROM t'))[0]?.['type'];

const stopped = async (project: TestProject): Promise<LimbeckError> => {
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'sql-failed');
  assert.is(await types(project), 'integer');
  assert.ok(error.where?.file?.endsWith('_rebuild.up.sql'));
  return error;
};

const cases: readonly (readonly [what: string, part: string, told: RegExp])[] = [
  ['view', 'CREATE VIEW audit_v AS SELECT a FROM t', /^view audit_v, which is excluded, stands in the way: error in view audit_v/],
  [
    'trigger of the table itself',
    'CREATE TRIGGER audit_own AFTER INSERT ON t BEGIN DELETE FROM u; END',
    /^trigger audit_own, which is excluded, stands in the way: .* would lose/,
  ],
  [
    'trigger of another table',
    'CREATE TRIGGER audit_other AFTER INSERT ON u BEGIN DELETE FROM t; END',
    /^trigger audit_other, which is excluded, stands in the way: error in trigger audit_other/,
  ],
  ['index', 'CREATE INDEX audit_i ON t (a)', /^index audit_i, which is excluded, stands in the way: .* would lose/],
];

for (const [what, part, told] of cases) {
  test(`an excluded ${what} is named, and either way out that the hint names leads out`, async ({ project }) => {
    const files = await rebuilding(project, part);
    const error = await stopped(project);
    assert.match(error.message, told);
    const [, drop = '', name = ''] = /; or write (DROP \w+ IF EXISTS ("\w+")) above the rebuild/.exec(error.hint ?? '') ?? [];
    assert.match(error.hint ?? '', /^take it out of "exclude", declare it in models\.sql/);
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      await writeFile(file, `${text.replace('-- rebuild of table', `${drop};\n\n-- rebuild of table`)}\n${part};\n`);
    }
    await prove(project.config);
    await upgrade(project.config, project.options('head'));
    assert.is(await types(project), 'text');
    assert.is((await project.query(`SELECT name FROM sqlite_schema WHERE name = '${name.slice(1, -1)}'`)).length, 1);
  });

  test(`an excluded ${what} that is declared stands aside by itself`, async ({ project }) => {
    for (const file of await rebuilding(project, part)) await unlink(file);
    await writeFile(project.config.models, `CREATE TABLE t (a TEXT);\nCREATE TABLE u (a INT);\n${part};\n`);
    const seeing = { ...project.config, exclude: [] };
    await autogenerate(seeing, 'rebuild');
    await upgrade(seeing, project.options('head'));
    assert.is(await types(project), 'text');
  });
}

test('an excluded index on a column that goes is named', async ({ project }) => {
  const { config, options, execute } = project;
  await writeFile(config.models, 'CREATE TABLE t (a INT, b INT);\n');
  await autogenerate(config, 'table');
  await upgrade(config, options('head'));
  await execute('CREATE INDEX audit_b ON t (b)');
  await writeFile(config.models, 'CREATE TABLE t (a INT);\n');
  await autogenerate(config, 'drop');
  const error = await failure(upgrade(config, options('head')));
  assert.match(error.message, /^index audit_b, which is excluded, stands in the way: error in index audit_b after drop column/);
  assert.match(error.hint ?? '', /DROP INDEX IF EXISTS "audit_b"/);
});

test('what was made after the migration is named, and not called excluded', async ({ project }) => {
  await rebuilding(project);
  await project.execute('CREATE VIEW late AS SELECT a FROM t');
  const error = await stopped(project);
  assert.match(error.message, /^view late stands in the way: /);
  assert.match(error.hint ?? '', /does not know it, or it does not work/);
});

test.run();
