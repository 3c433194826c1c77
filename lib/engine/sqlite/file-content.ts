import { createHash } from 'node:crypto';
import { closeSync, fstatSync, futimesSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../errors.ts';
import { errnoOf, stampOf, stampOfOpen } from './file-state.ts';

/** A file as it was last read or written by us. */
export interface Known {
  readonly stamp: string;
  readonly content: Content;
  /** Bytes 18 and 19 of the header: 2 in WAL mode. sql.js is always given 1. */
  readonly versions: readonly [number, number];
  /** True: so little time lay between its last write and our look at it that a later write may bear the same time. */
  readonly isRacy: boolean;
}

/** What a file held, to tell whether something else holds the same. */
export interface Content {
  readonly equals: (bytes: Uint8Array) => boolean;
  /** Reads an open file piece by piece. */
  readonly isIn: (descriptor: number) => boolean;
}

/** The whole file, read again if it changed while it was read; undefined when there is none. Errors: `database-busy`. */
export const readWhole = async (path: string): Promise<{ readonly bytes: Uint8Array; readonly known: Known } | undefined> => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const descriptor = openIfThere(path);
    if (descriptor === undefined) return undefined;
    try {
      const before = stampOf(path);
      const bytes = contentOf(descriptor);
      const known = describe(descriptor, path, bytes);
      if (before === known.stamp && known.content.isIn(descriptor)) return { bytes: withVersions(bytes, [1, 1]), known };
    } finally {
      closeSync(descriptor);
    }
    await sleep(50);
  }
  throw new LimbeckError('database-busy', `${path} changes faster than it can be read`, {
    hint: 'stop the program that writes to it',
    data: { path },
  });
};

/** Opens a file to read; undefined when there is none. Errors: `database-unreadable`. */
export const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new LimbeckError('database-unreadable', `cannot read ${path}: ${errnoOf(error) ?? String(error)}`, {
      cause: error,
      data: { path },
    });
  }
};

/** Everything that an open file holds. */
export const contentOf = (descriptor: number): Uint8Array => {
  const bytes = new Uint8Array(fstatSync(descriptor).size);
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, read);
    if (count === 0) break;
    read += count;
  }
  return read === bytes.length ? bytes : bytes.subarray(0, read);
};

/**
 * Keeps the bytes themselves, which must not change, while they are at most `keptAtMost`: to compare takes a tenth of the
 * time that hashing takes. Of more their SHA-256 is kept.
 */
export const contentOfBytes = (bytes: Uint8Array, keptAtMost: number = 64 << 20): Content => {
  if (bytes.length > keptAtMost) return hashedContent(hashOf(bytes));
  return {
    equals: (others) => Buffer.compare(bytes, others) === 0,
    isIn: (descriptor) => {
      if (fstatSync(descriptor).size !== bytes.length) return false;
      let position = 0;
      for (const piece of piecesOf(descriptor)) {
        if (Buffer.compare(piece, bytes.subarray(position, position + piece.length)) !== 0) return false;
        position += piece.length;
      }
      return position === bytes.length;
    },
  };
};

let room: Uint8Array | undefined;

const hashedContent = (hash: string): Content => ({
  equals: (bytes) => hashOf(bytes) === hash,
  isIn: (descriptor) => {
    const found = createHash('sha256');
    for (const piece of piecesOf(descriptor)) found.update(piece);
    return found.digest('hex') === hash;
  },
});

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An open file in pieces of a megabyte; each piece is gone when the next is read, of this file or another. */
const piecesOf = function* (descriptor: number): Generator<Uint8Array> {
  room ??= Buffer.allocUnsafe(1 << 20);
  for (let position = 0; ;) {
    const count = readSync(descriptor, room, 0, room.length, position);
    if (count === 0) return;
    yield room.subarray(0, count);
    position += count;
  }
};

/** The bytes of a database with bytes 18 and 19 of its header set; the same bytes when they are. */
export const withVersions = (bytes: Uint8Array, [write, read]: Known['versions']): Uint8Array => {
  if (bytes.length < 20 || (bytes[18] === write && bytes[19] === read)) return bytes;
  const copy = Uint8Array.from(bytes);
  copy[18] = write;
  copy[19] = read;
  return copy;
};

/** True when an open file is as it was known: by its stamp where that tells every write, else by what it holds. */
export const isUnchanged = (descriptor: number, known: Known): boolean =>
  (!known.isRacy && stampOfOpen(descriptor) === known.stamp) || known.content.isIn(descriptor);

/**
 * Gives a file that we write a time that no later write can bear, and says which: it lies before the tick that file systems
 * take the time from, and is no multiple of what coarse ones round it to.
 */
export const markTime = (descriptor: number): number => {
  const moment = Math.floor((Date.now() - 50) / 10) * 10 - 3;
  try {
    futimesSync(descriptor, new Date(), new Date(moment));
  } catch {
    return Number.NaN;
  }
  return moment;
};

/** A file that we have just written. Its stamp is trusted if the file system kept `moment`, which `markTime` gave it. */
export const describeSaved = (path: string, bytes: Uint8Array, moment: number): Known => ({
  stamp: stampOf(path) ?? '',
  content: contentOfBytes(bytes),
  versions: bytes.length < 20 ? [1, 1] : [bytes[18] ?? 1, bytes[19] ?? 1],
  isRacy: !(Math.abs(statSync(path).mtimeMs - moment) < 0.5),
});

const describe = (descriptor: number, path: string, bytes: Uint8Array): Known => ({
  stamp: stampOf(path) ?? '',
  content: contentOfBytes(bytes),
  versions: bytes.length < 20 ? [1, 1] : [bytes[18] ?? 1, bytes[19] ?? 1],
  isRacy: Date.now() - Number(fstatSync(descriptor).mtimeMs) < racyMs,
});

/** File systems keep time in ticks of a few milliseconds, some in whole seconds or two. */
const racyMs = 2500;
