import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import { check } from '../../lib/api/check.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { prove } from '../../lib/api/prove.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import { loadConfig } from '../../lib/config/load.ts';
import type { Config } from '../../lib/config/config.ts';
import { startServer } from '../support/postgres/server.ts';

/** The repository's own revisions are what models.sql says, proved, and as the proof left them. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const test = suite('the repository’s own migrations');
const folder = mkdtempSync(join(tmpdir(), 'limbeck-own-'));
let config: Config;

test.before(async () => {
  for (const part of ['schema', 'migrations', 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true });
  config = await loadConfig({ flags: {}, env: {}, cwd: folder });
});

test.after(() => rmSync(folder, { recursive: true }));

const there = async (): Promise<void> => {
  const up = await upgrade(config, { target: 'head', verify: true, strictDrift: true });
  assert.ok(up.steps.length > 1);
  assert.deepEqual(
    up.steps.filter((step) => !step.checked),
    [],
    'every step is checked against its proof',
  );
  const result = await check(config);
  assert.deepEqual(result, { ok: true, pending: [], missing: [], differences: [], unmanaged: [], notes: [] });
};

const backAndUp = async (): Promise<void> => {
  await downgrade(config, { target: 'base', verify: true, strictDrift: true });
  await upgrade(config, { target: 'head', verify: true });
  assert.equal((await check(config)).ok, true);
};

const proofsAreCurrent = async (): Promise<void> => {
  const migrations = join(folder, 'migrations');
  const read = (): readonly string[] => readdirSync(migrations).sort().map((file) => readFileSync(join(migrations, file), 'utf8'));
  const before = read();
  assert.equal((await prove(config)).ok, true);
  assert.deepEqual(read(), before);
};

test('SQLite: upgrade, check, downgrade to nothing and up again', async () => {
  await there();
  await backAndUp();
});

test('SQLite: the proofs in the headers are the ones that a new proof writes', proofsAreCurrent);

test('PostgreSQL, of the major that they were proved on: the same', async () => {
  const server = await startServer('18');
  const own = config;
  config = { ...own, url: server.socketUrl(), urlIsDefault: false };
  try {
    await there();
    await backAndUp();
    await proofsAreCurrent();
  } finally {
    config = own;
    await server.stop();
  }
});

test.run();
