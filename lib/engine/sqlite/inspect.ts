import { foldCase, isWord, lex, normalText, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import { objectKey, schemaOf, type Schema, type SchemaObject, type UnmanagedObject } from '../../model/schema.ts';
import type { Scope } from '../engine.ts';
import { indexTerms, closing, nameAt, readTable, type ColumnClause, type ConstraintClause } from './clauses.ts';
import type { Query } from './query.ts';

/**
 * Reads the whole schema with a constant number of queries. Everything that SQLite knows of a schema stands in the
 * stored texts (https://sqlite.org/schematab.html), so these are read; the fingerprint asks the PRAGMAs.
 * Keys are in lower case, as SQLite compares names. Virtual tables whose module the connection lacks are unmanaged.
 */
export const inspect = async (query: Query, scope: Scope): Promise<Schema> => {
  const stored = (await query('SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema ORDER BY rowid')).map(toEntry);
  const modules = new Set((await query('SELECT name FROM pragma_module_list')).map((row) => String(row['name']).toLowerCase()));
  const shadows = await shadowTables(query, stored);
  const inScope = stored.filter((entry) => !shadows.has(entry.table) && isInScope(scope, entry));
  const objects: SchemaObject[] = [];
  const unmanaged: UnmanagedObject[] = [];
  inScope.forEach((entry, position) => {
    const module = moduleOf(entry);
    if (module !== undefined && !modules.has(module)) {
      const reason = `this SQLite has no module ${module}`;
      unmanaged.push({ key: objectKey('virtual table', entry.key), reason, definition: normalText(entry.sql, sqliteLexis) });
    } else objects.push(...objectsOf(entry, position));
  });
  return schemaOf(objects, unmanaged);
};

interface Entry {
  readonly type: string;
  readonly name: string;
  /** Name in lower case: its identity. */
  readonly key: string;
  /** Table in lower case. */
  readonly table: string;
  readonly sql: string;
}

const toEntry = (row: Readonly<Record<string, unknown>>): Entry => ({
  type: String(row['type']),
  name: String(row['name']),
  key: foldCase(String(row['name'])),
  table: foldCase(String(row['table'])),
  sql: row['sql'] === null ? '' : String(row['sql']),
});

const foreignJournals = ['alembic_version', 'schema_migrations', 'flyway_schema_history'];

const isInScope = (scope: Scope, entry: Entry): boolean => {
  if (entry.sql === '') return false;
  return [entry.key, entry.table].every(
    (name) =>
      !name.startsWith('sqlite_') &&
      !foreignJournals.includes(name) &&
      name !== foldCase(scope.journalTable) &&
      !scope.exclude.some((pattern) => matches(pattern, name)),
  );
};

const matches = (pattern: string, name: string): boolean => {
  const source = foldCase(pattern)
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's').test(name);
};

const shadowSuffixes: Readonly<Record<string, readonly string[]>> = {
  fts5: ['data', 'idx', 'content', 'docsize', 'config'],
  fts4: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  fts3: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  rtree: ['node', 'rowid', 'parent'],
  rtree_i32: ['node', 'rowid', 'parent'],
  geopoly: ['node', 'rowid', 'parent'],
};

const moduleOf = (entry: Entry): string | undefined => {
  if (entry.type !== 'table') return undefined;
  const tokens = significant(lex(entry.sql, sqliteLexis));
  if (!isWord(tokens[1], 'virtual')) return undefined;
  const using = tokens.findIndex((token) => isWord(token, 'using'));
  return foldCase(nameAt(tokens[using + 1]));
};

const shadowTables = async (query: Query, entries: readonly Entry[]): Promise<ReadonlySet<string>> => {
  const virtual = entries.flatMap((entry) => {
    const module = moduleOf(entry);
    return module === undefined ? [] : [{ key: entry.key, module }];
  });
  if (virtual.length === 0) return new Set();
  const named = virtual.flatMap(({ key, module }) => (shadowSuffixes[module] ?? []).map((suffix) => `${key}_${suffix}`));
  return new Set([...named, ...(await listedShadows(query))]);
};

