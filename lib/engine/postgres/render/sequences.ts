import type { Step } from '../../../model/change.ts';
import type { ObjectKey, SchemaObject } from '../../../model/schema.ts';
import { ranks, step, text, type AlterInput, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { movedInside, nextNumber } from './sequence-moves.ts';
import { boundHazards, changedOptions, narrowedTo, optionClauses, type SequenceOptions } from '../object/sequence-options.ts';

const optionsOf = ({ attributes }: SchemaObject): SequenceOptions => ({
  increment: attributes['increment'],
  min: attributes['min'],
  max: attributes['max'],
  start: attributes['start'],
  cache: attributes['cache'],
  cycle: attributes['cycle'],
});

const isUnlogged = (sequence: SchemaObject): boolean => text(sequence, 'persistence') === 'unlogged';

const create = (sequence: SchemaObject): Step => {
  const type = text(sequence, 'type');
  const words = [
    `CREATE ${isUnlogged(sequence) ? 'UNLOGGED ' : ''}SEQUENCE ${text(sequence, 'id')}`,
    ...(type === 'bigint' ? [] : [`AS ${type}`]),
    ...optionClauses(optionsOf(sequence)),
  ];
  return step(words.join(' '));
};

const ownerOf = (sequence: SchemaObject): ObjectKey => `sequence owner ${sequence.key.slice('sequence '.length)}`;

/** A sequence goes with the column that it is owned by. */
const goesWithOwner = (sequence: SchemaObject, room: Room): boolean => {
  const owner = room.from.objects.get(ownerOf(sequence));
  return owner?.needs.some((key) => key !== sequence.key && room.isDropped(key)) === true;
};

const alterSequence = ({ from, to, attributes }: AlterInput): readonly Step[] => {
  const alter = `ALTER SEQUENCE ${text(to, 'id')}`;
  const [id, type] = [text(to, 'id'), text(to, 'type')];
  const change = [optionsOf(from), optionsOf(to), text(from, 'type'), type] as const;
  const words = [...(text(from, 'type') === type ? [] : [`AS ${type}`]), ...changedOptions(...change)];
  return [
    ...movedInside(id, narrowedTo(...change)),
    ...(words.length === 0 ? [] : [step(`${alter} ${words.join(' ')}`, boundHazards(...change, id))]),
    ...(attributes.includes('persistence') ? [step(`${alter} SET ${isUnlogged(to) ? 'UNLOGGED' : 'LOGGED'}`)] : []),
  ];
};

/** Sequences, but for those of identity columns. */
export const sequenceKind: Kind = {
  word: 'SEQUENCE',
  rank: ranks.sequence,
  isTop: true,
  create: (sequence) => [create(sequence)],
  drop: (sequence, room) =>
    goesWithOwner(sequence, room)
      ? []
      : [
          step(`DROP SEQUENCE ${text(sequence, 'id')}`, [
            { kind: 'data loss', text: `drops sequence ${text(sequence, 'id')} with the number that it has come to` },
          ]),
        ],
  alter: (input) => ({ steps: alterSequence(input) }),
  holdsData: () => true,
  occupies: (sequence) => [`relation ${text(sequence, 'id')}`],
};

const sequenceOf = (owner: SchemaObject): ObjectKey => owner.key.replace('sequence owner', 'sequence');

const own = (owner: SchemaObject, column: string): Step => ({
  ...step(`ALTER SEQUENCE ${text(owner, 'id')} OWNED BY ${column}`),
  touches: [sequenceOf(owner)],
});

const ownedBy = (owner: SchemaObject): string => `${text(owner, 'table')}.${nameSql(text(owner, 'column'))}`;

/** Where an old column gets a new sequence. */
const goOn = (owner: SchemaObject, room: Room): readonly Step[] => {
  const sequence = room.to.objects.get(sequenceOf(owner));
  const column = owner.needs.find((key) => key.startsWith('column '));
  if (sequence === undefined || column === undefined || !room.isCreated(sequence.key) || room.isCreated(column)) return [];
  return [nextNumber(text(sequence, 'id'), text(owner, 'table'), text(owner, 'column'), text(sequence, 'increment'))];
};

/** What a sequence is owned by. Nothing is left to say when the sequence goes. */
export const sequenceOwnerKind: Kind = {
  word: 'SEQUENCE',
  rank: ranks.sequenceOwner,
  isTop: false,
  create: (owner, room) => [own(owner, ownedBy(owner)), ...goOn(owner, room)],
  drop: (owner, room) => (room.isDropped(sequenceOf(owner)) ? [] : [own(owner, 'NONE')]),
  alter: () => 'replace',
};
