import type { Step } from '../../../model/change.ts';
import type { AttributeValue, ObjectKey, Schema, SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, list, step, text, type Room } from '../object/kind.ts';

export const createEnum = (type: SchemaObject): string => {
  const labels = list(type, 'labels').map((label) => quoteText(label, 'postgres'));
  const short = `CREATE TYPE ${text(type, 'id')} AS ENUM (${labels.join(', ')})`;
  return short.length <= 120 ? short : `CREATE TYPE ${text(type, 'id')} AS ENUM (\n  ${labels.join(',\n  ')}\n)`;
};

/**
 * Statements that add the labels that are new; undefined when labels go or change their order, or when one that is
 * new is used by something else that is new: PostgreSQL allows that only after the commit.
 */
export const addLabels = (from: SchemaObject, to: SchemaObject, room: Room): readonly Step[] | undefined =>
  usesNewLabel(from, to, room) ? undefined : labelSteps(from, to);

/** The same for a commit of its own; undefined where `addLabels` can be had, or where labels go or change their order. */
export const addLabelsAhead = (from: SchemaObject, to: SchemaObject, room: Pick<Room, 'from' | 'to'>): readonly Step[] | undefined =>
  usesNewLabel(from, to, room) ? labelSteps(from, to) : undefined;

const usesNewLabel = (from: SchemaObject, to: SchemaObject, room: Pick<Room, 'from' | 'to'>): boolean => {
  const known = new Set(list(from, 'labels'));
  return usesLabel(to, new Set(list(to, 'labels').filter((label) => !known.has(label))), room);
};

const labelSteps = (from: SchemaObject, to: SchemaObject): readonly Step[] | undefined => {
  const [before, after] = [list(from, 'labels'), list(to, 'labels')];
  const known = new Set(before);
  const kept = after.filter((label) => known.has(label));
  if (kept.length !== before.length || kept.some((label, place) => label !== before[place])) return undefined;
  const there = [...before];
  return after.flatMap((label, place) => {
    if (known.has(label)) return [];
    const sql = `ALTER TYPE ${text(to, 'id')} ADD VALUE ${quoteText(label, 'postgres')}${positionSql(there, after[place - 1])}`;
    there.splice(place, 0, label);
    return [step(sql)];
  });
};

const positionSql = (there: readonly string[], previous: string | undefined): string => {
  const [first] = there;
  if (previous === there.at(-1)) return '';
  return previous === undefined ? ` BEFORE ${quoteText(first ?? '', 'postgres')}` : ` AFTER ${quoteText(previous, 'postgres')}`;
};

/** The labels that an enum loses. */
export const lostLabels = (from: SchemaObject, to: SchemaObject | undefined): readonly string[] => {
  const kept = new Set(to === undefined ? [] : list(to, 'labels'));
  return list(from, 'labels').filter((label) => !kept.has(label));
};

const usesLabel = (type: SchemaObject, labels: ReadonlySet<string>, { from, to }: Pick<Room, 'from' | 'to'>): boolean => {
  const names = typesOver(type.key, to);
  for (const object of to.objects.values()) {
    if (object.key === type.key) continue;
    for (const value of changedValues(from.objects.get(object.key), object)) {
      const isBound = object.kind === 'table' || object.kind === 'partition';
      if (literalsIn(value).some(({ content, after }) => isOf(after, names, isBound) && mentions(content, labels))) return true;
    }
  }
  return false;
};

/** The names of a type and of those that are made of it, as a cast writes them. */
const typesOver = (key: ObjectKey, schema: Schema): readonly string[] => {
  const found = new Set([key]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const object of schema.objects.values())
      if (object.kind === 'type' && object.needs.some((need) => found.has(need))) found.add(object.key);
  }
  return [...found].flatMap((each) => {
    const object = schema.objects.get(each);
    return object === undefined ? [] : [text(object, 'id'), text(object, 'multirange')].filter((name) => name !== '');
  });
};

const silent: ReadonlySet<string> = new Set(['id', 'on', 'comment', 'acl', 'labels', 'schema']);

/** What is new in an object, without what is only read when it runs. */
const changedValues = (before: SchemaObject | undefined, after: SchemaObject): readonly string[] =>
  Object.entries(after.attributes).flatMap(([name, value]) =>
    silent.has(name) || (name === 'body' && !flag(after, 'atomic')) || JSON.stringify(value) === JSON.stringify(before?.attributes[name])
      ? []
      : textsIn(value),
  );

const textsIn = (value: AttributeValue): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' ? value : [];
};

interface Literal {
  readonly content: string;
  readonly after: string;
}

const literalsIn = (sql: string): readonly Literal[] =>
  [...sql.matchAll(/(E?)'((?:[^']|'')*)'/g)].map((match) => {
    const content = (match[2] ?? '').replaceAll("''", "'");
    return {
      content: match[1] === 'E' ? content.replaceAll('\\\\', '\\') : content,
      after: sql.slice(match.index + match[0].length),
    };
  });

/** A constant of one of the types. The server writes the type behind it, except in the bounds of a partition. */
const isOf = (after: string, names: readonly string[], isBound: boolean): boolean => {
  if (!after.startsWith('::')) return isBound;
  return names.some((name) => after.startsWith(`::${name}`) && !/^[\w$."]/.test(after.slice(name.length + 2)));
};

const mentions = (content: string, labels: ReadonlySet<string>): boolean =>
  labels.has(content) ||
  content.split(/[{}()[\],"]+/).some((part) => labels.has(part)) ||
  [...labels].some((label) => /[{}()[\],"\\]/.test(label) && content.includes(label));
