import { ancestors, descendants, realAppliedHeads } from './graph.ts';
import type { Graph } from './graph.ts';
import type { Target } from './target.ts';
import type { GraphNode, Revision } from './revision.ts';

/**
 * What the journal is to say after a stamp: the targets and all that they need, and what was applied on branches that have
 * nothing to do with them (as Alembic moves each line by itself). The base alone clears all; that of a branch, this branch.
 */
export const stamped = <N extends GraphNode = Revision>(
  graph: Graph<N>,
  applied: ReadonlySet<string>,
  targets: readonly Target[],
): ReadonlySet<string> => {
  const ids = targets.flatMap((target) => target.ids);
  const isAll = targets.some((target) => target.ids.length === 0 && target.within === undefined);
  const named = [...ids, ...targets.flatMap((target) => target.within ?? [])];
  const related = new Set([...ancestors(graph, named), ...descendants(graph, named)]);
  const others = isAll ? [] : realAppliedHeads(graph, applied).filter(({ id }) => !related.has(id));
  const kept = ancestors(
    graph,
    others.map(({ id }) => id),
  );
  return new Set([...[...applied].filter((id) => kept.has(id)), ...ancestors(graph, ids)]);
};
