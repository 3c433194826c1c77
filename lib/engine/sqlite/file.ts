import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, realpathSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dirname, resolve } from 'node:path';
import { LimbeckError } from '../../errors.ts';
import type { DriverOptions } from './driver.ts';
import { watchHolders } from './file-holders.ts';
import { type Known, readWhole } from './file-content.ts';
import { replaceFile } from './file-save.ts';
import { errnoOf, hasWal, isHotJournal, requireThere, stampOf } from './file-state.ts';

/** A database file that has been looked at; `path` has its links followed, also where the file is still to be made. */
export interface Examined {
  readonly path: string;
  readonly exists: boolean;
  readonly isWal: boolean;
}

/** A database file as sql.js uses it: read whole, written whole (design S6). */
export interface DatabaseFile {
  readonly path: string;
  /**
   * The whole file; undefined when there is none yet. Waits, at most the busy timeout, while others write to it.
   * Errors: `database-busy`, `database-unreadable`, `database-missing` (it was there before).
   */
  readonly read: () => Promise<Uint8Array | undefined>;
  /** False when the file is another one than was last read or written. One `stat`. */
  readonly isCurrent: () => boolean;
  /**
   * Replaces the file, durably, or leaves the old one: temporary file, fsync, rename, fsync of the folder. Mode, owner and WAL flag stay.
   * Writes nothing when the bytes are those that are there. Errors: `database-conflict` when someone else wrote meanwhile,
   * `database-busy`, `database-full`, `database-readonly`.
   */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/**
 * Finds a database file and looks at what a driver would trip over. Errors: `database-missing`, `database-unreadable`
 * (a folder, no rights, not SQLite), `database-readonly` (mode `write`, and the file or its folder cannot be written).
 */
export const examineFile = (path: string, options: Pick<DriverOptions, 'mode' | 'create'>): Examined => {
  const real = realPath(path);
  if (real === undefined) return examineMissing(path, options);
  if (options.mode === 'write') requireWritable(real);
  return { path: real, exists: true, isWal: readHeader(real) };
};

/** As `examineFile`, for a driver that reads and writes the whole file. */
export const openFile = async (path: string, options: DriverOptions): Promise<DatabaseFile> => {
  const file = examineFile(path, options);
  let known: Known | undefined;
  const watch = watchHolders(file.path);
  const patiently = (): Promise<void> => waitUntilFree(file.path, options, watch);
  return {
    path: file.path,
    read: async () => {
      await patiently();
      if (known !== undefined) requireThere(file.path);
      const found = await readWhole(file.path);
      known = found?.known;
      return found?.bytes;
    },
    isCurrent: () => stampOf(file.path) === known?.stamp,
    write: async (bytes) => {
      await patiently();
      known = replaceFile(file.path, bytes, known);
    },
  };
};

const realPath = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return undefined;
    throw unreadable(path, code === 'ENOTDIR' ? 'a part of its path is no folder' : String(code), error);
  }
};

/** A link to a file that is not there leads to where that file is made, as SQLite does it. */
const examineMissing = (link: string, options: Pick<DriverOptions, 'mode' | 'create'>): Examined => {
  const path = targetOf(link);
  const shown = path === link ? path : `${link}, which is a link to ${path}`;
  if (options.mode === 'read' || !options.create) {
    throw new LimbeckError('database-missing', `there is no database ${shown}`, {
      hint: `check the path; if a new one is meant: limbeck create`,
      data: { path },
    });
  }
  const folder = realPath(dirname(path));
  if (folder === undefined) {
    throw new LimbeckError('database-missing', `there is no folder for the database ${shown}`, {
      hint: `mkdir -p '${targetOf(dirname(path))}'`,
      data: { path },
    });
  }
  requireAccess(folder, constants.W_OK | constants.X_OK, `its folder ${folder} cannot be written`, path);
  return { path, exists: false, isWal: false };
};

