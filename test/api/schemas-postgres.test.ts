import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import { check } from '../../lib/api/check.ts';
import { diff } from '../../lib/api/diff.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { prove } from '../../lib/api/prove.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject, type TestProject } from '../runner/project.ts';
import { rejects } from '../support/rejects.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('schemas of PostgreSQL, from models.sql to the upgrade');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const database = 'schemas_test';

interface Place extends TestProject {
  readonly models: (text: string, name?: string) => Promise<void>;
  readonly autogenerate: (more?: Partial<Config>) => Promise<{ readonly up: string; readonly down: string }>;
}

const inProject = async (work: (place: Place) => Promise<void>, more: Partial<Config> = {}): Promise<void> => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const project = await makeProject({ url, urlIsDefault: false, ...more });
  try {
    await mkdir(join(project.directory, 'schema'));
    await work({
      ...project,
      models: (text, name = 'models.sql') => writeFile(join(project.directory, 'schema', name), text),
      autogenerate: async (now = {}) => {
        const { files } = await createRevision({ ...project.config, ...now }, { message: 'change', autogenerate: true });
        const [up = '', down = ''] = await Promise.all(files.map((file) => readFile(join(project.directory, file), 'utf8')));
        return { up, down };
      },
    });
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
};

const app = 'CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, name text); CREATE TABLE notes (u int REFERENCES app.users);';

test('those that the models make are managed, and no other', () =>
  inProject(async ({ config, models, autogenerate, execute, options, events }) => {
    await execute('CREATE SCHEMA theirs', 'CREATE TABLE theirs.things (id int)');
    await models(app);
    const { up, down } = await autogenerate();
    assert.match(up, /^-- schemas: default, app$/m);
    assert.match(down, /^-- schemas: default, app$/m);
    assert.ok(!up.includes('theirs') && !up.includes('privileges:'));
    const { steps } = await upgrade(config, options('head', { strictDrift: true }));
    assert.deepEqual(
      steps.map(({ checked }) => checked),
      [true],
    );
    assert.deepEqual((await check(config)).differences, []);
    await execute('CREATE TABLE theirs.more (id int)');
    await models(app.replace('name text', 'name text, born date'));
    await autogenerate();
    await upgrade(config, options('head', { strictDrift: true }));
    await downgrade(config, options('base', { strictDrift: true }));
    assert.deepEqual(
      events.filter(({ type }) => type === 'warning'),
      [],
    );
  }));

test('one that the models no longer make is dropped, and after that nobody looks there', () =>
  inProject(async ({ config, models, autogenerate, execute, options }) => {
    await models(app);
    await autogenerate();
    await upgrade(config, options('head'));
    await models('CREATE TABLE notes (u int);');
    assert.ok(!(await check(config)).ok);
    const { up, down } = await autogenerate();
    assert.match(up, /^DROP SCHEMA app;$/m);
    assert.match(down, /^CREATE SCHEMA app;$/m);
    await upgrade(config, options('head', { strictDrift: true }));
    await execute('CREATE SCHEMA app', 'CREATE TABLE app.of_others (id int)');
    await models('CREATE TABLE notes (u int, v int);');
    const { up: next } = await autogenerate();
    assert.ok(!next.includes('app'), next);
  }));

test('a change in another schema that nobody wrote is drift, and stops what touches it', () =>
  inProject(async ({ config, models, autogenerate, execute, options }) => {
    await models(app);
    await autogenerate();
    await upgrade(config, options('head'));
    await models(app.replace('name text', 'name text, born date'));
    await autogenerate();
    await execute('ALTER TABLE app.users ADD COLUMN extra int');
    await rejects('drift', () => upgrade(config, options('head', { strictDrift: true })));
    const error = await rejects('state-mismatch', () => upgrade(config, options('head')));
    assert.match(error.message, /table app\.users differs/);
    assert.match(error.message, /found: {2}column extra is in pg_attribute/);
    assert.match((await check({ ...config, schemas: ['*'] })).pending.join(), /\d/);
  }));

