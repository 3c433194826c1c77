import type { SchemaObject } from '../../../model/schema.ts';
import { list, text } from '../object/kind.ts';
import { cutAttribute } from './composite-value.ts';
import { elementOf, isAssignable, numbers, strings, typeOf, type Type } from './type-name.ts';

/*
 * What values lose by a change of type that does not stop at them. A pair of types is without loss only where it is known to be:
 * the rules below stand by the new type, and a type without a rule may lose anything.
 */

/** The type that a schema has under the name that format_type gives it: an enum, domain, composite or range. */
export type TypeAt = (name: string) => SchemaObject | undefined;

export interface Sides {
  readonly from: TypeAt;
  readonly to: TypeAt;
}

const none: Sides = { from: () => undefined, to: () => undefined };

/** A type with its domains looked through; brackets of arrays stay behind it. */
export const baseOf = (name: string, at: TypeAt): string => {
  const element = elementOf(name);
  const base = at(element)?.attributes['baseType'];
  return base === undefined ? name : `${baseOf(String(base), at)}${name.slice(element.length)}`;
};

/**
 * How values lose by the change without stopping it; undefined where they do not, or stop it. `byText`: the new value is read from the
 * text of the old one whatever casts there are.
 */
export const lossOf = (from: string, to: string, sides: Sides = none, byText = false): string | undefined => {
  const [oldName, newName] = [baseOf(from, sides.from), baseOf(to, sides.to)];
  const [before, after] = [typeOf(oldName), typeOf(newName)];
  if (after.isArray && !before.isArray) return isText(before) ? lossOf('text', elementOf(newName), sides, true) : undefined;
  if (before.isArray && !after.isArray) return lossOfBracketed(after);
  const [oldElement, newElement] = [elementOf(oldName), elementOf(newName)];
  const [oldType, newType] = [sides.from(oldElement), sides.to(newElement)];
  if (newType !== undefined || rangeOver[newElement] !== undefined) return lossInto(oldElement, newElement, sides);
  if (oldType !== undefined && text(oldType, 'form') !== 'enum') return lossOfBracketed(after);
  if (rangeOver[oldElement] !== undefined) return lossOfBracketed(after);
  if (oldElement === newElement || (oldElement.startsWith(`${newElement}(`) && oldElement.endsWith(')'))) return undefined;
  const rule = rules[after.base];
  if (rule === undefined) return unknown;
  if (before.base.startsWith('bit') && !exact.test(after.base)) return 'zeros at their start are not kept';
  return rule(oldType === undefined ? before : textType, after, byText || !hasCast(before.base, after.base));
};

/** What `usingFor` does otherwise than by text. */
const hasCast = (from: string, to: string): boolean =>
  isAssignable(from, to) || (numbers.includes(from) && to === 'boolean') || (from === 'boolean' && numbers.includes(to));

const unknown = 'what the new type has no place for is not kept';

/** Types that keep a text of digits as it is. */
const exact = /^(?:bit|bytea|text|citext|character|bpchar|name|"char"|xml)/;

const textType: Type = { base: 'text', sizes: [], isArray: false };

const isText = ({ base }: Type): boolean => strings.includes(base);

/** What is written in brackets: an array, a range or a composite. Types that read over them are dates and times. */
const lossOfBracketed = (after: Type): string | undefined => {
  if (['name', '"char"'].includes(after.base)) return rules[after.base]?.(textType, after, false);
  return rules[after.base] === undefined || /^(?:date|time|interval|tsvector)/.test(after.base) ? unknown : undefined;
};

const rangeOver: Readonly<Record<string, string>> = {
  int4range: 'integer',
  int8range: 'bigint',
  numrange: 'numeric',
  daterange: 'date',
  tsrange: 'timestamp without time zone',
  tstzrange: 'timestamp with time zone',
  int4multirange: 'integer',
  int8multirange: 'bigint',
  nummultirange: 'numeric',
  datemultirange: 'date',
  tsmultirange: 'timestamp without time zone',
  tstzmultirange: 'timestamp with time zone',
};

const subtypeOf = (name: string, at: TypeAt): string | undefined => rangeOver[name] ?? at(name)?.attributes['subtype']?.toString();

