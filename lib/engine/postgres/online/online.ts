import type { Change, Plan } from '../../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import type { RenderOptions } from '../../engine.ts';
import { flag, text, type Room } from '../object/kind.ts';
import { becomesNotNull, helperOf, isOnlyValidated, makeHelper, notValidMajor, withoutNotNull } from './not-null.ts';
import { alone, buildPlan, dropPlan, indexAhead, isBusy, isStandIn, isSwapped, swapPlan } from './indexes.ts';
import { planWith } from '../plan/plan.ts';
import { kindOf } from '../registry.ts';
import { canTake, indexKeyOf } from '../render/taken-index.ts';

/*
 * The way of `--online`: what comes first is dropped or detached CONCURRENTLY; then all that has only a plain form, and new
 * constraints that nothing is checked against yet; then indexes, each CONCURRENTLY; then what the rows are checked against is
 * validated; at the end what relies on that. Each call finds the next revision from what is there.
 */

/** The next revision of that way; undefined: the rest is one. Throws `unmanaged`. */
export const planOnline = (changes: readonly Change[], from: Schema, to: Schema, options: RenderOptions): Plan | undefined => {
  const room = roomOf(changes, from, to, options.major ?? newestMajor);
  const first = firstOf(changes, (change) => detachPlan(change, room) ?? dropPlan(change, room));
  if (first !== undefined) return first;
  const { now, isAll } = deferred(changes, room);
  if (isAll) return undefined;
  const plain = now.length === 0 ? undefined : planPart(now, from, room);
  if (plain !== undefined && plain.steps.length > 0) return plain;
  return (
    firstOf(changes, (change) => swapPlan(change, room) ?? aheadPlan(change, room)) ??
    validatePlan(changes, room) ??
    notNullPlan(changes, room) ??
    takePlan(changes, room)
  );
};

const newestMajor = 18;

const firstOf = (changes: readonly Change[], planOf: (change: Change) => Plan | undefined): Plan | undefined => {
  for (const change of changes) {
    const plan = planOf(change);
    if (plan !== undefined) return plan;
  }
  return undefined;
};

const roomOf = (changes: readonly Change[], from: Schema, to: Schema, major: number): Room => {
  const keysOf = (type: 'create' | 'drop'): ReadonlySet<ObjectKey> =>
    new Set(changes.flatMap((change) => (change.type === type ? [change.object.key] : [])));
  const [created, dropped] = [keysOf('create'), keysOf('drop')];
  return { from, to, major, online: true, inside: () => [], isCreated: (key) => created.has(key), isDropped: (key) => dropped.has(key) };
};

/** A plan of some of the changes: to a schema that differs from `from` in them alone. */
const planPart = (changes: readonly Change[], from: Schema, { major }: Room): Plan =>
  planWith(kindOf, changes, from, after(from, changes), { major, online: true });

const after = (from: Schema, changes: readonly Change[]): Schema => {
  const objects = new Map(from.objects);
  for (const change of changes) {
    if (change.type === 'drop') objects.delete(change.object.key);
    else if (change.type === 'create') objects.set(change.object.key, change.object);
    else objects.set(change.to.key, change.to);
  }
  return { objects, unmanaged: from.unmanaged };
};

/** DETACH PARTITION CONCURRENTLY, which a table with a default partition does not have. */
const detachPlan = (change: Change, { from, to }: Room): Plan | undefined => {
  if (change.type !== 'drop' || change.object.kind !== 'partition') return undefined;
  const { object } = change;
  const of = text(object, 'of');
  const siblings = [...from.objects.values()].filter((each) => each.kind === 'partition' && text(each, 'of') === of);
  const table = [...from.objects.values()].find((each) => each.kind === 'table' && text(each, 'id') === of);
  if (table === undefined || !to.objects.has(table.key) || siblings.some((each) => text(each, 'bound') === 'DEFAULT')) return undefined;
  return alone(`ALTER TABLE ${of} DETACH PARTITION ${text(object, 'id')} CONCURRENTLY`, [
    table.key,
    ...(object.parent === undefined ? [] : [object.parent]),
  ]);
};

