/*
 * What ALTER COLUMN … TYPE needs and costs, from the names of the two types alone, as format_type writes them.
 */

import { isAssignable, numbers, strings, typeOf, type Type } from './type-name.ts';

/**
 * The expression that makes the new value of the old one; undefined where the server finds the cast itself. `base`: what the new type is
 * over, where it is a domain.
 */
export const usingFor = (column: string, from: string, to: string, base: string = to): string | undefined => {
  const [before, after] = [typeOf(from), typeOf(base)];
  if (before.isArray !== after.isArray)
    return isAssignable('', after.base) && !after.isArray ? undefined : readAs(`${column}::text`, to, after);
  if (isAssignable(before.base, after.base)) return undefined;
  if (before.isArray) return readAs(`${column}::text[]`, to, after);
  if (after.base === 'boolean' && numbers.includes(before.base)) return `${column} <> 0`;
  if (before.base === 'boolean' && numbers.includes(after.base))
    return to === 'integer' ? `${column}::integer` : `${column}::integer::${to}`;
  return readAs(strings.includes(before.base) && !padded.includes(before.base) ? column : `${column}::text`, to, after);
};

/** Types whose spaces at the end mean nothing; a cast to text leaves them out. */
const padded: readonly string[] = ['character', 'bpchar'];

/** The same for a type that is replaced under its own name: only its text says what a value is. */
export const usingText = (column: string, to: string, base: string = to): string =>
  readAs(typeOf(base).isArray ? `${column}::text[]` : `${column}::text`, to, typeOf(base));

/**
 * A text made a value of the type. A cast that is written cuts what is too long, and the one that the server adds to reach the column's
 * type stops there, so the length is left to that.
 */
const readAs = (expression: string, to: string, { base, isArray }: Type): string => {
  const brackets = isArray ? '[]' : '';
  if (base === 'character varying' || padded.includes(base))
    return expression.endsWith(`::text${brackets}`) ? expression : `${expression}::text${brackets}`;
  return `${expression}::${base.startsWith('bit') ? `bit varying${brackets}` : to}`;
};

/** True where rows stay as they are on disk. */
export const keepsRows = (from: string, to: string): boolean => {
  const [before, after] = [typeOf(from), typeOf(to)];
  if (before.isArray !== after.isArray) return false;
  const pair = `${before.base} → ${after.base}`;
  if (pair === 'cidr → inet') return true;
  if (['character varying → text', 'text → character varying'].includes(pair)) return after.sizes.length === 0;
  return before.base === after.base && growing.includes(before.base) && isWider(before.sizes, after.sizes);
};

const growing = [
  'character varying',
  'bit varying',
  'numeric',
  'time without time zone',
  'time with time zone',
  'timestamp without time zone',
  'timestamp with time zone',
  'interval',
];

/** No limit is the widest; of a number with a scale only the digits before it may grow. */
const isWider = (before: readonly number[], after: readonly number[]): boolean => {
  const [[length, scale], [newLength, newScale]] = [before, after];
  if (newLength === undefined) return true;
  return length !== undefined && newLength >= length && (scale ?? 0) === (newScale ?? 0);
};

/** True where no value of the old type stops the change, though it may lose by it. */
export const takesAll = (from: string, to: string): boolean => {
  if (from === to || keepsRows(from, to)) return true;
  const [before, after] = [typeOf(from), typeOf(to)];
  if (before.isArray === after.isArray && cutting[after.base]?.includes(before.base) === true) return true;
  if (before.isArray && !after.isArray) return after.base === 'text';
  if (after.sizes.length > 0 || before.isArray !== after.isArray) return false;
  if (after.base === 'boolean' && numbers.includes(before.base)) return true;
  if (['text', 'character varying'].includes(after.base)) return true;
  const wider = order.find((line) => line.includes(before.base) && line.includes(after.base));
  return wider !== undefined && wider.indexOf(before.base) <= wider.indexOf(after.base);
};

/** Types that take all values of others: what does not fit is rounded or left out. */
const cutting: Readonly<Record<string, readonly string[]>> = {
  date: ['timestamp without time zone', 'timestamp with time zone'],
  'time without time zone': ['time without time zone', 'time with time zone', 'timestamp without time zone', 'timestamp with time zone'],
  'time with time zone': ['time with time zone', 'time without time zone', 'timestamp with time zone'],
  'timestamp without time zone': ['timestamp without time zone', 'timestamp with time zone', 'date'],
  'timestamp with time zone': ['timestamp with time zone', 'timestamp without time zone', 'date'],
  interval: ['interval', 'time without time zone'],
  real: ['smallint', 'integer', 'bigint'],
  'double precision': ['smallint', 'integer', 'bigint'],
  cidr: ['inet'],
  name: ['text', 'character varying', 'character'],
  '"char"': ['text', 'character varying', 'character'],
};

const order: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['smallint', 'integer', 'double precision'],
  ['real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['date', 'timestamp with time zone', 'timestamp without time zone'],
  ['json', 'jsonb'],
  ['jsonb', 'json'],
  ['boolean', 'integer'],
];
