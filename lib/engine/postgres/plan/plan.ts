import type { Change, Plan, Step } from '../../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import type { RenderOptions } from '../../engine.ts';
import { text, type Kind, type Room } from '../object/kind.ts';
import { requireOrder } from './by-position.ts';
import { sortActions } from './graph.ts';
import { ownPart, planWork, type KindOf, type Work } from './work.ts';
import { privilegeSteps } from '../object/privileges.ts';

type Verb = 'drop' | 'retire' | 'create' | 'alter' | 'discard';

interface Action {
  readonly verb: Verb;
  readonly object: SchemaObject;
}

/** The newest major that the rendering knows. */
const newestMajor = 18;

/**
 * Ordered SQL from `from` to `to`, for any kinds: what must stand aside goes first, everything is made after what it
 * needs and dropped before it, parts of a new table stand in its CREATE where they can. Throws `unmanaged`.
 */
export const planWith = (
  kindOf: KindOf,
  changes: readonly Change[],
  from: Schema,
  to: Schema,
  options: Pick<RenderOptions, 'major' | 'online'>,
): Plan => {
  const place = { from, to, major: options.major ?? newestMajor, online: options.online === true };
  const work = planWork(changes, place, kindOf);
  const actions = actionsOf(work);
  const shell: Room = {
    ...place,
    inside: () => [],
    isCreated: (key) => work.created.has(key),
    isDropped: (key) => work.dropped.has(key),
  };
  requireOrder(madeBy(work), shell);
  const ordered = sortActions({
    size: actions.length,
    edges: edgesOf(actions, work, shell, kindOf),
    host: hostsOf(actions, work, shell, kindOf),
    weakness: (node) => weaknessOf(actions[node]),
    order: orderOf(actions, shell, kindOf),
  });
  const inside = new Map<ObjectKey, SchemaObject[]>();
  for (const [node, host] of ordered.hosts) {
    const [part, whole] = [actions[node], actions[host]];
    if (part?.verb !== 'create' || whole === undefined) continue;
    const known = inside.get(whole.object.key);
    if (known === undefined) inside.set(whole.object.key, [part.object]);
    else known.push(part.object);
  }
  for (const parts of inside.values()) parts.sort((a, b) => a.position - b.position);
  const room: Room = { ...shell, inside: (key) => inside.get(key) ?? [] };
  const steps = ordered.order.flatMap((node) => {
    const action = actions[node];
    return action === undefined ? [] : stepsOf(action, work, room, kindOf);
  });
  return { steps: [...looseBodies(work), ...steps], transactional: true, foreignKeys: 'on' };
};

const actionsOf = ({ dropped, created, altered, retired }: Work): readonly Action[] => [
  ...[...dropped.values()].map((object): Action => ({ verb: retired.has(object.key) ? 'retire' : 'drop', object })),
  ...[...altered.values()].map((input): Action => ({ verb: 'alter', object: input.to })),
  ...[...created.values()].map((object): Action => ({ verb: 'create', object })),
  ...[...dropped.values()].flatMap((object): readonly Action[] => (retired.has(object.key) ? [{ verb: 'discard', object }] : [])),
];

const idOf = (verb: Verb, key: ObjectKey): string => `${verb} ${key}`;

