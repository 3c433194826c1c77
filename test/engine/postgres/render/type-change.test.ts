import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepsRows, takesAll, usingFor, usingText } from '../../../../lib/engine/postgres/render/type-change.ts';
import { lossOf } from '../../../../lib/engine/postgres/render/type-loss.ts';

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
  assert.is(usingFor('c', 'integer', 'pos', 'integer'), undefined);
  assert.is(usingFor('c', 'text', 'pos', 'integer'), 'c::pos');
  assert.is(usingFor('c', 'character varying(10)', 'zip', 'character varying(3)'), undefined);
});

test('leave the length to the cast of an assignment, which stops where a written one cuts', () => {
  assert.is(usingFor('c', 'text', 'bit(3)'), 'c::bit varying');
  assert.is(usingFor('c', 'integer', 'bit(3)'), 'c::text::bit varying');
  assert.is(usingFor('c', 'text', 'character varying(3)[]'), 'c::text::text[]');
  assert.is(usingFor('c', 'text[]', 'bit(3)[]'), 'c::text[]::bit varying[]');
  assert.is(usingText('c', 'zip', 'character varying(3)'), 'c::text');
  assert.is(usingText('c', 'zips[]', 'character(3)[]'), 'c::text[]');
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
  const said = {
    'numeric(10,4) → numeric(10,2)': 'they are rounded',
    'numeric → integer': 'they are rounded',
    'numeric → numeric(10,2)': 'they are rounded',
    'integer → real': 'they are rounded',
    'bigint → double precision': 'they are rounded',
    'double precision → real': 'they are rounded',
    'double precision → numeric': 'they are rounded to 15 digits',
    'real → numeric(10,2)': 'they are rounded to 6 digits and to the new scale',
    'numeric → money': 'they are rounded',
    'integer → boolean': 'only whether they are 0 is left',
    'text → numeric(10,1)': 'they are rounded',
    'text → real': 'they are rounded',
    'text → date': 'the time of day is not kept',
    'text → timestamp(0) without time zone': 'time zones are not kept, and they are rounded',
    'text → name': 'what is longer than 63 bytes is cut',
    'text → "char"': 'only the first byte is left',
    'text → jsonb': 'spaces, order of keys and double keys are not kept',
    'text → character varying(3)[]': 'spaces at their end that do not fit are cut',
    'character varying(5) → character(9)': 'spaces at their end are not kept',
    'timestamp with time zone → date': 'the time of day is not kept',
    'timestamp with time zone → timestamp without time zone': 'they become times in the time zone of the session',
    'timestamp without time zone → timestamp with time zone': 'they are read in the time zone of the session',
    'timestamp without time zone → timestamp(0) without time zone': 'they are rounded',
    'time with time zone → time without time zone': 'the time zone is not kept',
    'interval → time without time zone': 'whole days are not kept',
    'interval → interval(0)': 'they are rounded',
    'inet → cidr': 'the part of the host is not kept',
    'tstzrange → daterange': 'the time of day is not kept',
    'integer[] → real[]': 'they are rounded',
    'text → geometry': 'what the new type has no place for is not kept',
  };
  for (const [pair, loss] of Object.entries(said)) {
    const [from = '', to = ''] = pair.split(' → ');
    assert.is(lossOf(from, to), loss, pair);
  }
});

test('say nothing where values stay what they are, or stop the change', () => {
  for (const [from, to] of [
    ['smallint', 'bigint'],
    ['integer', 'bigint'],
    ['integer', 'double precision'],
    ['bigint', 'numeric'],
    ['bigint', 'numeric(5,2)'],
    ['numeric(5,2)', 'numeric(7,2)'],
    ['numeric(5,2)', 'numeric(7,3)'],
    ['numeric(9,0)', 'integer'],
    ['real', 'double precision'],
    ['date', 'timestamp without time zone'],
    ['time(3) without time zone', 'time without time zone'],
    ['character varying(5)', 'character varying(9)'],
    ['character varying(5)', 'text'],
    ['character(5)', 'character varying(3)'],
    ['character(5)', 'text'],
    ['mood', 'text'],
    ['jsonb', 'text'],
    ['jsonb', 'json'],
    ['integer[]', 'text'],
    ['integer[]', 'bigint[]'],
    ['cidr', 'inet'],
    ['text', 'integer'],
    ['text', 'uuid'],
    ['bit(3)', 'bit varying(8)'],
    ['bit varying(8)', 'bit(3)'],
    ['boolean', 'integer'],
    ['geometry(Point,4326)', 'geometry'],
  ] as const)
    assert.is(lossOf(from, to), undefined, `${from} → ${to}`);
});

test.run();
