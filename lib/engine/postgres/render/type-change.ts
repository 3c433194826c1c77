/*
 * What ALTER COLUMN … TYPE needs and costs, from the names of the two types alone, as format_type writes them.
 */

interface Type {
  /** Without length and array brackets. */
  readonly base: string;
  /** Length, or precision and scale. */
  readonly sizes: readonly number[];
  readonly isArray: boolean;
}

const typeOf = (name: string): Type => {
  const isArray = name.endsWith('[]');
  const plain = isArray ? name.slice(0, name.indexOf('[]')) : name;
  const match = /^([^"(]*)\((-?\d+)(?:,(-?\d+))?\)(.*)$/.exec(plain);
  if (match === null) return { base: plain, sizes: [], isArray };
  const [, head = '', first = '', second, tail = ''] = match;
  return { base: `${head}${tail}`, sizes: [Number(first), ...(second === undefined ? [] : [Number(second)])], isArray };
};

const strings = ['text', 'character varying', 'character', 'name', 'citext', '"char"', 'bpchar'];
const numbers = ['smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric'];

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

/** What a domain is over; undefined for any other type. */
export type BaseOf = (type: string) => string | undefined;

/** The expression that makes the new value of the old one; undefined where the server finds the cast itself. */
export const usingFor = (column: string, from: string, to: string, baseOf: BaseOf = () => undefined): string | undefined => {
  const [before, after] = [typeOf(baseOf(from) ?? from), typeOf(baseOf(to) ?? to)];
  if (before.isArray !== after.isArray) return strings.includes(after.base) && !after.isArray ? undefined : `${column}::text::${to}`;
  if (isAssignable(before.base, after.base)) return undefined;
  if (before.isArray) return `${column}::text[]::${to}`;
  if (after.base === 'boolean' && numbers.includes(before.base)) return `${column} <> 0`;
  if (before.base === 'boolean' && numbers.includes(after.base))
    return to === 'integer' ? `${column}::integer` : `${column}::integer::${to}`;
  return strings.includes(before.base) ? `${column}::${to}` : `${column}::text::${to}`;
};

/** The same for a type that is replaced under its own name: only its text says what a value is. */
export const usingText = (column: string, to: string): string =>
  typeOf(to).isArray ? `${column}::text[]::${to}` : `${column}::text::${to}`;

const isAssignable = (from: string, to: string): boolean =>
  from === to || strings.includes(to) || (numbers.includes(from) && numbers.includes(to)) || assignments[from]?.includes(to) === true;

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

/** True where every value of the old type is one of the new. */
export const takesAll = (from: string, to: string): boolean => {
  if (from === to || keepsRows(from, to)) return true;
  const [before, after] = [typeOf(from), typeOf(to)];
  if (before.isArray && !after.isArray) return after.base === 'text';
  if (after.sizes.length > 0 || before.isArray !== after.isArray) return false;
  if (after.base === 'boolean' && numbers.includes(before.base)) return true;
  if (['text', 'character varying'].includes(after.base)) return true;
  const wider = order.find((line) => line.includes(before.base) && line.includes(after.base));
  return wider !== undefined && wider.indexOf(before.base) <= wider.indexOf(after.base);
};

/** How values lose by the change without stopping it; undefined where they do not, or stop it. */
export const lossOf = (from: string, to: string): string | undefined => {
  const [before, after] = [typeOf(from), typeOf(to)];
  if (after.base === 'boolean' && numbers.includes(before.base)) return 'only whether they are 0 is left';
  const exact = ['smallint', 'integer', 'bigint'];
  if (fractional.includes(before.base) && exact.includes(after.base)) return 'they are rounded';
  if (before.base === 'double precision' && after.base === 'real') return 'they are rounded';
  if (['numeric', 'bigint'].includes(before.base) && ['real', 'double precision'].includes(after.base)) return 'they are rounded';
  if (fractional.includes(before.base) && after.base === 'numeric')
    return scaleOf(after) < scaleOf(before) ? 'they are rounded' : undefined;
  if (before.base.startsWith('time')) return lossOfTime(before, after);
  return before.base === 'json' && after.base === 'jsonb' ? 'spaces, order of keys and double keys are not kept' : undefined;
};

const fractional = ['numeric', 'real', 'double precision'];

const scaleOf = ({ sizes }: Type): number => (sizes.length === 0 ? Infinity : (sizes[1] ?? 0));

const lossOfTime = (before: Type, after: Type): string | undefined => {
  if (before.base.startsWith('timestamp') && after.base === 'date') return 'the time of day is not kept';
  if (before.base.startsWith('timestamp') && after.base.startsWith('time w')) return 'the date is not kept';
  return after.base.startsWith('time') && (after.sizes[0] ?? 6) < (before.sizes[0] ?? 6) ? 'they are rounded' : undefined;
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
