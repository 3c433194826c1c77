import type { Rename } from '../model/change.ts';
import { pathOfKey, pathPart, type Schema } from '../model/schema.ts';

/**
 * Renames as steps in an order that runs, theirs as far as can be: a name is free before another takes it, and a ring goes
 * through a name of its own that neither schema has. Tables and types are given before what is in them, and stay so.
 * Backwards and each reversed, the steps undo the renames.
 */
export const renameSteps = (renames: readonly Rename[], schemas: readonly Schema[]): readonly Rename[] => {
  const holders = new Map(renames.map((rename) => [placeOf(rename, rename.from), rename]));
  const placed = new Set<Rename>();
  const steps: Rename[] = [];
  for (const first of renames) {
    const walk: Rename[] = [];
    let at: Rename | undefined = first;
    for (; at !== undefined && !placed.has(at); at = holders.get(placeOf(at, at.to))) {
      placed.add(at);
      walk.push(at);
    }
    const isRing = at === first && walk.length > 1;
    steps.push(...(isRing ? throughFreeName(first, walk.slice(1), schemas) : walk.reverse()));
  }
  return steps;
};

/** Where a name is taken: among what shares names with it. Tables, indexes, views, sequences and types do. */
const placeOf = ({ kind, schema, table }: Rename, key: string): string => {
  const { path, suffix } = pathOfKey(kind, key);
  const group = table !== undefined ? kind : kind === 'function' || kind === 'procedure' ? 'routine' : 'relation';
  return JSON.stringify([group, schema, table, path.at(-1), suffix]);
};

const throughFreeName = (first: Rename, rest: readonly Rename[], schemas: readonly Schema[]): readonly Rename[] => {
  const taken = new Set(schemas.flatMap(({ objects }) => [...objects.values()].map(({ name }) => name.toLowerCase())));
  let name = 'limbeck_swap';
  for (let count = 2; taken.has(name); count += 1) name = `limbeck_swap_${count}`;
  const { path, suffix } = pathOfKey(first.kind, first.from);
  const key = `${first.kind} ${[...path.slice(0, -1), name].map(pathPart).join('.')}${suffix}`;
  return [{ ...first, to: key, toName: name }, ...[...rest].reverse(), { ...first, from: key, fromName: name }];
};
