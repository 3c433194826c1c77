import { lex } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';
import { quoteText } from '../../../sql/quote.ts';

/** A text literal that arrives as it is, also where it has carriage returns. */
export const scriptText = (text: string): string => {
  if (!text.includes('\r')) return quoteText(text, 'postgres');
  return `E'${quoteText(text.replaceAll('\\', '\\\\'), 'sqlite').slice(1, -1).replaceAll('\r', '\\r')}'`;
};

/**
 * A statement that psql sends as it is: `a[1:n]` would get the value of psql's variable `n` where there is one, also as
 * `:'n'` and `:"n"` (https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION); a space behind the
 * colon takes that away.
 */
export const forShell = (statement: string): string => {
  const tokens = lex(statement, postgresLexis);
  return tokens
    .map((token, at) => {
      const next = tokens[at + 1];
      const isNamed = token.text === ':' && next !== undefined && next.kind !== 'space' && next.kind !== 'comment' && next.text !== ']';
      return isNamed ? ': ' : token.text;
    })
    .join('');
};

/** A body for DO that holds any text. */
export const doBlock = (body: string): string => {
  let tag = '$limbeck$';
  for (let again = 2; body.includes(tag); again += 1) tag = `$limbeck${again}$`;
  return `DO ${tag}\n${body}\n${tag};`;
};
