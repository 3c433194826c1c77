import { objectKey, pathOfKey, type ObjectKey, type SchemaObject } from '../../../model/schema.ts';
import { flag, list, text, type Room } from '../object/kind.ts';

/*
 * A primary key or unique constraint that is new where a unique index of its name and columns was: ADD CONSTRAINT … USING
 * INDEX takes that over, and builds none.
 */

/** The key of the index that a constraint has or would have. */
export const indexKeyOf = (constraint: SchemaObject): ObjectKey => {
  const { path } = pathOfKey('table', constraint.parent ?? '');
  return objectKey('index', ...path.slice(0, -1), constraint.name);
};

/** The definition of the index behind a primary key or unique constraint; undefined for one of another kind. */
export const indexDefinitionOf = (constraint: SchemaObject): string | undefined => {
  if (!['p', 'u'].includes(text(constraint, 'type')) || text(constraint, 'definition').includes(' WITHOUT OVERLAPS')) return undefined;
  const [, alike, columns, include = ''] =
    /^(?:PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? (\(.*?\))( INCLUDE \(.*\))?$/s.exec(text(constraint, 'definition')) ?? [];
  return columns === undefined ? undefined : `USING btree ${columns}${include}${alike ?? ''}`;
};

/** The index that a new constraint takes over. */
export const takenIndex = (constraint: SchemaObject, room: Room): SchemaObject | undefined => {
  const index = room.from.objects.get(indexKeyOf(constraint));
  if (index === undefined || !room.isDropped(index.key) || !room.isCreated(constraint.key) || index.parent !== constraint.parent)
    return undefined;
  return canTake(constraint, index) ? index : undefined;
};

/** True for an index that goes by becoming that of a constraint. */
export const isTaken = (index: SchemaObject, room: Room): boolean => {
  const { path } = pathOfKey('table', index.parent ?? '');
  const constraint = room.to.objects.get(objectKey('constraint', ...path, index.name));
  return constraint !== undefined && takenIndex(constraint, room) === index;
};

/** True where the two say the same of the index. */
export const canTake = (constraint: SchemaObject, index: SchemaObject): boolean => {
  const isPlain = [constraint, index].every((each) => text(each, 'attachedTo') === '' && !flag(each, 'partitioned'));
  const isBare = ['statistics', 'dependsOnExtensions', 'comment', 'predicate', 'clustered', 'replicaIdentity'].every(
    (name) => index.attributes[name] === undefined || index.attributes[name] === false,
  );
  return (
    isPlain &&
    isBare &&
    flag(index, 'unique') &&
    flag(index, 'valid') &&
    text(index, 'definition') === indexDefinitionOf(constraint) &&
    text(index, 'tablespace') === text(constraint, 'tablespace') &&
    list(index, 'options').join() === list(constraint, 'options').join()
  );
};
