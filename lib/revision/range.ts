import { isLimbeckError, LimbeckError } from '../errors.ts';
import { ancestors, descendants, inOrder, realHeads } from './graph.ts';
import type { Graph } from './graph.ts';
import { resolveTarget } from './resolve.ts';
import type { ResolveContext } from './resolve.ts';
import type { GraphNode, Revision } from './revision.ts';

/** A stretch of the history. */
export interface RevisionRange {
  /** Its first revisions, themselves in the range; empty: from the base on. */
  readonly from: readonly string[];
  /** Its last revisions; empty: the base, and so nothing. */
  readonly to: readonly string[];
  /** All of it, parents first. */
  readonly ids: readonly string[];
}

/**
 * Reads `a:b`, `a:`, `:b`, `:` or a plain revision argument. Both ends are in the range; `-N:b` counts back from `b`,
 * `a:+N` on from `a`. Throws what `resolveTarget` throws, `usage` for more than one colon, and `walk-failed` when the
 * ends are not of one line.
 */
export const resolveRange = <N extends GraphNode = Revision>(graph: Graph<N>, text: string, context: ResolveContext): RevisionRange => {
  const resolve = (argument: string): readonly string[] => resolveTarget(graph, argument, context, 'any').ids;
  if (!text.includes(':')) {
    const ids = resolve(text);
    return { from: ids, to: ids, ids: inOrder(graph, ids).map(({ id }) => id) };
  }
  const [start = '', end = '', ...rest] = text.split(':');
  if (rest.length > 0) {
    throw new LimbeckError('usage', `'${text}': History range requires [start]:[end], [start]:, or :[end]`, {
      hint: 'write one colon',
      data: { range: text },
    });
  }
  const { from, to } = ends(graph, start, end, resolve);
  const wanted = ancestors(graph, to);
  const stray = from.filter((id) => !wanted.has(id));
  if (stray.length > 0) throw strayError(graph, text, stray, to);
  const before = ancestors(graph, from);
  const first = new Set(from);
  const ids = graph.nodes.map(({ id }) => id).filter((id) => first.has(id) || (wanted.has(id) && !before.has(id)));
  return { from, to, ids };
};

const ends = <N extends GraphNode>(
  graph: Graph<N>,
  start: string,
  end: string,
  resolve: (argument: string) => readonly string[],
): { readonly from: readonly string[]; readonly to: readonly string[] } => {
  if (/^-\d+$/.test(start) && end !== '') {
    const to = resolve(end);
    return { from: orAll(end, () => resolve(`${to.length === 1 ? to[0] : end}${start}`)), to };
  }
  const from = start === '' ? [] : resolve(start);
  if (end === '') return { from, to: headsAfter(graph, from) };
  const isOnward = /^\+\d+$/.test(end) && start !== '';
  return { from, to: resolve(isOnward ? `${from.length === 1 ? from[0] : start}${end}` : end) };
};

/** The hint for a walk by itself would be a revision before the first. */
const orAll = <T>(end: string, walk: () => T): T => {
  try {
    return walk();
  } catch (error) {
    if (!isLimbeckError(error) || error.data?.['possible'] === undefined) throw error;
    throw new LimbeckError(error.code, error.message, { hint: `:${end} is all up to there`, data: error.data, cause: error });
  }
};

const headsAfter = <N extends GraphNode>(graph: Graph<N>, from: readonly string[]): readonly string[] => {
  const all = realHeads(graph).map(({ id }) => id);
  if (from.length === 0) return all;
  const after = descendants(graph, from);
  return all.filter((id) => after.has(id));
};

const strayError = <N extends GraphNode>(graph: Graph<N>, text: string, stray: readonly string[], to: readonly string[]): LimbeckError => {
  const before = ancestors(graph, stray);
  const isReversed = to.length > 0 && to.every((id) => before.has(id));
  const [start, end] = text.split(':');
  return new LimbeckError('walk-failed', `Requested range ${text} does not refer to ancestor/descendant revisions along the same branch`, {
    hint: isReversed ? `the older end stands first: ${end}:${start}` : 'limbeck history shows which revisions follow which',
    data: { range: text, from: stray, to },
  });
};
