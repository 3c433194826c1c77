import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { compare, describeChange, topChanges } from '../../lib/diff/compare.ts';
import { objectKey, schemaOf, type AttributeValue, type SchemaObject } from '../../lib/model/schema.ts';

const test = suite('compare');

const object = (key: string, attributes: Readonly<Record<string, AttributeValue>> = {}, parent?: string): SchemaObject => ({
  kind: key.startsWith('column') ? 'column' : 'table',
  key,
  name: key,
  ...(parent === undefined ? {} : { parent }),
  attributes,
  needs: [],
  sql: '',
  position: 0,
});

const told = (from: readonly SchemaObject[], to: readonly SchemaObject[]): readonly string[] =>
  topChanges(compare(schemaOf(from), schemaOf(to))).map(describeChange);

test('the same is no change, whatever the order and the texts', () => {
  const a = object('table a', { x: ['1', '2'] });
  const b = object('table b');
  assert.deepEqual(
    told(
      [a, b],
      [
        { ...b, sql: 'other', position: 7 },
        { ...a, attributes: { x: ['1', '2'] } },
      ],
    ),
    [],
  );
});

test('creates, drops and alters are told; the parts of a new table are not', () => {
  const from = [object('table old'), object('column old.x', {}, 'table old'), object('table t', { strict: false })];
  const to = [
    object('table t', { strict: true }),
    object('column t.y', { type: 'int' }, 'table t'),
    object('table new'),
    object('column new.x', {}, 'table new'),
  ];
  assert.deepEqual(told(from, to), ['drop table old', 'alter table t: strict false → true', 'create column t.y', 'create table new']);
});

test('an attribute that only one side has counts', () => {
  assert.deepEqual(told([object('table t', {})], [object('table t', { where: 'a' })]), ['alter table t: where none → a']);
  assert.deepEqual(told([object('table t', { x: ['a'] })], [object('table t', { x: ['a', 'b'] })]), ['alter table t: x (a) → (a, b)']);
});

test('keys of odd names cannot collide', () => {
  assert.notEqual(objectKey('column', 'a.b', 'c'), objectKey('column', 'a', 'b.c'));
  assert.equal(objectKey('column', 'a', 'select'), 'column a.select');
  assert.equal(objectKey('table', 'x"y'), 'table "x""y"');
});

test.run();
