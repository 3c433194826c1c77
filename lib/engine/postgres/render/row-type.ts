import { LimbeckError } from '../../../errors.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { cutAttribute } from './composite-value.ts';
import { list, text, type AlterInput, type Room } from '../object/kind.ts';

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
const holderOf = (table: ObjectKey, { objects }: Schema): SchemaObject | undefined => {
  const types = new Set([table]);
  for (const type of types) {
    const id = objects.get(type)?.attributes['id'];
    for (const object of objects.values()) {
      if (object.parent === type || !object.needs.includes(type)) continue;
      if (object.kind === 'type') types.add(object.key);
      if (typesIn(object).some((each) => each.replace(/(\[\])+$/, '') === id)) return object;
    }
  }
  return undefined;
};

/** The types of the values that it keeps. */
const typesIn = (object: SchemaObject): readonly string[] => {
  if (object.kind === 'column') return [text(object, 'type')];
  return object.kind === 'materialized view' ? list(object, 'columns').map((column) => cutAttribute(column).rest) : [];
};
