import { LimbeckError } from '../../../errors.ts';
import type { Hazard, Step } from '../../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { cutAttribute, differenceOf, type Attribute, type Difference } from './composite-value.ts';
import { list, step, text, type AlterInput, type Alteration, type Room } from '../object/kind.ts';

export const createComposite = (type: SchemaObject): readonly Step[] => {
  const attributes = list(type, 'attributes');
  const short = `CREATE TYPE ${text(type, 'id')} AS (${attributes.join(', ')})`;
  const sql = short.length <= 100 ? short : `CREATE TYPE ${text(type, 'id')} AS (\n  ${attributes.join(',\n  ')}\n)`;
  return [step(sql), ...commentSteps(undefined, type)];
};

/**
 * Changes the attributes of a composite type in place where their order allows it. The type of one can be changed only
 * while no column with rows uses the composite.
 */
export const alterComposite = ({ from, to, attributes }: AlterInput, room: Room): Alteration | 'replace' => {
  if (!attributes.includes('attributes')) return { steps: commentSteps(from, to) };
  requireUntyped(from, room);
  const difference = differenceOf(from, to);
  if (difference === undefined) return 'replace';
  const { gone, retyped } = difference;
  if (retyped.length > 0 && isStored(from.key, room.from)) return 'replace';
  const steps = [...attributeSteps(from, difference, room), ...commentSteps(from, to)];
  return gone.length + retyped.length === 0 ? { steps } : { steps, displaces: ({ kind }) => deparsed.has(kind) };
};

/** Throws `unmanaged` for a type that a table is made of: the server would change the table only by CASCADE. */
const requireUntyped = (type: SchemaObject, { from, to }: Room): void => {
  const isTyped = (table: SchemaObject | undefined): boolean => table?.kind === 'table' && text(table, 'ofType') === text(type, 'id');
  const table = [...from.objects.values()].find((object) => isTyped(object) && isTyped(to.objects.get(object.key)));
  if (table === undefined) return;
  const [id, name] = [text(table, 'id'), text(type, 'id')];
  throw new LimbeckError('unmanaged', `${type.key} changes its attributes, and ${table.key} is made of it (CREATE TABLE … OF ${name})`, {
    hint: `write this migration by hand (\`limbeck revision -m …\`): ALTER TABLE ${id} NOT OF; change the type and the table's columns alike; ALTER TABLE ${id} OF ${name}`,
    data: { objects: [type.key, table.key] },
  });
};

/**
 * Makes the attributes of a composite that is about to be replaced those of its successor, but for their types: values move over by
 * their text, which tells attributes by their place. Where places change, columns move over attribute by attribute
 * (`rearranged`). Throws `unmanaged` when something else than a column holds such values.
 */
export const evenOut = (from: SchemaObject, room: Room): readonly Step[] => {
  const to = room.to.objects.get(from.key);
  if (to === undefined || text(to, 'form') !== 'composite') return [];
  const difference = differenceOf(from, to);
  if (difference !== undefined) {
    // The types of new ones may not be there yet; their values are NULL.
    const added = difference.added.map(({ name }) => ({ name, rest: 'text' }));
    return attributeSteps(from, { ...difference, retyped: [], added }, room);
  }
  const holder = [...room.from.objects.values()].find((object) => object.needs.includes(from.key) && isHidden(object, from, room));
  if (holder === undefined) return [];
  throw new LimbeckError(
    'unmanaged',
    `the attributes of ${from.key} change their places, and ${holder.key} holds its values inside others`,
    {
      hint: 'add attributes at the end, or write this migration by hand (`limbeck revision -m …`)',
      data: { objects: [from.key, holder.key] },
    },
  );
};

/** Whether something holds values of a composite type in another way than as a column's own. */
const isHidden = (object: SchemaObject, type: SchemaObject, room: Room): boolean =>
  object.kind === 'column' ? text(object, 'type') !== text(type, 'id') : object.kind === 'type' && isStored(object.key, room.from);

const attributeSteps = (type: SchemaObject, { gone, retyped, added }: Difference, room: Room): readonly Step[] => {
  const actions = [
    ...gone.map(({ name }) => `DROP ATTRIBUTE ${name}`),
    ...retyped.map(({ name, rest }) => `ALTER ATTRIBUTE ${name} TYPE ${rest}`),
    ...added.map(({ name, rest }) => `ADD ATTRIBUTE ${name} ${rest}`),
  ];
  if (actions.length === 0) return [];
  const sql = `ALTER TYPE ${text(type, 'id')}${actions.length === 1 ? ' ' : '\n  '}${actions.join(',\n  ')}`;
  return [step(sql, lossOf(type, gone, room))];
};

const lossOf = (type: SchemaObject, gone: readonly Attribute[], room: Room): readonly Hazard[] =>
  isStored(type.key, room.from)
    ? gone.map(({ name }) => ({ kind: 'data loss', text: `drops the attribute ${name} of every value of type ${type.name}` }))
    : [];

/** What is lost with a composite type that `evenOut` leaves as it is. */
export const lossWith = (from: SchemaObject, room: Room): readonly Hazard[] => {
  const to = room.to.objects.get(from.key);
  if (to === undefined || text(to, 'form') !== 'composite' || differenceOf(from, to) !== undefined) return [];
  const kept = new Set(list(to, 'attributes').map((entry) => cutAttribute(entry).name));
  const gone = list(from, 'attributes').map(cutAttribute);
  return lossOf(
    from,
    gone.filter(({ name }) => !kept.has(name)),
    room,
  );
};

/** What names attributes of the composite types that it uses. */
const deparsed: ReadonlySet<SchemaObject['kind']> = new Set([
  'view',
  'materialized view',
  'function',
  'procedure',
  'rule',
  'trigger',
  'policy',
  'index',
  'statistics',
  'default',
  'constraint',
  'domain constraint',
]);

/** Whether a table or materialized view has values of a type, or of one that is made of it. */
export const isStored = (key: ObjectKey, schema: Schema): boolean => {
  const types = new Set([key]);
  for (const type of types) {
    for (const object of schema.objects.values()) {
      if (!object.needs.includes(type)) continue;
      if (object.kind === 'type') types.add(object.key);
      else if (object.kind === 'column' || object.kind === 'materialized view') return true;
    }
  }
  return false;
};

const commentSteps = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => {
  const comments = (type: SchemaObject | undefined): ReadonlyMap<string, string> =>
    new Map(type === undefined ? [] : list(type, 'attributeComments').map((entry) => [cutAttribute(entry).name, cutAttribute(entry).rest]));
  const [before, after] = [comments(from), comments(to)];
  return list(to, 'attributes').flatMap((entry) => {
    const { name } = cutAttribute(entry);
    const comment = after.get(name);
    if (comment === before.get(name)) return [];
    const value = comment === undefined ? 'NULL' : quoteText(comment, 'postgres');
    return [step(`COMMENT ON COLUMN ${text(to, 'id')}.${name} IS ${value}`)];
  });
};
