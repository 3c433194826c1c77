import { lex } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import { quoteText } from '../../sql/quote.ts';

/** A text literal that arrives as it is: the sqlite3 shell drops a carriage return before a line feed, also inside quotes. */
export const scriptText = (text: string): string => {
  if (!text.includes('\r')) return quoteText(text, 'sqlite');
  let mark = '[CR]';
  for (let again = 2; text.includes(mark); again += 1) mark = `[CR${again}]`;
  return `replace(${quoteText(text.replaceAll('\r', mark), 'sqlite')}, '${mark}', char(13))`;
};

/**
 * A statement that the sqlite3 shell reads as SQLite does. To the shell a line with nothing but `/` or `go` ends the
 * statement above it, as a semicolon would (https://sqlite.org/cli.html); an empty comment before it takes that away.
 */
export const forShell = (statement: string): string => {
  let atLineStart = false;
  return lex(statement, sqliteLexis)
    .map(({ kind, text, end }) => {
      const isLineStart = atLineStart;
      atLineStart = text.includes('\n') ? kind === 'space' || kind === 'comment' : kind === 'space' && isLineStart;
      if (!isLineStart || kind === 'space' || kind === 'comment') return text;
      return /^(?:\/|go)$/i.test(text) && /^[^\S\n]*(?:\n|$|--|\/\*)/.test(statement.slice(end)) ? `/**/${text}` : text;
    })
    .join('');
};
