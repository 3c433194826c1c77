import type { Statement } from '../../sql/split.ts';

/** The text less some of its statements, each with its semicolon and the rest of an otherwise empty line. */
export const withoutStatements = (text: string, dropped: readonly Pick<Statement, 'start' | 'end'>[]): string => {
  let kept = '';
  let at = 0;
  for (const { start, end } of dropped) {
    kept += text.slice(at, start);
    at = end + (/^\s*;[ \t]*\n?/.exec(text.slice(end))?.[0].length ?? 0);
  }
  return kept + text.slice(at);
};
