import type { ObjectKey, SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { addressSql, atSql } from './lines.ts';
import { commentSql } from './parts.ts';
import type { InspectContext, LineReader } from '../object/kind.ts';
import { madeName } from '../object/made-name.ts';
import { keyIn, nameSql, qualifiedSql } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { isRow } from './row.ts';
import { textOf } from '../query.ts';
import { optionsOf, sequenceColumns } from '../object/sequence-options.ts';

/**
 * The columns of tables. The sequence of an identity column, the expression of a generated one and (from PostgreSQL 18 on)
 * the constraint that makes it NOT NULL are parts of the column.
 */
export const columnReader: LineReader = {
  kind: 'column',
  lines: ({ namespaces, privileges, major }) => `
    SELECT ${columnAt(major)},
           n.nspname AS schema, c.relname AS table, a.attname AS name, a.attnum AS position,
           pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null, m.description AS comment,
           ${major >= 18 ? 'k.conname AS not_null_name,' : ''}
           CASE WHEN q.oid IS NOT NULL OR a.attidentity <> '' THEN pg_catalog.jsonb_build_object(${factsSql(identityFacts)}) END AS identity,
           CASE WHEN ${isUnusual(major)} THEN pg_catalog.jsonb_build_object(${factsSql(unusualFacts(major))}) END AS unusual
           ${privileges ? `, ${aclSql('a.attacl', 'c', 'c.relowner')} AS acl, CASE WHEN q.oid IS NOT NULL THEN ${aclSql('q.relacl', 's', 'q.relowner')} END AS sequence_acl` : ''}
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
      LEFT JOIN (pg_catalog.pg_depend i
            JOIN pg_catalog.pg_class q ON q.oid = i.objid AND q.relkind = 'S'
            JOIN pg_catalog.pg_namespace p ON p.oid = q.relnamespace
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = q.oid)
        ON i.classid = 'pg_catalog.pg_class'::regclass AND i.objsubid = 0 AND i.refclassid = 'pg_catalog.pg_class'::regclass AND i.deptype = 'i'
            AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND a.attidentity <> ''
      LEFT JOIN pg_catalog.pg_description m ON m.classoid = 'pg_catalog.pg_class'::regclass AND m.objoid = a.attrelid AND m.objsubid = a.attnum
      ${major >= 18 ? `LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]` : ''}
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum`,
  object: (row, context) => column(row, context),
};

const columnAt = (major: number): string =>
  atSql(
    addressSql('pg_class', 'c.oid', 'a.attnum'),
    addressSql('pg_attrdef', 'd.oid'),
    addressSql('pg_class', 'q.oid'),
    ...(major >= 18 ? [addressSql('pg_constraint', 'k.oid')] : []),
  );

/** What most columns have not: they come without the facts below, which saves more than half of the time. */
const isUnusual = (major: number): string =>
  [
    'd.oid IS NOT NULL',
    'a.attcollation <> t.typcollation OR a.attstorage <> t.typstorage',
    "a.attcompression <> '' OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL OR a.attinhcount > 0",
    ...(major >= 18
      ? [`k.connoinherit OR NOT k.convalidated OR k.coninhcount > 0 OR ${commentSql('pg_constraint', 'k.oid')} IS NOT NULL`]
      : []),
  ].join(' OR ');

const factsSql = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .map(([name, sql]) => `'${name}', ${sql}`)
    .join(', ');

const identityFacts: Readonly<Record<string, string>> = {
  identity: "CASE WHEN a.attidentity <> '' AND (q.oid IS NOT NULL OR NOT c.relispartition) THEN a.attidentity END",
  sequence_name: 'q.relname',
  sequence_schema: 'p.nspname',
  sequence: `CASE WHEN q.oid IS NOT NULL THEN (SELECT pg_catalog.to_jsonb(o) FROM (SELECT ${sequenceColumns}) AS o) END`,
  sequence_persistence: 'CASE WHEN q.relpersistence <> c.relpersistence THEN q.relpersistence END',
  sequence_comment: commentSql('pg_class', 'q.oid'),
};

const unusualFacts = (major: number): Readonly<Record<string, string>> => ({
  generated: "nullif(a.attgenerated, '')",
  expression: 'pg_catalog.pg_get_expr(d.adbin, d.adrelid)',
  collation: 'CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END',
  storage: 'CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END',
  compression: "nullif(a.attcompression, '')",
  statistics: 'nullif(a.attstattarget, -1)::text',
  options: `CASE WHEN a.attoptions IS NOT NULL THEN
      (SELECT pg_catalog.jsonb_agg(o.e ORDER BY o.e COLLATE "C") FROM pg_catalog.unnest(a.attoptions) AS o(e)) END`,
  is_local: 'a.attislocal',
  parents: parentsSql,
  ...(major >= 18
    ? {
        not_null_no_inherit: 'k.connoinherit',
        not_null_not_valid: 'NOT k.convalidated',
        not_null_merged: 'k.coninhcount > 0 AND k.conislocal',
        not_null_inherited: 'k.coninhcount > 0',
        not_null_comment: commentSql('pg_constraint', 'k.oid'),
      }
    : {}),
});

