import type { Rename, RenameKind } from '../model/change.ts';
import { pathOfKey, type ObjectKey, type SchemaObject } from '../model/schema.ts';

/** Where names are taken: two things cannot be in one place. */
export type Place = string;

/**
 * The places of what bears the name of `key`. Tables, indexes, views, sequences and types of a schema share names; so does
 * a constraint that has an index, beside the constraints of its table.
 */
export const placesOf = (
  { kind, schema, table }: Pick<Rename, 'kind' | 'schema' | 'table'>,
  key: ObjectKey,
  hasIndex: boolean,
): readonly Place[] => {
  const { path, suffix } = pathOfKey(kind, key);
  const group = table !== undefined ? kind : kind === 'function' || kind === 'procedure' ? 'routine' : 'relation';
  const place = JSON.stringify([group, schema, table, path.at(-1), suffix]);
  return hasIndex ? [place, JSON.stringify(['relation', schema, undefined, path.at(-1), ''])] : [place];
};

/** Of an object that shares names with others of its schema or table; none of any other. */
export const placesOfObject = (object: SchemaObject): readonly Place[] => {
  const kind = kinds.find((each) => each === object.kind);
  if (kind === undefined) return [];
  const { path } = pathOfKey(kind, object.key);
  const isPart = kind === 'constraint';
  const [schema, table] = [path.slice(0, isPart ? -2 : -1)[0], isPart ? path.at(-2) : undefined];
  const within = { kind, ...(schema === undefined ? {} : { schema }), ...(table === undefined ? {} : { table }) };
  return placesOf(within, object.key, hasIndex(object));
};

const kinds: readonly RenameKind[] = ['table', 'index', 'view', 'materialized view', 'sequence', 'type', 'constraint'];

/** True for a constraint whose index has its name. */
export const hasIndex = (object: SchemaObject | undefined): boolean =>
  object?.kind === 'constraint' && object.attributes['index'] !== undefined;
