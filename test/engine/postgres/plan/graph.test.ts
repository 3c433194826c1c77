import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortActions, type Graph } from '../../../../lib/engine/postgres/plan/graph.ts';

const test = suite('plan graph');

const graph = (size: number, edges: Graph['edges'], hosts: Readonly<Record<number, number>> = {}, weak: readonly number[] = []): Graph => ({
  size,
  edges,
  host: (node) => hosts[node],
  weakness: (node) => (weak.includes(node) ? 0 : 1),
  order: (a, b) => a - b,
});

test('without edges the given order decides', () => {
  assert.equal(sortActions(graph(4, [])).order, [0, 1, 2, 3]);
});

test('an action comes after what it needs, and otherwise keeps its place', () => {
  const edges = [
    [3, 0],
    [2, 1],
  ] as const;
  assert.equal(sortActions(graph(4, edges)).order, [2, 1, 3, 0]);
});

test('a part lends its needs to the whole', () => {
  const { order, hosts } = sortActions(graph(3, [[2, 1]], { 1: 0 }));
  assert.equal(order, [2, 0]);
  assert.is(hosts.get(1), 0);
});

test('a part of a part is in the outermost', () => {
  const { order } = sortActions(graph(4, [[3, 2]], { 1: 0, 2: 1 }));
  assert.equal(order, [3, 0]);
});

test('two wholes whose parts need each other: the weakest parts get a place of their own', () => {
  const edges = [
    [0, 2],
    [2, 3],
    [0, 4],
    [1, 4],
    [0, 5],
    [1, 5],
  ] as const;
  const { order, hosts } = sortActions(graph(6, [...edges, [2, 5]], { 2: 0, 3: 1, 4: 0, 5: 1 }, [4, 5]));
  assert.equal(
    [...hosts.keys()].sort((a, b) => a - b),
    [2, 3],
  );
  assert.equal(order, [0, 1, 4, 5]);
});

test('a cycle that stays is entered at its first action, and nothing is lost', () => {
  const { order } = sortActions(
    graph(4, [
      [1, 2],
      [2, 1],
      [2, 3],
    ]),
  );
  assert.equal(
    [...order].sort((a, b) => a - b),
    [0, 1, 2, 3],
  );
  assert.equal(order.indexOf(1) < order.indexOf(2), true);
});

test('random graphs: every edge is kept, in one order on every run', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let round = 0; round < 200; round += 1) {
    const size = 2 + random(40);
    const rank = Array.from({ length: size }, () => random(1000));
    const edges = Array.from({ length: random(80) }, () => [random(size), random(size)] as const).flatMap(([a, b]) => {
      const [low, high] = [rank[a] ?? 0, rank[b] ?? 0];
      if (low === high) return [];
      return [low < high ? ([a, b] as const) : ([b, a] as const)];
    });
    const hosts: Record<number, number> = {};
    for (let node = 1; node < size; node += 1) if (random(3) === 0) hosts[node] = random(node);
    const input = { ...graph(size, edges, hosts), weakness: (node: number) => node % 3 };
    const { order, hosts: kept } = sortActions(input);
    const root = (node: number): number => {
      const host = kept.get(node);
      return host === undefined ? node : root(host);
    };
    const place = new Map(order.map((node, at) => [node, at]));
    assert.is(order.length + kept.size, size);
    for (const [a, b] of edges) {
      if (root(a) === root(b)) continue;
      assert.ok((place.get(root(a)) ?? -1) < (place.get(root(b)) ?? -1), `round ${round}: ${a} before ${b}`);
    }
    assert.equal(sortActions(input).order, order);
  }
});

test.run();
