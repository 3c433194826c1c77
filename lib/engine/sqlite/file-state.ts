import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LimbeckError } from '../../errors.ts';

/** What of a file changes whenever someone writes to it or puts another in its place; undefined when there is none. */
export const stampOf = (path: string): string | undefined => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : stampIn(stat);
};

/** The same of an open file, whatever bears its name now. */
export const stampOfOpen = (descriptor: number): string => stampIn(fstatSync(descriptor, { bigint: true }));

const stampIn = ({ dev, ino, size, mtimeNs }: BigIntStats): string => `${dev}:${ino}:${size}:${mtimeNs}`;

/** Which file it is, whatever is in it; undefined when there is none. */
export const identityOf = (path: string): string | undefined => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
};

/** For a database that was there before: one that is gone must not be made anew, empty. Errors: `database-missing`. */
export const requireThere = (path: string): void => {
  if (identityOf(path) !== undefined) return;
  throw new LimbeckError('database-missing', `${path} was removed during this run`, {
    hint: 'put it back, and run it again',
    data: { path },
  });
};

/** True when a write-ahead log with something in it lies beside the file. */
export const hasWal = (path: string): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** Where SQLite keeps the rollback journal of a database. */
export const journalOf = (path: string): string => `${path}-journal`;

/** True when a rollback journal lies beside the file that SQLite would roll back: not empty, its header not wiped. */
export const isHotJournal = (path: string): boolean => headOf(journalOf(path)) === 'written';

/** True for a rollback journal that takes nothing back, though it is not empty: its header is wiped. */
export const isWipedJournal = (journal: string): boolean => headOf(journal) === 'wiped';

/** One that cannot be read counts as written. */
const headOf = (journal: string): 'none' | 'wiped' | 'written' => {
  if ((statSync(journal, { throwIfNoEntry: false })?.size ?? 0) === 0) return 'none';
  try {
    const header = new Uint8Array(8);
    const descriptor = openSync(journal, 'r');
    try {
      readSync(descriptor, header, 0, header.length, 0);
    } finally {
      closeSync(descriptor);
    }
    return header.some((byte) => byte !== 0) ? 'written' : 'wiped';
  } catch {
    return statSync(journal, { throwIfNoEntry: false }) === undefined ? 'none' : 'written';
  }
};

/** The system's name for what went wrong with a file, e.g. `ENOSPC`. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
