import type { Hazard } from '../../model/change.ts';
import type { Schema, SchemaObject } from '../../model/schema.ts';
import { objectKey } from '../../model/schema.ts';
import { foldCase } from '../../sql/lex.ts';
import { readTable, type ConstraintClause } from './clauses.ts';

/** Names of the tables with foreign keys. */
export interface ForeignKeyTables {
  readonly checkable: readonly string[];
  /** Whose check SQLite refuses with `foreign key mismatch`. */
  readonly uncheckable: readonly string[];
}

/**
 * Sorts the tables that have foreign keys by whether SQLite can check them: the parent's columns must be its primary
 * key or have a unique index (https://sqlite.org/foreignkeys.html#fk_indexes). A parent that is missing can be checked.
 * In doubt (a collation of the index's own) it counts as uncheckable.
 */
export const foreignKeyTables = (schema: Schema): ForeignKeyTables => {
  const checkable: string[] = [];
  const uncheckable: string[] = [];
  for (const table of schema.objects.values()) {
    if (table.kind !== 'table') continue;
    const keys = readTable(table.sql).constraints.filter(({ kind }) => kind === 'foreign key');
    if (keys.length > 0) (keys.every((key) => isCheckable(schema, key)) ? checkable : uncheckable).push(table.name);
  }
  return { checkable, uncheckable };
};

/** Tables whose foreign keys SQLite can check in the one schema and not in the other, or that are new there. */
export const mismatchHazards = (from: Schema, to: Schema): readonly Hazard[] => {
  const before = new Set(foreignKeyTables(from).uncheckable.map(foldCase));
  return foreignKeyTables(to)
    .uncheckable.filter((name) => !before.has(foldCase(name)))
    .map((name) => ({
      kind: 'foreign key mismatch',
      text: `a foreign key of ${name} refers to what is neither a primary key nor unique; SQLite refuses to write where it would have to look`,
    }));
};

const isCheckable = (schema: Schema, key: ConstraintClause): boolean => {
  const name = key.refersTo ?? '';
  const parent = schema.objects.get(objectKey('table', name));
  if (parent === undefined) return !schema.objects.has(objectKey('view', name)) && !schema.objects.has(objectKey('virtual table', name));
  const { constraints } = readTable(parent.sql);
  const wanted = key.target ?? [];
  if (wanted.length === 0) return constraints.find(({ kind }) => kind === 'primary key')?.over.length === key.over.length;
  const isKey = ({ kind, definition }: ConstraintClause): boolean =>
    (kind === 'primary key' || kind === 'unique') && !definition.includes(' collate ');
  return [...constraints.filter(isKey).map(({ over }) => over), ...uniqueIndexes(schema, parent)].some((columns) =>
    isSameSet(columns, wanted),
  );
};

const uniqueIndexes = (schema: Schema, table: SchemaObject): readonly (readonly string[])[] =>
  [...schema.objects.values()].flatMap(({ kind, attributes }) => {
    const { terms } = attributes;
    const isPlain = kind === 'index' && attributes['unique'] === true && attributes['where'] === '';
    if (!isPlain || attributes['table'] !== foldCase(table.name) || typeof terms !== 'object') return [];
    return [terms.map((term) => term.replace(/ desc$/, ''))];
  });

const isSameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));
