import { closeSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { LimbeckError } from '../../errors.ts';
import { examineFile } from './file.ts';
import { watchHolders } from './file-holders.ts';
import { removeLeftovers } from './file-save.ts';
import { errnoOf } from './file-state.ts';
import { acquireLock, lockPathOf } from './lock.ts';

/**
 * Makes an empty database file; false when there is a database already. Errors: `database-missing` (no such folder),
 * `database-unreadable` (what is there is no database), `database-readonly`.
 */
export const createFile = (path: string): boolean => {
  const { exists, path: real } = examineFile(path, { mode: 'write', create: true });
  if (exists) return false;
  try {
    closeSync(openSync(real, 'wx', 0o666));
    return true;
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cannot('create', path, cause);
    return false;
  }
};

export interface RemoveOptions {
  /** Whether SQLite's own locks tell of another user of the file. */
  readonly isLocked: (path: string) => boolean;
  readonly confirm: () => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Removes a database file, what SQLite keeps beside it, and what a killed run left there; a link to it, too. False when
 * there was none. Errors: `database-busy` while another process is at it, `database-unreadable` for a file that is no
 * database, `database-readonly`, `cancelled`.
 */
export const removeFile = async (path: string, { isLocked, confirm, signal }: RemoveOptions): Promise<boolean> => {
  const real = findDatabase(path);
  if (real === undefined) return false;
  const lock = await acquireLock(lockPathOf(real), { timeoutMs: 0 }, signal);
  try {
    requireUnused(real, isLocked);
    if (!(await confirm())) throw new LimbeckError('cancelled', `${path} was not dropped`);
    requireUnused(real, isLocked);
    for (const each of [real, ...besides.map((suffix) => `${real}${suffix}`)]) removeIfThere(each);
    if (real !== path && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) removeIfThere(path);
    removeLeftovers(real);
    return true;
  } finally {
    await lock.release();
  }
};

/** The database goes first: what lies beside a file that is not there, SQLite never applies to a new one. */
const besides: readonly string[] = ['-wal', '-shm', '-journal'];

const findDatabase = (path: string): string | undefined => {
  try {
    return examineFile(path, { mode: 'write', create: false }).path;
  } catch (error) {
    if (error instanceof LimbeckError && error.code === 'database-missing') return undefined;
    throw error;
  }
};

const requireUnused = (path: string, isLocked: RemoveOptions['isLocked']): void => {
  const holder = watchHolders(path)();
  if (holder === undefined && !isLocked(path)) return;
  throw new LimbeckError(
    'database-busy',
    `${path} is in use: ${holder === undefined ? 'another process' : `process ${holder}`} has it open`,
    {
      hint: `stop that program first; lsof '${path}' shows who it is`,
      data: { path, ...(holder === undefined ? {} : { holder }) },
    },
  );
};

const removeIfThere = (path: string): void => {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cannot('remove', path, cause);
  }
};

const cannot = (verb: string, path: string, cause: unknown): LimbeckError =>
  new LimbeckError('database-readonly', `cannot ${verb} ${path}: ${errnoOf(cause) ?? String(cause)}`, {
    hint: 'look at the rights of its folder',
    cause,
    data: { path },
  });
