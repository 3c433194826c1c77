import type { Rename } from '../model/change.ts';
import { pathOfKey, pathPart, type Schema } from '../model/schema.ts';
import { hasIndex, placesOf, type Place } from './rename-place.ts';

/**
 * Renames as steps in an order that runs, theirs as far as can be: a name is free before another takes it, and a ring goes
 * through a name of its own that neither schema has. Tables and types are given before what is in them, and stay so.
 * Backwards and each reversed, the steps undo the renames.
 */
export const renameSteps = (renames: readonly Rename[], schemas: readonly Schema[]): readonly Rename[] => {
  const moves = renames.map((rename) => moveOf(rename, schemas));
  const holders = new Map<Place, Move[]>();
  for (const move of moves) for (const place of move.frees) holders.set(place, [...(holders.get(place) ?? []), move]);
  const taken = new Set(schemas.flatMap(({ objects }) => [...objects.values()].map(({ name }) => name.toLowerCase())));
  const begun = new Set<Move>();
  const ended = new Set<Move>();
  const aside = new Map<Move, Rename>();
  const steps: Rename[] = [];
  const carryOut = (move: Move): void => {
    begun.add(move);
    for (const other of move.takes.flatMap((place) => holders.get(place) ?? [])) {
      if (other === move || ended.has(other) || aside.has(other) || mustPrecede(move, other)) continue;
      if (begun.has(other)) {
        const names = new Set([...taken, ...[...aside.values()].map(({ toName }) => toName)]);
        const away = putAside(other.rename, names);
        aside.set(other, away);
        steps.push(away);
      } else carryOut(other);
    }
    const away = aside.get(move);
    steps.push(away === undefined ? move.rename : { ...move.rename, from: away.to, fromName: away.toName });
    aside.delete(move);
    ended.add(move);
  };
  for (const move of moves) if (!begun.has(move)) carryOut(move);
  return steps;
};

/** A rename, the places that it leaves and those that it takes. */
interface Move {
  readonly rename: Rename;
  readonly frees: readonly Place[];
  readonly takes: readonly Place[];
}

const moveOf = (rename: Rename, schemas: readonly Schema[]): Move => {
  const isIndexed = schemas.some(({ objects }) => hasIndex(objects.get(rename.from)) || hasIndex(objects.get(rename.to)));
  return { rename, frees: placesOf(rename, rename.from, isIndexed), takes: placesOf(rename, rename.to, isIndexed) };
};

/** What is in a table is named after it, so the table does not wait for it. */
const mustPrecede = ({ rename }: Move, other: Move): boolean => rename.kind === 'table' && other.rename.table !== undefined;

const putAside = (rename: Rename, taken: ReadonlySet<string>): Rename => {
  let name = 'limbeck_swap';
  for (let count = 2; taken.has(name); count += 1) name = `limbeck_swap_${count}`;
  const { path, suffix } = pathOfKey(rename.kind, rename.from);
  const key = `${rename.kind} ${[...path.slice(0, -1), name].map(pathPart).join('.')}${suffix}`;
  return { ...rename, to: key, toName: name };
};
