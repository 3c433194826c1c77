import { readdirSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';

/**
 * Finds another process that holds a lock on the file or has it open, in so far as Linux's /proc tells this user: its
 * id, or undefined when none is seen, and on systems without /proc. It costs a walk over all processes, so after a walk
 * that found none a second must pass, or fifty times what the walk took, before there is another; who comes in between is
 * found by what it writes.
 */
export const watchHolders = (path: string): (() => number | undefined) => {
  let next = -Infinity;
  return () => {
    const began = performance.now();
    if (began < next) return undefined;
    const stat = statSync(path, { throwIfNoEntry: false });
    const found = stat === undefined ? undefined : (lockHolder(stat.ino) ?? opener(stat));
    const ended = performance.now();
    if (found === undefined) next = ended + Math.max(1000, 50 * (ended - began));
    return found;
  };
};

/** From /proc/locks: `1: POSIX  ADVISORY  WRITE 1234 08:01:123456 0 EOF`. */
const lockHolder = (inode: number): number | undefined => {
  for (const line of textOf('/proc/locks').split('\n')) {
    const [, pid, found] = /\s(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/i.exec(line) ?? [];
    if (Number(found) === inode && Number(pid) !== process.pid && Number(pid) > 0) return Number(pid);
  }
  return undefined;
};

interface Identity {
  readonly dev: number;
  readonly ino: number;
}

const opener = (file: Identity): number | undefined =>
  entriesOf('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .find((pid) => entriesOf(`/proc/${pid}/fd`).some((descriptor) => isSame(file, `/proc/${pid}/fd/${descriptor}`)));

const isSame = (file: Identity, path: string): boolean => {
  try {
    const stat = statSync(path);
    return stat.ino === file.ino && stat.dev === file.dev;
  } catch {
    return false;
  }
};

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
