import type { LimbeckError } from '../errors.ts';
import type { Lexis } from '../sql/lexis.ts';
import type { Change, Plan, Rename, RenameKind, RowQuestion, Step } from '../model/change.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import type { ObjectKey, Schema, SchemaObject, UnmanagedObject } from '../model/schema.ts';

export type EngineName = 'sqlite' | 'postgres';

/** Differences between engines that shared code may ask about; never `name === 'sqlite'`. */
export interface Capabilities {
  readonly transactionalDdl: boolean;
  /** Foreign keys can be off for a transaction, and must be for a rebuild. */
  readonly foreignKeySwitch: boolean;
  /** It has forms that do not block a busy table (`RenderOptions.online`). */
  readonly onlineForms: boolean;
}

/** The pure half of an engine: text and plans, no I/O. */
export interface Dialect {
  readonly name: EngineName;
  readonly lexis: Lexis;
  readonly capabilities: Capabilities;
  /** Quotes a name so that it can never be read as anything else. */
  readonly quoteName: (name: string) => string;
  /** Quotes a text literal. */
  readonly quoteText: (text: string) => string;
  /** Ordered SQL that makes `to` of `from`; `changes` is what `compare(from, to)` gave. */
  readonly plan: (changes: readonly Change[], from: Schema, to: Schema, options: RenderOptions) => Plan;
  /**
   * What must be a revision of its own before the rest of the same way, because it cannot share a transaction with it;
   * undefined: the rest can be one. It is asked again for the way that is left then.
   */
  readonly planAhead?: (changes: readonly Change[], from: Schema, to: Schema, options: RenderOptions) => Plan | undefined;
  /** The statements that carry out one rename, or undo it (`reverse`). */
  readonly renderRename: (rename: Rename, reverse: boolean) => readonly Step[];
  /** The statements that make an empty database into `schema`, in loadable order; `major` is that of the server that runs them. */
  readonly renderSchema: (schema: Schema, major?: number) => readonly string[];
  /** The same for people: what belongs to one table stands together, as far as that still loads in this order. */
  readonly renderGroups: (schema: Schema, major?: number) => readonly (readonly string[])[];
  /** The exact shell command that runs a file of this engine by hand. */
  readonly byHand: (file: string, foreignKeys: 'on' | 'off', transactional: boolean) => string;
  /** Why a statement must not run in scratch (reaches beyond the database), or undefined. */
  readonly refuseInScratch: (statement: string) => string | undefined;
  /** The spelling by which the database finds a name, which a statement spells so (unquoted here): where case says nothing, lower case. */
  readonly foldName: (name: string) => string;
  /** What can be renamed and keeps what it holds; a hint about anything else says nothing here. */
  readonly renamable: readonly RenameKind[];
  /** What an object of a table has a name for and that is no object itself; undefined: there is no such thing. */
  readonly innerNames?: (object: SchemaObject, table: string) => readonly InnerName[];
  /** What models.sql may hold beside declarations, and which failures need no second try; undefined: nothing of its own. */
  readonly loading?: LoadRules;
  readonly dump: DumpRules;
}

/** At most one of a kind in an object. */
export interface InnerName {
  readonly kind: 'constraint' | 'sequence';
  readonly name: string;
}

/** How a dump is written, and loaded again in one transaction. */
export interface DumpRules {
  /** Statements with which a dump begins. */
  readonly settings: readonly string[];
  /** What is run for a statement of a dump; undefined: nothing, because it would begin, end or outlive the transaction. */
  readonly adapt: (statement: string) => string | undefined;
}

/** How a dialect's statements are loaded as a declaration. */
export interface LoadRules {
  /** What is done with a statement that declares nothing; undefined: it is run. */
  readonly advise: (statement: string) => LoadAdvice | undefined;
  /** True for a statement about what limbeck does not manage: it is run all the same, because managed objects may need it. */
  readonly isUnmanaged: (statement: string) => boolean;
  /** True for a failure that no other statement can mend. */
  readonly isFinal: (error: LimbeckError) => boolean;
  /** What to do about a failure, where the database says less than is known. */
  readonly hint: (error: LimbeckError) => string | undefined;
}

