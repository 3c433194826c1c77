import type { Step } from '../../../model/change.ts';
import { childrenOf, type SchemaObject } from '../../../model/schema.ts';
import { clonesOf, isAfterAttachment, mistakenKeys } from './cloned-keys.ts';
import { ranks, step, text, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { indexesBelow, isRebound, keysInWay, requireAdoptable } from './rebound.ts';

const attach = (partition: SchemaObject, room: Room): Step => {
  const [child, parent] = [text(partition, 'id'), text(partition, 'of')];
  const isNew = room.isCreated(partition.parent ?? '');
  return step(
    `ALTER TABLE ${parent} ATTACH PARTITION ${child} ${text(partition, 'bound')}`,
    isNew ? [] : [{ kind: 'may fail on rows', text: `rows of ${child} that do not belong there stop the migration` }],
  );
};

const detach = (partition: SchemaObject): Step => step(`ALTER TABLE ${text(partition, 'of')} DETACH PARTITION ${text(partition, 'id')}`);

const comesLater = (need: SchemaObject | undefined, room: Room): boolean => need !== undefined && isAfterAttachment(need, room);

/** NOT NULL that the partition declares, too: attached, it is that of the table above alone (PostgreSQL 18). */
const ownNotNull = (partition: SchemaObject, { to }: Room): readonly Step[] =>
  childrenOf(to, partition.parent ?? '')
    .filter((column) => column.kind === 'column' && text(column, 'notNullInherited') === 'merged')
    .map((column) => step(`ALTER TABLE ${text(partition, 'id')} ALTER COLUMN ${nameSql(column.name)} SET NOT NULL`));

/** Partitions: tables made by themselves and attached when all is there that the attachment adopts. */
export const partitionKind: Kind = {
  word: 'PARTITION',
  rank: ranks.partition,
  isTop: false,
  create: (partition, room) => [attach(partition, room), ...ownNotNull(partition, room)],
  brings: clonesOf,
  renews: mistakenKeys,
  follows: ({ needs }, room) => needs.filter((key) => !comesLater(room.to.objects.get(key), room)),
  drop: (partition) => [detach(partition)],
  awaits: (input, room) =>
    isRebound(input) ? [...keysInWay(input.from, room.from).filter(room.isDropped), ...indexesBelow(input.to, room)] : [],
  alter: (input, room) => {
    const { from, to, attributes } = input;
    if (attributes.includes('of')) return 'replace';
    requireAdoptable(to, room);
    return { steps: [detach(from), attach(to, room), ...ownNotNull(to, room)], renews: keysInWay(from, room.from) };
  },
};

/** INHERITS, a clause of its table's CREATE where that is new. */
export const inheritanceKind: Kind = {
  word: 'INHERITANCE',
  rank: ranks.partition,
  isTop: false,
  joins: () => true,
  create: (inheritance) => [step(`ALTER TABLE ${text(inheritance, 'id')} INHERIT ${text(inheritance, 'of')}`)],
  drop: (inheritance) => [step(`ALTER TABLE ${text(inheritance, 'id')} NO INHERIT ${text(inheritance, 'of')}`)],
  alter: ({ from, to }, room) => (isOvertaken(from, to, room) ? 'replace' : { steps: [] }),
};

/** True where another parent is to stand before it that would stand behind it: a new one always does. */
const isOvertaken = (from: SchemaObject, to: SchemaObject, room: Room): boolean =>
  childrenOf(room.to, to.parent ?? '').some((other) => {
    if (other.kind !== 'inheritance' || other.position >= to.position) return false;
    return room.isCreated(other.key) || (room.from.objects.get(other.key)?.position ?? 0) > from.position;
  });
