import { LimbeckError } from '../../../errors.ts';
import { childrenOf, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { flag, text, type AlterInput, type Room } from '../object/kind.ts';
import { partitionOf } from './index-parts.ts';

/*
 * A partition that gets new bounds is detached and attached again. Meanwhile its rows are not in the table above, and what it
 * has for the sake of that stands alone.
 */

/** True for a partition that is detached and attached again. */
export const isRebound = ({ attributes }: AlterInput): boolean => attributes.includes('bound');

/** The foreign keys to the tables above, which refuse that rows leave: they are dropped before, and added after. */
export const keysInWay = (partition: SchemaObject, schema: Schema): readonly ObjectKey[] => {
  const above = new Set(tablesAbove(partition, schema));
  return [...schema.objects.values()]
    .filter((key) => isForeign(key) && !flag(key, 'inherited') && referredBy(key, schema).some((table) => above.has(table)))
    .map(({ key }) => key);
};

/** The partitions that are attached again below the table that a foreign key refers to, before the key is added. */
export const reboundBelow = (key: SchemaObject, room: Room): readonly ObjectKey[] => {
  if (!isForeign(key) || !room.isDropped(key.key)) return [];
  const referred = new Set(referredBy(key, room.to));
  return partitionsIn(room.to)
    .filter((partition) => {
      const before = room.from.objects.get(partition.key);
      if (before === undefined || room.isCreated(partition.key) || text(before, 'bound') === text(partition, 'bound')) return false;
      return tablesAbove(partition, room.to).some((table) => referred.has(table));
    })
    .map(({ key: partition }) => partition);
};

/** New indexes of the partitions below: the attachment takes over only an index that is complete. */
export const indexesBelow = (partition: SchemaObject, room: Room): readonly ObjectKey[] =>
  partitionsIn(room.to)
    .filter((each) => tablesAbove(each, room.to).includes(partition.parent ?? ''))
    .flatMap((each) => childrenOf(room.to, each.parent ?? ''))
    .filter((index) => index.kind === 'index' && room.isCreated(index.key))
    .map(({ key }) => key);

/** Throws `unmanaged` for a partition with a key that the server makes a second time when it is attached. */
export const requireAdoptable = (partition: SchemaObject, room: Room): void => {
  const key = childrenOf(room.to, partition.parent ?? '').find(
    (each) => text(each, 'attachedTo') !== '' && isNeverAdopted(each) && room.from.objects.has(each.key) && !room.isDropped(each.key),
  );
  if (key === undefined) return;
  const [id, above] = [text(partition, 'id'), text(partition, 'of')];
  throw new LimbeckError('unmanaged', `${partition.key} gets new bounds, and PostgreSQL does not attach a table that has ${key.key}`, {
    hint: `write this migration by hand (\`limbeck revision -m …\`): DETACH PARTITION ${id}, drop the constraint from ${id}, and ATTACH it to ${above}, which makes the constraint again`,
    data: { objects: [partition.key, key.key] },
  });
};

/** Exclusion constraints, and keys WITHOUT OVERLAPS, which are made like them. */
const isNeverAdopted = (key: SchemaObject): boolean =>
  key.kind === 'constraint' && (text(key, 'type') === 'x' || text(key, 'definition').includes(' WITHOUT OVERLAPS'));

const isForeign = (key: SchemaObject): boolean => key.kind === 'constraint' && text(key, 'type') === 'f';

/** The tables of the keys that a foreign key refers to: the one that it names, and its partitions. */
const referredBy = (key: SchemaObject, { objects }: Schema): readonly ObjectKey[] =>
  key.needs.flatMap((need) => {
    const other = objects.get(need);
    return other?.parent === undefined || !(other.kind === 'index' || (other.kind === 'constraint' && !isForeign(other)))
      ? []
      : [other.parent];
  });

const tablesAbove = (partition: SchemaObject, { objects }: Schema): readonly ObjectKey[] => {
  const tables: ObjectKey[] = [];
  for (let at: SchemaObject | undefined = partition; at !== undefined;) {
    const { needs, parent }: SchemaObject = at;
    const above = needs.find((need) => need.startsWith('table ') && need !== parent);
    if (above === undefined) break;
    tables.push(above);
    at = objects.get(partitionOf({ ...at, parent: above }));
  }
  return tables;
};

const partitions = new WeakMap<Schema, readonly SchemaObject[]>();

const partitionsIn = (schema: Schema): readonly SchemaObject[] => {
  const known = partitions.get(schema) ?? [...schema.objects.values()].filter(({ kind }) => kind === 'partition');
  partitions.set(schema, known);
  return known;
};
