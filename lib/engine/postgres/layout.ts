import type { Step } from '../../model/change.ts';
import type { ObjectKey, Schema } from '../../model/schema.ts';
import { components } from './plan/graph.ts';

/**
 * The statements of a whole schema, given in loadable order, put together by the table (or other top object) that they
 * are about; what a group needs stands above it. Groups that need each other keep the order given.
 */
export const layOut = (steps: readonly Step[], schema: Schema): readonly (readonly string[])[] => {
  const rootOf = rootsOf(schema);
  const roots = rootsInOrder(steps, rootOf);
  const places = new Map(roots.map((root, place) => [root, place]));
  const needs = new Map(roots.map((_, place) => [place, new Set<number>()]));
  for (const object of schema.objects.values()) {
    const place = places.get(rootOf(object.key));
    for (const need of place === undefined ? [] : object.needs) {
      const other = places.get(rootOf(need));
      if (place !== undefined && other !== undefined && other !== place) needs.get(place)?.add(other);
    }
  }
  const component = components([...places.values()], needs);
  const rings: { readonly root: ObjectKey; readonly sql: string }[][] = [];
  for (const step of steps) {
    const root = rootOf(step.touches[0] ?? '');
    (rings[component.get(places.get(root) ?? -1) ?? 0] ??= []).push({ root, sql: step.sql });
  }
  return rings.flatMap((ring) => {
    const groups: { readonly root: ObjectKey; readonly statements: string[] }[] = [];
    for (const { root, sql } of ring) {
      const last = groups.at(-1);
      if (last?.root === root) last.statements.push(sql.replace(/^SET LOCAL /, 'SET '));
      else groups.push({ root, statements: [sql.replace(/^SET LOCAL /, 'SET ')] });
    }
    return groups.map(({ statements }) => statements);
  });
};

/** In the order in which they are made themselves: a sequence that a table owns says nothing of the table's place. */
const rootsInOrder = (steps: readonly Step[], rootOf: (key: ObjectKey) => ObjectKey): readonly ObjectKey[] => {
  const keys = steps.map(({ touches }) => touches[0] ?? '');
  const own = new Set(keys.filter((key) => rootOf(key) === key));
  const others = keys.map(rootOf).filter((key) => !own.has(key));
  return [...new Set([...own, ...others])];
};

/** The object below which another is written: its outermost parent; for a sequence with an owner, the owner's table. */
const rootsOf = (schema: Schema): ((key: ObjectKey) => ObjectKey) => {
  const owners = new Map<ObjectKey, ObjectKey>();
  for (const { kind, key, needs } of schema.objects.values()) {
    if (kind !== 'sequence owner') continue;
    const [table] = needs.filter((need) => schema.objects.get(need)?.kind === 'table');
    if (table === undefined) continue;
    owners.set(key, table);
    for (const need of needs) if (schema.objects.get(need)?.kind === 'sequence') owners.set(need, table);
  }
  return (key) => {
    let at = key;
    const above = (object: ObjectKey): ObjectKey | undefined => owners.get(object) ?? schema.objects.get(object)?.parent;
    for (let next = above(at); next !== undefined; next = above(at)) at = next;
    return at;
  };
};
