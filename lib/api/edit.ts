import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { LimbeckError } from '../errors.ts';
import type { MigrationFile, Revision } from '../revision/revision.ts';
import { readFiles } from './context.ts';
import { idsOf, readKnown } from './known.ts';

export interface EditResult {
  /** The revisions that were opened. */
  readonly revisions: readonly string[];
  readonly files: readonly string[];
  /** Files whose SQL is another now, not only their header. */
  readonly changed: readonly string[];
  /** Of these, the revisions whose proof is no longer one of their text. */
  readonly unproved: readonly string[];
}

export interface EditOptions {
  /** An id, its beginning, `head`, `current` …; several are opened together. */
  readonly revision: string;
  /** Opens files for somebody, and comes back when they are closed. Paths are absolute. */
  readonly open: (paths: readonly string[]) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Has the files of revisions opened, and reads them again afterwards: what was written must still be a history.
 * Errors: `revision-unknown` (also for `base`, and for one that only the journal knows), those of `resolveTarget`, of `open`,
 * and of reading the folder.
 */
export const edit = async (config: Config, options: EditOptions): Promise<EditResult> => {
  const known = await readKnown(config, [options.revision], { signal: options.signal });
  const ids = idsOf(known, [options.revision]);
  const before = ids.flatMap((id) => known.history.revisions.get(id) ?? []).flatMap(filesOf);
  if (before.length === 0) {
    throw new LimbeckError('revision-unknown', `No revision files indicated by symbol '${options.revision}'`, {
      hint:
        ids.length === 0 ? 'limbeck history lists the revisions that there are' : `no file has ${ids.join(', ')}; only the journal does`,
      data: { revision: options.revision, ids },
    });
  }
  await options.open(before.map(({ file }) => resolve(config.directory, file.path)));
  const after = (await readFiles(config)).filter(({ id }) => ids.includes(id)).flatMap(filesOf);
  const changed = after.filter(({ file }) => before.some((old) => old.file.path === file.path && old.file.checksum !== file.checksum));
  const edited = changed.filter(({ file }) => file.header.proof !== undefined && file.header.proof.body !== file.checksum);
  return {
    revisions: ids,
    files: before.map(({ file }) => file.path),
    changed: changed.map(({ file }) => file.path),
    unproved: [...new Set(edited.map(({ id }) => id))],
  };
};

const filesOf = ({ id, halves }: Revision): readonly { readonly id: string; readonly file: MigrationFile }[] =>
  halves.flatMap(({ up, down }) => [up, down].flatMap((file) => (file === undefined ? [] : [{ id, file }])));
