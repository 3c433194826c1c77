import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import { forEngine, hasMarkers } from '../../lib/sql/marker.ts';
import { nasty } from './fragments.ts';
import { randomOf } from './random.ts';

/** Lines that are left for an engine, trimmed, without blank ones. */
const left = (text: string, engine: 'sqlite' | 'postgres'): readonly string[] =>
  forEngine(text, engine)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  [
    'the ends of lines',
    'CREATE TABLE t (\n  a INT, -- @postgres\n  a TEXT, --@sqlite\n  b INT\n);',
    ['CREATE TABLE t (', 'a TEXT, --@sqlite', 'b INT', ');'],
    ['CREATE TABLE t (', 'a INT, -- @postgres', 'b INT', ');'],
  ],
  [
    'alone: the statement below',
    '-- @postgres\nCREATE TYPE e\n AS ENUM ();\nx;',
    ['x;'],
    ['-- @postgres', 'CREATE TYPE e', 'AS ENUM ();', 'x;'],
  ],
  ['alone, with comments between', '  --@sqlite\n/* c */\n-- d\na;\nb;', ['--@sqlite', '/* c */', '-- d', 'a;', 'b;'], ['b;']],
  [
    'a trigger whole',
    '-- @sqlite\nCREATE TRIGGER t BEGIN a; b; END;\nc;',
    ['-- @sqlite', 'CREATE TRIGGER t BEGIN a; b; END;', 'c;'],
    ['c;'],
  ],
  [
    'SQLite names in a trigger',
    "-- @sqlite\nCREATE TRIGGER t BEGIN SELECT [it's]; END;\nc; -- @postgres",
    ['-- @sqlite', "CREATE TRIGGER t BEGIN SELECT [it's]; END;"],
    ['c; -- @postgres'],
  ],
  [
    'a dollar quote whole',
    "-- @postgres\nCREATE FUNCTION f() AS $$ a; ' b;\n -- @sqlite\n$$;\nc;",
    ['c;'],
    ['-- @postgres', "CREATE FUNCTION f() AS $$ a; ' b;", '-- @sqlite', '$$;', 'c;'],
  ],
  ['an escape string of the other', "a E'\\'', -- @postgres\nb -- @sqlite", ['b -- @sqlite'], ["a E'\\'', -- @postgres"]],
  [
    'in a string it is text',
    "a '-- @sqlite';\nb '\n-- @postgres\n';",
    ["a '-- @sqlite';", "b '", '-- @postgres', "';"],
    ["a '-- @sqlite';", "b '", '-- @postgres', "';"],
  ],
  [
    'with a rename hint',
    'a -- @sqlite @renamed from b\nc -- @renamed from d -- @postgres',
    ['a -- @sqlite @renamed from b'],
    ['c -- @renamed from d -- @postgres'],
  ],
  ['at the end of the text', 'a;\n-- @sqlite', ['a;', '-- @sqlite'], ['a;']],
  [
    'other words',
    'a -- @sqlites\nb -- @mysql\nc -- see @sqlite',
    ['a -- @sqlites', 'b -- @mysql', 'c -- see @sqlite'],
    ['a -- @sqlites', 'b -- @mysql', 'c -- see @sqlite'],
  ],
  ['a statement without semicolon', '-- @sqlite\na', ['-- @sqlite', 'a'], []],
  ['two marked statements', '-- @sqlite\na;\n-- @postgres\nb;', ['-- @sqlite', 'a;'], ['-- @postgres', 'b;']],
];
for (const [name, text, sqlite, postgres] of cases) {
  test(name, () => {
    assert.equal(left(text, 'sqlite'), sqlite);
    assert.equal(left(text, 'postgres'), postgres);
    assert.equal(left(text.replaceAll('\n', '\r\n'), 'postgres'), postgres);
  });
}

test('hasMarkers sees markers, not their look-alikes', () => {
  assert.ok(hasMarkers('a -- @sqlite'));
  assert.ok(hasMarkers('-- @postgres\na;'));
  assert.not(hasMarkers("a '-- @sqlite'"));
  assert.not(hasMarkers('/* @sqlite */ a'));
  assert.not(hasMarkers('-- see @sqlite'));
  assert.not(hasMarkers('a'));
});

for (const [name, text, line] of [
  ['alone inside a statement', 'CREATE TABLE t (\n  -- @sqlite\n  a\n);', 2],
  ['on a line that starts inside a string', "a '\n b', -- @sqlite\n;", 2],
] as const) {
  test(`refuses a marker ${name}`, () => {
    try {
      forEngine(text, 'sqlite', 'schema/models.sql');
      assert.unreachable();
    } catch (error) {
      assert.ok(isLimbeckError(error));
      assert.is(error.code, 'models-invalid');
      assert.equal([error.where?.file, error.where?.line], ['schema/models.sql', line]);
    }
  });
}

test('blanking keeps every offset, and what is for both or for this engine', () => {
  const pieces: readonly [string, ...string[]] = [
    ...nasty,
    ' -- @sqlite\n',
    ' -- @postgres\n',
    '\n-- @sqlite\n',
    '\n-- @postgres\n',
    'a, ',
    ';\n',
  ];
  let blanked = 0;
  for (let seed = 1; seed <= 4000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: below(12) }, () => pick(pieces)).join('');
    for (const engine of ['sqlite', 'postgres'] as const) {
      try {
        const seen = forEngine(text, engine);
        assert.is(seen.length, text.length, `seed ${seed}`);
        for (let at = 0; at < text.length; at += 1) {
          if (seen[at] !== text[at]) assert.ok(seen[at] === ' ' && !/[\r\n]/.test(text[at] ?? ''), `seed ${seed}`);
        }
        if (seen !== text) blanked += 1;
        if (!hasMarkers(text)) assert.is(seen, text);
      } catch (error) {
        assert.ok(isLimbeckError(error) && error.code === 'models-invalid', `seed ${seed} ${String(error)}`);
      }
    }
  }
  assert.ok(blanked > 300, `only ${blanked} were blanked`);
});

test('a long text with many markers is quick', () => {
  const text = '-- @sqlite\na (b);\nc; -- @postgres\n'.repeat(20_000);
  const began = performance.now();
  forEngine(text, 'sqlite');
  assert.ok(performance.now() - began < 15_000);
});

test.run();
