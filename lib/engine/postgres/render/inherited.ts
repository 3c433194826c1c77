import { LimbeckError } from '../../../errors.ts';
import { childrenOf, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { flag, text, type AlterInput, type Room } from '../object/kind.ts';
import { isAttaching, isDetaching, originsOf, partitionOf } from './index-parts.ts';

/*
 * Checks and foreign keys that a table has from the tables above: ADD, DROP, VALIDATE and ALTER CONSTRAINT there reach it, and
 * so do INHERITS and ATTACH PARTITION.
 */

/** True for what stands in this table because it stands in one above. */
export const isInherited = (object: SchemaObject): boolean => isReachable(object) && flag(object, 'inherited');

const isReachable = (object: SchemaObject): boolean => ['c', 'f'].includes(text(object, 'type'));

/** True when a new constraint is there without a statement of its own. */
export const comesWithOrigin = (object: SchemaObject, room: Room): boolean => {
  if (!isInherited(object)) return false;
  const isNew = room.isCreated(object.parent ?? '');
  if (text(object, 'type') === 'f' && (isNew || isAttaching(object, room)))
    return object.made !== undefined || foreignName(object, room) === undefined;
  if (isNew) return !room.to.objects.has(partitionOf(object));
  return originsOf(object, room).some(room.isCreated) && !isJoining(object, room);
};

/** True when a new constraint can, or must, stand in the CREATE TABLE of its table. */
export const isStated = (object: SchemaObject, room: Room): boolean =>
  !isInherited(object) || (room.to.objects.has(partitionOf(object)) && (text(object, 'type') === 'c' || !comesWithOrigin(object, room)));

/** The name that a foreign key of a partition has above, where it is another than its own. */
export const foreignName = (object: SchemaObject, room: Room): string | undefined => {
  if (text(object, 'type') !== 'f' || !isInherited(object)) return undefined;
  const names = originsOf(object, room).flatMap((key) => room.to.objects.get(key)?.name ?? []);
  return names.find((name) => name !== object.name);
};

/** What is dropped on a table goes from the tables below, where they have not got it of their own too. */
export const goesWithParents = (object: SchemaObject, room: Room): boolean =>
  isReachable(object) && originsOf(object, room).some(room.isDropped) && !isParting(object, room);

/** The checks that tables below have of their own too and that go: only after this one above. */
export const mergedBelow = (object: SchemaObject, room: Room): readonly SchemaObject[] =>
  text(object, 'type') !== 'c'
    ? []
    : [...room.from.objects.values()].filter(
        (each) =>
          each.kind === 'constraint' &&
          each.needs.includes(object.key) &&
          room.isDropped(each.key) &&
          !flag(each, 'inherited') &&
          goesWithParents(each, room),
      );

/** True when the same change of an attribute is made above. */
export const isReached = (object: SchemaObject, attribute: string, room: Room): boolean =>
  isInherited(object) &&
  originsOf(object, room).some((key) => {
    const [before, after] = [room.from, room.to].map(({ objects }) => objects.get(key)?.attributes);
    return before !== undefined && after !== undefined && before[attribute] !== after[attribute];
  });

/** How a constraint gets or loses what is above it: `nothing` to do, an own one to `add`, or undefined: it is made anew. Throws `unmanaged`. */
export const inheritanceChange = (from: SchemaObject, to: SchemaObject, room: Room): 'nothing' | 'add' | undefined => {
  if (!isReachable(to)) return 'nothing';
  const isPartition = room.from.objects.has(partitionOf(to)) && room.to.objects.has(partitionOf(to));
  if (!flag(to, 'inherited')) {
    if (isParting(from, room)) return 'nothing';
    return isPartition ? undefined : 'add';
  }
  const isComing = originsOf(to, room).some(room.isCreated);
  if (isAttaching(to, room)) return 'nothing';
  if (!isPartition && (isJoining(to, room) || !isComing)) throw notTaken(to);
  return isPartition && isComing ? 'nothing' : undefined;
};

/** Throws `unmanaged` where a column of a child has to become, or cease to be, one that the child declares itself, too. */
export const requireSameClaim = ({ from, to, attributes }: AlterInput, room: Room): void => {
  if (!attributes.includes('merged') && !attributes.includes('inherited')) return;
  if (room.to.objects.has(partitionOf(to)) || room.from.objects.has(partitionOf(from))) return;
  const [was, is] = [from, to].map((each) => !flag(each, 'inherited') || flag(each, 'merged'));
  if (was !== is && (was === true || flag(to, 'inherited'))) throw notTaken(to);
};

const notTaken = (object: SchemaObject): LimbeckError =>
  new LimbeckError('unmanaged', `whether ${object.key} is declared in the child, too, or comes from the parent alone cannot be changed`, {
    hint: 'list in the child what it had before it got a parent, and leave out what it has from the parent alone',
    data: { objects: [object.key] },
  });

/** True when its table becomes the child of another in the same plan. */
const isJoining = (object: SchemaObject, room: Room): boolean =>
  isAttaching(object, room) || inheritancesOf(object, room.to).some((each) => room.isCreated(each.key));

/** True when its table ceases to be the child of another in the same plan. */
const isParting = (object: SchemaObject, room: Room): boolean =>
  isDetaching(object, room) || inheritancesOf(object, room.from).some((each) => room.isDropped(each.key));

const inheritancesOf = (object: SchemaObject, schema: Schema): readonly SchemaObject[] =>
  childrenOf(schema, object.parent ?? '').filter(({ kind }) => kind === 'inheritance');
