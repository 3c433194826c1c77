import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('guard');

const run = (
  fixture: string,
  ...more: readonly string[]
): { readonly status: number | null; readonly last: string; readonly text: string } => {
  const root = new URL(`fixtures/${fixture}`, import.meta.url).pathname;
  const runner = new URL('run-all.ts', import.meta.url).pathname;
  const { UVU_DEFER: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', runner, '--root', root, ...more], {
    encoding: 'utf8',
    env,
  });
  return { status, last: stdout.trimEnd().split('\n').at(-1) ?? '', text: stdout + stderr };
};

const cases = [
  { fixture: 'passing', status: 0, last: '2 passed, 0 failed', says: '1 skipped' },
  { fixture: 'failing', status: 1, last: '1 passed, 1 failed', says: '1 of 2 failed' },
  { fixture: 'forgotten', status: 1, last: '0 passed, 1 failed', says: 'never calls .run()' },
  { fixture: 'empty', status: 1, last: '0 passed, 1 failed', says: 'ran no test' },
  { fixture: 'hanging', status: 1, last: '0 passed, 1 failed', says: 'before its tests were through' },
  { fixture: 'only', status: 1, last: '1 passed, 1 failed', says: '.only' },
  { fixture: 'none', status: 1, last: '0 passed, 1 failed', says: 'no test was found' },
];

for (const { fixture, status, last, says } of cases) {
  test(`a folder with ${fixture}`, () => {
    const ran = run(fixture);
    assert.is(ran.last, last, ran.text);
    assert.is(ran.status, status);
    assert.ok(ran.text.includes(says), ran.text);
  });
}

test('a pattern that no file matches', () => {
  const ran = run('passing', '--only', 'no-such-file');
  assert.is(ran.last, '0 passed, 1 failed');
  assert.is(ran.status, 1);
});

test('the summary goes to a file, too, for those who cannot read the output', () => {
  const folder = mkdtempSync(join(tmpdir(), 'limbeck-guard-'));
  run('passing', '--summary', join(folder, 'summary'));
  assert.is(readFileSync(join(folder, 'summary'), 'utf8'), '2 passed, 0 failed\n');
  rmSync(folder, { recursive: true });
});

test.run();
