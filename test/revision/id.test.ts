import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import { checkRevisionId, compareIds, nextRevisionId } from '../../lib/revision/id.ts';
import { near } from '../../lib/revision/near.ts';
import { slugOf } from '../../lib/revision/slug.ts';

test('an id is the second in UTC, the next free one if taken', () => {
  const now = new Date('2026-12-31T23:59:58.999Z');
  assert.is(nextRevisionId([], now), '20261231235958');
  assert.is(nextRevisionId(['20261231235958', 'abc'], now), '20261231235959');
  assert.is(nextRevisionId(new Set(['20261231235958', '20261231235959']), now), '20270101000000');
});

test('ids that may be chosen, and those that may not', () => {
  for (const id of ['1', 'abc', 'A1', '20261231235958', 'x'.repeat(64)]) assert.is(checkRevisionId(id), id);
  for (const id of ['', 'a-b', 'a_b', 'a b', 'ä', 'a/b', '../x', 'a\n', 'head', 'base', 'heads', 'current', 'x'.repeat(65)]) {
    try {
      checkRevisionId(id);
      assert.unreachable(`${id} was accepted`);
    } catch (error) {
      assert.is(isLimbeckError(error) && error.code, 'usage', id);
    }
  }
});

test('ids sort by value, then by characters', () => {
  const ids = ['b1', '10', '9', 'a1', '0010', '123456789012345678901', '123456789012345678900', '20260101000000'];
  assert.equal(ids.sort(compareIds), ['9', '0010', '10', '20260101000000', '123456789012345678900', '123456789012345678901', 'a1', 'b1']);
});

const slugs: readonly (readonly [message: string, slug: string])[] = [
  ['add user roles', 'add_user_roles'],
  ["Don't  DROP: users.pin!", 'don_t_drop_users_pin'],
  ['größe ÄNDERN', 'größe_ändern'],
  ['gro\u0308ße', 'größe'],
  ['表を追加', '表を追加'],
  ['a/b\\c..d', 'a_b_c_d'],
  ['../../etc/passwd', 'etc_passwd'],
  ['x.sqlite.up.sql', 'x_sqlite_up_sql'],
  ['', 'revision'],
  ['!!! ---', 'revision'],
  ['___', 'revision'],
  ['🙂', 'revision'],
  ['this is a very long message about one column of one table', 'this_is_a_very_long_message_about_one'],
  ['x'.repeat(60), 'x'.repeat(40)],
  [`${'x'.repeat(40)} y`, 'x'.repeat(40)],
  [`${'𝒳'.repeat(50)}`, '𝒳'.repeat(40)],
];

for (const [message, slug] of slugs) {
  test(`slug of ${JSON.stringify(message.slice(0, 40))}`, () => assert.is(slugOf(message), slug));
}

test('near words: a swap, a slip, nothing far', () => {
  assert.equal(near('haed', ['head', 'heads', 'base'], 5), ['head']);
  assert.equal(near('modles', ['url', 'models'], 1), ['models']);
  assert.equal(near('20261231235985', ['20261231235958', '20250101000000'], 5), ['20261231235958']);
  assert.equal(near('xyz', ['head', 'base'], 5), []);
});

test.run();
