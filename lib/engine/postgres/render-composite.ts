import type { Step } from '../../model/change.ts';
import type { ObjectKey, Schema, SchemaObject } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import { list, step, text, type AlterInput, type Alteration, type Room } from './kind.ts';

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
  const [before, after] = [list(from, 'attributes').map(cut), list(to, 'attributes').map(cut)];
  const kept = before.filter(({ name }) => after.some((each) => each.name === name));
  if (kept.some(({ name }, place) => after[place]?.name !== name)) return 'replace';
  const retyped = kept.flatMap(({ rest }, place) => {
    const each = after[place];
    return each === undefined || each.rest === rest ? [] : [each];
  });
  if (retyped.length > 0 && isStored(from.key, room.from)) return 'replace';
  const gone = before.filter((each) => !kept.includes(each));
  const actions = [
    ...gone.map(({ name }) => `DROP ATTRIBUTE ${name}`),
    ...retyped.map(({ name, rest }) => `ALTER ATTRIBUTE ${name} TYPE ${rest}`),
    ...after.slice(kept.length).map(({ name, rest }) => `ADD ATTRIBUTE ${name} ${rest}`),
  ];
  const hazards = gone.map(
    ({ name }) => ({ kind: 'data loss', text: `drops the attribute ${name} of every value of type ${to.name}` }) as const,
  );
  const sql = `ALTER TYPE ${text(to, 'id')}${actions.length === 1 ? ' ' : '\n  '}${actions.join(',\n  ')}`;
  const steps = [step(sql, isStored(from.key, room.from) ? hazards : []), ...commentSteps(from, to)];
  return gone.length + retyped.length === 0 ? { steps } : { steps, displaces: ({ kind }) => deparsed.has(kind) };
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
const isStored = (key: ObjectKey, schema: Schema): boolean => {
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

interface Attribute {
  readonly name: string;
  readonly rest: string;
}

/** A name as SQL, and what stands behind it. */
const cut = (entry: string): Attribute => {
  const name = /^(?:"(?:[^"]|"")*"|[^ ]+)/.exec(entry)?.[0] ?? entry;
  return { name, rest: entry.slice(name.length + 1) };
};

const commentSteps = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => {
  const comments = (type: SchemaObject | undefined): ReadonlyMap<string, string> =>
    new Map(type === undefined ? [] : list(type, 'attributeComments').map((entry) => [cut(entry).name, cut(entry).rest]));
  const [before, after] = [comments(from), comments(to)];
  return list(to, 'attributes').flatMap((entry) => {
    const { name } = cut(entry);
    const comment = after.get(name);
    if (comment === before.get(name)) return [];
    const value = comment === undefined ? 'NULL' : quoteText(comment, 'postgres');
    return [step(`COMMENT ON COLUMN ${text(to, 'id')}.${name} IS ${value}`)];
  });
};
