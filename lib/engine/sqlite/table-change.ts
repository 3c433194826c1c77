import type { Change, Hazard } from '../../model/change.ts';
import type { Schema, SchemaObject } from '../../model/schema.ts';
import { foldCase } from '../../sql/lex.ts';
import { readTable, type ColumnClause, type ConstraintClause } from './clauses.ts';
import { namesIn } from './mention.ts';

/** Everything that happens to one table that stays. */
export interface TableChange {
  readonly from: SchemaObject;
  readonly to: SchemaObject;
  readonly changes: readonly Change[];
  /** Column clauses that `ALTER TABLE ADD COLUMN` can add and names it can drop; undefined: the table must be rebuilt. */
  readonly native: { readonly add: readonly ColumnClause[]; readonly drop: readonly string[] } | undefined;
}

/** Groups changes by the table that stays; decides for each between `ALTER TABLE` and a rebuild. */
export const tableChanges = (changes: readonly Change[], from: Schema, to: Schema): readonly TableChange[] => {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const object = change.type === 'alter' ? change.to : change.object;
    const key = object.kind === 'table' ? object.key : object.parent;
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups].flatMap(([key, list]) => {
    const before = from.objects.get(key);
    const after = to.objects.get(key);
    if (before === undefined || after === undefined) return [];
    return [{ from: before, to: after, changes: list, native: nativeChange(list, before, after, from, to) }];
  });
};

const nativeChange = (
  changes: readonly Change[],
  before: SchemaObject,
  after: SchemaObject,
  from: Schema,
  to: Schema,
): TableChange['native'] => {
  const old = readTable(before.sql);
  const declared = readTable(after.sql);
  const names = (type: 'create' | 'drop'): ReadonlySet<string> =>
    new Set(changes.flatMap((change) => (change.type === type && change.object.kind === 'column' ? [foldCase(change.object.name)] : [])));
  const added = names('create');
  const dropped = names('drop');
  const add = declared.columns.filter((column) => added.has(foldCase(column.name)));
  const explained = changes.every((change) => {
    if (change.type === 'alter') return false;
    if (change.object.kind === 'column') return true;
    const [clauses, columns] = change.type === 'create' ? [declared, added] : [old, dropped];
    return belongsToColumn(change.object, clauses.constraints, columns);
  });
  const canAdd = add.every((column) => isAddable(column, declared.constraints));
  const canDrop = [...dropped].every((column) => isDroppable(column, before, old, from, to));
  const staysTable = old.columns.some((column) => !dropped.has(foldCase(column.name)));
  return explained && canAdd && canDrop && staysTable ? { add, drop: [...dropped] } : undefined;
};

const belongsToColumn = (object: SchemaObject, constraints: readonly ConstraintClause[], columns: ReadonlySet<string>): boolean => {
  const definition = object.attributes['definition'];
  const matching = constraints.filter((constraint) => constraint.definition === definition);
  return matching.length > 0 && matching.every((constraint) => constraint.column !== undefined && columns.has(foldCase(constraint.column)));
};

/** The limits of ADD COLUMN: https://sqlite.org/lang_altertable.html#alter_table_add_column. */
const isAddable = (column: ColumnClause, constraints: readonly ConstraintClause[]): boolean => {
  const own = constraints.filter((constraint) => constraint.column !== undefined && foldCase(constraint.column) === foldCase(column.name));
  const hasDefault = column.fallback !== undefined && column.fallback !== 'null';
  if (own.some((constraint) => constraint.kind === 'primary key' || constraint.kind === 'unique')) return false;
  if (own.some((constraint) => constraint.kind === 'foreign key') && hasDefault) return false;
  if (column.generated !== undefined) return !column.stored && column.notNull === '' && own.length === 0;
  if (column.notNull !== '' && !hasDefault) return false;
  return column.constantDefault;
};

/** The limits of DROP COLUMN: https://sqlite.org/lang_altertable.html#alter_table_drop_column. */
const isDroppable = (column: string, table: SchemaObject, clauses: ReturnType<typeof readTable>, from: Schema, to: Schema): boolean => {
  const rest = clauses.columns.filter((other) => foldCase(other.name) !== column);
  if (rest.some((other) => namesIn(other.text).has(column))) return false;
  const constrained = clauses.constraints.some((constraint) => {
    const own = constraint.column !== undefined && foldCase(constraint.column) === column;
    return own ? constraint.kind !== 'check' : constraint.over.includes(column) || namesIn(constraint.definition).has(column);
  });
  if (constrained) return false;
  const indexes = [...from.objects.values()].filter(
    (object) => object.kind === 'index' && object.attributes['table'] === foldCase(table.name) && namesIn(object.sql).has(column),
  );
  return indexes.every((index) => !to.objects.has(index.key));
};

/** What a rebuild or an added clause may do to rows that are there. */
export const rowHazards = (change: TableChange): readonly Hazard[] => change.changes.flatMap((item) => hazardsOf(change.to.name, item));

const hazardsOf = (table: string, change: Change): readonly Hazard[] => {
  switch (change.type) {
    case 'drop':
      return change.object.kind === 'column' && change.object.attributes['generated'] === undefined
        ? [{ kind: 'data loss', text: `drops column ${table}.${change.object.name}` }]
        : [];
    case 'create':
      return createHazards(table, change.object);
    case 'alter':
      return alterHazards(table, change);
  }
};

const createHazards = (table: string, object: SchemaObject): readonly Hazard[] => {
  if (object.kind !== 'constraint') return [];
  return [
    { kind: 'may fail on rows', text: `rows of ${table} that break this stop the migration: ${String(object.attributes['definition'])}` },
  ];
};

const alterHazards = (table: string, change: Change & { readonly type: 'alter' }): readonly Hazard[] => {
  const { from, to: object, attributes } = change;
  const place = object.kind === 'column' ? `${table}.${object.name}` : table;
  const texts: Hazard[] = [];
  if (attributes.includes('notNull') && object.attributes['notNull'] !== '') {
    texts.push({ kind: 'may fail on rows', text: `rows with NULL in ${place} stop the migration` });
  }
  if (attributes.includes('type')) texts.push({ kind: 'rewrite', text: `values of ${place} take the affinity of the new type` });
  if (attributes.includes('strict') && object.attributes['strict'] === true) {
    texts.push({ kind: 'may fail on rows', text: `values of ${place} that do not fit their column's type stop the migration` });
  }
  if (from.attributes['generated'] === undefined && object.attributes['generated'] !== undefined) {
    texts.push({ kind: 'data loss', text: `values of ${place} are computed from now on; what is stored there is lost` });
  }
  if (object.kind === 'constraint') {
    texts.push({
      kind: 'may fail on rows',
      text: `rows of ${place} that break this stop the migration: ${String(object.attributes['definition'])}`,
    });
  }
  return texts;
};
