import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { LimbeckError } from '../../errors.ts';
import { contentOf, describeSaved, isUnchanged, type Known, markTime, openIfThere, withVersions } from './file-content.ts';
import { errnoOf } from './file-state.ts';
import { isAlive } from './lock-owner.ts';

/**
 * Puts `bytes` in the place of the file that is `known` and says what is there now. Errors: `database-conflict` (what
 * others wrote stays, as the file itself or as `<file>.conflict`), `database-full`, `database-readonly`.
 */
export const replaceFile = (path: string, bytes: Uint8Array, known: Known | undefined): Known => {
  const content = withVersions(bytes, known?.versions ?? [1, 1]);
  const old = openIfThere(path);
  try {
    requireUnchanged(path, old, known);
    if (known?.content.equals(content) === true) return known;
    const owner = old === undefined ? undefined : fstatSync(old, { bigint: true });
    if (owner !== undefined && owner.nlink > 1n) throw hardLinked(path);
    const { temporary, moment } = writeTemporary(path, content, owner);
    putInPlace(temporary, path, old !== undefined);
    syncFolder(path);
    if (old !== undefined && known !== undefined && !isUnchanged(old, known)) throw keepTheirs(path, old);
    return describeSaved(path, content, moment);
  } finally {
    if (old !== undefined) closeSync(old);
  }
};

/** The name of a file that holds a database until it is complete. The process id tells whose it is. */
const temporaryName = (path: string): string =>
  join(dirname(path), `${basename(path)}.limbeck-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);

/** Removes what a killed run left beside the file. Call only while the lock is held. */
export const removeLeftovers = (path: string): void => {
  const prefix = `${basename(path)}.limbeck-`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(prefix) ? /^(\d+)-[0-9a-f]+\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid))) removeIfThere(join(dirname(path), name));
  }
};

const requireUnchanged = (path: string, old: number | undefined, known: Known | undefined): void => {
  if (old === undefined && known === undefined) return;
  if (old !== undefined && known !== undefined && isUnchanged(old, known)) return;
  throw new LimbeckError(
    'database-conflict',
    `someone else ${old === undefined ? 'removed' : 'wrote to'} ${path} during this run; nothing was written`,
    {
      hint: 'run it again when nobody else uses the database, or use Node 22.13 or newer, where the file is locked',
      data: { path },
    },
  );
};

/** They wrote between our last look and the rename: both versions are kept. */
const keepTheirs = (path: string, old: number): LimbeckError => {
  const conflict = freeName(`${path}.conflict`);
  const descriptor = openSync(conflict, 'wx', Number(fstatSync(old).mode) & 0o777);
  try {
    writeAll(descriptor, contentOf(old));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(conflict);
  return new LimbeckError(
    'database-conflict',
    `someone else wrote to ${path} in the moment when this run did; what they wrote is in ${conflict}`,
    {
      hint: `compare them (sqldiff '${path}' '${conflict}') and keep one as ${path}`,
      data: { path, conflict },
    },
  );
};

const freeName = (wanted: string): string => {
  const taken = new Set(readdirSync(dirname(wanted)));
  let name = wanted;
  for (let number = 2; taken.has(basename(name)); number += 1) name = `${wanted}-${number}`;
  return name;
};

const hardLinked = (path: string): LimbeckError =>
  new LimbeckError('database-conflict', `${path} has other names (hard links), which would keep the old content`, {
    hint: 'use Node 22.13 or newer, or give it one name only',
    data: { path },
  });

interface Written {
  readonly temporary: string;
  readonly moment: number;
}

const writeTemporary = (path: string, bytes: Uint8Array, owner: BigIntStats | undefined): Written => {
  const temporary = temporaryName(path);
  try {
    const descriptor = openSync(temporary, 'wx', owner === undefined ? 0o666 : 0o600);
    try {
      writeAll(descriptor, bytes);
      if (owner !== undefined) keepOwner(descriptor, owner);
      const moment = markTime(descriptor);
      fsyncSync(descriptor);
      return { temporary, moment };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    removeIfThere(temporary);
    throw unwritable(path, error);
  }
};

const writeAll = (descriptor: number, bytes: Uint8Array): void => {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written, Math.min(bytes.length - written, 1 << 22), written);
};

const keepOwner = (descriptor: number, owner: BigIntStats): void => {
  const now = fstatSync(descriptor, { bigint: true });
  if (now.uid !== owner.uid || now.gid !== owner.gid) fchownSync(descriptor, Number(owner.uid), Number(owner.gid));
  fchmodSync(descriptor, Number(owner.mode & 0o7777n));
};

/** A file that was not there must still not be there: then a link, which fails if it is, takes the place of the rename. */
const putInPlace = (temporary: string, path: string, replaces: boolean): void => {
  try {
    if (replaces) renameSync(temporary, path);
    else placeNew(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw unwritable(path, error);
  }
};

const placeNew = (temporary: string, path: string): void => {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error;
    renameSync(temporary, path);
    return;
  }
  removeIfThere(temporary);
};

const syncFolder = (path: string): void => {
  try {
    const descriptor = openSync(dirname(path), constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw unwritable(path, error);
  }
};

const removeIfThere = (path: string): void => {
  try {
    unlinkSync(path);
  } catch {
    return;
  }
};

const unwritable = (path: string, error: unknown): LimbeckError => {
  const code = errnoOf(error) ?? 'unknown';
  const details = { cause: error, data: { path, errno: code } };
  if (code === 'EEXIST') {
    return new LimbeckError('database-conflict', `someone else made ${path} during this run; nothing was written`, {
      ...details,
      hint: 'run it again',
    });
  }
  if (['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(code)) {
    const hint = 'make room (df, quota, ulimit -f) and run it again; the file is as it was';
    return new LimbeckError('database-full', `cannot write ${path}: ${code}`, { ...details, hint });
  }
  const hint =
    code === 'EBUSY'
      ? 'the file is mounted by itself; mount its folder instead, or use Node 22.13 or newer'
      : `the file is replaced by one with the same owner and mode: look at ls -ld '${path}' '${dirname(path)}', or use Node 22.13 or newer`;
  return new LimbeckError('database-readonly', `cannot write ${path}: ${code}`, { ...details, hint });
};
