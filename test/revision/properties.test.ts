import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import { branchNames } from '../../lib/revision/branch-names.ts';
import { ancestors, buildGraph, descendants, heads, inOrder, realAppliedHeads, realHeads } from '../../lib/revision/graph.ts';
import type { Graph } from '../../lib/revision/graph.ts';
import { downgradePath, upgradePath } from '../../lib/revision/path.ts';
import { resolveRange } from '../../lib/revision/range.ts';
import { resolveTarget } from '../../lib/revision/resolve.ts';
import type { GraphNode } from '../../lib/revision/revision.ts';
import { stamped } from '../../lib/revision/stamp.ts';
import { idsOf, randomFrom, randomNodes } from './drawing.ts';

type Random = (below: number) => number;

/** Runs `check` on many histories, some revisions of which have a label; a failure names its seed. */
const everywhere = (count: number, check: (graph: Graph<GraphNode>, random: Random) => void): void => {
  for (let seed = 1; seed <= count; seed++) {
    const random = randomFrom(seed);
    const nodes = randomNodes(random, 2 + random(25)).map((node) => (random(8) === 0 ? { ...node, labels: [`label${node.id}`] } : node));
    try {
      check(buildGraph(nodes), random);
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
};

const answer = (work: () => readonly string[]): string => {
  try {
    return work().join(' ');
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    return error.code;
  }
};

const sorted = (ids: Iterable<string>): string => [...ids].sort().join(' ');

const pick = (graph: Graph<GraphNode>, random: Random): string => graph.nodes[random(graph.nodes.length)]?.id ?? '';

test('every way to name a revision comes to it, and to nothing else', () =>
  everywhere(300, (graph, random) => {
    const applied = ancestors(graph, [pick(graph, random), pick(graph, random)]);
    const any = (text: string): string => answer(() => resolveTarget(graph, text, { applied }, 'any').ids);
    for (const { id, parents, labels } of graph.nodes) {
      for (const form of [id, `${id}-0`, `${id}+0`, `${id}@${id}`, ...labels, ...labels.map((label) => `${label}@${id}`)]) {
        assert.is(any(form), id, form);
      }
      assert.is(any(`${id}-1`), parents.join(' '), 'what it follows');
      const following = graph.children.get(id) ?? [];
      assert.is(any(`${id}+1`), following.length === 1 ? following[0] : 'walk-failed', 'what follows it, if that is clear');
      const shorter = id.slice(0, -1);
      const alike = graph.nodes.filter((node) => node.id.startsWith(shorter));
      const meant = graph.byId.has(shorter) ? shorter : alike.length === 1 ? id : 'revision-ambiguous';
      assert.is(any(shorter), meant, 'a beginning of it');
    }
    assert.is(sorted(any('heads').split(' ')), sorted(realHeads(graph).map((head) => head.id)));
    assert.is(any('current'), idsOf(realAppliedHeads(graph, applied)));
    assert.is(any('base'), '');
  }));

test('down and up again is where it was, in the opposite order', () =>
  everywhere(300, (graph, random) => {
    const top = pick(graph, random);
    const below = [...ancestors(graph, [top], 'parents')];
    const goal = below[random(below.length)] ?? top;
    const applied = ancestors(graph, [top]);
    const back = downgradePath(graph, applied, [goal], undefined);
    const lower = new Set([...applied].filter((id) => !back.some((node) => node.id === id)));
    const again = upgradePath(graph, lower, [top]);
    assert.is(sorted(again.map(({ id }) => id)), sorted(back.map(({ id }) => id)));
    assert.is(idsOf(again), idsOf(back.toReversed()));
  }));

test('a database stands at what was asked for: the target, and heads that it does not need', () =>
  everywhere(300, (graph, random) => {
    const applied = ancestors(graph, [pick(graph, random)]);
    const target = pick(graph, random);
    const after = new Set([...applied, ...upgradePath(graph, applied, [target]).map(({ id }) => id)]);
    assert.is(sorted(after), sorted(new Set([...applied, ...ancestors(graph, [target])])));
    const free = [...after].filter((id) => ![...after].some((other) => other !== id && ancestors(graph, [other]).has(id)));
    assert.is(sorted(realAppliedHeads(graph, after).map(({ id }) => id)), sorted(free));
  }));

test('a range is what an upgrade from its start to its end would run, and its start', () =>
  everywhere(300, (graph, random) => {
    const end = pick(graph, random);
    const before = [...ancestors(graph, [end])];
    const start = before[random(before.length)] ?? end;
    const run = upgradePath(graph, ancestors(graph, [start]), [end]).map(({ id }) => id);
    const { ids } = resolveRange(graph, `${start}:${end}`, { applied: new Set() });
    assert.is(sorted(ids), sorted([start, ...run]));
    assert.is(ids.join(' '), idsOf(inOrder(graph, ids)));
  }));

test('a stamp leaves a whole history with the targets in it, and other branches as they were', () =>
  everywhere(300, (graph, random) => {
    const applied = ancestors(graph, [pick(graph, random), pick(graph, random)]);
    const target = pick(graph, random);
    const after = stamped(graph, applied, [{ ids: [target], within: undefined }]);
    assert.is(ancestors(graph, after).size, after.size, 'whole');
    assert.ok(after.has(target));
    const related = new Set([...ancestors(graph, [target]), ...descendants(graph, [target])]);
    const others = realAppliedHeads(graph, applied).filter(({ id }) => !related.has(id));
    assert.ok(
      others.every(({ id }) => after.has(id)),
      'others stay',
    );
    assert.is(sorted(stamped(graph, after, [{ ids: [target], within: undefined }])), sorted(after), 'twice is once');
    assert.is(stamped(graph, applied, [{ ids: [], within: undefined }]).size, 0);
  }));

test('a label goes to all that descends from it; its head is a head', () =>
  everywhere(300, (graph) => {
    const names = branchNames(graph);
    const ends = new Set(heads(graph).map(({ id }) => id));
    for (const [label, id] of graph.labels) {
      for (const each of descendants(graph, [id], 'parents')) assert.ok(names.get(each)?.includes(label), `${each} is of ${label}`);
      const at = resolveTarget(graph, `${label}@heads`, { applied: new Set() }, 'any').ids;
      assert.ok(at.length > 0 && at.every((each) => ends.has(each) && descendants(graph, [id], 'parents').has(each)), label);
    }
  }));

test.run();
