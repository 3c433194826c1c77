import type { ObjectKey, SchemaObject } from '../../model/schema.ts';
import type { Row } from '../engine.ts';
import { address, type Found, type InspectContext, type Reader } from './kind.ts';
import { madeName } from './made-name.ts';
import { keyIn, nameSql, qualifiedSql } from './naming.ts';
import { aclOf, aclSql } from './privileges.ts';
import { textOf } from './query.ts';
import { optionsOf, sequenceColumns } from './sequence-options.ts';

/**
 * The columns of tables. The sequence of an identity column, the expression of a generated one and (from PostgreSQL 18 on)
 * the constraint that makes it NOT NULL are parts of the column.
 */
export const columnReader: Reader = {
  sql: ({ namespaces, privileges, major }) => `
    SELECT c.oid::bigint::text AS relation, n.nspname AS schema, c.relname AS table, a.attname AS name, a.attnum AS position,
           pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
           ${major >= 18 ? `k.oid::bigint::text` : 'NULL::text'} AS constraint_oid, ${notNullColumns(major)},
           CASE WHEN a.attidentity <> '' AND (q.oid IS NOT NULL OR NOT c.relispartition) THEN a.attidentity END AS identity,
           q.oid::bigint::text AS sequence_oid, q.relname AS sequence_name, p.nspname AS sequence_schema, ${sequenceColumns},
           CASE WHEN q.relpersistence <> c.relpersistence THEN q.relpersistence END AS sequence_persistence,
           pg_catalog.obj_description(q.oid, 'pg_class') AS sequence_comment,
           d.oid::bigint::text AS expression_oid, nullif(a.attgenerated, '') AS generated, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
           CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
           CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage, nullif(a.attcompression, '') AS compression,
           nullif(a.attstattarget, -1)::text AS statistics,
           (SELECT pg_catalog.jsonb_agg(o.e ORDER BY o.e COLLATE "C") FROM pg_catalog.unnest(a.attoptions) AS o(e)) AS options,
           a.attislocal AS is_local, ${parentsSql} AS parents,
           pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
           ${privileges ? aclSql('a.attacl', 'c', 'c.relowner') : 'NULL::jsonb'} AS acl,
           ${privileges ? `CASE WHEN q.oid IS NOT NULL THEN ${aclSql('q.relacl', 's', 'q.relowner')} END` : 'NULL::jsonb'} AS sequence_acl
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
      LEFT JOIN pg_catalog.pg_depend i ON i.refclassid = 'pg_catalog.pg_class'::regclass AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum
            AND i.classid = 'pg_catalog.pg_class'::regclass AND i.objsubid = 0 AND i.deptype = 'i' AND a.attidentity <> ''
      LEFT JOIN pg_catalog.pg_class q ON q.oid = i.objid AND q.relkind = 'S'
      LEFT JOIN pg_catalog.pg_namespace p ON p.oid = q.relnamespace
      LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = q.oid
      ${major >= 18 ? `LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]` : ''}
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum`,
  found: (row, context) => [column(row, context)],
};

const notNullColumns = (major: number): string =>
  major >= 18
    ? `k.conname AS not_null_name, k.connoinherit AS not_null_no_inherit, NOT k.convalidated AS not_null_not_valid,
       k.coninhcount > 0 AND k.conislocal AS not_null_merged, k.coninhcount > 0 AS not_null_inherited,
       pg_catalog.obj_description(k.oid, 'pg_constraint') AS not_null_comment`
    : `NULL::name AS not_null_name, false AS not_null_no_inherit, false AS not_null_not_valid, false AS not_null_merged,
       false AS not_null_inherited, NULL::text AS not_null_comment`;

/** The columns of the same name in the tables that this one inherits from or is a partition of. */
const parentsSql = `(SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(pn.nspname, pc.relname) ORDER BY h.inhseqno)
        FROM pg_catalog.pg_inherits h
        JOIN pg_catalog.pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND pa.attnum > 0 AND NOT pa.attisdropped
        JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
       WHERE h.inhrelid = a.attrelid AND a.attinhcount > 0)`;

/** Plain defaults; that of a generated column is its expression. */
export const defaultReader: Reader = {
  sql: ({ namespaces }) => `
    SELECT d.oid::bigint::text AS oid, n.nspname AS schema, c.relname AS table, a.attname AS name, a.attnum AS position,
           pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression, ${parentsSql} AS parents
      FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attgenerated = ''
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum`,
  found: (row, { schema: defaultSchema }) => {
    const place = placeOf(row, defaultSchema);
    return [
      {
        object: {
          kind: 'default',
          key: keyIn('default', place.schema, defaultSchema, place.table, place.name),
          name: place.name,
          parent: keyIn('column', place.schema, defaultSchema, place.table, place.name),
          attributes: { id: place.id, table: place.tableId, expression: textOf(row, 'expression') },
          needs: parentKeys(row, 'default', place.name, defaultSchema),
          sql: '',
          position: Number(row['position']),
        },
        addresses: [address('pg_attrdef', row['oid'])],
      },
    ];
  },
};

