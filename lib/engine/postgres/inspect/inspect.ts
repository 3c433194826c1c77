import { schemaOf, type ObjectKey, type Schema, type SchemaObject, type UnmanagedObject } from '../../../model/schema.ts';
import type { Scope } from '../../engine.ts';
import { catalogOids, type Address, type Found, type FoundUnmanaged, type InspectContext, type Reader } from '../object/kind.ts';
import { textOf, type Query } from '../query.ts';
import { readers, unmanagedReaders } from '../registry.ts';
import { managedSchemas, objectFilter } from '../schemas.ts';
import type { CatalogContext } from '../session.ts';

/**
 * Reads the whole schema with a constant number of queries: one for each reader, one for pg_depend. Run it in a look
 * (pinned settings, search_path the default schema alone).
 */
export const inspect = async (query: Query, scope: Scope, context: CatalogContext): Promise<Schema> => {
  const inspectContext = await contextOf(query, scope, context);
  const [dependencies, ...read] = await Promise.all([
    readDependencies(query),
    ...readers.map((reader) => readAll(query, reader, inspectContext)),
  ]);
  const found = read.flat();
  const own = found.filter(({ addresses }) => !addresses.some((each) => dependencies.members.has(each)));
  const managed = keepInScope(own.filter(isManaged), scope, inspectContext);
  return schemaOf(
    resolveNeeds(managed, dependencies),
    own.flatMap((each) => (isManaged(each) ? [] : [each.unmanaged])),
  );
};

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

/** All queries are asked for at once, and go one at a time: the server works on the next while the rows of this one are read. */
const nextIsSent = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Dependencies {
  readonly pairs: readonly (readonly [Address, Address])[];
  /** What belongs to an extension, and which one. */
  readonly members: ReadonlyMap<Address, Address>;
}

/**
 * pg_depend without what the server pins; `x` (depends on an extension) is a fact of the object itself. Left out are the internal ones
 * between rows that stand for one object: types of rows and arrays, tables of TOAST, sequences of identity columns, triggers of foreign keys.
 */
const readDependencies = async (query: Query, types: readonly string[] = dependencyTypes): Promise<Dependencies> => {
  const rows = await query(
    `SELECT d.deptype, pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.concat_ws(':', d.classid::bigint, d.objid::bigint, d.objsubid),
              pg_catalog.concat_ws(':', d.refclassid::bigint, d.refobjid::bigint, d.refobjsubid)), E'\\n') AS pairs
       FROM pg_catalog.pg_depend d WHERE d.deptype IN (${types.map((type) => `'${type}'`).join(', ')}) AND d.refobjid <> 0 AND d.objid <> 0
        AND NOT (d.deptype = 'i' AND d.classid IN (${catalogOids.pg_type}, ${catalogOids.pg_class}, ${catalogOids.pg_trigger}, ${catalogOids.pg_rewrite}))
      GROUP BY d.deptype`,
  );
  const pairs: (readonly [Address, Address])[] = [];
  const members = new Map<Address, Address>();
  for (const row of rows) {
    for (const line of (textOf(row, 'pairs') ?? '').split('\n')) {
      const gap = line.indexOf(' ');
      const pair = [line.slice(0, gap), line.slice(gap + 1)] as const;
      if (row['deptype'] === 'e') members.set(...pair);
      else pairs.push(pair);
    }
  }
  return { pairs, members };
};

const dependencyTypes: readonly string[] = ['n', 'a', 'i', 'e', 'P', 'S'];

/** Leaves out journals and what is excluded, with all that belongs to it. */
const keepInScope = (found: readonly Found[], scope: Scope, context: InspectContext): readonly Found[] => {
  const isInScope = objectFilter(scope);
  const byKey = new Map(found.map(({ object }) => [object.key, object]));
  const isKept = (object: SchemaObject): boolean => {
    const parent = object.parent === undefined ? undefined : byKey.get(object.parent);
    if (object.parent !== undefined) return parent !== undefined && isKept(parent);
    return isInScope(String(object.attributes['schema'] ?? context.schema), object.name);
  };
  return found.filter(({ object }) => isKept(object));
};

/** Which objects each needs: what its reader says, its parent, and pg_depend. */
const resolveNeeds = (found: readonly Found[], { pairs, members }: Dependencies): readonly SchemaObject[] => {
  const keys = new Map<Address, ObjectKey>();
  const objects = new Map<ObjectKey, SchemaObject>();
  for (const { object, addresses } of found) {
    objects.set(object.key, object);
    for (const each of addresses) if (!keys.has(each)) keys.set(each, object.key);
  }
  const keyAt = (at: Address): ObjectKey | undefined => {
    const exact = keys.get(at);
    if (exact !== undefined) return exact;
    const whole = at.endsWith(':0') ? at : `${at.slice(0, at.lastIndexOf(':'))}:0`;
    const owner = keys.get(whole);
    if (owner !== undefined) return owner;
    const extension = members.get(at) ?? members.get(whole);
    return extension === undefined ? undefined : keys.get(extension);
  };
  const needs = new Map<ObjectKey, ObjectKey[]>();
  for (const { object } of found) {
    const own = object.parent === undefined ? object.needs : [object.parent, ...object.needs];
    needs.set(
      object.key,
      own.filter((key) => objects.has(key)),
    );
  }
  for (const [dependent, referenced] of pairs) {
    const key = keyAt(dependent);
    const need = keyAt(referenced);
    if (key === undefined || need === undefined || key === need || isToldOtherwise(objects, key, need, dependent)) continue;
    needs.get(key)?.push(need);
  }
  return found.map(({ object }) => ({ ...object, needs: settledNeeds(object.key, needs.get(object.key) ?? []) }));
};

/** Sorted, each once, without the object itself; most have none or one or two, for which nothing need be made. */
const settledNeeds = (own: ObjectKey, needs: readonly ObjectKey[]): readonly ObjectKey[] => {
  const [first = own, second = own] = needs;
  if (needs.length > 2 || (needs.length > 0 && first === own)) return [...new Set(needs)].filter((key) => key !== own).sort();
  if (needs.length < 2) return needs;
  return second === own || second === first ? [first] : first < second ? needs : [second, first];
};

/**
 * A sequence's owner and a partition's parent are objects of their own, and INHERITS is told by its table. What a table needs
 * on behalf of its parts, the parts need.
 */
const isToldOtherwise = (objects: ReadonlyMap<ObjectKey, SchemaObject>, key: ObjectKey, need: ObjectKey, dependent: Address): boolean => {
  const [from, to] = [objects.get(key), objects.get(need)];
  if (from === undefined || to === undefined || to.parent === key) return true;
  const isRelation = dependent.startsWith(`${catalogOids.pg_class}:`);
  return (
    isRelation &&
    ((from.kind === 'sequence' && (to.kind === 'column' || to.kind === 'table')) || (from.kind === 'table' && to.kind === 'table'))
  );
};