const edgesOf = (actions: readonly Action[], work: Work, room: Room, kindOf: KindOf): readonly (readonly [number, number])[] => {
  const nodes = new Map(actions.map((action, node) => [idOf(action.verb, action.object.key), node]));
  const occupied = (object: SchemaObject): readonly string[] => kindOf(object).occupies?.(object) ?? [];
  const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
    names.filter((name) => !others.includes(name));
  const leaving = new Map<string, number[]>();
  actions.forEach(({ verb, object }, node) => {
    if (verb === 'create' || verb === 'discard') return;
    const names = occupied(work.altered.get(object.key)?.from ?? object);
    for (const name of verb === 'alter' ? without(names, occupied(object)) : names) leaving.set(name, [...(leaving.get(name) ?? []), node]);
  });
  const edges: [number, number][] = [];
  const link = (first: number | undefined, second: number | undefined): void => {
    if (first !== undefined && second !== undefined && first !== second) edges.push([first, second]);
  };
  const node = (verb: Verb, key: ObjectKey): number | undefined => nodes.get(idOf(verb, key));
  actions.forEach(({ verb, object }, at) => {
    const { key } = object;
    const before = work.altered.get(key)?.from ?? object;
    if (verb === 'create' || verb === 'alter') {
      const first = verb === 'create' ? kindOf(object).follows?.(object, room) : undefined;
      for (const need of first ?? object.needs) {
        link(node('create', need), at);
        link(node('alter', need), at);
      }
    }
    if (verb === 'create') {
      link(node('drop', key), at);
      link(node('retire', key), at);
      const brought = kindOf(object).brings?.(object, room) ?? [];
      for (const name of [object, ...brought].flatMap(occupied)) for (const other of leaving.get(name) ?? []) link(other, at);
    }
    if (verb === 'alter') {
      const input = work.altered.get(key);
      for (const other of input === undefined ? [] : (kindOf(object).awaits?.(input, room) ?? []))
        link(node(room.isDropped(other) ? 'drop' : 'create', other), at);
      for (const name of without(occupied(object), occupied(before))) for (const other of leaving.get(name) ?? []) link(other, at);
      for (const need of before.needs) {
        if (!work.created.has(need)) link(at, node('drop', need));
        link(at, node('discard', need));
      }
    }
    if (verb === 'drop' || verb === 'retire') {
      for (const other of kindOf(object).outlives?.(object, room) ?? []) link(node('drop', other), at);
      for (const need of object.needs) {
        if (verb === 'drop') link(at, node('drop', need));
        link(at, node('alter', need));
        link(at, verb === 'drop' ? node('retire', need) : undefined);
      }
    }
    if (verb === 'discard') {
      link(node('create', key), at);
      for (const need of object.needs) {
        link(at, node('drop', need));
        link(at, node('discard', need));
      }
    }
  });
  const { dropped, retired } = work;
  for (const [key, object] of dropped) {
    if (retired.has(key)) continue;
    for (const need of object.needs) if (retired.has(need)) link(node('drop', key), node('discard', need));
  }
  return edges;
};

/** A part is made inside its parent's CREATE where its kind can be, and goes with its parent's DROP always. */
const hostsOf = (actions: readonly Action[], work: Work, room: Room, kindOf: KindOf): ((node: number) => number | undefined) => {
  const nodes = new Map(actions.map((action, node) => [idOf(action.verb, action.object.key), node]));
  return (node) => {
    const action = actions[node];
    const parent = action?.object.parent;
    if (action === undefined || parent === undefined) return undefined;
    if (action.verb === 'drop') return work.retired.has(parent) ? undefined : nodes.get(idOf('drop', parent));
    if (action.verb !== 'create' || kindOf(action.object).joins?.(action.object, room) !== true) return undefined;
    return nodes.get(idOf('create', parent));
  };
};

/** Foreign keys are set free first, then what else can be made or dropped by itself; columns last. */
const weaknessOf = (action: Action | undefined): number => {
  switch (action?.object.kind) {
    case 'constraint':
      return text(action.object, 'type') === 'f' ? 0 : 2;
    case 'default':
    case 'partition':
    case 'sequence owner':
      return 1;
    case 'column':
      return 4;
    default:
      return 3;
  }
};

const verbRanks: Readonly<Record<Verb, number>> = { drop: 0, retire: 1, alter: 2, create: 2, discard: 3 };

const orderOf = (actions: readonly Action[], { from, to }: Room, kindOf: KindOf): ((a: number, b: number) => number) => {
  const roots = actions.map(({ verb, object }) => rootOf(object, verb === 'create' || verb === 'alter' ? to : from).key);
  const places = placesIn(from, to, new Set(roots));
  const ranks = actions.map(({ verb, object }, node) => {
    const { rank } = kindOf(object);
    const band = rank >= 40 && rank < 60 ? 40 : rank;
    const sign = verbRanks[verb] === 2 ? 1 : -1;
    return [verbRanks[verb], sign * band, sign * (places.get(roots[node] ?? '') ?? 0), sign * rank, sign * object.position];
  });
  return (a, b) => {
    const [left, right] = [ranks[a] ?? [], ranks[b] ?? []];
    for (let place = 0; place < left.length; place += 1) {
      const difference = (left[place] ?? 0) - (right[place] ?? 0);
      if (difference !== 0) return difference;
    }
    return a - b;
  };
};

