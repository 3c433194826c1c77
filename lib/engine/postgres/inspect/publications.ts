import { objectKey, type SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { firingOf } from './parts.ts';
import { textsOf } from './row.ts';
import { address, type InspectContext, type Reader } from '../object/kind.ts';
import { nameSql, pathOf, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/** Publications. Attributes: allTables, operations (as in `publish`), viaRoot, generatedColumns (from 18 on). */
export const publicationReader: Reader = {
  sql: ({ major }) => `
    SELECT x.oid::text AS oid, x.pubname AS name, x.puballtables AS all_tables, x.pubviaroot AS via_root,
           ${major >= 18 ? `CASE x.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END` : 'NULL'} AS generated_columns,
           pg_catalog.to_jsonb(pg_catalog.array_remove(ARRAY[CASE WHEN x.pubinsert THEN 'insert' END, CASE WHEN x.pubupdate THEN 'update' END,
             CASE WHEN x.pubdelete THEN 'delete' END, CASE WHEN x.pubtruncate THEN 'truncate' END], NULL)) AS operations,
           pg_catalog.obj_description(x.oid, 'pg_publication') AS comment
      FROM pg_catalog.pg_publication x ORDER BY x.pubname COLLATE "C"`,
  found: (row) => {
    const name = textOf(row, 'name') ?? '';
    return [
      {
        object: {
          kind: 'publication',
          key: objectKey('publication', name),
          name,
          attributes: {
            id: nameSql(name),
            allTables: row['all_tables'] === true,
            operations: textsOf(row, 'operations'),
            viaRoot: row['via_root'] === true,
            generatedColumns: textOf(row, 'generated_columns'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_publication', row['oid'])],
      },
    ];
  },
};

/**
 * Tables and schemas of publications, also those that are outside the managed schemas. Attributes: id (the publication), table
 * with columns and where, or tablesOf (a schema as SQL). The key of a schema's ends in an empty name. `sql` is the table
 * with ONLY where it has children that are members by themselves or not at all.
 */
export const publicationMemberReader: Reader = {
  sql: ({ major }) => `
    SELECT x.oid::text AS oid, p.pubname AS publication, n.nspname AS schema, c.relname AS name, false AS whole,
           c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS only,
           ${major >= 15 ? columnsAndWhere : 'NULL::jsonb AS columns, NULL AS where'}
      FROM pg_catalog.pg_publication_rel x
      JOIN pg_catalog.pg_publication p ON p.oid = x.prpubid
      JOIN pg_catalog.pg_class c ON c.oid = x.prrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    ${major >= 15 ? `UNION ALL ${schemasSql}` : ''}
     ORDER BY 2, 5, 3, 4`,
  found: (row, context) => {
    const isWhole = row['whole'] === true;
    return [
      {
        object: isWhole ? schemaMember(row, context) : tableMember(row, context),
        addresses: [address(isWhole ? 'pg_publication_namespace' : 'pg_publication_rel', row['oid'])],
      },
    ];
  },
};

const columnsAndWhere = `
           (SELECT pg_catalog.jsonb_agg(pg_catalog.quote_ident(a.attname) ORDER BY a.attname COLLATE "C")
              FROM pg_catalog.unnest(x.prattrs) AS u(n) JOIN pg_catalog.pg_attribute a ON a.attrelid = x.prrelid AND a.attnum = u.n) AS columns,
           pg_catalog.pg_get_expr(x.prqual, x.prrelid) AS where`;

const schemasSql = `
    SELECT x.oid::text, p.pubname, n.nspname, NULL, true, false, NULL, NULL
      FROM pg_catalog.pg_publication_namespace x
      JOIN pg_catalog.pg_publication p ON p.oid = x.pnpubid
      JOIN pg_catalog.pg_namespace n ON n.oid = x.pnnspid`;

const member = (row: Row): Pick<SchemaObject, 'kind' | 'name' | 'parent' | 'needs' | 'position'> => ({
  kind: 'publication member',
  name: textOf(row, 'name') ?? textOf(row, 'schema') ?? '',
  parent: objectKey('publication', textOf(row, 'publication') ?? ''),
  needs: [],
  position: 0,
});

const tableMember = (row: Row, context: InspectContext): SchemaObject => {
  const [publication, schema, name] = [textOf(row, 'publication') ?? '', textOf(row, 'schema') ?? '', textOf(row, 'name') ?? ''];
  const table = qualifiedSql(schema, name, context.schema);
  const where = textOf(row, 'where');
  return {
    ...member(row),
    key: objectKey('publication member', publication, ...pathOf(schema, name, context.schema)),
    attributes: {
      id: nameSql(publication),
      table,
      columns: textsOf(row, 'columns'),
      where: where === undefined ? undefined : settledText(where),
    },
    sql: row['only'] === true ? `ONLY ${table}` : table,
  };
};

const schemaMember = (row: Row, context: InspectContext): SchemaObject => {
  const [publication, schema] = [textOf(row, 'publication') ?? '', textOf(row, 'schema') ?? ''];
  const name = schema === context.schema ? 'CURRENT_SCHEMA' : nameSql(schema);
  return {
    ...member(row),
    key: objectKey('publication member', publication, ...pathOf(schema, '', context.schema)),
    attributes: { id: nameSql(publication), tablesOf: name },
    sql: name,
  };
};

/** Event triggers. Attributes: event, tags (sorted), function (as SQL), enabled (as ALTER EVENT TRIGGER says it). */
export const eventTriggerReader: Reader = {
  sql: () => `
    SELECT x.oid::text AS oid, x.evtname AS name, x.evtevent AS event, x.evtenabled::text AS enabled, n.nspname AS schema, p.proname AS function,
           (SELECT pg_catalog.jsonb_agg(t ORDER BY t COLLATE "C") FROM pg_catalog.unnest(x.evttags) AS u(t)) AS tags,
           pg_catalog.obj_description(x.oid, 'pg_event_trigger') AS comment
      FROM pg_catalog.pg_event_trigger x
      JOIN pg_catalog.pg_proc p ON p.oid = x.evtfoid
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
     ORDER BY x.evtname COLLATE "C"`,
  found: (row, context) => {
    const name = textOf(row, 'name') ?? '';
    return [
      {
        object: {
          kind: 'event trigger',
          key: objectKey('event trigger', name),
          name,
          attributes: {
            id: nameSql(name),
            event: textOf(row, 'event'),
            tags: textsOf(row, 'tags'),
            function: qualifiedSql(textOf(row, 'schema') ?? '', textOf(row, 'function') ?? '', context.schema),
            enabled: firingOf(row, 'enabled'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_event_trigger', row['oid'])],
      },
    ];
  },
};
