import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../lib/api/check.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import { makeProject } from '../runner/project.ts';
import { anyServer } from '../support/postgres/server.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('check where recorded proofs answer');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const database = `unchanged_${process.pid}`;

const models = `
CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL);
CREATE TABLE tmp_users (id int);
INSERT INTO users (name) VALUES ('Ada');
`;

test('needs no scratch database, and takes one as soon as anything is not as it was proved', async () => {
  const admin = await openSession(server.url, { mode: 'write', directory: '/' });
  await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.execute(`CREATE DATABASE ${database}`);
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  const project = await makeProject({ url, urlIsDefault: false, exclude: ['tmp_*'] });
  const withoutScratch = { ...project.config, scratchUrl: 'postgresql://nobody@127.0.0.1:1/none' };
  const needsScratch = (config: Config): Promise<unknown> => rejects('database-unreadable', () => check(config));
  try {
    await mkdir(join(project.directory, 'schema'));
    await writeFile(project.config.models, models);
    await createRevision(project.config, { message: 'all', autogenerate: true, revisionId: '1' });
    await upgrade(project.config, project.options('head', {}));
    const { ok, notes } = await check(withoutScratch);
    assert.equal([ok, notes.some((note) => note.includes('INSERT is left out'))], [true, true]);
    assert.equal((await check(project.config)).notes, notes);

    await needsScratch({ ...withoutScratch, exclude: [] });
    await needsScratch({ ...withoutScratch, schemas: ['*'] });
    await needsScratch({ ...withoutScratch, privileges: 'always' });
    await project.execute('CREATE TABLE more (id int)');
    await needsScratch(withoutScratch);
    assert.equal((await check(project.config)).differences, ['drop table more']);
    await project.execute('DROP TABLE more');
    assert.is((await check(withoutScratch)).ok, true);
    await writeFile(project.config.models, `${models}CREATE VIEW v AS SELECT id FROM users;\n`);
    await needsScratch(withoutScratch);
    assert.equal((await check(project.config)).differences, ['create view v']);
  } finally {
    await project.close();
    await admin.execute(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.close();
  }
});

test.run();
