import type { EngineName } from '../engine/engine.ts';
import type { OnEvent } from '../runner/event.ts';
import type { ToldHazard } from './figures.ts';

/** A revision as people see it, in every list. */
export interface RevisionSummary {
  readonly id: string;
  readonly slug: string;
  readonly message: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  /** Every label under which it goes, also those of revisions before and after it. */
  readonly branches: readonly string[];
  /** Ids of the revisions that follow it. */
  readonly children: readonly string[];
  readonly isHead: boolean;
  /** A head that a revision of another branch depends on. */
  readonly isEffectiveHead: boolean;
  readonly isBase: boolean;
  readonly isBranchPoint: boolean;
  readonly isMergePoint: boolean;
  /** Only where a database was asked. */
  readonly isCurrent: boolean | undefined;
  /** `proved`, `edited` (since its proof) or `unproved`, for the connected engine or the first half there is. */
  readonly proof: 'proved' | 'edited' | 'unproved';
  /** Relative paths of its files. */
  readonly paths: readonly string[];
}

/** A revision that several follow. */
export interface BranchPoint {
  readonly point: RevisionSummary;
  readonly children: readonly RevisionSummary[];
}

export interface RunOptions {
  /** `head`, `heads`, `+1`, `-1`, `base`, an id, `rev+1` … */
  readonly target: string;
  /** False: fingerprints are not compared (said loudly). */
  readonly verify: boolean;
  readonly allowOutOfOrder?: boolean;
  /** An id that sorts before one that is applied is refused, too, on whatever branch. */
  readonly strictOrder?: boolean;
  readonly strictDrift?: boolean;
  /** True: nothing runs; `sql` of the result is exactly what would. */
  readonly dryRun?: boolean;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly location: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly steps: readonly { readonly revision: string; readonly slug: string; readonly durationMs: number; readonly checked: boolean }[];
  readonly durationMs: number;
  readonly sql: string | undefined;
  /** The file to which the schema was written afterwards; left out: none was asked for. */
  readonly schemaFile?: string;
}

/** A script for the engine's own client. */
export interface ScriptResult {
  readonly engine: EngineName;
  /** Where the database must be, and where the script leaves it; empty: base. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly revisions: readonly string[];
  /** Empty: there is nothing to do. */
  readonly sql: string;
}

export interface CurrentResult {
  readonly location: string;
  readonly server: string;
  /** Revisions without an applied child. */
  readonly revisions: readonly RevisionSummary[];
  /** Ids in the journal that no file has. */
  readonly unknown: readonly string[];
  readonly atHeads: boolean;
}

/** A revision that stopped half way: neither applied nor untouched. */
export interface StoppedRevision {
  readonly id: string;
  readonly direction: 'up' | 'down';
  /** How many of its statements have taken effect. */
  readonly statementsDone: number;
  /** What goes on from there. */
  readonly command: string;
}

export interface StatusResult {
  readonly location: string;
  readonly applied: readonly (RevisionSummary & { readonly appliedAt: string; readonly edited: boolean })[];
  readonly pending: readonly RevisionSummary[];
  /** These are pending, too. */
  readonly stopped: readonly StoppedRevision[];
  readonly unknown: readonly string[];
}

