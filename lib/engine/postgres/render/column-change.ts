import { LimbeckError } from '../../../errors.ts';
import type { Hazard, Step } from '../../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { rearranged } from './composite-value.ts';
import { lex } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';
import { broughtBy, columnsAbove, recurses, staysBelow, type Trait } from './descent.ts';
import { bareExpression } from './expression.ts';
import { dropIdentity, identitySteps } from './identity.ts';
import { list, step, text, type AlterInput, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { isDetaching } from './index-parts.ts';
import { multirangeOf } from './range.ts';
import { notNullBefore, notNullSteps } from './not-null.ts';
import { optionChanges } from './options.ts';
import { keepsRows, takesAll, usingFor, usingText } from './type-change.ts';
import { baseOf, lossOf, type Sides, type TypeAt } from './type-loss.ts';
import { elementOf } from './type-name.ts';

type Attributes = SchemaObject['attributes'];

/** The types of a schema by the names that format_type gives them; a range has a second one, of its multirange. */
const typesIn = (schema: Schema): TypeAt => {
  const found = multiranges.get(schema) ?? multirangesOf(schema);
  multiranges.set(schema, found);
  return (name) => schema.objects.get(`type ${name}`) ?? found.get(name);
};

const multiranges = new WeakMap<Schema, ReadonlyMap<string, SchemaObject>>();

const multirangesOf = (schema: Schema): ReadonlyMap<string, SchemaObject> =>
  new Map(
    [...schema.objects.values()].flatMap((object) =>
      object.kind === 'type' && text(object, 'form') === 'range' ? [[multirangeOf(object), object] as const] : [],
    ),
  );

const sidesOf = ({ from, to }: Room): Sides => ({ from: typesIn(from), to: typesIn(to) });

const castFor = (name: string, from: string, to: string, room: Room): string | undefined => {
  const sides = sidesOf(room);
  return usingFor(name, baseOf(from, sides.from), to, baseOf(to, sides.to));
};

/** The cast for a column whose type is replaced: one among domains is that of their bases, and all others go by the text. */
const castAnew = (name: string, from: string, to: string, room: Room): string | undefined => {
  const sides = sidesOf(room);
  const [before, after] = [baseOf(from, sides.from), baseOf(to, sides.to)];
  const isOfDomains =
    (before !== from || after !== to) && sides.from(elementOf(before)) === undefined && sides.to(elementOf(after)) === undefined;
  return isOfDomains ? usingFor(name, before, to, after) : (rearranged(name, to, room) ?? usingText(name, to, after));
};

/** True where ALTER COLUMN cannot do it: the column is dropped and added, and loses its values if it had its own. */
export const isReplaced = ({ from, to, attributes, isForced }: AlterInput, room: Room): boolean => {
  const [before, after] = [text(from, 'generated'), text(to, 'generated')];
  if (before !== after) return after !== '' || before !== 'STORED';
  if (after === '') return false;
  const cast = attributes.includes('type') ? castFor('', text(from, 'type'), text(to, 'type'), room) : undefined;
  if (cast !== undefined || isForced) return true;
  if (!attributes.includes('expression')) return false;
  return attributes.includes('type') || room.major < (after === 'STORED' ? 17 : 18);
};

/** The dependents that a change of type meets: what the server does not carry over by itself. */
export const displacedBy = (
  { from, to, attributes, isForced }: AlterInput,
  room: Room,
): ((dependent: SchemaObject) => boolean) | undefined => {
  const isTyped = isForced || attributes.includes('type') || attributes.includes('collation');
  if (!isTyped && !attributes.includes('expression')) return undefined;
  return (dependent) => {
    if (dependent.kind === 'default') return isTyped && differs(dependent, room);
    if (dependent.kind === 'column') return dependent.parent === from.parent && dependent.parent === to.parent;
    if (dependent.kind === 'constraint') return isTyped && (isAlone(dependent, room) || isTemporal(dependent));
    if (dependent.kind === 'statistics') return text(dependent, 'target') !== '';
    if (dependent.kind === 'index') return list(dependent, 'statistics').length > 0;
    return isTyped && displaced.includes(dependent.kind);
  };
};

/** True for a key that a partition has from its table, and that the change would make one of its own while it is detached. */
const isAlone = (key: SchemaObject, room: Room): boolean => !room.online && key.made !== undefined && isDetaching(key, room);

/** True for a foreign key with PERIOD: its operators are of one type, so no side can change alone. */
const isTemporal = (key: SchemaObject): boolean => text(key, 'type') === 'f' && text(key, 'definition').includes(', PERIOD ');

const displaced: readonly SchemaObject['kind'][] = [
  'view',
  'materialized view',
  'rule',
  'policy',
  'trigger',
  'function',
  'procedure',
  'publication member',
];

const differs = (fallback: SchemaObject, room: Room): boolean =>
  room.to.objects.get(fallback.key)?.attributes['expression'] !== fallback.attributes['expression'];

/** Statements that make of a column what it is to be; what a table above brings about is left out. */
export const alterSteps = ({ from, to, isForced }: AlterInput, room: Room): readonly Step[] => {
  const before = beforeOwn(from.attributes, to, room);
  const isMoved = columnsAbove(to, room.to).some((above) => staysBelow(room, to, above));
  return changeSteps(before, to, room, isForced && !isMoved);
};

const inherited: readonly Trait[] = ['type', 'collation', 'expression', 'storage', 'statistics'];

const beforeOwn = (attributes: Attributes, column: SchemaObject, room: Room): Attributes => {
  const brought = inherited.flatMap((trait) => {
    const above = broughtBy(room, column, trait);
    return above === undefined ? [] : [[trait, above.attributes[trait]] as const];
  });
  return notNullBefore({ ...attributes, ...Object.fromEntries(brought) }, column, room);
};

/** Statements that make `column` of one of the same name with the attributes `before`, in an order that always works. */
export const changeSteps = (before: Attributes, column: SchemaObject, room: Room, isForced = false): readonly Step[] => {
  const after = column.attributes;
  const isTyped = isForced || before['type'] !== after['type'] || before['collation'] !== after['collation'];
  return [
    ...dropIdentity(before, column),
    ...expressionSteps(before, column, room),
    ...(isTyped ? [typeStep(before, column, room, isForced)] : []),
    ...notNullSteps(before, column, room),
    ...identitySteps(before, column, room),
    ...settingSteps(isTyped ? { ...before, storage: undefined, compression: undefined } : before, column, room),
  ];
};

const alterOf = (column: SchemaObject, only = ''): string =>
  `ALTER TABLE ${only}${text(column, 'table')} ALTER COLUMN ${nameSql(column.name)}`;

const onlyFor = (room: Room, column: SchemaObject, trait: Trait): string => (recurses(room, column, trait) ? '' : 'ONLY ');

const expressionSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const after = column.attributes;
  if (before['expression'] === after['expression']) return [];
  const alter = alterOf(column, onlyFor(room, column, 'expression'));
  if (after['expression'] === undefined) return [step(`${alter} DROP EXPRESSION`)];
  const hazards: readonly Hazard[] =
    after['generated'] === 'STORED' ? [{ kind: 'rewrite', text: `${text(column, 'id')} is computed anew for every row` }] : [];
  return [step(`${alter} SET EXPRESSION AS (${bareExpression(text(column, 'expression'))})`, hazards)];
};

