import { isWord, lex, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';

/**
 * A statement that makes a relation out of a query, without running the query: what it would call (dblink, COPY … PROGRAM in a
 * function, code in any language) may reach where no transaction can take it back. Others as they are.
 */
export const withoutRows = (statement: string): string => {
  if (!mayPopulate.test(statement)) return statement;
  const words = significant(lex(statement, postgresLexis)).filter(({ text }) => text !== ';');
  const start = words.findIndex((word) => isWord(word, 'view', 'table'));
  if (start < 0 || start > 3 || !isWord(words[0], 'create')) return statement;
  if (isWord(words[start], 'view') ? !isWord(words[start - 1], 'materialized') : !isMadeOfQuery(words.slice(start))) return statement;
  const [third, second, last] = words.slice(-3);
  if (isWord(last, 'data') && isWord(second, 'no') && isWord(third, 'with')) return statement;
  const end = isWord(last, 'data') && isWord(second, 'with') ? second?.start : words.at(-1)?.end;
  return `${statement.slice(0, end)} WITH NO DATA`;
};

const mayPopulate = /^\s*create\b[^]*\bas\b/i;

/** CREATE TABLE … AS: the first AS that stands in no parentheses is before a query. */
const isMadeOfQuery = (words: readonly { readonly kind: string; readonly text: string }[]): boolean => {
  let depth = 0;
  for (const [at, word] of words.entries()) {
    if (word.text === '(') depth += 1;
    if (word.text === ')') depth -= 1;
    if (depth !== 0 || word.text.toLowerCase() !== 'as' || word.kind !== 'word') continue;
    return /^(?:select|with|values|table|execute|\()$/i.test(words[at + 1]?.text ?? '');
  }
  return false;
};

/** The name of the materialized view that a statement creates, as it is written there. */
export const materializedName = (statement: string): string | undefined => {
  const words = significant(lex(statement, postgresLexis));
  if (!isWord(words[1], 'materialized')) return undefined;
  const at = isWord(words[3], 'if') ? 6 : 3;
  const last = words[at + 1]?.text === '.' ? at + 2 : at;
  return statement.slice(words[at]?.start, words[last]?.end);
};
