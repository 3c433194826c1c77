import type { AttributeValue } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { functionNameSql, placeOf, textsOf, tuplesOf, visibleSql } from './row.ts';
import { address, type Address, type Found, type InspectContext, type Reader } from '../object/kind.ts';
import { keyIn, nameSql, qualifiedSql, usualMultirange } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';

/** What every type has; `rows` is what is joined and asked beside it. */
const typeSql = (context: InspectContext, columns: string, rows: string): string =>
  `SELECT t.oid::text AS oid, n.nspname AS schema, t.typname AS name, t.typarray::text AS array_oid,
      pg_catalog.obj_description(t.oid, 'pg_type') AS comment, ${columns}
      ${context.privileges ? `, ${aclSql('t.typacl', 'T', 't.typowner')} AS acl` : ''}
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace ${rows}
     AND t.typnamespace IN ${context.namespaces} ORDER BY t.oid`;

const typeFound = (
  row: Row,
  context: InspectContext,
  attributes: Readonly<Record<string, AttributeValue>>,
  addresses: readonly Address[] = [],
): Found => {
  const { schema, name, id, schemaAttribute } = placeOf(row, context);
  return {
    object: {
      kind: 'type',
      key: keyIn('type', schema, context.schema, name),
      name,
      attributes: { id, schema: schemaAttribute, ...attributes, comment: textOf(row, 'comment'), acl: aclOf(row) },
      needs: [],
      sql: '',
      position: 0,
    },
    addresses: [address('pg_type', row['oid']), address('pg_type', row['array_oid']), ...addresses],
  };
};

/** Enums: `labels` in their order. */
export const enumReader: Reader = {
  sql: (context) =>
    typeSql(
      context,
      `(SELECT pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) AS labels`,
      `WHERE t.typtype = 'e'`,
    ),
  found: (row, context) => [typeFound(row, context, { form: 'enum', labels: textsOf(row, 'labels') })],
};

const settled = (row: Row, column: string): string | undefined => {
  const value = textOf(row, column);
  return value === undefined ? undefined : settledText(value);
};

const notNullName = (row: Row): string | undefined => {
  const name = textOf(row, 'not_null_name');
  return name === `${textOf(row, 'name')}_not_null` ? undefined : name;
};

/** Domains; their checks are objects of their own. `notNullName` only if it is not the one that PostgreSQL 17 and later gives. */
export const domainReader: Reader = {
  sql: (context) =>
    typeSql(
      context,
      `pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base_type, coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) AS default_value,
      t.typnotnull AS not_null, CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::pg_catalog.regcollation::text END AS collation,
      k.conname AS not_null_name, pg_catalog.obj_description(k.oid, 'pg_constraint') AS not_null_comment`,
      `JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
       LEFT JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid AND k.contype = 'n' WHERE t.typtype = 'd'`,
    ),
  found: (row, context) => [
    typeFound(row, context, {
      form: 'domain',
      baseType: textOf(row, 'base_type'),
      collation: textOf(row, 'collation'),
      default: settled(row, 'default_value'),
      notNull: row['not_null'] === true,
      notNullName: notNullName(row),
      notNullComment: textOf(row, 'not_null_comment'),
    }),
  ],
};

/** CHECK constraints of domains. */
export const domainConstraintReader: Reader = {
  sql: (context) => `SELECT k.oid::text AS oid, n.nspname AS schema, t.typname AS name, k.conname, k.convalidated AS validated,
      pg_catalog.pg_get_constraintdef(k.oid) AS definition, pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE k.contype = 'c' AND t.typtype = 'd' AND t.typnamespace IN ${context.namespaces} ORDER BY t.oid, k.conname COLLATE "C"`,
  found: (row, context) => {
    const { schema, name, id, schemaAttribute } = placeOf(row, context);
    const constraint = textOf(row, 'conname') ?? '';
    const validated = row['validated'] === true;
    return [
      {
        object: {
          kind: 'domain constraint',
          key: keyIn('domain constraint', schema, context.schema, name, constraint),
          name: constraint,
          parent: keyIn('type', schema, context.schema, name),
          attributes: {
            id: nameSql(constraint),
            on: id,
            schema: schemaAttribute,
            definition: settledText((textOf(row, 'definition') ?? '').replace(validated ? '' : / NOT VALID$/, '')),
            validated,
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_constraint', row['oid'])],
      },
    ];
  },
};

/** Composite types: `attributes` are the columns as CREATE TYPE lists them, `attributeComments` theirs, each behind its name. */
export const compositeReader: Reader = {
  sql: (context) =>
    typeSql(
      context,
      `c.oid::text AS relation, (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation::text ELSE '' END,
           pg_catalog.col_description(c.oid, a.attnum)) ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns`,
      `JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE t.typtype = 'c'`,
    ),
  found: (row, context) => {
    const columns = tuplesOf(row, 'columns');
    return [
      typeFound(
        row,
        context,
        {
          form: 'composite',
          attributes: columns.map(([name = '', type = '']) => `${nameSql(name)} ${type}`),
          attributeComments: columns.flatMap(([name = '', , comment]) => (comment === undefined ? [] : [`${nameSql(name)} ${comment}`])),
        },
        [address('pg_class', row['relation'])],
      ),
    ];
  },
};

/** Ranges, with their multiranges, constructors and casts. What is the default of the subtype is undefined. */
export const rangeReader: Reader = {
  sql: (context) =>
    typeSql(
      context,
      `pg_catalog.format_type(r.rngsubtype, NULL) AS subtype, m.oid::text AS multirange_oid, m.typarray::text AS multirange_array_oid,
      m.typname AS multirange, (SELECT q.nspname FROM pg_catalog.pg_namespace q WHERE q.oid = m.typnamespace) AS multirange_schema,
      (SELECT ${visibleSql('o.opcnamespace', 'o.opcname', context)} FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc AND NOT o.opcdefault) AS opclass,
      CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::pg_catalog.regcollation::text END AS collation,
      ${functionNameSql('r.rngsubdiff', context)} AS difference,
      (SELECT pg_catalog.jsonb_agg(d.objid::text ORDER BY d.objid) FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (t.oid, m.oid) AND d.deptype = 'i'
          AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass) AS constructors,
      (SELECT pg_catalog.jsonb_agg(d.objid::text ORDER BY d.objid) FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = t.oid AND d.deptype = 'i'
          AND d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass) AS casts`,
      `JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
       JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid WHERE r.rngcanonical = 0`,
    ),
  found: (row, context) => {
    const { schema, name } = placeOf(row, context);
    const multirange = qualifiedSql(textOf(row, 'multirange_schema') ?? '', textOf(row, 'multirange') ?? '', context.schema);
    return [
      typeFound(
        row,
        context,
        {
          form: 'range',
          subtype: textOf(row, 'subtype'),
          subtypeOpclass: textOf(row, 'opclass'),
          collation: textOf(row, 'collation'),
          subtypeDiff: textOf(row, 'difference'),
          multirange: multirange === qualifiedSql(schema, usualMultirange(name), context.schema) ? undefined : multirange,
        },
        [
          address('pg_type', row['multirange_oid']),
          address('pg_type', row['multirange_array_oid']),
          ...textsOf(row, 'constructors').map((oid) => address('pg_proc', oid)),
          ...textsOf(row, 'casts').map((oid) => address('pg_cast', oid)),
        ],
      ),
    ];
  },
};
