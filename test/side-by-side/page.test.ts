import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject, twoRevisions } from '../cli/support.ts';
import { commands, defects, forms } from './alembic-table.ts';
import { customs } from './files-table.ts';
import { commandLinePage } from './page.ts';

const test = suite('docs/coverage-cli.md');

const textOf = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('it is written from here', () => {
  assert.is(textOf('../docs/coverage-cli.md'), commandLinePage(), 'stale: node --import tsx scripts/docs.js');
});

test('each thing that users of Alembic type has its test', () => {
  for (const {
    alembic,
    test: [file, words],
  } of [...commands, ...forms, ...defects]) {
    assert.ok(textOf(file).includes(words), `${alembic}: test/${file} has no “${words}”`);
  }
});

test('each custom of files and settings has its test', () => {
  for (const {
    what,
    test: [file, words],
  } of customs) {
    assert.ok(textOf(file).includes(words), `${what}: test/${file} has no “${words}”`);
  }
});

test('one folder holds', () =>
  inProject(twoRevisions, async ({ run, write }) => {
    await write('other/3_more.up.sql', 'SELECT 1;\n');
    expectRun(await run('heads', '-d', 'migrations', '-d', 'other'), { status: 0, stdout: /^3 \(head\)\n$/ });
    expectRun(await run('heads', '-d', 'other', '-d', 'migrations'), { status: 0, stdout: /^2 \(head\)\n$/ });
  }));

test.run();
