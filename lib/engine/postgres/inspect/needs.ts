import type { ObjectKey, SchemaObject } from '../../../model/schema.ts';
import { catalogOids, type Address, type Found } from '../object/kind.ts';
import { textOf, type Query } from '../query.ts';

export interface Dependencies {
  readonly pairs: readonly (readonly [Address, Address])[];
  /** What belongs to an extension, and which one. */
  readonly members: ReadonlyMap<Address, Address>;
}

/**
 * pg_depend without what the server pins. Left out are the internal ones
 * between rows that stand for one object: types of rows and arrays, tables of TOAST, sequences of identity columns, triggers of foreign keys.
 */
export const readDependencies = async (query: Query, types: readonly string[] = dependencyTypes): Promise<Dependencies> => {
  const rows = await query(
    `SELECT d.deptype, pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.concat_ws(':', d.classid::bigint, d.objid::bigint, d.objsubid),
              pg_catalog.concat_ws(':', d.refclassid::bigint, d.refobjid::bigint, d.refobjsubid)), E'\\n') AS pairs
       FROM pg_catalog.pg_depend d WHERE d.deptype IN (${types.map((type) => `'${type}'`).join(', ')}) AND d.refobjid <> 0 AND d.objid <> 0
        AND NOT (d.deptype = 'i' AND d.classid IN (${catalogOids.pg_type}, ${catalogOids.pg_class}, ${catalogOids.pg_trigger}, ${catalogOids.pg_rewrite}))
      GROUP BY d.deptype`,
  );
  const pairs: (readonly [Address, Address])[] = [];
  const members = new Map<Address, Address>();
  for (const row of rows) {
    for (const line of (textOf(row, 'pairs') ?? '').split('\n')) {
      const gap = line.indexOf(' ');
      const pair = [line.slice(0, gap), line.slice(gap + 1)] as const;
      if (row['deptype'] === 'e') members.set(...pair);
      else pairs.push(pair);
    }
  }
  return { pairs, members };
};

const dependencyTypes: readonly string[] = ['n', 'a', 'i', 'e', 'x', 'P', 'S'];

/** Objects by numbers, their places in a list. */
export interface Places {
  /** Of what is in scope, in the order of the list. */
  readonly byKey: ReadonlyMap<ObjectKey, number>;
  /** As its reader made it. */
  readonly objectAt: (place: number) => SchemaObject;
  readonly addressesAt: (place: number) => readonly Address[];
}

/** Which objects each needs: what its reader says, its parent, and pg_depend. */
export const resolveNeeds = (found: readonly Found[], dependencies: Dependencies): readonly SchemaObject[] => {
  const byKey = new Map<ObjectKey, number>();
  found.forEach(({ object }, place) => void byKey.set(object.key, place));
  const foundAt = (place: number): Found => {
    const each = found[place];
    if (each === undefined) throw new Error(`nothing at ${place}`);
    return each;
  };
  const withNeeds = needsOf(dependencies, {
    byKey,
    objectAt: (place) => foundAt(place).object,
    addressesAt: (place) => foundAt(place).addresses,
  });
  return found.map((_, place) => withNeeds(place));
};

/** Gives the object of a place with what it needs. */
export const needsOf = ({ pairs, members }: Dependencies, { byKey, objectAt, addressesAt }: Places): ((place: number) => SchemaObject) => {
  const owners = new Map<Address, number>();
  for (const place of byKey.values()) for (const each of addressesAt(place)) if (!owners.has(each)) owners.set(each, place);
  const placeAt = findAt(owners, members);
  const referencedBy = new Map<number, (readonly [Address, Address])[]>();
  for (const pair of pairs) {
    const dependent = placeAt(pair[0]);
    if (dependent === undefined) continue;
    const known = referencedBy.get(dependent);
    if (known === undefined) referencedBy.set(dependent, [pair]);
    else known.push(pair);
  }
  return (place) => {
    const object = objectAt(place);
    const own = object.parent === undefined ? object.needs : [object.parent, ...object.needs];
    const needs = own.filter((key) => byKey.has(key));
    for (const [dependent, referenced] of referencedBy.get(place) ?? []) {
      const need = placeAt(referenced);
      if (need === undefined || need === place || isToldOtherwise(object, objectAt(need), dependent)) continue;
      needs.push(objectAt(need).key);
    }
    return { ...object, needs: settledNeeds(object.key, needs) };
  };
};

/** Finds what a catalog row belongs to: what stands for it, the whole of which it is a part, or the extension whose member it is. */
const findAt = <T>(places: ReadonlyMap<Address, T>, members: ReadonlyMap<Address, Address>): ((at: Address) => T | undefined) => {
  const wholeOf = (at: Address): Address => (at.endsWith(':0') ? at : `${at.slice(0, at.lastIndexOf(':'))}:0`);
  return (at) => {
    const exact = places.get(at);
    if (exact !== undefined) return exact;
    const whole = wholeOf(at);
    const owner = places.get(whole);
    if (owner !== undefined) return owner;
    const extension = members.get(at) ?? members.get(whole);
    return extension === undefined ? undefined : places.get(extension);
  };
};

/** Sorted, each once, without the object itself; most have none or one or two, for which nothing need be made. */
const settledNeeds = (own: ObjectKey, needs: readonly ObjectKey[]): readonly ObjectKey[] => {
  const [first = own, second = own] = needs;
  if (needs.length > 2 || (needs.length > 0 && first === own)) return [...new Set(needs)].filter((key) => key !== own).sort();
  if (needs.length < 2) return needs;
  return second === own || second === first ? [first] : first < second ? needs : [second, first];
};

/**
 * A sequence's owner and a partition's parent are objects of their own, and INHERITS is told by its table. What a table needs
 * on behalf of its parts, the parts need.
 */
const isToldOtherwise = (from: SchemaObject, to: SchemaObject, dependent: Address): boolean => {
  if (to.parent === from.key) return true;
  const isRelation = dependent.startsWith(`${catalogOids.pg_class}:`);
  return (
    isRelation &&
    ((from.kind === 'sequence' && (to.kind === 'column' || to.kind === 'table')) || (from.kind === 'table' && to.kind === 'table'))
  );
};
