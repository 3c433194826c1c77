import { foldCase, isWord, nameOf, significant, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';

/** What a statement's own words say about it, without a grammar. */
export interface Definition {
  /**
   * The command in lower case without its modifiers: `create table` (also TEMP, UNLOGGED), `create index` (also
   * UNIQUE), `create virtual table`, `alter table`, `insert`, … or `other`.
   */
  readonly kind: string;
  /** The object that a CREATE makes. Names are unquoted; PostgreSQL's unquoted ones are in lower case. */
  readonly defines: DefinedObject | undefined;
  /** The table, view or type that an index, trigger, rule, policy or ALTER is on. */
  readonly on: string | undefined;
  /** Index, among the significant tokens, after the defined name (or of the token that is no name). */
  readonly after: number;
}

export interface DefinedObject {
  readonly kind: string;
  readonly schema?: string;
  readonly name: string;
}

/** Reads the head of a statement. Total: what it does not know is `other` and defines nothing. */
export const readDefinition = (tokens: readonly Token[], lexis: Lexis): Definition => {
  const words = significant(tokens);
  const first = words[0];
  if (isWord(first, 'create', 'alter', 'drop', 'comment')) return objectCommand(words, lexis);
  const kind = first?.kind === 'word' && commands.has(foldCase(first.text)) ? foldCase(first.text) : 'other';
  return { kind, defines: undefined, on: undefined, after: 1 };
};

/** The name that a token spells for this dialect: PostgreSQL folds unquoted ones; SQLite lets a string be one. */
export const spelledName = (token: Token | undefined, { dialect }: Lexis): string | undefined => {
  if (token === undefined) return undefined;
  if (token.kind === 'word') return dialect === 'postgres' ? foldCase(token.text) : token.text;
  if (token.kind === 'string' && dialect === 'sqlite') return token.text.slice(1, -1).replaceAll("''", "'");
  return nameOf(token);
};

/** A possibly qualified name at `at` among significant tokens, and the index after it. */
export const readPath = (words: readonly Token[], at: number, lexis: Lexis): NamePath => {
  const path: string[] = [];
  let next = at;
  for (;;) {
    const name = spelledName(words[next], lexis);
    if (name === undefined) break;
    path.push(name);
    next += 1;
    if (words[next]?.text !== '.') break;
    next += 1;
  }
  return { name: path.at(-1), schema: path.at(-2), path, next };
};

export interface NamePath {
  readonly name: string | undefined;
  readonly schema: string | undefined;
  /** All of it, the outermost first. */
  readonly path: readonly string[];
  readonly next: number;
}

const commands: ReadonlySet<string> = new Set(
  `abort analyze attach begin call checkpoint close cluster commit copy deallocate declare delete detach discard do end
  execute explain fetch grant import insert listen load lock merge move notify pragma prepare reassign refresh reindex
  release replace reset revoke rollback savepoint security select set show start truncate unlisten update vacuum values
  with`.split(/\s+/),
);

const modifiers: ReadonlySet<string> = new Set(
  'or replace temp temporary unlogged global local unique recursive constraint trusted procedural default'.split(' '),
);

/** Kinds of two words or more, longest first. */
const longKinds: readonly (readonly string[])[] = [
  ['text', 'search', 'configuration'],
  ['text', 'search', 'dictionary'],
  ['text', 'search', 'parser'],
  ['text', 'search', 'template'],
  ['foreign', 'data', 'wrapper'],
  ['virtual', 'table'],
  ['foreign', 'table'],
  ['materialized', 'view'],
  ['event', 'trigger'],
  ['access', 'method'],
  ['operator', 'class'],
  ['operator', 'family'],
  ['user', 'mapping'],
  ['default', 'privileges'],
];

const onTable: ReadonlySet<string> = new Set(['index', 'trigger', 'rule', 'policy']);

const objectCommand = (words: readonly Token[], lexis: Lexis): Definition => {
  const command = foldCase(words[0]?.text ?? '');
  let at = command === 'comment' ? 2 : 1;
  const longAt = (from: number): readonly string[] | undefined =>
    longKinds.find((kind) => kind.every((word, index) => isWord(words[from + index], word)));
  while (longAt(at) === undefined && words[at]?.kind === 'word' && modifiers.has(foldCase(words[at]?.text ?? ''))) at += 1;
  const kindWords = longAt(at) ?? [foldCase(words[at]?.kind === 'word' ? (words[at]?.text ?? '') : '')];
  const kind = kindWords.join(' ');
  if (kind === '') return { kind: 'other', defines: undefined, on: undefined, after: at };
  at += kindWords.length;
  if (isWord(words[at], 'concurrently')) at += 1;
  if (isWord(words[at], 'if') && isWord(words[at + 1], 'not', 'exists')) at += isWord(words[at + 1], 'not') ? 3 : 2;
  if (command !== 'create' && isWord(words[at], 'only')) at += 1;
  const unnamed = isUnnamed(kind, words, at);
  const { name, schema, next }: Pick<NamePath, 'name' | 'schema' | 'next'> = unnamed
    ? { name: undefined, schema: undefined, next: at }
    : readPath(words, at, lexis);
  const on = command === 'create' ? (onTable.has(kind) ? targetOf(words, next, lexis) : undefined) : name;
  const defines = command === 'create' && name !== undefined ? { kind, ...(schema === undefined ? {} : { schema }), name } : undefined;
  return { kind: `${command} ${kind}`, defines, on, after: next };
};

/** CREATE INDEX ON t (…) and CREATE SCHEMA AUTHORIZATION r leave the name to PostgreSQL. */
const isUnnamed = (kind: string, words: readonly Token[], at: number): boolean =>
  (kind === 'index' && isWord(words[at], 'on') && !isWord(words[at + 1], 'on')) ||
  (kind === 'schema' && isWord(words[at], 'authorization'));

/** The table after the ON of an index, trigger or policy, or after the TO of a rule. */
const targetOf = (words: readonly Token[], from: number, lexis: Lexis): string | undefined => {
  const isRule = words.slice(0, 5).some((word) => isWord(word, 'rule'));
  const on = words.findIndex((word, index) => index >= from && isWord(word, isRule ? 'to' : 'on'));
  if (on < 0) return undefined;
  return readPath(words, isWord(words[on + 1], 'only') ? on + 2 : on + 1, lexis).name;
};
