import { foldCase, isWord, lex, significant, type Token } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import type { Schema, SchemaObject } from '../../model/schema.ts';
import { closing, nameAt } from './clauses.ts';

/** Names that a text mentions anywhere, in lower case: more than it refers to, never less. */
export const namesIn = (sql: string): ReadonlySet<string> =>
  new Set(
    significant(lex(sql, sqliteLexis))
      .filter((token) => token.kind === 'word' || token.kind === 'name' || token.kind === 'string')
      .map((token) => foldCase(nameAt(token))),
  );

/**
 * Views and triggers that mention one of the tables, directly or through a view: they must stand aside while a table is
 * rebuilt, because SQLite checks every view and trigger at each RENAME (https://sqlite.org/lang_altertable.html). For the
 * same reason those that mention what is not in the schema (a virtual table without its module, an excluded or missing
 * table): they would fail every check.
 */
export const dependentsOf = (schema: Schema, tables: ReadonlySet<string>): readonly SchemaObject[] => {
  const rest = [...schema.objects.values()].filter((object) => object.kind === 'view' || object.kind === 'trigger');
  const names = new Set(tables);
  const mentions = new Map(rest.map((object) => [object.key, namesIn(object.sql)]));
  const present = new Set(
    [...schema.objects.values()].filter((object) => object.parent === undefined).map((object) => foldCase(object.name)),
  );
  const found = new Set<SchemaObject>();
  for (const object of rest) {
    if (!mentionsMissing(object.sql, present)) continue;
    found.add(object);
    if (object.kind === 'view') names.add(foldCase(object.name));
  }
  for (let grew = true; grew;) {
    grew = false;
    for (const object of rest) {
      if (found.has(object) || ![...(mentions.get(object.key) ?? [])].some((name) => names.has(name))) continue;
      found.add(object);
      if (object.kind === 'view') names.add(foldCase(object.name));
      grew = true;
    }
  }
  return rest.filter((object) => found.has(object));
};

/** Over-eager where a name hides behind syntax: to stand aside costs two statements and does no harm. */
const mentionsMissing = (sql: string, present: ReadonlySet<string>): boolean => {
  const tokens = significant(lex(sql, sqliteLexis));
  const defined = new Set(
    tokens.flatMap((token, at) => (isWord(tokens[afterColumns(tokens, at + 1)], 'as') ? [foldCase(nameAt(token))] : [])),
  );
  return tokens.some((token, at) => {
    if (!isWord(token, 'from', 'join', 'into') && !(isWord(token, 'update') && !isWord(tokens[at + 1], 'of', 'on', 'set'))) return false;
    const name = tableAfter(tokens, at + 1);
    return name !== undefined && !present.has(name) && !defined.has(name) && !/^(sqlite|pragma)_/.test(name);
  });
};

/** Past the column list of `name (a, b) AS (…)`. */
const afterColumns = (tokens: readonly Token[], at: number): number => (tokens[at]?.text === '(' ? closing(tokens, at) + 1 : at);

/** The table named at `at`, in lower case; undefined for a subquery or a table function. */
const tableAfter = (tokens: readonly Token[], start: number): string | undefined => {
  let at = start;
  if (isWord(tokens[at], 'or')) at += 2;
  if (tokens[at + 1]?.text === '.') at += 2;
  const token = tokens[at];
  const isName = token?.kind === 'word' || token?.kind === 'name' || token?.kind === 'string';
  return isName && (tokens[at + 1]?.text !== '(' || isWord(tokens[start - 1], 'into')) ? foldCase(nameAt(token)) : undefined;
};
