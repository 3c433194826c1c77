import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeWithSqlite } from './node24.ts';
import { inOneThread } from './one-thread.ts';

export type DriverName = 'sql.js' | 'node:sqlite';

const isHere = process.getBuiltinModule('node:sqlite') !== undefined;

/** The drivers whose tests this process runs. */
export const drivers: readonly DriverName[] =
  process.env['LIMBECK_TEST_DRIVER'] === 'node:sqlite' ? ['node:sqlite'] : isHere ? ['sql.js', 'node:sqlite'] : ['sql.js'];

interface Suite {
  (name: string, test: () => void | Promise<void>): void;
}

/**
 * On a Node without `node:sqlite`: adds a test that runs the file again, for that driver, under a Node that has it. It
 * fails when that Node cannot be had, and when fewer than `atLeast` tests ran there.
 */
export const alsoUnderNodeSqlite = (test: Suite, fileUrl: string, atLeast: number): void => {
  if (isHere) return;
  test('the same through node:sqlite, under a Node that has it', () => {
    const env = { ...process.env, LIMBECK_TEST_DRIVER: 'node:sqlite', FORCE_COLOR: '0', NO_COLOR: '1' };
    const args = [...inOneThread, '--import', 'tsx', fileURLToPath(fileUrl)];
    const { status, stdout, stderr } = spawnSync(nodeWithSqlite(), args, { encoding: 'utf8', env });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    assert.equal(stderr, '', 'no warning reaches the user');
    const passed = Number(/^ {2}Passed: +(\d+)/m.exec(stdout)?.[1] ?? 0);
    assert.ok(passed >= atLeast, `only ${passed} tests ran under node:sqlite`);
  });
};

/** Runs `work` in a folder of its own, removed afterwards. Anybody may enter it. */
export const inFolder = async <T>(work: (folder: string) => T | Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'limbeck-test-'));
  chmodSync(folder, 0o755);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