const typeStep = (before: Attributes, column: SchemaObject, room: Room, isForced: boolean): Step => {
  const [from, to, name] = [String(before['type'] ?? ''), text(column, 'type'), nameSql(column.name)];
  const using =
    text(column, 'generated') !== ''
      ? undefined
      : isForced
        ? castAnew(name, from, to, room)
        : from === to
          ? undefined
          : castFor(name, from, to, room);
  const collation = text(column, 'collation');
  const words = [
    `${alterOf(column)} TYPE ${to}`,
    ...(collation === '' ? [] : [`COLLATE ${collation}`]),
    ...(using === undefined ? [] : [`USING ${using}`]),
  ];
  return step(words.join(' '), typeHazards(from, to, text(column, 'id'), { isForced, room }));
};

const typeHazards = (
  from: string,
  to: string,
  id: string,
  { isForced, room }: { readonly isForced: boolean; readonly room: Room },
): readonly Hazard[] => {
  const sides = sidesOf(room);
  const loss = lossOf(from, to, sides);
  const isWritten = isForced || (from !== to && !keepsRows(from, to));
  const stopped = loss === undefined ? `that are no ${to}` : `of which no ${to} can be made`;
  return [
    ...(loss === undefined ? [] : [{ kind: 'data loss', text: `values of ${id} become ${to}: ${loss}` } as const]),
    ...(isWritten ? [{ kind: 'rewrite', text: `${id} is written anew in every row, while nobody else can read the table` } as const] : []),
    ...(isForced || !takesAll(baseOf(from, sides.from), to)
      ? [{ kind: 'may fail on rows', text: `values of ${id} ${stopped} stop the migration` } as const]
      : []),
  ];
};

