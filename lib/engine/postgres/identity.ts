import type { Step } from '../../model/change.ts';
import type { SchemaObject } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import { step, text, type Room } from './kind.ts';
import { madeName } from './made-name.ts';
import { nameSql } from './naming.ts';
import { tableNameOf } from './not-null.ts';
import { boundHazards, changedOptions, narrowedTo, optionClauses, type SequenceOptions } from './sequence-options.ts';

type Attributes = SchemaObject['attributes'];

/** `GENERATED … AS IDENTITY` with the options of its sequence; empty for a column that is none. */
export const identityClause = (column: SchemaObject, room: Room): string => {
  const kind = text(column, 'identity');
  if (kind === '') return '';
  const sequence = text(column, 'identitySequence');
  const isUsual = sequence === usualSequence(column, tableNameOf(column, room));
  const options = [...(isUsual ? [] : [`SEQUENCE NAME ${sequence}`]), ...optionClauses(optionsOf(column.attributes))];
  return `GENERATED ${kind} AS IDENTITY${options.length === 0 ? '' : ` (${options.join(' ')})`}`;
};

const optionsOf = (attributes: Attributes): SequenceOptions => ({
  increment: attributes['identityIncrement'],
  min: attributes['identityMin'],
  max: attributes['identityMax'],
  start: attributes['identityStart'],
  cache: attributes['identityCache'],
  cycle: attributes['identityCycle'],
});

/** What a clause says of it, among the attributes of a column. */
export const identitySaid = (attributes: Attributes): Attributes => ({
  ...attributes,
  identityPersistence: undefined,
  identityComment: undefined,
});

/** The sequence that an identity column gets when nobody names one, as SQL names it. */
const usualSequence = (column: SchemaObject, tableName: string): string => {
  const table = text(column, 'table');
  const schema = table.slice(0, table.length - nameSql(tableName).length);
  return `${schema}${nameSql(madeName(tableName, column.name, 'seq'))}`;
};

/** The statement that takes identity away, before the column's type or NOT NULL can change. */
export const dropIdentity = (before: Attributes, column: SchemaObject): readonly Step[] =>
  before['identity'] === undefined || column.attributes['identity'] !== undefined
    ? []
    : [step(`ALTER TABLE ${text(column, 'table')} ALTER COLUMN ${nameSql(column.name)} DROP IDENTITY`, [lostValue(column)])];

const lostValue = (column: SchemaObject) => ({ kind: 'data loss', text: `forgets the next number of ${text(column, 'id')}` }) as const;

/** Statements that make a column the identity that it is to be, from what `before` says of it. */
export const identitySteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const after = column.attributes;
  if (after['identity'] === undefined) return [];
  const alter = `ALTER TABLE ${text(column, 'table')} ALTER COLUMN ${nameSql(column.name)}`;
  const sequence = text(column, 'identitySequence');
  const isNew = before['identity'] === undefined;
  return [
    ...(isNew
      ? [
          step(`${alter} ADD ${identityClause(column, room)}`),
          nextNumber(sequence, text(column, 'table'), column.name, text(column, 'identityIncrement')),
        ]
      : changedSteps(before, column, alter)),
    ...((isNew ? undefined : before['identityPersistence']) === after['identityPersistence']
      ? []
      : [step(`ALTER SEQUENCE ${sequence} SET ${String(after['identityPersistence'] ?? 'LOGGED')}`)]),
    ...((isNew ? undefined : before['identityComment']) === after['identityComment']
      ? []
      : [
          step(
            `COMMENT ON SEQUENCE ${sequence} IS ${after['identityComment'] === undefined ? 'NULL' : quoteText(text(column, 'identityComment'), 'postgres')}`,
          ),
        ]),
  ];
};

const changedSteps = (before: Attributes, column: SchemaObject, alter: string): readonly Step[] => {
  const after = column.attributes;
  const [old, sequence] = [String(before['identitySequence']), text(column, 'identitySequence')];
  const type = text(column, 'type');
  const change = [optionsOf(before), optionsOf(after), type, type] as const;
  const options = [
    ...(before['identity'] === after['identity'] ? [] : [`SET GENERATED ${text(column, 'identity')}`]),
    ...changedOptions(...change).map((option) => (option === 'RESTART' ? option : `SET ${option}`)),
  ];
  return [
    ...(old === sequence ? [] : [renameStep(old, sequence)]),
    ...movedInside(sequence, narrowedTo(...change)),
    ...(options.length === 0 ? [] : [step(`${alter} ${options.join(' ')}`, boundHazards(...change, sequence))]),
  ];
};

/** The statement that moves a sequence into new bounds, which ALTER SEQUENCE takes only then. */
export const movedInside = (sequence: string, bounds: readonly [string, string] | undefined): readonly Step[] =>
  bounds === undefined
    ? []
    : [
        step(
          `SELECT pg_catalog.setval(${quoteText(sequence, 'postgres')}, greatest(least(last_value, ${bounds[1]}), ${bounds[0]}), is_called) FROM ${sequence}`,
        ),
      ];

/** A sequence of an identity column can only be in the schema of its table. */
const renameStep = (old: string, sequence: string): Step => step(`ALTER SEQUENCE ${old} RENAME TO ${lastName(sequence)}`);

const lastName = (id: string): string => /(?:"(?:[^"]|"")*"|[^".]+)$/.exec(id)?.[0] ?? id;

/** Rows that are there already have numbers: the next one comes after them. */
export const nextNumber = (sequence: string, table: string, column: string, increment: string): Step =>
  step(
    `SELECT pg_catalog.setval(${quoteText(sequence, 'postgres')}, pg_catalog.${increment.startsWith('-') ? 'min' : 'max'}(${nameSql(column)})) FROM ${table}`,
  );
