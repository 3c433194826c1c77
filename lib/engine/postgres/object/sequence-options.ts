import type { Hazard } from '../../../model/change.ts';
import type { AttributeValue } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { textOf } from '../query.ts';

/** What a sequence does; what is not set is what CREATE SEQUENCE gives for the type and direction. */
export interface SequenceOptions {
  readonly increment: AttributeValue;
  readonly min: AttributeValue;
  readonly max: AttributeValue;
  readonly start: AttributeValue;
  readonly cache: AttributeValue;
  readonly cycle: AttributeValue;
}

/** The columns of pg_sequence (as `s`) that `optionsOf` reads. */
export const sequenceColumns = `s.seqtypid::regtype::text AS sequence_type, s.seqstart::text AS seqstart, s.seqincrement::text AS seqincrement,
  s.seqmax::text AS seqmax, s.seqmin::text AS seqmin, s.seqcache::text AS seqcache, s.seqcycle`;

const limits: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

/** The bounds of a sequence that names none: of the type on the far side, of 1 or -1 on the near one. */
const defaultBounds = (type: string, increment: string): readonly [string, string] => {
  const [least, most] = limits[type] ?? ['', ''];
  return increment.startsWith('-') ? [least, '-1'] : ['1', most];
};

/** The options of a row with `sequenceColumns`, each only where it is not the default one. */
export const optionsOf = (row: Row): SequenceOptions => {
  const value = (column: string): string => textOf(row, column) ?? '';
  const increment = value('seqincrement');
  const [min, max] = defaultBounds(value('sequence_type'), increment);
  const unless = (found: string, usual: string): string | undefined => (found === usual ? undefined : found);
  return {
    increment: unless(increment, '1'),
    min: unless(value('seqmin'), min),
    max: unless(value('seqmax'), max),
    start: unless(value('seqstart'), increment.startsWith('-') ? value('seqmax') : value('seqmin')),
    cache: unless(value('seqcache'), '1'),
    cycle: row['seqcycle'] === true ? true : undefined,
  };
};

/** The options as they stand in CREATE SEQUENCE, in its order. */
export const optionClauses = (options: SequenceOptions): readonly string[] => [
  ...(options.increment === undefined ? [] : [`INCREMENT BY ${String(options.increment)}`]),
  ...(options.min === undefined ? [] : [`MINVALUE ${String(options.min)}`]),
  ...(options.max === undefined ? [] : [`MAXVALUE ${String(options.max)}`]),
  ...(options.start === undefined ? [] : [`START WITH ${String(options.start)}`]),
  ...(options.cache === undefined ? [] : [`CACHE ${String(options.cache)}`]),
  ...(options.cycle === undefined ? [] : ['CYCLE']),
];

/** What ALTER SEQUENCE says to make `to` of `from`; the types are those of the sequence before and after. */
export const changedOptions = (from: SequenceOptions, to: SequenceOptions, fromType: string, toType: string): readonly string[] => {
  const [before, after] = [effective(from, fromType), effective(to, toType)];
  const turned = after.increment.startsWith('-') !== before.increment.startsWith('-');
  const isSame = (option: 'min' | 'max'): boolean => from[option] === to[option] && !turned;
  return [
    ...(from.increment === to.increment ? [] : [`INCREMENT BY ${after.increment}`]),
    ...(isSame('min') ? [] : [to.min === undefined ? 'NO MINVALUE' : `MINVALUE ${after.min}`]),
    ...(isSame('max') ? [] : [to.max === undefined ? 'NO MAXVALUE' : `MAXVALUE ${after.max}`]),
    ...(before.start === after.start ? [] : [`START WITH ${after.start}`]),
    ...(areApart(before, after) ? ['RESTART'] : []),
    ...(from.cache === to.cache ? [] : [`CACHE ${String(to.cache ?? '1')}`]),
    ...(from.cycle === to.cycle ? [] : [to.cycle === undefined ? 'NO CYCLE' : 'CYCLE']),
  ];
};

/** What to know before the bounds of a sequence are changed. */
export const boundHazards = (
  from: SequenceOptions,
  to: SequenceOptions,
  fromType: string,
  toType: string,
  name: string,
): readonly Hazard[] => {
  const [before, after] = [effective(from, fromType), effective(to, toType)];
  if (areApart(before, after)) return [{ kind: 'data loss', text: `${name} begins anew: none of its numbers is left in its bounds` }];
  const isNarrower = BigInt(after.min) > BigInt(before.min) || BigInt(after.max) < BigInt(before.max);
  return isNarrower ? [{ kind: 'may fail on rows', text: `${name} may have come to a number outside the new bounds` }] : [];
};

/**
 * The new bounds as the SQL of a pair, where a sequence that has not been used would be outside them and must be moved inside first;
 * undefined where that is not so, or no number is in both.
 */
export const narrowedTo = (
  from: SequenceOptions,
  to: SequenceOptions,
  fromType: string,
  toType: string,
): readonly [string, string] | undefined => {
  const [before, after] = [effective(from, fromType), effective(to, toType)];
  const isInside = BigInt(before.start) >= BigInt(after.min) && BigInt(before.start) <= BigInt(after.max);
  return isInside || areApart(before, after) ? undefined : [after.min, after.max];
};

interface Effective {
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly start: string;
}

const effective = (options: SequenceOptions, type: string): Effective => {
  const increment = String(options.increment ?? '1');
  const [least, most] = defaultBounds(type, increment);
  const [min, max] = [String(options.min ?? least), String(options.max ?? most)];
  return { increment, min, max, start: String(options.start ?? (increment.startsWith('-') ? max : min)) };
};

const areApart = (before: Effective, after: Effective): boolean =>
  BigInt(after.min) > BigInt(before.max) || BigInt(after.max) < BigInt(before.min);
