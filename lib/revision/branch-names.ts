import { isMergePoint } from './graph.ts';
import type { Graph } from './graph.ts';
import type { GraphNode, Revision } from './revision.ts';

/**
 * The labels under which each revision goes: its own and those of all that it descends from; a label also reaches back
 * to the revisions before it, until one where the history parts or joins (as Alembic's). Revisions of none are left out.
 */
export const branchNames = <N extends GraphNode = Revision>(graph: Graph<N>): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, readonly string[]>();
  if (graph.labels.size === 0) return names;
  for (const { id, parents, labels } of graph.nodes) {
    const told = [...parents.flatMap((parent) => [names.get(parent) ?? []]), labels].filter((list) => list.length > 0);
    const [first, ...more] = told;
    if (first !== undefined) names.set(id, more.length === 0 ? first : [...new Set(told.flat())]);
  }
  for (const [label, id] of graph.labels) {
    for (const each of backFrom(graph, id)) {
      const list = names.get(each) ?? [];
      if (!list.includes(label)) names.set(each, [...list, label]);
    }
  }
  return names;
};

const backFrom = <N extends GraphNode>(graph: Graph<N>, id: string): readonly string[] => {
  const found: string[] = [];
  for (let at: string | undefined = id; at !== undefined && !parts(graph, at); at = graph.byId.get(at)?.parents[0]) found.push(at);
  return found;
};

const parts = <N extends GraphNode>(graph: Graph<N>, id: string): boolean => {
  const followers = (graph.children.get(id)?.length ?? 0) + (graph.dependents.get(id)?.length ?? 0);
  return followers > 1 || isMergePoint(graph, id);
};
