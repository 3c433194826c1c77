import { LimbeckError } from '../errors.ts';
import { ancestors, appliedHeads, bases, descendants, inOrder } from './graph.ts';
import type { Graph } from './graph.ts';
import type { GraphNode, Revision } from './revision.ts';

/** What must be applied to have the targets: their ancestors and dependencies that are not applied, parents first. */
export const upgradePath = <N extends GraphNode = Revision>(
  graph: Graph<N>,
  applied: ReadonlySet<string>,
  targetIds: readonly string[],
): readonly N[] => {
  const wanted = ancestors(graph, targetIds);
  return graph.nodes.filter(({ id }) => wanted.has(id) && !applied.has(id));
};

/**
 * What must be taken back to stand at the targets, children first: every applied child of a target, with all that
 * descends from it or depends on it. What the targets need stays, and so do other branches; no target means everything.
 * `within` (from `resolveTarget`) narrows it to the branch of those revisions. Throws `walk-failed` when a target is
 * not applied.
 */
export const downgradePath = <N extends GraphNode = Revision>(
  graph: Graph<N>,
  applied: ReadonlySet<string>,
  targetIds: readonly string[],
  within: readonly string[] | undefined,
): readonly N[] => {
  requireApplied(graph, applied, targetIds);
  const kept = ancestors(graph, targetIds);
  const children = targetIds.length === 0 ? bases(graph).map(({ id }) => id) : targetIds.flatMap((id) => graph.children.get(id) ?? []);
  const onBranch = within === undefined ? undefined : lineage(graph, within);
  const roots = children.filter((id) => !kept.has(id) && (onBranch === undefined || onBranch.has(id)));
  const dropped = [...descendants(graph, roots)].filter((id) => applied.has(id));
  return inOrder(graph, dropped).toReversed();
};

/**
 * Revisions of an upgrade path that would be applied before one that already is: an applied revision comes after them
 * in the graph. Empty in the usual case.
 */
export const outOfOrder = <N extends GraphNode = Revision>(
  graph: Graph<N>,
  applied: ReadonlySet<string>,
  path: readonly N[],
): readonly N[] => {
  const before = ancestors(graph, applied);
  return path.filter(({ id }) => before.has(id));
};

/** The ids with their ancestors and descendants along one branch: over parents, not dependencies. */
export const lineage = <N extends GraphNode>(graph: Graph<N>, ids: readonly string[]): ReadonlySet<string> =>
  new Set([...ancestors(graph, ids, 'parents'), ...descendants(graph, ids, 'parents')]);

const requireApplied = <N extends GraphNode>(graph: Graph<N>, applied: ReadonlySet<string>, targetIds: readonly string[]): void => {
  const missing = targetIds.filter((id) => !applied.has(id));
  if (missing.length === 0) return;
  const current = appliedHeads(graph, applied).map(({ id }) => id);
  const stand = current.length === 0 ? 'nothing is applied' : `the database is at ${current.join(', ')}`;
  throw new LimbeckError(
    'walk-failed',
    `Destination ${missing.join(', ')} is not a valid downgrade target from current head(s): ${stand}`,
    { hint: 'limbeck history -i shows what is applied', data: { targets: missing, current } },
  );
};
