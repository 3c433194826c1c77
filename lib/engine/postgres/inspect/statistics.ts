import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { address, type Reader } from '../object/kind.ts';
import { keyIn, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

const columnsSql = (order: string): string =>
  `(SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY ${order})
          FROM pg_catalog.unnest(s.stxkeys) AS u(n) JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = u.n)`;

/** Extended statistics of tables and materialized views. Their columns stand by name: the server has them in the table's order. */
export const statisticsReader: Reader = {
  sql: ({
    namespaces,
  }) => `SELECT s.oid::bigint AS oid, n.nspname AS schema, s.stxname AS name, tn.nspname AS on_schema, t.relname AS on_name, t.relkind AS on_kind,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS sql, nullif(s.stxstattarget, -1) AS target,
       ${columnsSql('a.attnum')} AS columns, ${columnsSql('a.attname COLLATE "C"')} AS by_name,
       pg_catalog.concat('CREATE STATISTICS ', pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(s.stxname), ' ') AS head,
       pg_catalog.concat(' FROM ', s.stxrelid::pg_catalog.regclass) AS tail,
       pg_catalog.obj_description(s.oid, 'pg_statistic_ext') AS comment,
       pg_catalog.row_number() OVER (PARTITION BY s.stxrelid ORDER BY s.stxname COLLATE "C") AS position
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_catalog.pg_class t ON t.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE s.stxnamespace IN ${namespaces} AND t.relkind IN ('r', 'p', 'm')
 ORDER BY n.nspname COLLATE "C", s.stxname COLLATE "C"`,
  found: (row, context) => {
    const [schema, name] = [textOf(row, 'schema') ?? '', textOf(row, 'name') ?? ''];
    const [home, on] = [textOf(row, 'on_schema') ?? '', textOf(row, 'on_name') ?? ''];
    const sql = textOf(row, 'sql') ?? '';
    const [head, tail] = [textOf(row, 'head') ?? '', textOf(row, 'tail') ?? ''];
    return [
      {
        object: {
          kind: 'statistics',
          key: keyIn('statistics', schema, context.schema, name),
          name,
          parent: keyIn(row['on_kind'] === 'm' ? 'materialized view' : 'table', home, context.schema, on),
          attributes: {
            id: qualifiedSql(schema, name, context.schema),
            on: qualifiedSql(home, on, context.schema),
            definition: settledText(byName(sql.slice(head.length, -tail.length), row)),
            target: textOf(row, 'target'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql,
          position: Number(row['position']),
        },
        addresses: [address('pg_statistic_ext', row['oid'])],
      },
    ];
  },
};

const byName = (definition: string, row: Row): string =>
  definition.replace(`ON ${textOf(row, 'columns') ?? ''}`, () => `ON ${textOf(row, 'by_name') ?? ''}`);
