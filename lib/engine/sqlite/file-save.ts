import { createHash, randomBytes } from 'node:crypto';
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
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../errors.ts';
import { stampOf } from './file-state.ts';
import { isAlive } from './lock-owner.ts';

/** A file as it was last read or written by us. */
export interface Known {
  readonly stamp: string;
  readonly hash: string;
  /** Bytes 18 and 19 of the header: 2 in WAL mode. sql.js is always given 1. */
  readonly versions: readonly [number, number];
  /** True: so little time lay between its last write and our look at it that a later write may bear the same time. */
  readonly isRacy: boolean;
}

/** The whole file, read again if it changed while it was read; undefined when there is none. Errors: `database-busy`. */
export const readWhole = async (path: string): Promise<{ readonly bytes: Uint8Array; readonly known: Known } | undefined> => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const descriptor = openIfThere(path);
    if (descriptor === undefined) return undefined;
    try {
      const before = stampOf(path);
      const bytes = contentOf(descriptor);
      const hash = hashOf(bytes);
      const known = describe(descriptor, path, hash, bytes);
      if (before === known.stamp && hashOfFile(descriptor) === hash) return { bytes: withVersions(bytes, [1, 1]), known };
    } finally {
      closeSync(descriptor);
    }
    await sleep(50);
  }
  throw new LimbeckError('database-busy', `${path} changes faster than it can be read`, { hint: 'stop the program that writes to it', data: { path } });
};

/**
 * Puts `bytes` in the place of the file that is `known` and says what is there now. Errors: `database-conflict` (what
 * others wrote stays, as the file itself or as `<file>.conflict`), `database-full`, `database-readonly`.
 */
export const replaceFile = (path: string, bytes: Uint8Array, known: Known | undefined): Known => {
  const content = withVersions(bytes, known?.versions ?? [1, 1]);
  const hash = hashOf(content);
  const old = openIfThere(path);
  try {
    requireUnchanged(path, old, known);
    if (known !== undefined && hash === known.hash) return known;
    const owner = old === undefined ? undefined : fstatSync(old, { bigint: true });
    if (owner !== undefined && owner.nlink > 1n) throw hardLinked(path);
    const temporary = writeTemporary(path, content, owner);
    putInPlace(temporary, path, old !== undefined);
    syncFolder(path);
    if (old !== undefined && known !== undefined && hashOfFile(old) !== known.hash) throw keepTheirs(path, old);
    return describeSaved(path, hash, content);
  } finally {
    if (old !== undefined) closeSync(old);
  }
};

/** The name of a file that holds a database until it is complete. The process id tells whose it is. */
const temporaryName = (path: string): string => join(dirname(path), `${basename(path)}.limbeck-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);

/** Removes what a killed run left beside the file. Call only while the lock is held. */
export const removeLeftovers = (path: string): void => {
  const prefix = `${basename(path)}.limbeck-`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(prefix) ? /^(\d+)-[0-9a-f]+\.tmp$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid))) removeIfThere(join(dirname(path), name));
  }
};

const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new LimbeckError('database-unreadable', `cannot read ${path}: ${errnoOf(error) ?? String(error)}`, { cause: error, data: { path } });
  }
};

const contentOf = (descriptor: number): Uint8Array => {
  const bytes = new Uint8Array(fstatSync(descriptor).size);
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, read);
    if (count === 0) break;
    read += count;
  }
  return read === bytes.length ? bytes : bytes.subarray(0, read);
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const hashOfFile = (descriptor: number): string => {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(1 << 20);
  for (let position = 0; ; ) {
    const count = readSync(descriptor, chunk, 0, chunk.length, position);
    if (count === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, count));
    position += count;
  }
};

const withVersions = (bytes: Uint8Array, [write, read]: Known['versions']): Uint8Array => {
  if (bytes.length < 20 || (bytes[18] === write && bytes[19] === read)) return bytes;
  const copy = Uint8Array.from(bytes);
  copy[18] = write;
  copy[19] = read;
  return copy;
};

const describe = (descriptor: number, path: string, hash: string, bytes: Uint8Array): Known => ({
  stamp: stampOf(path) ?? '',
  hash,
  versions: bytes.length < 20 ? [1, 1] : [bytes[18] ?? 1, bytes[19] ?? 1],
  isRacy: Date.now() - Number(fstatSync(descriptor).mtimeMs) < racyMs,
});

/** File systems keep time in ticks of a few milliseconds, some in whole seconds or two. */
const racyMs = 2500;

const describeSaved = (path: string, hash: string, bytes: Uint8Array): Known => ({
  stamp: stampOf(path) ?? '',
  hash,
  versions: bytes.length < 20 ? [1, 1] : [bytes[18] ?? 1, bytes[19] ?? 1],
  isRacy: true,
});

const requireUnchanged = (path: string, old: number | undefined, known: Known | undefined): void => {
  if (old === undefined && known === undefined) return;
  if (old !== undefined && known !== undefined) {
    const isUntouched = !known.isRacy && stampOf(path) === known.stamp;
    if (isUntouched || hashOfFile(old) === known.hash) return;
  }
  throw new LimbeckError('database-conflict', `someone else ${old === undefined ? 'removed' : 'wrote to'} ${path} during this run; nothing was written`, {
    hint: 'run it again when nobody else uses the database, or use Node 22.13 or newer, where the file is locked',
    data: { path },
  });
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
  return new LimbeckError('database-conflict', `someone else wrote to ${path} in the moment when this run did; what they wrote is in ${conflict}`, {
    hint: `compare them (sqldiff '${path}' '${conflict}') and keep one as ${path}`,
    data: { path, conflict },
  });
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

const writeTemporary = (path: string, bytes: Uint8Array, owner: BigIntStats | undefined): string => {
  const temporary = temporaryName(path);
  try {
    const descriptor = openSync(temporary, 'wx', owner === undefined ? 0o666 : 0o600);
    try {
      writeAll(descriptor, bytes);
      if (owner !== undefined) keepOwner(descriptor, owner);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return temporary;
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
    return new LimbeckError('database-conflict', `someone else made ${path} during this run; nothing was written`, { ...details, hint: 'run it again' });
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

const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
