import { LimbeckError } from '../errors.ts';
import { appliedHeads, bases, inOrder, realAppliedHeads } from './graph.ts';
import type { Graph } from './graph.ts';
import type { Branch, Direction, Target } from './target.ts';
import type { GraphNode } from './revision.ts';

/** A relative argument on its way. */
export interface Walk<N extends GraphNode> {
  readonly graph: Graph<N>;
  /** The argument as it was written, for messages. */
  readonly text: string;
  /** How many, never negative. */
  readonly steps: number;
  readonly branch: Branch | undefined;
  readonly applied: ReadonlySet<string>;
  readonly direction: Direction;
}

/** A bare `+N` of an upgrade: N further than the database. Throws `walk-failed`. */
export const startUp = <N extends GraphNode>(walk: Walk<N>, steps: number): Target => {
  if (steps < 0 || Object.is(steps, -0)) throw tooFewError(walk, 0, 'an upgrade goes forward: +N');
  const { graph, branch, applied } = walk;
  const current = standing(walk);
  const ids = current.map(({ id }) => id);
  if (walk.steps === 0) return { ids, within: undefined };
  const pending = (from: readonly N[]): readonly string[] => onBranch(following(graph, from), branch).filter((id) => !applied.has(id));
  const first = pending(current);
  const all = appliedHeads(graph, applied);
  const next = first.length === 0 && branch === undefined && all.length > 0 ? pending(all) : first;
  if (next.length > 1) throw ambiguousUpError(walk, ids, next);
  const [only] = next;
  if (only === undefined) throw tooFewError(walk, 0);
  return { ids: climb(walk, only, 1), within: undefined };
};

/** A bare `-N` of a downgrade: N back from the database, on the branch where it stands. Throws `walk-failed`. */
export const startDown = <N extends GraphNode>(walk: Walk<N>, steps: number): Target => {
  if (steps > 0 || Object.is(steps, 0)) throw tooFewError(walk, 0, 'a downgrade goes back: -N');
  const current = standing(walk);
  const [only, ...others] = current;
  if (only === undefined) throw tooFewError(walk, 0, 'nothing is applied');
  if (others.length > 0) {
    const ids = current.map(({ id }) => id);
    throw new LimbeckError('walk-failed', `downgrade ${walk.text} from multiple heads is ambiguous: ${ids.join(', ')}`, {
      hint: `say from which: limbeck downgrade ${ids[0]}@${walk.text.replace(/^.*@/u, '')}, or to which: limbeck downgrade <revision>`,
      data: { current: ids },
    });
  }
  if (hasAppliedChild(walk, only)) {
    throw tooFewError(walk, 0, `nothing of branch '${walk.branch?.name}' is applied beyond ${only.id}, where others follow too`);
  }
  return { ids: walkDown(walk, only.id), within: [only.id] };
};

/** N revisions after `start`; undefined is the base. Throws `walk-failed` where the way parts or ends. */
export const walkUp = <N extends GraphNode>(walk: Walk<N>, start: string | undefined): readonly string[] => climb(walk, start, 0);

/**
 * N revisions before `start`; the last step may reach the base (empty) or undo a merge (several).
 * Throws `walk-failed` where the way parts or ends.
 */
export const walkDown = <N extends GraphNode>(walk: Walk<N>, start: string | undefined): readonly string[] => {
  let at: readonly string[] = start === undefined ? [] : [start];
  for (let done = 0; done < walk.steps; done++) {
    const here = at.length > 1 ? onBranch(at, walk.branch) : at;
    if (here.length > 1) throw ambiguousError(walk, 'joins', here);
    const node = walk.graph.byId.get(here[0] ?? '');
    if (node === undefined) throw tooFewError(walk, done);
    at = node.parents;
  }
  return at;
};

const climb = <N extends GraphNode>(walk: Walk<N>, start: string | undefined, done: number): readonly string[] => {
  let at = start;
  for (let step = done; step < walk.steps; step++) {
    const node = at === undefined ? undefined : walk.graph.byId.get(at);
    const next = onBranch(following(walk.graph, node === undefined ? [] : [node]), walk.branch);
    if (next.length > 1) throw ambiguousError(walk, 'parts', next);
    if (next[0] === undefined) throw tooFewError(walk, step);
    at = next[0];
  }
  return at === undefined ? [] : [at];
};

/** Where the database stands: on the branch if one is named, else at its heads that nothing applied depends on. */
const standing = <N extends GraphNode>({ graph, branch, applied }: Walk<N>): readonly N[] => {
  if (branch === undefined) return realAppliedHeads(graph, applied);
  const active = new Set([...applied].filter((id) => branch.members.has(id)));
  return appliedHeads(graph, active);
};

const hasAppliedChild = <N extends GraphNode>({ graph, applied }: Walk<N>, { id }: N): boolean =>
  (graph.children.get(id) ?? []).some((child) => applied.has(child));

const following = <N extends GraphNode>(graph: Graph<N>, from: readonly N[]): readonly string[] =>
  from.length === 0
    ? bases(graph).map(({ id }) => id)
    : inOrder(
        graph,
        from.flatMap(({ id }) => graph.children.get(id) ?? []),
      ).map(({ id }) => id);

const onBranch = (ids: readonly string[], branch: Branch | undefined): readonly string[] =>
  branch === undefined ? ids : ids.filter((id) => branch.members.has(id));

const tooFewError = <N extends GraphNode>(walk: Walk<N>, possible: number, why?: string): LimbeckError => {
  const { text, steps, direction } = walk;
  const found = why ?? (possible === 0 ? 'there is none' : `there ${possible === 1 ? 'is' : 'are'} only ${possible}`);
  const verb = direction === 'up' ? 'upgrade' : direction === 'down' ? 'downgrade' : 'show';
  const shorter = possible > 0 ? `limbeck ${verb} ${text.replace(/\d+$/, String(possible))}` : 'limbeck history shows what there is';
  return new LimbeckError('walk-failed', `Relative revision ${text} didn't produce ${steps} migrations: ${found}`, {
    hint: shorter,
    data: { revision: text, wanted: steps, possible },
  });
};

const ambiguousError = <N extends GraphNode>(walk: Walk<N>, where: 'parts' | 'joins', ids: readonly string[]): LimbeckError =>
  new LimbeckError('walk-failed', `Ambiguous walk: on the way of ${walk.text} the history ${where} at ${ids.join(', ')}`, {
    hint: `name the branch: ${ids[0]}@${walk.text.replace(/^.*@/u, '')}, or the revision itself`,
    data: { revision: walk.text, candidates: ids },
  });

const ambiguousUpError = <N extends GraphNode>(walk: Walk<N>, current: readonly string[], next: readonly string[]): LimbeckError =>
  current.length > 1
    ? new LimbeckError('walk-failed', `Ambiguous upgrade from multiple current revisions: ${current.join(', ')}`, {
        hint: `name the branch: limbeck upgrade ${next[0]}@${walk.text.replace(/^.*@/u, '')}, or limbeck upgrade heads`,
        data: { revision: walk.text, current, candidates: next },
      })
    : ambiguousError(walk, 'parts', next);
