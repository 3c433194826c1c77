import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { LimbeckError } from '../errors.ts';
import { rewriteHeaders } from '../revision/directory.ts';
import { planRebase, type Rebase } from '../revision/rebase.ts';
import type { MigrationFile, Revision } from '../revision/revision.ts';
import type { MigrationHeader } from '../sql/header.ts';
import { idsOfFiles, readKnown, type Known } from './known.ts';
import type { RebaseOptions, RebaseResult } from './branch-types.ts';

/**
 * Lets the first revision of a branch follow the heads of the others, by its files' headers; no body changes. A proof says
 * what a body does to the schema it was tried on, and that is another one now: so the proofs of the revision and of all
 * that is built on it go, and `prove` makes new ones. All headers are written or none.
 * Errors: `not-movable` (also for one that is applied to the configured database), `revision-unknown`, `file-unwritable`, and
 * those of `resolveTarget` and of opening.
 */
export const rebase = async (config: Config, options: RebaseOptions): Promise<RebaseResult> => {
  const { revision: text, onto, signal } = options;
  const known = await readKnown(config, [text, ...(onto ?? [])], { ask: config.url !== undefined, signal });
  const { history, files, asked } = known;
  const [id, ...others] = idsOfFiles(known, [text]);
  if (id === undefined || others.length > 0) {
    throw new LimbeckError('usage', `'${text}' is ${id === undefined ? 'the base' : 'several revisions'}; one is rebased at a time`, {
      hint: 'limbeck heads lists the heads',
      data: { revision: text },
    });
  }
  const plan = planRebase(files.graph, id, onto === undefined ? undefined : idsOfFiles(known, onto));
  refuseApplied(known, plan);
  const changes = plan.moved.flatMap((each) => changesOf(history.revisions.get(each), plan));
  await rewriteHeaders(changes.map(({ file, header }) => ({ path: resolve(config.directory, file.path), header })));
  return {
    revision: id,
    from: plan.from,
    to: plan.to,
    files: changes.map(({ file }) => file.path),
    unproved: [...new Set(changes.filter(({ file }) => file.header.proof !== undefined).map((change) => change.id))],
    asked,
  };
};

const refuseApplied = ({ history }: Known, { id, moved }: Rebase): void => {
  const rows = new Set(history.entries.map(({ revision }) => revision));
  const applied = moved.filter((each) => rows.has(each));
  if (applied.length === 0) return;
  throw new LimbeckError('not-movable', `revision ${id} cannot be given other parents: the database has ${applied.join(', ')}`, {
    hint: 'limbeck merge heads joins the branches as they are; or take it back first (limbeck downgrade)',
    data: { revision: id, applied },
  });
};

interface Change {
  readonly id: string;
  readonly file: MigrationFile;
  readonly header: MigrationHeader;
}

const changesOf = (revision: Revision | undefined, plan: Rebase): readonly Change[] => {
  if (revision === undefined) return [];
  const { id, message, halves } = revision;
  return halves
    .flatMap(({ up, down }) => [up, down])
    .flatMap((file) => {
      if (file === undefined || (id !== plan.id && file.header.proof === undefined)) return [];
      const { header } = file;
      const moved = id === plan.id ? { revision: id, parents: plan.to, message: header.message === '' ? message : header.message } : {};
      return [{ id, file, header: { ...header, proof: undefined, touches: [], ...moved } }];
    });
};
