import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { current } from '../../lib/api/current.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { pull } from '../../lib/api/pull.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject } from '../runner/project.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('one folder of migrations, a schema for each tenant');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const database = `tenants_${process.pid}`;

const models = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
CREATE FUNCTION moods() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users WHERE m IS NOT NULL';
CREATE TABLE users (id bigserial PRIMARY KEY, m mood DEFAULT 'ok', at timestamptz, CHECK (m <> 'sad'));
CREATE TABLE notes (id int PRIMARY KEY, author bigint NOT NULL REFERENCES users ON DELETE CASCADE);
CREATE INDEX notes_author_idx ON notes (author);
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW authors AS SELECT u.id, u.m FROM users u JOIN notes n ON n.author = u.id;
`;

test('each is made, changed, checked and taken back by itself, from the same files', async () => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const base = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  const project = await makeProject({ url: base, urlIsDefault: false });
  const as = (schema: string): Config => ({
    ...project.config,
    url: `${base}${base.includes('?') ? '&' : '?'}options=-csearch_path%3D${schema}`,
  });
  const [one, two] = [as('tenant_one'), as('"Tenant Two"'.replaceAll('"', '%22').replace(' ', '%5C%20'))];
  try {
    await project.execute('CREATE SCHEMA tenant_one', 'CREATE SCHEMA "Tenant Two"', 'CREATE TABLE public.users (of_nobody int)');
    await mkdir(join(project.directory, 'schema'));
    const declare = (text: string): Promise<void> => writeFile(project.config.models, text);
    await declare(models);
    await createRevision(one, { message: 'all', autogenerate: true, revisionId: '1' });
    for (const name of await readdir(project.config.migrations)) {
      assert.not.match(await readFile(join(project.config.migrations, name), 'utf8'), /tenant|public/i);
    }
    for (const config of [one, two]) {
      const { steps } = await upgrade(config, project.options('head', { strictDrift: true }));
      assert.equal(
        steps.map(({ checked }) => checked),
        [true],
      );
      assert.is((await check(config)).ok, true);
    }
    await declare(models.replace("'ok')", "'ok', 'glad')").replace('at timestamptz', 'at timestamptz NOT NULL, name text'));
    await createRevision(two, { message: 'more', autogenerate: true, revisionId: '2' });
    await upgrade(two, project.options('head', { strictDrift: true }));
    assert.equal([(await check(two)).ok, (await check(one)).pending.length > 0], [true, true]);
    await downgrade(one, project.options('base', { strictDrift: true }));
    assert.equal([(await current(one)).revisions, (await current(two)).atHeads, (await check(two)).ok], [[], true, true]);
    await upgrade(one, project.options('head', { strictDrift: true }));
    assert.is((await pull({ ...one, schemas: [''] })).sql, (await pull({ ...two, schemas: [''] })).sql);
    for (const config of [one, two]) await downgrade(config, project.options('base', { strictDrift: true }));
    const left = await project.query(
      `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v', 'S') AND (n.nspname = 'public' OR n.nspname ILIKE 'tenant%') ORDER BY 1, 2`,
    );
    assert.equal(
      left.map(({ schema, name }) => `${String(schema)}.${String(name)}`),
      ['Tenant Two.limbeck_journal', 'public.users', 'tenant_one.limbeck_journal'],
    );
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
});

test.run();
