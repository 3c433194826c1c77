import { loadModule, parseSync, scanSync } from 'libpg-query';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError, type LimbeckError } from '../../lib/errors.ts';
import { lex } from '../../lib/sql/lex.ts';
import { type Lexis, postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { pieces, split, type SplitOptions } from '../../lib/sql/split.ts';
import { nasty } from './fragments.ts';
import { randomOf } from './random.ts';
import { corpusTexts } from './texts.ts';

const lexes = { s: sqliteLexis, p: postgresLexis } as const;

const texts = (text: string, dialect: 's' | 'p', options?: SplitOptions): readonly string[] =>
  split(text, lexes[dialect], undefined, options).map((statement) => statement.text);

const fault = (text: string, lexis: Lexis, file?: string): LimbeckError | undefined => {
  try {
    split(text, lexis, file);
    return undefined;
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
};

type Case = readonly ['s' | 'p' | 'sp', string, readonly string[]];

const cases: readonly Case[] = [
  ['sp', '', []],
  ['sp', ' ;;\n; -- c\n /* x */', []],
  ['sp', 'a', ['a']],
  ['sp', 'a;b;', ['a', 'b']],
  ['sp', ' a b ; \n c', ['a b', 'c']],
  ['sp', '-- c;\na -- d;\n;b /* ; */', ['a', 'b']],
  ['sp', 'a \';\' b; ";" c', ["a ';' b", '";" c']],
  ['sp', '\ufeffa;\r\nb;\r\n', ['a', 'b']],
  ['s', 'a [;] `;` ; b', ['a [;] `;`', 'b']],
  ['s', 'a /* /* ; */ ; b', ['a', 'b']],
  ['s', 'a; /* open', ['a']],
  ['s', 'BEGIN; a; END; b', ['BEGIN', 'a', 'END', 'b']],
  ['s', 'CREATE TRIGGER t AFTER INSERT ON x BEGIN a; b; END; c', ['CREATE TRIGGER t AFTER INSERT ON x BEGIN a; b; END', 'c']],
  [
    's',
    'create temp trigger t BEGIN SELECT CASE WHEN 1 THEN 2 END; END; c',
    ['create temp trigger t BEGIN SELECT CASE WHEN 1 THEN 2 END; END', 'c'],
  ],
  ['s', 'CREATE TEMPORARY TRIGGER begin BEGIN a; END', ['CREATE TEMPORARY TRIGGER begin BEGIN a; END']],
  [
    's',
    "CREATE TRIGGER t BEGIN a '; END;'; -- ; END;\n b; /* x */ END /* y */ ; c",
    ["CREATE TRIGGER t BEGIN a '; END;'; -- ; END;\n b; /* x */ END", 'c'],
  ],
  [
    's',
    'CREATE TRIGGER IF NOT EXISTS "end" BEGIN a;END;CREATE TABLE trigger_x(a);',
    ['CREATE TRIGGER IF NOT EXISTS "end" BEGIN a;END', 'CREATE TABLE trigger_x(a)'],
  ],
  ['s', 'CREATE TABLE "trigger" (a); b', ['CREATE TABLE "trigger" (a)', 'b']],
  ['s', 'CREATE TABLE x (a; b)', ['CREATE TABLE x (a', 'b)']],
  ['p', 'a /* /* ; */ ; */ ; b', ['a /* /* ; */ ; */'.slice(0, 1), 'b']],
  ['p', 'a $$;$$ ; $x$ ; $$ ; $x$', ['a $$;$$', '$x$ ; $$ ; $x$']],
  ['p', "E'\\';' ; b", ["E'\\';'", 'b']],
  ['p', "'\\' ; b", ["'\\'", 'b']],
  ['p', "'a'\n';' ; b", ["'a'\n';'", 'b']],
  ['p', 'CREATE TRIGGER t EXECUTE FUNCTION f(); b', ['CREATE TRIGGER t EXECUTE FUNCTION f()', 'b']],
  [
    'p',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; b',
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END', 'b'],
  ],
  [
    'p',
    'CREATE OR REPLACE PROCEDURE p() begin atomic a; SELECT t.end, 1 AS case; END; b',
    ['CREATE OR REPLACE PROCEDURE p() begin atomic a; SELECT t.end, 1 AS case; END', 'b'],
  ],
  [
    'p',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'BEGIN ATOMIC'; b",
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'BEGIN ATOMIC'", 'b'],
  ],
  ['p', 'BEGIN; ATOMIC; END', ['BEGIN', 'ATOMIC', 'END']],
  ['p', 'CREATE RULE r AS ON INSERT TO t DO ALSO (a; b (c)); d', ['CREATE RULE r AS ON INSERT TO t DO ALSO (a; b (c))', 'd']],
  ['p', 'CREATE OR REPLACE RULE r AS DO (a;); d', ['CREATE OR REPLACE RULE r AS DO (a;)', 'd']],
  ['p', 'COPY (SELECT 1) TO STDOUT; b', ['COPY (SELECT 1) TO STDOUT', 'b']],
  ['p', "COPY t FROM '/x'; SELECT 1 FROM stdin", ["COPY t FROM '/x'", 'SELECT 1 FROM stdin']],
];
for (const [dialects, text, expected] of cases) {
  for (const dialect of dialects === 'sp' ? (['s', 'p'] as const) : [dialects]) {
    test(`${dialect}: ${JSON.stringify(text)}`, () => assert.equal(texts(text, dialect), expected));
  }
}

test('places count lines and characters from 1', () => {
  const [first, second, third] = split("\ufeff-- é\r\na;\r\n  '🍺' ; 漢 b", sqliteLexis);
  assert.equal([first?.line, first?.column], [2, 1]);
  assert.equal([second?.line, second?.column], [3, 3]);
  assert.equal([third?.line, third?.column], [3, 9]);
  assert.is(third?.text, '漢 b');
});

test('offsets and tokens are those of the whole text', () => {
  const text = ' a /* x */ b ; c';
  const [first, second] = split(text, sqliteLexis);
  assert.is(text.slice(first?.start, first?.end), 'a /* x */ b');
  assert.equal(
    first?.tokens.map((token) => text.slice(token.start, token.end)),
    ['a', ' ', '/* x */', ' ', 'b'],
  );
  assert.equal(
    second?.tokens.map(({ start }) => start),
    [15],
  );
});

test('comments belong to the statement below, those on the line of its semicolon to the one above', () => {
  const [first, second] = split('-- 1\n/* 2 */ a -- 3\n; -- 4\n-- 5\n\n-- 6\nb; /* 7 */ /* 8\n */ -- 9', sqliteLexis);
  const shown = (comments: readonly { readonly text: string; readonly line: number }[] | undefined): readonly string[] =>
    (comments ?? []).map(({ text, line }) => `${line} ${text}`);
  assert.equal(shown(first?.comments), ['1 -- 1', '2 /* 2 */']);
  assert.equal(shown(first?.trailing), ['2 -- 3', '3 -- 4']);
  assert.equal(shown(second?.comments), ['4 -- 5', '6 -- 6']);
  assert.equal(shown(second?.trailing), ['7 /* 7 */', '7 /* 8\n */']);
});

const faults: readonly (readonly ['s' | 'p', string, string, number, number, RegExp])[] = [
  ['s', "a;\n b 'x", 'sql-syntax', 2, 4, /string is never closed/],
  ['s', 'a "x', 'sql-syntax', 1, 3, /quoted name/],
  ['s', '[x', 'sql-syntax', 1, 1, /quoted name/],
  ['s', "x'12", 'sql-syntax', 1, 1, /blob/],
  ['s', 'a;\nCREATE TRIGGER t BEGIN a;', 'sql-syntax', 2, 1, /no END/],
  ['s', 'CREATE TRIGGER t BEGIN a; END x;', 'sql-syntax', 1, 1, /no END/],
  ['s', 'a;\n.read x', 'sql-unsupported', 2, 1, /\.read is a command of the sqlite3 shell/],
  ['s', 'a;\n\\d x', 'sql-unsupported', 2, 1, /\\d is a command of psql/],
  ['p', 'a /* x', 'sql-syntax', 1, 3, /comment is never closed/],
  ['p', '/* x', 'sql-syntax', 1, 1, /comment is never closed/],
  ['p', 'é $a$ x', 'sql-syntax', 1, 3, /dollar-quoted string/],
  ['p', "E'\\'", 'sql-syntax', 1, 1, /string/],
  ['p', 'CREATE FUNCTION f() BEGIN ATOMIC a; b;', 'sql-syntax', 1, 1, /no END/],
  ['p', 'a;\n  \\connect x\nb', 'sql-unsupported', 2, 3, /\\connect is a command of psql/],
  ['p', 'SELECT 1 \\gset', 'sql-unsupported', 1, 10, /\\gset/],
  ['p', '\\restrict abc\nSELECT 1;', 'sql-unsupported', 1, 1, /\\restrict/],
  ['p', "a;\ncopy t (a) from STDIN with csv;\n1,'x\n\\.\n", 'sql-unsupported', 2, 17, /COPY … FROM STDIN/],
];
for (const [dialect, text, code, line, column, message] of faults) {
  test(`${dialect}: refuses ${JSON.stringify(text)}`, () => {
    const error = fault(text, lexes[dialect], 'models.sql');
    assert.is(error?.code, code);
    assert.equal([error?.where?.file, error?.where?.line, error?.where?.column], ['models.sql', line, column]);
    assert.match(error?.where?.frame ?? '', /\n *\| *\^$/);
    assert.match(error?.message ?? '', message);
    assert.ok((error?.hint ?? '') !== '');
  });
}

test('the restrict lines of pg_dump are blank when asked', () => {
  assert.equal(texts("\\restrict a1'b\nSELECT 1;\n\\unrestrict a1b", 'p', { pgDump: true }).length, 0, 'a quote in a key hides the rest');
  assert.equal(texts('--\n\\restrict a1B\n\nSELECT 1;\n\\unrestrict a1B\n', 'p', { pgDump: true }), ['SELECT 1']);
  assert.throws(() => texts('SELECT 1 \\restrict a', 'p', { pgDump: true }));
  assert.throws(() => texts('\\connect a', 'p', { pgDump: true }));
});

/** Statement boundaries in terms that must hold for any text that splits. */
const holds = (text: string, lexis: Lexis, name: string): boolean => {
  if (fault(text, lexis) !== undefined) return false;
  const statements = split(text, lexis);
  assert.is(
    pieces(text, statements)
      .map((piece) => piece.text)
      .join(''),
    text,
    name,
  );
  for (const gap of pieces(text, statements).filter(({ kind }) => kind === 'gap')) {
    const left = lex(gap.text, lexis).filter(
      ({ kind, text: own }) => kind !== 'space' && kind !== 'comment' && own !== ';' && own !== '\ufeff',
    );
    assert.equal(
      left.map((token) => token.text),
      [],
      `${name}: a gap holds more than space, comments and semicolons`,
    );
  }
  for (const statement of statements) {
    assert.is(text.slice(statement.start, statement.end), statement.text);
    assert.is(statement.tokens.map((token) => token.text).join(''), statement.text, name);
    assert.not(/^[ \t\r\n]*$/.test(statement.text), name);
  }
  return true;
};

test('any text that splits is its pieces, byte for byte', () => {
  let split = 0;
  for (let seed = 1; seed <= 6000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: below(14) }, () => pick(nasty)).join('');
    for (const lexis of [sqliteLexis, postgresLexis]) if (holds(text, lexis, `seed ${seed}`)) split += 1;
  }
  assert.ok(split > 1000, `only ${split} texts split`);
});

