import { isWord, lex, significant } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';
import type { Token } from '../../../sql/lex.ts';
import { quoteText } from '../../../sql/quote.ts';

/** What SQL can tell of a statement that runs outside a transaction: boolean expressions. */
export interface Outcome {
  /** Must hold before it: else what is found after it would say nothing. */
  readonly before: string | undefined;
  /** Holds once it succeeded. */
  readonly after: string | undefined;
  /** Holds while it took no effect, and may run. */
  readonly undone?: string;
  /** Holds where it failed, or was stopped, and what it left stands in its way. */
  readonly unfinished?: string;
}

/** How the outcome of such a statement is seen; undefined: it cannot be, and to record it would be a guess. */
export const outcomeOf = (statement: string): Outcome | undefined => {
  const words = significant(lex(statement, postgresLexis));
  const [first, second] = words;
  if (isWord(first, 'create')) return createdIndex(words);
  if (isWord(first, 'drop') && isWord(second, 'index')) return droppedIndex(words);
  if (isWord(first, 'alter') && isWord(second, 'table')) return detached(words);
  if (isWord(first, 'vacuum', 'analyze', 'checkpoint', 'reindex')) return { before: undefined, after: undefined };
  return undefined;
};

/** `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table …` */
const createdIndex = (words: readonly Token[]): Outcome | undefined => {
  let at = words.findIndex((word) => isWord(word, 'concurrently')) + 1;
  if (at === 0 || !words.slice(0, at).some((word) => isWord(word, 'index'))) return undefined;
  const mayExist = isWord(words[at], 'if');
  if (mayExist) at += 3;
  const name = words[at];
  if (name === undefined || !isWord(words[at + 1], 'on')) return undefined;
  at += isWord(words[at + 2], 'only') ? 3 : 2;
  const schema = words[at + 1]?.text === '.' ? `${words[at]?.text ?? ''}.` : '';
  const index = `to_regclass(${quoteText(schema + name.text, 'postgres')})`;
  const found = `SELECT FROM pg_catalog.pg_index WHERE indexrelid = ${index} AND`;
  return {
    undone: `${index} IS NULL`,
    unfinished: `EXISTS (${found} NOT (indisvalid AND indisready))`,
    before: mayExist ? undefined : `${index} IS NULL`,
    after: `EXISTS (${found} indisvalid AND indisready)`,
  };
};

/** `DROP INDEX CONCURRENTLY [IF EXISTS] name [RESTRICT]` */
const droppedIndex = (words: readonly Token[]): Outcome | undefined => {
  const at = isWord(words[3], 'if') ? 5 : 3;
  const name = nameAt(words, at);
  if (name === undefined) return undefined;
  const index = `to_regclass(${quoteText(name, 'postgres')})`;
  return { before: undefined, after: `${index} IS NULL`, undone: `${index} IS NOT NULL` };
};

/** `ALTER TABLE [IF EXISTS] [ONLY] parent DETACH PARTITION child CONCURRENTLY` */
const detached = (words: readonly Token[]): Outcome | undefined => {
  const at = words.findIndex((word) => isWord(word, 'detach'));
  const child = nameAt(words, at + 2);
  if (at < 0 || child === undefined) return undefined;
  const found = `SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass(${quoteText(child, 'postgres')})`;
  return { before: undefined, after: `NOT EXISTS (${found})`, undone: `EXISTS (${found} AND NOT inhdetachpending)` };
};

const nameAt = (words: readonly Token[], at: number): string | undefined => {
  const first = words[at];
  if (first === undefined || (first.kind !== 'word' && first.kind !== 'name')) return undefined;
  return words[at + 1]?.text === '.' ? `${first.text}.${words[at + 2]?.text ?? ''}` : first.text;
};
