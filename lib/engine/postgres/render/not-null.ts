import type { Hazard, Step } from '../../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { broughtBy, columnsAbove, recurses, stayingBelow, staysBelow } from './descent.ts';
import { flag, step, text, type AlterInput, type Room } from '../object/kind.ts';
import { madeName } from '../object/made-name.ts';
import { nameSql } from '../object/naming.ts';
import { rowsWithNull } from './rows.ts';

type Attributes = SchemaObject['attributes'];

/**
 * `NOT NULL` as a column's clause says it; empty for a column that may be NULL, that is NOT NULL by being an identity, or
 * that ALTER must make NOT VALID.
 */
export const notNullClause = (column: SchemaObject, room: Room): string => {
  if (text(column, 'notNull') === '' || flag(column, 'notNullNotValid')) return '';
  const [name, scope] = [givenName(column, room), flag(column, 'notNullNoInherit') ? ' NO INHERIT' : ''];
  if (name === undefined && scope === '' && text(column, 'identity') !== '') return '';
  return `${name === undefined ? '' : `CONSTRAINT ${nameSql(name)} `}NOT NULL${scope}`;
};

/** The name that has to be said: one that the server would not find by itself, or not while another has it. */
const givenName = (column: SchemaObject, room: Room): string | undefined => {
  if (column.attributes['notNullName'] !== undefined) return text(column, 'notNullName');
  const name = madeName(tableNameOf(column, room), column.name, 'not_null');
  const isTaken =
    givenNames(room.from).has(name) ||
    givenNames(room.to)
      .get(name)
      ?.some((table) => isMadeAlone(table, room)) === true;
  return isTaken ? name : undefined;
};

/** A new partition is made by itself, maybe before the table whose names it takes over. */
const isMadeAlone = (table: ObjectKey, room: Room): boolean =>
  room.isCreated(table) && room.to.objects.has(`partition ${table.slice('table '.length)}`);

const named = new WeakMap<Schema, ReadonlyMap<string, readonly ObjectKey[]>>();

/** The names of NOT NULL that are not those that their own column gives, as a partition has them from its table, and the tables. */
const givenNames = (schema: Schema): ReadonlyMap<string, readonly ObjectKey[]> => {
  const known = named.get(schema);
  if (known !== undefined) return known;
  const names = new Map<string, ObjectKey[]>();
  for (const object of schema.objects.values()) {
    const name = object.attributes['notNullName'];
    if (object.kind !== 'column' || name === undefined || object.parent === undefined) continue;
    names.set(String(name), [...(names.get(String(name)) ?? []), object.parent]);
  }
  named.set(schema, names);
  return names;
};

/** What the clause says of it, among the attributes of a column. */
export const saidByClause = (column: SchemaObject): Attributes =>
  flag(column, 'notNullNotValid') ? { ...column.attributes, ...nullable } : { ...column.attributes, notNullComment: undefined };

const nullable: Attributes = {
  notNull: undefined,
  notNullName: undefined,
  notNullNoInherit: undefined,
  notNullNotValid: undefined,
  notNullComment: undefined,
};

/** The name of the constraint behind NOT NULL (PostgreSQL 18), given or made by the server. */
export const notNullNameOf = (column: SchemaObject, attributes: Attributes, room: Room): string =>
  String(attributes['notNullName'] ?? madeName(tableNameOf(column, room), column.name, 'not_null'));

/** The name of a column's table as the catalog has it. */
export const tableNameOf = (column: SchemaObject, room: Room): string =>
  (room.to.objects.get(column.parent ?? '') ?? room.from.objects.get(column.parent ?? ''))?.name ?? '';

/** NOT NULL both of its own and from above, which has to be there before the one above comes down. */
const isOwnToo = (column: SchemaObject): boolean => column.attributes['notNullInherited'] === 'merged';

const stateOf = ({ attributes }: SchemaObject): Attributes =>
  Object.fromEntries([...Object.keys(nullable), 'notNullInherited'].map((name) => [name, attributes[name]]));

/** The attributes of a column below, once NOT NULL came to it from the one above. */
export const withNotNullOf = (attributes: Attributes, above: SchemaObject, column: SchemaObject, room: Room): Attributes => {
  if (above.attributes['notNull'] === undefined) {
    const isOwn = attributes['notNullInherited'] === 'merged';
    return isOwn ? { ...attributes, notNullInherited: undefined } : { ...attributes, ...nullable };
  }
  if (attributes['notNull'] !== undefined) return attributes;
  if (isOwnToo(column)) return { ...attributes, ...stateOf(column), notNullComment: undefined };
  const name = notNullNameOf(above, above.attributes, room);
  const isUsual =
    room.major < 18 ||
    column.attributes['notNullInherited'] === undefined ||
    name === madeName(tableNameOf(column, room), column.name, 'not_null');
  return { ...attributes, ...nullable, notNull: 'not null', notNullName: isUsual ? undefined : name, notNullInherited: 'inherited' };
};

