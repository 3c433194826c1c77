import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { tidyStatement } from '../../lib/diff/tidy.ts';
import { sqliteLexis } from '../../lib/sql/lexis.ts';

const test = suite('tidy statements');

const cases: readonly (readonly [string, string, string])[] = [
  ['no marker: as it is', 'CREATE TABLE t (\n  a,\n\n  b -- why\n)', 'CREATE TABLE t (\n  a,\n\n  b -- why\n)'],
  ['marker and blanked line go', 'CREATE TABLE t (\n           \n  a INT,   -- @sqlite\n  b\n)', 'CREATE TABLE t (\n  a INT,\n  b\n)'],
  [
    'a comment stays beside a marker',
    'CREATE TABLE t (\n  a -- kept\n     \n  , b   -- @sqlite\n)',
    'CREATE TABLE t (\n  a -- kept\n  , b\n)',
  ],
  [
    'a string is not touched',
    `CREATE VIEW v AS SELECT '\n   \n-- @sqlite\n' -- @sqlite\n`,
    `CREATE VIEW v AS SELECT '\n   \n-- @sqlite\n'\n`,
  ],
];

for (const [name, text, expected] of cases) test(name, () => assert.equal(tidyStatement(text, sqliteLexis), expected));

test.run();
