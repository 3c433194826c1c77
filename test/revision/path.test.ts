import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import type { Graph } from '../../lib/revision/graph.ts';
import { downgradePath, outOfOrder, upgradePath } from '../../lib/revision/path.ts';
import { resolveRange } from '../../lib/revision/range.ts';
import { resolveTarget } from '../../lib/revision/resolve.ts';
import type { GraphNode } from '../../lib/revision/revision.ts';
import { draw, idsOf, setOf } from './drawing.ts';

const line = draw('1a:', '2b: 1a', '3c: 2b', '4d: 3c');
const two = draw('a1:', 'a2: a1', 'b1: a1 #left', 'b2: b1', 'c1: a2 #right', 'c2: c1');
const merged = draw('a1:', 'b1: a1', 'c1: a1', 'm: b1, c1', 'n: m');
const needs = draw('a1: #a', 'a2: a1', 'a3: a2', 'd1: / a2 #d', 'd2: d1');
const roots = draw('x1: #x', 'x2: x1', 'y1: #y', 'y2: y1');

type Case = readonly [graph: Graph<GraphNode>, applied: string, text: string, expected: string];

const up: readonly Case[] = [
  [line, '', 'head', '1a 2b 3c 4d'],
  [line, '1a 2b', '3c', '3c'],
  [line, '1a 2b 3c', '2b', ''],
  [line, '1a', 'base', ''],
  [line, '1a 3c', 'head', '2b 4d'],
  [two, 'a1', 'left@head', 'b1 b2'],
  [two, 'a1 b1', 'heads', 'a2 b2 c1 c2'],
  [merged, 'a1 b1', 'm', 'c1 m'],
  [needs, '', 'd1', 'a1 a2 d1'],
  [needs, 'a1', 'd@head', 'a2 d1 d2'],
];

const down: readonly Case[] = [
  [line, '1a 2b 3c 4d', '2b', '4d 3c'],
  [line, '1a 2b 3c 4d', '-1', '4d'],
  [line, '1a 2b 3c', 'base', '3c 2b 1a'],
  [line, '1a 2b', '2b', ''],
  [line, '1a 2b', '3c', 'walk-failed Destination 3c is not a valid downgrade target from current head(s): the database is at 2b'],
  [line, '', '3c', 'walk-failed nothing is applied'],
  [two, 'a1 a2 b1 b2 c1 c2', 'a1', 'c2 c1 b2 b1 a2'],
  [two, 'a1 a2 b1 b2 c1 c2', 'b1', 'b2'],
  [two, 'a1 a2 b1 b2 c1 c2', 'left@a1', 'b2 b1'],
  [two, 'a1 a2 b1 b2 c1 c2', 'left@-1', 'b2'],
  [two, 'a1 a2 b1 b2 c1 c2', 'left@-2', 'b2 b1'],
  [two, 'a1 a2 b1 b2 c1 c2', 'right@-2', 'c2 c1'],
  [two, 'a1 a2 b1', 'right@-1', 'a2'],
  [merged, 'a1 b1 c1 m n', 'b1', 'n m'],
  [merged, 'a1 b1 c1 m', '-1', 'm'],
  [merged, 'a1 b1 c1 m', 'a1', 'm c1 b1'],
  [needs, 'a1 a2 a3 d1 d2', 'a1', 'd2 d1 a3 a2'],
  [needs, 'a1 a2 a3 d1 d2', 'a2', 'a3'],
  [needs, 'a1 a2 a3 d1 d2', 'd@base', 'd2 d1'],
  [needs, 'a1 a2 a3 d1 d2', 'd@-1', 'd2'],
  [needs, 'a1 a2 d1', 'd1-1', 'd1'],
  [roots, 'x1 x2 y1 y2', 'x@base', 'x2 x1'],
  [roots, 'x1 x2 y1 y2', 'x1-1', 'x2 x1'],
  [roots, 'x1 x2 y1', 'base', 'y1 x2 x1'],
];

