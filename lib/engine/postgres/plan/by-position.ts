import { LimbeckError } from '../../../errors.ts';
import { childrenOf, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { text, type Room } from '../object/kind.ts';
import { elementOf } from '../render/type-name.ts';

/*
 * The order of a table's columns is no change: a new one stands last, wherever the models have it. What the server keeps parsed, and
 * limbeck writes as the server shows it, may take the columns of a row by their position: `FROM f() f(id, price)` where f returns rows
 * of a table, `FROM t x(a, b)`, which the server also says of the tables of a join that has such a list, a body in SQL standard
 * form that returns rows, `ROW(1, 2)::t`. Such a text, read in scratch, would take other columns of a table that has them in another order.
 */

/** Throws `unmanaged` for an object that is made or changed and takes columns by position that stand otherwise than in `room.to`. */
export const requireOrder = (objects: readonly SchemaObject[], room: Room): void => {
  for (const object of objects) {
    const parsed = parsedText(object);
    if (parsed === undefined) continue;
    for (const table of tablesByPosition(object, parsed, room.to)) requireOrderOf(table, object, room);
  }
};

/** What the server keeps parsed of it and that can hold a query. */
const parsedText = (object: SchemaObject): string | undefined => {
  switch (object.kind) {
    case 'view':
    case 'materialized view':
    case 'rule':
      return text(object, 'definition');
    case 'policy':
      return `${text(object, 'using')} ${text(object, 'check')}`;
    case 'function':
    case 'procedure':
      return object.attributes['atomic'] === true ? text(object, 'body') : undefined;
    default:
      return undefined;
  }
};

/** The tables whose rows it makes, or takes from a function or a column, or whose columns it gives other names in a list. */
const tablesByPosition = (object: SchemaObject, parsed: string, { objects }: Schema): readonly SchemaObject[] => {
  const needs = needsOf(object, objects);
  const tables = new Set(needs.flatMap((need) => (need.kind === 'column' ? (objects.get(need.parent ?? '') ?? []) : need)));
  const told = [...tables].filter(({ kind, attributes }) => kind === 'table' && isByPosition(parsed, String(attributes['id'])));
  return [...new Set([...[object, ...needs].flatMap((each) => rowsOf(each, objects)), ...told])];
};

const needsOf = ({ needs }: SchemaObject, objects: Schema['objects']): readonly SchemaObject[] =>
  needs.flatMap((key) => objects.get(key) ?? []);

/** The table of whose rows a function's result or a column is. */
const rowsOf = (object: SchemaObject, objects: Schema['objects']): readonly SchemaObject[] => {
  if (object.kind !== 'function' && object.kind !== 'aggregate' && object.kind !== 'column') return [];
  const type = elementOf(text(object, object.kind === 'column' ? 'type' : 'result').replace(/^SETOF /, ''));
  return needsOf(object, objects).filter((need) => need.kind === 'table' && text(need, 'id') === type);
};

/** `::t`, `t x(a, b)`, `t x(a)`: a row that is cast, or a list of names. */
const isByPosition = (parsed: string, id: string): boolean => {
  for (let at = parsed.indexOf(id); at >= 0; at = parsed.indexOf(id, at + 1)) {
    if (/[\w$".]/.test(parsed[at - 1] ?? '')) continue;
    const rest = parsed.slice(at + id.length);
    if (parsed.endsWith('::', at) && !/^[\w$"]/.test(rest)) return true;
    if (/^ (?:"(?:[^"]|"")+"|[\w$]+)\(/.test(rest)) return true;
  }
  return false;
};

const requireOrderOf = (table: SchemaObject, object: SchemaObject, room: Room): void => {
  if (room.isCreated(table.key)) return;
  const wanted = columnsOf(table.key, room.to);
  const kept = columnsOf(table.key, room.from).filter(({ key }) => room.to.objects.has(key) && !room.isCreated(key));
  const reached = [...kept, ...wanted.filter(({ key }) => room.isCreated(key))];
  if (reached.length !== wanted.length || reached.every(({ key }, place) => key === wanted[place]?.key)) return;
  const [here, there] = [reached, wanted].map((columns) => columns.map(({ name }) => name).join(', '));
  throw new LimbeckError(
    'unmanaged',
    `${object.key} takes the columns of ${table.key} by their position, and these are ${here} in the database, ${there} in the models`,
    {
      hint: `have the columns of ${text(table, 'id')} in models.sql in the order of the database, new ones last; or write this migration by hand`,
      data: { objects: [object.key, table.key] },
    },
  );
};

const columnsOf = (table: ObjectKey, schema: Schema): readonly SchemaObject[] =>
  childrenOf(schema, table).filter(({ kind }) => kind === 'column');
