import { childrenOf, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { flag, text, type Room } from '../object/kind.ts';
import { isAttaching, namesake, originsOf, partitionOf } from './index-parts.ts';
import { nameSql } from '../object/naming.ts';

/*
 * Keys that a partition has because its table has them: ATTACH PARTITION makes what a new partition lacks, and ADD CONSTRAINT on the
 * table one for each partition. The catalog remembers that (`connoinherit`), and no statement changes it afterwards, so a key is
 * made in the way in which it was made where it is declared. It gets the name that the server finds, `made`.
 */

/** True when a new key of a partition is there without a statement of its own, maybe under another name. */
export const isCloned = (key: SchemaObject, room: Room): boolean =>
  isWithAttachment(key, room) ||
  (isClonable(key, room) && originsOf(key, room).some((above) => reachesBelow(room.to.objects.get(above), room)));

/** True when the attachment of its partition makes it, so that it follows that. */
const isWithAttachment = (key: SchemaObject, room: Room): boolean => {
  const partition = room.to.objects.get(partitionOf(key));
  const isAboveFirst = originsOf(key, room).some((above) => partition?.needs.includes(above));
  return room.isCreated(partitionOf(key)) && isAboveFirst && isClonable(key, room);
};

/** The keys of partitions that a statement for a key above, or for a new partition, makes. */
export const clonesOf = (object: SchemaObject, room: Room): readonly SchemaObject[] => {
  if (object.kind === 'partition') return childrenOf(room.to, object.parent ?? '').filter((key) => isWithAttachment(key, room));
  if (!reachesBelow(object, room)) return [];
  const below = keysBelow(object, room.to).filter((key) => !isAttaching(key, room));
  return [...below, ...below.flatMap((key) => clonesOf(key, room))];
};

/** True for a key that has to be made anew to come from above, or no more from there. `online` keeps it: nothing but the catalog shows the difference. */
export const isMadeAnew = (from: SchemaObject, to: SchemaObject, room: Room): boolean => {
  const [had, has] = [from, to].map((key) => text(key, 'attachedTo') !== '' || (text(key, 'type') === 'f' && flag(key, 'inherited')));
  return !room.online && had !== has && (had ? from : to).made !== undefined;
};

/** True for a key or index of a partition that is made after its attachment: by that, or lest that takes it for one of the table above. */
export const isAfterAttachment = (object: SchemaObject, room: Room): boolean =>
  isWithAttachment(object, room) || isMistakable(object, room) || isForeignClone(object, room);

const isForeignClone = (object: SchemaObject, room: Room): boolean =>
  text(object, 'type') === 'f' && object.made !== undefined && flag(object, 'inherited') && room.isCreated(partitionOf(object));

const isMistakable = (object: SchemaObject, room: Room): boolean => {
  const partition = room.to.objects.get(partitionOf(object));
  const isLocal = ['index', 'constraint'].includes(object.kind) && text(object, 'attachedTo') === '';
  if (!isLocal || partition === undefined || !room.isCreated(object.key) || !isAttaching(object, room)) return false;
  return partition.needs.some((key) => {
    const above = room.to.objects.get(key);
    return above !== undefined && above.parent !== object.parent && columnsOf(above) !== '' && columnsOf(above) === columnsOf(object);
  });
};

/** The keys and indexes of a table that its attachment would take for those of the table above. */
export const mistakenKeys = (partition: SchemaObject, room: Room): readonly ObjectKey[] => {
  if (room.isCreated(partition.parent ?? '')) return [];
  const above = partition.needs
    .flatMap((key) => room.to.objects.get(key) ?? [])
    .filter((each) => each.parent !== partition.parent && columnsOf(each) !== '');
  return childrenOf(room.to, partition.parent ?? '')
    .filter((own) => ['index', 'constraint'].includes(own.kind) && text(own, 'attachedTo') === '' && room.from.objects.has(own.key))
    .filter((own) => above.some((each) => columnsOf(each) === columnsOf(own) && isTaken(own, each, room.major)))
    .map(({ key }) => key);
};

/** For an index the server takes any; for a constraint another, before PostgreSQL 18 also a primary key for a unique one. */
const isTaken = (own: SchemaObject, above: SchemaObject, major: number): boolean =>
  above.kind === 'index' || (own.kind === 'constraint' && (major < 18 || text(own, 'type') === text(above, 'type')));

/** The columns of an index or a key, as far as ATTACH PARTITION looks at them. */
const columnsOf = (object: SchemaObject): string =>
  object.kind === 'index' || text(object, 'index') !== ''
    ? text(object, 'definition').replace(/^(PRIMARY KEY|UNIQUE|USING btree) /, '')
    : '';

/** True for a new key of a partitioned table that makes all those of its partitions: its statement needs no ONLY. */
export const reachesBelow = (key: SchemaObject | undefined, room: Room): boolean => {
  if (key === undefined || !flag(key, 'partitioned') || !room.isCreated(key.key)) return false;
  const below = keysBelow(key, room.to).filter((each) => !isAttaching(each, room));
  return (
    below.length > 0 &&
    !key.needs.some((need) => need.startsWith('partition ')) &&
    below.every(
      (each) =>
        isClonable(each, room) &&
        !hasAlike(each, room) &&
        (!flag(each, 'partitioned') || keysBelow(each, room.to).length === 0 || reachesBelow(each, room)),
    )
  );
};

/** True where its table has and keeps a key with the same columns, which would be taken instead. */
const hasAlike = (key: SchemaObject, room: Room): boolean =>
  childrenOf(room.from, key.parent ?? '').some(
    (each) =>
      each.kind === 'constraint' &&
      text(each, 'attachedTo') === '' &&
      columnsOf(each) !== '' &&
      columnsOf(each) === columnsOf(key) &&
      !room.isDropped(each.key),
  );

const isClonable = (key: SchemaObject, room: Room): boolean =>
  key.made !== undefined &&
  room.isCreated(key.key) &&
  namesake(key, 'from', room) === undefined &&
  isFree(text(key, 'index'), room) &&
  (key.made === key.name || (isFree(clonedId(key), room) && !relationsIn(room.to).has(clonedId(key))));

/** The index of a cloned key by the name that the server finds. */
export const clonedId = (key: SchemaObject): string =>
  `${text(key, 'index').slice(0, -nameSql(key.name).length)}${nameSql(key.made ?? key.name)}`;

/** True for a name that nothing has, or keeps, when the key is made. */
const isFree = (id: string, room: Room): boolean => {
  const holder = relationsIn(room.from).get(id);
  return holder === undefined || room.isDropped(holder.key);
};

const relations = new WeakMap<Schema, ReadonlyMap<string, SchemaObject>>();

const relationsIn = (schema: Schema): ReadonlyMap<string, SchemaObject> => {
  const known = relations.get(schema);
  if (known !== undefined) return known;
  const made = new Map<string, SchemaObject>();
  for (const object of schema.objects.values()) for (const id of idsOf(object)) made.set(id, object);
  relations.set(schema, made);
  return made;
};

const idsOf = (object: SchemaObject): readonly string[] =>
  ['table', 'view', 'materialized view', 'sequence', 'index'].includes(object.kind)
    ? [text(object, 'id')]
    : [text(object, 'index'), text(object, 'identitySequence')].filter((id) => id !== '');

const families = new WeakMap<Schema, ReadonlyMap<ObjectKey, readonly SchemaObject[]>>();

const keysBelow = (key: SchemaObject, schema: Schema): readonly SchemaObject[] => {
  const known = families.get(schema) ?? familiesOf(schema);
  families.set(schema, known);
  return known.get(key.key) ?? [];
};

const familiesOf = (schema: Schema): ReadonlyMap<ObjectKey, readonly SchemaObject[]> => {
  const families = new Map<ObjectKey, SchemaObject[]>();
  for (const object of schema.objects.values()) {
    if (object.kind !== 'constraint' || text(object, 'attachedTo') === '') continue;
    for (const need of object.needs) if (need.startsWith('constraint ')) families.set(need, [...(families.get(need) ?? []), object]);
  }
  return families;
};
