import { isWord, lex, significant, type Token } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';

/** A statement that opens or writes another file than its database. */
export interface Reach {
  /** In a word or two: `ATTACH`, `VACUUM INTO`. */
  readonly what: string;
  /** Where in the text the statement begins. */
  readonly offset: number;
}

/**
 * The first statement of a text that reaches another file: ATTACH of one, and VACUUM INTO. To attach a database in memory, and
 * a plain VACUUM, stay inside. A statement is looked for after every semicolon, so that none hides behind another.
 */
export const reachOf = (text: string): Reach | undefined => {
  if (!mayReach.test(text)) return undefined;
  const tokens = significant(lex(text, sqliteLexis));
  for (const [index, token] of tokens.entries()) {
    if (index > 0 && tokens[index - 1]?.text !== ';') continue;
    const what = reachAt(tokens, index);
    if (what !== undefined) return { what, offset: token.start };
  }
  return undefined;
};

/** Nearly no statement of a schema has such a word. */
const mayReach = /attach|vacuum/i;

const reachAt = (tokens: readonly Token[], index: number): string | undefined => {
  if (isWord(tokens[index], 'attach')) {
    const at = isWord(tokens[index + 1], 'database') && !isWord(tokens[index + 2], 'as') ? index + 2 : index + 1;
    const isMemory = inMemory.includes(tokens[at]?.text ?? '') && isWord(tokens[at + 1], 'as');
    return isMemory ? undefined : 'ATTACH';
  }
  if (!isWord(tokens[index], 'vacuum')) return undefined;
  const end = tokens.findIndex(({ text }, at) => at > index && text === ';');
  return tokens.slice(index, end < 0 ? undefined : end).some((token) => isWord(token, 'into')) ? 'VACUUM INTO' : undefined;
};

const inMemory: readonly string[] = ["':memory:'", "''"];
