import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepsRows, lossOf, takesAll, usingFor, usingText } from '../../../../lib/engine/postgres/render/type-change.ts';

const test = suite('postgres type changes');

test('need no USING where an assignment casts', () => {
  const pairs = [
    ['integer', 'bigint'],
    ['numeric(5,2)', 'integer'],
    ['date', 'timestamp(3) without time zone'],
    ['jsonb', 'text'],
    ['mood', 'character varying(10)'],
    ['integer[]', 'bigint[]'],
    ['integer[]', 'text'],
    ['cidr', 'inet'],
  ] as const;
  for (const [from, to] of pairs) assert.is(usingFor('c', from, to), undefined, `${from} → ${to}`);
});

test('say how the new value is made elsewhere', () => {
  assert.is(usingFor('c', 'text', 'integer'), 'c::integer');
  assert.is(usingFor('c', 'character varying(10)', 'mood'), 'c::mood');
  assert.is(usingFor('c', 'integer', 'boolean'), 'c <> 0');
  assert.is(usingFor('c', 'boolean', 'integer'), 'c::integer');
  assert.is(usingFor('c', 'boolean', 'bigint'), 'c::integer::bigint');
  assert.is(usingFor('c', 'text[]', 'integer[]'), 'c::text[]::integer[]');
  assert.is(usingFor('c', 'integer', 'integer[]'), 'c::text::integer[]');
  assert.is(usingFor('"C d"', 'integer', 'uuid'), '"C d"::text::uuid');
  assert.is(usingText('c', 'mood'), 'c::text::mood');
  assert.is(usingText('c', 'mood[]'), 'c::text[]::mood[]');
});

test('look through domains', () => {
  const baseOf = (type: string): string | undefined => (type === 'pos' ? 'integer' : undefined);
  assert.is(usingFor('c', 'integer', 'pos', baseOf), undefined);
  assert.is(usingFor('c', 'pos', 'bigint', baseOf), undefined);
  assert.is(usingFor('c', 'text', 'pos', baseOf), 'c::pos');
});

test('keep rows where values stay the same bytes', () => {
  const kept = [
    ['character varying(5)', 'character varying(9)'],
    ['character varying(5)', 'text'],
    ['text', 'character varying'],
    ['numeric(5,2)', 'numeric(7,2)'],
    ['numeric(5,2)', 'numeric'],
    ['timestamp(3) with time zone', 'timestamp with time zone'],
  ] as const;
  for (const [from, to] of kept) assert.ok(keepsRows(from, to), `${from} → ${to}`);
  const written = [
    ['character varying(9)', 'character varying(5)'],
    ['text', 'character varying(5)'],
    ['numeric(5,2)', 'numeric(7,3)'],
    ['integer', 'bigint'],
    ['character(5)', 'character(9)'],
    ['text[]', 'text'],
  ] as const;
  for (const [from, to] of written) assert.not(keepsRows(from, to), `${from} → ${to}`);
});

test('may stop at rows unless every value fits', () => {
  assert.ok(takesAll('integer', 'bigint'));
  assert.ok(takesAll('smallint', 'numeric'));
  assert.ok(takesAll('date', 'timestamp with time zone'));
  assert.ok(takesAll('mood', 'text'));
  assert.not(takesAll('bigint', 'integer'));
  assert.not(takesAll('integer', 'numeric(3,0)'));
  assert.not(takesAll('text', 'integer'));
  assert.not(takesAll('text', 'character varying(5)'));
});

test('say what values lose', () => {
  assert.is(lossOf('numeric(10,4)', 'numeric(10,2)'), 'they are rounded');
  assert.is(lossOf('numeric', 'integer'), 'they are rounded');
  assert.is(lossOf('numeric', 'numeric(10,2)'), 'they are rounded');
  assert.is(lossOf('timestamp with time zone', 'date'), 'the time of day is not kept');
  assert.is(lossOf('timestamp without time zone', 'timestamp(0) without time zone'), 'they are rounded');
  assert.is(lossOf('integer', 'boolean'), 'only whether they are 0 is left');
  for (const [from, to] of [
    ['integer', 'bigint'],
    ['numeric(5,2)', 'numeric(7,2)'],
    ['date', 'timestamp without time zone'],
    ['text', 'integer'],
  ] as const)
    assert.is(lossOf(from, to), undefined, `${from} → ${to}`);
});

test.run();