test('patterns in the configuration: all schemas, less the excluded', () =>
  inProject(
    async ({ config, models, autogenerate, execute, options }) => {
      await execute('CREATE SCHEMA theirs', 'CREATE TABLE theirs.things (id int)', 'CREATE SCHEMA tmp_1', 'CREATE TABLE tmp_1.x (id int)');
      await models(app);
      const { up } = await autogenerate();
      assert.match(up, /^-- schemas: \*$/m);
      assert.match(up, /DROP SCHEMA theirs/);
      assert.ok(!up.includes('tmp_1'));
      await upgrade(config, options('head', { strictDrift: true }));
      assert.ok((await check(config)).ok);
    },
    { schemas: ['*'], exclude: ['tmp_*'] },
  ));

test('grants are compared where the models have some, and the header says so', () =>
  inProject(async ({ config, models, autogenerate, execute, options }) => {
    const grant = 'CREATE TABLE t (id int);\nGRANT SELECT ON t TO PUBLIC;';
    await models(grant);
    const { up } = await autogenerate();
    assert.match(up, /^-- privileges: on$/m);
    assert.match(up, /^GRANT SELECT ON t TO PUBLIC;$/m);
    await upgrade(config, options('head', { strictDrift: true }));
    assert.ok((await check(config)).ok);
    await execute('REVOKE ALL ON t FROM PUBLIC');
    assert.ok(!(await check(config)).ok);
    assert.ok((await check({ ...config, privileges: 'never' })).ok);
    await models('CREATE TABLE t (id int);');
    assert.ok((await check(config)).ok);
    await execute('GRANT INSERT ON t TO PUBLIC');
    assert.ok((await check(config)).ok);
    assert.ok(!(await check({ ...config, privileges: 'always' })).ok);
  }));

test('what was written by hand is proved in the schemas that it makes', () =>
  inProject(async ({ config, write, options, directory }) => {
    await write('1_one.up.sql', 'CREATE SCHEMA app;\nCREATE TABLE app.t (id int);\nGRANT SELECT ON app.t TO PUBLIC;\n');
    await write('1_one.down.sql', 'DROP TABLE app.t;\nDROP SCHEMA app;\n');
    assert.deepEqual((await prove(config)).ok, true);
    const text = await readFile(join(directory, 'migrations', '1_one.up.sql'), 'utf8');
    assert.match(text, /^-- schemas: default, app\n-- privileges: on\n-- touches: schema app -→/m);
    const { steps } = await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(steps[0]?.checked, true);
  }));

test('models in a folder, in the order of their names; an error names its file', () =>
  inProject(async ({ config, directory, models, autogenerate }) => {
    const folder = { models: join(directory, 'schema') };
    await rejects('models-missing', () => autogenerate(folder));
    await models('CREATE TABLE b (id int REFERENCES a);', '1_b.sql');
    await models('\nCREATE TABLE a (id int PRIMARY KEY)', '2_a.sql');
    await models('no SQL at all', 'notes.txt');
    const { up } = await autogenerate(folder);
    assert.match(up, /CREATE TABLE a[\s\S]*CREATE TABLE b/);
    assert.match((await diff({ ...config, ...folder })).sql, /CREATE TABLE a/);
    await models('\n\nCREATE TABLE c (id nonsense);', '3_c.sql');
    const error = await rejects('models-invalid', () => diff({ ...config, ...folder }));
    assert.deepEqual([error.where?.file, error.where?.line, error.where?.column], ['schema/3_c.sql', 3, 20]);
    await rm(join(directory, 'schema', '3_c.sql'));
  }));

test('a database that is not there is never created', () =>
  inProject(async ({ config, write, options }) => {
    await write('1_one.up.sql', 'CREATE TABLE t (id int);\n');
    const missing = { ...config, url: (config.url ?? '').replace(database, 'nowhere_to_be_found'), urlIsDefault: true };
    await rejects('database-missing', () => upgrade(missing, options('head')));
  }));

test.run();