/** The same for an enum, composite or range, which the text of the old value is read as. */
const lossInto = (from: string, to: string, sides: Sides): string | undefined => {
  const [before, after] = [sides.from(from), sides.to(to)];
  const isRead = isText(typeOf(from)) || (before !== undefined && text(before, 'form') === 'enum');
  // No text of these is one of a range or composite.
  const isStopped = before === undefined && !isRead && rules[typeOf(from).base] !== undefined;
  const subtype = subtypeOf(to, sides.to);
  if (subtype !== undefined) {
    const source = isRead ? 'text' : subtypeOf(from, sides.from);
    if (source === undefined) return isStopped ? undefined : unknown;
    const isContinuous = fractional.includes(typeOf(source).base) && whole.includes(subtype) && rangeOver[to] !== undefined;
    return isContinuous ? 'what lies between whole numbers is not kept' : lossOf(source, subtype, sides, true);
  }
  if (isStopped || after === undefined || text(after, 'form') !== 'composite') return undefined;
  const [sources, isSame] = [before === undefined ? [] : attributesOf(before), before?.key === after.key];
  const losses = attributesOf(after).flatMap(({ name, type }, place) => {
    const source = sources.length === 0 ? 'text' : (isSame ? sources.find((each) => each.name === name) : sources[place])?.type;
    const loss = source === undefined ? undefined : lossOf(source, type, sides, true);
    return loss === undefined ? [] : [`in ${name}, ${loss}`];
  });
  return losses.length === 0 ? undefined : losses.join('; ');
};

const attributesOf = (composite: SchemaObject): readonly { readonly name: string; readonly type: string }[] =>
  list(composite, 'attributes').map((entry) => {
    const { name, rest } = cutAttribute(entry);
    return { name, type: rest.replace(/ COLLATE .*$/, '') };
  });

type Rule = (before: Type, after: Type, byText: boolean) => string | undefined;

const kept: Rule = () => undefined;

const whole: readonly string[] = ['smallint', 'integer', 'bigint'];
const fractional: readonly string[] = ['numeric', 'real', 'double precision'];

/** Types whose text never ends in a space. */
const spaceless: readonly string[] = [
  ...numbers,
  'boolean',
  'character',
  'bpchar',
  'money',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
  'interval',
  'uuid',
  'bytea',
  'jsonb',
  'bit',
  'bit varying',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'oid',
  'tsvector',
  'point',
];

/** Types whose text is never longer than a name may be. */
const short: readonly string[] = ['name', '"char"', 'boolean', 'uuid', 'date', 'oid', ...whole, 'real', 'double precision'];

/** Integers and their like stop at a text that is no such number. */
const intoWhole: Rule = (before, after, byText) => {
  if (before.base === 'oid' && after.base === 'integer') return 'those above 2147483647 become negative';
  if (after.base === 'oid' && (before.base === 'integer' || (byText && isNumberish(before)))) return 'negative ones become positive';
  return !byText && fractional.includes(before.base) && scaleOf(before) > 0 ? 'they are rounded' : undefined;
};

/** Types whose text may be a number with a fraction. That of others in the rules stops where a number is read. */
const isNumberish = ({ base }: Type): boolean =>
  numbers.includes(base) || isText({ ...textType, base }) || ['json', 'jsonb', 'xml'].includes(base);

/** A rule for numbers that are not whole, for what is not exact in them. */
const ofNumber =
  (isExact: (before: Type, after: Type) => boolean): Rule =>
  (before, after) => {
    if (isExact(before, after)) return undefined;
    return isNumberish(before) || ['oid', 'money', 'boolean'].includes(before.base)
      ? 'they are rounded'
      : rules[before.base] === undefined
        ? unknown
        : undefined;
  };

const intoNumeric: Rule = (before, after, byText) => {
  const scale = scaleOf(after);
  if (['real', 'double precision'].includes(before.base) && !byText)
    return `they are rounded to ${before.base === 'real' ? 6 : 15} digits${scale === Infinity ? '' : ' and to the new scale'}`;
  return ofNumber((from) => scale >= placesBehindPoint(from))(before, after, byText);
};

const placesBehindPoint = (type: Type): number => {
  if ([...whole, 'boolean', 'oid'].includes(type.base)) return 0;
  return type.base === 'money' ? 2 : scaleOf(type);
};

/** Whether every number of a type is one that has so many digits at most, and no fraction. */
const fits = ({ base, sizes: [precision, scale = 0] }: Type, digits: number): boolean => {
  if (base === 'numeric') return precision !== undefined && scale <= 0 && precision - scale <= digits;
  return base === 'boolean' || (base === 'smallint' && digits >= 5) || (['integer', 'oid'].includes(base) && digits >= 10);
};

/** Fractions of a second, which are rounded to what the new type keeps. */
const withFractions = (loss: string | undefined, before: Type, after: Type): string | undefined => {
  const isRounded = after.base !== 'date' && placesOf(after) < placesOf(before);
  return loss === undefined ? (isRounded ? 'they are rounded' : undefined) : `${loss}${isRounded ? ', and they are rounded' : ''}`;
};

const placesOf = ({ base, sizes }: Type): number => (base === 'date' ? 0 : /^(?:time|interval)/.test(base) ? (sizes[0] ?? 6) : 6);

