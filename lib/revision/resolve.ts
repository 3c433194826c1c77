import { LimbeckError } from '../errors.ts';
import { findRevision } from './find.ts';
import { heads, realAppliedHeads, realHeads } from './graph.ts';
import type { Graph } from './graph.ts';
import { lineage } from './path.ts';
import type { GraphNode, Revision } from './revision.ts';
import type { Branch, Direction, Target } from './target.ts';
import { startDown, startUp, walkDown, walkUp } from './walk.ts';

export interface ResolveContext {
  /** Ids that the journal has; empty where no database was asked. */
  readonly applied: ReadonlySet<string>;
}

/**
 * Reads a revision argument: an id or the beginning of one, a branch label, `head`, `heads`, `base`, `current`, `+N`,
 * `-N`, any of these with `+N` or `-N` behind, and any of all that behind `label@` or `rev@`.
 * Throws `revision-unknown`, `revision-ambiguous`, `multiple-heads`, `walk-failed`, and `usage` for what is none of these.
 */
export const resolveTarget = <N extends GraphNode = Revision>(
  graph: Graph<N>,
  text: string,
  context: ResolveContext,
  direction: Direction,
): Target => {
  const { branchName, symbol, steps } = readArgument(text);
  const branch = branchName === undefined ? undefined : findBranch(graph, branchName);
  const within = branch === undefined ? undefined : [branch.id];
  if (steps === undefined) return { ids: resolveSymbol(graph, symbol, branch, context), within };
  const walk = { graph, text, steps: Math.abs(steps), branch, applied: context.applied, direction };
  if (symbol === '' && direction !== 'any') {
    return direction === 'up' ? startUp(walk, steps) : startDown(walk, steps);
  }
  const startSymbol = symbol === '' ? (isBackward(steps) ? 'head' : 'base') : symbol;
  const start = onlyOne(resolveSymbol(graph, startSymbol, branch, context), startSymbol);
  const ids = isBackward(steps) ? walkDown(walk, start) : walkUp(walk, start);
  return { ids, within: within ?? (ids.length === 0 && start !== undefined ? [start] : undefined) };
};

interface Argument {
  readonly branchName: string | undefined;
  /** Empty only with steps. */
  readonly symbol: string;
  /** `-0` counts as backward. */
  readonly steps: number | undefined;
}

const readArgument = (text: string): Argument => {
  const match = /^(?:([^@:]+)@)?([^@:+-]*)([+-]\d+)?$/u.exec(text);
  const [, branchName, symbol = '', steps] = match ?? [];
  if (match === null || (symbol === '' && steps === undefined)) {
    const range = text.includes(':') ? 'a range is not allowed here' : 'not a revision';
    throw new LimbeckError('usage', `'${text}': ${range}`, {
      hint: 'write an id or the beginning of one, head, heads, base, current, +N, -N, <revision>+N, <revision>-N or <branch>@…',
      data: { revision: text },
    });
  }
  return { branchName, symbol, steps: steps === undefined ? undefined : Number(steps) };
};

const isBackward = (steps: number): boolean => steps < 0 || Object.is(steps, -0);

const findBranch = <N extends GraphNode>(graph: Graph<N>, name: string): Branch => {
  const { id } = findRevision(graph, name);
  return { name, id, members: lineage(graph, [id]) };
};

const resolveSymbol = <N extends GraphNode>(
  graph: Graph<N>,
  symbol: string,
  branch: Branch | undefined,
  { applied }: ResolveContext,
): readonly string[] => {
  switch (symbol) {
    case 'base':
      return [];
    case 'head':
      return oneHead(headsOf(graph, branch), branch === undefined ? 'head' : `${branch.name}@head`);
    case 'heads':
      return headsOf(graph, branch);
    case 'current':
      return realAppliedHeads(graph, applied)
        .map(({ id }) => id)
        .filter((id) => branch?.members.has(id) ?? true);
    default: {
      const { id } = findRevision(graph, symbol, branch?.members);
      if (branch !== undefined && !branch.members.has(id)) {
        throw new LimbeckError('revision-unknown', `Revision ${id} is not a member of branch '${branch.name}'`, {
          hint: `limbeck upgrade ${id} names it without the branch`,
          data: { revision: id, branch: branch.name },
        });
      }
      return [id];
    }
  }
};

const headsOf = <N extends GraphNode>(graph: Graph<N>, branch: Branch | undefined): readonly string[] =>
  branch === undefined
    ? realHeads(graph).map(({ id }) => id)
    : heads(graph)
        .map(({ id }) => id)
        .filter((id) => branch.members.has(id));

const oneHead = (ids: readonly string[], argument: string): readonly string[] => {
  if (ids.length > 1) throw multipleHeadsError(ids, argument);
  return ids;
};

const onlyOne = (ids: readonly string[], symbol: string): string | undefined => {
  if (ids.length > 1) throw multipleHeadsError(ids, symbol);
  return ids[0];
};

const multipleHeadsError = (ids: readonly string[], argument: string): LimbeckError =>
  new LimbeckError(
    'multiple-heads',
    `Multiple head revisions are present for given argument '${argument}': ${ids.join(', ')}; please specify a ` +
      "specific target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
    { hint: 'limbeck heads lists them; limbeck upgrade heads applies all of them', data: { argument, heads: ids } },
  );
