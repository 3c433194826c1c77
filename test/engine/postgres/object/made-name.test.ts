import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { madeIndexName, madeName } from '../../../../lib/engine/postgres/object/made-name.ts';

const test = suite('names that PostgreSQL makes');

test('are joined while they fit', () => {
  assert.is(madeName('users', 'id', 'seq'), 'users_id_seq');
});

/** As PostgreSQL 18 named a sequence of a serial column and a NOT NULL. */
test('cut the longer part until they do', () => {
  const table = 'a very long name of a table that is nearly as long as it may ge';
  assert.is(
    madeName(table, 'a column with a quite long name, too', 'seq'),
    'a very long name of a table t_a column with a quite long na_seq',
  );
  assert.is(madeName(table, 'id', 'not_null'), 'a very long name of a table that is nearly as long _id_not_null');
});

test('count bytes and keep characters whole', () => {
  const name = madeName('ä'.repeat(40), 'id', 'seq');
  assert.is(name, `${'ä'.repeat(28)}_id_seq`);
  assert.ok(Buffer.byteLength(name) <= 63);
});

/** As PostgreSQL 18 named them. */
test('of indexes tell what they are for', () => {
  assert.is(madeIndexName('users', 'p', ['id']), 'users_pkey');
  assert.is(madeIndexName('users', 'u', ['a', 'b']), 'users_a_b_key');
  assert.is(madeIndexName('users', 'x', ['during']), 'users_during_excl');
  assert.is(madeIndexName('t'.repeat(63), 'p', ['id']), `${'t'.repeat(58)}_pkey`);
});

test.run();