const ranges: readonly (readonly [graph: Graph<GraphNode>, applied: string, text: string, expected: string])[] = [
  [line, '', '2b:3c', '2b 3c'],
  [line, '', '2b:', '2b 3c 4d'],
  [line, '', ':2b', '1a 2b'],
  [line, '', ':', '1a 2b 3c 4d'],
  [line, '', '3c', '3c'],
  [line, '', '2b:2b', '2b'],
  [line, '', 'base:head', '1a 2b 3c 4d'],
  [line, '', '-1:', '3c 4d'],
  [line, '1a 2b 3c', '-2:current', '1a 2b 3c'],
  [line, '1a 2b', 'current:', '2b 3c 4d'],
  [line, '', '2b:+2', '2b 3c 4d'],
  [line, '', '2b:+9', "walk-failed Relative revision 2b+9 didn't produce 9 migrations"],
  [line, '', 'head:base', 'walk-failed Requested range head:base does not refer to ancestor/descendant revisions along the same branch'],
  [line, '', '3c:2b', 'walk-failed Requested range 3c:2b'],
  [line, '', 'a:b:c', 'usage History range requires [start]:[end], [start]:, or :[end]'],
  [two, '', 'a1:', 'a1 a2 b1 b2 c1 c2'],
  [two, '', 'b1:', 'b1 b2'],
  [two, '', 'b1:c2', 'walk-failed'],
  [two, '', 'left@head', 'b2'],
  [two, '', 'heads', 'b2 c2'],
  [two, '', '-1:', 'multiple-heads'],
  [merged, '', 'b1:m', 'b1 c1 m'],
  [needs, '', 'd1:d2', 'd1 d2'],
  [needs, '', 'a1:d2', 'a1 a2 d1 d2'],
  [draw(), '', ':', ''],
];

const answerOf = (work: () => string): string => {
  try {
    return work();
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    assert.ok(error.hint);
    return `${error.code} ${error.message}`;
  }
};

const expectAnswer = (got: string, expected: string): void => {
  const [code = '', ...words] = expected.split(' ');
  if (!/^[a-z]+-[a-z]+$|^usage$/.test(code)) assert.is(got, expected);
  else assert.ok(got.startsWith(`${code} `) && got.includes(words.join(' ')), `${got}\n does not say\n${expected}`);
};

for (const [graph, applied, text, expected] of up) {
  test(`upgrade ${text} from [${applied}] runs [${expected}]`, () => {
    const context = { applied: setOf(applied) };
    expectAnswer(
      answerOf(() => idsOf(upgradePath(graph, context.applied, resolveTarget(graph, text, context, 'up').ids))),
      expected,
    );
  });
}

for (const [graph, applied, text, expected] of down) {
  test(`downgrade ${text} from [${applied}] runs [${expected.slice(0, 40)}]`, () => {
    const context = { applied: setOf(applied) };
    const run = (): string => {
      const { ids, within } = resolveTarget(graph, text, context, 'down');
      return idsOf(downgradePath(graph, context.applied, ids, within));
    };
    expectAnswer(answerOf(run), expected);
  });
}

for (const [graph, applied, text, expected] of ranges) {
  test(`range ${text} is [${expected.slice(0, 40)}]`, () => {
    expectAnswer(
      answerOf(() => resolveRange(graph, text, { applied: setOf(applied) }).ids.join(' ')),
      expected,
    );
  });
}

test('a target that another target needs stays', () => {
  assert.is(idsOf(downgradePath(line, setOf('1a 2b 3c 4d'), ['2b', '3c'], undefined)), '4d');
});

test('a range that stands the wrong way round says so', () => {
  try {
    resolveRange(line, '3c:2b', { applied: new Set() });
    assert.unreachable();
  } catch (error) {
    assert.is(isLimbeckError(error) && error.hint, 'the older end stands first: 2b:3c');
  }
});

test('a range that begins before the first revision hints at one that does not', () => {
  try {
    resolveRange(line, '-9:current', { applied: setOf('1a 2b 3c') });
    assert.unreachable();
  } catch (error) {
    assert.ok(isLimbeckError(error));
    assert.match(error.message, 'there are only 3');
    assert.is(error.hint, ':current is all up to there');
  }
});

test('out of order is what an applied revision comes after', () => {
  const applied = setOf('1a 2b 4d');
  assert.is(idsOf(outOfOrder(line, applied, upgradePath(line, applied, ['4d']))), '3c');
  const branched = setOf('a1 b1 b2');
  assert.is(idsOf(outOfOrder(two, branched, upgradePath(two, branched, ['c2']))), '', 'another branch is none');
});

test.run();
