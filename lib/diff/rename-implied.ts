import type { Dialect } from '../engine/engine.ts';
import type { Rename } from '../model/change.ts';
import { objectKey, pathOfKey, pathPart, type ObjectKey, type Schema, type SchemaObject } from '../model/schema.ts';
import { hasIndex, placesOf, placesOfObject, type Place } from './rename-place.ts';

/**
 * What was named after a table that is renamed, or one of its columns (`users_pkey`, `users_id_seq`), and is declared
 * under the name that the new one gives it: a constraint, index or sequence that would be dropped and made again, and a
 * sequence would lose its place. `from` is the schema after `renames`. Where tables hand their names on, so does what is
 * named after them.
 */
export const impliedRenames = (renames: readonly Rename[], from: Schema, to: Schema, dialect: Dialect): readonly Rename[] => {
  const named = renames.filter(({ kind }) => kind === 'table' || kind === 'column');
  if (named.length === 0) return [];
  const world: World = { from, to, named, users: [usersOf(from), usersOf(to)] };
  const claimed = new Set<ObjectKey>();
  const found = [...from.objects.values()].flatMap((object): readonly Implied[] => {
    const held = heldRenames(object, world, dialect);
    const kind = kinds.find((each) => each === object.kind && dialect.renamable.includes(each));
    const key = kind === undefined ? undefined : newKey(object, world, claimed);
    if (kind === undefined || key === undefined) return held;
    claimed.add(key);
    return [impliedOf({ kind, from: object.key, to: key, toName: to.objects.get(key)?.name ?? '' }, object.name, hasIndex(object))];
  });
  return unhindered(found, from)
    .map(({ rename }) => rename)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
};

const kinds = ['constraint', 'index', 'sequence'] as const;

interface World {
  readonly from: Schema;
  readonly to: Schema;
  /** Renames of tables and columns. */
  readonly named: readonly Rename[];
  /** For sequences, what each of the two schemas uses them for. */
  readonly users: readonly [ReadonlyMap<ObjectKey, ObjectKey>, ReadonlyMap<ObjectKey, ObjectKey>];
}

interface Implied {
  readonly rename: Rename;
  readonly frees: readonly Place[];
  readonly takes: readonly Place[];
}

const impliedOf = ({ kind, ...keys }: Pick<Rename, 'kind' | 'from' | 'to' | 'toName'>, fromName: string, isIndexed: boolean): Implied => {
  const { path } = pathOfKey(kind, keys.from);
  const isPart = kind === 'constraint';
  const outer = path.slice(0, isPart ? -2 : -1)[0];
  const rename: Rename = {
    kind,
    ...keys,
    fromName,
    ...(outer === undefined ? {} : { schema: outer }),
    ...(isPart ? { table: path.at(-2) ?? '' } : {}),
  };
  return { rename, frees: placesOf(rename, rename.from, isIndexed), takes: placesOf(rename, rename.to, isIndexed) };
};

/** The column that owns a sequence, else the one whose default takes numbers from it. */
const usersOf = ({ objects }: Schema): ReadonlyMap<ObjectKey, ObjectKey> => {
  const users = new Map<ObjectKey, ObjectKey>();
  const columnIn = (needs: readonly ObjectKey[]): ObjectKey | undefined => needs.find((key) => key.startsWith('column '));
  for (const { kind, key, needs } of objects.values()) {
    if (kind !== 'default') continue;
    for (const sequence of needs.filter((need) => need.startsWith('sequence ')))
      users.set(sequence, `column ${key.slice('default '.length)}`);
  }
  for (const { kind, key, needs } of objects.values()) {
    const column = kind === 'sequence owner' ? columnIn(needs) : undefined;
    if (column !== undefined) users.set(`sequence ${key.slice('sequence owner '.length)}`, column);
  }
  return users;
};

/** What it is of, and, where it says so, what it is: by that it is known under another name. */
const marksOf = (
  { key, parent, attributes }: SchemaObject,
  users: ReadonlyMap<ObjectKey, ObjectKey>,
): readonly [of: string, what: string] => [parent ?? users.get(key) ?? '', String(attributes['definition'] ?? '')];

