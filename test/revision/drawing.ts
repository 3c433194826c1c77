import { buildGraph } from '../../lib/revision/graph.ts';
import type { Graph } from '../../lib/revision/graph.ts';
import type { GraphNode } from '../../lib/revision/revision.ts';

/** One revision a line: `id: parents / dependencies #label`. */
export const node = (line: string): GraphNode => {
  const [, id = '', parents = '', deps = '', label] = /^(\w+):([^/#]*)(?:\/([^#]*))?(?:#(\w+))?$/.exec(line) ?? [];
  return { id, parents: list(parents), dependsOn: list(deps), labels: label === undefined ? [] : [label] };
};

export const draw = (...lines: readonly string[]): Graph<GraphNode> => buildGraph(lines.map(node));

/** Ids with blanks between them. */
export const idsOf = (nodes: readonly { readonly id: string }[]): string => nodes.map(({ id }) => id).join(' ');

export const setOf = (ids: string): ReadonlySet<string> => new Set(ids.split(' ').filter((id) => id !== ''));

/** Random numbers that are the same on every run. */
export const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) % below;
  };
};

/** A history of branches, merges, several bases and dependencies, its revisions in no particular order. */
export const randomNodes = (random: (below: number) => number, count: number): readonly GraphNode[] => {
  const nodes: GraphNode[] = [];
  const pick = (): string => nodes[Math.max(0, nodes.length - 1 - random(6))]?.id ?? '';
  for (let index = 0; index < count; index++) {
    const wanted = index === 0 || random(12) === 0 ? 0 : random(5) === 0 ? 2 : 1;
    const parents = [...new Set(Array.from({ length: wanted }, pick))];
    const dependsOn = index > 0 && random(6) === 0 ? [pick()].filter((id) => !parents.includes(id)) : [];
    nodes.push({ id: `r${index}`, parents, dependsOn, labels: [] });
  }
  const shuffled = [...nodes];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = random(index + 1);
    const [a, b] = [shuffled[index], shuffled[other]];
    if (a !== undefined && b !== undefined) [shuffled[index], shuffled[other]] = [b, a];
  }
  return random(2) === 0 ? nodes : shuffled;
};

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
