import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configKeys, parseSettings } from '../../lib/config/parse.ts';
import type { ConfigKey } from '../../lib/config/parse.ts';
import { configSchema } from '../../lib/config/schema.ts';
import { expectRun, inProject, twoRevisions } from '../cli/support.ts';

interface Rule {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly Rule[];
  readonly items?: Rule;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

/** JSON Schema, as far as ours goes; a word that this does not know fails the test below. */
const allows = (rule: Rule, value: unknown): boolean => {
  if (rule.anyOf !== undefined) return rule.anyOf.some((each) => allows(each, value));
  if (rule.enum !== undefined) return rule.enum.includes(value);
  if (rule.type === 'array') return Array.isArray(value) && value.every((each) => rule.items === undefined || allows(rule.items, each));
  if (rule.type === 'number')
    return typeof value === 'number' && value >= (rule.minimum ?? -Infinity) && value <= (rule.maximum ?? Infinity);
  if (rule.type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && new RegExp(rule.pattern ?? '').test(value);
};

const known = new Set(['type', 'enum', 'pattern', 'anyOf', 'items', 'minimum', 'maximum', 'description']);

const wordsOf = (rule: Rule): readonly string[] => [
  ...Object.keys(rule),
  ...[...(rule.anyOf ?? []), ...(rule.items === undefined ? [] : [rule.items])].flatMap(wordsOf),
];

const rules = (): Readonly<Record<string, Rule>> => {
  const { properties } = configSchema();
  return typeof properties === 'object' && properties !== null ? Object.fromEntries(Object.entries(properties)) : {};
};

const samples: readonly unknown[] = [
  '',
  ' ',
  'a',
  'auto',
  'never',
  'sometimes',
  'sqlite',
  'sql.js',
  'node:sqlite',
  'better',
  '3.35',
  '3.35.1',
  '4',
  '30',
  '2.5',
  '-1',
  'a b',
  '1a',
  'postgresql://h/d',
  'postgres+psycopg://h/d',
  'sqlite:///x',
  'x'.repeat(64),
  0,
  30,
  -1,
  2_000_001,
  2.5,
  true,
  false,
  [],
  ['a'],
  ['sqlite', 'postgres'],
  ['sqlite', 'oracle'],
  [1],
  [''],
  { a: 1 },
];

/** Names in a text with commas are judged by limbeck alone. */
const isJudgedLater = (key: ConfigKey, value: unknown): boolean => key === 'engines' && typeof value === 'string';

test('the schema allows what limbeck accepts, and refuses what it refuses', () => {
  for (const key of configKeys) {
    const rule = rules()[key];
    if (rule === undefined) throw new Error(`the schema lacks ${key}`);
    assert.equal(
      wordsOf(rule).filter((word) => !known.has(word)),
      [],
      key,
    );
    for (const value of samples.filter((each) => !isJudgedLater(key, each))) {
      const { complaints } = parseSettings([{ key, value, source: key, base: '/p' }], '/p');
      assert.is(allows(rule, value), complaints.length === 0, `${key}: ${JSON.stringify(value)}`);
    }
  }
});

test('$schema may stand in the configuration, any other strange key may not', async () => {
  const settings = { $schema: './node_modules/limbeck/limbeck.schema.json', migrations: 'migrations' };
  await inProject({ ...twoRevisions, 'limbeck.json': JSON.stringify(settings) }, async ({ run, write }) => {
    expectRun(await run('heads'), { status: 0, stdout: /^2 \(head\)\n$/, stderr: /^$/ });
    await write('limbeck.json', JSON.stringify({ ...settings, $shema: 'x' }));
    expectRun(await run('heads'), { status: 64, stderr: /limbeck\.json\.\$shema: unknown key/ });
  });
});

test.run();
