import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { prove } from '../../lib/api/prove.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { failure, makeProject } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('foreign keys that SQLite cannot check');

test.before.each(async (context) => {
  context.project = await makeProject();
  await mkdir(dirname(context.project.config.models), { recursive: true });
});
test.after.each(({ project }) => project.close());

const broken = 'CREATE TABLE p (code INT, a TEXT);\nCREATE TABLE c (code INT REFERENCES p (code));\n';
const mended = broken.replace('code INT,', 'code INT UNIQUE,');

const declare = async ({ config, directory }: TestProject, models: string, message: string): Promise<readonly string[]> => {
  await writeFile(config.models, models);
  const { files } = await createRevision(config, { message, autogenerate: true });
  return Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
};

test('a mismatch is mended, and the way back, which brings it again, says so and is taken', async ({ project }) => {
  const { config, options, session } = project;
  await declare(project, broken, 'broken');
  await upgrade(config, options('head'));
  await session(async (live) => {
    await live.execute('PRAGMA foreign_keys = OFF');
    await live.execute("INSERT INTO p VALUES (1, 'x')");
    await live.execute('INSERT INTO c VALUES (1)');
  });
  const [up = '', down = ''] = await declare(project, mended, 'mended');
  assert.not.match(up, /allow:/);
  assert.match(down, /^-- allow: foreign key mismatch$/m);
  assert.match(down, /^-- ! foreign key mismatch: a foreign key of c refers to what is neither a primary key nor unique/m);
  await upgrade(config, options('head'));
  await downgrade(config, options('-1'));
  await upgrade(config, options('+1'));
  assert.is((await prove(config)).ok, true);
  assert.equal(await project.query('SELECT p.code, a FROM p JOIN c ON c.code = p.code'), [{ code: 1, a: 'x' }]);
  assert.equal(
    project.events.filter(({ type }) => type === 'warning'),
    [],
  );
});

test('a hand-written file that leaves a mismatch is stopped, until its header allows it', async ({ project }) => {
  const { config, options } = project;
  await declare(project, mended, 'tables');
  await upgrade(config, options('head'));
  const [first] = await project.journal();
  const head = `-- by hand\n-- revision: 9\n-- parent: ${first?.revision}\n-- foreign keys: off\n`;
  const body = '\nDROP TABLE p;\nCREATE TABLE p (code INT, a TEXT);\n';
  await project.write('9_by_hand.up.sql', head + body);
  const error = await failure(upgrade(config, options('head')));
  assert.is(error.code, 'foreign-keys-broken');
  assert.match(error.message, /could no longer be checked: foreign key mismatch - "c" referencing "p"/);
  assert.match(error.hint ?? '', /"-- allow: foreign key mismatch"/);
  await project.write('9_by_hand.up.sql', `${head}-- allow: foreign key mismatch\n${body}`);
  assert.equal((await upgrade(config, options('head'))).to, ['9']);
});

test.run();
