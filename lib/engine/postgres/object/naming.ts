import { objectKey, type ObjectKey, type ObjectKind, type SchemaObject } from '../../../model/schema.ts';
import { quoteNameIfNeeded } from '../../../sql/quote.ts';

/** A name as SQL: quoted where it must be. */
export const nameSql = (name: string): string => quoteNameIfNeeded(name, 'postgres');

/** A name with its schema as SQL; a name of the default schema stands alone. */
export const qualifiedSql = (schema: string, name: string, defaultSchema: string): string =>
  schema === defaultSchema ? nameSql(name) : `${nameSql(schema)}.${nameSql(name)}`;

/** The path of an object for its key: the schema is left out when it is the default one. */
export const pathOf = (schema: string, name: string, defaultSchema: string): readonly string[] =>
  schema === defaultSchema ? [name] : [schema, name];

/** The key of an object in a schema, with what it is on before its own name (`constraint app.users.users_pkey`). */
export const keyIn = (kind: ObjectKind, schema: string, defaultSchema: string, ...names: readonly string[]): ObjectKey =>
  schema === defaultSchema ? objectKey(kind, ...names) : objectKey(kind, schema, ...names);

/** The key of a function, procedure or aggregate: its path, then its argument types, as the fingerprint has it. */
export const routineKey = (kind: ObjectKind, path: readonly string[], argumentTypes: string): ObjectKey =>
  `${objectKey(kind, ...path)}(${argumentTypes})`;

/** An object's name, or another one in its schema, as SQL; without what may follow it (arguments). */
export const nameInSchemaOf = (object: SchemaObject, name: string = object.name): string => {
  const schema = object.attributes['schema'];
  return schema === undefined ? nameSql(name) : `${nameSql(String(schema))}.${nameSql(name)}`;
};

/** The name that the multirange of a range has unless it is given one. */
export const usualMultirange = (range: string): string =>
  range.includes('range') ? range.replace('range', 'multirange') : `${range}_multirange`;
