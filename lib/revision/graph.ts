import { LimbeckError } from '../errors.ts';
import { sortParentsFirst } from './order.ts';
import type { GraphNode, MigrationHalf, Revision } from './revision.ts';

/** The history: revisions joined to their parents, and to what they depend on. Made by `buildGraph`, never changed. */
export interface Graph<N extends GraphNode = Revision> {
  /** Parents and dependencies first; otherwise in the order given. */
  readonly nodes: readonly N[];
  readonly byId: ReadonlyMap<string, N>;
  /** Place in `nodes`. */
  readonly position: ReadonlyMap<string, number>;
  /** Ids that name this one as a parent, in the order of `nodes`. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Ids that depend on this one without being its children. */
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Branch label → the id of the revision that bears it. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Which edges a walk follows: `parents` alone (a branch), or dependencies too (what must be there). */
export type Edges = 'all' | 'parents';

/**
 * Joins revisions to a graph. `describe` says where a revision comes from, for messages; by default its files.
 * Throws `revision-duplicate` (an id or a label twice), `revision-unknown` (a parent or dependency that is not there),
 * `revision-cycle`, and `revision-invalid` (a label that means something else already).
 */
export const buildGraph = <N extends GraphNode = Revision>(
  nodes: readonly N[],
  describe: (id: string, node: N) => string = describeByFiles,
): Graph<N> => {
  const byId = indexById(nodes, describe);
  requireKnown(nodes, byId, describe);
  const sorted = sortParentsFirst(nodes, byId, describe);
  return {
    nodes: sorted,
    byId,
    position: new Map(sorted.map((node, index) => [node.id, index])),
    children: invert(sorted, (node) => node.parents),
    dependents: invert(sorted, (node) => node.dependsOn.filter((id) => !node.parents.includes(id))),
    labels: indexLabels(sorted, byId, describe),
  };
};

/** Revisions without a child: one at the end of each branch. */
export const heads = <N extends GraphNode>(graph: Graph<N>): readonly N[] => graph.nodes.filter((node) => !graph.children.has(node.id));

/** Heads that nothing depends on: enough to name when everything is wanted (Alembic's "real" heads). */
export const realHeads = <N extends GraphNode>(graph: Graph<N>): readonly N[] =>
  heads(graph).filter((node) => !graph.dependents.has(node.id));

/** Revisions without a parent. */
export const bases = <N extends GraphNode>(graph: Graph<N>): readonly N[] => graph.nodes.filter((node) => node.parents.length === 0);

/** True when more than one revision follows it. */
export const isBranchPoint = <N extends GraphNode>(graph: Graph<N>, id: string): boolean => (graph.children.get(id)?.length ?? 0) > 1;

/** True when it joins branches. */
export const isMergePoint = <N extends GraphNode>(graph: Graph<N>, id: string): boolean => (graph.byId.get(id)?.parents.length ?? 0) > 1;

/** The ids themselves and everything they need. Ids that the graph does not know are left out. */
export const ancestors = <N extends GraphNode>(graph: Graph<N>, ids: Iterable<string>, edges: Edges = 'all'): ReadonlySet<string> =>
  reach(graph, ids, (id) => {
    const node = graph.byId.get(id);
    if (node === undefined) return [];
    return edges === 'all' ? [...node.parents, ...node.dependsOn] : node.parents;
  });

/** Heads that are not among `ids` and what these need: what else there is where everything is applied. */
export const headsBeside = <N extends GraphNode>(graph: Graph<N>, ids: Iterable<string>): readonly string[] => {
  const below = ancestors(graph, ids);
  return realHeads(graph).flatMap(({ id }) => (below.has(id) ? [] : [id]));
};

/** The ids themselves and everything that needs them. Ids that the graph does not know are left out. */
export const descendants = <N extends GraphNode>(graph: Graph<N>, ids: Iterable<string>, edges: Edges = 'all'): ReadonlySet<string> =>
  reach(graph, ids, (id) => {
    const children = graph.children.get(id) ?? [];
    return edges === 'all' ? [...children, ...(graph.dependents.get(id) ?? [])] : children;
  });

/** Where a database stands: applied revisions without an applied child. Applied ids that no file has are left out. */
export const appliedHeads = <N extends GraphNode>(graph: Graph<N>, applied: ReadonlySet<string>): readonly N[] =>
  graph.nodes.filter(({ id }) => applied.has(id) && !hasApplied(graph.children.get(id), applied));

/** Applied heads that no applied revision depends on. */
export const realAppliedHeads = <N extends GraphNode>(graph: Graph<N>, applied: ReadonlySet<string>): readonly N[] =>
  appliedHeads(graph, applied).filter(({ id }) => !hasApplied(graph.dependents.get(id), applied));

/** Sorts ids as the graph does: parents first. */
export const inOrder = <N extends GraphNode>(graph: Graph<N>, ids: Iterable<string>): readonly N[] => {
  const positions = [...new Set(ids)].flatMap((id) => graph.position.get(id) ?? []);
  positions.sort((a, b) => a - b);
  return positions.flatMap((position) => graph.nodes[position] ?? []);
};

/** What a revision argument can mean besides an id; no label or id may be one of these. */
export const reservedNames: readonly string[] = ['head', 'heads', 'base', 'current'];

/** The first of a revision's files, or its id where it has none. */
export const describeByFiles = (id: string, node: GraphNode & { readonly halves?: readonly MigrationHalf[] }): string => {
  const files = (node.halves ?? []).flatMap(({ up, down }) => [up, down].flatMap((file) => file?.path ?? []));
  return files[0] ?? id;
};

const indexById = <N extends GraphNode>(nodes: readonly N[], describe: (id: string, node: N) => string): ReadonlyMap<string, N> => {
  const byId = new Map<string, N>();
  for (const node of nodes) {
    const earlier = byId.get(node.id);
    if (earlier !== undefined) {
      const files = [describe(node.id, earlier), describe(node.id, node)];
      throw new LimbeckError('revision-duplicate', `Revision ${node.id} is present more than once: ${files.join(' and ')}`, {
        hint: 'give one of them another id, in its file name and in its header',
        data: { revision: node.id, files },
      });
    }
    byId.set(node.id, node);
  }
  return byId;
};

const requireKnown = <N extends GraphNode>(
  nodes: readonly N[],
  byId: ReadonlyMap<string, N>,
  describe: (id: string, node: N) => string,
): void => {
  for (const node of nodes) {
    for (const [field, ids] of [
      ['parent', node.parents],
      ['depends on', node.dependsOn],
    ] as const) {
      const missing = ids.find((id) => !byId.has(id));
      if (missing === undefined) continue;
      const file = describe(node.id, node);
      throw new LimbeckError('revision-unknown', `${file}: revision ${node.id} names ${missing} as "${field}", and no file has it`, {
        hint: `bring back the file of ${missing}, or correct the "-- ${field}:" line${field === 'parent' ? ' (a first revision has "-- parent: -")' : ''}`,
        where: { file },
        data: { revision: node.id, missing, field },
      });
    }
  }
};

const indexLabels = <N extends GraphNode>(
  nodes: readonly N[],
  byId: ReadonlyMap<string, N>,
  describe: (id: string, node: N) => string,
): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  for (const node of nodes) {
    for (const label of new Set(node.labels)) {
      const file = describe(node.id, node);
      const data = { label, revision: node.id };
      if (!/^[^\s@:+-]+$/u.test(label) || reservedNames.includes(label)) {
        throw new LimbeckError('revision-invalid', `${file}: ${label} cannot be a branch label`, {
          hint: `a label is one word without @ : + - and none of ${reservedNames.join(', ')}`,
          where: { file },
          data,
        });
      }
      const holder = labels.get(label) ?? byId.get(label)?.id;
      if (holder !== undefined) {
        throw new LimbeckError('revision-duplicate', `Branch label ${label} in ${file} already stands for revision ${holder}`, {
          hint: 'choose another label',
          where: { file },
          data: { ...data, holder },
        });
      }
      labels.set(label, node.id);
    }
  }
  return labels;
};

const invert = <N extends GraphNode>(
  nodes: readonly N[],
  targets: (node: N) => readonly string[],
): ReadonlyMap<string, readonly string[]> => {
  const result = new Map<string, string[]>();
  for (const node of nodes) {
    for (const id of new Set(targets(node))) {
      const list = result.get(id);
      if (list === undefined) result.set(id, [node.id]);
      else list.push(node.id);
    }
  }
  return result;
};

const reach = <N extends GraphNode>(
  graph: Graph<N>,
  ids: Iterable<string>,
  next: (id: string) => readonly string[],
): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [...ids].filter((id) => graph.byId.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const other of next(id)) if (!seen.has(other)) open.push(other);
  }
  return seen;
};

const hasApplied = (ids: readonly string[] | undefined, applied: ReadonlySet<string>): boolean =>
  ids !== undefined && ids.some((id) => applied.has(id));
