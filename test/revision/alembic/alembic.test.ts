import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../../lib/errors.ts';
import { ancestors, buildGraph, heads, realAppliedHeads } from '../../../lib/revision/graph.ts';
import type { Graph } from '../../../lib/revision/graph.ts';
import { downgradePath, upgradePath } from '../../../lib/revision/path.ts';
import { resolveRange } from '../../../lib/revision/range.ts';
import { resolveTarget } from '../../../lib/revision/resolve.ts';
import type { GraphNode } from '../../../lib/revision/revision.ts';
import { stamped } from '../../../lib/revision/stamp.ts';
import { draw, node, setOf } from '../drawing.ts';
import { graphOf } from './graphs.ts';
import { selectedForDowngrade, traversal, versionTable } from './moves.ts';
import type { Move } from './moves.ts';
import { broken, iterated, resolved } from './names.ts';

const answerOf = (work: () => string): string => {
  try {
    return work();
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    assert.ok(error.hint, 'an error says what to do');
    return `${error.code} ${error.message}`;
  }
};

const isRefusal = (expected: string): boolean => /^[a-z]+-[a-z]+ \S/.test(expected);

const sorted = (ids: string): string => [...setOf(ids)].sort().join(' ');

/** Ids compare as a set; of an error, the code and the words. */
const expectAnswer = (got: string, expected: string): void => {
  if (!isRefusal(expected)) return assert.is(isRefusal(got) ? got : sorted(got), sorted(expected));
  const [code = '', ...words] = expected.split(' ');
  assert.ok(got.startsWith(`${code} `) && got.includes(words.join(' ')), `${got}\n does not say\n${expected}`);
};

/** What runs, in an order that a database can run it in, and the heads that it leaves. */
const moveOf = (graph: Graph<GraphNode>, { way, target, at }: Move): string => {
  const applied = ancestors(graph, setOf(at));
  const texts = target.split(' ');
  if (way === 'stamp') {
    const targets = texts.map((text) => resolveTarget(graph, text, { applied }, 'any'));
    return `=> ${standing(graph, stamped(graph, applied, targets))}`;
  }
  if (way === 'up') {
    const path = upgradePath(
      graph,
      applied,
      texts.flatMap((text) => resolveTarget(graph, text, { applied }, 'up').ids),
    );
    const after = new Set(applied);
    for (const step of path) {
      assert.ok(
        [...step.parents, ...step.dependsOn].every((id) => after.has(id)),
        `${step.id} in its turn`,
      );
      after.add(step.id);
    }
    return `${path.map(({ id }) => id).join(' ')} => ${standing(graph, after)}`;
  }
  const { ids, within } = resolveTarget(graph, target, { applied }, 'down');
  const path = downgradePath(graph, applied, ids, within);
  const after = new Set(applied);
  for (const step of path) {
    after.delete(step.id);
    assert.ok(ancestors(graph, after).size === after.size, `${step.id} in its turn`);
  }
  return `${path.map(({ id }) => id).join(' ')} => ${standing(graph, after)}`;
};

const standing = (graph: Graph<GraphNode>, applied: ReadonlySet<string>): string =>
  realAppliedHeads(graph, applied)
    .map(({ id }) => id)
    .join(' ');

for (const move of [...traversal, ...selectedForDowngrade, ...versionTable]) {
  test(`${move.graph} ${move.test}: ${move.way} ${move.target} from [${move.at}]`, () => {
    const got = answerOf(() => moveOf(graphOf(move.graph), move));
    if (isRefusal(move.expected)) return expectAnswer(got, move.expected);
    const [ran = got, left = ''] = got.split('=>');
    const [wantedRun = '', wantedLeft = ''] = move.expected.split('=>');
    if (move.way !== 'stamp') expectAnswer(ran, wantedRun);
    expectAnswer(left, wantedLeft);
  });
}

for (const { test: name, graph, text, expected } of resolved) {
  test(`${graph} ${name}: ${text}`, () => {
    const got = answerOf(() => resolveTarget(graphOf(graph), text, { applied: new Set() }, 'any').ids.join(' ') || '-');
    expectAnswer(got, expected);
  });
}

for (const { test: name, graph, range, expected } of iterated) {
  test(`${graph} ${name}: ${range}`, () => {
    const nodes = graphOf(graph);
    const got = answerOf(() => resolveRange<GraphNode>(nodes, range, { applied: new Set() }).ids.join(' '));
    expectAnswer(got, expected);
    const ids = isRefusal(got) ? [] : got.split(' ').filter((id) => id !== '');
    for (const [place, id] of ids.entries()) {
      const needs = ancestors(nodes, [id]);
      assert.ok(!ids.slice(place + 1).some((later) => needs.has(later)), `${id} after what it needs`);
    }
  });
}

for (const { test: name, lines, expected } of broken) {
  test(`no history, ${name}`, () =>
    expectAnswer(
      answerOf(() => draw(...lines).nodes.join(' ')),
      expected,
    ));
}

test('add_revision: a new revision takes the place of the head that it follows', () => {
  const more = (lines: readonly string[], line: string): string =>
    heads(buildGraph([...lines, line].map(node)))
      .map(({ id }) => id)
      .join(' ');
  assert.is(more(['a:', 'b: a', 'c: b'], 'd: c'), 'd');
  assert.is(more(['a:', 'b: a', 'c1: b', 'c2: b'], 'd1: c1'), 'c2 d1');
});

test('normalized_down_revisions: what is needed anyway is no dependent', () => {
  assert.equal(graphOf('normalized').dependents.get('b4'), undefined);
  assert.equal(graphOf('dependsOwnParent').dependents.size, 0);
});

test('some two hundred cases', () => {
  const count = traversal.length + selectedForDowngrade.length + versionTable.length + resolved.length + iterated.length + broken.length;
  assert.ok(count >= 195, String(count));
});

test.run();
