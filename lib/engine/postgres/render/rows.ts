import type { RowQuestion } from '../../../model/change.ts';
import type { Schema, SchemaObject } from '../../../model/schema.ts';
import { isWord, lex, type Token } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';
import { quoteText } from '../../../sql/quote.ts';
import { bareExpression } from './expression.ts';
import { flag, text } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { isStored } from './composite.ts';

/*
 * Which rows a hazard is about. `table` is the table as SQL names it, `name` its bare name. An empty list: they cannot be
 * counted by a look at one table.
 */

/** All rows of a table. */
export const allRows = (table: string, name: string): readonly RowQuestion[] => [{ table, as: nameSql(name) }];

/** The rows that have NULL in a column. */
export const rowsWithNull = (table: string, name: string, column: string): readonly RowQuestion[] => [
  { table, as: nameSql(name), where: `${nameSql(column)} IS NULL` },
];

/**
 * The rows that break a constraint, which is on one line as `bareConstraint` makes it, or a unique index in the same form
 * (`UNIQUE (lower(email)) INCLUDE (id) NULLS NOT DISTINCT`) with its predicate.
 */
export const rowsThatBreak = (table: string, name: string, constraint: string, predicate = ''): readonly RowQuestion[] => {
  const tokens = lex(constraint, postgresLexis).filter(({ kind }) => kind !== 'comment');
  const lists = listsOf(tokens);
  const [first] = lists;
  if (first === undefined) return [];
  const as = nameSql(name);
  if (isWord(tokens[0], 'check')) return [{ table, as, where: `NOT (${bareExpression(textOf(first))})` }];
  if (isWord(tokens[0], 'foreign')) {
    const where = orphanSql(tokens, lists, as);
    return where === undefined ? [] : [{ table, as, where }];
  }
  if (!isWord(tokens[0], 'unique', 'primary')) return [];
  const alike = itemsOf(first).map(expressionOf);
  if (!alike.every((each) => each !== undefined)) return [];
  const isDistinct = !/ NULLS NOT DISTINCT\b/.test(textOf(tokens.filter(({ kind }) => kind !== 'string' && kind !== 'name')));
  const conditions = [...(isDistinct ? alike.map((each) => `${each} IS NOT NULL`) : []), ...(predicate === '' ? [] : [`(${predicate})`])];
  return [{ table, as, alike, ...(conditions.length === 0 ? {} : { where: conditions.join(' AND ') }) }];
};

/** The rows that hold a label of an enum; none where values may be inside others. */
export const rowsWithLabel = (type: SchemaObject, label: string, schema: Schema): readonly RowQuestion[] => {
  const users = [...schema.objects.values()].filter((object) => object.needs.includes(type.key));
  if (users.some((object) => object.kind === 'type' && isStored(object.key, schema))) return [];
  const value = quoteText(label, 'postgres');
  return users.flatMap((column) => {
    const isArray = text(column, 'type') === `${text(type, 'id')}[]`;
    if (column.kind !== 'column' || flag(column, 'inherited') || (!isArray && text(column, 'type') !== text(type, 'id'))) return [];
    const name = schema.objects.get(column.parent ?? '')?.name ?? '';
    const where = isArray ? `${value} = ANY (${nameSql(column.name)}::text[])` : `${nameSql(column.name)}::text = ${value}`;
    return [{ table: text(column, 'table'), as: nameSql(name), where }];
  });
};

/** The contents of the outermost parentheses, one after the other. */
const listsOf = (tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const lists: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, ')')) depth -= 1;
    if (depth > 0) lists.at(-1)?.push(token);
    if (!isSign(token, '(')) continue;
    if (depth === 0) lists.push([]);
    depth += 1;
  }
  return lists;
};

const itemsOf = (list: readonly Token[]): readonly (readonly Token[])[] => {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of list) {
    if (isSign(token, '(')) depth += 1;
    if (isSign(token, ')')) depth -= 1;
    if (depth === 0 && isSign(token, ',')) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.map((item) => lex(textOf(item).trim(), postgresLexis));
};

/** The expression of an index item without its order; undefined where an operator class or a collation decides what is alike. */
const expressionOf = (item: readonly Token[]): string | undefined => {
  const whole = textOf(item)
    .replace(/ NULLS (FIRST|LAST)$/, '')
    .replace(/ DESC$/, '');
  let depth = 0;
  for (const token of lex(whole, postgresLexis)) {
    if (isSign(token, '(')) depth += 1;
    if (isSign(token, ')')) depth -= 1;
    if (depth === 0 && token.kind === 'space') return undefined;
  }
  return whole;
};

/** `FOREIGN KEY (a) REFERENCES t(x)`: the rows with a value that is not there. */
const orphanSql = (tokens: readonly Token[], lists: readonly (readonly Token[])[], as: string): string | undefined => {
  const [own = [], other = []] = lists.map(itemsOf);
  const [from, full] = ['references', 'full'].map((word) => tokens.findIndex((token) => isWord(token, word)));
  const isPeriod = own.some((item) => item.length > 1);
  if (from === undefined || from < 0 || own.length !== other.length || isPeriod || (full !== -1 && own.length > 1)) return undefined;
  const end = tokens.findIndex((token, at) => at > from && isSign(token, '('));
  const pairs = own.map((item, at) => `referenced.${textOf(other[at] ?? [])} = ${as}.${textOf(item)}`);
  const known = own.map((item) => `${as}.${textOf(item)} IS NOT NULL`);
  const table = textOf(tokens.slice(from + 1, end)).trim();
  return `${known.join(' AND ')} AND NOT EXISTS (SELECT FROM ${table} AS referenced WHERE ${pairs.join(' AND ')})`;
};

const isSign = (token: Token, sign: string): boolean => token.kind === 'operator' && token.text === sign;

const textOf = (tokens: readonly Token[]): string => tokens.map((token) => token.text).join('');
