import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../errors.ts';
import type { Lock, LockOptions } from '../engine.ts';
import { errnoOf } from './file-state.ts';
import { describeOwner, isGone, ourselves, type Owner, parseOwner, renderOwner } from './lock-owner.ts';

/** The lock file of a database: both drivers honour it. */
export const lockPathOf = (database: string): string => `${database}.limbeck-lock`;

/**
 * Takes the lock file at `path`, waiting with jitter for at most `timeoutMs`. Errors: `database-busy` with the holder
 * and how to remove a lock that nobody holds any more, `cancelled`, `database-readonly`.
 *
 * The file comes into being whole, by link(2), with a token that no other lock has. A lock whose process is gone is
 * taken over in place: whoever wants to must first take the lock `<path>.<token>`, in the same way. Only its owner and
 * the holder of that second lock may change a lock with that token; the owner is gone and the second lock has one
 * holder. So when the holder sees the old token still there it may put its own lock over it, by rename(2), and there
 * is no moment without a lock and no way to take over a lock that is alive.
 */
export const acquireLock = async (path: string, options: LockOptions, signal?: AbortSignal): Promise<Lock> => {
  const owner = ourselves();
  const deadline = performance.now() + options.timeoutMs;
  let told = false;
  for (let pause = 5; ; pause = Math.min(pause * 1.6, 250)) {
    if (signal?.aborted) throw new LimbeckError('cancelled', `cancelled while waiting for ${path}`);
    if (attempt(path, owner)) return { release: async () => release(path, owner) };
    const holder = holderIn(path);
    if (performance.now() >= deadline) throw stillHeld(path, holder, options.timeoutMs);
    if (!told) options.onWait?.(holder === undefined ? undefined : describeOwner(holder));
    told = true;
    await sleep(pause * (0.5 + Math.random()));
  }
};

const attempt = (path: string, owner: Owner): boolean => {
  const found = look(path);
  switch (found.kind) {
    case 'free':
      return create(path, owner);
    case 'held':
      return false;
    case 'stale':
      return takeOver(path, owner, found.token);
  }
};

type Look = { readonly kind: 'free' } | { readonly kind: 'held' } | { readonly kind: 'stale'; readonly token: string };

/** A file that says nothing sensible was being written by a file system without links; it is given time. */
const look = (path: string): Look => {
  const text = readIfThere(path);
  if (text === undefined) return { kind: 'free' };
  const owner = parseOwner(text);
  if (owner !== undefined) return isGone(owner) ? { kind: 'stale', token: owner.token } : { kind: 'held' };
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'free' };
  return Date.now() - stat.mtimeMs > halfWrittenMs ? { kind: 'stale', token: `${stat.ino}-${Math.trunc(stat.mtimeMs)}` } : { kind: 'held' };
};

const halfWrittenMs = 30_000;

const holderIn = (path: string): Owner | undefined => parseOwner(readIfThere(path) ?? '');

const create = (path: string, owner: Owner): boolean => {
  const temporary = write(path, owner);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (code !== undefined && withoutLinks.includes(code)) return createInPlace(path, owner);
    throw cannotLock(path, error);
  } finally {
    removeIfThere(temporary);
  }
};

const withoutLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

const createInPlace = (path: string, owner: Owner): boolean => {
  try {
    writeNew(path, owner);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw cannotLock(path, error);
  }
};

const takeOver = (path: string, owner: Owner, token: string): boolean => {
  const second = `${path}.${token}`;
  if (!attempt(second, owner)) return false;
  try {
    const found = look(path);
    if (found.kind !== 'stale' || found.token !== token) return false;
    putOver(write(path, owner), path);
    return true;
  } catch (error) {
    throw cannotLock(path, error);
  } finally {
    removeIfThere(second);
  }
};

const putOver = (temporary: string, path: string): void => {
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
};

/** Removes our own lock and no other's; may be called again. */
const release = (path: string, owner: Owner): void => {
  if (holderIn(path)?.token === owner.token) removeIfThere(path);
};

/** Named so that `removeLeftovers` finds it if we are killed. */
const write = (path: string, owner: Owner): string => {
  const base = path.replace(/\.limbeck-lock.*$/s, '');
  const temporary = `${base}.limbeck-${owner.pid}-${owner.token}.tmp`;
  removeIfThere(temporary);
  try {
    writeNew(temporary, owner);
  } catch (error) {
    throw cannotLock(path, error);
  }
  return temporary;
};

/** Leaves no file of its own behind when it cannot be written whole. */
const writeNew = (path: string, owner: Owner): void => {
  const descriptor = openSync(path, 'wx', 0o644);
  try {
    const bytes = Buffer.from(renderOwner(owner));
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    removeIfThere(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw cannotLock(path, error);
  }
};

const removeIfThere = (path: string): void => {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw cannotLock(path, error);
  }
};

const stillHeld = (path: string, holder: Owner | undefined, timeoutMs: number): LimbeckError =>
  new LimbeckError(
    'database-busy',
    `waited ${Math.round(timeoutMs / 100) / 10} s for the lock, which ${holder === undefined ? 'another process' : describeOwner(holder)} holds`,
    {
      hint: `wait for it, or give --lock-timeout; only if you are sure that it no longer runs: rm '${path}'`,
      data: { path, holder: holder === undefined ? undefined : describeOwner(holder) },
    },
  );

const cannotLock = (path: string, cause: unknown): LimbeckError => {
  const code = errnoOf(cause) ?? String(cause);
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
  return new LimbeckError(isFull ? 'database-full' : 'database-readonly', `cannot make the lock file ${path}: ${code}`, {
    hint: isFull ? 'make room (df, quota, ulimit -f)' : 'look at the rights of its folder',
    cause,
    data: { path },
  });
};
