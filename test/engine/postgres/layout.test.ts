import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layOut } from '../../../lib/engine/postgres/layout.ts';
import type { Step } from '../../../lib/model/change.ts';
import { schemaOf, type ObjectKind, type SchemaObject } from '../../../lib/model/schema.ts';

const test = suite('the layout of a whole schema');

const object = (kind: ObjectKind, name: string, needs: readonly string[] = [], parent?: string): SchemaObject => ({
  kind,
  key: `${kind} ${name}`,
  name,
  ...(parent === undefined ? {} : { parent }),
  attributes: {},
  needs,
  sql: '',
  position: 0,
});

const step = (sql: string, ...touches: readonly string[]): Step => ({ sql, touches, hazards: [], notes: [] });

test('what is of a table stands below it, and what it needs above', () => {
  const schema = schemaOf([
    object('table', 'a'),
    object('table', 'b'),
    object('index', 'b_idx', ['table b'], 'table b'),
    object('function', 'f()'),
    object('trigger', 'b.t', ['table b', 'function f()'], 'table b'),
  ]);
  const steps = [
    step('a', 'table a'),
    step('b', 'table b'),
    step('c', 'table a'),
    step('index', 'index b_idx'),
    step('f', 'function f()'),
    step('trigger', 'trigger b.t'),
  ];
  assert.equal(layOut(steps, schema), [['a', 'c'], ['f'], ['b', 'index', 'trigger']]);
});

test('a sequence goes with the table that owns it, which keeps its place', () => {
  const schema = schemaOf([
    object('sequence', 's'),
    object('table', 'a'),
    object('table', 'b', ['sequence s']),
    object('sequence owner', 's', ['sequence s', 'table b']),
  ]);
  const steps = [step('s', 'sequence s'), step('a', 'table a'), step('b', 'table b'), step('owned', 'sequence s')];
  assert.equal(layOut(steps, schema), [['a'], ['s', 'b', 'owned']]);
});

test('tables that need each other keep the order given; a setting of a transaction is one of the session', () => {
  const schema = schemaOf([
    object('table', 'a'),
    object('table', 'b'),
    object('constraint', 'a.to_b', ['table b'], 'table a'),
    object('constraint', 'b.to_a', ['table a'], 'table b'),
  ]);
  const steps = [
    step('SET LOCAL check_function_bodies = off'),
    step('a', 'table a'),
    step('b', 'table b'),
    step('a to b', 'table a'),
    step('b to a', 'table b'),
  ];
  assert.equal(layOut(steps, schema), [['SET check_function_bodies = off'], ['a'], ['b'], ['a to b'], ['b to a']]);
});

test.run();
