/**
 * What a schema is, for both engines: a flat list of objects, each with an identity and compared attributes.
 * Engines fill it (`inspect`) and read it (`render`); `diff/compare` compares it without knowing the kinds.
 */

/** Kinds that can be objects of a schema; each engine has some of them. */
export type ObjectKind =
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'view'
  | 'trigger'
  | 'virtual table'
  | 'schema'
  | 'extension'
  | 'collation'
  | 'type'
  | 'domain constraint'
  | 'sequence'
  | 'sequence owner'
  | 'default'
  | 'inheritance'
  | 'partition'
  | 'materialized view'
  | 'function'
  | 'procedure'
  | 'aggregate'
  | 'rule'
  | 'policy'
  | 'statistics'
  | 'event trigger'
  | 'publication'
  | 'publication member'
  | 'default privileges'
  | 'foreign table';

/**
 * The identity of an object as text: kind, then its path in canonical spelling, e.g. `table users`,
 * `column users.role`, `index users_pin_idx`. Objects of the default schema carry no schema name, so that one
 * folder of migrations serves many schemas (design §6). See `objectKey`.
 */
export type ObjectKey = string;

export type AttributeValue = string | number | boolean | readonly string[] | undefined;

export interface SchemaObject {
  readonly kind: ObjectKind;
  readonly key: ObjectKey;
  /** The name as the database holds it, unquoted, in its own case. */
  readonly name: string;
  /** The object that owns this one and goes with it: a column's or constraint's table. */
  readonly parent?: ObjectKey;
  /** What is compared, attribute by attribute, each in its normal form. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Objects that must be there before this one. */
  readonly needs: readonly ObjectKey[];
  /** The text that creates it, as the database holds it or deparses it; never compared. */
  readonly sql: string;
  /** Position among its siblings (a column's place); never compared. */
  readonly position: number;
  /** How it came to be, where a database tells and a dump of it does not: rendered again, never compared. */
  readonly made?: string;
  /**
   * For what a statement that failed left behind, which is of no use and which nothing can make: the same as it would be sound. A
   * schema that is made has none such, and no way back leads to one.
   */
  readonly sound?: SchemaObject;
}

/** Something that is there but that limbeck does not manage (design §6): named, never touched. */
export interface UnmanagedObject {
  readonly key: ObjectKey;
  readonly reason: string;
  /** Text that tells whether it differs between two schemas. */
  readonly definition: string;
}

/** The objects of a schema, perhaps made only when they are asked for. */
export interface Objects extends ReadonlyMap<ObjectKey, SchemaObject> {
  /** True: nothing in it is what a statement that failed left behind. */
  readonly isSound?: boolean;
  /**
   * The objects of this schema and of another, in their orders, without those that are known to be there alike in both, for less than to
   * look at all; undefined where they are to be looked at.
   */
  readonly apart?: (others: Objects) => readonly [readonly SchemaObject[], readonly SchemaObject[]] | undefined;
}

export interface Schema {
  readonly objects: Objects;
  readonly unmanaged: readonly UnmanagedObject[];
}

const plain = /^[a-z_][a-z0-9_]*$/;

/** A name as a part of a key. */
export const pathPart = (name: string): string => (plain.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** The key of an object; names that are not plain lower-case words stand in double quotes, so keys cannot collide. */
export const objectKey = (kind: ObjectKind, ...path: readonly string[]): ObjectKey => {
  let key = `${kind} `;
  for (let at = 0; at < path.length; at += 1) key += `${at === 0 ? '' : '.'}${pathPart(path[at] ?? '')}`;
  return key;
};

/** The path in a key of that kind, each part unquoted, and what follows the path (the argument types of a function). */
export const pathOfKey = (kind: string, key: ObjectKey): { readonly path: readonly string[]; readonly suffix: string } => {
  const path: string[] = [];
  let rest = key.slice(kind.length + 1);
  for (;;) {
    const part = /^(?:"((?:[^"]|"")*)"|([^".(]*))/.exec(rest);
    path.push(part?.[2] ?? part?.[1]?.replaceAll('""', '"') ?? '');
    rest = rest.slice(part?.[0].length ?? 0);
    if (!rest.startsWith('.')) return { path, suffix: rest };
    rest = rest.slice(1);
  }
};

/** Builds a schema from a list; the order of the list is kept. */
export const schemaOf = (objects: readonly SchemaObject[], unmanaged: readonly UnmanagedObject[] = []): Schema => {
  const byKey = new Map<ObjectKey, SchemaObject>();
  for (const object of objects) byKey.set(object.key, object);
  return { objects: byKey, unmanaged };
};

/** What statements that failed left behind. */
export const leftoversOf = ({ objects }: Schema): readonly SchemaObject[] =>
  objects.isSound === true ? [] : [...objects.values()].filter(({ sound }) => sound !== undefined);

/** The schema as it can be made: of what failed statements left, that which `wanted` has, too, is sound, and the rest is not there. */
export const soundSchema = (schema: Schema, wanted: Schema = schemaOf([])): Schema => {
  if (leftoversOf(schema).length === 0) return schema;
  const objects = [...schema.objects.values()].flatMap((object) => {
    if (object.sound === undefined) return [object];
    return wanted.objects.has(object.key) ? [object.sound] : [];
  });
  return schemaOf(objects, schema.unmanaged);
};

/** A schema that was read in scratch, with what failed statements left, which only the live database can have. */
export const withLeftovers = (schema: Schema, leftovers: readonly SchemaObject[]): Schema =>
  leftovers.length === 0
    ? schema
    : { ...schema, objects: new Map([...schema.objects, ...leftovers.map((each) => [each.key, spoilt(each, schema)] as const)]) };

/** The leftover as it is after what was done in scratch with a sound one. */
const spoilt = (leftover: SchemaObject, { objects }: Schema): SchemaObject => {
  const now = objects.get(leftover.key);
  if (now === undefined) return leftover;
  const faults = Object.entries(leftover.attributes).filter(([name, value]) => leftover.sound?.attributes[name] !== value);
  return { ...now, attributes: { ...now.attributes, ...Object.fromEntries(faults) }, sound: now };
};

/** The objects whose parent is `key`, by position. */
export const childrenOf = (schema: Schema, key: ObjectKey): readonly SchemaObject[] => {
  const known = families.get(schema) ?? familiesOf(schema);
  families.set(schema, known);
  return known.get(key) ?? [];
};

/** Of each schema that was asked, once: to go through all objects for every table would take a large one minutes. */
const families = new WeakMap<Schema, ReadonlyMap<ObjectKey, readonly SchemaObject[]>>();

const familiesOf = (schema: Schema): ReadonlyMap<ObjectKey, readonly SchemaObject[]> => {
  const children = new Map<ObjectKey, SchemaObject[]>();
  for (const object of schema.objects.values()) {
    if (object.parent === undefined) continue;
    const siblings = children.get(object.parent);
    if (siblings === undefined) children.set(object.parent, [object]);
    else siblings.push(object);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => a.position - b.position);
  return children;
};
