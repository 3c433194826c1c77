import type { Hazard, Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { ranks, step, text, type AlterInput, type Alteration, type Kind, type Room } from '../object/kind.ts';
import { alterComposite, createComposite, evenOut, isStored, lossWith } from './composite.ts';
import { alterDomain, createDomain, requireLastingDefault } from './domain.ts';
import { addLabels, createEnum, lostLabels } from './enum.ts';
import { createRange, retireRange } from './range.ts';
import { nameInSchemaOf } from '../object/naming.ts';
import { rowsWithLabel } from './rows.ts';
import { renameSql, retiredName } from './retire.ts';

const create = (type: SchemaObject, room: Room): readonly Step[] => {
  switch (text(type, 'form')) {
    case 'enum':
      return [step(createEnum(type))];
    case 'domain':
      return createDomain(type, room);
    case 'composite':
      return createComposite(type);
    default:
      return [step(createRange(type))];
  }
};

const alter = (input: AlterInput, room: Room): Alteration | 'replace' => {
  if (input.isForced || input.attributes.includes('form')) return 'replace';
  switch (text(input.to, 'form')) {
    case 'enum': {
      const steps = addLabels(input.from, input.to, room);
      return steps === undefined ? 'replace' : { steps };
    }
    case 'domain':
      return alterDomain(input, room);
    case 'composite':
      return alterComposite(input, room);
    default:
      return 'replace';
  }
};

const wordOf = (type: SchemaObject): string => (text(type, 'form') === 'domain' ? 'DOMAIN' : 'TYPE');

const labelHazards = (type: SchemaObject, room: Room): readonly Hazard[] => {
  if (!isStored(type.key, room.from)) return [];
  return lostLabels(type, room.to.objects.get(type.key)).map((label) => ({
    kind: 'may fail on rows',
    text: `fails if a row holds '${label}', which the type ${type.name} loses`,
    rows: rowsWithLabel(type, label, room.from),
  }));
};

const retire = (type: SchemaObject, room: Room): readonly Step[] => {
  const rename = renameSql(wordOf(type), text(type, 'id'), retiredName(type, room));
  switch (text(type, 'form')) {
    case 'enum':
      return [step(rename, labelHazards(type, room))];
    case 'composite':
      return [...evenOut(type, room), step(rename, lossWith(type, room))];
    case 'range':
      return [...retireRange(type, room), step(rename)];
    case 'domain':
      requireLastingDefault(type, room);
      return [step(rename)];
    default:
      return [step(rename)];
  }
};

const occupies = (type: SchemaObject): readonly string[] => {
  const id = text(type, 'id');
  const form = text(type, 'form');
  return [`type ${id}`, ...(form === 'composite' ? [`relation ${id}`] : [])];
};

/** Enums, domains, composite types and ranges. One that columns use is replaced by way of a second name. */
export const typeKind: Kind = {
  word: 'TYPE',
  rank: ranks.type,
  isTop: true,
  create,
  drop: (type) => [step(`DROP ${wordOf(type)} ${text(type, 'id')}`)],
  alter,
  retire,
  discard: (type, room) => [step(`DROP ${wordOf(type)} ${nameInSchemaOf(type, retiredName(type, room))}`)],
  target: (type) => `${wordOf(type)} ${text(type, 'id')}`,
  occupies,
};
