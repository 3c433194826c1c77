import { runBody } from '../diff/prove.ts';
import type { Body } from '../diff/body.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { halfFor } from '../runner/history.ts';
import type { MigrationFile, Revision } from '../revision/revision.ts';

/** A migration file's body with what its header says of running it. */
export const bodyOf = (file: MigrationFile): Body => ({
  text: file.body,
  transactional: file.header.transactional,
  foreignKeys: file.header.foreignKeys,
  allow: file.header.allow,
});

/** The up file of a revision for an engine. Errors: `revision-missing-half`. */
export const upFile = (revision: Revision, engine: EngineName): MigrationFile => {
  const { up } = halfFor(revision, engine);
  if (up === undefined) {
    throw new LimbeckError('revision-missing-half', `revision ${revision.id} has no up file for ${engine}`, {
      hint: `write migrations/${revision.id}_${revision.slug}.up.sql`,
    });
  }
  return up;
};

/** Runs the up migrations of `revisions`, parents first, in a scratch session. Errors: `scratch-failed` naming the file. */
export const replay = async (scratch: Session, revisions: readonly Revision[]): Promise<void> => {
  for (const revision of revisions) {
    const file = upFile(revision, scratch.dialect.name);
    try {
      await runBody(scratch, bodyOf(file));
    } catch (error) {
      if (!isLimbeckError(error) || error.code === 'cancelled') throw error;
      throw new LimbeckError('scratch-failed', `${file.path} does not run from nothing: ${error.message}`, {
        where: { file: file.path },
        hint: error.code === 'sql-unsupported' && error.hint !== undefined ? error.hint : fromNothing,
        cause: error,
      });
    }
  }
};

const fromNothing = 'the revisions before it must make what it needs; for a database that was there before, begin with a baseline revision';
