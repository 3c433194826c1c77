import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName } from '../../support/drivers.ts';
import { type Direction, makeProject } from './project.ts';
import { type Counted, countEvents, killOnce, phasesOf, type Spot } from './trial.ts';

export interface SoakOptions {
  readonly count: number;
  readonly seed: number;
  /** Told after every kill. */
  readonly onKill?: (done: number, spot: Spot, revisions: number) => void;
}

/** How often each phase was hit, by driver and phase; and the revisions at which the kills left the database. */
export interface SoakResult {
  readonly kills: ReadonlyMap<string, number>;
  readonly revisions: ReadonlyMap<number, number>;
  readonly failures: string[];
}

/** Kills `count` runs, in turn at every phase of both drivers and directions. */
export const soak = async ({ count, seed, onKill }: SoakOptions): Promise<SoakResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'limbeck-kill-'));
  const random = randomFrom(seed);
  const kills = new Map<string, number>();
  const revisions = new Map<number, number>();
  const failures: string[] = [];
  try {
    const project = await makeProject(folder);
    const counted = new Map<string, Counted>();
    for (let done = 0; done < count; done += 1) {
      const spot = spotOf(done);
      const key = `${spot.driver}, ${spot.direction}`;
      try {
        const events = counted.get(key) ?? (await countEvents(project, spot.driver, spot.direction));
        counted.set(key, events);
        const left = await killOnce(project, spot, events, random);
        add(kills, `${spot.driver}, ${spot.phase}`);
        add(revisions, left);
        onKill?.(done + 1, spot, left);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kills, revisions, failures };
};

const directions: readonly Direction[] = ['up', 'down'];
const drivers: readonly DriverName[] = ['sql.js', 'node:sqlite'];
const spots: readonly Omit<Spot, 'direction'>[] = drivers.flatMap((driver) => phasesOf[driver].map((phase) => ({ driver, phase })));

/** Every phase in turn, the direction changing with each. */
const spotOf = (number: number): Spot => {
  const at = number % (spots.length * directions.length);
  const [spot, direction] = [spots[at % spots.length], directions[Math.floor(at / spots.length)]];
  if (spot === undefined || direction === undefined) throw new Error('there are no spots');
  return { ...spot, direction };
};

const add = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);

/** Mulberry32. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
