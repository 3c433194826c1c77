import { LimbeckError } from '../errors.ts';

/** One thing wrong with what limbeck was told. */
export interface Complaint {
  /** Where it was said: a flag, a variable, or a file and key. */
  readonly source: string;
  /** What is wrong, without the source. */
  readonly problem: string;
}

/** All complaints as one `bad-config`; nothing when there are none. */
export const throwComplaints = (complaints: readonly Complaint[]): void => {
  const [first, ...others] = complaints;
  if (first === undefined) return;
  const line = ({ source, problem }: Complaint): string => `${source}: ${problem}`;
  const message =
    others.length === 0
      ? line(first)
      : [`the configuration has ${complaints.length} problems:`, ...complaints.map((each) => `  ${line(each)}`)].join('\n');
  throw new LimbeckError('bad-config', message, {
    hint: others.length === 0 ? 'correct it and try again' : 'correct them and try again',
    data: { complaints },
  });
};