const placeOf = (row: Row, defaultSchema: string) => {
  const [schema, table, name] = [textOf(row, 'schema') ?? '', textOf(row, 'table') ?? '', textOf(row, 'name') ?? ''];
  const tableId = qualifiedSql(schema, table, defaultSchema);
  return { schema, table, name, tableId, id: `${tableId}.${nameSql(name)}` };
};

const parentKeys = (row: Row, kind: 'column' | 'default', name: string, defaultSchema: string): readonly ObjectKey[] =>
  (Array.isArray(row['parents']) ? row['parents'] : []).flatMap((pair: unknown) =>
    Array.isArray(pair) ? [keyIn(kind, String(pair[0]), defaultSchema, String(pair[1]), name)] : [],
  );

const column = (row: Row, { schema: defaultSchema }: InspectContext): Found => {
  const { schema, table, name, tableId, id } = placeOf(row, defaultSchema);
  const parents = parentKeys(row, 'column', name, defaultSchema);
  const [constraint, sequence, expression] = [textOf(row, 'constraint_oid'), textOf(row, 'sequence_oid'), textOf(row, 'expression_oid')];
  return {
    object: {
      kind: 'column',
      key: keyIn('column', schema, defaultSchema, table, name),
      name,
      parent: keyIn('table', schema, defaultSchema, table),
      attributes: {
        id,
        schema: schema === defaultSchema ? undefined : schema,
        table: tableId,
        type: textOf(row, 'type'),
        collation: textOf(row, 'collation'),
        ...notNullOf(row, table, name),
        ...identityOf(row, defaultSchema),
        generated: generatedWords[textOf(row, 'generated') ?? ''],
        expression: textOf(row, 'expression'),
        storage: storageWords[textOf(row, 'storage') ?? ''],
        compression: compressionWords[textOf(row, 'compression') ?? ''],
        statistics: textOf(row, 'statistics'),
        options: Array.isArray(row['options']) ? row['options'].map(String) : undefined,
        inherited: parents.length > 0 ? true : undefined,
        merged: parents.length > 0 && row['is_local'] === true ? true : undefined,
        comment: textOf(row, 'comment'),
        acl: aclOf(row),
      },
      needs: parents,
      sql: '',
      position: Number(row['position']),
    },
    addresses: [
      address('pg_class', row['relation'], row['position']),
      ...(expression === undefined ? [] : [address('pg_attrdef', expression)]),
      ...(sequence === undefined ? [] : [address('pg_class', sequence)]),
      ...(constraint === undefined ? [] : [address('pg_constraint', constraint)]),
    ],
  };
};

const notNullOf = (row: Row, table: string, name: string): SchemaObject['attributes'] => {
  const constraint = textOf(row, 'not_null_name');
  return {
    notNull: row['not_null'] === true || constraint !== undefined ? 'not null' : undefined,
    notNullName: constraint === madeName(table, name, 'not_null') ? undefined : constraint,
    notNullNoInherit: row['not_null_no_inherit'] === true ? true : undefined,
    notNullNotValid: row['not_null_not_valid'] === true ? true : undefined,
    notNullInherited: row['not_null_inherited'] === true ? (row['not_null_merged'] === true ? 'merged' : 'inherited') : undefined,
    notNullComment: textOf(row, 'not_null_comment'),
  };
};

const identityOf = (row: Row, defaultSchema: string): SchemaObject['attributes'] => {
  const identity = textOf(row, 'identity');
  if (identity === undefined) return {};
  const [schema, sequence] = [textOf(row, 'sequence_schema') ?? '', textOf(row, 'sequence_name') ?? ''];
  const { increment, min, max, start, cache, cycle } = optionsOf(row);
  return {
    identity: identity === 'a' ? 'ALWAYS' : 'BY DEFAULT',
    identitySequence: qualifiedSql(schema, sequence, defaultSchema),
    identityIncrement: increment,
    identityMin: min,
    identityMax: max,
    identityStart: start,
    identityCache: cache,
    identityCycle: cycle,
    identityPersistence: persistenceWords[textOf(row, 'sequence_persistence') ?? ''],
    identityComment: textOf(row, 'sequence_comment'),
    identityAcl: aclOf(row, 'sequence_acl'),
  };
};

const generatedWords: Readonly<Record<string, string>> = { s: 'STORED', v: 'VIRTUAL' };
const storageWords: Readonly<Record<string, string>> = { p: 'PLAIN', e: 'EXTERNAL', m: 'MAIN', x: 'EXTENDED' };
const compressionWords: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };
const persistenceWords: Readonly<Record<string, string>> = { p: 'LOGGED', u: 'UNLOGGED' };
