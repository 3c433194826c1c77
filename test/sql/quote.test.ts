import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lex, nameOf, normalText, significant } from '../../lib/sql/lex.ts';
import { postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { quoteName, quoteNameIfNeeded, quoteText } from '../../lib/sql/quote.ts';
import { isLimbeckError } from '../../lib/errors.ts';

test('quoteName always quotes', () => {
  assert.is(quoteName('users', 'sqlite'), '"users"');
  assert.is(quoteName('a"b', 'postgres'), '"a""b"');
});

for (const [name, sqlite, postgres] of [
  ['users', 'users', 'users'],
  ['Users', 'Users', '"Users"'],
  ['order', '"order"', '"order"'],
  ['ORDER', '"ORDER"', '"ORDER"'],
  ['user', 'user', '"user"'],
  ['trigger', '"trigger"', 'trigger'],
  ['1a', '"1a"', '"1a"'],
  ['a b', '"a b"', '"a b"'],
  ['', '""', '""'],
  ['é', '"é"', '"é"'],
] as const) {
  test(`quoteNameIfNeeded ${JSON.stringify(name)}`, () => {
    assert.is(quoteNameIfNeeded(name, 'sqlite'), sqlite);
    assert.is(quoteNameIfNeeded(name, 'postgres'), postgres);
  });
}

test('quoteText', () => {
  assert.is(quoteText("it's", 'sqlite'), "'it''s'");
  assert.is(quoteText('a\\b', 'sqlite'), "'a\\b'");
  assert.is(quoteText("a\\b'", 'postgres'), "E'a\\\\b'''");
  assert.is(normalText(quoteText('a\\b', 'postgres'), postgresLexis), "'a\\b'");
});

test('what is quoted is one token that spells the name', () => {
  for (const name of ['a', 'a"b', '"', '""', 'a;b--', "x'y", '[', ']', '`', '\n', '🍺']) {
    for (const lexis of [sqliteLexis, postgresLexis]) {
      const tokens = significant(lex(quoteName(name, lexis.dialect), lexis));
      assert.equal(tokens.map(nameOf), [name]);
      assert.equal(
        lex(quoteText(name, lexis.dialect), lexis).map(({ kind, open }) => [kind, open]),
        [['string', undefined]],
      );
    }
  }
});

test('a NUL character is refused', () => {
  for (const quote of [quoteName, quoteNameIfNeeded, quoteText]) {
    try {
      quote('a\0b', 'sqlite');
      assert.unreachable();
    } catch (error) {
      assert.ok(isLimbeckError(error) && error.code === 'sql-unsupported');
    }
  }
});

test.run();
