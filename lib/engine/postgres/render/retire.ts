import type { SchemaObject } from '../../../model/schema.ts';
import type { Room } from '../object/kind.ts';
import { nameInSchemaOf, nameSql } from '../object/naming.ts';

const limit = 63;

/** The name that an object goes by until it is dropped, when it stands aside for its successor: the first free one, `mood__old`. */
export const retiredName = (object: SchemaObject, room: Room): string => asideName(object, object.name, room);

/** The same for another name in the schema of an object. */
export const asideName = (object: SchemaObject, name: string, room: Room): string => {
  const taken = new Set([...namesIn(room.from.objects.values()), ...namesIn(room.to.objects.values())]);
  for (let count = 1; ; count += 1) {
    const suffix = `__old${count === 1 ? '' : String(count)}`;
    const candidate = `${clip(name, limit - suffix.length)}${suffix}`;
    if (!taken.has(nameInSchemaOf(object, candidate))) return candidate;
  }
};

const namesIn = function* (objects: Iterable<SchemaObject>): Generator<string> {
  for (const object of objects) {
    yield nameInSchemaOf(object);
    const multirange = object.attributes['multirange'];
    if (multirange !== undefined) yield String(multirange);
  }
};

/** The longest beginning of a name that is at most `bytes` long, as the server counts. */
const clip = (name: string, bytes: number): string => {
  let clipped = name;
  while (Buffer.byteLength(clipped) > bytes) clipped = [...clipped].slice(0, -1).join('');
  return clipped;
};

/** `ALTER TYPE app.mood RENAME TO mood__old`: renaming takes the new name without its schema. */
export const renameSql = (what: string, id: string, name: string): string => `ALTER ${what} ${id} RENAME TO ${nameSql(name)}`;
