import type { RevisionOptions } from './types.ts';

export interface MergeOptions extends Pick<RevisionOptions, 'splice' | 'branchLabels' | 'dependsOn' | 'signal'> {
  /** `heads`, ids, labels …: two or more in all. */
  readonly revisions: readonly string[];
  /** Default: `merge a1 and b2`. */
  readonly message?: string;
  readonly revisionId?: string;
}

export interface MergeResult {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly files: readonly string[];
}

export interface RebaseOptions {
  /** One revision: the first of a branch. */
  readonly revision: string;
  /** What it shall follow; default: the heads that do not follow it. */
  readonly onto?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface RebaseResult {
  readonly revision: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Files with another header now; their bodies are as they were. */
  readonly files: readonly string[];
  /** Revisions whose proofs were of the place where they stood, and are gone. */
  readonly unproved: readonly string[];
  /** False: no URL was given, so no database was asked whether the revision is applied. */
  readonly asked: boolean;
}

export interface SingleHeadResult {
  readonly ok: boolean;
  readonly heads: readonly string[];
}