/** What PostgreSQL itself says are the statements; undefined when it does not parse. */
const oracle = (text: string): readonly string[] | undefined => {
  if (text === '') return [];
  const bytes = Buffer.from(text, 'utf8');
  try {
    return (parseSync(text).stmts ?? []).map(({ stmt_location: from = 0, stmt_len: length }) =>
      bytes.subarray(from, length === undefined || length === 0 ? undefined : from + length).toString('utf8'),
    );
  } catch {
    return undefined;
  }
};

/** The raw statements of the parser start at comments and space; ours do not. */
const trimmed = (text: string): string => split(`${text}`, postgresLexis)[0]?.text ?? '';

test('the corpus: pieces are the text, and PostgreSQL agrees on the statements', async () => {
  await loadModule();
  let agreed = 0;
  for (const { name, dialect, text } of corpusTexts()) {
    const lexis = dialect === 'postgres' ? postgresLexis : sqliteLexis;
    assert.ok(holds(text, lexis, name) || fault(text, lexis)?.code === 'sql-unsupported', `${name}: ${fault(text, lexis)?.message}`);
    const expected = dialect === 'postgres' ? oracle(text) : undefined;
    if (expected === undefined || fault(text, lexis) !== undefined) continue;
    assert.equal(
      split(text, lexis).map((statement) => statement.text),
      expected.map(trimmed),
      name,
    );
    agreed += 1;
  }
  const own = oracle('SELECT 1; SELECT 2');
  assert.equal(own?.map(trimmed), ['SELECT 1', 'SELECT 2']);
  if (corpusTexts().length > 100) assert.ok(agreed > 100, `only ${agreed} texts were compared`);
});

