import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import {
  ancestors,
  appliedHeads,
  bases,
  buildGraph,
  descendants,
  heads,
  isBranchPoint,
  isMergePoint,
  realAppliedHeads,
  realHeads,
} from '../../lib/revision/graph.ts';
import { resolveTarget } from '../../lib/revision/resolve.ts';
import { downgradePath, upgradePath } from '../../lib/revision/path.ts';
import { draw, idsOf, node, randomFrom, randomNodes, setOf } from './drawing.ts';

test('parents and dependencies come first, else the order given', () => {
  assert.is(idsOf(draw('a:', 'b: a', 'c: a', 'd: b').nodes), 'a b c d');
  assert.is(idsOf(draw('d: b', 'c: a', 'b: a', 'a:').nodes), 'a b d c');
  assert.is(idsOf(draw('a:', 'b: a / z', 'z:').nodes), 'a z b');
});

test('what a drawing shows', () => {
  const graph = draw('a: #first', 'b: a', 'c: a', 'm: b, c', 'x: / b', 'y: x', 'z: m');
  assert.is(idsOf(heads(graph)), 'y z');
  assert.is(idsOf(bases(graph)), 'a x');
  assert.is([...ancestors(graph, ['y'])].sort().join(' '), 'a b x y');
  assert.is([...ancestors(graph, ['y'], 'parents')].sort().join(' '), 'x y');
  assert.is([...descendants(graph, ['b'])].sort().join(' '), 'b m x y z');
  assert.is([...descendants(graph, ['b'], 'parents')].sort().join(' '), 'b m z');
  assert.is([...ancestors(graph, ['nowhere'])].length, 0);
  assert.ok(isBranchPoint(graph, 'a') && !isBranchPoint(graph, 'b') && !isBranchPoint(graph, 'nowhere'));
  assert.ok(isMergePoint(graph, 'm') && !isMergePoint(graph, 'z'));
  assert.is(idsOf(appliedHeads(graph, setOf('a b c x lost'))), 'b c x');
  assert.is(idsOf(realAppliedHeads(graph, setOf('a b c x'))), 'c x');
});

test('a head that another branch depends on is no real head', () => {
  const graph = draw('a1:', 'a2: a1', 'd1: / a2');
  assert.is(idsOf(heads(graph)), 'a2 d1');
  assert.is(idsOf(realHeads(graph)), 'd1');
});

test('a dependency on a parent says nothing new', () => {
  const graph = draw('a:', 'b: a / a');
  assert.equal([...graph.dependents.keys()], []);
});

const refused: readonly (readonly [what: string, lines: readonly string[], code: string, message: RegExp])[] = [
  ['an id twice', ['a:', 'b: a', 'a:'], 'revision-duplicate', /^Revision a is present more than once: 0\.sql and 2\.sql$/],
  ['a parent that is not there', ['a:', 'b: gone'], 'revision-unknown', /^1\.sql: revision b names gone as "parent", and no file has it$/],
  ['a dependency that is not there', ['a:', 'b: a / gone'], 'revision-unknown', /names gone as "depends on"/],
  ['its own parent', ['a: a'], 'revision-cycle', /^Revision a needs itself: 0\.sql$/],
  ['its own dependency', ['a: / a'], 'revision-cycle', /needs itself/],
  [
    'a ring',
    ['x:', 'a: c', 'b: a', 'c: b'],
    'revision-cycle',
    /^Revisions need each other in a ring: a needs c needs b needs a \(1\.sql, 3\.sql, 2\.sql\)$/,
  ],
  ['a ring over a dependency', ['a: / c', 'b: a', 'c: b'], 'revision-cycle', /a needs c needs b needs a/],
  ['a ring behind a good start', ['a:', 'b: a, c', 'c: b'], 'revision-cycle', /b needs c needs b/],
  ['a label twice', ['a: #k', 'b: a #k'], 'revision-duplicate', /^Branch label k in 1\.sql already stands for revision a$/],
  ['a label that is an id', ['a:', 'b: a #a'], 'revision-duplicate', /Branch label a in 1\.sql already stands for revision a/],
  ['a label that is a word', ['a: #head'], 'revision-invalid', /head cannot be a branch label/],
];

for (const [what, lines, code, message] of refused) {
  test(`refused: ${what}`, () => {
    try {
      const nodes = lines.map(node);
      const files = new Map(nodes.map((each, index) => [each, `${index}.sql`]));
      buildGraph(nodes, (_, each) => files.get(each) ?? '?');
      assert.unreachable('it was accepted');
    } catch (error) {
      if (!isLimbeckError(error)) throw error;
      assert.is(error.code, code, error.message);
      assert.match(error.message, message);
      assert.ok(error.hint);
    }
  });
}