/** Throws `unmanaged` for a column of a partition key, whose type no statement changes. */
export const requireFree = ({ from, to, attributes, isForced }: AlterInput, room: Room): void => {
  if (!isForced && !attributes.includes('type') && !attributes.includes('collation')) return;
  const [before, after] = [room.from, room.to].map((schema) => schema.objects.get(to.parent ?? '')?.attributes['partitionKey']);
  if (before === undefined || before !== after) return;
  const isIn = lex(String(before), postgresLexis).some((token) => token.text === nameSql(to.name));
  if (!isIn) return;
  const table = text(to, 'table');
  throw new LimbeckError('unmanaged', `${from.key} is in the partition key of its table, so its type cannot be changed`, {
    hint: `write this migration by hand (\`limbeck revision -m …\`): make a new table partitioned by the new type, INSERT INTO it SELECT FROM ${table}, drop ${table} and rename the new one`,
    data: { objects: [from.key] },
  });
};

/** Throws `unmanaged` for a change of type where a column comes from two tables: the server changes it with neither. */
export const requireOneRoot = ({ from, to, attributes, isForced }: AlterInput, room: Room): void => {
  if (!isForced && !attributes.includes('type') && !attributes.includes('collation')) return;
  const roots = [...new Set(rootsOf(to, room))];
  if (roots.length < 2) return;
  const table = text(to, 'table');
  throw new LimbeckError('unmanaged', `${from.key} comes from ${roots.join(' and ')}, so its type cannot be changed`, {
    hint: `write this migration by hand (\`limbeck revision -m …\`): ALTER TABLE ${table} NO INHERIT all parents but one, change the type there, in each of those and in ${table}, and INHERIT them again`,
    data: { objects: [from.key, ...roots] },
  });
};

/** The columns that it comes from and that come from none, as long as their tables stay above it. */
const rootsOf = (column: SchemaObject, room: Room): readonly ObjectKey[] => {
  const above = columnsAbove(column, room.to).filter((each) => staysBelow(room, column, each));
  return above.length === 0 ? [column.key] : above.flatMap((each) => rootsOf(each, room));
};

/** Statements for what no clause of a column says: storage, compression, statistics target and options. */
export const settingSteps = (before: Attributes, column: SchemaObject, room: Room): readonly Step[] => {
  const after = column.attributes;
  const isSame = (attribute: string): boolean => before[attribute] === after[attribute];
  return [
    ...(isSame('storage')
      ? []
      : [
          step(`${alterOf(column, onlyFor(room, column, 'storage'))} SET STORAGE ${text(column, 'storage') || usualStorage(column, room)}`),
        ]),
    ...(isSame('compression') ? [] : [step(`${alterOf(column)} SET COMPRESSION ${text(column, 'compression') || 'DEFAULT'}`)]),
    ...(isSame('statistics')
      ? []
      : [step(`${alterOf(column, onlyFor(room, column, 'statistics'))} SET STATISTICS ${text(column, 'statistics') || '-1'}`)]),
    ...optionChanges(listIn(before, 'options'), list(column, 'options')).map((change) => step(`${alterOf(column)} ${change}`)),
  ];
};

const listIn = (attributes: Attributes, attribute: string): readonly string[] => {
  const value = attributes[attribute];
  return typeof value === 'object' ? value : [];
};

/** `DEFAULT` is a word here from PostgreSQL 16 on; before, the storage of the type has to be named. */
const usualStorage = (column: SchemaObject, room: Room): string => {
  if (room.major >= 16) return 'DEFAULT';
  return /^(numeric|inet|cidr)/.test(text(column, 'type')) ? 'MAIN' : 'EXTENDED';
};
