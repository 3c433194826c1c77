import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settled } from '../../../../lib/engine/postgres/fingerprint/deparse.ts';

const cases: readonly (readonly [string, string])[] = [
  [
    "((a)::text = ANY ((ARRAY['x'::character varying, 'it''s'::character varying])::text[]))",
    "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('it''s'::character varying)::text]))",
  ],
  ['(ARRAY[f(a, \'],\'::text), NULL::text])::app."Mood"[]', 'ARRAY[(f(a, \'],\'::text))::app."Mood", (NULL::text)::app."Mood"]'],
  ['(ARRAY[(ARRAY[1])::bigint[]])::x[]', 'ARRAY[(ARRAY[(1)::bigint])::x]'],
  ["(ARRAY['a'::text])", "(ARRAY['a'::text])"],
  ["'(ARRAY[1])::bigint[]'::text", "'(ARRAY[1])::bigint[]'::text"],
  [' SELECT 1 FROM ( VALUES (1)) v', ' SELECT 1 FROM (VALUES (1)) v'],
];
for (const [text, expected] of cases) {
  test(text, () => {
    assert.is(settled(text), expected);
    assert.is(settled(expected), expected);
  });
}

test.run();
