import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What of a file changes whenever someone writes to it or puts another in its place; undefined when there is none. */
export const stampOf = (path: string): string | undefined => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}`;
};

/** True when a write-ahead log with something in it lies beside the file. */
export const hasWal = (path: string): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** True when a rollback journal lies beside the file that SQLite would roll back: not empty, its header not wiped. */
export const isHotJournal = (path: string): boolean => {
  const journal = `${path}-journal`;
  if ((statSync(journal, { throwIfNoEntry: false })?.size ?? 0) === 0) return false;
  try {
    const header = new Uint8Array(8);
    const descriptor = openSync(journal, 'r');
    try {
      readSync(descriptor, header, 0, header.length, 0);
    } finally {
      closeSync(descriptor);
    }
    return header.some((byte) => byte !== 0);
  } catch {
    return statSync(journal, { throwIfNoEntry: false }) !== undefined;
  }
};

/** The system's name for what went wrong with a file, e.g. `ENOSPC`. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
