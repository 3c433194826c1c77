import { foldCase, isWord, lex, nameOf, significant, type Token } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';

/** A text cut into tokens that mean something. */
export type Tokens = readonly Token[];

/** The meaningful tokens of a SQLite text. */
export const cut = (sql: string): Tokens => significant(lex(sql, sqliteLexis));

/** A name for people: in lower case (ASCII, as SQLite compares names), in double quotes unless it is a plain word. */
export const spell = (name: string): string => {
  const folded = foldCase(name);
  return /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(folded) && !reserved.has(folded)
    ? folded
    : `"${folded.replaceAll('"', '""')}"`;
};

/** `spell` for a token where a name must stand; SQLite takes a string there too. */
export const spellToken = (token: Token | undefined): string => spell(bareName(token));

/** The name that a token stands for where only a name can stand, in its own case. */
export const bareName = (token: Token | undefined): string => {
  if (token === undefined) return '';
  if (token.kind === 'string') return token.text.slice(1, -1).replaceAll("''", "'");
  return nameOf(token) ?? token.text;
};

/**
 * Tokens as text that is the same whatever the layout, the case of words and the quotes of names. A name in double
 * quotes that is none of `columns` (folded) keeps its case: SQLite may read it as a string. Without `columns` every
 * name is a name.
 */
export const normal = (tokens: Tokens, columns?: ReadonlySet<string>): string =>
  join(tokens.map((token, at) => (isPerhapsString(tokens, at, columns) ? token.text : normalToken(token))));

/** Texts of tokens with one space between each, and none inside parentheses. */
export const join = (texts: readonly string[]): string =>
  texts.reduce((line, text, at) => {
    const tight = at === 0 || text === ')' || text === ',' || texts[at - 1] === '(';
    return tight ? line + text : `${line} ${text}`;
  }, '');

/** The offset of the parenthesis that closes the one at `open`; the end where none does. */
export const closer = (tokens: Tokens, open: number): number => {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const text = tokens[at]?.text;
    if (text === '(') depth += 1;
    else if (text === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return tokens.length;
};

/** The runs between commas that stand in no parentheses; empty runs are left out. */
export const runs = (tokens: Tokens): readonly Tokens[] => {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((run) => run.length > 0);
};

/** The tokens after the object's name in a CREATE statement: `CREATE`, `IF NOT EXISTS` and the schema do not count. */
export const afterName = (tokens: Tokens): Tokens => {
  let at = tokens.findIndex((token) => isWord(token, 'table', 'index', 'view', 'trigger')) + 1;
  if (isWord(tokens[at], 'if') && isWord(tokens[at + 1], 'not')) at += 3;
  return tokens.slice(tokens[at + 1]?.text === '.' ? at + 3 : at + 1);
};

/** The value of a DEFAULT: redundant parentheses do not count, and a lone name is the string that SQLite makes of it. */
export const normalDefault = (sql: string): string => {
  let tokens = cut(sql);
  while (tokens[0]?.text === '(' && closer(tokens, 0) === tokens.length - 1) tokens = tokens.slice(1, -1);
  const [only] = tokens;
  const isName = tokens.length === 1 && (only?.kind === 'name' || (only?.kind === 'word' && !literals.has(foldCase(only.text))));
  return isName ? `'${bareName(only).replaceAll("'", "''")}'` : normal(tokens, new Set());
};

/** A declared type: case and layout do not count. */
export const normalType = (sql: string): string => normal(cut(sql));

/** Arguments of a virtual table, which its module reads as text: what follows `=`, and quoted text, keeps its case. */
export const normalArguments = (tokens: Tokens): string => {
  let isValue = false;
  return join(
    tokens.map((token) => {
      if (token.text === '=') isValue = true;
      else if (token.text === ',') isValue = false;
      const isOdd = token.kind === 'name' && !/^[\w$\u0080-\uffff]+$/.test(nameOf(token) ?? '');
      return isValue || isOdd ? token.text : normalToken(token);
    }),
  );
};

const literals: ReadonlySet<string> = new Set(['null', 'true', 'false', 'current_date', 'current_time', 'current_timestamp']);

/** Words that mean something else when they stand unquoted; SQLite takes every other keyword as a name too. */
const reserved: ReadonlySet<string> = new Set([
  ...literals,
  ...`add all alter and as autoincrement between case check collate commit constraint create cross default deferrable
  delete distinct drop else escape except exists foreign from full group having in index inner insert intersect into is
  isnull join left limit natural not nothing notnull on or order outer primary references returning right select set
  table then to transaction union unique update using values when where`.split(/\s+/),
]);

const normalToken = (token: Token): string => {
  switch (token.kind) {
    case 'name':
      return spell(nameOf(token) ?? '');
    case 'operator':
      return token.text === '!=' ? '<>' : token.text === '==' ? '=' : token.text;
    case 'word':
    case 'number':
    case 'blob':
      return foldCase(token.text);
    case 'string':
    case 'parameter':
    case 'space':
    case 'comment':
      return token.text;
  }
};

const isPerhapsString = (tokens: Tokens, at: number, columns: ReadonlySet<string> | undefined): boolean => {
  const token = tokens[at];
  if (columns === undefined || token?.kind !== 'name' || !token.text.startsWith('"')) return false;
  const isElsewhere = tokens[at - 1]?.text === '.' || isWord(tokens[at - 1], 'collate') || ['(', '.'].includes(tokens[at + 1]?.text ?? '');
  return !isElsewhere && !columns.has(foldCase(nameOf(token) ?? ''));
};
