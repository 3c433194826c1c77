import type { AttributeValue, ObjectKey, SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { addressSql, atSql } from './lines.ts';
import { commentJoin } from './parts.ts';
import { isRow, tuplesOf } from './row.ts';
import type { InspectContext, LineReader } from '../object/kind.ts';
import { keyIn, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * Columns that tell of an index what CREATE INDEX, ALTER INDEX and ALTER TABLE can say of it, for `indexAttributes`; `i` is
 * pg_index and `ic` its pg_class. What most indexes have not comes apart: to tell so of each would take longer than to find it.
 * An EXISTS would be planned as a scan of all of pg_attribute, for the few indexes that have an expression.
 */
export const indexColumns = `pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       CASE WHEN i.indisclustered OR i.indisreplident OR NOT i.indisvalid OR ic.relkind <> 'i' OR ic.reloptions IS NOT NULL OR ic.reltablespace <> 0
              OR ix.extensions IS NOT NULL OR ah.inhparent IS NOT NULL
              OR (i.indexprs IS NOT NULL AND (SELECT pg_catalog.bool_or(a.attstattarget >= 0) FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid))
         THEN pg_catalog.jsonb_build_object('clustered', i.indisclustered, 'replica_identity', i.indisreplident, 'valid', i.indisvalid,
           'partitioned', ic.relkind = 'I',
           'options', CASE WHEN ic.reloptions IS NOT NULL THEN
             (SELECT pg_catalog.jsonb_agg(o ORDER BY o COLLATE "C") FROM pg_catalog.unnest(ic.reloptions) AS o) END,
           'tablespace', CASE WHEN ic.reltablespace <> 0 THEN (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace) END,
           'statistics', CASE WHEN i.indexprs IS NOT NULL THEN
             (SELECT pg_catalog.jsonb_agg(a.attnum || '=' || a.attstattarget ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END, 'extensions', ix.extensions,
           'attached_name', ac.relname, 'attached_schema', an.nspname, 'attached_table', atab.relname, 'attached_constraint', ak.conname,
           'awaited', CASE WHEN ic.relkind = 'I' AND NOT i.indisvalid THEN
             (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(wn.nspname, w.relname)) FROM pg_catalog.pg_inherits h
                JOIN pg_catalog.pg_class w ON w.oid = h.inhrelid JOIN pg_catalog.pg_namespace wn ON wn.oid = w.relnamespace
               WHERE h.inhparent = i.indrelid
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits p JOIN pg_catalog.pg_index o ON o.indexrelid = p.inhrelid
                                  WHERE p.inhparent = i.indexrelid AND o.indrelid = h.inhrelid)) END) END AS unusual`;

/** For `indexColumns`: the extensions that the index `i` depends on, and the partitioned index that it is attached to. */
export const indexJoins = `LEFT JOIN (SELECT d.objid, pg_catalog.jsonb_agg(e.extname ORDER BY e.extname COLLATE "C") AS extensions FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND e.oid = d.refobjid
     WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'x' GROUP BY d.objid) AS ix ON ix.objid = i.indexrelid
  LEFT JOIN pg_catalog.pg_inherits ah ON ah.inhrelid = i.indexrelid
  LEFT JOIN pg_catalog.pg_index ai ON ai.indexrelid = ah.inhparent
  LEFT JOIN pg_catalog.pg_class ac ON ac.oid = ai.indexrelid
  LEFT JOIN pg_catalog.pg_namespace an ON an.oid = ac.relnamespace
  LEFT JOIN pg_catalog.pg_class atab ON atab.oid = ai.indrelid
  LEFT JOIN pg_catalog.pg_constraint ak ON ak.conrelid = ai.indrelid AND ak.conindid = ai.indexrelid AND ak.contype IN ('p', 'u', 'x')`;

/** What an index and the index of a constraint have alike, from a row with `indexColumns`. */
export const indexAttributes = (row: Row, { schema }: InspectContext): Readonly<Record<string, AttributeValue>> => {
  const facts = indexFacts(row);
  const attached = textOf(facts, 'attached_name');
  return {
    partitioned: facts['partitioned'] === true,
    predicate: settledOf(row, 'predicate'),
    options: listOf(facts, 'options'),
    tablespace: textOf(facts, 'tablespace'),
    clustered: facts['clustered'] === true,
    replicaIdentity: facts['replica_identity'] === true,
    statistics: listOf(facts, 'statistics'),
    dependsOnExtensions: listOf(facts, 'extensions'),
    attachedTo: attached === undefined ? undefined : qualifiedSql(textOf(facts, 'attached_schema') ?? '', attached, schema),
  };
};

/** What is told of an index apart; where nothing is, it is usual. */
export const indexFacts = (row: Row): Row => (isRow(row['unusual']) ? row['unusual'] : usual);

const usual: Row = { valid: true };

/** The object that an index is attached to, and the partitions that it waits for, from a row with `indexColumns`. */
export const indexNeeds = (row: Row, context: InspectContext): readonly ObjectKey[] => [
  ...attachedNeeds(indexFacts(row), context),
  ...tuplesOf(indexFacts(row), 'awaited').map(([home = '', name = '']) => keyIn('partition', home, context.schema, name)),
];

const attachedNeeds = (row: Row, { schema }: InspectContext): readonly ObjectKey[] => {
  const name = textOf(row, 'attached_name');
  const constraint = textOf(row, 'attached_constraint');
  const home = textOf(row, 'attached_schema') ?? '';
  if (name === undefined) return [];
  if (constraint === undefined) return [keyIn('index', home, schema, name)];
  return [keyIn('constraint', home, schema, textOf(row, 'attached_table') ?? '', constraint)];
};

const settledOf = (row: Row, column: string): string | undefined => {
  const text = textOf(row, column);
  return text === undefined ? undefined : settledText(text);
};

/** A jsonb list of a row; undefined when it is NULL. */
export const listOf = (row: Row, column: string): readonly string[] | undefined => {
  const value = row[column];
  return Array.isArray(value) ? value.map(String) : undefined;
};

/** A deparsed index or constraint, settled, without what is told by itself: ` WITH (…)` and what stands behind it. `where` is that last part. */
export const withoutParameters = (definition: string, where: string, hasOptions: boolean): string => {
  const bare = where !== '' && definition.endsWith(where) ? definition.slice(0, -where.length) : definition;
  return settledText(hasOptions && bare.includes(' WITH (') ? bare.slice(0, bare.lastIndexOf(' WITH (')) : bare);
};

/** One that a build CONCURRENTLY, REINDEX CONCURRENTLY (`_ccnew`, `_ccold`) or DROP CONCURRENTLY left when it did not end. */
const isLeftover = (facts: Row): boolean =>
  facts['valid'] !== true && facts['partitioned'] !== true && textOf(facts, 'attached_name') === undefined;

/** Indexes of tables and materialized views that are not a constraint's. */
export const indexReader: LineReader = {
  kind: 'index',
  lines: ({
    namespaces,
  }) => `SELECT ${atSql(addressSql('pg_class', 'i.indexrelid'))}, n.nspname AS schema, t.relname AS on_name, ic.relname AS name, t.relkind AS on_kind,
       i.indisunique AS is_unique, m.description AS comment, pg_catalog.pg_get_indexdef(i.indexrelid) AS sql,
       pg_catalog.concat('CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ', pg_catalog.quote_ident(ic.relname), ' ON ',
         CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(t.relname), ' ') AS head,
       ${indexColumns}
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
  ${indexJoins}
  ${commentJoin('m', 'pg_class', 'i.indexrelid')}
 WHERE ic.relnamespace IN ${namespaces} AND t.relkind IN ('r', 'p', 'm')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
 ORDER BY n.nspname COLLATE "C", t.relname COLLATE "C", ic.relname COLLATE "C"`,
  object: (row, context, position) => {
    const [schema, name, on] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? '', textOf(row, 'on_name') ?? ''];
    const attributes = indexAttributes(row, context);
    const sql = textOf(row, 'sql') ?? '';
    const where = textOf(row, 'predicate') === undefined ? '' : ` WHERE ${textOf(row, 'predicate')}`;
    const definition = withoutParameters(sql.slice((textOf(row, 'head') ?? '').length), where, attributes['options'] !== undefined);
    const object: SchemaObject = {
      kind: 'index',
      key: keyIn('index', schema, context.schema, name),
      name,
      parent: keyIn(row['on_kind'] === 'm' ? 'materialized view' : 'table', schema, context.schema, on),
      attributes: {
        id: qualifiedSql(schema, name, context.schema),
        on: qualifiedSql(schema, on, context.schema),
        unique: row['is_unique'] === true,
        definition,
        ...attributes,
        valid: indexFacts(row)['valid'] === true,
        comment: textOf(row, 'comment'),
      },
      needs: indexNeeds(row, context),
      sql,
      position,
    };
    return isLeftover(indexFacts(row)) ? { ...object, sound: { ...object, attributes: { ...object.attributes, valid: true } } } : object;
  },
};
