import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isWord, lex, nameOf, normalText, normalTokens, significant } from '../../lib/sql/lex.ts';
import { postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { nasty } from './fragments.ts';
import { randomOf } from './random.ts';

const lexes = { s: sqliteLexis, p: postgresLexis } as const;

/** Significant and comment tokens as `kind text`. */
const shown = (text: string, dialect: 's' | 'p'): readonly string[] =>
  lex(text, lexes[dialect])
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, text: own, open }) => `${kind} ${own}${open ? ' …' : ''}`);

const both: readonly (readonly [string, readonly string[]])[] = [
  ["'it''s'", ["string 'it''s'"]],
  ["''''", ["string ''''"]],
  ["'a\\'b", ["string 'a\\'", 'word b']],
  ['"a"";"b', ['name "a"";"', 'word b']],
  ["-- c; ' \nx", ["comment -- c; ' ", 'word x']],
  ['a--b', ['word a', 'comment --b']],
  ['a-b', ['word a', 'operator -', 'word b']],
  ['/* ; */x', ['comment /* ; */', 'word x']],
  ['/**/x', ['comment /**/', 'word x']],
  ['/*/x*/y', ['comment /*/x*/', 'word y']],
  ['1.5e-3x', ['number 1.5e-3', 'word x']],
  ['.5', ['number .5']],
  ['1e', ['number 1', 'word e']],
  ['1.', ['number 1.']],
  ['0xFf', ['number 0xFf']],
  ['1_000', ['number 1_000']],
  ['0b10 0o17 0z', ['number 0b10', 'number 0o17', 'number 0', 'word z']],
  ['0xg', ['number 0', 'word xg']],
  ['a.b', ['word a', 'operator .', 'word b']],
  ['été漢🍺', ['word été漢🍺']],
  ['a$b', ['word a$b']],
  ['\ufeffa', ['word a']],
  ["'abc", ["string 'abc …"]],
  ['"abc', ['name "abc …']],
  ['/* abc', ['comment /* abc …']],
  ["x'0aF';", ["blob x'0aF'", 'operator ;']],
  ["X'", ["blob X' …"]],
  ['a<>b', ['word a', 'operator <>', 'word b']],
  ['a || b', ['word a', 'operator ||', 'word b']],
  ['\0', ['operator \0']],
  ["'a''", ["string 'a'' …"]],
];

const sqliteOnly: readonly (readonly [string, readonly string[]])[] = [
  ['[a;"b]c', ['name [a;"b]', 'word c']],
  ['`a``;`b', ['name `a``;`', 'word b']],
  ['[abc', ['name [abc …']],
  ["E'\\'", ['word E', "string '\\'"]],
  ['/* /* */ x', ['comment /* /* */', 'word x']],
  ['$$a$$', ['parameter $$a$$']],
  ['?1 ? :a @b $c #d', ['parameter ?1', 'parameter ?', 'parameter :a', 'parameter @b', 'parameter $c', 'parameter #d']],
  ['a->>b->c', ['word a', 'operator ->>', 'word b', 'operator ->', 'word c']],
  ['a==b!=c', ['word a', 'operator ==', 'word b', 'operator !=', 'word c']],
  ['1--2', ['number 1', 'comment --2']],
  ["'a'\n'b'", ["string 'a'", "string 'b'"]],
  ['--a\rb', ['comment --a\rb']],
  ["x'ab''cd'", ["blob x'ab'", "string 'cd'"]],
];

