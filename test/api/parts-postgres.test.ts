import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { RevisionResult } from '../../lib/api/types.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject, type TestProject } from '../runner/project.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('what cannot share a transaction becomes several revisions');
const database = `parts_${process.pid}`;
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

interface Place extends TestProject {
  readonly models: (text: string) => Promise<void>;
  readonly autogenerate: (id?: string) => Promise<RevisionResult & { readonly text: readonly string[] }>;
}

const inProject = async (work: (place: Place) => Promise<void>): Promise<void> => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const project = await makeProject({ url, urlIsDefault: false });
  try {
    await mkdir(join(project.directory, 'schema'));
    await work({
      ...project,
      models: (text) => writeFile(join(project.directory, 'schema', 'models.sql'), text),
      autogenerate: async (id) => {
        const options = { message: 'add new', autogenerate: true, ...(id === undefined ? {} : { revisionId: id }) };
        const result = await createRevision(project.config, options);
        const text = await Promise.all(result.files.map((file) => readFile(join(project.directory, file), 'utf8')));
        return { ...result, text };
      },
    });
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
};

const statements = (text = ''): string => text.slice(text.indexOf('\n\n')).trim();

const before = `CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id int, m mood);`;
const after = `CREATE TYPE mood AS ENUM ('sad', 'new'); CREATE TABLE u (id int, m mood DEFAULT 'new');`;

test('values of an enum first, then what uses them, also after a rename', () =>
  inProject(async ({ config, models, autogenerate, execute, options }) => {
    await models(before);
    await autogenerate();
    await upgrade(config, options('head'));
    await execute(`INSERT INTO t VALUES (1, 'sad')`);
    await models(`${after} -- @renamed from t`);
    const { revisions, revision, files, proved, text } = await autogenerate('20300101000059');
    assert.equal([revisions, revision, proved], [['20300101000059', '20300101000100'], '20300101000100', true]);
    assert.equal(
      files.map((file) => file.replace('migrations/', '')),
      ['up', 'down']
        .flatMap((way) => [`20300101000059_add_new_1_of_2.${way}.sql`])
        .concat(['up', 'down'].map((way) => `20300101000100_add_new_2_of_2.${way}.sql`)),
    );
    const [firstUp = '', firstDown, secondUp = '', secondDown] = text;
    assert.match(firstUp, /^-- add new \(1 of 2\)\n/);
    assert.match(secondUp, /^-- parent: 20300101000059$/m);
    assert.is(statements(firstUp), "ALTER TABLE t RENAME TO u;\n\nALTER TYPE mood ADD VALUE 'new';");
    assert.is(statements(secondUp), "ALTER TABLE u ALTER COLUMN m SET DEFAULT 'new';");
    assert.is(statements(secondDown), 'ALTER TABLE u ALTER COLUMN m DROP DEFAULT;');
    assert.match(statements(firstDown), /ALTER TABLE u RENAME TO t;$/);
    assert.not.match(firstUp, / models f1:/, 'it does not lead to what the models declare');
    const { steps } = await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(
      steps.map(({ checked }) => checked),
      [true, true],
    );
    assert.equal((await check(config)).differences, []);
    await execute(`INSERT INTO u VALUES (2)`, `DELETE FROM u WHERE m = 'new'`);
    await downgrade(config, options('base', { strictDrift: true }));
  }));

test('one revision where nothing uses them, or where labels go', () =>
  inProject(async ({ config, models, autogenerate, options }) => {
    await models(before);
    await autogenerate();
    await upgrade(config, options('head'));
    await models(before.replace(`'sad'`, `'sad', 'new'`));
    const added = await autogenerate();
    assert.is(added.revisions.length, 1);
    await upgrade(config, options('head'));
    await models(after.replace(`'sad', `, '').replace('TABLE u', 'TABLE t'));
    const swapped = await autogenerate();
    assert.is(swapped.revisions.length, 1);
    assert.match(swapped.text[0] ?? '', /^CREATE TYPE mood AS ENUM \('new'\);$/m);
  }));

test('the other engine has nothing to do in the first of them', () =>
  inProject(async ({ config, models, autogenerate, options, directory }) => {
    const both = (labels: string, fallback: string): string =>
      `-- @postgres\nCREATE TYPE mood AS ENUM (${labels});\nCREATE TABLE t (\n  m mood ${fallback}, -- @postgres\n  m text ${fallback}, -- @sqlite\n  id int\n);\n`;
    await models(both(`'sad'`, ''));
    await autogenerate();
    await upgrade(config, options('head'));
    await models(both(`'sad', 'new'`, `DEFAULT 'new'`));
    const { files, text, proved, unchanged } = await autogenerate();
    assert.is(files.length, 8);
    assert.equal([proved, unchanged], [true, []]);
    const ofSqlite = text.filter((_, at) => files[at]?.includes('.sqlite.') === true);
    assert.equal(ofSqlite.map(statements).slice(0, 2), ['-- nothing changes for sqlite', '-- nothing changes for sqlite']);
    assert.match(ofSqlite[2] ?? '', /DEFAULT 'new'/);
    assert.match(ofSqlite[0] ?? '', /^-- proof: sqlite/m);
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal((await check(config)).differences, []);
    const sqlite = { ...config, url: `sqlite:///${join(directory, 'other.db')}`, urlIsDefault: true };
    await upgrade(sqlite, options('head', { strictDrift: true }));
    assert.equal((await check(sqlite)).differences, []);
    await downgrade(sqlite, options('base', { strictDrift: true }));
    await downgrade(config, options('base', { strictDrift: true }));
  }));

test.run();
