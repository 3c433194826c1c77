import { readDefinition, spelledName } from './definition.ts';
import { isWord, significant, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';

/** One entry of the parenthesised list of a CREATE TABLE (or TYPE): its significant tokens, without the comma. */
export interface Item {
  readonly kind: 'column' | 'constraint' | 'other';
  /** The column's or constraint's name; undefined where it has none. */
  readonly name: string | undefined;
  readonly tokens: readonly Token[];
}

/** The entries of a statement's first parenthesised list after the defined name; empty when there is none. */
export const readItems = (tokens: readonly Token[], lexis: Lexis): readonly Item[] => {
  const words = significant(tokens);
  const { after } = readDefinition(tokens, lexis);
  const open = words.findIndex((token, at) => at >= after && isPunctuation(token, '('));
  if (open < 0 || words.slice(after, open).some((token) => isWord(token, 'select', 'query'))) return [];
  const items: Item[] = [];
  let depth = 0;
  let current: Token[] = [];
  for (const token of words.slice(open)) {
    if (isPunctuation(token, '(')) depth += 1;
    if (isPunctuation(token, ')')) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && isPunctuation(token, ',')) {
      items.push(itemOf(current, lexis));
      current = [];
    } else if (depth > 1 || token !== words[open]) current.push(token);
  }
  return current.length === 0 ? items : [...items, itemOf(current, lexis)];
};

/** True for the operator `text`; a name or string that looks like it is none. */
export const isPunctuation = (token: Token | undefined, text: string): boolean => token?.kind === 'operator' && token.text === text;

const itemOf = (tokens: readonly Token[], lexis: Lexis): Item => {
  const [first, second, third] = tokens;
  if (isWord(first, 'constraint')) return { kind: 'constraint', name: spelledName(second, lexis), tokens };
  const opensList = isPunctuation(second, '(');
  const unnamed =
    (isWord(first, 'check', 'unique', 'exclude') && (opensList || isWord(second, 'using', 'nulls'))) ||
    (isWord(first, 'primary', 'foreign') && isWord(second, 'key') && isPunctuation(third, '('));
  if (unnamed) return { kind: 'constraint', name: undefined, tokens };
  if (isWord(first, 'like') && lexis.dialect === 'postgres') return { kind: 'other', name: undefined, tokens };
  const name = first?.kind === 'string' && lexis.dialect === 'postgres' ? undefined : spelledName(first, lexis);
  return { kind: name === undefined ? 'other' : 'column', name, tokens };
};
