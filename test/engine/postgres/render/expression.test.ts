import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bareConstraint, bareExpression, oneLine } from '../../../../lib/engine/postgres/render/expression.ts';

const test = suite('postgres expression');

test('takes away the parentheses around the whole, and no others', () => {
  assert.is(bareExpression('(price > 0)'), 'price > 0');
  assert.is(bareExpression('((price > 0))'), 'price > 0');
  assert.is(bareExpression('((a > 0) AND (b > 0))'), '(a > 0) AND (b > 0)');
  assert.is(bareExpression('(a > 0) AND (b > 0)'), '(a > 0) AND (b > 0)');
  assert.is(bareExpression("(name <> ')'::text)"), "name <> ')'::text");
  assert.is(bareExpression('ok'), 'ok');
  assert.is(bareExpression('("odd )" = 1)'), '"odd )" = 1');
});

test('keeps what stands behind a check', () => {
  assert.is(bareConstraint('CHECK ((a > 0)) NO INHERIT'), 'CHECK (a > 0) NO INHERIT');
  assert.is(bareConstraint('CHECK (((a > 0) OR (b > 0)))'), 'CHECK ((a > 0) OR (b > 0))');
  assert.is(bareConstraint('PRIMARY KEY (id) INCLUDE (b)'), 'PRIMARY KEY (id) INCLUDE (b)');
});

test('puts it on one line, without touching what is in quotes', () => {
  assert.is(oneLine("(\nCASE\n    WHEN (a = 'x\n  y'::text) THEN 1\nEND)"), "(CASE WHEN (a = 'x\n  y'::text) THEN 1 END)");
  assert.is(bareConstraint('CHECK (\nCASE\n    WHEN a THEN b\n    ELSE true\nEND)'), 'CHECK (CASE WHEN a THEN b ELSE true END)');
});

test.run();
