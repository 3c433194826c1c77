import type { ObjectKey, SchemaObject } from './schema.ts';

/** One item of a diff. Renames are not in here: they are applied first, and the rest is compared after them. */
export type Change =
  | { readonly type: 'create'; readonly object: SchemaObject }
  | { readonly type: 'drop'; readonly object: SchemaObject }
  | {
      readonly type: 'alter';
      readonly from: SchemaObject;
      readonly to: SchemaObject;
      /** Names of the attributes that differ. */
      readonly attributes: readonly string[];
    };

/** Kinds of what can be renamed; a `value` is one of an enum type. */
export type RenameKind =
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'view'
  | 'materialized view'
  | 'sequence'
  | 'type'
  | 'value'
  | 'function'
  | 'procedure'
  | 'trigger'
  | 'rule'
  | 'policy';

/** An object that keeps its contents under a new name (from `-- @renamed from`, or an answered question). */
export interface Rename {
  readonly kind: RenameKind;
  /** The key now in the live database; for a value, `value <type>.<label>`. */
  readonly from: ObjectKey;
  readonly to: ObjectKey;
  readonly fromName: string;
  readonly toName: string;
  /** The schema in which it is; undefined: the default one. */
  readonly schema?: string;
  /** For a column, constraint, trigger, rule or policy: the table's name *after* table renames. For a value: the type's. */
  readonly table?: string;
  /** For a function or procedure: its argument types, as in its key. */
  readonly argumentTypes?: string;
}

/** What a reader must know before running a statement; `kind` is what `allow:` headers name. */
export interface Hazard {
  readonly kind: 'data loss' | 'may fail on rows' | 'rebuild' | 'rewrite' | 'lock' | 'foreign key mismatch';
  readonly text: string;
  /** The rows of the live database that it is about, where they can be counted; told, and never part of a file. */
  readonly rows?: readonly RowQuestion[];
}

/** Rows of one table, in the engine's own SQL. */
export interface RowQuestion {
  /** The table as SQL names it. */
  readonly table: string;
  /** The name by which the conditions may call it. */
  readonly as: string;
  /** True of the rows that are meant; undefined: of all. */
  readonly where?: string;
  /** Expressions that no two of those rows may have alike: the rows that do are meant. */
  readonly alike?: readonly string[];
}

/** One statement of a plan, made by an engine's `render`. */
export interface Step {
  /** One SQL statement without its final semicolon. */
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  /** Comment lines (without `-- `) that stand above the statement in the file. */
  readonly notes: readonly string[];
  /** Top-level objects that the statement touches. */
  readonly touches: readonly ObjectKey[];
}

/** Ordered SQL for one direction. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly transactional: boolean;
  /** `off`: the runner (or the shell) must switch foreign keys off before the transaction (SQLite rebuilds). */
  readonly foreignKeys: 'on' | 'off';
}
