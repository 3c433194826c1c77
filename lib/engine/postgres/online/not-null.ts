import type { Change } from '../../../model/change.ts';
import { childrenOf, pathPart, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { bareConstraint } from '../render/expression.ts';
import { flag, text } from '../object/kind.ts';
import { madeName } from '../object/made-name.ts';
import { nameSql } from '../object/naming.ts';

/*
 * NOT NULL without a scan that locks the table: from PostgreSQL 18 on it can be NOT VALID and validated, before that a check
 * says the same, and once that is validated SET NOT NULL believes it.
 */

type Alter = Extract<Change, { readonly type: 'alter' }>;

const attributes = ['notNull', 'notNullName', 'notNullNoInherit', 'notNullNotValid', 'notNullComment', 'notNullInherited'] as const;

/** The first PostgreSQL in which NOT NULL can be NOT VALID. */
export const notValidMajor = 18;

/** The change if it makes a column NOT NULL, of a table that no other inherits from or is a part of. */
export const becomesNotNull = (change: Change, from: Schema, to: Schema): Alter | undefined => {
  if (change.type !== 'alter' || change.to.kind !== 'column') return undefined;
  const [before, after] = [change.from, change.to];
  if (text(before, 'notNull') !== '' || text(after, 'notNull') === '' || flag(after, 'notNullNotValid')) return undefined;
  return text(after, 'identity') === '' && isAlone(after, from) && isAlone(after, to) ? change : undefined;
};

const isAlone = (column: SchemaObject, schema: Schema): boolean => {
  const table = column.parent ?? '';
  if (flag(column, 'inherited') || text(schema.objects.get(table) ?? column, 'partitionKey') !== '') return false;
  return ![...schema.objects.values()].some(
    ({ kind, parent, needs }) => kind === 'inheritance' && parent !== table && needs.includes(table),
  );
};

/** True where all that is left to do for a NOT NULL is to look at the rows. */
export const isOnlyValidated = (change: Change): boolean =>
  change.type === 'alter' &&
  change.to.kind === 'column' &&
  flag(change.from, 'notNullNotValid') &&
  !flag(change.to, 'notNullNotValid') &&
  change.attributes.every((name) => name === 'notNullNotValid');

/** The same change without NOT NULL (with it, NOT VALID, from PostgreSQL 18 on); undefined when nothing else is left. */
export const withoutNotNull = (change: Alter, major: number): Alter | undefined => {
  const isNotValid = major >= notValidMajor;
  const kept = Object.fromEntries(attributes.map((name) => [name, change.from.attributes[name]]));
  const given = isNotValid ? { notNullNotValid: true } : kept;
  const left = change.attributes.filter((name) => !attributes.some((each) => each === name));
  const names = isNotValid ? [...new Set([...change.attributes, 'notNullNotValid'])] : left;
  const to = { ...change.to, attributes: { ...change.to.attributes, ...given } };
  return names.length === 0 ? undefined : { ...change, to, attributes: names };
};

/** The check that says NOT NULL of a column, if there is one that can be relied on, or that can be validated. */
export const helperOf = (column: SchemaObject, from: Schema, to: Schema): SchemaObject | undefined =>
  childrenOf(from, column.parent ?? '').find(
    (each) =>
      each.kind === 'constraint' &&
      text(each, 'type') === 'c' &&
      flag(each, 'enforced') &&
      bareConstraint(text(each, 'definition')) === `CHECK (${nameSql(column.name)} IS NOT NULL)` &&
      (flag(each, 'validated') || !to.objects.has(each.key)),
  );

/** A new check of that kind, not validated. */
export const makeHelper = (column: SchemaObject, from: Schema, to: Schema): SchemaObject => {
  const table = to.objects.get(column.parent ?? '');
  const path = (column.parent ?? '').slice('table '.length);
  const isTaken = (name: string): boolean => [from, to].some(({ objects }) => objects.has(keyOf(path, name)));
  let name = madeName(table?.name ?? '', column.name, 'is_not_null');
  for (let count = 1; isTaken(name); count += 1) name = madeName(table?.name ?? '', column.name, `is_not_null${count}`);
  return {
    kind: 'constraint',
    key: keyOf(path, name),
    name,
    ...(column.parent === undefined ? {} : { parent: column.parent }),
    attributes: {
      id: nameSql(name),
      on: text(column, 'table'),
      type: 'c',
      definition: `CHECK ((${nameSql(column.name)} IS NOT NULL))`,
      enforced: true,
      validated: false,
      inherited: false,
    },
    needs: [...(column.parent === undefined ? [] : [column.parent]), column.key],
    sql: '',
    position: 0,
  };
};

const keyOf = (path: string, name: string): string => `constraint ${path}.${pathPart(name)}`;