test('random histories: order, heads, and every way up leads back down', () => {
  for (let seed = 1; seed <= 600; seed++) {
    const random = randomFrom(seed);
    const nodes = randomNodes(random, 1 + random(30));
    const graph = buildGraph(nodes);
    const place = (id: string): number => graph.position.get(id) ?? -1;
    assert.is(graph.nodes.length, nodes.length);
    for (const each of nodes) {
      for (const need of [...each.parents, ...each.dependsOn])
        assert.ok(place(need) < place(each.id), `seed ${seed}: ${need} before ${each.id}`);
    }
    const parents = new Set(nodes.flatMap((each) => each.parents));
    assert.is(idsOf(heads(graph)), idsOf(graph.nodes.filter(({ id }) => !parents.has(id))));
    assert.equal(
      ancestors(
        graph,
        realHeads(graph).map(({ id }) => id),
      ).size,
      nodes.length,
      'the real heads bring everything',
    );
    walkAbout(seed, graph, random);
  }
});

const walkAbout = (seed: number, graph: ReturnType<typeof draw>, random: (below: number) => number): void => {
  const ids = graph.nodes.map(({ id }) => id);
  const isWhole = (applied: ReadonlySet<string>): boolean => ancestors(graph, applied).size === applied.size;
  let applied: ReadonlySet<string> = new Set();
  for (let move = 0; move < 8; move++) {
    const target = ids[random(ids.length)] ?? '';
    const up = upgradePath(graph, applied, [target]);
    const higher = new Set(applied);
    for (const step of up) {
      assert.ok(
        [...step.parents, ...step.dependsOn].every((id) => higher.has(id)),
        `seed ${seed}: ${step.id} in its turn`,
      );
      higher.add(step.id);
    }
    assert.ok(higher.has(target) && isWhole(higher));
    assert.is(upgradePath(graph, higher, [target]).length, 0);
    assert.is(
      idsOf(downgradePath(graph, new Set(ancestors(graph, [target])), [], undefined)),
      idsOf(upgradePath(graph, new Set(), [target]).toReversed()),
    );
    const goal = [...higher][random(higher.size)] ?? '';
    const lower = new Set(higher);
    for (const step of downgradePath(graph, higher, [goal], undefined)) {
      assert.not.ok(
        descendants(graph, [step.id]).size > 1 && [...descendants(graph, [step.id])].some((id) => id !== step.id && lower.has(id)),
        `seed ${seed}: nothing stands on ${step.id} any more`,
      );
      lower.delete(step.id);
    }
    assert.ok(isWhole(lower) && [...ancestors(graph, [goal])].every((id) => lower.has(id)), `seed ${seed}: ${goal} stands`);
    assert.not.ok(
      (graph.children.get(goal) ?? []).some((id) => lower.has(id)),
      `seed ${seed}: no child of ${goal} is left`,
    );
    oneBack(seed, graph, lower);
    applied = lower;
  }
};

/** Where the database has one head, `-1` takes back that head and nothing else, and up again is where it was. */
const oneBack = (seed: number, graph: ReturnType<typeof draw>, applied: ReadonlySet<string>): void => {
  const current = realAppliedHeads(graph, applied).map(({ id }) => id);
  if (current.length !== 1) return;
  const target = resolveTarget(graph, '-1', { applied }, 'down');
  assert.is(idsOf(downgradePath(graph, applied, target.ids, target.within)), current.join(' '), `seed ${seed}`);
};

test('ten thousand revisions in a row and in a mesh', () => {
  const row = Array.from({ length: 10_000 }, (_, index) => node(`r${index}:${index === 0 ? '' : ` r${index - 1}`}`));
  const mesh = randomNodes(randomFrom(7), 10_000);
  for (const [what, nodes] of [
    ['row', row],
    ['row reversed', row.toReversed()],
    ['mesh', mesh],
  ] as const) {
    const start = performance.now();
    const graph = buildGraph(nodes);
    const up = upgradePath(
      graph,
      new Set(),
      realHeads(graph).map(({ id }) => id),
    );
    const down = downgradePath(graph, new Set(up.map(({ id }) => id)), [], undefined);
    process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms  `);
    assert.is(up.length, 10_000);
    assert.is(down.length, 10_000);
  }
});

test.run();
