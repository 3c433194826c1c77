import { lex, type Lexis } from '../sql/lex.ts';

/**
 * A statement of a two-engine models file as it would stand in a file for one engine: no engine markers, and none of the
 * blank lines that the other engine's lines left. A statement without markers stays as it is.
 */
export const tidyStatement = (text: string, lexis: Lexis): string => {
  const tokens = lex(text, lexis);
  if (!tokens.some((token) => token.kind === 'comment' && marker.test(token.text)) && !/\n[ \t]+\r?\n/.test(text)) return text;
  return tokens
    .map((token, at) => {
      if (token.kind === 'comment' && marker.test(token.text)) return '';
      if (token.kind !== 'space') return token.text;
      const closed = token.text.replaceAll(/\n(?:[ \t]*\r?\n)+/g, '\n');
      const next = tokens[at + 1];
      return next?.kind === 'comment' && marker.test(next.text) ? closed.trimEnd() : closed;
    })
    .join('');
};

const marker = /^--\s*@(?:sqlite|postgres)\s*$/;
