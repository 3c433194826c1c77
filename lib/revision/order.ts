import { LimbeckError } from '../errors.ts';
import type { GraphNode } from './revision.ts';

/**
 * Sorts so that parents and dependencies come first, and otherwise keeps the order given: a list that already is
 * in order comes back as it was. Throws `revision-cycle` with the ring's ids and files.
 */
export const sortParentsFirst = <N extends GraphNode>(
  nodes: readonly N[],
  byId: ReadonlyMap<string, N>,
  describe: (id: string, node: N) => string,
): readonly N[] => {
  const state = new Map<string, 'open' | 'done'>();
  const sorted: N[] = [];
  for (const root of nodes) {
    const stack: Visit<N>[] = state.has(root.id) ? [] : [visit(root, state)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const id = top.needs[top.next++];
      if (id === undefined) {
        state.set(top.node.id, 'done');
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      const needed = byId.get(id);
      if (needed === undefined || state.get(id) === 'done') continue;
      if (state.get(id) === 'open')
        throw cycleError(
          stack.map(({ node }) => node),
          id,
          describe,
        );
      stack.push(visit(needed, state));
    }
  }
  return sorted;
};

interface Visit<N> {
  readonly node: N;
  readonly needs: readonly string[];
  next: number;
}

const visit = <N extends GraphNode>(node: N, state: Map<string, 'open' | 'done'>): Visit<N> => {
  state.set(node.id, 'open');
  return { node, needs: [...node.parents, ...node.dependsOn], next: 0 };
};

const cycleError = <N extends GraphNode>(path: readonly N[], id: string, describe: (id: string, node: N) => string): LimbeckError => {
  const ring = path.slice(path.findIndex((node) => node.id === id));
  const ids = ring.map((node) => node.id);
  const files = ring.map((node) => describe(node.id, node));
  const message =
    ring.length === 1
      ? `Revision ${id} needs itself: ${files.join('')}`
      : `Revisions need each other in a ring: ${[...ids, id].join(' needs ')} (${files.join(', ')})`;
  return new LimbeckError('revision-cycle', message, {
    hint: 'correct the "-- parent:" or "-- depends on:" line of one of them',
    data: { revisions: ids, files },
  });
};
