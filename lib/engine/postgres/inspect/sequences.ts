import type { Row } from '../../engine.ts';
import { commentSql } from './parts.ts';
import { address, type Found, type InspectContext, type Reader } from '../object/kind.ts';
import { keyIn, qualifiedSql } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';
import { optionsOf, sequenceColumns } from '../object/sequence-options.ts';

/** Sequences and what each is owned by, which is an object of its own. Those of identity columns are parts of their columns. */
export const sequenceReader: Reader = {
  sql: ({ namespaces, privileges }) => `
    SELECT c.oid::bigint::text AS oid, n.nspname AS schema, c.relname AS name, c.relpersistence AS persistence, ${sequenceColumns},
           o.nspname AS owner_schema, t.relname AS owner_table, a.attname AS owner_column,
           ${commentSql('pg_class', 'c.oid')} AS comment,
           ${privileges ? aclSql('c.relacl', 's', 'c.relowner') : 'NULL::jsonb'} AS acl
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
      LEFT JOIN pg_catalog.pg_namespace o ON o.oid = t.relnamespace
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE c.relnamespace IN ${namespaces} AND c.relpersistence <> 't' AND d.deptype IS DISTINCT FROM 'i'
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
  found: (row, context) => [sequence(row, context), ...(textOf(row, 'owner_table') === undefined ? [] : [owner(row, context)])],
};

const sequence = (row: Row, { schema: defaultSchema }: InspectContext): Found => {
  const [schema, name] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? ''];
  return {
    object: {
      kind: 'sequence',
      key: keyIn('sequence', schema, defaultSchema, name),
      name,
      attributes: {
        schema: schema === defaultSchema ? undefined : schema,
        id: qualifiedSql(schema, name, defaultSchema),
        persistence: row['persistence'] === 'u' ? 'unlogged' : undefined,
        type: textOf(row, 'sequence_type'),
        ...optionsOf(row),
        comment: textOf(row, 'comment'),
        acl: aclOf(row),
      },
      needs: [],
      sql: '',
      position: 0,
    },
    addresses: [address('pg_class', row['oid'])],
  };
};

const owner = (row: Row, { schema: defaultSchema }: InspectContext): Found => {
  const [schema, name] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? ''];
  const [tableSchema, table, column] = [
    textOf(row, 'owner_schema') ?? '',
    textOf(row, 'owner_table') ?? '',
    textOf(row, 'owner_column') ?? '',
  ];
  return {
    object: {
      kind: 'sequence owner',
      key: keyIn('sequence owner', schema, defaultSchema, name),
      name,
      attributes: {
        schema: schema === defaultSchema ? undefined : schema,
        id: qualifiedSql(schema, name, defaultSchema),
        table: qualifiedSql(tableSchema, table, defaultSchema),
        column,
      },
      needs: [
        keyIn('sequence', schema, defaultSchema, name),
        keyIn('table', tableSchema, defaultSchema, table),
        keyIn('column', tableSchema, defaultSchema, table, column),
      ],
      sql: '',
      position: 0,
    },
    addresses: [],
  };
};
