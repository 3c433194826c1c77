import type { ObjectKey, SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { indexFacts, indexJoins, indexNeeds, indexAttributes, indexColumns, listOf, withoutParameters } from './indexes.ts';
import { addressSql, atSql } from './lines.ts';
import { commentJoin } from './parts.ts';
import { isRow, tuplesOf } from './row.ts';
import type { InspectContext, LineReader } from '../object/kind.ts';
import { madeIndexName } from '../object/made-name.ts';
import { keyIn, nameSql, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * Primary keys, unique, check, exclusion and foreign key constraints of tables, each with its index. NOT NULL belongs to its
 * column. A foreign key to a partitioned table has a row for each partition there (`part`), which stand for the one itself.
 */
export const constraintReader: LineReader = {
  kind: 'constraint',
  lines: ({ namespaces, major }) => `WITH RECURSIVE
  own AS (
    SELECT k.oid, k.conrelid, k.confrelid, NULL::pg_catalog.oid AS origin FROM pg_catalog.pg_constraint k
     WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace IN ${namespaces}
    UNION ALL
    SELECT k.oid, k.conrelid, k.confrelid, o.oid FROM own o
      JOIN pg_catalog.pg_constraint k ON k.conparentid = o.oid AND k.conrelid <> o.conrelid AND k.confrelid = o.confrelid),
  part AS (
    SELECT o.oid AS root, o.oid, o.conrelid FROM own o
    UNION ALL
    SELECT p.root, k.oid, k.conrelid FROM part p JOIN pg_catalog.pg_constraint k ON k.conparentid = p.oid AND k.conrelid = p.conrelid),
  clones AS MATERIALIZED (
    SELECT p.root, pg_catalog.string_agg(${addressSql('pg_constraint', 'p.oid')}, ' ' ORDER BY p.oid) AS parts FROM part p WHERE p.oid <> p.root GROUP BY p.root)
SELECT ${atSql(addressSql('pg_constraint', 'k.oid'), addressSql('pg_class', 'i.indexrelid'), 'e.parts')},
       n.nspname AS schema, t.relname AS on_name, k.conname AS name, k.contype AS type, i.indexrelid IS NOT NULL AS has_index,
       pg_catalog.pg_get_constraintdef(k.oid) AS sql, k.convalidated AS validated, ${major >= 18 ? 'k.conenforced' : 'true'} AS enforced,
       m.description AS comment, im.description AS index_comment,
       CASE WHEN k.coninhcount > 0 OR ah.inhparent IS NOT NULL THEN pg_catalog.jsonb_build_object(
         'inherited', k.coninhcount > 0 AND NOT k.conislocal,
         'inherited_from', CASE WHEN k.contype IN ('c', 'f') AND k.coninhcount > 0 THEN
           (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(bn.nspname, b.relname, bk.conname))
              FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class b ON b.oid = h.inhparent JOIN pg_catalog.pg_namespace bn ON bn.oid = b.relnamespace
              JOIN pg_catalog.pg_constraint bk ON bk.conrelid = b.oid AND bk.contype = k.contype
               AND (bk.oid = o.origin OR bk.contype = 'c' AND bk.conname = k.conname AND NOT bk.connoinherit)
             WHERE h.inhrelid = k.conrelid) END,
         'cloned', CASE WHEN ah.inhparent IS NOT NULL AND NOT k.connoinherit THEN
           (SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid) END,
         'is_clone', k.contype = 'f' AND k.coninhcount > 0 AND NOT k.connoinherit AND NOT k.conislocal AND t.relkind = 'r') END AS descent, ${indexColumns}
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN own o ON o.oid = k.oid
  LEFT JOIN clones e ON e.root = k.oid
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  ${indexJoins}
  ${commentJoin('m', 'pg_constraint', 'k.oid')}
  ${commentJoin('im', 'pg_class', 'i.indexrelid')}
 WHERE t.relnamespace IN ${namespaces} AND t.relkind IN ('r', 'p') AND k.contype IN ('p', 'u', 'c', 'x', 'f')
   AND (k.contype <> 'f' OR o.oid IS NOT NULL)
 ORDER BY n.nspname COLLATE "C", t.relname COLLATE "C", pg_catalog.strpos('pucxf', k.contype::pg_catalog.text), k.conname COLLATE "C"`,
  object: (row, context, position) => {
    const [schema, name, on] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? '', textOf(row, 'on_name') ?? ''];
    return {
      kind: 'constraint',
      key: keyIn('constraint', schema, context.schema, on, name),
      name,
      parent: keyIn('table', schema, context.schema, on),
      attributes: {
        id: nameSql(name),
        on: qualifiedSql(schema, on, context.schema),
        type: textOf(row, 'type'),
        ...definitionOf(row),
        enforced: row['enforced'] === true,
        validated: row['validated'] === true || row['enforced'] !== true,
        inherited: descentOf(row)['inherited'] === true,
        comment: textOf(row, 'comment'),
        ...(row['has_index'] !== true
          ? {}
          : {
              index: qualifiedSql(schema, name, context.schema),
              ...indexAttributes(row, context),
              indexComment: textOf(row, 'index_comment'),
              indexValid: indexFacts(row)['partitioned'] === true || indexFacts(row)['valid'] === true,
            }),
      },
      needs: [...indexNeeds(row, context), ...inheritedNeeds(row, context)],
      sql: textOf(row, 'sql') ?? '',
      position,
      ...clonedAs(row, on),
    };
  },
};

/** What it has of the tables above; most have nothing. */
const descentOf = (row: Row): Row => (isRow(row['descent']) ? row['descent'] : {});

/** The name that the server gave a partition's key when it made that after one of the table above, as `connoinherit` tells. */
const clonedAs = (row: Row, table: string): Pick<SchemaObject, 'made'> => {
  const descent = descentOf(row);
  const columns = listOf(descent, 'cloned');
  if (descent['is_clone'] === true) return { made: textOf(row, 'name') ?? '' };
  return columns === undefined ? {} : { made: madeIndexName(table, textOf(row, 'type') ?? '', columns) };
};

/** The deparsed constraint, apart from what can be altered or stands behind the parameters of its index. */
const definitionOf = (row: Row): { readonly definition: string; readonly deferrability: string | undefined } => {
  const [whole = '', deferrability] =
    /^(.*?)( DEFERRABLE(?: INITIALLY DEFERRED)?)?(?: NOT ENFORCED| NOT VALID)?$/s.exec(textOf(row, 'sql') ?? '')?.slice(1) ?? [];
  const predicate = textOf(row, 'predicate');
  const where = predicate === undefined ? '' : ` WHERE (${predicate})`;
  const hasOptions = textOf(row, 'type') === 'x' && listOf(indexFacts(row), 'options') !== undefined;
  return { definition: withoutParameters(whole, where, hasOptions), deferrability: deferrability?.trim() };
};

/** The checks or the foreign key of the tables above that it comes from. */
const inheritedNeeds = (row: Row, { schema }: InspectContext): readonly ObjectKey[] =>
  tuplesOf(descentOf(row), 'inherited_from').map(([home = '', table = '', name = '']) => keyIn('constraint', home, schema, table, name));
