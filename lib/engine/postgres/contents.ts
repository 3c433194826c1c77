import { textOf, type Query } from './query.ts';

/** Relations, routines, types and schemas that are neither the system's nor of an extension, by kind and name. */
export const contentsOf = async (query: Query): Promise<readonly string[]> => {
  const rows = await query(contentsSql);
  return rows.flatMap((row) => textOf(row, 'what') ?? []);
};

const own = (catalog: string, alias: string): string => `NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`;

const outside = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

const contentsSql = `
  SELECT kind || ' ' || CASE WHEN schema = 'public' THEN '' ELSE schema || '.' END || name AS what FROM (
    SELECT 1 AS place, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
             WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END AS kind, n.nspname::text AS schema, c.relname::text AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND ${outside} AND ${own('pg_class', 'c')}
    UNION ALL
    SELECT 2, 'function', n.nspname::text, p.proname::text
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${outside} AND ${own('pg_proc', 'p')}
    UNION ALL
    SELECT 3, 'type', n.nspname::text, t.typname::text
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE t.typtype IN ('e', 'd', 'r') AND ${outside} AND ${own('pg_type', 't')}
    UNION ALL
    SELECT 4, 'schema', 'public', n.nspname::text FROM pg_catalog.pg_namespace n
     WHERE ${outside} AND n.nspname <> 'public' AND ${own('pg_namespace', 'n')}
  ) found ORDER BY place, schema, name`;
