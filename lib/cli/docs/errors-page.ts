import { exitOf } from '../exit.ts';
import type { ErrorCode } from '../../errors.ts';
import { errorEntries } from './error-entries.ts';
import type { ErrorEntry } from './error-entries.ts';

/** docs/errors.md: every code, what it means, what usually causes it, and the way out. */
export const errorsPage = (): string =>
  [
    '<!-- Generated from lib/cli/docs/error-entries.ts by scripts/docs.js. -->',
    '',
    '# Errors',
    '',
    'An error is printed as `error[code]: what`, then where, then `hint:` what to do; with `--json` as one JSON object.',
    'Codes are stable: scripts may match them. The exit status is 2, or 64 where it is said.',
    '',
    ...Object.entries(errorEntries).flatMap(([code, entry]) => section(code, entry)),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');

const section = (code: string, { meaning, cause, wayOut }: ErrorEntry): readonly string[] => [
  `## ${code}`,
  '',
  `${meaning}${isCode(code) && exitOf(code) === 64 ? ' Exit status 64.' : ''}`,
  '',
  `- Usual cause: ${cause}`,
  `- Way out: ${wayOut}`,
  '',
];

const isCode = (code: string): code is ErrorCode => code in errorEntries;
