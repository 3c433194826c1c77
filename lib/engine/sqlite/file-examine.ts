import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import type { Finding } from '../engine.ts';
import type { Driver } from './driver.ts';
import { hasWal } from './file-state.ts';
import { lockPathOf } from './lock.ts';
import { describeOwner, isGone, parseOwner } from './lock-owner.ts';

/** What there is to know of a database file before something is done with it: rights, locks, what lies beside it. Only looks. */
export const examineSurroundings = (driver: Driver): readonly Finding[] => [
  driverFinding(driver),
  ...(driver.path === undefined ? [] : [rights(driver.path), lock(driver.path), ...beside(driver.path)]),
];

const driverFinding = ({ name, label, path }: Driver): Finding =>
  name !== 'sql.js' || path === undefined
    ? { topic: 'driver', level: 'ok', text: label, next: undefined }
    : {
        topic: 'driver',
        level: 'warning',
        text:
          process.platform === 'linux'
            ? `${label} cannot see programs of other users, containers or machines that write to the file`
            : `${label} cannot see other programs that write to the file`,
        next: 'stop what uses the file before upgrade, or use Node 22.13 or newer, which has node:sqlite',
      };

const rights = (path: string): Finding => {
  const size = statSync(path).size;
  const told = `${basename(path)}, ${size < 10_000_000 ? `${Math.ceil(size / 1024)} kB` : `${Math.round(size / 1_048_576)} MB`}`;
  if (may(path) && may(dirname(path))) return { topic: 'file', level: 'ok', text: `${told}; can be written`, next: undefined };
  return {
    topic: 'file',
    level: 'warning',
    text: `${told}; cannot be written`,
    next: `to upgrade: chmod u+w '${path}' '${dirname(path)}'`,
  };
};

const may = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const lock = (database: string): Finding => {
  const path = lockPathOf(database);
  const text = textIfAny(path);
  if (text === undefined) return { topic: 'lock', level: 'ok', text: 'no other run is under way', next: undefined };
  const owner = parseOwner(text);
  if (owner === undefined)
    return { topic: 'lock', level: 'warning', text: `${path} does not say whose it is`, next: `if nothing runs: rm '${path}'` };
  if (isGone(owner)) {
    const dead = `the lock of a run that died is there (${describeOwner(owner)})`;
    return { topic: 'lock', level: 'ok', text: `${dead}; the next run takes it over`, next: undefined };
  }
  return {
    topic: 'lock',
    level: 'warning',
    text: `another run is under way: ${describeOwner(owner)}`,
    next: `wait for it; only if it no longer runs: rm '${path}'`,
  };
};

const beside = (path: string): readonly Finding[] => {
  const conflicts = namesIn(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.conflict`));
  return [
    ...(hasWal(path)
      ? [{ topic: 'file', level: 'ok', text: 'it is in WAL mode, and has a log to be merged', next: undefined } as const]
      : []),
    ...conflicts.map((name): Finding => ({
      topic: 'file',
      level: 'problem',
      text: `${name} holds what another program wrote while a run was at work`,
      next: `compare it, then remove it: limbeck diff --to 'sqlite:///${join(dirname(path), name)}'`,
    })),
  ];
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

const textIfAny = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
