import type { Scope } from '../engine.ts';
import { textOf, type Query } from './query.ts';

/** A schema in scope. */
export interface ManagedSchema {
  readonly oid: number;
  readonly name: string;
}

/**
 * The schemas that a scope is about, by name: those that its patterns name, less the excluded ones, the system's, and
 * where no pattern names them outright those of an extension; without patterns the default schema alone, which the
 * empty pattern names, too.
 */
export const managedSchemas = async (query: Query, scope: Scope, schema: string): Promise<readonly ManagedSchema[]> => {
  const patterns = scope.schemas ?? [];
  const isExcluded = matcher(scope.exclude);
  const isNamed = matcher(patterns);
  const rows = await query(
    `SELECT n.oid::text AS oid, n.nspname AS name,
            EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e') AS owned
       FROM pg_catalog.pg_namespace n
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname COLLATE "C"`,
  );
  const found = rows.map((row) => ({ oid: Number(textOf(row, 'oid')), name: textOf(row, 'name') ?? '', owned: row['owned'] === true }));
  const isManaged = ({ name, owned }: (typeof found)[number]): boolean => {
    if (patterns.length === 0) return name === schema;
    if (patterns.includes(name === schema ? '' : name) || patterns.includes(name)) return true;
    return isNamed(name) && !owned && (name === schema || !isExcluded(name));
  };
  return found.filter(isManaged).map(({ oid, name }) => ({ oid, name }));
};

/** The schemas beside the default one that hold anything or were made by somebody: an empty `public` is in every database. */
export const otherSchemas = async (query: Query, schema: string): Promise<readonly string[]> => {
  const found = await managedSchemas(query, { exclude: [], journalTable: '', schemas: ['*'] }, schema);
  const rows = await query(
    `SELECT n.oid::text AS oid FROM pg_catalog.pg_namespace n
      WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid)`,
  );
  const empty = new Set(rows.map((row) => Number(textOf(row, 'oid'))));
  return found.filter(({ oid, name }) => name !== schema && !empty.has(oid)).map(({ name }) => name);
};

/** The columns of a table of a schema; none when there is no such table. */
export const columnsOf = async (query: Query, schema: string, table: string): Promise<readonly string[]> => {
  const rows = await query(
    `SELECT a.attname AS name FROM pg_catalog.pg_attribute a
       JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1::text::name AND c.relname = $2::text::name AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum`,
    [schema, table],
  );
  return rows.map((row) => textOf(row, 'name') ?? '');
};

/**
 * Says of an object whether it is in scope: excluded are the patterns' matches, by bare name or `schema.name`, and
 * journals (limbeck's and those of other tools) in every schema.
 */
export const objectFilter = (scope: Scope): ((schema: string, name: string) => boolean) => {
  const journal = scope.journalTable.slice(scope.journalTable.indexOf('.') + 1);
  const journals = new Set([journal, ...otherJournals]);
  const isExcluded = matcher(scope.exclude);
  return (schema, name) => !journals.has(name) && !isExcluded(name) && !isExcluded(`${schema}.${name}`);
};

const otherJournals: readonly string[] = ['alembic_version', 'schema_migrations', 'flyway_schema_history'];

/** True for a name that one of the patterns matches as a whole; `*` is any run of characters. */
export const matcher = (patterns: readonly string[]): ((name: string) => boolean) => {
  const globs = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's');
  });
  return (name) => globs.some((glob) => glob.test(name));
};
