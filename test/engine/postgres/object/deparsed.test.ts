import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asKept, impliedCasts, settledText } from '../../../../lib/engine/postgres/object/deparsed.ts';

const test = suite('postgres deparsed text');

test('has the cast of an array on each of its items', () => {
  assert.is(
    settledText("((role)::text = ANY ((ARRAY['a'::character varying, 'it''s, ]'::character varying])::text[]))"),
    "((role)::text = ANY (ARRAY[('a'::character varying)::text, ('it''s, ]'::character varying)::text]))",
  );
  assert.is(
    settledText("role::text = ANY (ARRAY['a'::character varying, NULL::character varying]::text[])"),
    "role::text = ANY (ARRAY['a'::character varying::text, NULL::character varying::text])",
  );
  assert.is(settledText('(ARRAY[lower(a), "B, ]"])::app."Odd T"[]'), 'ARRAY[(lower(a))::app."Odd T", ("B, ]")::app."Odd T"]');
});

test('is left alone where no array is cast', () => {
  for (const text of [
    'SELECT 1',
    "(name = ANY (ARRAY['a'::text, 'b'::text]))",
    "ARRAY[ARRAY['a'::text], ARRAY['c'::text]]",
    '(ARRAY[1, 2])[id]',
    "'(ARRAY[1])::text'::text",
  ])
    assert.is(settledText(text), text);
});

test('reaches into arrays in arrays and behind them', () => {
  assert.is(
    settledText("ARRAY[f((ARRAY['a'::bpchar])::text[])] || (ARRAY['b'::bpchar])::text[]"),
    "ARRAY[f(ARRAY[('a'::bpchar)::text])] || ARRAY[('b'::bpchar)::text]",
  );
});

test('has VALUES in the one form that PostgreSQL writes twice', () => {
  assert.is(settledText("FROM ( VALUES (1,'x'::text)) v"), "FROM (VALUES (1,'x'::text)) v");
});

test('a cast that is implied is left out, in both of the forms that PostgreSQL writes', () => {
  const list = "ARRAY['a'::character varying, 'b, ]'::character varying]";
  assert.is(impliedCasts(`((s)::text = ANY ((${list})::text[]))`), `((s)::text = ANY (${list}))`);
  assert.is(
    impliedCasts(`s::text <> ALL (${list}::text[]) AND t::text = ANY (${list}::text[])`),
    `s::text <> ALL (${list}) AND t::text = ANY (${list})`,
  );
  for (const text of ["s = ANY (ARRAY['a'::text, 'b'::text])", 'a = ANY (ARRAY[1, 2]::bigint[])', "f((ARRAY['a'::bpchar])::text[])"])
    assert.is(impliedCasts(text), text);
});

test('a settled text gets the lists of its origin back', () => {
  const raw = "CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))";
  assert.is(asKept(settledText(raw), raw), "CHECK (((s)::text = ANY (ARRAY['a'::character varying, 'b'::character varying])))");
  assert.is(asKept(settledText(raw), settledText(raw)), settledText(raw));
});

test.run();
