import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCase } from '../soak/generate/case.ts';
import { mutationNames } from '../soak/generate/mutate.ts';

const test = suite('docs/coverage.md');

const text = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .map(([, id = '', what = '', outcome = '']) => ({ id, what, outcome }))
  .filter(({ id }) => id !== 'id' && id !== '---');

const idOf = (feature: string): string => feature.replace(': ', '-').replaceAll(' ', '-');

/** What six hundred random cases are made of, counted. */
const made = new Map<string, number>();
for (let seed = 0; seed < 600; seed++) {
  for (const id of makeCase(seed, false).features.map(idOf)) made.set(id, (made.get(id) ?? 0) + 1);
}

test('has rows with ids of their own and one of the five outcomes', () => {
  assert.ok(rows.length > 70);
  assert.is(new Set(rows.map(({ id }) => id)).size, rows.length);
  const outcomes = ['managed', 'managed (cases)', 'reported', 'left alone', 'refused'];
  assert.equal(
    rows.filter(({ outcome }) => !outcomes.includes(outcome)),
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
