import type { EngineName, JournalEntry } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { buildGraph } from '../revision/graph.ts';
import type { Graph } from '../revision/graph.ts';
import type { MigrationFile, MigrationHalf, Revision } from '../revision/revision.ts';

/** The files and the journal seen together: what there is, what was applied, and how it hangs together. */
export interface History {
  /** The revisions that have files. */
  readonly revisions: ReadonlyMap<string, Revision>;
  /** The journal, in the order of application, less `held`. */
  readonly entries: readonly JournalEntry[];
  /** Rows of revisions that a squash holds now, where the journal has the squash, too: known, applied, and no longer nodes. */
  readonly held: readonly JournalEntry[];
  /** Built from the files, completed with the revisions that only the journal knows (these have no halves). */
  readonly graph: Graph;
  /** Ids applied or stamped; one that is part done is not among them. */
  readonly applied: ReadonlySet<string>;
  /** Ids in the journal that no file has, in the order of application. */
  readonly unknown: readonly string[];
}

/** Puts files and journal together. Errors: those of `buildGraph`. */
export const historyOf = (revisions: readonly Revision[], rows: readonly JournalEntry[]): History => {
  const files = new Map(revisions.map((revision) => [revision.id, revision]));
  const journal = new Map(rows.map((entry) => [entry.revision, entry]));
  const inSquash = new Set(revisions.flatMap(({ id, squashes }) => (journal.has(id) ? squashes : [])));
  const held = rows.filter(({ revision }) => inSquash.has(revision) && !files.has(revision));
  const entries = rows.filter((entry) => !held.includes(entry));
  const lost = entries.filter(({ revision }) => !files.has(revision));
  const known = (id: string): boolean => files.has(id) || journal.has(id);
  return {
    revisions: files,
    entries,
    held,
    graph: buildGraph([
      ...revisions.map((revision) => placed(revision, journal, files)),
      ...lost.map((entry) => fromJournal(entry, known)),
    ]),
    applied: new Set(entries.filter(isDone).map(({ revision }) => revision)),
    unknown: lost.map(({ revision }) => revision),
  };
};

/** False for a revision whose up or down stopped half way. */
export const isDone = (entry: JournalEntry): boolean => {
  switch (entry.state) {
    case 'applied':
    case 'stamped':
      return true;
    case 'running':
    case 'reverting':
      return false;
  }
};

/** The command that goes on with a revision that stopped half way. */
export const goOnCommand = ({ state, revision }: Pick<JournalEntry, 'state' | 'revision'>): string =>
  state === 'reverting' ? `limbeck downgrade ${revision}-1` : `limbeck upgrade ${revision}`;

/**
 * The files of a revision for an engine: its own half, or the plain pair that serves every engine.
 * Errors: `revision-missing-half`.
 */
export const halfFor = (revision: Revision, engine: EngineName): MigrationHalf => {
  const half = halfIfAny(revision, engine);
  if (half !== undefined) return half;
  throw new LimbeckError('revision-missing-half', `revision ${revision.id} (${revision.slug}) has no files for ${engine}`, {
    hint: `limbeck revision --complete ${revision.id}`,
    data: { revision: revision.id, engine },
  });
};

/** As `halfFor`, but undefined where there is none. */
export const halfIfAny = (revision: Revision, engine: EngineName): MigrationHalf | undefined =>
  revision.halves.find((half) => half.engine === engine) ?? revision.halves.find((half) => half.engine === undefined);

/** True where the database got there by the revisions that a squash holds, one by one. */
export const cameOneByOne = ({ held }: History, { squashes }: Revision): boolean =>
  held.some(({ revision }) => squashes.includes(revision));

/** An applied file whose text is no longer the one that was applied. */
export interface EditedFile {
  readonly revision: string;
  readonly file: MigrationFile;
}

/** Every applied revision whose up file was edited since, in the order of application. */
export const editedFiles = (history: History, engine: EngineName): readonly EditedFile[] =>
  history.entries.filter(isDone).flatMap((entry) => {
    const revision = history.revisions.get(entry.revision);
    const file = revision && !cameOneByOne(history, revision) ? halfIfAny(revision, engine)?.up : undefined;
    return file === undefined || file.checksum === entry.checksum ? [] : [{ revision: entry.revision, file }];
  });

const fromJournal = (entry: JournalEntry, known: (id: string) => boolean): Revision => ({
  id: entry.revision,
  parents: entry.parents.filter(known),
  dependsOn: entry.dependsOn.filter(known),
  labels: [],
  squashes: [],
  slug: entry.slug,
  message: entry.slug.replaceAll('_', ' '),
  halves: [],
});

/**
 * A file that names its parents is believed. One that does not follows the file before it; where that file is gone
 * from under an applied revision the guess is wrong, and the journal is believed, which wrote down what was true.
 */
const placed = (revision: Revision, journal: ReadonlyMap<string, JournalEntry>, files: ReadonlyMap<string, Revision>): Revision => {
  const entry = journal.get(revision.id);
  const guessed = revision.halves.every(({ up, down }) => (up ?? down)?.header.parents === undefined);
  const parentLost = entry?.parents.some((id) => !files.has(id) && journal.has(id)) ?? false;
  return entry !== undefined && guessed && parentLost
    ? { ...revision, parents: entry.parents.filter((id) => files.has(id) || journal.has(id)) }
    : revision;
};
