import { LimbeckError } from '../errors.ts';
import { ancestors, descendants, heads, inOrder } from './graph.ts';
import type { Graph } from './graph.ts';
import type { GraphNode, Revision } from './revision.ts';

/** A revision that gets other parents. */
export interface Rebase {
  readonly id: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** It and all that is built on it, parents first: what stands on other ground afterwards. */
  readonly moved: readonly string[];
}

/**
 * What it takes to let the first revision of a branch follow `onto`, by default the heads of the other branches.
 * Throws `not-movable`: nothing to follow, at its place already, a ring, or revisions before it that would be left behind
 * as a head of their own.
 */
export const planRebase = <N extends GraphNode = Revision>(graph: Graph<N>, id: string, onto: readonly string[] | undefined): Rebase => {
  const moved = descendants(graph, [id]);
  const from = graph.byId.get(id)?.parents ?? [];
  const others = heads(graph).map((head) => head.id);
  const to = withoutAncestors(graph, onto ?? others.filter((head) => !moved.has(head)));
  const ring = to.find((each) => moved.has(each));
  if (ring !== undefined)
    throw notMovable(id, `${ring} is ${ring === id ? 'the same' : 'built on it'}`, 'limbeck history shows what follows what');
  if (onto === undefined && to.length === 0) {
    throw notMovable(
      id,
      'there is no other head that it could follow',
      others.length > 1 ? `limbeck merge ${others.join(' ')}` : 'the history has one head already',
    );
  }
  if (to.length === from.length && to.every((each) => from.includes(each))) {
    throw notMovable(id, `it follows ${to.join(', ') || 'nothing'} already`, 'limbeck heads lists the heads');
  }
  refuseLeftBehind(graph, id, from, to);
  return { id, from, to, moved: inOrder(graph, moved).map((node) => node.id) };
};

const refuseLeftBehind = <N extends GraphNode>(graph: Graph<N>, id: string, from: readonly string[], to: readonly string[]): void => {
  const kept = ancestors(graph, to, 'parents');
  const isLeft = (each: string): boolean => !kept.has(each) && graph.children.get(each)?.length === 1;
  const left = from.filter(isLeft);
  if (left.length === 0) return;
  const [first] = left;
  const hint =
    from.length > 1 || first === undefined ? `limbeck merge ${[...to, id].join(' ')}` : `limbeck rebase ${firstOf(graph, first, isLeft)}`;
  throw notMovable(id, `it is not the first of its branch, and ${left.join(', ')} would be left behind as a head`, hint);
};

/** Back to where the branch begins. */
const firstOf = <N extends GraphNode>(graph: Graph<N>, from: string, isOfBranch: (id: string) => boolean): string => {
  let at = from;
  for (;;) {
    const [parent, ...others] = graph.byId.get(at)?.parents ?? [];
    if (parent === undefined || others.length > 0 || !isOfBranch(parent)) return at;
    at = parent;
  }
};

const withoutAncestors = <N extends GraphNode>(graph: Graph<N>, ids: readonly string[]): readonly string[] => {
  const below = ancestors(
    graph,
    ids.flatMap((id) => graph.byId.get(id)?.parents ?? []),
    'parents',
  );
  return [...new Set(ids)].filter((id) => !below.has(id));
};

const notMovable = (id: string, why: string, hint: string): LimbeckError =>
  new LimbeckError('not-movable', `revision ${id} cannot be given other parents: ${why}`, { hint, data: { revision: id } });
