import { type Definition, readDefinition, readPath, spelledName } from './definition.ts';
import { isPunctuation, readItems } from './items.ts';
import { isWord, significant, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';

/**
 * Unqualified names of the objects that a statement may refer to, without its own, in order of appearance. For tables
 * and indexes it looks where references stand; for everything else, and for an opaque statement, each name counts.
 */
export const readReferences = (tokens: readonly Token[], lexis: Lexis, opaque: boolean): readonly string[] => {
  const words = significant(tokens);
  const definition = readDefinition(tokens, lexis);
  const found =
    opaque || !precise.has(definition.kind) ? everyName(words, definition, lexis) : preciseNames(words, tokens, definition, lexis);
  const own = definition.defines?.name;
  return [...new Set([...(definition.on === undefined ? [] : [definition.on]), ...found])].filter((name) => name !== own);
};

const precise: ReadonlySet<string> = new Set(['create table', 'create virtual table', 'create index']);

const everyName = (words: readonly Token[], { defines, after }: Definition, lexis: Lexis): readonly string[] =>
  words
    .slice(defines === undefined ? 1 : after)
    .flatMap((token) => [
      ...(token.kind === 'word' || token.kind === 'name' ? [spelledName(token, lexis) ?? ''] : []),
      ...namesInString(token, lexis),
    ]);

const preciseNames = (words: readonly Token[], tokens: readonly Token[], definition: Definition, lexis: Lexis): readonly string[] => [
  ...afterWords(words, definition.after, lexis),
  ...called(words, definition.after, lexis),
  ...words.flatMap((token) => namesInString(token, lexis)),
  ...(lexis.dialect === 'postgres' && definition.kind === 'create table' ? columnTypes(tokens, lexis) : []),
];

/** Names after REFERENCES, LIKE, OF (also PARTITION OF) and in INHERITS (…), and after CREATE TABLE … AS … FROM or JOIN. */
const afterWords = (words: readonly Token[], from: number, lexis: Lexis): readonly string[] =>
  words.flatMap((token, at) => {
    if (at < from) return [];
    const name = (index: number): readonly string[] => onlyName(readPath(words, index, lexis).name);
    if (isWord(token, 'references', 'from', 'join')) return name(at + 1);
    if (lexis.dialect === 'postgres' && isWord(token, 'like', 'of')) return name(at + 1);
    if (isWord(token, 'inherits')) return listed(words, at + 1, lexis);
    return [];
  });

const listed = (words: readonly Token[], open: number, lexis: Lexis): readonly string[] => {
  const names: string[] = [];
  for (let at = open + 1; at < words.length && !isPunctuation(words[at], ')');) {
    const { name, next } = readPath(words, at, lexis);
    if (name !== undefined) names.push(name);
    at = Math.max(next, at + 1);
  }
  return names;
};

/** Names with a `(` after them: functions, in a default or a check. */
const called = (words: readonly Token[], from: number, lexis: Lexis): readonly string[] =>
  lexis.dialect === 'sqlite'
    ? []
    : words
        .flatMap((token, at) => (at > from && isPunctuation(words[at + 1], '(') ? [token] : []))
        .flatMap((token) => (token.kind === 'word' || token.kind === 'name' ? [spelledName(token, lexis) ?? ''] : []));

const columnTypes = (tokens: readonly Token[], lexis: Lexis): readonly string[] =>
  readItems(tokens, lexis).flatMap((item) => {
    const name = item.kind === 'column' ? readPath(item.tokens, 1, lexis).name : undefined;
    return name === undefined ? [] : [name];
  });

/** PostgreSQL takes a relation's name from a text: nextval('orders_id_seq'), 'orders'::regclass. */
const namesInString = (token: Token, { dialect }: Lexis): readonly string[] => {
  if (dialect !== 'postgres' || token.kind !== 'string' || token.text.length > 200) return [];
  const match = /^'(?:[a-z_][\w$]*\.)?(?:([a-z_][\w$]*)|"([^"]+)")'$/.exec(token.text);
  return match === null ? [] : [match[1] ?? match[2] ?? ''];
};

const onlyName = (name: string | undefined): readonly string[] => (name === undefined ? [] : [name]);