const postgresOnly: readonly (readonly [string, readonly string[]])[] = [
  ["E'\\';'x", ["string E'\\';'", 'word x']],
  ["e'\\\\'x", ["string e'\\\\'", 'word x']],
  ["E'a''b'", ["string E'a''b'"]],
  ["U&'d\\0061';", ["string U&'d\\0061'", 'operator ;']],
  ['u&"d;";', ['name u&"d;"', 'operator ;']],
  ['U&x', ['word U', 'operator &', 'word x']],
  ["n'x;'", ["string n'x;'"]],
  ["B'01'", ["blob B'01'"]],
  ["ab'x'", ['word ab', "string 'x'"]],
  ['$$a;$b$;$$c', ['string $$a;$b$;$$', 'word c']],
  ['$a$ $$ $b$ $a$x', ['string $a$ $$ $b$ $a$', 'word x']],
  ['$é$;$é$', ['string $é$;$é$']],
  ['$1', ['parameter $1']],
  ['$1$a', ['parameter $1', 'operator $', 'word a']],
  ['a$b$c$b$', ['word a$b$c$b$']],
  ['$a', ['operator $', 'word a']],
  ['$$a', ['string $$a …']],
  ['/* /* ; */ ; */x', ['comment /* /* ; */ ; */', 'word x']],
  ['/* /* */ x', ['comment /* /* */ x …']],
  ["'a'\n'b;'", ["string 'a'\n'b;'"]],
  ["'a' 'b'", ["string 'a'", "string 'b'"]],
  ["'a' -- c\n 'b'", ["string 'a' -- c\n 'b'"]],
  ["'a'\n-- c\n\n'b'", ["string 'a'\n-- c\n\n'b'"]],
  ["'a' /* c */\n'b'", ["string 'a'", 'comment /* c */', "string 'b'"]],
  ["E'a'\n'\\';'", ["string E'a'\n'\\';'"]],
  ["'a'\n'b", ["string 'a'\n'b …"]],
  ["'a'\n-1\n'b'", ["string 'a'", 'operator -', 'number 1', "string 'b'"]],
  ["x'a\\'b", ["blob x'a\\'", 'word b']],
  ['[1]', ['operator [', 'number 1', 'operator ]']],
  ['a::b', ['word a', 'operator ::', 'word b']],
  ['a@>b', ['word a', 'operator @>', 'word b']],
  ['1..2', ['number 1', 'operator ..', 'number 2']],
  ['a=-1', ['word a', 'operator =', 'operator -', 'number 1']],
  ['a@-1', ['word a', 'operator @-', 'number 1']],
  ['*--c', ['operator *', 'comment --c']],
  ['=/*c*/', ['operator =', 'comment /*c*/']],
  ['--a\rb', ['comment --a', 'word b']],
];

const caseTest = (dialect: 's' | 'p', cases: typeof both): void => {
  for (const [text, expected] of cases) {
    test(`${dialect}: ${JSON.stringify(text)}`, () => assert.equal(shown(text, dialect), expected));
  }
};
caseTest('s', [...both, ...sqliteOnly]);
caseTest('p', [...both, ...postgresOnly]);

test('tokens of any text join to the text, one beginning where the other ends', () => {
  for (let seed = 1; seed <= 3000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: below(14) }, () => pick(nasty)).join('');
    for (const lexis of [sqliteLexis, postgresLexis]) {
      const tokens = lex(text, lexis);
      assert.is(tokens.map((token) => token.text).join(''), text, `seed ${seed}`);
      let at = 0;
      for (const token of tokens) {
        assert.is(token.start, at);
        assert.ok(token.end > token.start, `seed ${seed}: empty token`);
        at = token.end;
        if (token.open) assert.is(token.end, text.length);
      }
    }
  }
});

test('a megabyte is quick, also one that is hostile', () => {
  const texts = [
    "CREATE TABLE \"a\" (x int DEFAULT 'it''s'); -- hi\n".repeat(20_000),
    "'".repeat(1_000_000),
    "''\n".repeat(333_000),
    '$'.repeat(1_000_000),
    '$a'.repeat(500_000),
    '/*'.repeat(500_000),
    '-'.repeat(1_000_000),
    '['.repeat(1_000_000),
    '+'.repeat(1_000_000),
    ' '.repeat(1_000_000),
    "'a' ".repeat(250_000),
    "'a'--x\n".repeat(140_000),
    '1_'.repeat(500_000),
    '('.repeat(1_000_000),
    "e'\\".repeat(330_000),
    '@-'.repeat(500_000),
    Array.from({ length: 100_000 }, (_, at) => `$t${at}$ `).join(''),
  ];
  for (const text of texts) {
    for (const lexis of [sqliteLexis, postgresLexis]) {
      const began = performance.now();
      lex(text, lexis);
      const took = performance.now() - began;
      assert.ok(took < 15_000, `${text.slice(0, 12)} took ${took} ms on ${lexis.dialect}`);
    }
  }
});

