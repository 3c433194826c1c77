import type { EngineName } from '../engine/engine.ts';
import type { MigrationHeader } from '../sql/header.ts';

/** One file of a migration, read whole. */
export interface MigrationFile {
  /** Path as shown to people: relative to the project folder. */
  readonly path: string;
  readonly text: string;
  readonly header: MigrationHeader;
  /** The text after the header, line ends as LF. */
  readonly body: string;
  /** Offset of `body` in `text` after line ends were made LF, and the 1-based line it starts on. */
  readonly bodyLine: number;
  /** `c1:` and the first 32 hex digits of SHA-256 over `body`; reckoned when it is asked for. */
  readonly checksum: string;
}

/** The pair for one engine, or for both when `engine` is undefined. */
export interface MigrationHalf {
  readonly engine: EngineName | undefined;
  readonly up: MigrationFile | undefined;
  readonly down: MigrationFile | undefined;
}

/** A node of the history graph. */
export interface Revision {
  readonly id: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  /** Ids of revisions that were before it and that it now holds: it stands for all of them. */
  readonly squashes: readonly string[];
  readonly slug: string;
  readonly message: string;
  readonly halves: readonly MigrationHalf[];
}

/** What the graph needs of a revision; tests make them without files. */
export type GraphNode = Pick<Revision, 'id' | 'parents' | 'dependsOn' | 'labels'> & Partial<Pick<Revision, 'squashes'>>;
