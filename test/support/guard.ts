/** How one test file's process ended. */
export interface Ended {
  /** The file's own text. */
  readonly source: string;
  /** What it wrote to stdout, without colours. */
  readonly output: string;
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
}

/** What is counted for one file, and why it does not count as passed. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly complaint: string | undefined;
}

/**
 * Judges one file. uvu says nothing of a file that forgets `.run()`, of a file whose process ends while a test still waits, and
 * of the tests that an `.only` leaves out: each of these counts as a failure here.
 */
export const judge = ({ source, output, status }: Ended): Verdict => {
  const [total, passed, skipped] = ['Total', 'Passed', 'Skipped'].map((name) => count(output, name));
  const counted = { passed: passed ?? 0, skipped: skipped ?? 0 };
  const wrong = (Number(total ?? 0) - counted.passed) | 0;
  const complaint = complain(source, status, total, wrong);
  return { ...counted, failed: complaint === undefined ? 0 : Math.max(1, wrong), complaint };
};

const complain = (source: string, status: number | undefined, total: number | undefined, wrong: number): string | undefined => {
  if (!/\.run\(\)/.test(source)) return 'it never calls .run(), so none of its tests ran';
  if (/^\s*\w+\.only\(/m.test(source)) return 'a test with .only keeps the others from running';
  if (status === undefined) return 'a signal ended it';
  if (total === undefined) return `it ended with status ${status} before its tests were through`;
  if (total === 0) return 'it ran no test';
  if (wrong > 0) return `${wrong} of ${total} failed`;
  return status === 0 ? undefined : `it ended with status ${status} although its tests passed`;
};

const count = (output: string, name: string): number | undefined => {
  const found = [...output.matchAll(new RegExp(`^ {2}${name}: +(\\d+)`, 'gm'))].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
};
