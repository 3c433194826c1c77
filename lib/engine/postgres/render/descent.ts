import type { AttributeValue, ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import type { Room } from '../object/kind.ts';

/*
 * Tables that inherit, and partitions: what ALTER TABLE does to a column it does to the columns below it, too. A statement
 * is given to the highest table that all below agree with; the others say ONLY, and each table below says its own.
 */

/** What of a column goes down to the tables below; `default` is its default's expression. */
export type Trait = 'type' | 'collation' | 'notNull' | 'default' | 'storage' | 'statistics' | 'expression';

/** The columns of the tables right above that this one stands for. */
export const columnsAbove = (column: SchemaObject, schema: Schema): readonly SchemaObject[] =>
  column.attributes['inherited'] !== true
    ? []
    : column.needs.flatMap((key) => {
        const above = schema.objects.get(key);
        return above?.kind === 'column' && above.name === column.name && above.parent !== column.parent ? [above] : [];
      });

const below = new WeakMap<Schema, ReadonlyMap<ObjectKey, readonly SchemaObject[]>>();

const columnsBelow = (column: SchemaObject, schema: Schema): readonly SchemaObject[] => {
  const known = below.get(schema);
  if (known !== undefined) return known.get(column.key) ?? [];
  const made = new Map<ObjectKey, SchemaObject[]>();
  for (const object of hasDescent(schema) ? schema.objects.values() : []) {
    if (object.kind !== 'column') continue;
    for (const above of columnsAbove(object, schema)) made.set(above.key, [...(made.get(above.key) ?? []), object]);
  }
  below.set(schema, made);
  return made.get(column.key) ?? [];
};

/** Whether any table stands below another: to look at every column of a large schema that has none such takes long. */
const hasDescent = ({ objects }: Schema): boolean => {
  for (const key of objects.keys()) if (key.startsWith('inheritance ') || key.startsWith('partition ')) return true;
  return false;
};

/** The trait of a column in a schema. */
export const traitOf = (schema: Schema, column: SchemaObject, trait: Trait): AttributeValue =>
  trait === 'default' ? schema.objects.get(defaultKeyOf(column))?.attributes['expression'] : column.attributes[trait];

const defaultKeyOf = (column: SchemaObject): ObjectKey => `default ${column.key.slice('column '.length)}`;

/** True where a table is and stays below another, so that what is done to the one happens to the other. */
export const staysBelow = (room: Room, child: SchemaObject, above: SchemaObject): boolean => {
  const [path, top] = [child.parent?.slice('table '.length) ?? '', above.parent ?? ''];
  const inheritance = `inheritance ${path}.${top.slice('table '.length)}`;
  const partition = `partition ${path}`;
  const isIn = (schema: Schema): boolean => schema.objects.has(inheritance) || schema.objects.get(partition)?.needs.includes(top) === true;
  return isIn(room.from) && isIn(room.to) && !room.isDropped(inheritance) && !room.isDropped(partition);
};

/** True where all columns below end up with the trait that this one ends up with: the statement needs no ONLY. */
export const recurses = (room: Room, column: SchemaObject, trait: Trait): boolean =>
  stayingBelow(room, column).every(
    (each) => traitOf(room.to, each, trait) === traitOf(room.to, column, trait) && recurses(room, each, trait),
  );

/** The column above from whose own statement this one gets a trait in this plan; undefined where none brings it. */
export const broughtBy = (room: Room, column: SchemaObject, trait: Trait): SchemaObject | undefined => {
  for (const above of columnsAbove(column, room.to)) {
    if (!staysBelow(room, column, above)) continue;
    const before = room.from.objects.get(above.key);
    const differs = before !== undefined && traitOf(room.from, before, trait) !== traitOf(room.to, above, trait);
    if (differs && (trait === 'type' || recurses(room, above, trait))) return above;
    const higher = broughtBy(room, above, trait);
    if (higher !== undefined) return higher;
  }
  return undefined;
};

/** True where a column comes into being, or goes, with the column above it. */
export const followsAbove = (room: Room, column: SchemaObject, what: 'create' | 'drop'): boolean => {
  const [schema, happens] = what === 'create' ? [room.to, room.isCreated] : [room.from, room.isDropped];
  return columnsAbove(column, schema).some((above) => happens(above.key) && staysBelow(room, column, above));
};

/** The columns right below, in tables that stay there. */
export const stayingBelow = (room: Room, column: SchemaObject): readonly SchemaObject[] =>
  columnsBelow(column, room.to).filter((each) => staysBelow(room, each, column));

/** The columns below that stay when this one is dropped, and those that go. */
export const heirs = (room: Room, column: SchemaObject): readonly [readonly SchemaObject[], readonly SchemaObject[]] => {
  const children = columnsBelow(column, room.from).filter((each) => staysBelow(room, each, column));
  return [children.filter((each) => !room.isDropped(each.key)), children.filter((each) => room.isDropped(each.key))];
};
