import { type ObjectKey, objectKey, pathOfKey, type SchemaObject } from '../../model/schema.ts';
import type { InnerName } from '../engine.ts';
import type { Rename, RenameKind, Step } from '../../model/change.ts';
import { quoteText } from '../../sql/quote.ts';
import { step } from './object/kind.ts';
import { madeName } from './object/made-name.ts';
import { nameSql } from './object/naming.ts';

/** What PostgreSQL renames in place. A rule of a view is replaced rather. */
export const renamable: readonly RenameKind[] = [
  'table',
  'column',
  'constraint',
  'index',
  'view',
  'materialized view',
  'sequence',
  'type',
  'value',
  'function',
  'procedure',
  'trigger',
  'rule',
  'policy',
];

/** The statement that carries out one rename, or undoes it; PostgreSQL rewrites what mentions the name. */
export const renderRename = (rename: Rename, reverse: boolean): readonly Step[] =>
  statements(rename, reverse).map((sql) => ({ ...step(sql), touches: touchedBy(rename) }));

const statements = (rename: Rename, reverse: boolean): readonly string[] => {
  const { schema, argumentTypes, kind } = rename;
  const [fromName, toName] = reverse ? [rename.toName, rename.fromName] : [rename.fromName, rename.toName];
  const within = (name: string): string => (schema === undefined ? nameSql(name) : `${nameSql(schema)}.${nameSql(name)}`);
  const [before, after, table] = [nameSql(fromName), nameSql(toName), within(rename.table ?? '')];
  switch (kind) {
    case 'table':
    case 'index':
    case 'view':
    case 'materialized view':
    case 'sequence':
    case 'type':
      return [`ALTER ${kind.toUpperCase()} ${within(fromName)} RENAME TO ${after}`];
    case 'function':
    case 'procedure':
      return [`ALTER ${kind.toUpperCase()} ${within(fromName)}(${argumentTypes ?? ''}) RENAME TO ${after}`];
    case 'column':
    case 'constraint':
      return [`ALTER TABLE ${table} RENAME ${kind.toUpperCase()} ${before} TO ${after}`];
    case 'trigger':
    case 'rule':
    case 'policy':
      return [`ALTER ${kind.toUpperCase()} ${before} ON ${table} RENAME TO ${after}`];
    case 'value':
      return [`ALTER TYPE ${table} RENAME VALUE ${quoteText(fromName, 'postgres')} TO ${quoteText(toName, 'postgres')}`];
  }
};

/** The objects of the fingerprint that it changes. */
const touchedBy = ({ kind, from, to, schema, table }: Rename): readonly ObjectKey[] => {
  const at = schema === undefined ? [] : [schema];
  if (kind === 'value') return [objectKey('type', ...at, table ?? '')];
  return table === undefined ? [from, to] : [objectKey('table', ...at, table)];
};

/** The sequence of an identity column, and NOT NULL, which has a name since PostgreSQL 18; not one that comes from above. */
export const innerNames = ({ kind, name, attributes }: SchemaObject, table: string): readonly InnerName[] => {
  if (kind !== 'column') return [];
  const { identitySequence, notNull, notNullName, notNullInherited } = attributes;
  const sequence = identitySequence === undefined ? undefined : pathOfKey('sequence', `sequence ${String(identitySequence)}`).path.at(-1);
  return [
    ...(sequence === undefined ? [] : [{ kind: 'sequence', name: sequence } as const]),
    ...(notNull === undefined || notNullInherited !== undefined
      ? []
      : [{ kind: 'constraint', name: String(notNullName ?? madeName(table, name, 'not_null')) } as const]),
  ];
};
