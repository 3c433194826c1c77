import type { Step } from '../../../model/change.ts';
import { childrenOf, type ObjectKey, type SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, list, step, text, type AlterInput, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';

/*
 * What an index and the index of a constraint have alike: storage, what their table says of them, and the index of the
 * partitioned table that they are attached to.
 */

/** What stands behind the columns of an index: ` WITH (fillfactor = 70) TABLESPACE fast`, or nothing. */
export const indexParameters = (object: SchemaObject, tablespaceWord: 'TABLESPACE' | 'USING INDEX TABLESPACE'): string => {
  const options = asWritten(object).map(optionSql).join(', ');
  const tablespace = text(object, 'tablespace');
  return `${options === '' ? '' : ` WITH (${options})`}${tablespace === '' ? '' : ` ${tablespaceWord} ${nameSql(tablespace)}`}`;
};

/** The options in the order in which the server keeps them and shows them. */
const asWritten = (object: SchemaObject): readonly string[] => {
  const place = (option: string): number => object.sql.indexOf(`${option.slice(0, option.indexOf('='))}=`);
  return [...list(object, 'options')].sort((a, b) => place(a) - place(b));
};

/** A storage option of the catalog (`fillfactor=70`) as SQL. */
export const optionSql = (option: string): string => {
  const value = option.slice(option.indexOf('=') + 1);
  return `${optionName(option)} = ${/^(-?\d+(\.\d+)?|[a-z]+)$/.test(value) ? value : quoteText(value, 'postgres')}`;
};

const optionName = (option: string): string => nameSql(option.slice(0, option.indexOf('=')));

/** The objects that an attached index, an inherited check or a partition's foreign key comes from. */
export const originsOf = (object: SchemaObject, { from, to }: Room): readonly ObjectKey[] =>
  object.needs.filter((key) => {
    if (text(object, 'type') !== 'f') return key.startsWith('index ') || key.startsWith('constraint ');
    const other = to.objects.get(key) ?? from.objects.get(key);
    return other?.kind === 'constraint' && text(other, 'type') === 'f';
  });

/** The key of the object that says which table this one's table is a partition of. */
export const partitionOf = (object: SchemaObject): ObjectKey => (object.parent ?? '').replace(/^table /, 'partition ');

/** True when the plan makes its table a partition of another table. */
export const isAttaching = (object: SchemaObject, room: Room): boolean => room.isCreated(partitionOf(object)) || isMoved(object, room);

/** True when the plan detaches its table from the one that it is a partition of, and keeps it. */
export const isDetaching = (object: SchemaObject, room: Room): boolean =>
  (room.isDropped(partitionOf(object)) && !room.isDropped(object.parent ?? '')) || isMoved(object, room);

const isMoved = (object: SchemaObject, { from, to }: Room): boolean => {
  const [before, after] = [from, to].map(({ objects }) => objects.get(partitionOf(object))?.attributes['of']);
  return before !== undefined && after !== undefined && before !== after;
};

/** True when it goes with the index that it is attached to, without a statement of its own. */
export const goesWithOrigin = (object: SchemaObject, room: Room): boolean =>
  object.attributes['attachedTo'] !== undefined && originsOf(object, room).some(room.isDropped) && !isDetaching(object, room);

/** The index of a partitioned table that holds one which is to go without it. */
export const holdersOf = (object: SchemaObject, room: Room): readonly ObjectKey[] => {
  if (object.attributes['attachedTo'] === undefined || object.parent === undefined || room.isDropped(object.parent)) return [];
  if (isDetaching(object, room) || namesake(object, 'to', room) !== undefined) return [];
  return originsOf(object, room).filter((key) => !room.isDropped(key) && room.from.objects.has(key) && room.to.objects.has(key));
};

/** Statements for a new index that CREATE INDEX and ADD CONSTRAINT cannot say. */
export const extraSteps = (object: SchemaObject): readonly Step[] => [
  ...list(object, 'statistics').map((entry) => statisticsStep(object, entry)),
  ...list(object, 'dependsOnExtensions').map((name) => extensionStep(object, name, '')),
  ...(flag(object, 'clustered') ? [clusterStep(object)] : []),
  ...(flag(object, 'replicaIdentity') ? [identityStep(object)] : []),
];

/** Attaches a new index to that of the partitioned table; ATTACH PARTITION does it for a table that is attached in the same plan. */
export const attachSteps = (object: SchemaObject, room: Room): readonly Step[] => {
  const attachedTo = text(object, 'attachedTo');
  if (attachedTo === '' || isAttaching(object, room)) return [];
  return [step(`ALTER INDEX ${attachedTo} ATTACH PARTITION ${indexId(object)}`)];
};

/**
 * What takes the place of an attached index or a partition's foreign key, or whose place it takes, under another name: such
 * a one cannot be dropped by itself, so it is renamed.
 */
export const namesake = (object: SchemaObject, other: 'from' | 'to', room: Room): SchemaObject | undefined => {
  const { parent } = object;
  const place = placeOf(object, room);
  if (parent === undefined || place === undefined || room[other].objects.has(object.key)) return undefined;
  if (isAttaching(object, room) || isDetaching(object, room) || originsOf(object, room).some((key) => room.isDropped(key)))
    return undefined;
  const isMoving = other === 'to' ? room.isCreated : room.isDropped;
  const own = other === 'to' ? room.from : room.to;
  return childrenOf(room[other], parent).find(
    (each) => each.kind === object.kind && placeOf(each, room) === place && isMoving(each.key) && !own.objects.has(each.key),
  );
};

/** What it is the part of a partition of. */
const placeOf = (object: SchemaObject, room: Room): string | undefined => {
  if (text(object, 'type') === 'f') return flag(object, 'inherited') ? originsOf(object, room)[0] : undefined;
  const attachedTo = text(object, 'attachedTo');
  return attachedTo === '' ? undefined : `${originsOf(object, room)[0]?.split(' ')[0]} ${attachedTo}`;
};

/** Those of the attributes in which two objects differ. */
export const differing = (before: SchemaObject, after: SchemaObject, attributes: readonly string[]): readonly string[] =>
  attributes.filter((name) => JSON.stringify(before.attributes[name]) !== JSON.stringify(after.attributes[name]));

/** Takes away the comment that came along under a new name. */
export const staleComment = (before: SchemaObject, after: SchemaObject, target: string): readonly Step[] =>
  before.attributes['comment'] !== undefined && after.attributes['comment'] === undefined ? [step(`COMMENT ON ${target} IS NULL`)] : [];

/** The statements for one changed attribute of an index; undefined when it has to be made anew. */
export const alterIndex = (attribute: string, { from, to }: AlterInput, room: Room): readonly Step[] | undefined => {
  switch (attribute) {
    case 'options':
      return flag(to, 'partitioned') ? undefined : optionSteps(from, to);
    case 'tablespace':
      return [step(`ALTER INDEX ${indexId(to)} SET TABLESPACE ${nameSql(text(to, 'tablespace') || 'pg_default')}`)];
    case 'statistics':
      return statisticsSteps(from, to);
    case 'dependsOnExtensions':
      return [
        ...without(from, to, 'dependsOnExtensions').map((name) => extensionStep(to, name, 'NO ')),
        ...without(to, from, 'dependsOnExtensions').map((name) => extensionStep(to, name, '')),
      ];
    case 'clustered':
      if (flag(to, 'clustered')) return [clusterStep(to)];
      return isAnyClustered(to, room) ? [] : [step(`${alterOn(to)} SET WITHOUT CLUSTER`)];
    case 'replicaIdentity':
      return flag(to, 'replicaIdentity') ? [identityStep(to)] : [];
    case 'attachedTo':
      return attachmentSteps(from, to, room);
    default:
      return undefined;
  }
};

/** An index as SQL names it in ALTER INDEX. */
export const indexId = (object: SchemaObject): string => text(object, object.kind === 'index' ? 'id' : 'index');

const attachmentSteps = (from: SchemaObject, to: SchemaObject, room: Room): readonly Step[] | undefined => {
  const isLeaving = from.attributes['attachedTo'] !== undefined;
  if (isLeaving && !isDetaching(from, room)) return undefined;
  return attachSteps(to, room);
};

const optionSteps = (from: SchemaObject, to: SchemaObject): readonly Step[] => {
  const kept = new Set(list(to, 'options').map(optionName));
  const set = without(to, from, 'options').map(optionSql);
  const reset = list(from, 'options')
    .map(optionName)
    .filter((name) => !kept.has(name));
  return [
    ...(set.length === 0 ? [] : [step(`ALTER INDEX ${indexId(to)} SET (${set.join(', ')})`)]),
    ...(reset.length === 0 ? [] : [step(`ALTER INDEX ${indexId(to)} RESET (${reset.join(', ')})`)]),
  ];
};

const statisticsSteps = (from: SchemaObject, to: SchemaObject): readonly Step[] => {
  const kept = new Set(list(to, 'statistics').map(columnOf));
  const gone = list(from, 'statistics').map(columnOf);
  return [
    ...gone.filter((column) => !kept.has(column)).map((column) => statisticsStep(to, `${column}=-1`)),
    ...without(to, from, 'statistics').map((entry) => statisticsStep(to, entry)),
  ];
};

const columnOf = (entry: string): string => entry.slice(0, entry.indexOf('='));

const without = (object: SchemaObject, other: SchemaObject, attribute: string): readonly string[] => {
  const others = new Set(list(other, attribute));
  return list(object, attribute).filter((entry) => !others.has(entry));
};

const statisticsStep = (object: SchemaObject, entry: string): Step =>
  step(`ALTER INDEX ${indexId(object)} ALTER COLUMN ${entry.replace('=', ' SET STATISTICS ')}`);

const extensionStep = (object: SchemaObject, extension: string, no: '' | 'NO '): Step =>
  step(`ALTER INDEX ${indexId(object)} ${no}DEPENDS ON EXTENSION ${nameSql(extension)}`);

const alterOn = (object: SchemaObject): string =>
  `ALTER ${object.parent?.startsWith('materialized view ') === true ? 'MATERIALIZED VIEW' : 'TABLE'} ${text(object, 'on')}`;

const clusterStep = (object: SchemaObject): Step => step(`${alterOn(object)} CLUSTER ON ${nameSql(object.name)}`);

const identityStep = (object: SchemaObject): Step => step(`${alterOn(object)} REPLICA IDENTITY USING INDEX ${nameSql(object.name)}`);

const isAnyClustered = (object: SchemaObject, { to }: Room): boolean =>
  object.parent !== undefined && childrenOf(to, object.parent).some((each) => flag(each, 'clustered'));
