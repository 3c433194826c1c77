import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';

/** A power cut cannot be tried here; the order that survives one can: written, synced, renamed, folder synced, said. */
const test = suite('what sql.js writes is durable before it is said');
const folder = mkdtempSync(join(tmpdir(), 'limbeck-durable-'));
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test.after(() => rmSync(folder, { recursive: true }));

const script = `
  import { appendFileSync } from 'node:fs';
  const { openSession } = await import(${JSON.stringify(here('../../../lib/engine/open.ts'))});
  const session = await openSession('sqlite:///t.db', { mode: 'write', create: true, driver: 'sql.js', directory: ${JSON.stringify(folder)} });
  for (const table of ['a', 'b']) {
    await session.transaction(() => session.execute('CREATE TABLE ' + table + ' (x)'));
    appendFileSync(process.env.LIMBECK_TEST_TRACE, 'said ' + table + '\\n');
  }
  await session.close();
`;

test('each transaction keeps the order', () => {
  const trace = join(folder, 'trace');
  const child = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--import', here('../../support/trace-files.mjs'), '--input-type=module', '-e', script],
    {
      env: { ...process.env, LIMBECK_TEST_TRACE: trace },
      encoding: 'utf8',
    },
  );
  assert.equal(child.status, 0, child.stderr);
  const lines = readFileSync(trace, 'utf8').trim().split('\n');
  const database = join(folder, 't.db');
  for (const table of ['a', 'b']) {
    const said = lines.indexOf(`said ${table}`);
    const upTo = lines.slice(0, said);
    const renamed = upTo.findLastIndex((line) => line.startsWith('place ') && line.endsWith(` ${database}`));
    assert.ok(renamed >= 0, `the database was not put in its place before ${table} was said:\n${lines.join('\n')}`);
    const temporary = upTo[renamed]?.split(' ')[1] ?? '';
    const written = upTo.findLastIndex((line) => line === `write ${temporary}`);
    const synced = upTo.findLastIndex((line) => line === `fsync ${temporary}`);
    assert.ok(written >= 0 && written < synced, 'synced after the last write');
    assert.ok(synced < renamed, 'synced before the rename');
    assert.ok(upTo.lastIndexOf(`fsync ${folder}`) > renamed, 'the folder was synced after the rename');
  }
});

test.run();