/** Statements that make NOT NULL of `column`, with its name and comment, from what `before` says of it. */
export const notNullSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const after = column.attributes;
  const [had, has] = [before['notNull'] !== undefined, after['notNull'] !== undefined];
  const [name, table] = [nameSql(column.name), text(column, 'table')];
  const only = recurses(room, column, 'notNull') ? '' : 'ONLY ';
  const owning = had
    ? []
    : stayingBelow(room, column).filter((each) => isOwnToo(each) && room.from.objects.get(each.key)?.attributes['notNull'] === undefined);
  if (!has) return had ? [step(`ALTER TABLE ${only}${table} ALTER COLUMN ${name} DROP NOT NULL`)] : [];
  const constraint = nameSql(notNullNameOf(column, after, room));
  const isRemade = had && flag(column, 'notNullNotValid') && before['notNullNotValid'] !== true;
  return [
    ...owning.map((each) => step(`ALTER TABLE ${text(each, 'table')} ${madeBy(each, room)}`, hazardsOf(each, room))),
    ...(isRemade ? [step(`ALTER TABLE ${only}${table} ALTER COLUMN ${name} DROP NOT NULL`)] : []),
    ...(had && !isRemade
      ? changedSteps(before, column, room)
      : [step(`ALTER TABLE ${only}${table} ${madeBy(column, room)}`, hazardsOf(column, room))]),
    ...(before['notNullComment'] === after['notNullComment'] ? [] : [commentStep(constraint, table, after['notNullComment'])]),
  ];
};

const madeBy = (column: SchemaObject, room: Room): string => {
  const [name, options] = [
    nameSql(column.name),
    `${flag(column, 'notNullNoInherit') ? ' NO INHERIT' : ''}${flag(column, 'notNullNotValid') ? ' NOT VALID' : ''}`,
  ];
  const own = givenName(column, room);
  if (own === undefined && options === '') return `ALTER COLUMN ${name} SET NOT NULL`;
  return `ADD ${own === undefined ? '' : `CONSTRAINT ${nameSql(own)} `}NOT NULL ${name}${options}`;
};

const hazardsOf = (column: SchemaObject, room: Room): readonly Hazard[] => {
  if (flag(column, 'notNullNotValid')) return [];
  const rows = rowsWithNull(text(column, 'table'), tableNameOf(column, room), column.name);
  return [{ kind: 'may fail on rows', text: `rows with NULL in ${text(column, 'id')} stop the migration`, rows }];
};

const changedSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const { attributes } = column;
  const alter = `ALTER TABLE ${text(column, 'table')}`;
  const [old, name] = [notNullNameOf(column, before, room), notNullNameOf(column, attributes, room)];
  const isOwnNow = attributes['notNullInherited'] === 'merged' && before['notNullInherited'] === 'inherited';
  return [
    ...(old === name || room.major < 18 || isRenamedAbove(before, column, room)
      ? []
      : [step(`${alter} RENAME CONSTRAINT ${nameSql(old)} TO ${nameSql(name)}`)]),
    ...(before['notNullNoInherit'] === attributes['notNullNoInherit']
      ? []
      : [step(`${alter} ALTER CONSTRAINT ${nameSql(name)} ${flag(column, 'notNullNoInherit') ? 'NO INHERIT' : 'INHERIT'}`)]),
    ...(before['notNullNotValid'] === true && !flag(column, 'notNullNotValid')
      ? [step(`${alter} VALIDATE CONSTRAINT ${nameSql(name)}`, hazardsOf(column, room))]
      : []),
    ...(isOwnNow ? [step(`${alter} ALTER COLUMN ${nameSql(column.name)} SET NOT NULL`)] : []),
  ];
};

/** The name comes with that of the table above: RENAME CONSTRAINT there reaches it. */
const isRenamedAbove = (before: Attributes, column: SchemaObject, room: Room): boolean =>
  columnsAbove(column, room.to).some((above) => {
    const old = room.from.objects.get(above.key)?.attributes;
    return (
      old?.['notNull'] !== undefined &&
      above.attributes['notNull'] !== undefined &&
      staysBelow(room, column, above) &&
      notNullNameOf(above, old, room) === notNullNameOf(column, before, room) &&
      notNullNameOf(above, above.attributes, room) === notNullNameOf(column, column.attributes, room)
    );
  });

/** The attachment of a partition keeps its NOT NULL from being renamed, and from being that of the table above alone (PostgreSQL 18). */
export const attachmentInWay = ({ from, to }: Pick<AlterInput, 'from' | 'to'>, room: Room): readonly ObjectKey[] => {
  const partition = (to.parent ?? '').replace(/^table /, 'partition ');
  const [before, after] = [from, to].map(({ attributes }) => attributes['notNullInherited']);
  if (room.major < 18 || before === undefined || after === undefined || !room.from.objects.has(partition)) return [];
  const isRenamed = notNullNameOf(from, from.attributes, room) !== notNullNameOf(to, to.attributes, room);
  const isHeld = isRenamed && !isRenamedAbove(from.attributes, to, room);
  return isHeld || (before === 'merged' && after === 'inherited') ? [partition] : [];
};

const commentStep = (constraint: string, table: string, comment: unknown): Step =>
  step(`COMMENT ON CONSTRAINT ${constraint} ON ${table} IS ${comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres')}`);

/** `attributes` of a column before its own statements: with NOT NULL as a statement on the table above left it. */
export const notNullBefore = (attributes: Attributes, column: SchemaObject, room: Room): Attributes => {
  const above = broughtBy(room, column, 'notNull');
  return above === undefined ? attributes : withNotNullOf(attributes, above, column, room);
};
