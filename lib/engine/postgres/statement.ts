import { LimbeckError } from '../../errors.ts';
import { isWord, lex, significant, type Token } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { split } from '../../sql/split.ts';

/**
 * Throws `sql-unsupported` unless the text is one statement that the session can run by itself: no second statement
 * behind a semicolon, no `COPY … FROM STDIN` or `TO STDOUT`, no transaction control (the session does that).
 */
export const requireOne = (text: string): void => {
  if (text.includes(';') && split(text, postgresLexis).length > 1)
    throw refused('a text with several statements was given where one is run at a time', 'give the statements one by one');
  const words = firstWords(text);
  if (isWord(words[0], 'copy') && /\bstd(?:in|out)\b/i.test(text) && copiesToClient(text))
    throw refused('COPY from or to the client cannot be run here', 'write INSERT statements, or COPY a file of the server');
  const control = controlWord(words);
  if (control === undefined) return;
  throw refused(
    `${control} would end or begin a transaction behind limbeck's back`,
    `take the ${control} out: limbeck runs the statements in a transaction of its own`,
  );
};

/** True for a statement whose settings outlive its transaction (`SET …` without LOCAL, `set_config(…, false)`). */
export const leavesSettings = (text: string): boolean => {
  const [first, second] = firstWords(text);
  if (isWord(first, 'set')) return !isWord(second, 'local', 'constraints', 'transaction');
  return isWord(first, 'reset', 'discard') || /\bset_config\b/i.test(text);
};

/** The first few significant tokens, without lexing a long statement whole. */
const firstWords = (text: string): readonly Token[] => {
  for (let length = 200; ; length *= 8) {
    const tokens = significant(lex(text.slice(0, length), postgresLexis));
    if (tokens.length > 4 || length >= text.length) return tokens.slice(0, 4);
  }
};

const copiesToClient = (text: string): boolean => significant(lex(text, postgresLexis)).some((token) => isWord(token, 'stdin', 'stdout'));

const controlWord = ([first, second, third]: readonly Token[]): string | undefined => {
  if (isWord(first, 'begin', 'commit', 'end', 'abort')) return first?.text.toUpperCase();
  if (isWord(first, 'start', 'prepare') && isWord(second, 'transaction')) return `${first?.text.toUpperCase()} TRANSACTION`;
  if (!isWord(first, 'rollback')) return undefined;
  const after = isWord(second, 'work', 'transaction') ? third : second;
  return isWord(after, 'to') ? undefined : 'ROLLBACK';
};

const refused = (message: string, hint: string): LimbeckError => new LimbeckError('sql-unsupported', message, { hint });
