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

/** An object that keeps its contents under a new name (from `-- @renamed from`, or an answered question). */
export interface Rename {
  readonly kind: 'table' | 'column' | 'index' | 'constraint' | 'view';
  /** The name now in the live database. */
  readonly from: ObjectKey;
  readonly to: ObjectKey;
  readonly fromName: string;
  readonly toName: string;
  /** For a column: the table's name *after* table renames. */
  readonly table?: string;
}

/** What a reader must know before running a statement; `kind` is what `allow:` headers name. */
export interface Hazard {
  readonly kind: 'data loss' | 'may fail on rows' | 'rebuild' | 'rewrite' | 'lock';
  readonly text: string;
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
