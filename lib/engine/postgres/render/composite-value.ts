import type { SchemaObject } from '../../../model/schema.ts';
import { list, text, type Room } from '../object/kind.ts';

/** An attribute of a composite type: its name as SQL, and its type with what may follow. */
export interface Attribute {
  readonly name: string;
  readonly rest: string;
}

/** The parts of an entry of `attributes` or `attributeComments`: a name as SQL, and what stands behind it. */
export const cutAttribute = (entry: string): Attribute => {
  const name = /^(?:"(?:[^"]|"")*"|[^ ]+)/.exec(entry)?.[0] ?? entry;
  return { name, rest: entry.slice(name.length + 1) };
};

export interface Difference {
  readonly gone: readonly Attribute[];
  readonly retyped: readonly Attribute[];
  readonly added: readonly Attribute[];
}

/** How the attributes of a composite type differ; undefined when some that stay change their places. */
export const differenceOf = (from: SchemaObject, to: SchemaObject): Difference | undefined => {
  const [before, after] = [list(from, 'attributes').map(cutAttribute), list(to, 'attributes').map(cutAttribute)];
  const kept = before.filter(({ name }) => after.some((each) => each.name === name));
  if (kept.some(({ name }, place) => after[place]?.name !== name)) return undefined;
  const retyped = kept.flatMap(({ rest }, place) => {
    const each = after[place];
    return each === undefined || each.rest === rest ? [] : [each];
  });
  return { gone: before.filter((each) => !kept.includes(each)), retyped, added: after.slice(kept.length) };
};

/**
 * The value of a column under a composite type that is replaced, where attributes change their places: a row made of the attributes
 * that it has. Undefined for any other type: its text says what a value is.
 */
export const rearranged = (column: string, type: string, room: Room): string | undefined => {
  const to = [...room.to.objects.values()].find((object) => object.kind === 'type' && text(object, 'id') === type);
  const from = to === undefined ? undefined : room.from.objects.get(to.key);
  if (to === undefined || from === undefined || text(from, 'form') !== 'composite' || text(to, 'form') !== 'composite') return undefined;
  if (differenceOf(from, to) !== undefined) return undefined;
  const before = new Map(list(from, 'attributes').map((entry) => [cutAttribute(entry).name, cutAttribute(entry).rest]));
  const kept = list(to, 'attributes').map(cutAttribute);
  const isRead = to.needs.some((need) => room.isDropped(need)) || kept.some(({ name, rest }) => (before.get(name) ?? rest) !== rest);
  const values = kept.map(({ name }) => (before.has(name) ? `(${column}).${name}` : 'NULL'));
  // A row that is cast itself cuts what is too long for an attribute; its text does not.
  return `CASE WHEN ${column} IS DISTINCT FROM NULL THEN ROW(${values.join(', ')})${isRead ? '::text' : ''}::${type} END`;
};
