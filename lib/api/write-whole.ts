import { randomBytes } from 'node:crypto';
import { chmod, link, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LimbeckError } from '../errors.ts';
import { writeThrough } from '../revision/directory.ts';
import { errnoOf, guardWrites } from '../revision/file-error.ts';

/**
 * Writes a file, whole or not at all. With `force` it takes the place of one that is there, keeps its permissions, and
 * goes where a symbolic link points. `shown` is its name in messages. Errors: `file-exists` unless `force`, `file-unwritable`.
 */
export const writeWhole = async (path: string, shown: string, text: string | Uint8Array, force: boolean): Promise<void> =>
  guardWrites(shown, async () => {
    await mkdir(dirname(path), { recursive: true });
    const target = force ? await realpath(path).catch(() => path) : path;
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const mode = force ? await modeOf(target) : undefined;
      await writeThrough(temporary, text, mode ?? 0o666);
      if (mode !== undefined) await chmod(temporary, mode);
      if (force) await rename(temporary, target);
      else await link(temporary, target);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      throw alreadyThere(shown);
    } finally {
      await rm(temporary, { force: true });
    }
  });

/** Refuses a path at which something is already. Errors: `file-exists`. */
export const requireFree = async (path: string, shown: string): Promise<void> => {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw alreadyThere(shown);
};

const alreadyThere = (file: string): LimbeckError =>
  new LimbeckError('file-exists', `${file} is already there`, {
    hint: 'name another file, or write over it with --force',
    where: { file },
  });

const modeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  );
