import { schemaOf, type ObjectKey, type Schema, type SchemaObject, type UnmanagedObject } from '../../../model/schema.ts';
import type { Alike, Alikes, Beside, Scope } from '../../engine.ts';
import {
  catalogOids,
  type Address,
  type Found,
  type FoundUnmanaged,
  type InspectContext,
  type LineReader,
  type Reader,
} from '../object/kind.ts';
import { textOf, type Query } from '../query.ts';
import { readers, unmanagedReaders } from '../registry.ts';
import { foundInLines, linesSql } from './lines.ts';
import { managedSchemas, objectFilter } from '../schemas.ts';
import type { CatalogContext } from '../session.ts';

/**
 * Reads the whole schema with a constant number of queries: one for each reader, one for pg_depend. Run it in a look
 * (pinned settings, search_path the default schema alone).
 */
export const inspect = async (query: Query, scope: Scope, context: CatalogContext, beside?: Beside): Promise<Schema> => {
  const inspectContext = await contextOf(query, scope, context);
  const [dependencies, ...read] = await Promise.all([
    readDependencies(query),
    ...readers.map((reader, index) =>
      'lines' in reader
        ? readLines(query, reader, inspectContext, alikesOf(beside, index, inspectContext))
        : readAll(query, reader, inspectContext),
    ),
  ]);
  const managed: Found[] = [];
  const unmanaged: UnmanagedObject[] = [];
  for (const each of read.flat()) {
    if (each.addresses.some((at) => dependencies.members.has(at))) continue;
    if (isManaged(each)) managed.push(each);
    else unmanaged.push(each.unmanaged);
  }
  return schemaOf(resolveNeeds(keepInScope(managed, scope, inspectContext), dependencies), unmanaged);
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

const readLines = async (
  query: Query,
  reader: LineReader,
  context: InspectContext,
  alikes: Alikes | undefined,
): Promise<readonly (Found | FoundUnmanaged)[]> => {
  const rows = await query(linesSql(reader, context));
  await nextIsSent();
  return foundInLines(reader, rows, context, alikes);
};

/** What the text of a row means depends on its reader and on what that may look at besides. */
const alikesOf = (beside: Beside | undefined, reader: number, { schema, major, privileges }: InspectContext): Alikes | undefined => {
  const way = JSON.stringify([reader, schema, major, privileges]);
  const known = beside?.get(way);
  if (beside === undefined || known !== undefined) return known;
  const alikes: Alikes = { texts: [], made: [] };
  beside.set(way, alikes);
  return alikes;
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

/** An object and what it needs, as far as that is known. */
interface Node {
  object: SchemaObject;
  needs: ObjectKey[];
}

/** Which objects each needs: what its reader says, its parent, and pg_depend. */
const resolveNeeds = (found: readonly Found[], { pairs, members }: Dependencies): readonly SchemaObject[] => {
  const { nodes, places } = nodesOf(found);
  const nodeAt = (at: Address): Node | undefined => {
    const exact = places.get(at);
    if (exact !== undefined) return exact;
    const whole = at.endsWith(':0') ? at : `${at.slice(0, at.lastIndexOf(':'))}:0`;
    const owner = places.get(whole);
    if (owner !== undefined) return owner;
    const extension = members.get(at) ?? members.get(whole);
    return extension === undefined ? undefined : places.get(extension);
  };
  for (const { object, needs } of nodes.values()) {
    if (object.parent !== undefined && nodes.has(object.parent)) needs.push(object.parent);
    for (const key of object.needs) if (nodes.has(key)) needs.push(key);
  }
  for (const [dependent, referenced] of pairs) {
    const from = nodeAt(dependent);
    const to = from === undefined ? undefined : nodeAt(referenced);
    if (from === undefined || to === undefined || from === to || isToldOtherwise(from.object, to.object, dependent)) continue;
    from.needs.push(to.object.key);
  }
  return found.map(({ object, alike }) => settled(object, settledNeeds(object.key, nodes.get(object.key)?.needs ?? []), alike));
};

/** By key, and by address the first that has it. */
const nodesOf = (
  found: readonly Found[],
): { readonly nodes: ReadonlyMap<ObjectKey, Node>; readonly places: ReadonlyMap<Address, Node> } => {
  const nodes = new Map<ObjectKey, Node>();
  const places = new Map<Address, Node>();
  for (const { object, addresses } of found) {
    const known = nodes.get(object.key);
    const node = known ?? { object, needs: [] };
    node.object = object;
    if (known === undefined) nodes.set(object.key, node);
    for (const each of addresses) if (!places.has(each)) places.set(each, node);
  }
  return { nodes, places };
};

/** The object with what it needs: the very one that another database has, if it needs the same there. */
const settled = (object: SchemaObject, needs: readonly ObjectKey[], alike: Alike | undefined): SchemaObject => {
  const known = alike?.settled;
  if (known !== undefined && isSame(known.needs, needs)) return known;
  const made = isSame(object.needs, needs) ? object : { ...object, needs };
  if (alike !== undefined) alike.settled = made;
  return made;
};

const isSame = (some: readonly ObjectKey[], others: readonly ObjectKey[]): boolean =>
  some.length === others.length && some.every((each, index) => each === others[index]);

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
const isToldOtherwise = (from: SchemaObject, to: SchemaObject, dependent: Address): boolean => {
  if (to.parent === from.key) return true;
  const isRelation = dependent.startsWith(`${catalogOids.pg_class}:`);
  return (
    isRelation &&
    ((from.kind === 'sequence' && (to.kind === 'column' || to.kind === 'table')) || (from.kind === 'table' && to.kind === 'table'))
  );
};
