import { LimbeckError } from '../../../errors.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { cutAttribute } from './composite-value.ts';
import { list, text, type AlterInput, type Room } from '../object/kind.ts';
import { elementOf } from './type-name.ts';

/*
 * Every table is a type, too. While a column elsewhere has values of it, the server changes no column of the table in a way that
 * writes rows.
 */

/** Throws `unmanaged` for a column whose values a change writes anew, while values of its table's row type are kept elsewhere. */
export const requireNoCopies = ({ from, to, attributes, isForced }: AlterInput, room: Room): void => {
  const isWritten =
    isForced ||
    attributes.includes('type') ||
    attributes.includes('collation') ||
    (attributes.includes('expression') && text(from, 'generated') === 'STORED' && text(to, 'generated') === 'STORED');
  if (isWritten) refuseCopies(to, room);
};

/** Throws `unmanaged` for a new column that gives the rows there are a value, in the same case. */
export const requireNoCopiesFor = (column: SchemaObject, isFilled: boolean, room: Room): void => {
  if (isFilled) refuseCopies(column, room);
};

const refuseCopies = (column: SchemaObject, room: Room): void => {
  const table = column.parent ?? '';
  if (room.isCreated(table)) return;
  const holder = holderOf(table, room.from);
  if (holder === undefined || !room.to.objects.has(holder.key) || room.isDropped(holder.key)) return;
  const id = text(column, 'table');
  throw new LimbeckError(
    'unmanaged',
    `${column.key} cannot be ${room.from.objects.has(column.key) ? 'changed' : 'added with a value'}: ${holder.key} holds rows of ${table}`,
    {
      hint: `write this migration by hand (\`limbeck revision -m …\`): keep the rows of ${holder.key} as text or jsonb meanwhile, change ${id}, and make them of ${id} again; a column without a default can be added at any time`,
      data: { objects: [column.key, holder.key] },
    },
  );
};

/** A column or materialized view that keeps values of a table's row type, by itself or inside of another type. */
const holderOf = (table: ObjectKey, schema: Schema): SchemaObject | undefined => {
  const usersOf = usersIn(schema);
  const types = new Set([table]);
  for (const type of types) {
    const id = schema.objects.get(type)?.attributes['id'];
    for (const object of usersOf.get(type) ?? []) {
      if (object.parent === type) continue;
      if (object.kind === 'type') types.add(object.key);
      if (typesIn(object).some((each) => elementOf(each) === id)) return object;
    }
  }
  return undefined;
};

const users = new WeakMap<Schema, ReadonlyMap<ObjectKey, readonly SchemaObject[]>>();

/** What may keep values of a type, by all that it needs: every column that changes asks. */
const usersIn = (schema: Schema): ReadonlyMap<ObjectKey, readonly SchemaObject[]> => {
  const known = users.get(schema);
  if (known !== undefined) return known;
  const found = new Map<ObjectKey, SchemaObject[]>();
  for (const object of schema.objects.values()) {
    if (!holders.has(object.kind)) continue;
    for (const need of object.needs) {
      const others = found.get(need);
      if (others === undefined) found.set(need, [object]);
      else others.push(object);
    }
  }
  users.set(schema, found);
  return found;
};

const holders: ReadonlySet<SchemaObject['kind']> = new Set(['column', 'materialized view', 'type']);

/** The types of the values that it keeps. */
const typesIn = (object: SchemaObject): readonly string[] => {
  if (object.kind === 'column') return [text(object, 'type')];
  return object.kind === 'materialized view' ? list(object, 'columns').map((column) => cutAttribute(column).rest) : [];
};
