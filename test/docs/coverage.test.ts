import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { beyondRows } from '../promises/postgres/beyond.ts';
import { withPostgresPart } from '../promises/postgres/table.ts';
import { makeCase } from '../soak/generate/case.ts';
import { mutationNames } from '../soak/generate/mutate.ts';

const test = suite('docs/coverage.md');

const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
const rowsOf = (text: string): readonly { readonly id: string; readonly what: string; readonly outcome: string }[] =>
  [...text.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, id = '', what = '', outcome = '']) => ({ id, what, outcome }))
    .filter(({ id }) => id !== 'id' && id !== '---');
const [sqlite = '', postgres = ''] = page.split(/^(?=## PostgreSQL$)/m);
const rows = rowsOf(sqlite);

const idOf = (feature: string): string => feature.replace(': ', '-').replaceAll(' ', '-');

/** What six hundred random cases are made of, counted. */
const made = new Map<string, number>();
for (let seed = 0; seed < 600; seed++) {
  for (const id of makeCase(seed, false).features.map(idOf)) made.set(id, (made.get(id) ?? 0) + 1);
}

test('has rows with ids of their own and one of the five outcomes', () => {
  const outcomes = ['managed', 'managed (cases)', 'reported', 'left alone', 'refused'];
  for (const part of [rows, rowsOf(postgres)]) {
    assert.ok(part.length > 70);
    assert.is(new Set(part.map(({ id }) => id)).size, part.length);
    assert.equal(
      part.filter(({ outcome }) => !outcomes.includes(outcome)),
      [],
    );
  }
});

test('has the rows of test/promises for PostgreSQL', () => {
  assert.is(page, withPostgresPart(page), 'docs/coverage.md is stale: node --import tsx scripts/docs.js');
});

test('names a test for each PostgreSQL row that only cases show', () => {
  const named = beyondRows.filter(({ outcome, test: path }) => outcome === 'managed (cases)' || path !== undefined);
  const missing = named.filter(({ test: path }) => path === undefined || !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.equal(
    missing.map(({ id }) => id),
    [],
  );
});

test('promises nothing that the random tests never make', () => {
  const empty = rows.filter(({ id, outcome }) => outcome === 'managed' && !made.has(id)).map(({ id }) => id);
  assert.equal(empty, []);
});

test('has a row for all that the random tests make', () => {
  const known = new Set(rows.map(({ id }) => id));
  const missing = [...made.keys(), ...mutationNames.map((name) => idOf(`change: ${name}`))].filter((id) => !known.has(id));
  assert.equal([...new Set(missing)], []);
});

test.run();
