import { chainOfColumns, chainOfTables, renamedOne, ringOfColumns, ringOfTables } from './names.ts';
import type { Random } from './random.ts';
import {
  anotherTable,
  newColumn,
  newConstraint,
  newDefault,
  newIndex,
  newName,
  newTrigger,
  newType,
  newView,
  newVirtual,
  withForeignKey,
  withPrimaryKey,
  type Maker,
} from './schema.ts';
import { tidy, type ColumnSpec, type ConstraintSpec, type Spec, type TableSpec } from './spec.ts';

/** The spec with one to seven changes at random places, and the names of the changes. */
export const mutate = (maker: Maker, spec: Spec): { readonly spec: Spec; readonly changes: readonly string[] } => {
  const changes: string[] = [];
  let next = spec;
  for (let count = 1 + maker.random.int(7); count > 0; count -= 1) {
    const [name, change] = maker.random.pick(mutations);
    const from = alone.has(name) ? spec : next;
    const changed = tidy(change(maker, from));
    if (changed.tables.length === 0 || JSON.stringify(changed) === JSON.stringify(from)) continue;
    if (alone.has(name)) return { spec: changed, changes: [name] };
    next = changed;
    changes.push(name);
  }
  return { spec: next, changes };
};

/** Beside other changes nothing might tell whether it was done. */
const alone: ReadonlySet<string> = new Set(['ring of columns', 'ring of tables']);

type Mutation = readonly [name: string, change: (maker: Maker, spec: Spec) => Spec];

const inTable =
  (change: (maker: Maker, table: TableSpec) => TableSpec) =>
  (maker: Maker, spec: Spec): Spec => {
    if (spec.tables.length === 0) return spec;
    const chosen = maker.random.pick(spec.tables);
    return { ...spec, tables: spec.tables.map((table) => (table === chosen ? change(maker, table) : table)) };
  };

const inColumn = (change: (maker: Maker, column: ColumnSpec, table: TableSpec) => ColumnSpec) =>
  inTable((maker, table) => {
    const chosen = maker.random.pick(table.columns);
    return { ...table, columns: table.columns.map((column) => (column === chosen ? change(maker, column, table) : column)) };
  });

const inConstraint = (kind: ConstraintSpec['kind'], change: (maker: Maker, constraint: ConstraintSpec) => ConstraintSpec | undefined) =>
  inTable((maker, table) => {
    const candidates = table.constraints.filter((constraint) => constraint.kind === kind);
    if (candidates.length === 0) return table;
    const chosen = maker.random.pick(candidates);
    return {
      ...table,
      constraints: table.constraints.flatMap((constraint) => (constraint === chosen ? (change(maker, constraint) ?? []) : [constraint])),
    };
  });

const without = <T>(random: Random, list: readonly T[]): readonly T[] => {
  if (list.length === 0) return list;
  const gone = random.pick(list);
  return list.filter((each) => each !== gone);
};

const replaced = <T extends { readonly id: number; readonly name: string }>(
  random: Random,
  list: readonly T[],
  make: () => T,
): readonly T[] => {
  if (list.length === 0) return list;
  const chosen = random.pick(list);
  const fresh = make();
  return list.map((each) => (each === chosen ? { ...fresh, id: each.id, name: each.name } : each));
};

/** The same name to SQLite. */
const otherCase = (name: string): string =>
  name.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

const isPlain = (column: ColumnSpec): boolean => column.generated === undefined;