const valid: readonly [string, ...string[]] = [
  'SELECT 1',
  "SELECT 'a;''b'",
  "SELECT E'\\';\\\\'",
  'SELECT $$;$$',
  "SELECT $a$ ' $$ ; $a$",
  "SELECT /* ; /* ' */ */ 1",
  'SELECT 1 -- ;\n',
  'SELECT ";"',
  "SELECT U&'\\0041;'",
  "SELECT B'1', X'ab'",
  'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END',
  'CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)',
  "SELECT 'a'\n \n ';b'",
  'SELECT 1;;',
  '',
  'CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $fn$ BEGIN; END; $fn$',
  'BEGIN',
  'END',
  'SELECT case when a then b end AS "end" FROM t',
  'SELECT 1 +-1, 2@-3, a$b FROM t',
  'TABLE "é🍺"',
  'SELECT 漢',
  "SELECT N'x;'",
  'CREATE PROCEDURE p(a int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END',
  'CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION f()',
  'SELECT $1',
  "SELECT '\\'",
];

test('PostgreSQL agrees on random runs of statements', async () => {
  await loadModule();
  for (let seed = 1; seed <= 500; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: 1 + below(6) }, () => pick(valid)).join(pick([';', ' ;\r\n', '; -- x\n', ';/* ; */', ';\n\n']));
    const expected = oracle(text);
    assert.ok(expected !== undefined, `seed ${seed}: the oracle cannot read ${text}`);
    assert.equal(
      split(text, postgresLexis).map((statement) => statement.text),
      expected?.map(trimmed),
      `seed ${seed}: ${text}`,
    );
  }
});

