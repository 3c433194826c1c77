import type { Hazard, Step } from '../../model/change.ts';
import type { SchemaObject } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import { broughtBy, recurses } from './descent.ts';
import { flag, step, text, type Room } from './kind.ts';
import { madeName } from './made-name.ts';
import { nameSql } from './naming.ts';

type Attributes = SchemaObject['attributes'];

/** `NOT NULL` as a column's clause says it; empty for a column that may be NULL, or that ALTER must make NOT VALID. */
export const notNullClause = (column: SchemaObject): string => {
  if (text(column, 'notNull') === '' || flag(column, 'notNullNotValid')) return '';
  const name = text(column, 'notNullName');
  return `${name === '' ? '' : `CONSTRAINT ${nameSql(name)} `}NOT NULL${flag(column, 'notNullNoInherit') ? ' NO INHERIT' : ''}`;
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

/** The attributes of a column below, once NOT NULL came to it from the one above. */
export const withNotNullOf = (attributes: Attributes, above: SchemaObject, column: SchemaObject, room: Room): Attributes => {
  if (above.attributes['notNull'] === undefined) return { ...attributes, ...nullable };
  if (attributes['notNull'] !== undefined) return attributes;
  const name = notNullNameOf(above, above.attributes, room);
  const isUsual = room.major < 18 || name === madeName(tableNameOf(column, room), column.name, 'not_null');
  return { ...attributes, ...nullable, notNull: 'not null', notNullName: isUsual ? undefined : name, notNullInherited: 'inherited' };
};

/** Statements that make NOT NULL of `column`, with its name and comment, from what `before` says of it. */
export const notNullSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const after = column.attributes;
  const [had, has] = [before['notNull'] !== undefined, after['notNull'] !== undefined];
  const [name, table] = [nameSql(column.name), text(column, 'table')];
  const only = recurses(room, column, 'notNull') ? '' : 'ONLY ';
  if (!has) return had ? [step(`ALTER TABLE ${only}${table} ALTER COLUMN ${name} DROP NOT NULL`)] : [];
  const constraint = nameSql(notNullNameOf(column, after, room));
  const isRemade = had && flag(column, 'notNullNotValid') && before['notNullNotValid'] !== true;
  return [
    ...(isRemade ? [step(`ALTER TABLE ${only}${table} ALTER COLUMN ${name} DROP NOT NULL`)] : []),
    ...(had && !isRemade ? changedSteps(before, column, room) : [step(`ALTER TABLE ${only}${table} ${madeBy(column)}`, hazardsOf(column))]),
    ...(before['notNullComment'] === after['notNullComment'] ? [] : [commentStep(constraint, table, after['notNullComment'])]),
  ];
};

const madeBy = (column: SchemaObject): string => {
  const [name, options] = [
    nameSql(column.name),
    `${flag(column, 'notNullNoInherit') ? ' NO INHERIT' : ''}${flag(column, 'notNullNotValid') ? ' NOT VALID' : ''}`,
  ];
  const own = text(column, 'notNullName');
  if (own === '' && options === '') return `ALTER COLUMN ${name} SET NOT NULL`;
  return `ADD ${own === '' ? '' : `CONSTRAINT ${nameSql(own)} `}NOT NULL ${name}${options}`;
};

const hazardsOf = (column: SchemaObject): readonly Hazard[] =>
  flag(column, 'notNullNotValid') ? [] : [{ kind: 'may fail on rows', text: `rows with NULL in ${text(column, 'id')} stop the migration` }];

const changedSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const { attributes } = column;
  const alter = `ALTER TABLE ${text(column, 'table')}`;
  const [old, name] = [notNullNameOf(column, before, room), notNullNameOf(column, attributes, room)];
  const isOwnNow = attributes['notNullInherited'] === 'merged' && before['notNullInherited'] === 'inherited';
  return [
    ...(old === name || room.major < 18 ? [] : [step(`${alter} RENAME CONSTRAINT ${nameSql(old)} TO ${nameSql(name)}`)]),
    ...(before['notNullNoInherit'] === attributes['notNullNoInherit']
      ? []
      : [step(`${alter} ALTER CONSTRAINT ${nameSql(name)} ${flag(column, 'notNullNoInherit') ? 'NO INHERIT' : 'INHERIT'}`)]),
    ...(before['notNullNotValid'] === true && !flag(column, 'notNullNotValid')
      ? [step(`${alter} VALIDATE CONSTRAINT ${nameSql(name)}`, hazardsOf(column))]
      : []),
    ...(isOwnNow ? [step(`${alter} ALTER COLUMN ${nameSql(column.name)} SET NOT NULL`)] : []),
  ];
};

const commentStep = (constraint: string, table: string, comment: unknown): Step =>
  step(`COMMENT ON CONSTRAINT ${constraint} ON ${table} IS ${comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres')}`);

/** `attributes` of a column before its own statements: with NOT NULL as a statement on the table above left it. */
export const notNullBefore = (attributes: Attributes, column: SchemaObject, room: Room): Attributes => {
  const above = broughtBy(room, column, 'notNull');
  return above === undefined ? attributes : withNotNullOf(attributes, above, column, room);
};
