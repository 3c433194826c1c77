import type { Lexis } from './lexis.ts';
import { isWordPart, isWordStart, scanAt, type TokenKind } from './scan.ts';

/** A piece of a text; `start` and `end` are UTF-16 offsets into it. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Present on the last token of a text that ends inside a quote or a comment. */
  readonly open?: true;
}

/** Cuts a text into tokens. Never throws; the tokens' texts joined are the text, for any text. Linear. */
export const lex = (text: string, lexis: Lexis): readonly Token[] => {
  const tokens: Token[] = [];
  for (let start = 0; start < text.length;) {
    const { kind, end, open } = scanAt(text, start, lexis);
    const token = { kind, text: text.slice(start, end), start, end };
    tokens.push(open === undefined ? token : { ...token, open });
    start = end;
  }
  return tokens;
};

/** The tokens that mean something: all but space and comments. */
export const significant = (tokens: readonly Token[]): readonly Token[] =>
  tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');

/**
 * The name that a `word` or `name` token spells, unquoted, in its own case; undefined for other tokens. Where a
 * string stands for a name (SQLite) is the caller's to know.
 */
export const nameOf = (token: Token): string | undefined => {
  if (token.kind === 'word') return token.text;
  if (token.kind !== 'name') return undefined;
  const { text } = token;
  const quote = text.charAt(0);
  if (quote === '[') return token.open ? text.slice(1) : text.slice(1, -1);
  const open = text.indexOf(quote === '`' ? '`' : '"') + 1;
  const inside = token.open ? text.slice(open) : text.slice(open, -1);
  return quote === '`' ? inside.replaceAll('``', '`') : inside.replaceAll('""', '"');
};

/** True when `token` is an unquoted word, equal to one of `words` whatever the case. */
export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.some((word) => word.length === token.text.length && word.toLowerCase() === token.text.toLowerCase());

/** Lower case for ASCII letters only, as both engines fold names. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * A text as tokens that compare equal whatever the layout: no comments and space, words in lower case, literals in
 * their simplest form, `!=` as `<>`. On SQLite also `==` as `=` and a quoted name as the word it spells (in lower
 * case); on PostgreSQL a quoted name stays as it is written. A string never equals a name.
 */
export const normalTokens = (text: string, lexis: Lexis): readonly string[] =>
  significant(lex(text, lexis)).map((token) => normalToken(token, lexis));

/** `normalTokens` with a space between each. */
export const normalText = (text: string, lexis: Lexis): string => normalTokens(text, lexis).join(' ');

const normalToken = (token: Token, { dialect }: Lexis): string => {
  switch (token.kind) {
    case 'name':
      return dialect === 'sqlite' ? sqliteName(token) : token.text;
    case 'string':
      return dialect === 'sqlite' ? token.text : simplestString(token.text);
    case 'operator':
      if (token.text === '!=') return '<>';
      return dialect === 'sqlite' && token.text === '==' ? '=' : token.text;
    case 'word':
    case 'number':
    case 'blob':
      return foldCase(token.text);
    case 'parameter':
    case 'space':
    case 'comment':
      return token.text;
  }
};

const sqliteName = (token: Token): string => {
  const name = foldCase(nameOf(token) ?? '');
  return isPlainWord(name) ? name : `"${name.replaceAll('"', '""')}"`;
};

const isPlainWord = (name: string): boolean => {
  if (name === '' || !isWordStart(name.charCodeAt(0))) return false;
  for (let at = 1; at < name.length; at += 1) if (!isWordPart(name.charCodeAt(at))) return false;
  return true;
};

/** A PostgreSQL text literal as `'…'` when its value can be told from its text alone; else as written. */
const simplestString = (text: string): string => {
  const first = text.charAt(0);
  if (first === '$') {
    const tag = text.indexOf('$', 1) + 1;
    return `'${text.slice(tag, -tag).replaceAll("'", "''")}'`;
  }
  if ((first === 'E' || first === 'e') && !text.includes('\\')) return text.slice(1);
  if ((first === 'E' || first === 'e') && /^[^\\]*(?:\\\\[^\\]*)+$/.test(text)) return text.slice(1).replaceAll('\\\\', '\\');
  return text;
};
