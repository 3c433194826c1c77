import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import type { Graph } from '../../lib/revision/graph.ts';
import { resolveTarget } from '../../lib/revision/resolve.ts';
import type { Direction } from '../../lib/revision/target.ts';
import type { GraphNode } from '../../lib/revision/revision.ts';
import { draw, idsOf, setOf } from './drawing.ts';

const line = draw('1975ea83b712:', 'ae1027a6acf1: 1975ea83b712', '27c6a30d7c24: ae1027a6acf1', '27c6ffff0000: 27c6a30d7c24');
const two = draw('a1:', 'a2: a1', 'b1: a1 #left', 'b2: b1', 'c1: a2 #right', 'c2: c1');
const roots = draw('x1: #x', 'x2: x1', 'y1: #y', 'y2: y1');
const merged = draw('a1:', 'b1: a1', 'c1: a1', 'm: b1, c1', 'n: m');
const needs = draw('a1: #a', 'a2: a1', 'd1: /a2 #d', 'd2: d1');

type Case = readonly [graph: Graph<GraphNode>, text: string, direction: Direction, applied: string, expected: string];

const all = (graph: Graph<GraphNode>): string => idsOf(graph.nodes);

// An answer of ids, `-` for the base, or an error's code and words.
const cases: readonly Case[] = [
  [line, 'ae1027a6acf1', 'up', '', 'ae1027a6acf1'],
  [line, 'ae1', 'up', '', 'ae1027a6acf1'],
  [line, '1', 'any', '', '1975ea83b712'],
  [line, '27c6', 'any', '', "revision-ambiguous Multiple revisions start with '27c6': 27c6a30d7c24, 27c6ffff0000"],
  [line, '27c6a', 'any', '', '27c6a30d7c24'],
  [line, 'zzz', 'up', '', "revision-unknown Can't locate revision identified by 'zzz'"],
  [line, 'head', 'up', '', '27c6ffff0000'],
  [line, 'heads', 'up', '', '27c6ffff0000'],
  [line, 'base', 'down', '', '-'],
  [line, 'current', 'any', '1975ea83b712 ae1027a6acf1', 'ae1027a6acf1'],
  [line, 'current+1', 'any', '1975ea83b712', 'ae1027a6acf1'],
  [line, 'head-2', 'any', '', 'ae1027a6acf1'],
  [line, 'base+2', 'any', '', 'ae1027a6acf1'],
  [line, 'ae10+1', 'up', '', '27c6a30d7c24'],
  [line, 'ae10-1', 'down', all(line), '1975ea83b712'],
  [line, 'ae10-2', 'down', all(line), '-'],
  [line, 'ae10-3', 'down', all(line), "walk-failed Relative revision ae10-3 didn't produce 3 migrations: there are only 2"],
  [line, 'ae10+9', 'up', '', "walk-failed Relative revision ae10+9 didn't produce 9 migrations: there are only 2"],
  [line, '+1', 'up', '', '1975ea83b712'],
  [line, '+2', 'up', '1975ea83b712', '27c6a30d7c24'],
  [line, '+0', 'up', '1975ea83b712', '1975ea83b712'],
  [line, '+5', 'up', '1975ea83b712', 'walk-failed there are only 3'],
  [line, '+1', 'up', all(line), 'walk-failed there is none'],
  [line, '+99999999999999999999', 'up', '', 'walk-failed there are only 4'],
  [line, '-1', 'down', all(line), '27c6a30d7c24'],
  [line, '-4', 'down', all(line), '-'],
  [line, '-5', 'down', all(line), 'walk-failed there are only 4'],
  [line, '-0', 'down', all(line), '27c6ffff0000'],
  [line, '-1', 'down', '', 'walk-failed nothing is applied'],
  [line, '-1', 'up', all(line), "walk-failed Relative revision -1 didn't produce 1 migrations"],
  [line, '+1', 'down', all(line), "walk-failed Relative revision +1 didn't produce 1 migrations"],
  [line, '-1', 'any', '', '27c6a30d7c24'],
  [line, '+1', 'any', '', '1975ea83b712'],
  [line, '+1x', 'up', '', 'usage'],
  [line, '+', 'up', '', 'usage'],
  [line, '--1', 'up', '', 'usage'],
  [line, '+1.5', 'up', '', 'usage'],
  [line, '', 'up', '', 'usage'],
  [line, '@head', 'up', '', 'usage'],
  [line, 'a@b@head', 'up', '', 'usage'],
  [line, 'ae10:head', 'up', '', 'usage a range is not allowed here'],

  [
    two,
    'head',
    'up',
    '',
    "multiple-heads Multiple head revisions are present for given argument 'head': b2, c2; please specify a specific target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
  ],
  [two, 'heads', 'up', '', 'b2 c2'],
  [two, 'head-1', 'up', '', 'multiple-heads'],
  [two, 'left', 'up', '', 'b1'],
  [two, 'left@head', 'up', '', 'b2'],
  [two, 'left@heads', 'up', '', 'b2'],
  [two, 'a2@head', 'up', '', 'c2'],
  [two, 'a1@head', 'up', '', "multiple-heads 'a1@head'"],
  [two, 'left@base', 'down', all(two), '-'],
  [two, 'left@c1', 'up', '', "revision-unknown Revision c1 is not a member of branch 'left'"],
  [two, 'nope@head', 'up', '', "revision-unknown Can't locate revision identified by 'nope'"],
  [two, 'right@-1', 'down', all(two), 'c1'],
  [two, 'right@-3', 'down', all(two), 'a1'],
  [two, 'right@-5', 'down', all(two), 'walk-failed there are only 4'],
  [two, 'left@-1', 'down', 'a1 a2', "walk-failed nothing of branch 'left' is applied beyond a1"],
  [two, 'left@-1', 'down', 'a1', '-'],
  [two, '-1', 'down', all(two), 'walk-failed downgrade -1 from multiple heads is ambiguous: b2, c2'],
  [two, '-1', 'down', 'a1 a2 c1', 'a2'],
  [two, '+1', 'up', 'a1', 'walk-failed Ambiguous walk: on the way of +1 the history parts at a2, b1'],
  [two, 'left@+1', 'up', 'a1', 'b1'],
  [two, 'left@+2', 'up', 'a1 a2 c1', 'b2'],
  [two, 'left@+3', 'up', 'a1', 'walk-failed there are only 2'],
  [two, '+1', 'up', 'a1 a2 b1', 'walk-failed Ambiguous upgrade from multiple current revisions: a2, b1'],
  [two, '+1', 'up', 'a1 a2 b1 b2 c1', 'c2'],
  [two, 'left@b1+1', 'up', '', 'b2'],
  [two, 'a1+1', 'up', '', 'walk-failed Ambiguous walk'],
  [two, 'left@a1+1', 'up', '', 'b1'],

  [roots, 'base+1', 'any', '', 'walk-failed Ambiguous walk'],
  [roots, 'x@+1', 'up', 'y1', 'x1'],
  [roots, 'x@base', 'down', all(roots), '-'],
  [roots, 'y@-1', 'down', 'x1', 'walk-failed nothing is applied'],

  [merged, '-1', 'down', 'a1 b1 c1 m', 'b1 c1'],
  [merged, '-2', 'down', 'a1 b1 c1 m', 'walk-failed Ambiguous walk: on the way of -2 the history joins at b1, c1'],
  [merged, 'b1@-2', 'down', 'a1 b1 c1 m', 'a1'],
  [merged, '+1', 'up', 'a1 b1 c1', 'm'],

  [needs, 'head', 'up', '', 'd2'],
  [needs, 'a@head', 'up', '', 'a2'],
  [needs, 'a@-1', 'down', 'a1 a2 d1', 'a1'],
  [draw('a1:', 'd1: / a1'), 'head', 'up', '', 'd1'],
  [draw('a1:', 'd1: / a1'), 'heads', 'up', '', 'd1'],
  [draw('a1:', 'd1: / a1'), '-1', 'down', 'a1 d1', '-'],
  [draw('a1:', 'd1: / a1', 'a2: a1'), '+1', 'up', 'a1 d1', 'a2'],
  [draw(), 'head', 'up', '', '-'],
  [draw(), 'heads', 'up', '', '-'],
  [draw(), '+1', 'up', '', 'walk-failed there is none'],
  [draw('0001:', '0002: 0001', '2000: 0002'), '1', 'up', '', '0001'],
  [draw('0001:', '0002: 0001', '2000: 0002'), '2', 'up', '', 'revision-ambiguous 0002, 2000'],
];

