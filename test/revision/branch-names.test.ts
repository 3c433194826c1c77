import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { branchNames } from '../../lib/revision/branch-names.ts';
import { draw } from './drawing.ts';

/** `id name,name` of every revision that has a name. */
const named = (...lines: readonly string[]): string => {
  const graph = draw(...lines);
  const names = branchNames(graph);
  return graph.nodes.flatMap(({ id }) => (names.has(id) ? [`${id} ${names.get(id)?.join(',')}`] : [])).join(' | ');
};

const cases: readonly (readonly [what: string, lines: readonly string[], expected: string])[] = [
  ['none', ['a:', 'b: a'], ''],
  ['forward to all that descends', ['a:', 'b: a', 'c: a #k', 'd: c'], 'c k | d k'],
  ['back to the base', ['a:', 'b: a #k', 'c: b'], 'a k | b k | c k'],
  ['back to a branch point, not over it', ['a:', 'b: a', 'x: b', 'c: b', 'd: c #k'], 'c k | d k'],
  ['back to a merge, not over it', ['a:', 'b:', 'm: a, b', 'n: m #k'], 'n k'],
  ['over a merge forward', ['a:', 'b: a #l', 'c: a #r', 'm: b, c'], 'b l | c r | m l,r'],
  ['not along a dependency', ['a: #k', 'b:', 'c: b / a'], 'a k'],
  ['a revision that another depends on is a branch point', ['a:', 'b: a', 'c: b #k', 'x: / b'], 'c k'],
];

for (const [what, lines, expected] of cases) test(what, () => assert.is(named(...lines), expected));

test.run();
