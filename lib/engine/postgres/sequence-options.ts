import type { AttributeValue } from '../../model/schema.ts';
import type { Row } from '../engine.ts';
import { textOf } from './query.ts';

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
export const defaultBounds = (type: string, increment: string): readonly [string, string] => {
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

/** What ALTER SEQUENCE says to make `to` of `from`; `type` is the new one. */
export const changedOptions = (from: SequenceOptions, to: SequenceOptions, type: string): readonly string[] => {
  const increment = String(to.increment ?? '1');
  const [min, max] = defaultBounds(type, increment);
  const isDescending = increment.startsWith('-');
  const start = String(to.start ?? (isDescending ? (to.max ?? max) : (to.min ?? min)));
  const turned = isDescending !== String(from.increment ?? '1').startsWith('-');
  const moved = turned || from.min !== to.min || from.max !== to.max;
  return [
    ...(from.increment === to.increment ? [] : [`INCREMENT BY ${increment}`]),
    ...(from.min === to.min && !turned ? [] : [to.min === undefined ? 'NO MINVALUE' : `MINVALUE ${String(to.min)}`]),
    ...(from.max === to.max && !turned ? [] : [to.max === undefined ? 'NO MAXVALUE' : `MAXVALUE ${String(to.max)}`]),
    ...(from.start === to.start && !moved ? [] : [`START WITH ${start}`]),
    ...(from.cache === to.cache ? [] : [`CACHE ${String(to.cache ?? '1')}`]),
    ...(from.cycle === to.cycle ? [] : [to.cycle === undefined ? 'NO CYCLE' : 'CYCLE']),
  ];
};