for (const [graph, text, direction, applied, expected] of cases) {
  test(`${direction} ${JSON.stringify(text)} from [${applied}] is ${expected.slice(0, 60)}`, () => {
    const context = { applied: setOf(applied) };
    const answer = (): string => {
      try {
        return resolveTarget(graph, text, context, direction).ids.join(' ') || '-';
      } catch (error) {
        if (!isLimbeckError(error)) throw error;
        assert.ok(error.hint, 'an error says what to do');
        return `${error.code} ${error.message}`;
      }
    };
    const got = answer();
    const [code = '', ...words] = expected.split(' ');
    if (/^[a-z]+-[a-z]+$|^usage$/.test(code)) {
      assert.is(got.split(' ')[0], code, got);
      assert.ok(got.includes(words.join(' ')), `${got}\n does not say\n${words.join(' ')}`);
    } else {
      assert.is(got, expected);
    }
  });
}

test('an unknown revision comes with near ones', () => {
  const hint = (text: string): string => {
    try {
      resolveTarget(two, text, { applied: new Set() }, 'up');
      return 'found';
    } catch (error) {
      return isLimbeckError(error) ? (error.hint ?? '') : String(error);
    }
  };
  assert.match(hint('haed'), 'did you mean head');
  assert.match(hint('rihgt'), 'did you mean right');
  assert.match(hint('zzzzzz'), /^limbeck history/);
});

test.run();
