import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { commentSql, extensionsSql, firingOf, relationColumns, relationIn } from './parts.ts';
import { textsOf } from './row.ts';
import { address, type Found, type InspectContext, type Reader } from '../object/kind.ts';
import { keyIn, nameSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * Triggers that a person made: not those of foreign keys, nor the clones that a partitioned table's trigger has on the
 * partitions, which belong to it. Attributes: definition, constraint (made with CREATE CONSTRAINT TRIGGER), enabled (as
 * ALTER TABLE says it), partitions (`<partition as SQL> <state>` where a clone's state is not its parent's, parents first), dependsOnExtensions.
 */
export const triggerReader: Reader = {
  sql: ({ namespaces }) => `WITH RECURSIVE clone AS (
      SELECT o.tgparentid AS top, 1 AS depth, o.oid, o.tgrelid, o.tgenabled, p.tgenabled AS usual
        FROM pg_catalog.pg_trigger o JOIN pg_catalog.pg_trigger p ON p.oid = o.tgparentid AND p.tgparentid = 0 AND NOT p.tgisinternal
      UNION ALL
      SELECT l.top, l.depth + 1, o.oid, o.tgrelid, o.tgenabled, l.tgenabled FROM pg_catalog.pg_trigger o JOIN clone l ON o.tgparentid = l.oid),
    k AS MATERIALIZED (
      SELECT l.top, pg_catalog.jsonb_agg(l.oid::text) AS clones,
             pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('relkind', r.relkind, 'relschema', m.nspname, 'relname', r.relname, 'enabled', l.tgenabled)
               ORDER BY l.depth, m.nspname COLLATE "C", r.relname COLLATE "C") FILTER (WHERE l.tgenabled <> l.usual) AS partitions
        FROM clone l JOIN pg_catalog.pg_class r ON r.oid = l.tgrelid JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace
       GROUP BY l.top)
    SELECT x.oid::text AS oid, nullif(x.tgconstraint, 0)::text AS constraint, x.tgname AS name, x.tgenabled::text AS enabled,
           pg_catalog.pg_get_triggerdef(x.oid, true) AS definition, ${commentSql('pg_trigger', 'x.oid')} AS comment,
           ${extensionsSql('pg_trigger', 'x.oid')} AS extensions, k.clones, k.partitions, ${relationColumns}
      FROM pg_catalog.pg_trigger x
      JOIN pg_catalog.pg_class c ON c.oid = x.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN k ON k.top = x.oid
     WHERE NOT x.tgisinternal AND x.tgparentid = 0 AND c.relnamespace IN ${namespaces}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", x.tgname COLLATE "C"`,
  found: (row, context) => {
    const relation = relationIn(row, context);
    const name = textOf(row, 'name') ?? '';
    const definition = textOf(row, 'definition') ?? '';
    const partitions = partitionsOf(row, context);
    const constraint = textOf(row, 'constraint');
    const found: Found = {
      object: {
        kind: 'trigger',
        key: keyIn('trigger', relation.schema, context.schema, relation.name, name),
        name,
        parent: relation.key,
        attributes: {
          id: nameSql(name),
          on: relation.id,
          definition: settledText(definition),
          constraint: constraint !== undefined,
          enabled: firingOf(row, 'enabled'),
          partitions: partitions.map(({ entry }) => entry),
          dependsOnExtensions: textsOf(row, 'extensions'),
          comment: textOf(row, 'comment'),
        },
        needs: partitions.map(({ key }) => key),
        sql: definition,
        position: 0,
      },
      addresses: [
        address('pg_trigger', row['oid']),
        ...textsOf(row, 'clones').map((oid) => address('pg_trigger', oid)),
        ...(constraint === undefined ? [] : [address('pg_constraint', constraint)]),
      ],
    };
    return [found];
  },
};

interface Exception {
  readonly key: string;
  readonly entry: string;
}

const partitionsOf = (row: Row, context: InspectContext): readonly Exception[] => {
  const rows: unknown = row['partitions'];
  if (!Array.isArray(rows)) return [];
  return rows.map((each: Row) => {
    const { key, id } = relationIn(each, context);
    return { key, entry: `${id} ${firingOf(each, 'enabled')}` };
  });
};
