import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdsPassword, maskIn } from '../../lib/cli/mask.ts';

test('passwords of URLs in a text are masked', () => {
  assert.is(maskIn('cannot reach postgres://ann:s3cret@db/shop, sorry', []), 'cannot reach postgres://ann:***@db/shop, sorry');
  assert.is(maskIn('a postgres://a:x@h/d and "mysql://b:y@h/d"', []), 'a postgres://a:***@h/d and "mysql://b:***@h/d"');
  assert.is(maskIn('postgres://h/d?user=a&password=x', []), 'postgres://h/d?user=a&password=***');
});

test('a known URL is masked, however odd its password', () => {
  const url = 'postgres://ann:a b"c\'d@db/shop';
  assert.not.ok(maskIn(`bad URL ${url}.`, [url]).includes('b"c'));
});

test('other text stays as it is', () => {
  for (const text of ['sqlite:///./app.db', 'see https://sqlite.org/lang.html: a@b', 'x: y@z']) {
    assert.is(maskIn(text, []), text);
  }
});

test('a URL with a password is known as such', () => {
  assert.ok(holdsPassword('postgres://ann:x@db/shop'));
  assert.ok(holdsPassword('postgres://db/shop?password=x'));
  assert.not.ok(holdsPassword('postgres://ann@db/shop'));
  assert.not.ok(holdsPassword('sqlite:///./app.db'));
  assert.not.ok(holdsPassword('schema/models.sql'));
});

test.run();
