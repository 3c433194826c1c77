import type { Refusal } from '../engine.ts';
import type { Driver } from './driver.ts';
import { reachOf } from './reach.ts';

/**
 * Tells what of a text is not run because it reaches another file: in scratch, where that file is no scratch, and where the driver
 * has its files in memory, so that what was written would be lost. Undefined: everything is run.
 */
export const guardOf = (
  { name, reachesFiles }: Pick<Driver, 'name' | 'reachesFiles'>,
  isScratch: boolean,
): ((text: string) => Refusal | undefined) | undefined => {
  if (!isScratch && reachesFiles) return undefined;
  return (text) => {
    const reach = reachOf(text);
    return reach === undefined
      ? undefined
      : { offset: reach.offset, ...(isScratch ? inScratch(reach.what) : withDriver(reach.what, name)) };
  };
};

const inScratch = (what: string): Omit<Refusal, 'offset'> => ({
  why: `${what} reaches another file than the database, so it is not run in a scratch database`,
  hint: 'do it outside of migrations; or keep it, in a revision of its own: upgrade runs it in the database itself, but it can be neither proved nor replayed',
});

const withDriver = (what: string, driver: string): Omit<Refusal, 'offset'> => ({
  why: `${what} reaches another file than the database, and ${driver} keeps files in its own memory: what it wrote would be lost`,
  hint: 'use Node 22.13 or newer (the driver node:sqlite), or take it out',
});