/** The columns of the same name in the tables that this one inherits from or is a partition of. */
const parentsSql = `CASE WHEN a.attinhcount > 0 THEN (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(pn.nspname, pc.relname) ORDER BY h.inhseqno)
        FROM pg_catalog.pg_inherits h
        JOIN pg_catalog.pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname AND pa.attnum > 0 AND NOT pa.attisdropped
        JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
       WHERE h.inhrelid = a.attrelid) END`;

/** Plain defaults; that of a generated column is its expression. */
export const defaultReader: LineReader = {
  kind: 'default',
  lines: ({ namespaces }) => `
    SELECT ${atSql(addressSql('pg_attrdef', 'd.oid'))}, n.nspname AS schema, c.relname AS table, a.attname AS name, a.attnum AS position,
           pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression, ${parentsSql} AS parents
      FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attgenerated = ''
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum`,
  object: (row, { schema: defaultSchema }) => {
    const place = placeOf(row, defaultSchema);
    return {
      kind: 'default',
      key: keyIn('default', place.schema, defaultSchema, place.table, place.name),
      name: place.name,
      parent: keyIn('column', place.schema, defaultSchema, place.table, place.name),
      attributes: { id: place.id, table: place.tableId, expression: textOf(row, 'expression') },
      needs: parentKeys(row, 'default', place.name, defaultSchema),
      sql: '',
      position: Number(row['position']),
    };
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

const column = (row: Row, { schema: defaultSchema }: InspectContext): SchemaObject => {
  const { schema, table, name, tableId, id } = placeOf(row, defaultSchema);
  const facts = factsOf(row);
  const parents = facts === undefined ? [] : parentKeys(facts, 'column', name, defaultSchema);
  const notNullName = textOf(row, 'not_null_name');
  return {
    kind: 'column',
    key: keyIn('column', schema, defaultSchema, table, name),
    name,
    parent: keyIn('table', schema, defaultSchema, table),
    attributes: {
      id,
      schema: schema === defaultSchema ? undefined : schema,
      table: tableId,
      type: textOf(row, 'type'),
      notNull: row['not_null'] === true || notNullName !== undefined ? 'not null' : undefined,
      notNullName: notNullName === undefined || notNullName === madeName(table, name, 'not_null') ? undefined : notNullName,
      ...(facts === undefined ? undefined : unusualAttributes(facts, parents, defaultSchema)),
      comment: textOf(row, 'comment'),
      acl: aclOf(row),
      identityAcl: aclOf(row, 'sequence_acl'),
    },
    needs: parents,
    sql: '',
    position: Number(row['position']),
  };
};

const unusualAttributes = (facts: Row, parents: readonly ObjectKey[], defaultSchema: string): SchemaObject['attributes'] => ({
  ...notNullOf(facts),
  collation: textOf(facts, 'collation'),
  ...identityOf(facts, defaultSchema),
  generated: generatedWords[textOf(facts, 'generated') ?? ''],
  expression: textOf(facts, 'expression'),
  storage: storageWords[textOf(facts, 'storage') ?? ''],
  compression: compressionWords[textOf(facts, 'compression') ?? ''],
  statistics: textOf(facts, 'statistics'),
  options: Array.isArray(facts['options']) ? facts['options'].map(String) : undefined,
  inherited: parents.length > 0 ? true : undefined,
  merged: parents.length > 0 && facts['is_local'] === true ? true : undefined,
});

/** What is told of a column apart. */
const factsOf = (row: Row): Row | undefined => {
  const [identity, unusual] = [row['identity'], row['unusual']].map((each) => (isRow(each) ? each : undefined));
  return identity === undefined || unusual === undefined ? (identity ?? unusual) : { ...unusual, ...identity };
};

const notNullOf = (facts: Row): SchemaObject['attributes'] => ({
  notNullNoInherit: facts['not_null_no_inherit'] === true ? true : undefined,
  notNullNotValid: facts['not_null_not_valid'] === true ? true : undefined,
  notNullInherited: facts['not_null_inherited'] === true ? (facts['not_null_merged'] === true ? 'merged' : 'inherited') : undefined,
  notNullComment: textOf(facts, 'not_null_comment'),
});

const identityOf = (facts: Row, defaultSchema: string): SchemaObject['attributes'] => {
  const identity = textOf(facts, 'identity');
  if (identity === undefined) return {};
  const [schema, sequence] = [textOf(facts, 'sequence_schema') ?? '', textOf(facts, 'sequence_name') ?? ''];
  const { increment, min, max, start, cache, cycle } = optionsOf(isRow(facts['sequence']) ? facts['sequence'] : {});
  return {
    identity: identity === 'a' ? 'ALWAYS' : 'BY DEFAULT',
    identitySequence: qualifiedSql(schema, sequence, defaultSchema),
    identityIncrement: increment,
    identityMin: min,
    identityMax: max,
    identityStart: start,
    identityCache: cache,
    identityCycle: cycle,
    identityPersistence: persistenceWords[textOf(facts, 'sequence_persistence') ?? ''],
    identityComment: textOf(facts, 'sequence_comment'),
  };
};

const generatedWords: Readonly<Record<string, string>> = { s: 'STORED', v: 'VIRTUAL' };
const storageWords: Readonly<Record<string, string>> = { p: 'PLAIN', e: 'EXTERNAL', m: 'MAIN', x: 'EXTENDED' };
const compressionWords: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };
const persistenceWords: Readonly<Record<string, string>> = { p: 'LOGGED', u: 'UNLOGGED' };
