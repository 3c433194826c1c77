import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverName } from '../../support/drivers.ts';
import { type Direction, leftovers, type Project, runLimbeck, stateOf } from './project.ts';

/** Where a run is killed. */
export interface Spot {
  readonly driver: DriverName;
  readonly direction: Direction;
  readonly phase: string;
}

/** How many events a whole run has in each phase, and how long its longest COMMIT took. */
export interface Counted {
  readonly counts: Readonly<Record<string, number>>;
  readonly commitMs: number;
}

export const phasesOf: Readonly<Record<DriverName, readonly string[]>> = {
  'sql.js': ['in SQL', 'before commit', 'before the write', 'in the write', 'in the rename'],
  'node:sqlite': ['before the write', 'in SQL', 'before commit', 'in the commit'],
};

const fault = new URL('../../support/faults/kill.mjs', import.meta.url).href;
const commandOf: Readonly<Record<Direction, readonly string[]>> = { up: ['upgrade', 'head'], down: ['downgrade', 'base'] };

/** A whole run without a kill. Throws when it does not end well. */
export const countEvents = async (project: Project, driver: DriverName, direction: Direction): Promise<Counted> => {
  const log = reset(project, direction);
  const { status, output } = runLimbeck(project.folder, driver, commandOf[direction], {
    imports: [fault],
    env: { LIMBECK_TEST_KILL: 'count', LIMBECK_TEST_KILL_LOG: log },
  });
  if (status !== 0) throw new Error(`${driver}, ${direction}: the run without a kill ended with ${status}:\n${output}`);
  await requireEnd(project, direction, 'without a kill');
  return JSON.parse(readFileSync(log, 'utf8'));
};

/**
 * Kills one run at a spot, then demands: the database is whole and exactly at some revision, everything that was told as done is
 * there, and the same command goes on to the end and leaves nothing beside the file. Gives the number of revisions that the
 * kill left. Throws otherwise.
 */
export const killOnce = async (project: Project, spot: Spot, counted: Counted, random: () => number): Promise<number> => {
  const { driver, direction, phase } = spot;
  const number = 1 + Math.floor(random() * (counted.counts[phase] ?? 0));
  const where = `${phase}:${number}:${random().toFixed(3)}`;
  const log = reset(project, direction);
  const env = { LIMBECK_TEST_KILL: where, LIMBECK_TEST_KILL_LOG: log, LIMBECK_TEST_COMMIT_MS: String(counted.commitMs) };
  const { status, signal, output } = runLimbeck(project.folder, driver, commandOf[direction], { imports: [fault], env });
  const told = `${driver}, ${direction}, ${where}`;
  if (signal !== 'SIGKILL') throw new Error(`${told}: was not killed but ended with ${status}:\n${output}`);
  if (!existsSync(log) || readFileSync(log, 'utf8') !== phase) throw new Error(`${told}: was not killed in its phase`);
  const count = await stateAfterKill(project, direction, told);
  requireTold(project, direction, count, output, told);
  const next = runLimbeck(project.folder, driver, commandOf[direction]);
  if (next.status !== 0) throw new Error(`${told}: cannot go on (${next.status}):\n${next.output}`);
  await requireEnd(project, direction, told);
  return count;
};

const file = (project: Project): string => join(project.folder, 'a.db');

const reset = (project: Project, direction: Direction): string => {
  for (const name of ['a.db', ...leftovers(project.folder)]) rmSync(join(project.folder, name), { force: true });
  if (direction === 'up') writeFileSync(file(project), '');
  else copyFileSync(project.headFile, file(project));
  const log = join(project.folder, 'kill.log');
  rmSync(log, { force: true });
  return log;
};

/** Looked at in a copy, with its journal: so that what limbeck meets next is what the kill left. */
const stateAfterKill = async (project: Project, direction: Direction, told: string): Promise<number> => {
  const copy = join(project.folder, 'copy');
  for (const suffix of ['', '-journal', '-wal', '-shm']) {
    rmSync(`${copy}${suffix}`, { force: true });
    if (existsSync(`${file(project)}${suffix}`)) copyFileSync(`${file(project)}${suffix}`, `${copy}${suffix}`);
  }
  const state = await stateOf(copy).catch((error: unknown) => {
    throw new Error(`${told}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const count = project.states[direction].indexOf(state);
  if (count < 0) throw new Error(`${told}: the database is at no revision's state:\n${state.slice(0, 2000)}`);
  return count;
};

/** "done" is said of a revision only when it is durable. */
const requireTold = (project: Project, direction: Direction, count: number, output: string, told: string): void => {
  const done = output.split('done in').length - 1;
  const there = direction === 'up' ? count : project.states.down.length - 1 - count;
  if (there < done) throw new Error(`${told}: ${done} revisions were told as done, and ${there} are:\n${output}`);
};

const requireEnd = async (project: Project, direction: Direction, told: string): Promise<void> => {
  const wanted = direction === 'up' ? project.states.up.at(-1) : project.states.down[0];
  if ((await stateOf(file(project))) !== wanted) throw new Error(`${told}: the end is not the end of a run that nobody killed`);
  const left = leftovers(project.folder);
  if (left.length > 0) throw new Error(`${told}: left behind: ${left.join(', ')}`);
};
