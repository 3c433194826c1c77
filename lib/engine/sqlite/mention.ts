import { foldCase, lex, significant, sqliteLexis } from '../../sql/lex.ts';
import type { Schema, SchemaObject } from '../../model/schema.ts';
import { nameAt } from './clauses.ts';

/** Names that a text mentions anywhere, in lower case: more than it refers to, never less. */
export const namesIn = (sql: string): ReadonlySet<string> =>
  new Set(
    significant(lex(sql, sqliteLexis))
      .filter((token) => token.kind === 'word' || token.kind === 'name' || token.kind === 'string')
      .map((token) => foldCase(nameAt(token))),
  );

/**
 * Views and triggers that mention one of the tables, directly or through a view: they must stand aside while a table is
 * rebuilt, because SQLite checks every view and trigger at each RENAME (https://sqlite.org/lang_altertable.html).
 */
export const dependentsOf = (schema: Schema, tables: ReadonlySet<string>): readonly SchemaObject[] => {
  const rest = [...schema.objects.values()].filter((object) => object.kind === 'view' || object.kind === 'trigger');
  const names = new Set(tables);
  const mentions = new Map(rest.map((object) => [object.key, namesIn(object.sql)]));
  const found = new Set<SchemaObject>();
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
