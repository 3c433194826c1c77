import type { ObjectKey, ObjectKind } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import type { InspectContext } from '../object/kind.ts';
import { keyIn, qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/** Columns of a query that `relationIn` reads: the relation `c` that a row is about, in schema `n`. */
export const relationColumns = `c.relkind::text AS relkind, n.nspname AS relschema, c.relname AS relname`;

export interface Relation {
  readonly key: ObjectKey;
  /** As SQL names it. */
  readonly id: string;
  readonly schema: string;
  readonly name: string;
}

/** The relation that a trigger, rule or policy is on. */
export const relationIn = (row: Row, context: InspectContext): Relation => {
  const [schema, name] = [textOf(row, 'relschema') ?? '', textOf(row, 'relname') ?? ''];
  const kind = relationKinds[textOf(row, 'relkind') ?? ''] ?? 'table';
  return { key: keyIn(kind, schema, context.schema, name), id: qualifiedSql(schema, name, context.schema), schema, name };
};

const relationKinds: Readonly<Record<string, ObjectKind>> = { f: 'foreign table', v: 'view', m: 'materialized view' };

/** When a trigger or rule fires (`tgenabled`, `ev_enabled`, `evtenabled`), as ALTER says it: `ENABLE`, `ENABLE REPLICA`. */
export const firingOf = (row: Row, column: string): string => firings[textOf(row, column) ?? ''] ?? 'ENABLE';

const firings: Readonly<Record<string, string>> = { O: 'ENABLE', D: 'DISABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' };

/** SQL of the extensions that an object was made to depend on (`DEPENDS ON EXTENSION`), as a sorted jsonb list. */
export const extensionsSql = (
  catalog: string,
  oid: string,
): string => `(SELECT pg_catalog.jsonb_agg(pg_catalog.quote_ident(e.extname) ORDER BY e.extname COLLATE "C")
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
   WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${oid} AND d.deptype = 'x')`;

/** A definition without the semicolon that the server ends it with. */
export const withoutEnd = (definition: string): string => definition.replace(/;\s*$/, '');

/** SQL of the comment on a row of a catalog, or on one of its columns: what obj_description() gives, which takes ten times as long. */
export const commentSql = (
  catalog: string,
  oid: string,
  column = '0',
): string => `(SELECT said.description FROM pg_catalog.pg_description said
    WHERE said.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND said.objoid = ${oid} AND said.objsubid = ${column})`;

/** The same as a join, where most of thousands of rows have none. */
export const commentJoin = (name: string, catalog: string, oid: string): string =>
  `LEFT JOIN pg_catalog.pg_description ${name} ON ${name}.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND ${name}.objoid = ${oid} AND ${name}.objsubid = 0`;
