/** Every reason for which limbeck stops, as a stable name that scripts may match. docs/errors.md explains each. */
export type ErrorCode =
  // usage
  | 'usage'
  | 'no-url'
  | 'bad-url'
  | 'bad-config'
  // models.sql and other SQL text
  | 'sql-syntax'
  | 'sql-unsupported'
  | 'models-missing'
  | 'models-invalid'
  | 'models-moved'
  | 'rename-unclear'
  | 'rename-invalid'
  // database
  | 'database-missing'
  | 'database-not-empty'
  | 'database-unreadable'
  | 'database-readonly'
  | 'database-busy'
  | 'database-conflict'
  | 'database-full'
  | 'sql-failed'
  | 'session-lost'
  | 'cancelled'
  // proof
  | 'not-proved'
  | 'not-reversible'
  | 'unmanaged'
  | 'scratch-failed'
  // revisions
  | 'revision-unknown'
  | 'revision-ambiguous'
  | 'revision-duplicate'
  | 'revision-invalid'
  | 'revision-cycle'
  | 'revision-missing-half'
  | 'multiple-heads'
  | 'nothing-to-merge'
  | 'not-movable'
  | 'walk-failed'
  | 'out-of-order'
  | 'not-up-to-date'
  | 'no-down'
  | 'edited-after-apply'
  | 'squash-refused'
  // another tool's
  | 'not-adoptable'
  // journal and run
  | 'journal-newer'
  | 'journal-elsewhere'
  | 'journal-moved'
  | 'state-mismatch'
  | 'foreign-keys-broken'
  | 'drift'
  // files
  | 'file-exists'
  | 'editor-failed'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'internal';

/** A place in a text, 1-based; `frame` is the line with a caret under the column. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly frame?: string;
}

export interface ErrorDetails {
  /** An exact command or edit that helps. */
  readonly hint?: string;
  readonly where?: Where;
  readonly cause?: unknown;
  /** Machine-readable particulars (candidates, heads, object names); never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
}

const mark = Symbol.for('limbeck.error');

/** The one error that limbeck throws on purpose: what (`message`), where, and what to do (`hint`). */
export class LimbeckError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: Where | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LimbeckError';
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
    this.data = details.data;
    Object.defineProperty(this, mark, { value: true });
  }
}

/** True for a LimbeckError, also one from another copy of the package. */
export const isLimbeckError = (value: unknown): value is LimbeckError => typeof value === 'object' && value !== null && mark in value;