export interface StampResult {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface InitResult {
  readonly created: readonly string[];
  /** Was there, and got a key. */
  readonly changed: readonly string[];
  readonly kept: readonly string[];
}

export interface RenameQuestion {
  readonly kind: string;
  readonly table: string | undefined;
  readonly from: string;
  readonly to: string;
}

export interface RevisionOptions {
  readonly message: string;
  readonly autogenerate: boolean;
  readonly revisionId?: string;
  /** Alembic's `--head`: the revision(s) to follow, `base` for a history of its own; default the one head. */
  readonly head?: string;
  /** Follow a revision that others follow already. */
  readonly splice?: boolean;
  /** Names that stand for the branch that begins here. */
  readonly branchLabels?: readonly string[];
  /** Revisions, of other branches, that must be applied before it. */
  readonly dependsOn?: readonly string[];
  /** A drop and an add that look like a rename are a drop and an add. */
  readonly assumeDrop?: boolean;
  /** Only the files of this engine, in a project for two; the others are pending then. */
  readonly engine?: EngineName;
  /** Forms that do not block a busy table, in as many revisions as they need, for an engine that has such. */
  readonly online?: boolean;
  /** Asked on a terminal; true = it is a rename. Without it such a pair is `rename-unclear`. */
  readonly askRename?: (question: RenameQuestion) => Promise<boolean>;
  /** Writes a migration that could not be proved, and says so in it. */
  readonly unproved?: boolean;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

export interface RevisionResult {
  /** Undefined: nothing to do, nothing written. The last one of several. */
  readonly revision: string | undefined;
  /** In order: what cannot share a transaction with what follows is a revision of its own. */
  readonly revisions: readonly string[];
  readonly files: readonly string[];
  readonly proved: boolean;
  readonly hazards: readonly ToldHazard[];
  /** Figures from the live database, e.g. `users has rows: …`. */
  readonly remarks: readonly string[];
  readonly unmanaged: readonly string[];
  /** Engines for which nothing changes; their files say so. */
  readonly unchanged: readonly EngineName[];
  /** Engines of the project whose files are still to be written (`completeRevision`). */
  readonly pending: readonly EngineName[];
}

export interface CompleteOptions extends Pick<RevisionOptions, 'engine' | 'assumeDrop' | 'askRename' | 'unproved' | 'signal'> {
  /** An id, its beginning, `head` …: one revision. */
  readonly revision: string;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly pending: readonly string[];
  /** In a project for two engines: revisions that one of them has no files of. */
  readonly missing: readonly { readonly revision: string; readonly engine: EngineName }[];
  /** One line each, e.g. `create column users.role`. */
  readonly differences: readonly string[];
  /** Not managed, and in the way (different, or declared). */
  readonly unmanaged: readonly string[];
  /** Not managed, equal on both sides or live-only: a note. */
  readonly notes: readonly string[];
}

export interface DiffResult {
  readonly sql: string;
  readonly differences: readonly string[];
  readonly notes: readonly string[];
}

export interface ProveResult {
  readonly revisions: readonly {
    readonly id: string;
    readonly proved: boolean;
    /** What the proof found, e.g. which objects the down does not bring back. */
    readonly problem: string | undefined;
    readonly headerChanged: boolean;
  }[];
  readonly ok: boolean;
}

export interface ModelsResult {
  readonly engine: EngineName;
  readonly sql: string;
}

export interface PullResult {
  /** The URL with its password masked. */
  readonly location: string;
  /** The text of a models file. */
  readonly sql: string;
  /** The file that was written, as it was named. */
  readonly file: string | undefined;
  /** What the text does not bring along, by name. */
  readonly unmanaged: readonly string[];
  readonly notes: readonly string[];
}

export interface CreateResult {
  /** The URL with its password masked. */
  readonly location: string;
  /** The database's name on its server, or the path of its file. */
  readonly name: string;
  /** False: it was there already. */
  readonly created: boolean;
}

export interface DropResult extends Omit<CreateResult, 'created'> {
  /** False: there was none. */
  readonly dropped: boolean;
}

export interface WaitResult {
  readonly location: string;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface AdoptResult {
  /** The URL with its password masked. */
  readonly location: string;
  /** `already`: limbeck manages it; `empty`: there is nothing to adopt. */
  readonly outcome: 'adopted' | 'already' | 'empty' | 'dry-run';
  readonly from: 'alembic' | 'dbmate' | 'golang-migrate' | 'none';
  /** Migration files that were written. */
  readonly files: readonly string[];
  /** The models file, if it was written. */
  readonly models: string | undefined;
  /** Revisions that the journal has now, in order. */
  readonly recorded: readonly string[];
  readonly pending: readonly string[];
  /** Where the database is. */
  readonly heads: readonly string[];
  /** What limbeck does not manage, by name. */
  readonly unmanaged: readonly string[];
  readonly notes: readonly string[];
}

export interface SquashResult {
  /** Undefined: nothing comes before it, and nothing was written. */
  readonly revision: string | undefined;
  /** Ids that it holds beside its own. */
  readonly squashed: readonly string[];
  readonly files: readonly string[];
  /** Files that were taken away. */
  readonly removed: readonly string[];
  /** Statements about data that were left out, with their places. */
  readonly dropped: readonly string[];
}

export interface DumpResult {
  readonly location: string;
  /** SQL that `load` makes into a database at the same revision. */
  readonly sql: string;
  /** The file that was written. */
  readonly file: string | undefined;
  readonly revisions: readonly string[];
  /** What the text does not bring along, by name. */
  readonly unmanaged: readonly string[];
}

export interface LoadResult {
  readonly location: string;
  readonly file: string;
  /** How many were run. */
  readonly statements: number;
  /** Where the database is now; empty where the file has no journal. */
  readonly revisions: readonly string[];
}
