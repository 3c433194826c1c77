import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commands, defects, forms } from './alembic-table.ts';
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

test.run();