/** What of the changes is done now, maybe in another form; `isAll`: everything, as it is. */
const deferred = (changes: readonly Change[], room: Room): { readonly now: readonly Change[]; readonly isAll: boolean } => {
  const forms = new Map(changes.map((change) => [change, formNow(change, changes, room)]));
  const missing = new Set<ObjectKey>();
  for (let size = -1; size !== missing.size;) {
    size = missing.size;
    for (const [change, now] of forms) {
      const object = change.type === 'alter' ? change.to : change.object;
      const needs = now.some((each) => each.type === 'create' && each.object.key === object.key) ? needsOf(now) : object.needs;
      if (change.type !== 'drop' && needs.some((key) => missing.has(key))) forms.set(change, []);
      if (change.type === 'create' && forms.get(change)?.length === 0) missing.add(object.key);
      if (now.length === 0) forms.set(change, []);
    }
  }
  const now = [...forms.values()].flat();
  return { now, isAll: [...forms].every(([change, form]) => form.length === 1 && form[0] === change) };
};

const needsOf = (changes: readonly Change[]): readonly ObjectKey[] =>
  changes.flatMap((change) => (change.type === 'create' ? change.object.needs : []));

/** The change as it can be made now without blocking the table for long; empty: later. */
const formNow = (change: Change, changes: readonly Change[], room: Room): readonly Change[] => {
  const { from, to, major } = room;
  const pending = becomesNotNull(change, from, to);
  if (pending !== undefined) {
    const left = withoutNotNull(pending, major);
    const isHelped = major >= notValidMajor || helperOf(pending.to, from, to) !== undefined;
    const helper = { type: 'create', object: makeHelper(pending.to, from, to) } as const;
    return [...(left === undefined ? [] : [left]), ...(isHelped ? [] : [helper])];
  }
  if (isOnlyValidated(change) || isSwapped(change, room)) return [];
  switch (change.type) {
    case 'create':
      return isLater(change.object, room) ? [] : [createNow(change, room)];
    case 'alter':
      return withoutValidation(change);
    case 'drop':
      return isKept(change.object, changes, room) ? [] : [change];
  }
};

/** An index that is built by itself, and what takes it over or hangs on it. */
const isLater = (object: SchemaObject, room: Room): boolean => {
  if (object.kind === 'index' && flag(object, 'partitioned')) return isBusy(object.parent, room);
  return indexAhead(object, room) !== undefined;
};

/** A check or foreign key of a table that is in use; a partitioned table has foreign keys NOT VALID from PostgreSQL 18 on. */
const isCheckable = (object: SchemaObject, room: Room): boolean => {
  if (object.kind !== 'constraint' || !isBusy(object.parent, room) || !flag(object, 'validated') || !flag(object, 'enforced')) return false;
  if (text(object, 'type') === 'c') return !isGrowing(object, room);
  const isTree = flag(object, 'inherited') || text(room.to.objects.get(object.parent ?? '') ?? object, 'partitionKey') !== '';
  return text(object, 'type') === 'f' && !isTree;
};

/** True where the plan gives a table above or below another child, which has its checks validated from the start. */
const isGrowing = (object: SchemaObject, { to, isCreated }: Room): boolean => {
  const links = [...to.objects.values()].filter(({ kind }) => kind === 'partition' || kind === 'inheritance');
  const isInTree = flag(object, 'inherited') || links.some(({ needs }) => needs.includes(object.parent ?? ''));
  return isInTree && links.some(({ key }) => isCreated(key));
};

const createNow = (change: Extract<Change, { readonly type: 'create' }>, room: Room): Change => {
  const object = createdNow(change.object, room);
  return object === change.object ? change : { ...change, object };
};

/** Constraints are not validated yet, and the index that a new partition's is to be attached to is not there yet. */
const createdNow = (object: SchemaObject, room: Room): SchemaObject => {
  if (isCheckable(object, room)) return unchecked(object);
  const isAhead = (key: ObjectKey): boolean => {
    const origin = room.to.objects.get(key);
    return room.isCreated(key) && origin?.kind === 'index' && isLater(origin, room);
  };
  if (!['index', 'partition'].includes(object.kind) || !object.needs.some(isAhead)) return object;
  const needs = object.needs.filter((key) => !isAhead(key));
  if (object.kind === 'partition') return { ...object, needs };
  return { ...object, needs, attributes: { ...object.attributes, attachedTo: undefined } };
};

