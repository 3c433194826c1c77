import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { commentSql, extensionsSql, withoutEnd } from './parts.ts';
import { placeOf, textsOf } from './row.ts';
import { address, type Found, type InspectContext, type Reader } from '../object/kind.ts';
import { keyIn } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';

/*
 * Attributes of a view: definition, columns, options, columnDefaults, columnComments, columnAcl; of a materialized view also
 * accessMethod, tablespace, columnSettings, dependsOnExtensions. Lists about columns hold `<name as SQL> <value>`. `sql` is the
 * query in the server's pretty form, with WITH NO DATA where no rows were read into it: these are data, and not compared.
 */

/** Views and materialized views. */
export const viewReader: Reader = {
  sql: (context) => `WITH k AS MATERIALIZED (${columnsSql(context)})
    SELECT c.oid::text AS oid, c.reltype::text AS row_type, t.typarray::text AS array_type, w.oid::text AS rewrite,
           c.relkind = 'm' AS materialized, n.nspname AS schema, c.relname AS name,
           pg_catalog.pg_get_viewdef(c.oid) AS definition, pg_catalog.pg_get_viewdef(c.oid, true) AS pretty,
           (SELECT pg_catalog.jsonb_agg(o.option ORDER BY o.option COLLATE "C") FROM (
              SELECT pg_catalog.unnest(c.reloptions) AS option UNION ALL
              SELECT 'toast.' || pg_catalog.unnest(s.reloptions) FROM pg_catalog.pg_class s WHERE s.oid = c.reltoastrelid) AS o) AS options,
           (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = c.relam) AS access_method,
           (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
           c.relispopulated AS populated, ${commentSql('pg_class', 'c.oid')} AS comment,
           ${extensionsSql('pg_class', 'c.oid')} AS extensions,
           ${context.privileges ? aclSql('c.relacl', 'r', 'c.relowner') : 'NULL'} AS acl, k.*
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid AND w.rulename = '_RETURN'
      LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reltype
      LEFT JOIN k ON k.relation = c.oid
     WHERE c.relkind IN ('v', 'm') AND c.relnamespace IN ${context.namespaces}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
  found: (row, context) => [row['materialized'] === true ? materializedViewFound(row, context) : viewFound(row, context)],
};

const columnsSql = ({ namespaces, privileges }: InspectContext): string => `
    SELECT a.attrelid AS relation,
           ${each('a.type')} AS columns, ${each('a.fallback')} AS defaults, ${each('a.comment')} AS column_comments,
           pg_catalog.jsonb_agg(a.fallback_oid) FILTER (WHERE a.fallback_oid IS NOT NULL) AS default_oids,
           ${flat('a.settings')} AS settings,
           ${flat('a.acl')} AS column_acl
      FROM (SELECT b.attrelid, b.attnum, pg_catalog.quote_ident(b.attname) AS name,
                   pg_catalog.format_type(b.atttypid, b.atttypmod)
                     || CASE WHEN b.attcollation NOT IN (0, y.typcollation) THEN ' COLLATE ' || b.attcollation::pg_catalog.regcollation::text ELSE '' END AS type,
                   pg_catalog.pg_get_expr(f.adbin, f.adrelid) AS fallback, f.oid::text AS fallback_oid,
                   ${commentSql('pg_class', 'b.attrelid', 'b.attnum')} AS comment,
                   (SELECT pg_catalog.jsonb_agg(pg_catalog.quote_ident(b.attname) || ' ' || s.setting ORDER BY s.setting COLLATE "C") FROM (
                      SELECT 'STATISTICS ' || b.attstattarget AS setting WHERE b.attstattarget <> -1 UNION ALL
                      SELECT 'STORAGE ' || CASE b.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END WHERE b.attstorage <> y.typstorage UNION ALL
                      SELECT 'COMPRESSION ' || CASE b.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END WHERE b.attcompression <> '' UNION ALL
                      SELECT '(' || pg_catalog.unnest(b.attoptions) || ')') AS s) AS settings,
                   ${privileges ? `(SELECT pg_catalog.jsonb_agg(pg_catalog.quote_ident(b.attname) || ' ' || e.entry) FROM pg_catalog.jsonb_array_elements_text(${aclSql('b.attacl', 'c', 'r.relowner')}) AS e(entry))` : 'NULL::jsonb'} AS acl
              FROM pg_catalog.pg_attribute b
              JOIN pg_catalog.pg_class r ON r.oid = b.attrelid AND r.relkind IN ('v', 'm') AND r.relnamespace IN ${namespaces}
              JOIN pg_catalog.pg_type y ON y.oid = b.atttypid
              LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = b.attrelid AND f.adnum = b.attnum
             WHERE b.attnum > 0 AND NOT b.attisdropped) AS a
     GROUP BY a.attrelid`;

const each = (value: string): string =>
  `pg_catalog.jsonb_agg(a.name || ' ' || ${value} ORDER BY a.attnum) FILTER (WHERE ${value} IS NOT NULL)`;

const flat = (value: string): string =>
  `pg_catalog.jsonb_path_query_array(pg_catalog.jsonb_agg(${value} ORDER BY a.attnum) FILTER (WHERE ${value} IS NOT NULL), '$[*][*]')`;

const viewFound = (row: Row, context: InspectContext): Found => {
  const { schema, name } = placeOf(row, context);
  return {
    object: {
      kind: 'view',
      key: keyIn('view', schema, context.schema, name),
      name,
      attributes: common(row, context),
      needs: [],
      sql: `${withoutEnd(textOf(row, 'pretty') ?? '')}${row['populated'] === true || context.meantFull.has(textOf(row, 'oid') ?? '') ? '' : '\nWITH NO DATA'}`,
      position: 0,
    },
    addresses: addressesOf(row),
  };
};

const materializedViewFound = (row: Row, context: InspectContext): Found => {
  const view = viewFound(row, context);
  return {
    ...view,
    object: {
      ...view.object,
      kind: 'materialized view',
      key: keyIn('materialized view', placeOf(row, context).schema, context.schema, view.object.name),
      attributes: {
        ...view.object.attributes,
        accessMethod: textOf(row, 'access_method'),
        tablespace: textOf(row, 'tablespace'),
        columnSettings: textsOf(row, 'settings'),
        dependsOnExtensions: textsOf(row, 'extensions'),
      },
    },
  };
};

const common = (row: Row, context: InspectContext): Found['object']['attributes'] => {
  const { id, schemaAttribute } = placeOf(row, context);
  return {
    id,
    schema: schemaAttribute,
    definition: settledText(withoutEnd(textOf(row, 'definition') ?? '').trim()),
    columns: textsOf(row, 'columns'),
    options: textsOf(row, 'options'),
    columnDefaults: textsOf(row, 'defaults'),
    columnComments: textsOf(row, 'column_comments'),
    columnAcl: context.privileges ? textsOf(row, 'column_acl') : undefined,
    comment: textOf(row, 'comment'),
    acl: aclOf(row),
  };
};

const addressesOf = (row: Row): Found['addresses'] => [
  address('pg_class', row['oid']),
  address('pg_rewrite', row['rewrite']),
  address('pg_type', row['row_type']),
  ...(row['array_type'] === null ? [] : [address('pg_type', row['array_type'])]),
  ...textsOf(row, 'default_oids').map((oid) => address('pg_attrdef', oid)),
];
