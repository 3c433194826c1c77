import { pathOfKey, schemaOf, type ObjectKey, type Schema, type SchemaObject } from '../../model/schema.ts';
import type { Scope, Surroundings } from '../engine.ts';
import { inspect } from './inspect.ts';
import type { Query } from './query.ts';
import type { CatalogContext } from './session.ts';

/**
 * What lies outside the scope and is needed by what is inside, or has a name that is mentioned, with all that it needs itself. Run it in a
 * look.
 */
export const readSurroundings = async (
  query: Query,
  scope: Scope,
  context: CatalogContext,
  mentioned: ReadonlySet<string>,
): Promise<Surroundings> => {
  const own = await inspect(query, scope, context);
  const all = await inspect(query, { ...scope, schemas: ['*'], exclude: [] }, context);
  const named = [...all.objects.values()].filter(
    ({ parent, name, kind }) => parent === undefined && kind !== 'schema' && mentioned.has(name),
  );
  const needed = [...own.objects.keys()].flatMap((key) => all.objects.get(key)?.needs ?? []);
  const foreign = [...own.objects.values()].filter((object) => isForeign(object, own, all)).map(({ key }) => key);
  const seeds = [...needed, ...named.map(({ key }) => key), ...foreign];
  const inside = new Set([...own.objects.keys()].filter((key) => !foreign.includes(key)));
  return { all, context: closureOf(seeds, inside, all) };
};

/** An extension whose schema is not looked at. */
const isForeign = (object: SchemaObject, own: Schema, all: Schema): boolean =>
  object.kind === 'extension' && !own.objects.has(homeOf(object)) && all.objects.has(homeOf(object));

/** The key of the schema that an extension is in; the default one has no name in it. */
const homeOf = ({ attributes }: SchemaObject): ObjectKey => {
  const schema = attributes['schema'];
  return schema === undefined ? 'schema ""' : schemaKey(String(schema));
};

const schemaKey = (name: string): ObjectKey => `schema ${/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`}`;

const closureOf = (seeds: readonly ObjectKey[], inside: ReadonlySet<ObjectKey>, all: Schema): Schema => {
  const parts = new Map<ObjectKey, ObjectKey[]>();
  for (const object of all.objects.values())
    if (object.parent !== undefined && goesAlong(object)) parts.set(object.parent, [...(parts.get(object.parent) ?? []), object.key]);
  const found = new Set<ObjectKey>();
  const waiting = [...seeds];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const object = all.objects.get(key);
    if (object === undefined || inside.has(key) || found.has(key)) continue;
    found.add(key);
    waiting.push(...object.needs, ...(parts.get(key) ?? []), ...(object.parent === undefined ? [] : [object.parent]), ...homesOf(object));
  }
  return schemaOf([...all.objects.values()].filter(({ key }) => found.has(key)));
};

/** What makes a table what others see of it; foreign keys and what acts on rows say nothing to them. */
const goesAlong = ({ kind, attributes }: SchemaObject): boolean =>
  kind === 'column' ||
  kind === 'inheritance' ||
  kind === 'partition' ||
  kind === 'index' ||
  (kind === 'constraint' && attributes['type'] !== 'f' && attributes['type'] !== 'c');

const homesOf = ({ kind, key }: SchemaObject): readonly ObjectKey[] => {
  const { path } = pathOfKey(kind, key);
  return path.length > 1 && path[0] !== undefined ? [schemaKey(path[0])] : [];
};