/** Where a link of which the end is not there leads in the end; the path itself when it is no link. */
const targetOf = (path: string): string => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  return targetOf(resolve(realPath(dirname(path)) ?? dirname(path), readlinkSync(path)));
};

const requireWritable = (path: string): void => {
  requireAccess(path, constants.W_OK, 'the file cannot be written', path);
  requireAccess(
    dirname(path),
    constants.W_OK | constants.X_OK,
    `its folder ${dirname(path)} cannot be written, and SQLite must make files there`,
    path,
  );
};

const requireAccess = (subject: string, mode: number, what: string, path: string): void => {
  try {
    accessSync(subject, mode);
  } catch (cause) {
    throw new LimbeckError('database-readonly', `cannot write to ${path}: ${what} (${errnoOf(cause) ?? 'unknown'})`, {
      hint: `look at its rights: ls -ld '${subject}'`,
      cause,
      data: { path },
    });
  }
};

const magic = 'SQLite format 3\0';

/** Whether the file is in WAL mode. An empty file is an empty database. */
const readHeader = (path: string): boolean => {
  const header = new Uint8Array(100);
  let size = 0;
  try {
    if (!statSync(path).isFile()) throw unreadable(path, statSync(path).isDirectory() ? 'it is a folder' : 'it is no regular file');
    const descriptor = openSync(path, 'r');
    try {
      size = fstatSync(descriptor).size === 0 ? 0 : readSync(descriptor, header, 0, 100, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof LimbeckError) throw error;
    throw unreadable(path, errnoOf(error) ?? 'unknown', error);
  }
  if (size > 0 && new TextDecoder('latin1').decode(header.subarray(0, 16)) !== magic) throw unreadable(path, 'it is not a SQLite database');
  return header[19] === 2;
};

const unreadable = (path: string, why: string, cause?: unknown): LimbeckError =>
  new LimbeckError('database-unreadable', `cannot read ${path}: ${why}`, {
    hint: `check the URL; file '${path}' tells what it is`,
    cause,
    data: { path },
  });

/** Waits until nobody else is at the file, in so far as that can be seen from here. Errors: `database-busy`. */
const waitUntilFree = async (path: string, options: DriverOptions, holder: () => number | undefined): Promise<void> => {
  const deadline = performance.now() + options.busyTimeoutMs;
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    const obstacle = obstacleAt(path, options.mode === 'write' ? holder : () => undefined);
    if (obstacle === undefined) return;
    if (performance.now() >= deadline) {
      throw new LimbeckError('database-busy', `cannot use ${path} with sql.js: ${obstacle.what}`, {
        hint: obstacle.hint,
        data: { path, reason: obstacle.reason },
      });
    }
    if (options.signal?.aborted) throw new LimbeckError('cancelled', `cancelled while waiting for ${path}`);
    await sleep(pause * (0.5 + Math.random()));
  }
};

interface Obstacle {
  readonly reason: 'wal' | 'journal' | 'process';
  readonly what: string;
  readonly hint: string;
}

const newerNode = 'or use Node 22.13 or newer, where limbeck goes through node:sqlite';

const obstacleAt = (path: string, findHolder: () => number | undefined): Obstacle | undefined => {
  if (hasWal(path)) {
    return {
      reason: 'wal',
      what: `changes that are not in the file yet lie in ${path}-wal`,
      hint: `stop the programs that have it open, then: sqlite3 '${path}' 'PRAGMA wal_checkpoint(TRUNCATE)', ${newerNode}`,
    };
  }
  if (isHotJournal(path)) {
    return {
      reason: 'journal',
      what: `another process is writing to it, or died while it did (${path}-journal)`,
      hint: `if nobody is: sqlite3 '${path}' 'PRAGMA integrity_check' puts it right, ${newerNode}`,
    };
  }
  const holder = findHolder();
  if (holder === undefined) return undefined;
  return { reason: 'process', what: `process ${holder} has it open`, hint: `stop that program, ${newerNode}` };
};