/** The key under which it is declared if that is another one, which its table or columns give it. */
const newKey = (object: SchemaObject, world: World, claimed: ReadonlySet<ObjectKey>): ObjectKey | undefined => {
  const { from, to, users } = world;
  const [owner, what] = marksOf(object, users[0]);
  const isSame = (other: SchemaObject | undefined, of: number): boolean => {
    if (other === undefined) return false;
    const marks = marksOf(other, users[of === 0 ? 0 : 1]);
    return marks[0] === owner && marks[1] === what;
  };
  const declared = to.objects.get(object.key);
  if (isSame(declared, 1)) return undefined;
  const before = object.key.slice(0, object.key.length - pathPart(object.name).length);
  return newNames(object, owner, world)
    .map((name) => before + pathPart(name))
    .find((key) => {
      const target = to.objects.get(key);
      if (target === undefined || key === object.key || claimed.has(key)) return false;
      const holder = from.objects.get(key);
      if (declared === undefined && holder === undefined) return marksOf(target, users[1])[0] === owner || owner === '';
      return isSame(target, 1) && !isSame(holder, 0) && owner !== '';
    });
};

/** The words of a made name (`users_email_key`), each old one replaced: those of its own table first, else of any. */
const newNames = ({ name }: SchemaObject, owner: ObjectKey, { from, named }: World): readonly string[] => {
  const table = owner.startsWith('column ') ? from.objects.get(owner)?.parent : owner;
  const path = table?.startsWith('table ') === true ? pathOfKey('table', table).path : [];
  const [tableName, schema] = [from.objects.get(table ?? '')?.name ?? path.at(-1), path.length > 1 ? path[0] : undefined];
  const ofTable = named.find((rename) => rename.kind === 'table' && rename.schema === schema && rename.toName === tableName);
  const ofColumns = named.filter((rename) => rename.kind === 'column' && rename.schema === schema && rename.table === tableName);
  const head = ofTable?.fromName ?? tableName;
  const own = head !== undefined && name.startsWith(`${head}_`) ? [`${tableName}${replaced(name.slice(head.length), ofColumns)}`] : [];
  return [...own, replaced(name, named), oneByOne(name, named)];
};

/** All at once, so that names can be exchanged. */
const replaced = (name: string, renames: readonly Rename[]): string => {
  const to = new Map(renames.map(({ fromName, toName }) => [fromName, toName]));
  if (to.size === 0) return name;
  const words = [...to.keys()].sort((a, b) => b.length - a.length).map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return `_${name}_`.replaceAll(new RegExp(`(?<=_)(?:${words.join('|')})(?=_)`, 'gu'), (word) => to.get(word) ?? word).slice(1, -1);
};

const oneByOne = (name: string, renames: readonly Rename[]): string =>
  renames.reduce((made, { fromName, toName }) => `_${made}_`.replaceAll(`_${fromName}_`, () => `_${toName}_`).slice(1, -1), name);

/** Of what has no object of its own (`Dialect.innerNames`), in the tables of which something is renamed. */
const heldRenames = (object: SchemaObject, { from, to, named }: World, dialect: Dialect): readonly Implied[] => {
  const { parent, key } = object;
  const declared = to.objects.get(key);
  if (dialect.innerNames === undefined || parent === undefined || declared === undefined || object.kind !== 'column') return [];
  const table = from.objects.get(parent)?.name ?? '';
  const { path } = pathOfKey('table', parent);
  const schema = path.slice(0, -1)[0];
  if (!named.some((rename) => rename.schema === schema && (rename.table ?? rename.toName) === table)) return [];
  const after = dialect.innerNames(declared, table);
  return dialect.innerNames(object, table).flatMap(({ kind, name }) => {
    const wanted = after.find((other) => other.kind === kind)?.name;
    if (wanted === undefined || wanted === name) return [];
    const within = kind === 'constraint' ? path : path.slice(0, -1);
    const keys = { from: objectKey(kind, ...within, name), to: objectKey(kind, ...within, wanted) };
    return [impliedOf({ kind, ...keys, toName: wanted }, name, false)];
  });
};

/** Those whose new name is free, or is freed by another. */
const unhindered = (implied: readonly Implied[], { objects }: Schema): readonly Implied[] => {
  const taken = new Set([...objects.values()].flatMap(placesOfObject));
  let left = implied;
  for (;;) {
    const freed = new Set(left.flatMap(({ frees }) => frees));
    const next = left.filter(({ takes }) => takes.every((place) => !taken.has(place) || freed.has(place)));
    if (next.length === left.length) return left;
    left = next;
  }
};
