import type { EngineName, JournalEntry } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import type { MigrationFile, Revision } from '../revision/revision.ts';
import { halfIfAny } from './history.ts';
import { migrationFileOf } from './migration.ts';

/** The way back of an applied revision, and what there is to say about it. */
export interface ChosenDown {
  readonly file: MigrationFile;
  readonly warning: { readonly code: string; readonly message: string; readonly hint?: string } | undefined;
  /** What lets a corrected file run: that it is there, its proof, or nothing, since the journal's runs in any case. */
  readonly corrected: 'by file' | 'by proof' | 'never';
}

/**
 * Decides which down SQL takes an applied revision back.
 *
 * The journal's is what belongs to what was applied, so it runs. The file's runs instead only where it is sure to
 * belong to the same up: the up file is still the one that was applied, and the down file either says the same
 * (then its header is the newer one), or carries a proof of its own text, or is the only one there is. Whenever the
 * two say different things, a warning names the one that was passed over.
 *
 * Errors: `no-down`.
 */
export const chooseDown = (entry: JournalEntry, revision: Revision | undefined, engine: EngineName): ChosenDown => {
  const half = revision && halfIfAny(revision, engine);
  const file = half?.down;
  const sameUp = half?.up?.checksum === entry.checksum;
  const stored = entry.down === undefined ? undefined : migrationFileOf(storedName(entry, file), entry.down);
  if (stored === undefined) {
    if (file === undefined || !sameUp) throw noDown(entry, file);
    return { file, warning: undefined, corrected: 'by file' };
  }
  const corrected = sameUp ? 'by proof' : 'never';
  if (file === undefined) return { file: stored, warning: undefined, corrected };
  if (file.checksum === stored.checksum) return { file: sameUp ? file : stored, warning: undefined, corrected };
  if (sameUp && file.header.proof?.body === file.checksum) {
    return { file, corrected, warning: edited(entry, file, 'the file runs, because it was proved with the up that was applied') };
  }
  return {
    file: stored,
    corrected,
    warning: {
      ...edited(entry, file, 'the one that the journal recorded with the up runs'),
      ...(sameUp ? { hint: `limbeck prove ${entry.revision} proves the file, and then it is the one that runs` } : {}),
    },
  };
};

const storedName = (entry: JournalEntry, file: MigrationFile | undefined): string =>
  `${file?.path ?? `${entry.revision}_${entry.slug}.down.sql`} (as the journal has it)`;

const edited = (entry: JournalEntry, file: MigrationFile, which: string): { readonly code: string; readonly message: string } => ({
  code: 'down-edited',
  message: `${file.path} is not what it was when ${entry.revision} was applied; ${which}`,
});

const noDown = (entry: JournalEntry, file: MigrationFile | undefined): LimbeckError =>
  new LimbeckError(
    'no-down',
    file === undefined
      ? `revision ${entry.revision} (${entry.slug}) has no down migration, so nothing was run`
      : `revision ${entry.revision} (${entry.slug}) was applied without a down migration, and its up file was edited since, so ${file.path} may not be its way back; nothing was run`,
    {
      hint: `write ${file?.path ?? `${entry.revision}_${entry.slug}.down.sql`} for the up that was applied, or limbeck stamp an earlier revision if the database is there already`,
      data: { revision: entry.revision },
    },
  );