const unchecked = (object: SchemaObject): SchemaObject => ({ ...object, attributes: { ...object.attributes, validated: false } });

const withoutValidation = (change: Extract<Change, { readonly type: 'alter' }>): readonly Change[] => {
  if (change.to.kind !== 'constraint' || !change.attributes.includes('validated') || !flag(change.to, 'validated')) return [change];
  const attributes = change.attributes.filter((name) => name !== 'validated');
  if (attributes.includes('enforced')) return [change];
  return attributes.length === 0 ? [] : [{ ...change, to: unchecked(change.to), attributes }];
};

/** Checks that stand for a NOT NULL to come, indexes that are taken over, and those that stand in for others. */
const isKept = (object: SchemaObject, changes: readonly Change[], room: Room): boolean => {
  if (object.kind === 'index') return isStandIn(object, room) || takerOf(object, room) !== undefined;
  return object.kind === 'constraint' && pendingOf(changes, room).some(({ helper }) => helper?.key === object.key);
};

const takerOf = (index: SchemaObject, { to, isCreated }: Room): SchemaObject | undefined =>
  [...to.objects.values()].find(
    (each) => each.kind === 'constraint' && isCreated(each.key) && indexKeyOf(each) === index.key && canTake(each, index),
  );

/** CREATE INDEX CONCURRENTLY for a new index, or for the constraint that is to take it over. */
const aheadPlan = (change: Change, room: Room): Plan | undefined => {
  const objects = change.type === 'create' ? [change.object] : [];
  for (const object of objects) {
    const index = indexAhead(object, room);
    if (index !== undefined && !room.from.objects.has(index.key)) return buildPlan(index, room);
  }
  return undefined;
};

/** ADD CONSTRAINT … USING INDEX, before what refers to that constraint. */
const takePlan = (changes: readonly Change[], room: Room): Plan | undefined => {
  const taken = changes.flatMap((change) => {
    if (change.type !== 'drop' || change.object.kind !== 'index') return [];
    const object = takerOf(change.object, room);
    return object === undefined ? [] : [change, { type: 'create', object } as const];
  });
  return taken.length === 0 ? undefined : planPart(taken, room.from, room);
};

interface Pending {
  readonly change: Extract<Change, { readonly type: 'alter' }>;
  readonly helper: SchemaObject | undefined;
}

const pendingOf = (changes: readonly Change[], { from, to, major }: Room): readonly Pending[] =>
  changes.flatMap((each) => {
    const change = major < notValidMajor ? becomesNotNull(each, from, to) : undefined;
    return change === undefined ? [] : [{ change, helper: helperOf(change.to, from, to) }];
  });

/** VALIDATE, for all that the rows have not been checked against. */
const validatePlan = (changes: readonly Change[], room: Room): Plan | undefined => {
  const due = changes.filter((change) => isOnlyValidated(change) || (change.type === 'alter' && withoutValidation(change)[0] !== change));
  const helpers = pendingOf(changes, room).flatMap(({ helper }): readonly Change[] => {
    if (helper === undefined || flag(helper, 'validated')) return [];
    const to = { ...helper, attributes: { ...helper.attributes, validated: true } };
    return [{ type: 'alter', from: helper, to, attributes: ['validated'] }];
  });
  const plan = due.length + helpers.length === 0 ? undefined : planPart([...due, ...helpers], room.from, room);
  return plan?.steps.length === 0 ? undefined : plan;
};

/** SET NOT NULL, which believes the check that says the same, and after it the end of that check. */
const notNullPlan = (changes: readonly Change[], room: Room): Plan | undefined => {
  const pending = pendingOf(changes, room).filter(({ helper }) => helper !== undefined && flag(helper, 'validated'));
  if (pending.length === 0) return undefined;
  const set = pending.map(({ change }) => change);
  const middle = after(room.from, set);
  const over = pending.flatMap(({ helper }): readonly Change[] =>
    helper === undefined || room.to.objects.has(helper.key) ? [] : [{ type: 'drop', object: helper }],
  );
  const steps = [planPart(set, room.from, room), planPart(over, middle, room)].flatMap((plan) =>
    plan.steps.map((step) => ({ ...step, hazards: step.hazards.filter(({ kind }) => kind !== 'may fail on rows') })),
  );
  return { steps, transactional: true, foreignKeys: 'on' };
};