test('significant leaves out space and comments', () => {
  assert.equal(
    significant(lex('a /* b */ -- c\n d', sqliteLexis)).map(({ text }) => text),
    ['a', 'd'],
  );
});

test('nameOf unquotes every kind of name and nothing else', () => {
  const names = (text: string, dialect: 's' | 'p'): readonly (string | undefined)[] => significant(lex(text, lexes[dialect])).map(nameOf);
  assert.equal(names('Ab "a""b" [x y] `q``r` \'s\' 1 ,', 's'), ['Ab', 'a"b', 'x y', 'q`r', undefined, undefined, undefined]);
  assert.equal(names('Ab "A b" U&"c"', 'p'), ['Ab', 'A b', 'c']);
  assert.equal(names('"ab', 's'), ['ab']);
});

test('isWord wants an unquoted word, in any case', () => {
  const [word, name] = significant(lex('Create "create"', sqliteLexis));
  assert.ok(isWord(word, 'table', 'create'));
  assert.ok(isWord(word, 'CREATE'));
  assert.not(isWord(word, 'creat'));
  assert.not(isWord(name, 'create'));
  assert.not(isWord(undefined, 'create'));
});

const same: readonly (readonly ['s' | 'p', string, string])[] = [
  ['s', 'create  TABLE "T" (A int)--x', 'CREATE TABLE t(a INT)'],
  ['s', 'a == b', 'a=b'],
  ['s', 'a != b', 'a<>b'],
  ['s', '[Order]', '"order"'],
  ['s', '"order"', 'ORDER'],
  ['s', '`a`', 'a'],
  ['s', "X'AB'", "x'ab'"],
  ['s', '1E5', '1e5'],
  ['p', 'SELECT 1', 'select/* x */1'],
  ['p', "$$it's$$", "'it''s'"],
  ['p', '$a$x$a$', "'x'"],
  ['p', "E'abc'", "'abc'"],
  ['p', "E'a\\\\b'", "'a\\b'"],
  ['p', 'a != b', 'a <> b'],
];
const different: readonly (readonly ['s' | 'p', string, string])[] = [
  ['s', "'x'", 'x'],
  ['s', "'x'", '"x"'],
  ['s', "'X'", "'x'"],
  ['s', '"a b"', 'a b'],
  ['s', '"\'x\'"', "'x'"],
  ['s', '"1"', '1'],
  ['s', '"É"', '"é"'],
  ['s', "E'a'", "'a'"],
  ['s', '""', ''],
  ['p', '"A"', 'a'],
  ['p', '"A"', '"a"'],
  ['p', "E'\\n'", "'\\n'"],
  ['p', 'a == b', 'a = b'],
  ['p', "'a'", 'a'],
  ['p', '$$a$$', '"a"'],
  ['p', "N'a'", "'a'"],
];
for (const [dialect, left, right] of same) {
  test(`${dialect}: ${left} is ${right}`, () => assert.equal(normalTokens(left, lexes[dialect]), normalTokens(right, lexes[dialect])));
}
for (const [dialect, left, right] of different) {
  test(`${dialect}: ${left} is not ${right}`, () => assert.is.not(normalText(left, lexes[dialect]), normalText(right, lexes[dialect])));
}

test('normal text is a fixed point', () => {
  for (let seed = 1; seed <= 2000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: below(10) }, () => pick(nasty)).join('');
    for (const lexis of [sqliteLexis, postgresLexis]) {
      if (text.includes('\ufeff') || lex(text, lexis).some(({ open }) => open)) continue;
      const once = normalText(text, lexis);
      assert.is(normalText(once, lexis), once, `seed ${seed} ${lexis.dialect} ${JSON.stringify(text)}`);
    }
  }
});

test.run();
