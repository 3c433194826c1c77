import type { JournalEntry } from '../engine/engine.ts';
import type { MigrationFile, MigrationHalf, Revision } from '../revision/revision.ts';
import type { ChosenDown } from './down.ts';

/** One revision on the way, with all that it needs to run. */
export type Step = UpStep | DownStep;

export interface UpStep {
  readonly direction: 'up';
  readonly revision: Revision;
  readonly file: MigrationFile;
  readonly half: MigrationHalf;
  /** The row of a revision that stopped half way, to go on from. */
  readonly entry: JournalEntry | undefined;
}

export interface DownStep extends ChosenDown {
  readonly direction: 'down';
  readonly revision: Revision;
  readonly entry: JournalEntry;
}