/** Where objects stand: before all others, in their order, those that are in `from` alone. */
const placesIn = (from: Schema, to: Schema, wanted: ReadonlySet<ObjectKey>): ReadonlyMap<ObjectKey, number> => {
  const places = new Map<ObjectKey, number>();
  let next = -from.objects.size;
  for (const key of from.objects.keys()) {
    next += 1;
    if (wanted.has(key)) places.set(key, next);
  }
  next = 0;
  for (const key of to.objects.keys()) {
    next += 1;
    if (wanted.has(key)) places.set(key, next);
  }
  return places;
};

const rootOf = (object: SchemaObject, schema: Schema): SchemaObject => {
  let at = object;
  for (let parent = parentOf(at, schema); parent !== undefined; parent = parentOf(at, schema)) at = parent;
  return at;
};

const parentOf = (object: SchemaObject, schema: Schema): SchemaObject | undefined =>
  object.parent === undefined ? undefined : schema.objects.get(object.parent);

const stepsOf = ({ verb, object }: Action, work: Work, room: Room, kindOf: KindOf): readonly Step[] => {
  const kind = kindOf(object);
  const touch = (steps: readonly Step[]): readonly Step[] => {
    const top = topOf(object, verb === 'create' || verb === 'alter' ? room.to : room.from, kindOf).key;
    return steps.map((each) => (each.touches.length > 0 ? each : { ...each, touches: [top] }));
  };
  switch (verb) {
    case 'drop':
      return touch(kind.drop(object, room));
    case 'retire':
      return touch(kind.retire?.(object, room) ?? []);
    case 'discard':
      return touch(kind.discard?.(object, room) ?? []);
    case 'create':
      return touch([...kind.create(object, room), ...attached(object, room, kindOf)]);
    case 'alter': {
      const input = work.altered.get(object.key);
      if (input === undefined) return [];
      const own = ownPart(input);
      const result = own.attributes.length > 0 || own.isForced ? kind.alter(own, room) : undefined;
      return touch([...(typeof result === 'object' ? result.steps : []), ...attachedAfter(input.from, object, room, kind)]);
    }
  }
};

/** Comments and privileges of a new object and of all that is made inside it. */
const attached = (object: SchemaObject, room: Room, kindOf: KindOf): readonly Step[] => [
  ...attachedAfter(undefined, object, room, kindOf(object)),
  ...room.inside(object.key).flatMap((part) => attached(part, room, kindOf)),
];

const attachedAfter = (before: SchemaObject | undefined, object: SchemaObject, room: Room, kind: Kind): readonly Step[] => {
  const comment = object.attributes['comment'];
  const isSame = comment === before?.attributes['comment'];
  const on = object.attributes['on'] === undefined ? '' : ` ON ${text(object, 'on')}`;
  const target = kind.target?.(object) ?? `${kind.word} ${text(object, 'id')}${on}`;
  const value = comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres');
  return [
    ...(isSame ? [] : [{ sql: `COMMENT ON ${target} IS ${value}`, hazards: [], notes: [], touches: [] }]),
    ...privilegeSteps(kind, object, before, room),
  ];
};

const topOf = (object: SchemaObject, schema: Schema, kindOf: KindOf): SchemaObject => {
  let at = object;
  while (!kindOf(at).isTop) {
    const parent = parentOf(at, schema);
    if (parent === undefined) return at;
    at = parent;
  }
  return at;
};

/** Bodies in SQL that are kept as text are checked when they are made, and may speak of what comes later. */
const looseBodies = (work: Work): readonly Step[] => {
  const isLoose = madeBy(work).some(
    (object) => object.attributes['language'] === 'sql' && (object.kind === 'function' || object.kind === 'procedure'),
  );
  return isLoose ? [{ sql: 'SET LOCAL check_function_bodies = off', hazards: [], notes: [], touches: [] }] : [];
};

const madeBy = ({ created, altered }: Work): readonly SchemaObject[] => [
  ...created.values(),
  ...[...altered.values()].map((input) => input.to),
];
