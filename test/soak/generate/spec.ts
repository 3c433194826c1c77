/**
 * A schema as data, before it is SQL. Every part has an id that it keeps through renames; texts speak of parts by id:
 * `{c12}` a column, `{t3}` a table, `{v4}` a view, `{f5}` a virtual table.
 */
export interface Spec {
  readonly tables: readonly TableSpec[];
  readonly indexes: readonly IndexSpec[];
  readonly views: readonly ViewSpec[];
  readonly triggers: readonly TriggerSpec[];
  readonly virtuals: readonly VirtualSpec[];
}

export interface TableSpec {
  readonly id: number;
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly constraints: readonly ConstraintSpec[];
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

export interface ColumnSpec {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Text after NOT NULL's place, e.g. `NOT NULL ON CONFLICT REPLACE`; empty: nullable. */
  readonly notNull: string;
  readonly fallback: string | undefined;
  readonly collate: string | undefined;
  readonly generated: { readonly expression: string; readonly stored: boolean } | undefined;
}

export interface ConstraintSpec {
  readonly id: number;
  readonly name: string | undefined;
  readonly kind: 'primary key' | 'unique' | 'check' | 'foreign key';
  /** What it is over; for a check none. */
  readonly columns: readonly number[];
  readonly descending: boolean;
  readonly autoincrement: boolean;
  readonly conflict: string;
  readonly expression: string;
  readonly parent: number | undefined;
  /** Empty: the parent's primary key. */
  readonly parentColumns: readonly number[];
  /** ON DELETE and so on, as SQL. */
  readonly actions: string;
  /** Written at its column, where it can be. */
  readonly inline: boolean;
}

export interface IndexSpec {
  readonly id: number;
  readonly name: string;
  readonly table: number;
  readonly unique: boolean;
  readonly terms: readonly string[];
  readonly where: string | undefined;
}

export interface ViewSpec {
  readonly id: number;
  readonly name: string;
  readonly columns: readonly string[];
  readonly body: string;
}

export interface TriggerSpec {
  readonly id: number;
  readonly name: string;
  /** `{t3}` or `{v4}`. */
  readonly on: string;
  readonly when: string;
  readonly condition: string | undefined;
  readonly body: string;
}

export interface VirtualSpec {
  readonly id: number;
  readonly name: string;
  readonly module: string;
}

export const emptySpec: Spec = { tables: [], indexes: [], views: [], triggers: [], virtuals: [] };

/** The ids that a text speaks of, with their letter: `c12`. */
export const mentions = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/\{([ctvf]\d+)\}/g)].map((match) => match[1] ?? '');

/** Every name by its id with letter. */
export const namesOf = (spec: Spec): ReadonlyMap<string, string> =>
  new Map([
    ...spec.tables.flatMap((table) => [
      [`t${table.id}`, table.name] as const,
      ...table.columns.map((column) => [`c${column.id}`, column.name] as const),
    ]),
    ...spec.views.map((view) => [`v${view.id}`, view.name] as const),
    ...spec.virtuals.map((table) => [`f${table.id}`, table.name] as const),
  ]);

/** Removes, again and again, what speaks of parts that are gone. */
export const tidy = (spec: Spec): Spec => {
  const known = namesOf(spec);
  const holds = (...texts: readonly (string | undefined)[]): boolean => texts.every((text) => mentions(text).every((id) => known.has(id)));
  const own = (table: TableSpec): TableSpec => {
    const here = new Set(table.columns.map((column) => column.id));
    return {
      ...table,
      columns: table.columns.filter((column) => holds(column.generated?.expression)),
      constraints: table.constraints.filter(
        (constraint) =>
          constraint.columns.every((id) => here.has(id)) &&
          holds(constraint.expression) &&
          (constraint.parent === undefined || known.has(`t${constraint.parent}`)) &&
          constraint.parentColumns.every((id) => known.has(`c${id}`)),
      ),
    };
  };
  const next: Spec = {
    tables: spec.tables.map(own).filter((table) => table.columns.some((column) => column.generated === undefined)),
    indexes: spec.indexes.filter((index) => known.has(`t${index.table}`) && holds(...index.terms, index.where)),
    views: spec.views.filter((view) => holds(view.body)),
    triggers: spec.triggers.filter((trigger) => holds(trigger.on, trigger.when, trigger.condition, trigger.body)),
    virtuals: spec.virtuals,
  };
  return sizeOf(next) === sizeOf(spec) ? next : tidy(next);
};

const sizeOf = (spec: Spec): number =>
  spec.indexes.length +
  spec.views.length +
  spec.triggers.length +
  spec.tables.reduce((sum, table) => sum + 1 + table.columns.length + table.constraints.length, 0);
