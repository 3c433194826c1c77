import type { Row } from '../../engine.ts';
import type { InspectContext } from '../object/kind.ts';
import { qualifiedSql } from '../object/naming.ts';
import { textOf } from '../query.ts';
import { quoteText } from '../../../sql/quote.ts';

/** Where an object with a schema is: read from the columns `schema` and `name` of its row. */
export interface Place {
  readonly schema: string;
  readonly name: string;
  /** The name as SQL, qualified unless the schema is the default one. */
  readonly id: string;
  /** The schema as an attribute: undefined for the default one. */
  readonly schemaAttribute: string | undefined;
}

export const placeOf = (row: Row, context: InspectContext): Place => {
  const schema = textOf(row, 'schema') ?? '';
  const name = textOf(row, 'name') ?? '';
  return { schema, name, id: qualifiedSql(schema, name, context.schema), schemaAttribute: schema === context.schema ? undefined : schema };
};

/** A JSON object in a row is a row, too. */
export const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** A jsonb list of texts; empty for NULL. */
export const textsOf = (row: Row, column: string): readonly string[] => {
  const value = row[column];
  return Array.isArray(value) ? value.map(String) : [];
};

/** A jsonb list of lists of texts; NULLs in it are undefined. */
export const tuplesOf = (row: Row, column: string): readonly (readonly (string | undefined)[])[] => {
  const value = row[column];
  if (!Array.isArray(value)) return [];
  return value.map((tuple: unknown) =>
    Array.isArray(tuple) ? tuple.map((each: unknown) => (each === null || each === undefined ? undefined : String(each))) : [],
  );
};

/** SQL of a name as SQL: qualified unless it is of the default schema or of the system's. */
export const visibleSql = (namespace: string, name: string, { schema }: InspectContext): string =>
  `((SELECT CASE WHEN space.nspname IN ('pg_catalog', ${quoteText(schema, 'postgres')}) THEN '' ELSE pg_catalog.quote_ident(space.nspname) || '.' END
       FROM pg_catalog.pg_namespace space WHERE space.oid = ${namespace}) || pg_catalog.quote_ident(${name}))`;

/** SQL of the name of the function with an OID, without its arguments; NULL for 0. */
export const functionNameSql = (oid: string, context: InspectContext): string =>
  `(SELECT ${visibleSql('named.pronamespace', 'named.proname', context)} FROM pg_catalog.pg_proc named WHERE named.oid = ${oid}::pg_catalog.oid)`;

/** SQL of the operator with an OID as an option of CREATE names it; NULL for 0. */
export const operatorNameSql = (oid: string, { schema }: InspectContext): string =>
  `(SELECT CASE WHEN space.nspname IN ('pg_catalog', ${quoteText(schema, 'postgres')}) THEN named.oprname::text
           ELSE pg_catalog.format('OPERATOR(%I.%s)', space.nspname, named.oprname) END
      FROM pg_catalog.pg_operator named JOIN pg_catalog.pg_namespace space ON space.oid = named.oprnamespace WHERE named.oid = ${oid}::pg_catalog.oid)`;