const mutations: readonly Mutation[] = [
  ['add column', inTable((maker, table) => ({ ...table, columns: [...table.columns, newColumn(maker, table, true)] }))],
  ['add column in front', inTable((maker, table) => ({ ...table, columns: [newColumn(maker, table, true), ...table.columns] }))],
  ['drop column', inTable((maker, table) => ({ ...table, columns: without(maker.random, table.columns) }))],
  ['drop column', inTable((maker, table) => ({ ...table, columns: without(maker.random, table.columns) }))],
  ['rename column', inColumn((maker, column) => ({ ...column, name: newName(maker, 'r') }))],
  ['rename column', inColumn((maker, column) => ({ ...column, name: newName(maker, 'r') }))],
  ['order of columns', inTable((maker, table) => ({ ...table, columns: maker.random.shuffle(table.columns) }))],
  [
    'text only',
    inTable((maker, table) => ({
      ...table,
      name: otherCase(table.name),
      columns: table.columns.map((column) => (maker.random.chance(0.5) ? { ...column, name: otherCase(column.name) } : column)),
    })),
  ],
  ['change type', inColumn((maker, column, table) => (isPlain(column) ? { ...column, type: newType(maker, table.strict) } : column))],
  [
    'change default',
    inColumn((maker, column) =>
      isPlain(column) ? { ...column, fallback: maker.random.chance(0.3) ? undefined : newDefault(maker, column.type) } : column,
    ),
  ],
  [
    'change not null',
    inColumn((_, column) => (isPlain(column) ? { ...column, notNull: column.notNull === '' ? 'NOT NULL' : '' } : column)),
  ],
  [
    'change collation',
    inColumn((maker, column) => ({
      ...column,
      collate: column.collate === undefined ? maker.random.pick(['NOCASE', 'RTRIM']) : undefined,
    })),
  ],
  [
    'generated to stored, or back',
    inTable((_, table) => ({
      ...table,
      columns: table.columns.map((column) =>
        column.generated === undefined ? column : { ...column, generated: { ...column.generated, stored: !column.generated.stored } },
      ),
    })),
  ],
  ['generated to plain', inColumn((_, column) => ({ ...column, generated: undefined }))],
  ['add constraint', inTable((maker, table) => ({ ...table, constraints: [...table.constraints, newConstraint(maker, table)] }))],
  ['drop check', inConstraint('check', () => undefined)],
  ['drop unique', inConstraint('unique', () => undefined)],
  ['drop foreign key', inConstraint('foreign key', () => undefined)],
  ['change check', inConstraint('check', (_, constraint) => ({ ...constraint, expression: `(${constraint.expression}) OR 1 = 1` }))],
  [
    'change foreign key',
    inConstraint('foreign key', (maker, constraint) => ({
      ...constraint,
      actions: maker.random.pick(['', 'ON DELETE CASCADE', 'DEFERRABLE INITIALLY DEFERRED', 'ON UPDATE SET NULL']),
    })),
  ],
  [
    'name of constraint',
    inConstraint('unique', (maker, constraint) => ({
      ...constraint,
      name: constraint.name === undefined ? newName(maker, 'n') : undefined,
    })),
  ],
  ['constraint at column or table', inConstraint('unique', (_, constraint) => ({ ...constraint, inline: !constraint.inline }))],
  [
    'autoincrement',
    inConstraint('primary key', (_, constraint) =>
      constraint.columns.length === 1 ? { ...constraint, autoincrement: !constraint.autoincrement } : constraint,
    ),
  ],
  [
    'primary key',
    inTable((maker, table) =>
      table.constraints.some((constraint) => constraint.kind === 'primary key')
        ? { ...table, withoutRowid: false, constraints: table.constraints.filter((constraint) => constraint.kind !== 'primary key') }
        : withPrimaryKey(maker, table),
    ),
  ],
  ['without rowid', inTable((_, table) => ({ ...table, withoutRowid: !table.withoutRowid }))],
  ['strict', inTable((_, table) => ({ ...table, strict: !table.strict }))],
  ['add foreign key', (maker, spec) => withForeignKey(maker, spec)],
  ['add table', (maker, spec) => ({ ...spec, tables: [...spec.tables, anotherTable(maker, spec)] })],
  ['drop table', (maker, spec) => ({ ...spec, tables: without(maker.random, spec.tables) })],
  ['rename table', inTable((maker, table) => ({ ...table, name: newName(maker, 'rt') }))],
  ['rename table', inTable((maker, table) => ({ ...table, name: newName(maker, 'rt') }))],
  ['chain of columns', inTable(chainOfColumns)],
  ['chain of tables', chainOfTables],
  ['ring of columns', inTable(ringOfColumns)],
  ['ring of columns', inTable(ringOfColumns)],
  ['ring of tables', ringOfTables],
  ['other name of index', (maker, spec) => ({ ...spec, indexes: renamedOne(maker, spec.indexes) })],
  ['other name of view', (maker, spec) => ({ ...spec, views: renamedOne(maker, spec.views) })],
  ['other name of trigger', (maker, spec) => ({ ...spec, triggers: renamedOne(maker, spec.triggers) })],
  ['add index', (maker, spec) => ({ ...spec, indexes: [...spec.indexes, newIndex(maker, spec)] })],
  ['drop index', (maker, spec) => ({ ...spec, indexes: without(maker.random, spec.indexes) })],
  ['change index', (maker, spec) => ({ ...spec, indexes: replaced(maker.random, spec.indexes, () => newIndex(maker, spec)) })],
  ['add view', (maker, spec) => ({ ...spec, views: [...spec.views, newView(maker, spec)] })],
  ['drop view', (maker, spec) => ({ ...spec, views: without(maker.random, spec.views) })],
  ['change view', (maker, spec) => ({ ...spec, views: replaced(maker.random, spec.views, () => newView(maker, { ...spec, views: [] })) })],
  ['add trigger', (maker, spec) => ({ ...spec, triggers: [...spec.triggers, newTrigger(maker, spec)] })],
  ['drop trigger', (maker, spec) => ({ ...spec, triggers: without(maker.random, spec.triggers) })],
  ['change trigger', (maker, spec) => ({ ...spec, triggers: replaced(maker.random, spec.triggers, () => newTrigger(maker, spec)) })],
  ['add virtual table', (maker, spec) => (maker.random.chance(0.3) ? { ...spec, virtuals: [...spec.virtuals, newVirtual(maker)] } : spec)],
  ['drop virtual table', (maker, spec) => ({ ...spec, virtuals: without(maker.random, spec.virtuals) })],
];

/** The names of all changes there are. */
export const mutationNames: readonly string[] = [...new Set(mutations.map(([name]) => name))];
