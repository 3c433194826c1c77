import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One program that is measured; `prepare` runs before each run and is not timed. */
export interface Subject {
  readonly name: string;
  readonly command: readonly [string, ...(readonly string[])];
  readonly cwd: string;
  /** The name of the subject that is this one's own bare node. */
  readonly bare?: string;
  readonly prepare?: () => void;
}

/** Times in milliseconds, memory in MB (undefined where no /usr/bin/time is). */
export interface Figure {
  readonly name: string;
  readonly bare: string | undefined;
  readonly times: readonly number[];
  readonly peak: number | undefined;
}

/**
 * Runs the subjects in turn (A B C A B C …), so that a slow minute of the machine is everybody's. The first round warms the
 * caches and is not counted. A run that fails stops the benchmark: a figure for an error is worth nothing.
 */
export const measure = (subjects: readonly Subject[], rounds: number): readonly Figure[] => {
  const times = subjects.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const took = runOnce(subject);
      if (round > 0) times[index]?.push(took);
    }
  }
  return subjects.map((subject, index) => ({ name: subject.name, bare: subject.bare, times: times[index] ?? [], peak: peakOf(subject) }));
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
};

/** A table in which every figure stands beside its ratio (of medians) to bare node of the same version and to dbmate. */
export const table = (figures: readonly Figure[]): string => {
  const head = ['', 'min ms', 'median', 'max', 'peak MB', '× bare node', '× dbmate'];
  const rows = figures.map(({ name, bare, times, peak }) => [
    name,
    ...[Math.min(...times), median(times), Math.max(...times)].map((ms) => ms.toFixed(0)),
    peak === undefined ? '?' : peak.toFixed(0),
    ...[bare, 'dbmate'].map((other) =>
      ratio(
        times,
        figures.find((figure) => figure.name === other),
      ),
    ),
  ]);
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [head, ...rows].map(line).join('\n');
};

const ratio = (times: readonly number[], other: Figure | undefined): string =>
  other === undefined ? '' : (median(times) / median(other.times)).toFixed(2);

const runOnce = ({ name, command: [program, ...args], cwd, prepare }: Subject): number => {
  prepare?.();
  const started = performance.now();
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: environment,
  });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${name} ended with ${status ?? error?.message}:\n${stderr}`);
  return took;
};

/** The peak of one more run, as GNU time tells it. */
const peakOf = (subject: Subject): number | undefined => {
  if (!existsSync('/usr/bin/time')) return undefined;
  const file = join(tmpdir(), `limbeck-bench-peak-${process.pid}`);
  runOnce({ ...subject, command: ['/usr/bin/time', '-f', '%M', '-o', file, ...subject.command] });
  const kilobytes = Number(readFileSync(file, 'utf8').trim().split('\n').at(-1));
  rmSync(file);
  return kilobytes / 1024;
};

/** Neither a URL nor an option of ours may come from the caller's environment. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^LIMBECK_|DATABASE_URL$|^NODE_OPTIONS$|^NODE_V8_COVERAGE$/.test(name)),
);
