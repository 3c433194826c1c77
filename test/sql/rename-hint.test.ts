import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import { type Lexis, postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { renameHints } from '../../lib/sql/rename-hint.ts';
import { split } from '../../lib/sql/split.ts';

const hints = (text: string, lexis: Lexis): readonly string[] =>
  split(text, lexis).flatMap((statement) =>
    renameHints(statement, lexis, 'models.sql').map(
      ({ from, within, line, target }) => `${line}: ${Object.values(target).join(' ')} <- ${[...within, from].join('.')}`,
    ),
  );

const table = (inside: string): string => `CREATE TABLE t (\n${inside}\n);`;

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['none', '-- c\nCREATE TABLE t (a /* b */);', []],
  ['above the statement', '-- @renamed from s\nCREATE TABLE t (a);', ['1: table t <- s']],
  ['above, not directly', '-- @renamed from s\n-- other\n\nCREATE TABLE t (a);', ['1: table t <- s']],
  ['on the CREATE line', 'CREATE TABLE t ( -- @renamed from s\n a);', ['1: table t <- s']],
  ['on the CREATE line, the bracket below', 'CREATE TABLE t -- @renamed from s\n( a);', ['1: table t <- s']],
  ['a block in the head', 'CREATE TABLE /* @renamed from=s */ t (a);', ['1: table t <- s']],
  ['after the closing bracket', 'CREATE TABLE t (\n a\n); -- @renamed from s', ['3: table t <- s']],
  ['before the semicolon', 'CREATE TABLE t (\n a\n) -- @renamed from s\n;', ['3: table t <- s']],
  ['trails a column', table(' a INT, -- @renamed from b\n c INT'), ['2: column t a <- b']],
  ['trails the last column', table(' a INT,\n c INT -- @renamed from b'), ['3: column t c <- b']],
  ['trails a column without its comma', table(' a INT -- @renamed from b\n , c INT'), ['2: column t a <- b']],
  ['alone above a column', table(' a INT,\n -- @renamed from b\n\n /* x */ c INT,\n d INT'), ['3: column t c <- b']],
  ['alone above the first column', table(' -- @renamed from b\n a INT'), ['2: column t a <- b']],
  ['alone below the last column', table(' a INT\n -- @renamed from b'), ['3: column t a <- b']],
  ['a block before a column', table(' a INT, /* @renamed from=b */ c INT'), ['2: column t c <- b']],
  ['a block after a column', table(' a /* @renamed from=b */ INT, c INT'), ['2: column t a <- b']],
  ['a block before the first', 'CREATE TABLE t (/* @renamed from=b */ a INT);', ['1: column t a <- b']],
  [
    'a comma in a type or a check',
    table(" a NUMERIC(1,2) CHECK (a IN (1,2)) DEFAULT ',', -- @renamed from b\n c INT"),
    ['2: column t a <- b'],
  ],
  ['a second line of a column', table(' a INT\n   NOT NULL, -- @renamed from b\n c INT'), ['3: column t a <- b']],
  ['a named constraint of the table', table(' a INT,\n CONSTRAINT c UNIQUE (a) -- @renamed from b'), ['3: constraint t c <- b']],
  [
    'a constraint on a line of its own',
    table(' a INT\n  CONSTRAINT c CHECK (a > 0), -- @renamed from b\n d INT'),
    ['3: constraint t c <- b'],
  ],
  [
    'a constraint on the column line is the column',
    table(' a INT CONSTRAINT c CHECK (a > 0), -- @renamed from b\n d INT'),
    ['2: column t a <- b'],
  ],
  ['two on two lines', table(' a INT, -- @renamed from b\n c INT -- @renamed from d'), ['2: column t a <- b', '3: column t c <- d']],
  ['quoted names', table(' "a b" INT -- @renamed from "c ""d"'), ['2: column t a b <- c "d']],
  ['quoted with a comment end', table(' a INT /* @renamed from "c d" */'), ['2: column t a <- c d']],
  ['after a marker', table(' a INT -- @sqlite @renamed from b'), ['2: column t a <- b']],
  ['with words behind', table(' a INT -- @renamed from b in 2024'), ['2: column t a <- b']],
  ['an index', 'CREATE TABLE t (a);\nCREATE UNIQUE INDEX i -- @renamed from j\n ON t (a,\n b);', ['2: index i <- j']],
  ['an index, at a column of it', 'CREATE INDEX i ON t (\n a, -- @renamed from j\n b);', ['2: index i <- j']],
  ['a view', 'CREATE VIEW v AS SELECT count(a,\n b) -- @renamed from w\nFROM t;', ['2: view v <- w']],
  ['a trigger', 'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT (1); END; -- @renamed from h', ['1: trigger g <- h']],
  ['prose', '-- say @renamed whenever\nCREATE TABLE t (a);', []],
];
for (const [name, text, expected] of cases) test(name, () => assert.equal(hints(text, sqliteLexis), expected));

const postgres: readonly (readonly [string, string, readonly string[]])[] = [
  ['folds what is unquoted', 'CREATE TABLE T (A INT -- @renamed from B\n);', ['1: column t a <- b']],
  ['keeps what is quoted', 'CREATE TABLE "T" (a INT -- @renamed from "B"\n);', ['1: column T a <- B']],
  ['an enum value', "CREATE TYPE e AS ENUM (\n 'a', -- @renamed from 'b c'\n 'd'\n);", ['2: value e a <- b c']],
  ['an enum', "CREATE TYPE e AS ENUM ('a'); -- @renamed from f", ['1: type e <- f']],
  ['an added constraint', 'ALTER TABLE ONLY t ADD CONSTRAINT c UNIQUE (a); -- @renamed from d', ['1: constraint t c <- d']],
  ['an added column', 'ALTER TABLE t ADD COLUMN c int; -- @renamed from d', ['1: column t c <- d']],
  ['an added column without COLUMN', 'ALTER TABLE t ADD c int; -- @renamed from d', ['1: column t c <- d']],
  ['a schema before the old name', 'CREATE TABLE s.t (a int); -- @renamed from s.u', ['1: table t <- s.u']],
  ['a schema and a table before the old name', 'CREATE TABLE t (a int); -- @renamed from "S".t.u', ['1: table t <- S.t.u']],
];
for (const [name, text, expected] of postgres) test(`postgres: ${name}`, () => assert.equal(hints(text, postgresLexis), expected));

for (const [name, text, line] of [
  ['that names nothing', table(' a INT -- @renamed b'), 2],
  ['without an old name', '\n-- @renamed from\nCREATE TABLE t (a);', 2],
  ['by an unnamed constraint', table(' a INT,\n UNIQUE (a) -- @renamed from b'), 3],
  ['by an INSERT', 'INSERT INTO t VALUES (1); -- @renamed from b', 1],
] as const) {
  test(`refuses a hint ${name}`, () => {
    try {
      hints(text, sqliteLexis);
      assert.unreachable();
    } catch (error) {
      assert.ok(isLimbeckError(error), String(error));
      assert.is(error.code, 'rename-invalid');
      assert.equal([error.where?.file, error.where?.line], ['models.sql', line]);
    }
  });
}

test.run();
