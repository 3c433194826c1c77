import type { ErrorCode } from '../errors.ts';

/** 0 done · 1 the answer is no · 2 failed · 64 wrong usage · 130 and 143 stopped by a signal. */
export type Exit = 0 | 1 | 2 | 64 | 130 | 143;

/** The exit status of an error. */
export const exitOf = (code: ErrorCode | undefined): Exit => {
  switch (code) {
    case 'usage':
    case 'no-url':
    case 'bad-url':
    case 'bad-config':
      return 64;
    default:
      return 2;
  }
};

/** What each status means, for the help and docs. */
export const exitMeanings: readonly { readonly status: string; readonly meaning: string }[] = [
  { status: '0', meaning: 'done' },
  { status: '1', meaning: 'the answer is no (if asked)' },
  { status: '2', meaning: 'failed' },
  { status: '64', meaning: 'wrong usage or configuration' },
  { status: '130, 143', meaning: 'stopped by Ctrl-C, SIGTERM' },
];