/** `pragma_table_list` fails as a whole when one virtual table's module is missing; the names above serve then. */
const listedShadows = async (query: Query): Promise<readonly string[]> => {
  try {
    const rows = await query(`SELECT name FROM pragma_table_list WHERE type = 'shadow'`);
    return rows.map((row) => foldCase(String(row['name'])));
  } catch {
    return [];
  }
};

const objectsOf = (entry: Entry, position: number): readonly SchemaObject[] => {
  const common = { name: entry.name, sql: entry.sql, position, needs: [] };
  switch (entry.type) {
    case 'index':
      return [{ ...common, kind: 'index', key: objectKey('index', entry.key), attributes: indexAttributes(entry) }];
    case 'view':
      return [{ ...common, kind: 'view', key: objectKey('view', entry.key), attributes: { definition: afterCreate(entry.sql) } }];
    case 'trigger': {
      const attributes = { table: entry.table, definition: afterCreate(entry.sql) };
      return [{ ...common, kind: 'trigger', key: objectKey('trigger', entry.key), attributes }];
    }
    default:
      return moduleOf(entry) === undefined ? tableObjects(entry, position) : [virtualTable(entry, position)];
  }
};

const virtualTable = (entry: Entry, position: number): SchemaObject => ({
  kind: 'virtual table',
  key: objectKey('virtual table', entry.key),
  name: entry.name,
  attributes: { definition: afterCreate(entry.sql) },
  needs: [],
  sql: entry.sql,
  position,
});

/** The text after the object's name, in normal form: `CREATE`, `IF NOT EXISTS` and the spelling of the name do not count. */
const afterCreate = (sql: string): string => {
  const tokens = significant(lex(sql, sqliteLexis));
  let at = tokens.findIndex((token) => isWord(token, 'view', 'trigger', 'table', 'index')) + 1;
  if (isWord(tokens[at], 'if')) at += 3;
  if (tokens[at + 1]?.text === '.') at += 2;
  return normalText(sql.slice(tokens[at]?.end), sqliteLexis);
};

const indexAttributes = (entry: Entry): SchemaObject['attributes'] => {
  const tokens = significant(lex(entry.sql, sqliteLexis));
  const open = tokens.findIndex((token) => token.text === '(');
  const close = closing(tokens, open);
  return {
    table: entry.table,
    unique: isWord(tokens[1], 'unique'),
    terms: indexTerms(entry.sql, tokens.slice(open + 1, close)),
    where: normalText(entry.sql.slice(tokens[close]?.end), sqliteLexis),
  };
};

const tableObjects = (entry: Entry, position: number): readonly SchemaObject[] => {
  const clauses = readTable(entry.sql);
  const table: SchemaObject = {
    kind: 'table',
    key: objectKey('table', entry.key),
    name: entry.name,
    attributes: { withoutRowid: clauses.options.includes('without rowid'), strict: clauses.options.includes('strict') },
    needs: [],
    sql: entry.sql,
    position,
  };
  const columns = clauses.columns.map((column, index) => columnObject(table, entry.key, column, index));
  return [table, ...columns, ...constraintObjects(table, entry.key, clauses.constraints)];
};

const columnObject = (table: SchemaObject, tableKey: string, column: ColumnClause, position: number): SchemaObject => ({
  kind: 'column',
  key: objectKey('column', tableKey, foldCase(column.name)),
  name: column.name,
  parent: table.key,
  attributes: {
    type: column.type,
    notNull: column.notNull,
    default: column.fallback,
    collation: column.collation,
    generated: column.generated,
    stored: column.stored,
  },
  needs: [],
  sql: column.text,
  position,
});

/** An unnamed constraint is known by its definition; a second one alike gets a number. */
const constraintObjects = (table: SchemaObject, tableKey: string, constraints: readonly ConstraintClause[]): readonly SchemaObject[] => {
  const seen = new Map<string, number>();
  return constraints.map((constraint, position) => {
    const label = constraint.name === undefined ? constraint.definition : foldCase(constraint.name);
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return {
      kind: 'constraint',
      key: objectKey('constraint', tableKey, count === 1 ? label : `${label} #${count}`),
      name: constraint.name ?? '',
      parent: table.key,
      attributes: { definition: constraint.definition, named: constraint.name !== undefined },
      needs: constraint.refersTo === undefined ? [] : [objectKey('table', constraint.refersTo)],
      sql: constraint.definition,
      position,
    };
  });
};
