import type { SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { addressSql, atSql } from './lines.ts';
import { commentSql } from './parts.ts';
import type { InspectContext, LineReader } from '../object/kind.ts';
import { keyIn, qualifiedSql } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';

/** Tables, partitioned ones and partitions among them. */
export const tableReader: LineReader = {
  kind: 'table',
  lines: ({ namespaces, privileges }) => `
    SELECT ${atSql(addressSql('pg_class', 'c.oid'), addressSql('pg_type', 'c.reltype'), addressSql('pg_type', 't.typarray'))},
           n.nspname AS schema, c.relname AS name,
           c.relpersistence AS persistence, ${optionsSql} AS options, m.amname AS access_method, s.spcname AS tablespace,
           c.relreplident AS replica_identity, c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
           CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
           CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
           ${commentSql('pg_class', 'c.oid')} AS comment,
           ${privileges ? aclSql('c.relacl', 'r', 'c.relowner') : 'NULL::jsonb'} AS acl
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reltype
      LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
      LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
  object: (row, context) => table(row, context),
};

/** Storage parameters, those of the TOAST table as they are given with the table's. */
const optionsSql = `(SELECT coalesce(pg_catalog.jsonb_agg(o.e ORDER BY o.e COLLATE "C"), '[]'::jsonb) FROM (
        SELECT pg_catalog.unnest(c.reloptions) AS e UNION ALL
        SELECT 'toast.' || pg_catalog.unnest(k.reloptions) FROM pg_catalog.pg_class k WHERE k.oid = c.reltoastrelid) AS o)`;

const table = (row: Row, { schema: defaultSchema }: InspectContext): SchemaObject => {
  const [schema, name] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? ''];
  const replicaIdentity = textOf(row, 'replica_identity');
  return {
    kind: 'table',
    key: keyIn('table', schema, defaultSchema, name),
    name,
    attributes: {
      schema: schema === defaultSchema ? undefined : schema,
      id: qualifiedSql(schema, name, defaultSchema),
      persistence: row['persistence'] === 'u' ? 'unlogged' : undefined,
      options: Array.isArray(row['options']) ? row['options'].map(String) : [],
      accessMethod: textOf(row, 'access_method'),
      tablespace: textOf(row, 'tablespace'),
      replicaIdentity: replicaIdentity === 'i' ? undefined : replicaIdentity,
      rowSecurity: row['row_security'] === true,
      forceRowSecurity: row['force_row_security'] === true,
      ofType: textOf(row, 'of_type'),
      partitionKey: textOf(row, 'partition_key'),
      comment: textOf(row, 'comment'),
      acl: aclOf(row),
    },
    needs: [],
    sql: '',
    position: 0,
  };
};
