import type { Row } from '../../engine.ts';
import type { ObjectKey, ObjectKind } from '../../../model/schema.ts';
import type { Found, InspectContext, Reader } from '../object/kind.ts';
import { keyIn, pathOf, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';
import { objectKey } from '../../../model/schema.ts';

/**
 * What a table is a partition of, and what it inherits from: objects of their own, which need all that must be there for an
 * attachment to adopt it.
 */
export const attachmentReader: Reader = {
  sql: ({ namespaces }) => `
    SELECT n.nspname AS schema, c.relname AS name, pn.nspname AS parent_schema, pc.relname AS parent, pg_catalog.row_number() OVER (PARTITION BY h.inhrelid ORDER BY h.inhseqno) AS position,
           c.relispartition AS is_partition, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
           ${columnsSql('c.oid')} AS columns, ${columnsSql('pc.oid')} AS parent_columns,
           ${constraintsSql('c.oid')} AS constraints, ${constraintsSql('pc.oid')} AS parent_constraints,
           CASE WHEN c.relispartition THEN ${indexesSql('c.oid')} END AS indexes, CASE WHEN c.relispartition THEN ${indexesSql('pc.oid')} END AS parent_indexes
      FROM pg_catalog.pg_inherits h
      JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
      JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
     WHERE c.relnamespace IN ${namespaces} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", h.inhseqno`,
  found: (row, context) => [row['is_partition'] === true ? partition(row, context) : inheritance(row, context)],
};

const columnsSql = (relation: string): string =>
  `(SELECT pg_catalog.jsonb_agg(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped)`;

/** False for the index of the table above that waits for one of this partition: it is made after the attachment, which would make one. */
const isNotAwaited = (index: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_index w WHERE w.indexrelid = ${index} AND w.indrelid = pc.oid AND NOT w.indisvalid
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits a JOIN pg_catalog.pg_index o ON o.indexrelid = a.inhrelid WHERE a.inhparent = w.indexrelid AND o.indrelid = c.oid))`;

const constraintsSql = (relation: string): string =>
  `(SELECT pg_catalog.jsonb_agg(k.conname) FROM pg_catalog.pg_constraint k WHERE k.conrelid = ${relation} AND (k.contype = 'c' OR c.relispartition AND k.contype IN ('p', 'u', 'x') AND ${isNotAwaited('k.conindid')}))`;

const indexesSql = (relation: string): string =>
  `(SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(xn.nspname, x.relname)) FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_namespace xn ON xn.oid = x.relnamespace WHERE i.indrelid = ${relation} AND ${isNotAwaited('i.indexrelid')})`;

interface Ends {
  readonly schema: string;
  readonly name: string;
  readonly parentSchema: string;
  readonly parent: string;
}

const endsOf = (row: Row): Ends => ({
  schema: textOf(row, 'schema') ?? '',
  name: textOf(row, 'name') ?? '',
  parentSchema: textOf(row, 'parent_schema') ?? '',
  parent: textOf(row, 'parent') ?? '',
});

const listOf = (row: Row, column: string): readonly unknown[] => {
  const value = row[column];
  return Array.isArray(value) ? value : [];
};

const partsOf = (row: Row, ends: Ends, kind: ObjectKind, column: string, defaultSchema: string): readonly ObjectKey[] => [
  ...listOf(row, column).map((name) => keyIn(kind, ends.schema, defaultSchema, ends.name, String(name))),
  ...listOf(row, `parent_${column}`).map((name) => keyIn(kind, ends.parentSchema, defaultSchema, ends.parent, String(name))),
];

const needsOf = (row: Row, ends: Ends, defaultSchema: string): readonly ObjectKey[] => [
  keyIn('table', ends.parentSchema, defaultSchema, ends.parent),
  ...partsOf(row, ends, 'column', 'columns', defaultSchema),
  ...partsOf(row, ends, 'default', 'columns', defaultSchema),
];

const partition = (row: Row, { schema: defaultSchema }: InspectContext): Found => {
  const ends = endsOf(row);
  const indexes = [...listOf(row, 'indexes'), ...listOf(row, 'parent_indexes')].flatMap((pair) =>
    Array.isArray(pair) ? [keyIn('index', String(pair[0]), defaultSchema, String(pair[1]))] : [],
  );
  return {
    object: {
      kind: 'partition',
      key: keyIn('partition', ends.schema, defaultSchema, ends.name),
      name: ends.name,
      parent: keyIn('table', ends.schema, defaultSchema, ends.name),
      attributes: {
        id: qualifiedSql(ends.schema, ends.name, defaultSchema),
        of: qualifiedSql(ends.parentSchema, ends.parent, defaultSchema),
        bound: textOf(row, 'bound'),
      },
      needs: [...needsOf(row, ends, defaultSchema), ...partsOf(row, ends, 'constraint', 'constraints', defaultSchema), ...indexes],
      sql: '',
      position: 0,
    },
    addresses: [],
  };
};

/** Its table's own constraints are not needed: they are made with it, and a table cannot wait for what is made after it. */
const inheritance = (row: Row, { schema: defaultSchema }: InspectContext): Found => {
  const ends = endsOf(row);
  const child = pathOf(ends.schema, ends.name, defaultSchema);
  return {
    object: {
      kind: 'inheritance',
      key: objectKey('inheritance', ...child, ...pathOf(ends.parentSchema, ends.parent, defaultSchema)),
      name: ends.name,
      parent: keyIn('table', ends.schema, defaultSchema, ends.name),
      attributes: {
        id: qualifiedSql(ends.schema, ends.name, defaultSchema),
        of: qualifiedSql(ends.parentSchema, ends.parent, defaultSchema),
        place: Number(row['position']),
      },
      needs: [
        ...needsOf(row, ends, defaultSchema),
        ...listOf(row, 'parent_constraints').map((name) =>
          keyIn('constraint', ends.parentSchema, defaultSchema, ends.parent, String(name)),
        ),
      ],
      sql: '',
      position: Number(row['position']),
    },
    addresses: [],
  };
};
