import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import type { Graph } from '../../lib/revision/graph.ts';
import { buildGraph, heads } from '../../lib/revision/graph.ts';
import { planRebase } from '../../lib/revision/rebase.ts';
import type { GraphNode } from '../../lib/revision/revision.ts';
import { draw, idsOf, randomFrom, randomNodes, setOf } from './drawing.ts';

const fork = draw('a:', 'b: a', 'c: a', 'd: c');
const three = draw('a:', 'b: a', 'c: a', 'd: a');
const line = draw('a:', 'b: a', 'c: b');
const needs = draw('a:', 'b: a / c', 'c: a');
const roots = draw('a:', 'b: a', 'x:', 'y: x');
const merged = draw('a:', 'b: a', 'c: a', 'm: b, c', 'x: a');

type Case = readonly [graph: Graph<GraphNode>, id: string, onto: string | undefined, expected: string];

// Parents before -> parents after, what moves; or the refusal and its hint.
const cases: readonly Case[] = [
  [fork, 'c', undefined, 'a -> b, moves c d'],
  [fork, 'b', undefined, 'a -> d, moves b'],
  [fork, 'd', undefined, 'it is not the first of its branch, and c would be left behind as a head | limbeck rebase c'],
  [fork, 'c', 'b', 'a -> b, moves c d'],
  [fork, 'c', 'd', 'd is built on it | limbeck history'],
  [fork, 'c', 'c', 'c is the same'],
  [fork, 'c', 'a', 'it follows a already'],
  [three, 'd', undefined, 'a -> b c, moves d'],
  [three, 'd', 'c', 'a -> c, moves d'],
  [three, 'd', 'a c', 'a -> c, moves d'],
  [line, 'c', undefined, 'there is no other head that it could follow | the history has one head already'],
  [line, 'b', 'base', 'it is not the first of its branch, and a would be left behind as a head'],
  [needs, 'c', undefined, 'there is no other head that it could follow | limbeck merge c b'],
  [needs, 'c', 'b', 'b is built on it'],
  [needs, 'b', undefined, 'a -> c, moves b'],
  [roots, 'x', undefined, '<base> -> b, moves x y'],
  [roots, 'y', undefined, 'x would be left behind as a head | limbeck rebase x'],
  [merged, 'm', undefined, 'b, c would be left behind as a head | limbeck merge x m'],
  [merged, 'x', undefined, 'a -> m, moves x'],
  [merged, 'c', undefined, 'a -> x, moves c m'],
];

for (const [graph, id, onto, expected] of cases) {
  test(`${id} of [${idsOf(graph.nodes)}] onto ${onto ?? 'the other heads'}: ${expected.slice(0, 50)}`, () => {
    const ids = onto === undefined ? undefined : onto === 'base' ? [] : [...setOf(onto)];
    try {
      const { from, to, moved } = planRebase(graph, id, ids);
      assert.is(`${from.join(' ') || '<base>'} -> ${to.join(' ') || '<base>'}, moves ${moved.join(' ')}`, expected);
    } catch (error) {
      if (!isLimbeckError(error)) throw error;
      const [why = '', hint = ''] = expected.split(' | ');
      assert.is(error.code, 'not-movable', error.message);
      assert.ok(error.message.includes(why), error.message);
      assert.ok(error.hint?.startsWith(hint), error.hint);
    }
  });
}

test('random histories: a rebase leaves a history with fewer heads, and nothing lost', () => {
  let done = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomFrom(seed);
    const graph = buildGraph(randomNodes(random, 2 + random(15)));
    const { id = '' } = graph.nodes[random(graph.nodes.length)] ?? {};
    try {
      const plan = planRebase(graph, id, undefined);
      const after = buildGraph(graph.nodes.map((node) => (node.id === id ? { ...node, parents: plan.to } : node)));
      assert.ok(heads(after).length < heads(graph).length, `seed ${seed}: ${id}`);
      done += 1;
    } catch (error) {
      if (!isLimbeckError(error) || error.code !== 'not-movable') throw error;
    }
  }
  assert.ok(done > 50, `${done} were rebased`);
});

test.run();
