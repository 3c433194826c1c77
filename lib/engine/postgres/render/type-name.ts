/*
 * Types by their names alone, as format_type writes them.
 */

export interface Type {
  /** Without length and array brackets. */
  readonly base: string;
  /** Length, or precision and scale. */
  readonly sizes: readonly number[];
  readonly isArray: boolean;
}

export const typeOf = (name: string): Type => {
  const isArray = name.endsWith('[]');
  const plain = elementOf(name);
  const match = /^([^"(]*)\((-?\d+)(?:,(-?\d+))?\)(.*)$/.exec(plain);
  if (match === null) return { base: plain, sizes: [], isArray };
  const [, head = '', first = '', second, tail = ''] = match;
  return { base: `${head}${tail}`, sizes: [Number(first), ...(second === undefined ? [] : [Number(second)])], isArray };
};

/** What an array is of; the type itself where it is none. */
export const elementOf = (name: string): string => name.replace(/(?:\[\])+$/, '');

export const strings: readonly string[] = ['text', 'character varying', 'character', 'name', 'citext', '"char"', 'bpchar'];
export const numbers: readonly string[] = ['smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric'];

/** Casts that an assignment may use, beside those among strings and among numbers. */
const assignments: Readonly<Record<string, readonly string[]>> = {
  date: ['timestamp without time zone', 'timestamp with time zone'],
  'timestamp without time zone': ['timestamp with time zone', 'date', 'time without time zone'],
  'timestamp with time zone': ['timestamp without time zone', 'date', 'time without time zone', 'time with time zone'],
  'time without time zone': ['time with time zone', 'interval'],
  'time with time zone': ['time without time zone'],
  interval: ['time without time zone'],
  json: ['jsonb'],
  jsonb: ['json'],
  cidr: ['inet'],
  inet: ['cidr'],
  macaddr: ['macaddr8'],
  macaddr8: ['macaddr'],
  bit: ['bit varying'],
  'bit varying': ['bit'],
  money: ['numeric'],
  numeric: ['money'],
  integer: ['money', 'oid'],
  bigint: ['money', 'oid'],
  oid: ['integer', 'bigint'],
};

/** True where the server finds the cast of ALTER COLUMN … TYPE itself, by the two types without their sizes. */
export const isAssignable = (from: string, to: string): boolean =>
  from === to ||
  (to === '"char"' ? strings.includes(from) : strings.includes(to)) ||
  (numbers.includes(from) && numbers.includes(to)) ||
  assignments[from]?.includes(to) === true;
