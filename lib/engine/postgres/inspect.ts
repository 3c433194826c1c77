import { schemaOf, type ObjectKey, type Schema, type SchemaObject, type UnmanagedObject } from '../../model/schema.ts';
import type { InspectOptions, Scope } from '../engine.ts';
import { type Found, type FoundUnmanaged, type InspectContext, type LineReader, type Reader } from './object/kind.ts';
import type { Query } from './query.ts';
import { readers, unmanagedReaders } from './registry.ts';
import { lateObjects, type Unread } from './inspect/late.ts';
import { foundIn, isLines, linesOf, linesSql, type Lines } from './inspect/lines.ts';
import { readDependencies, resolveNeeds } from './inspect/needs.ts';
import { managedSchemas, objectFilter } from './schemas.ts';
import type { CatalogContext } from './session.ts';

/**
 * Reads the whole schema with a constant number of queries: one for each reader, one for pg_depend. Run it in a look
 * (pinned settings, search_path the default schema alone).
 */
export const inspect = async (
  query: Query,
  scope: Scope,
  context: CatalogContext,
  { isLate = false }: InspectOptions = {},
): Promise<Schema> => {
  const inspectContext = await contextOf(query, scope, context);
  const [dependencies, ...read] = await Promise.all([
    readDependencies(query),
    ...readers.map((reader) => ('lines' in reader ? readLines(query, reader, inspectContext) : readAll(query, reader, inspectContext))),
  ]);
  const isOwn = ({ addresses }: Found | FoundUnmanaged): boolean => !addresses.some((at) => dependencies.members.has(at));
  const parts = read.map((part) => (isLines(part) ? part : part.filter(isManaged).filter(isOwn)));
  const unmanaged = read.flatMap((part) =>
    isLines(part) ? [] : part.flatMap((each) => (isManaged(each) || !isOwn(each) ? [] : [each.unmanaged])),
  );
  const late = isLate ? lateObjects({ parts, dependencies, ...lookOf(scope, inspectContext) }) : undefined;
  if (late !== undefined) return { objects: late, unmanaged };
  const found = parts.flatMap((part) => (isLines(part) ? foundIn(part, inspectContext).filter(isOwn) : part));
  return schemaOf(resolveNeeds(keepInScope(found, scope, inspectContext), dependencies), unmanaged);
};

const lookOf = (scope: Scope, context: InspectContext): Pick<Unread, 'isInScope' | 'context' | 'way'> => ({
  isInScope: objectFilter(scope),
  context,
  way: JSON.stringify([scope, context.schema, context.major, context.privileges]),
});

/** What is there and not managed, of the same queries as `inspect` asks for it. Run it in a look, too. */
export const readUnmanaged = async (query: Query, scope: Scope, context: CatalogContext): Promise<readonly UnmanagedObject[]> => {
  const inspectContext = await contextOf(query, scope, context);
  const found = await Promise.all(unmanagedReaders.map((reader) => readAll(query, reader, inspectContext)));
  const { members } = await readDependencies(query, ['e']);
  return found.flat().flatMap((each) => (isManaged(each) || each.addresses.some((at) => members.has(at)) ? [] : [each.unmanaged]));
};

const contextOf = async (query: Query, scope: Scope, context: CatalogContext): Promise<InspectContext> => {
  const namespaces = await managedSchemas(query, scope, context.schema);
  return {
    schema: context.schema,
    namespaces: `(${namespaces.length === 0 ? '0' : namespaces.map(({ oid }) => String(oid)).join(', ')})`,
    major: context.major,
    meantFull: context.meantFull ?? new Set(),
    privileges: scope.privileges === true,
  };
};

const isManaged = (found: Found | FoundUnmanaged): found is Found => 'object' in found;

const readAll = async (query: Query, reader: Reader, context: InspectContext): Promise<readonly (Found | FoundUnmanaged)[]> => {
  const rows = await query(reader.sql(context));
  await nextIsSent();
  return rows.flatMap((row) => reader.found(row, context));
};

const readLines = async (query: Query, reader: LineReader, context: InspectContext): Promise<Lines> => {
  const rows = await query(linesSql(reader, context));
  await nextIsSent();
  return linesOf(reader, rows);
};

/** All queries are asked for at once, and go one at a time: the server works on the next while the rows of this one are read. */
const nextIsSent = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Leaves out journals and what is excluded, with all that belongs to it. */
const keepInScope = (found: readonly Found[], scope: Scope, context: InspectContext): readonly Found[] => {
  const isInScope = objectFilter(scope);
  const byKey = new Map<ObjectKey, SchemaObject>();
  for (const { object } of found) byKey.set(object.key, object);
  const known = new Map<ObjectKey, boolean>();
  const isParentKept = (key: ObjectKey): boolean => {
    let kept = known.get(key);
    if (kept === undefined) {
      const parent = byKey.get(key);
      known.set(key, (kept = parent !== undefined && isKept(parent)));
    }
    return kept;
  };
  const isKept = ({ parent, attributes, name }: SchemaObject): boolean =>
    parent === undefined ? isInScope(String(attributes['schema'] ?? context.schema), name) : isParentKept(parent);
  return found.filter(({ object }) => isKept(object));
};