/** A rule that says what is not kept of each type; other types that are read as one of these are like text. */
const ofTime =
  (losses: Readonly<Record<string, string>>, ofText: string): Rule =>
  (before, after) => {
    const loss = losses[before.base] ?? (before.base === after.base ? '' : isText(before) ? ofText : unknown);
    return withFractions(loss === '' ? undefined : loss, before, after);
  };

const spacesBeyond: Rule = (before, after) => {
  const [length, [newLength]] = [
    before.base === '"char"' ? 1 : before.base === 'character varying' ? before.sizes[0] : undefined,
    after.sizes,
  ];
  if (newLength === undefined || spaceless.includes(before.base) || before.base.startsWith('interval')) return undefined;
  return length !== undefined && length <= newLength ? undefined : 'spaces at their end that do not fit are cut';
};

const spacesAtEnd: Rule = (before) =>
  spaceless.includes(before.base) || before.base.startsWith('interval') ? undefined : 'spaces at their end are not kept';

const intoInterval: Rule = (before, after) => {
  if (after.base !== 'interval' && after.base !== before.base) return 'what is smaller than the units of the new type is not kept';
  const isKept = before.base.startsWith('interval') || before.base === 'time without time zone';
  if (!isText(before)) return withFractions(isKept ? undefined : unknown, before, after);
  return withFractions(undefined, before, after) ?? 'fractions of a microsecond are rounded';
};

const inSession = 'they are read in the time zone of the session';

const rules: Readonly<Record<string, Rule>> = {
  text: kept,
  citext: kept,
  'character varying': spacesBeyond,
  character: spacesAtEnd,
  bpchar: spacesAtEnd,
  name: ({ base }) => (short.includes(base) ? undefined : 'what is longer than 63 bytes is cut'),
  '"char"': ({ base }) => (base === '"char"' ? undefined : 'only the first byte is left'),
  smallint: intoWhole,
  integer: intoWhole,
  bigint: intoWhole,
  oid: intoWhole,
  numeric: intoNumeric,
  real: ofNumber((before) => before.base === 'real' || fits(before, 6)),
  'double precision': ofNumber((before) => ['real', 'double precision'].includes(before.base) || fits(before, 15)),
  money: (before, after, byText) =>
    before.base === 'point' ? unknown : ofNumber((from) => from.base === 'money' || placesBehindPoint(from) <= 0)(before, after, byText),
  boolean: ({ base }, _, byText) =>
    numbers.includes(base) && !byText ? 'only whether they are 0 is left' : base.startsWith('json') ? unknown : undefined,
  date: ofTime(
    {
      'timestamp without time zone': 'the time of day is not kept',
      'timestamp with time zone': 'the time of day is not kept',
    },
    'the time of day is not kept',
  ),
  'time without time zone': ofTime(
    {
      'timestamp without time zone': 'the date is not kept',
      'timestamp with time zone': 'the date is not kept',
      'time with time zone': 'the time zone is not kept',
      interval: 'whole days are not kept',
    },
    'dates and time zones are not kept',
  ),
  'time with time zone': ofTime(
    {
      'timestamp without time zone': 'the date is not kept',
      'timestamp with time zone': 'the date is not kept',
      'time without time zone': inSession,
    },
    'dates are not kept',
  ),
  'timestamp without time zone': ofTime(
    { date: '', 'timestamp with time zone': 'they become times in the time zone of the session' },
    'time zones are not kept',
  ),
  'timestamp with time zone': ofTime(
    { date: inSession, 'timestamp without time zone': inSession },
    'their own time zones are not kept, and what has none is read in that of the session',
  ),
  interval: intoInterval,
  ...Object.fromEntries(
    [
      'year',
      'month',
      'day',
      'hour',
      'minute',
      'second',
      'year to month',
      'day to hour',
      'day to minute',
      'day to second',
      'hour to minute',
      'hour to second',
      'minute to second',
    ].map((units) => [`interval ${units}`, intoInterval]),
  ),
  json: kept,
  jsonb: ({ base }) => (base === 'json' || strings.includes(base) ? 'spaces, order of keys and double keys are not kept' : undefined),
  uuid: kept,
  bytea: kept,
  xml: kept,
  inet: kept,
  cidr: ({ base }, _, byText) => (base === 'inet' && !byText ? 'the part of the host is not kept' : undefined),
  macaddr: kept,
  macaddr8: kept,
  bit: kept,
  'bit varying': kept,
  pg_lsn: kept,
  tsvector: ({ base }) => (base === 'tsvector' ? undefined : 'order and repetition of words are not kept'),
};

/** Digits behind the point that a number may have. */
const scaleOf = ({ base, sizes }: Type): number => (base !== 'numeric' || sizes.length === 0 ? Infinity : (sizes[1] ?? 0));
