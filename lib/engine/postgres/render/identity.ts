import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { list, step, text, type Room } from '../object/kind.ts';
import { madeName } from '../object/made-name.ts';
import { nameSql } from '../object/naming.ts';
import { tableNameOf } from './not-null.ts';
import { privilegeSteps } from '../object/privileges.ts';
import { sequenceKind } from './sequences.ts';
import { movedInside, nextNumber } from './sequence-moves.ts';
import { boundHazards, changedOptions, narrowedTo, optionClauses, type SequenceOptions } from '../object/sequence-options.ts';

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
  identityAcl: bornAcl,
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
  const had = isNew ? {} : before;
  return [
    ...(isNew
      ? [
          step(`${alter} ADD ${identityClause(column, room)}`),
          nextNumber(sequence, text(column, 'table'), column.name, text(column, 'identityIncrement')),
        ]
      : changedSteps(before, column, alter)),
    ...(had['identityPersistence'] === after['identityPersistence']
      ? []
      : [step(`ALTER SEQUENCE ${sequence} SET ${String(after['identityPersistence'] ?? 'LOGGED')}`)]),
    ...(had['identityComment'] === after['identityComment'] ? [] : [commentStep(sequence, after['identityComment'])]),
    ...grantSteps(isNew || before['identityAcl'] === bornAcl ? undefined : before, column, room),
  ];
};

const commentStep = (sequence: string, comment: unknown): Step =>
  step(`COMMENT ON SEQUENCE ${sequence} IS ${comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres')}`);

/** The privileges of a sequence that was made just now: what its owner, and whoever the defaults name, has on it. */
const bornAcl = 'as born';

/** The sequence of an identity column has privileges as any sequence has. */
const grantSteps = (before: Attributes | undefined, column: SchemaObject, room: Room): readonly Step[] => {
  const sequence = (attributes: Attributes): SchemaObject => ({
    ...column,
    kind: 'sequence',
    attributes: { id: attributes['identitySequence'], schema: attributes['schema'], acl: attributes['identityAcl'] },
  });
  const after = sequence(column.attributes);
  if (before === undefined) return privilegeSteps(sequenceKind, after, undefined, room);
  const had = sequence({ ...before, identitySequence: column.attributes['identitySequence'] });
  const isSame = list(had, 'acl').join('\n') === list(after, 'acl').join('\n');
  return isSame ? [] : privilegeSteps(sequenceKind, after, had, room);
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

/** A sequence of an identity column can only be in the schema of its table. */
const renameStep = (old: string, sequence: string): Step => step(`ALTER SEQUENCE ${old} RENAME TO ${lastName(sequence)}`);

const lastName = (id: string): string => /(?:"(?:[^"]|"")*"|[^".]+)$/.exec(id)?.[0] ?? id;
