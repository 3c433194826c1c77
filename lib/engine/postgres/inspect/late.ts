import type { Objects, ObjectKey, SchemaObject } from '../../../model/schema.ts';
import { catalogOids, type Found, type InspectContext } from '../object/kind.ts';
import { addressesAt, eachKey, isLines, objectAt, type Lines } from './lines.ts';
import { needsOf, type Dependencies, type Places } from './needs.ts';

/*
 * Objects that are made when somebody asks for them, each as `inspect` makes it. Of two databases that are mostly alike, the lines of
 * text are compared, and objects are made only of lines that differ and of what the plan then looks at.
 */

/** What was read of a database and not looked at yet, in the order in which objects are listed, without what belongs to extensions. */
export interface Unread {
  readonly parts: readonly Part[];
  readonly dependencies: Dependencies;
  readonly isInScope: (schema: string, name: string) => boolean;
  readonly context: InspectContext;
  /** All that decides, besides a line, which object it is and whether it is looked at. */
  readonly way: string;
}

export type Part = Lines | readonly Found[];

/**
 * The objects, or undefined where a line does not tell of itself what belongs to the schema: where extensions have relations, the parts
 * of which do not say whose they are, and where a failed statement left an index.
 */
export const lateObjects = (unread: Unread): Objects | undefined => {
  const { members } = unread.dependencies;
  for (const at of members.keys()) if (partCatalogs.some((start) => at.startsWith(start))) return undefined;
  for (const part of unread.parts) {
    if (!isLines(part)) continue;
    const { kind } = part.reader;
    if (kind === 'index' && part.facts.some((facts) => facts.includes('"valid": false'))) return undefined;
    if (kind === 'table' && part.facts.some((_, line) => addressesAt(part, line).some((at) => members.has(at)))) return undefined;
  }
  return hasAstray(unread.parts) ? undefined : objectsOf(unread);
};

/** Whether parts are there of what is not: of a type that belongs to an extension, which the text of the part does not tell. */
const hasAstray = (parts: readonly Part[]): boolean => {
  const made = parts.flatMap((part) => (isLines(part) ? [] : part.map(({ object }) => object)));
  const keys = new Set(made.map(({ key }) => key));
  return made.some(({ parent }) => parent !== undefined && !/^(?:table|column) /.test(parent) && !keys.has(parent));
};

const partCatalogs: readonly string[] = [catalogOids.pg_class, catalogOids.pg_attrdef, catalogOids.pg_constraint].map((oid) => `${oid}:`);

const objectsOf = (unread: Unread): Objects => {
  const places = once(() => placesOf(unread));
  const withNeeds = once(() => needsOf(unread.dependencies, places()));
  const made = new Map<number, SchemaObject>();
  const at = (place: number): SchemaObject => {
    const object = made.get(place) ?? withNeeds()(place);
    made.set(place, object);
    return object;
  };
  const all = once(() => new Map([...places().byKey].map(([key, place]) => [key, at(place)])));
  const objects: Objects = {
    get size() {
      return places().byKey.size;
    },
    has: (key) => places().byKey.has(key),
    get: (key) => {
      const place = places().byKey.get(key);
      return place === undefined ? undefined : at(place);
    },
    keys: () => places().byKey.keys(),
    values: () => all().values(),
    entries: () => all().entries(),
    forEach: (each) => all().forEach((object, key) => each(object, key, objects)),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
    isSound: true,
    apart: (others) => {
      const other = late.get(others);
      if (other === undefined || other.unread.way !== unread.way) return undefined;
      const [from, to] = placesApart(unread.parts, other.unread.parts);
      return [listOf(from), other.listOf(to)];
    },
  };
  const listOf = (wanted: readonly number[]): readonly SchemaObject[] =>
    wanted.filter((place) => places().byKey.get(places().objectAt(place).key) === place).map(at);
  late.set(objects, { unread, listOf });
  return objects;
};

/** What is known of such objects when others are compared with them. */
const late = new WeakMap<Objects, { readonly unread: Unread; readonly listOf: (places: readonly number[]) => readonly SchemaObject[] }>();

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Where the lines and objects are that the other has not just the same. */
const placesApart = (from: readonly Part[], to: readonly Part[]): readonly [readonly number[], readonly number[]] => {
  const [here, there]: [number[][], number[][]] = [[], []];
  let [passed, passedThere] = [0, 0];
  from.forEach((part, index) => {
    const other = to[index] ?? [];
    const [mine, theirs] = [textsOf(part), textsOf(other)];
    const isAlike = mine.length === theirs.length && mine.every((text, line) => text === theirs[line]);
    if (!isAlike) {
      here.push(linesApart(mine, theirs, passed));
      there.push(linesApart(theirs, mine, passedThere));
    }
    passed += mine.length;
    passedThere += theirs.length;
  });
  return [here.flat(), there.flat()];
};

const textsOf = (part: Part): readonly string[] => (isLines(part) ? part.facts : part.map(({ object }) => JSON.stringify(object)));

const linesApart = (texts: readonly string[], others: readonly string[], passed: number): number[] => {
  const known = new Set(others);
  return texts.flatMap((text, line) => (known.has(text) ? [] : [passed + line]));
};

const placesOf = ({ parts, isInScope, context }: Unread): Places => {
  const starts: number[] = [];
  const byKey = new Map<ObjectKey, number>();
  const ready = new Map<number, SchemaObject>();
  let place = 0;
  for (const part of parts) {
    starts.push(place);
    if (isLines(part)) {
      const start = place;
      eachKey(part, isInScope, context, (key, line) => void byKey.set(key, start + line));
    } else {
      part.forEach(({ object }, index) => {
        byKey.set(object.key, place + index);
        ready.set(place + index, object);
      });
    }
    place += isLines(part) ? part.facts.length : part.length;
  }
  const isKept = ({ parent, attributes, name }: SchemaObject): boolean => {
    if (parent === undefined) return isInScope(String(attributes['schema'] ?? context.schema), name);
    const above = byKey.get(parent);
    const object = above === undefined ? undefined : ready.get(above);
    return above !== undefined && (object === undefined || isKept(object));
  };
  for (const object of ready.values()) if (!isKept(object)) byKey.delete(object.key);
  const locate = (wanted: number): readonly [Part, number] => {
    let index = starts.length - 1;
    while ((starts[index] ?? 0) > wanted) index -= 1;
    return [parts[index] ?? [], wanted - (starts[index] ?? 0)];
  };
  return { byKey, ...lookups(locate, ready, context) };
};

const lookups = (
  locate: (place: number) => readonly [Part, number],
  ready: Map<number, SchemaObject>,
  context: InspectContext,
): Pick<Places, 'objectAt' | 'addressesAt'> => ({
  objectAt: (place) => {
    const known = ready.get(place);
    if (known !== undefined) return known;
    const [part, line] = locate(place);
    if (!isLines(part)) throw new Error(`nothing at ${place}`);
    const object = objectAt(part, line, context);
    ready.set(place, object);
    return object;
  },
  addressesAt: (place) => {
    const [part, line] = locate(place);
    return isLines(part) ? addressesAt(part, line) : (part[line]?.addresses ?? []);
  },
});
