import type { Change, Plan, Step } from '../../../model/change.ts';
import { objectKey, pathOfKey, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import { flag, step, text, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { ownPart } from '../plan/work.ts';
import { differing } from '../render/index-parts.ts';
import { createIndexSql, indexHazards, indexKind, leftoverNote } from '../render/indexes.ts';
import { canTake, indexDefinitionOf, indexKeyOf } from '../render/taken-index.ts';

/*
 * Indexes that are made and dropped while the table is in use: each CONCURRENTLY, in a revision of its own. What CREATE INDEX
 * cannot say (comments, CLUSTER, ATTACH, the constraint that takes it over) follows at the end.
 */

/** One statement that runs outside a transaction. */
export const alone = (sql: string, touches: readonly ObjectKey[], more: Partial<Step> = {}): Plan => ({
  steps: [{ ...step(sql), ...more, touches }],
  transactional: false,
  foreignKeys: 'on',
});

/** The index to build for a new index or for the constraint that takes it over; undefined: it cannot be built ahead. */
export const indexAhead = (object: SchemaObject, room: Room): SchemaObject | undefined => {
  if (!isBusy(object.parent, room) || flag(object, 'partitioned')) return undefined;
  const bare = { comment: undefined, statistics: undefined, dependsOnExtensions: undefined, clustered: false, replicaIdentity: false };
  const needs = object.needs.filter((key) => !room.isCreated(key));
  if (object.kind === 'index') return { ...object, needs, attributes: { ...object.attributes, ...bare, attachedTo: undefined } };
  const definition = indexDefinitionOf(object);
  if (object.kind !== 'constraint' || definition === undefined || text(object, 'attachedTo') !== '') return undefined;
  const attributes = {
    ...object.attributes,
    ...bare,
    id: text(object, 'index'),
    unique: true,
    valid: true,
    definition,
    predicate: undefined,
  };
  const index: SchemaObject = { ...object, kind: 'index', key: indexKeyOf(object), needs, attributes };
  return canTake(object, index) ? index : undefined;
};

/** True for a relation that is there before and after. */
export const isBusy = (key: ObjectKey | undefined, { from, to }: Room): boolean =>
  key !== undefined && from.objects.has(key) && to.objects.has(key);

/** CREATE INDEX CONCURRENTLY. */
export const buildPlan = (index: SchemaObject, room: Room): Plan => {
  const notes = [`if this fails it leaves an invalid index: DROP INDEX CONCURRENTLY ${text(index, 'id')}, then run it again`];
  const { parent } = index;
  const touches = [...(parent === undefined ? [] : [parent]), index.key];
  return alone(createIndexSql(index, ' CONCURRENTLY'), touches, { hazards: indexHazards(index, room), notes });
};

/** DROP INDEX CONCURRENTLY, for one that nothing depends on. One that a failed build left makes room before anything else. */
export const dropPlan = (change: Change, room: Room): Plan | undefined => {
  const before = change.type === 'alter' ? change.from : change.object;
  if (before.sound !== undefined) return isBusy(before.parent, room) ? dropLeftover(before, room) : undefined;
  if (change.type !== 'drop' || change.object.kind !== 'index') return undefined;
  const { object } = change;
  if (isFixed(object) || !isBusy(object.parent, room) || isNeeded(object.key, room.from)) return undefined;
  const isKept = [...room.to.objects.values()].some(
    (each) => (each.kind === 'constraint' && indexKeyOf(each) === object.key) || standInFor(each, room)?.key === object.key,
  );
  return isKept ? undefined : dropOf(object);
};

/**
 * An index that changes is built beside the old one, which is dropped then, and takes its name: never is there none. The
 * next of these steps; undefined for another change.
 */
export const swapPlan = (change: Change, room: Room): Plan | undefined => {
  if (change.type === 'alter') {
    const index = isSwapped(change, room) ? indexAhead(change.to, room) : undefined;
    if (index === undefined) return undefined;
    return standInFor(change.to, room) === undefined ? buildPlan(standInOf(index), room) : dropOf(change.from);
  }
  if (change.type !== 'create') return undefined;
  const other = standInFor(change.object, room);
  if (other === undefined || room.from.objects.has(change.object.key)) return undefined;
  const rename = step(`ALTER INDEX ${text(other, 'id')} RENAME TO ${nameSql(change.object.name)}`);
  return { steps: [{ ...rename, touches: [other.key, change.object.key] }], transactional: true, foreignKeys: 'on' };
};

/** True for an index that has to be made anew, and that another can stand in for meanwhile. */
export const isSwapped = (change: Change, room: Room): boolean => {
  if (change.type !== 'alter' || change.to.kind !== 'index' || !isBusy(change.to.parent, room)) return false;
  const { from, to } = change;
  if (isFixed(from) || isFixed(to) || isNeeded(to.key, room.from) || isNeeded(to.key, room.to)) return false;
  return indexKind.alter(ownPart({ ...change, isForced: false }), room) === 'replace';
};

/** True for the index that stands in for one that changes. */
export const isStandIn = (index: SchemaObject, room: Room): boolean =>
  [...room.to.objects.values()].some((each) => standInFor(each, room) === index);

/** Part of another or made of others, or what tells replication which row is meant: never gone for a moment. */
const isFixed = (index: SchemaObject): boolean =>
  flag(index, 'partitioned') || text(index, 'attachedTo') !== '' || flag(index, 'replicaIdentity');

const dropOf = (index: SchemaObject): Plan => alone(`DROP INDEX CONCURRENTLY ${text(index, 'id')}`, touched(index));

const dropLeftover = (index: SchemaObject, room: Room): Plan =>
  alone(`DROP INDEX CONCURRENTLY IF EXISTS ${text(index, 'id')}`, touched(index), { notes: [leftoverNote(index, room)] });

const touched = (index: SchemaObject): readonly ObjectKey[] => [...(index.parent === undefined ? [] : [index.parent]), index.key];

const isNeeded = (key: ObjectKey, schema: Schema): boolean => [...schema.objects.values()].some(({ needs }) => needs.includes(key));

const standInOf = (index: SchemaObject): SchemaObject => {
  const { path } = pathOfKey('index', index.key);
  let stem = index.name;
  while (Buffer.byteLength(stem) > 58) stem = [...stem].slice(0, -1).join('');
  const name = `${stem}__new`;
  const id = [...path.slice(0, -1), name].map(nameSql).join('.');
  return { ...index, name, key: objectKey('index', ...path.slice(0, -1), name), attributes: { ...index.attributes, id } };
};

const standInFor = (index: SchemaObject, { from }: Room): SchemaObject | undefined => {
  if (index.kind !== 'index') return undefined;
  const other = from.objects.get(standInOf(index).key);
  const same = ['unique', 'definition', 'predicate', 'options', 'tablespace', 'valid'];
  return other !== undefined && other.parent === index.parent && differing(other, index, same).length === 0 ? other : undefined;
};
