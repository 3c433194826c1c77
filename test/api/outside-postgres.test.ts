import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { diff } from '../../lib/api/diff.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { prove } from '../../lib/api/prove.ts';
import { pull } from '../../lib/api/pull.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject, type TestProject } from '../runner/project.ts';
import { rejects } from '../support/rejects.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('what managed objects need and nobody looks at');
const database = `outside_${process.pid}`;
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

interface Place extends TestProject {
  readonly models: (text: string) => Promise<void>;
  /** The up and the down of a new revision. */
  readonly autogenerate: () => Promise<readonly [string, string]>;
  readonly differences: () => Promise<readonly string[]>;
}

const inProject = async (more: Partial<Config>, work: (place: Place) => Promise<void>): Promise<void> => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const project = await makeProject({ url, urlIsDefault: false, ...more });
  try {
    await mkdir(join(project.directory, 'schema'));
    await work({
      ...project,
      models: (text) => writeFile(join(project.directory, 'schema', 'models.sql'), text),
      autogenerate: async () => {
        const { files, proved } = await createRevision(project.config, { message: 'change', autogenerate: true });
        assert.ok(proved);
        const [up = '', down = ''] = await Promise.all(files.map((file) => readFile(join(project.directory, file), 'utf8')));
        return [up, down];
      },
      differences: async () => (await check(project.config)).differences,
    });
    const left = await admin.query(`SELECT datname FROM pg_database WHERE datname LIKE 'limbeck%'`);
    assert.equal(left, [], 'a scratch database is left');
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
};

/** In other hands: a table with a key and a generated column, types in each other, a sequence, a function, a view, an extension of its own schema. */
const theirs = [
  'CREATE SCHEMA "Their ""Own"""',
  `CREATE TYPE "Their ""Own""".mood AS ENUM ('sad', 'ok')`,
  `CREATE DOMAIN public.cheer AS "Their ""Own""".mood`,
  'CREATE FUNCTION public.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT $1 * 2 $$',
  'CREATE TABLE public.users (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (public.twice(id)) STORED, mood public.cheer, name text UNIQUE)',
  'CREATE SEQUENCE public.numbers',
  'CREATE VIEW public.happy AS SELECT id, name FROM public.users',
  'CREATE SCHEMA extensions',
  'CREATE EXTENSION citext SCHEMA extensions',
];

const ours = `CREATE SCHEMA app;
CREATE TABLE app.notes (id int PRIMARY KEY DEFAULT nextval('public.numbers'), u int REFERENCES public.users, mood public.cheer, tag extensions.citext,
  twice int CHECK (public.twice(u) > 0));
CREATE VIEW app.readers AS SELECT h.name, n.tag FROM public.happy h JOIN app.notes n ON n.u = h.id;
CREATE INDEX ON app.notes (public.twice(u));
`;

test('a narrow --schema: from nothing, check, a change, back, and never a word about what is theirs', () =>
  inProject({ schemas: ['app'] }, async ({ config, models, autogenerate, execute, options, differences, query }) => {
    await execute(...theirs);
    await models(ours);
    const [up, down] = await autogenerate();
    assert.match(up, /REFERENCES users/);
    assert.not.match(up, /CREATE (TABLE users|TYPE|EXTENSION|SEQUENCE)|DROP/);
    assert.not.match(down, /users|EXTENSION|SEQUENCE/);
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(await differences(), []);
    await models(ours.replace('mood public.cheer', 'mood public.cheer, again public.users'));
    assert.equal((await differences()).length, 1);
    const [more, less] = await autogenerate();
    assert.match(more, /ADD COLUMN again users/);
    assert.match(less, /DROP COLUMN again/);
    assert.match((await diff(config)).sql, /ADD COLUMN again users/);
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(
      (await prove(config)).revisions.map(({ problem }) => problem),
      [undefined, undefined],
    );
    await downgrade(config, options('base', { strictDrift: true }));
    assert.equal(await query(`SELECT 1 FROM pg_namespace WHERE nspname = 'app'`), []);
    assert.is((await query(`SELECT 1 FROM pg_extension WHERE extname = 'citext'`)).length, 1);
  }));

test('pull of a narrow schema loads again', () =>
  inProject({ schemas: ['app'] }, async ({ config, execute, models, differences }) => {
    await execute(...theirs, ...ours.split(/;\n/).filter((each) => each.trim() !== ''));
    const { sql, unmanaged } = await pull(config);
    assert.equal(unmanaged, []);
    assert.not.match(sql, /CREATE (TABLE users|TYPE|SEQUENCE)/);
    await models(sql);
    assert.equal(await differences(), []);
  }));

test('without --schema: the default schema, on another that the models do not make', () =>
  inProject({}, async ({ config, models, autogenerate, execute, options, differences }) => {
    await execute('CREATE SCHEMA other', 'CREATE TABLE other.things (id int PRIMARY KEY)', `CREATE TYPE other.size AS ENUM ('s', 'm')`);
    await models('CREATE TABLE t (id int REFERENCES other.things, size other.size);');
    const [up] = await autogenerate();
    assert.not.match(up, /CREATE (SCHEMA|TYPE)|^-- schemas: .*other/m);
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(await differences(), []);
    await models('CREATE TABLE t (id int REFERENCES other.things);');
    assert.match((await autogenerate())[0], /DROP COLUMN size/);
    await upgrade(config, options('head', { strictDrift: true }));
    await downgrade(config, options('base', { strictDrift: true }));
  }));

test('what is excluded, and what a managed table refers to', () =>
  inProject({ exclude: ['legacy_*'] }, async ({ config, models, autogenerate, execute, options, differences }) => {
    await execute('CREATE TABLE legacy_users (id int PRIMARY KEY, extra text)');
    await models('CREATE TABLE t (id int REFERENCES legacy_users);');
    await autogenerate();
    await upgrade(config, options('head', { strictDrift: true }));
    assert.equal(await differences(), []);
    await downgrade(config, options('base'));
  }));

test('models that declare some of what is outside, and what nobody has', () =>
  inProject({ schemas: ['app'] }, async ({ config, models, autogenerate, execute, options }) => {
    await execute(...theirs);
    await models(`CREATE TABLE public.users (id int PRIMARY KEY); ${ours.replace('public.happy h', '(SELECT 1 AS id, now() AS name) h')}`);
    await autogenerate();
    await upgrade(config, options('head', { strictDrift: true }));
    await models(`${ours} CREATE TABLE app.more (id int REFERENCES public.nowhere);`);
    const error = await rejects('models-invalid', autogenerate);
    assert.match(error.message, /relation "public.nowhere" does not exist/);
  }));

test.run();
