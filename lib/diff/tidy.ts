import { lex } from '../sql/lex.ts';
import type { Lexis } from '../sql/lexis.ts';

/**
 * A statement of a two-engine models file as it would stand in a file for one engine: no engine markers, and none of the
 * blank lines that the other engine's lines left. A statement without markers stays as it is.
 */
export const tidyStatement = (text: string, lexis: Lexis): string =>
  tidyPieces(text, lexis)
    .map((piece) => piece.text)
    .join('');

/** Where in the statement the character stands that is at `offset` of its tidied text. */
export const untidiedOffset = (text: string, lexis: Lexis, offset: number): number => {
  let left = offset;
  for (const piece of tidyPieces(text, lexis)) {
    if (left < piece.text.length) return piece.start + left;
    left -= piece.text.length;
  }
  return text.length;
};

interface Piece {
  /** Where it begins in the statement. */
  readonly start: number;
  readonly text: string;
}

const tidyPieces = (text: string, lexis: Lexis): readonly Piece[] => {
  const tokens = lex(text, lexis);
  if (!tokens.some((token) => token.kind === 'comment' && marker.test(token.text)) && !/\n[ \t]+\r?\n/.test(text))
    return [{ start: 0, text }];
  return tokens.map((token, at) => {
    const { start } = token;
    if (token.kind === 'comment' && marker.test(token.text)) return { start, text: '' };
    if (token.kind !== 'space') return { start, text: token.text };
    const closed = token.text.replaceAll(/\n(?:[ \t]*\r?\n)+/g, '\n');
    const next = tokens[at + 1];
    return { start, text: next?.kind === 'comment' && marker.test(next.text) ? closed.trimEnd() : closed };
  });
};

const marker = /^--\s*@(?:sqlite|postgres)\s*$/;