export type LoadAdvice =
  /** Left out; `why` undefined: not worth a word. */
  | { readonly how: 'skip'; readonly why: string | undefined; readonly owner?: OwnerClaim }
  | { readonly how: 'refuse'; readonly why: string; readonly hint: string }
  /** In force for the statements below it; undefined: the usual setting is again. */
  | { readonly how: 'setting'; readonly sql: string | undefined };

/** A declared statement that says whose something is. */
export interface OwnerClaim {
  /** The object as the statement names it, e.g. `VIEW app.v`. */
  readonly object: string;
  readonly role: string;
  /** SQL of a boolean: whether it is his, or would be his as soon as it is made. */
  readonly isMet: string;
}

export interface RenderOptions {
  /** Oldest server that the SQL must run on, e.g. `3.35`. */
  readonly target: string;
  /** The major of the server that it is for, where forms differ by it; undefined: the newest that is known. */
  readonly major?: number;
  /** Forms that do not block a busy table, in as many revisions as they need. Default: plain forms. */
  readonly online?: boolean;
}

/** What is looked at: names left out are neither diffed nor fingerprinted. */
export interface Scope {
  /** Glob patterns (`*` any run of characters) over object names. */
  readonly exclude: readonly string[];
  /** Name of limbeck's own journal, always left out. */
  readonly journalTable: string;
  /**
   * Names of schemas, or globs; `*` alone is all but the system's, the empty text the default one. Undefined or empty:
   * the default schema, to which who has read the models adds the schemas that they make. An engine without schemas has
   * no use for it.
   */
  readonly schemas?: readonly string[];
  /** Schemas that the last revision knew: where `schemas` says nothing they stay in view while they are there, so that one that the models no longer make is dropped. */
  readonly formerSchemas?: readonly string[];
  /** Whether who may do what is compared, too; undefined: no, unless the models that are read say who may do what. */
  readonly privileges?: boolean;
  /**
   * For `fingerprint`: only these objects are asked about (`whole` then means nothing), so that checking a small
   * migration costs as little as the migration. A session may return more objects than that, never fewer.
   */
  readonly only?: ReadonlySet<ObjectKey>;
}

export type Row = Readonly<Record<string, unknown>>;

export interface ServerInfo {
  /** `SQLite` or `PostgreSQL`. */
  readonly product: string;
  readonly version: string;
  /** The version that a proof names: `3` for SQLite, the major for PostgreSQL. */
  readonly major: string;
  /** e.g. `sql.js 1.16.0` or `node:sqlite (Node 24.21.0)`. */
  readonly driver: string;
}

export interface TransactionOptions {
  /** `off`: switched off before BEGIN and back on after COMMIT or ROLLBACK, and `foreign_key_check` passes before COMMIT. */
  readonly foreignKeys?: 'on' | 'off';
  /** Hazards that are no reason to stop: with `foreign key mismatch`, a foreign key that can no longer be checked. */
  readonly allow?: readonly string[];
}

/** Something that was looked at, and how it was found. */
export interface Finding {
  /** What it is about, in a word: `lock`, `journal` … */
  readonly topic: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** What to do about it: an exact command, where there is one. */
  readonly next: string | undefined;
}

/** A statement that is not run. */
export interface Refusal {
  readonly why: string;
  readonly hint: string;
  /** Where in the text it begins. */
  readonly offset: number;
}

export interface ExecuteOptions {
  /** In scratch: no row is needed, so the query that a relation is made of is not run. The schema is read as if it had been. */
  readonly isUnread?: boolean;
}

export interface InspectOptions {
  /** The schema is to be compared with one that was read in the same way and is mostly alike: its objects may be made when asked for. */
  readonly isLate?: boolean;
}