test('PostgreSQL agrees on tokens of random texts', async () => {
  await loadModule();
  let compared = 0;
  for (let seed = 1; seed <= 4000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: 1 + below(6) }, () => pick(nasty)).join(pick(['', ' ']));
    const scanned = scannedBy(text);
    if (scanned === undefined || continuesAfterComment(text)) continue;
    compared += 1;
    const ours = lex(text, postgresLexis).filter(({ kind }) => kind !== 'space');
    assert.not(
      ours.some(({ open }) => open),
      `seed ${seed}: ${JSON.stringify(text)} is open only for us`,
    );
    assert.equal(
      ours.map((token) => token.text),
      scanned,
      `seed ${seed}: ${JSON.stringify(text)}`,
    );
  }
  assert.ok(compared > 500, `only ${compared} texts were compared`);
});

/** PostgreSQL's own tokens, comments too; undefined for what it refuses, and for a few known differences. */
const scannedBy = (text: string): readonly string[] | undefined => {
  if (/[\0\ufeff\ud83c]/.test(text) || /\bn'/i.test(text)) return undefined;
  const bytes = Buffer.from(text, 'utf8');
  try {
    return scanSync(text).tokens.map(({ start, end }) => bytes.subarray(start, end).toString('utf8'));
  } catch {
    return undefined;
  }
};

/** PostgreSQL goes on with a string after a comment and a line break; the oracle's changed scanner does not. */
const continuesAfterComment = (text: string): boolean =>
  lex(text, postgresLexis).some(({ kind, text: own }) => (kind === 'string' || kind === 'blob') && /'\s*--[^\r\n]*[\r\n]/.test(own));

test.run();
