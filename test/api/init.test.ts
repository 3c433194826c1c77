import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { init } from '../../lib/api/init.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { failure, makeProject } from '../runner/project.ts';
import type { TestProject } from '../runner/project.ts';

const test = suite<{ project: TestProject; read: (name: string) => Promise<string>; config: () => ReturnType<typeof loadConfig> }>('init');

test.before.each(async (context) => {
  const project = await makeProject();
  await rm(project.config.migrations, { recursive: true });
  context.project = project;
  context.read = (name) => readFile(join(project.directory, name), 'utf8');
  context.config = () => loadConfig({ flags: {}, env: {}, cwd: project.directory });
});
test.after.each(({ project }) => project.close());

test('sets up an empty folder, and what it writes is what the configuration reads', async ({ project, read, config }) => {
  const result = await init({ ...project.config, url: undefined });
  assert.equal(result, { created: ['schema/models.sql', 'migrations', 'limbeck.json'], changed: [], kept: [] });
  assert.equal(JSON.parse(await read('limbeck.json')), { url: 'sqlite:///./app.db' });
  const loaded = await config();
  assert.equal([loaded.url, loaded.migrations, loaded.models], ['sqlite:///./app.db', project.config.migrations, project.config.models]);
});

test('keeps what is there', async ({ project, read }) => {
  await init({ ...project.config, url: undefined });
  await writeFile(join(project.directory, 'schema', 'models.sql'), '-- mine\n');
  const again = await init(project.config, { url: 'sqlite:///./other.db' });
  assert.equal(again, { created: [], changed: [], kept: ['schema/models.sql', 'migrations', 'limbeck.json'] });
  assert.is(await read('schema/models.sql'), '-- mine\n');
  assert.match(await read('limbeck.json'), /app\.db/);
});

test('adds its key to package.json and changes nothing else in it', async ({ project, read, config }) => {
  await writeFile(join(project.directory, 'package.json'), '{\n\t"name": "x",\n\t"version": "1.0.0"\n}\n');
  const result = await init({ ...project.config, url: undefined }, { directory: 'db/migrations', url: 'sqlite:///./rel.db' });
  assert.equal(result, { created: ['schema/models.sql', 'db/migrations'], changed: ['package.json'], kept: [] });
  assert.is(
    await read('package.json'),
    '{\n\t"name": "x",\n\t"version": "1.0.0",\n\t"limbeck": {\n\t\t"url": "sqlite:///./rel.db",\n\t\t"migrations": "db/migrations"\n\t}\n}\n',
  );
  assert.is((await config()).migrations, join(project.directory, 'db', 'migrations'));
});

test('a package.json that is no JSON stops it before anything is written', async ({ project }) => {
  await writeFile(join(project.directory, 'package.json'), '{ nope');
  assert.is((await failure(init(project.config))).code, 'bad-config');
  assert.is((await failure(init(project.config))).message, 'package.json is not JSON');
  assert.not(
    await readFile(project.config.models).then(
      () => true,
      () => false,
    ),
  );
});

test('a file where the folder belongs is named', async ({ project }) => {
  await writeFile(join(project.directory, 'migrations'), '');
  await mkdir(join(project.directory, 'schema'), { recursive: true });
  assert.is((await failure(init(project.config))).code, 'file-exists');
});

test('package.json keeps its permissions, and stays where a link points', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limbeck-init-'));
  try {
    writeFileSync(join(folder, 'real.json'), '{ "name": "shop" }\n');
    chmodSync(join(folder, 'real.json'), 0o640);
    symlinkSync('real.json', join(folder, 'package.json'));
    const config = await loadConfig({ flags: {}, env: {}, cwd: folder });
    assert.equal((await init(config)).changed, ['package.json']);
    assert.ok(lstatSync(join(folder, 'package.json')).isSymbolicLink());
    assert.is(statSync(join(folder, 'real.json')).mode & 0o777, 0o640);
    assert.equal(Object.keys(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8'))), ['name', 'limbeck']);
    assert.equal(readdirSync(folder).sort(), ['migrations', 'package.json', 'real.json', 'schema']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
