import { LimbeckError } from '../../../errors.ts';
import type { Change } from '../../../model/change.ts';
import { childrenOf, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import type { AlterInput, Kind, Room } from '../object/kind.ts';

/** What has to happen to each object, before anything is put in order. An object in both `dropped` and `created` is replaced. */
export interface Work {
  readonly dropped: ReadonlyMap<ObjectKey, SchemaObject>;
  readonly created: ReadonlyMap<ObjectKey, SchemaObject>;
  readonly altered: ReadonlyMap<ObjectKey, AlterInput>;
  /** Replaced ones that are renamed out of the way first, because what holds rows uses them. */
  readonly retired: ReadonlySet<ObjectKey>;
}

export type KindOf = (object: SchemaObject) => Kind;

/**
 * The work that a list of changes means: an alter that its kind cannot do in place becomes a drop and a create, and so
 * do the dependents (by pg_depend) that are in its way. Throws `unmanaged` when rows would have to go for it.
 */
export const planWork = (changes: readonly Change[], place: Pick<Room, 'from' | 'to' | 'major' | 'online'>, kindOf: KindOf): Work => {
  const { from, to } = place;
  const { dropped, created, altered } = asTold(changes);
  const retired = new Set<ObjectKey>();
  const room: Room = {
    ...place,
    inside: () => [],
    isCreated: (key) => created.has(key),
    isDropped: (key) => dropped.has(key),
  };
  let known: ReadonlyMap<ObjectKey, readonly SchemaObject[]> | undefined;
  const dependentsOf = (key: ObjectKey): readonly SchemaObject[] => (known ??= dependentsIn(from)).get(key) ?? [];
  const holdsData = (object: SchemaObject): boolean => kindOf(object).holdsData?.(object) === true;
  const isUnder = (object: SchemaObject, key: ObjectKey): boolean => {
    for (let at = object.parent; at !== undefined; at = from.objects.get(at)?.parent) if (at === key) return true;
    return false;
  };

  const replace = (key: ObjectKey, losing: ObjectKey | undefined): void => {
    const before = from.objects.get(key);
    const after = to.objects.get(key);
    if (dropped.has(key) || before === undefined || after === undefined) return;
    altered.delete(key);
    dropped.set(key, before);
    created.set(key, after);
    const kept = dependentsOf(key).filter((dependent) => to.objects.has(dependent.key));
    const isRetired = kindOf(before).retire !== undefined && kept.some((each) => holdsData(each) || kindOf(each).retire !== undefined);
    if (isRetired) retired.add(key);
    for (const dependent of kept) {
      if (dropped.has(dependent.key)) continue;
      if (!holdsData(dependent) || (losing !== undefined && isUnder(dependent, losing))) replace(dependent.key, losing);
      else if (isRetired) force(dependent.key);
      else throw wouldLoseRows(after, dependent);
    }
  };

  const force = (key: ObjectKey): void => {
    const before = from.objects.get(key);
    const after = to.objects.get(key);
    if (before === undefined || after === undefined || altered.get(key)?.isForced === true) return;
    altered.set(key, { from: before, to: after, attributes: altered.get(key)?.attributes ?? [], isForced: true });
    settle(key);
  };

  const settle = (key: ObjectKey): void => {
    const input = altered.get(key);
    if (input === undefined) return;
    const result = kindOf(input.to).alter(ownPart(input), room);
    if (result === 'replace') {
      replace(key, key);
      return;
    }
    const { displaces, renews = [] } = result;
    for (const each of renews) replace(each, undefined);
    if (displaces === undefined) return;
    for (const dependent of dependentsOf(key)) if (displaces(dependent)) replace(dependent.key, undefined);
  };

  for (let size = -1; size !== dropped.size;) {
    size = dropped.size;
    for (const key of altered.keys()) settle(key);
    for (const object of created.values()) for (const each of kindOf(object).renews?.(object, room) ?? []) replace(each, undefined);
  }
  for (const [key, object] of dropped) {
    for (const holder of kindOf(object).heldBy?.(object, room) ?? []) replace(holder, undefined);
    if (to.objects.has(key)) continue;
    for (const dependent of dependentsOf(key)) {
      if (dropped.has(dependent.key) || altered.has(dependent.key) || !isWithout(to.objects.get(dependent.key), key)) continue;
      if (holdsData(dependent)) throw wouldLoseRows(object, dependent, 'is to go');
      replace(dependent.key, undefined);
    }
  }
  return { dropped, created, altered, retired };
};

/** The changes by what is to be done, before anything follows from them. */
const asTold = (changes: readonly Change[]) => {
  const dropped = new Map<ObjectKey, SchemaObject>();
  const created = new Map<ObjectKey, SchemaObject>();
  const altered = new Map<ObjectKey, AlterInput>();
  for (const change of changes) {
    if (change.type === 'create') created.set(change.object.key, change.object);
    else if (change.type === 'drop') dropped.set(change.object.key, change.object);
    else altered.set(change.to.key, { from: change.from, to: change.to, attributes: change.attributes, isForced: false });
  }
  return { dropped, created, altered };
};

/**
 * A table is attached after what that adopts is there, and stays attached when it is made anew. A column and its default come
 * after those of the table above, which say by themselves what becomes of the ones below.
 */
const onlyFollows = ({ kind, parent }: SchemaObject, need: ObjectKey, schema: Schema): boolean => {
  if (kind === 'partition' && need.startsWith('index ')) return !holdsKey(parent ?? '', need, schema);
  if (kind === 'partition' || kind === 'inheritance') return !need.startsWith('table ');
  if (kind === 'default') return need.startsWith('default ');
  return kind === 'column' && need.startsWith('column ') && schema.objects.get(need)?.parent !== parent;
};

/** The key of a partition that is attached to an index above goes only from a table that is detached, and stands in the way of that index. */
const holdsKey = (table: ObjectKey, index: ObjectKey, schema: Schema): boolean =>
  childrenOf(schema, table).some(({ kind, needs }) => kind === 'constraint' && needs.includes(index));

/** True for an object that is there and no longer needs another. */
const isWithout = (object: SchemaObject | undefined, need: ObjectKey): boolean => object?.needs.includes(need) === false;

/** An alter without what every kind has alike. */
export const ownPart = (input: AlterInput): AlterInput => ({
  ...input,
  attributes: input.attributes.filter((attribute) => attribute !== 'comment' && attribute !== 'acl'),
});

const dependentsIn = (schema: Schema): ReadonlyMap<ObjectKey, readonly SchemaObject[]> => {
  const dependents = new Map<ObjectKey, SchemaObject[]>();
  for (const object of schema.objects.values()) {
    for (const key of object.needs) {
      if (onlyFollows(object, key, schema)) continue;
      const known = dependents.get(key);
      if (known === undefined) dependents.set(key, [object]);
      else known.push(object);
    }
  }
  return dependents;
};

const wouldLoseRows = (replaced: SchemaObject, holder: SchemaObject, what = 'cannot be changed in place'): LimbeckError =>
  new LimbeckError('unmanaged', `${replaced.key} ${what}, and ${holder.key}, which holds data, depends on it`, {
    hint: 'write this migration by hand (`limbeck revision -m …`): only you know where the rows should go meanwhile',
    data: { objects: [replaced.key, holder.key] },
  });