/** One open database. Statements go one at a time; everything rejects with LimbeckError. */
export interface Session {
  readonly dialect: Dialect;
  readonly server: ServerInfo;
  /** The URL with its password masked. */
  readonly location: string;
  /** The default schema, by the name with which SQL may qualify what is in it. */
  readonly defaultSchema: string;
  /** Runs one statement. Errors: `sql-failed` (with SQLSTATE or message in data), `database-busy`, `database-full`, `session-lost`, `cancelled`, `sql-unsupported`. */
  readonly execute: (statement: string, options?: ExecuteOptions) => Promise<void>;
  /**
   * The first statement of a text that this session does not run, though it is good SQL, so that a run can say so before it begins;
   * `execute` and `query` refuse it too. Absent where there is none such.
   */
  readonly refusal?: (text: string) => Refusal | undefined;
  /** Runs one statement and returns its rows. */
  readonly query: (statement: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;
  /**
   * BEGIN (IMMEDIATE), work, COMMIT; ROLLBACK when work rejects. When it resolves the change is durable: for sql.js
   * the file has been written, synced and renamed. Not re-entrant. Errors: those of execute, `foreign-keys-broken`,
   * `database-conflict`, `database-readonly`.
   */
  readonly transaction: <T>(work: () => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /**
   * Runs `work` that makes a whole schema statement by statement, in a scratch session: what is mentioned ahead of its
   * definition is not checked, nothing waits for the disk, and each statement is by itself. `run` takes the setting that
   * is in force for the statement. Without it statements are simply executed.
   */
  readonly loading?: <T>(work: (run: LoadStatement) => Promise<T>) => Promise<T>;
  /** Keeps other limbeck runs out until released; waits at most `timeoutMs`. Errors: `database-busy`. */
  readonly lock: (options: LockOptions) => Promise<Lock>;
  readonly inspect: (scope: Scope, options?: InspectOptions) => Promise<Schema>;
  readonly fingerprint: (scope: Scope) => Promise<Fingerprint>;
  /** What `inspect` says is not managed, for less than it costs to read all; without it `inspect` is asked. */
  readonly unmanaged?: (scope: Scope) => Promise<readonly UnmanagedObject[]>;
  /** Names of the schemas beside the default one, less the system's and extensions'; not for an engine without schemas. */
  readonly schemas?: () => Promise<readonly string[]>;
  /** Names of the columns of a table of the default schema, such as another tool's journal; none when there is no such table. */
  readonly columns: (table: string) => Promise<readonly string[]>;
  /**
   * A declared statement as it has to be for scratch to get what this database has, where the statement leaves that open; `note` says
   * what was left as it is. Undefined: it stays. Absent where nothing is left open.
   */
  readonly asHere?: (statement: string) => Promise<{ readonly sql: string; readonly note: string } | undefined>;
  /** What lies outside a scope and is needed inside, or is mentioned by name; absent where nothing lies outside. */
  readonly surroundings?: (scope: Scope, mentioned: ReadonlySet<string>) => Promise<Surroundings>;
  /** What is in the database, whosever it is, by kind and name; empty: it is an empty database. */
  readonly contents: () => Promise<readonly string[]>;
  readonly journal: (table: string) => Journal;
  /** A new, empty scratch database of the same kind; the caller closes it, which also removes it. Errors: `scratch-failed`. */
  readonly scratch: () => Promise<Session>;
  /** Bounded looks at the data, for hazards. */
  readonly probe: Probe;
  /**
   * Lets in what waits for the event loop (signals, timers) before a statement that keeps the thread until it is done; that statement
   * then starts without another turn. False: the statement is over at once, and nothing was let in for it. Absent where statements keep
   * nobody waiting.
   */
  readonly settle?: (statement: string) => Promise<boolean>;
  /**
   * True for statements that are over before a commit is, and of which nothing shows only then: revisions made of such may share one.
   * Absent where each has its own.
   */
  readonly mayShareCommit?: (statements: readonly string[]) => Promise<boolean>;
  /** The error of a statement (`sql-failed`) with what stands in its way, where the database's own words say less than is known. */
  readonly explain?: (error: LimbeckError, statement: string, scope: Scope) => Promise<LimbeckError>;
  /** What of the surroundings matters to a run: rights, locks, other runs, what dead runs left. Only looks. */
  readonly examine?: () => Promise<readonly Finding[]>;
  /** What a statement outside a transaction left, by a look at the database; undefined: that cannot be told. Absent where none needs it. */
  readonly trace?: (statement: string) => Promise<Trace | undefined>;
  /** How far the statement is that is under way; undefined: that is not known. Asked from beside, while it runs. */
  readonly watch?: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** `undone`: it took no effect, and may run. `unfinished`: what it left has to go first. */
export type Trace = 'undone' | 'unfinished';

/** A database as seen from a scope. */
export interface Surroundings {
  /** Everything, in scope or not, with all needs. */
  readonly all: Schema;
  /** What of it is made in scratch as context: never compared. */
  readonly context: Schema;
}

/** Runs one statement of a schema that is being loaded. Errors: those of `Session.execute`. */
export type LoadStatement = (statement: string, setting?: string) => Promise<void>;

export interface LockOptions {
  readonly timeoutMs: number;
  /** Called once when it has to wait, with who holds the lock if that is known. */
  readonly onWait?: (holder: string | undefined) => void;
}

export interface Lock {
  readonly release: () => Promise<void>;
}

export interface Probe {
  /** True when the table has at least one row; undefined when the table cannot be read. */
  readonly hasRows: (table: string) => Promise<boolean | undefined>;
  /** Number of rows counted up to `limit`. */
  readonly countRows: (table: string, limit: number) => Promise<number>;
  /** Counts the rows that are meant among the first `limit` of the table; undefined when they cannot be read, or not in time. */
  readonly countSuch?: (question: RowQuestion, limit: number) => Promise<RowCount | undefined>;
}

export interface RowCount {
  readonly found: number;
  /** False: the table has more rows than were looked at. */
  readonly isWhole: boolean;
}

export interface OpenOptions {
  /** `read`: nothing is created or written; a missing file is `database-missing`. `write`: a missing file is created when `create`. */
  readonly mode: 'read' | 'write';
  readonly create?: boolean;
  readonly signal?: AbortSignal;
  /** Folder that relative file URLs start from. */
  readonly directory: string;
  /** Forces a driver; by default the engine's best one. */
  readonly driver?: 'sql.js' | 'node:sqlite';
  /** How long a busy database is waited for, in milliseconds. */
  readonly busyTimeoutMs?: number;
  /** The variables that the client library of a server's engine reads (`PGHOST` …). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The same database without a pooler between: for scratch, and for statements outside a transaction. */
  readonly directUrl?: string;
  /** A server on which scratch databases may be created. */
  readonly scratchUrl?: string;
  /** The role that statements run as, when it is not the one that logs in. */
  readonly role?: string;
}

/** One applied revision, as the journal holds it (design §7). */
export interface JournalEntry {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly slug: string;
  readonly engine: EngineName;
  /** Hash of the up body (`c1:…`), line ends as LF. */
  readonly checksum: string;
  /** The whole down file, header included; undefined when there was none. */
  readonly down: string | undefined;
  /** The `touches:` of the up header, as text. */
  readonly touches: string;
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly durationMs: number;
  readonly statementsDone: number;
  /** `running`, `reverting`: a revision without a transaction whose up or down is part done (`statementsDone` of them). */
  readonly state: 'applied' | 'stamped' | 'running' | 'reverting';
  readonly limbeckVersion: string;
}

/** The table that says what was applied. Reading never writes, and a journal that is not there reads as empty. */
export interface Journal {
  readonly table: string;
  readonly exists: () => Promise<boolean>;
  /** In the order of application. Errors: `journal-newer`. */
  readonly read: () => Promise<readonly JournalEntry[]>;
  /**
   * A short text that is another one whenever a row was added, changed or removed since; as cheap as one aggregate
   * over the table, because every revision asks it. Without it the rows are read again. With `from`, the mark of
   * the last call, an engine that knows that nobody else wrote adds to it what was written since through this journal; what
   * was rolled back too, so after that call it without.
   */
  readonly mark?: (from?: string) => Promise<string>;
  /** Creates or upgrades the table; call inside a transaction. */
  readonly ensure: () => Promise<void>;
  /** Locks the journal against other runs inside the current transaction (no-op where BEGIN IMMEDIATE did so). */
  readonly lock: () => Promise<void>;
  readonly insert: (entry: JournalEntry) => Promise<void>;
  /**
   * Statements that make the journal with these rows in another database, as if they were stamped there: who applied them
   * here, and when, is not in them.
   */
  readonly script: (entries: readonly JournalEntry[]) => readonly string[];
  /** Deletes one row; rejects with `journal-moved` unless exactly one was there. */
  readonly remove: (revision: string) => Promise<void>;
  /** Replaces `statementsDone`, `state` and `durationMs` of one row; `journal-moved` unless exactly one was there. */
  readonly update: (entry: Pick<JournalEntry, 'revision' | 'statementsDone' | 'state' | 'durationMs'>) => Promise<void>;
}
