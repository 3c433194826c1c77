import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { step, text, type Room } from '../object/kind.ts';
import { nameInSchemaOf, usualMultirange } from '../object/naming.ts';
import { asideName, renameSql, retiredName } from './retire.ts';

export const createRange = (range: SchemaObject): string => {
  const options = (
    [
      ['SUBTYPE', 'subtype'],
      ['SUBTYPE_OPCLASS', 'subtypeOpclass'],
      ['COLLATION', 'collation'],
      ['SUBTYPE_DIFF', 'subtypeDiff'],
      ['MULTIRANGE_TYPE_NAME', 'multirange'],
    ] as const
  ).flatMap(([option, attribute]) => (range.attributes[attribute] === undefined ? [] : [`${option} = ${text(range, attribute)}`]));
  const short = `CREATE TYPE ${text(range, 'id')} AS RANGE (${options.join(', ')})`;
  return short.length <= 120 ? short : `CREATE TYPE ${text(range, 'id')} AS RANGE (\n  ${options.join(',\n  ')}\n)`;
};

/** Renames what a range came with: its multirange, and the constructors of both, which keep their names when the types lose theirs. */
export const retireRange = (range: SchemaObject, room: Room): readonly Step[] => {
  const [id, subtype] = [text(range, 'id'), text(range, 'subtype')];
  const multirange = multirangeOf(range);
  const bare = bareName(multirange);
  const [aside, multirangeAside] = [retiredName(range, room), asideName(range, bare, room)];
  return [
    ...[`${subtype}, ${subtype}`, `${subtype}, ${subtype}, text`].map((types) => step(renameSql('FUNCTION', `${id}(${types})`, aside))),
    ...['', id, `${id}[]`].map((types) => step(renameSql('FUNCTION', `${multirange}(${types})`, multirangeAside))),
    step(renameSql('TYPE', multirange, multirangeAside)),
  ];
};

/** The multirange that comes with a range, as SQL names it. */
export const multirangeOf = (range: SchemaObject): string =>
  range.attributes['multirange'] === undefined ? nameInSchemaOf(range, usualMultirange(range.name)) : text(range, 'multirange');

/** The last part of a name in SQL, as the database holds it. */
const bareName = (id: string): string => {
  const last = /(?:"(?:[^"]|"")*"|[^".]+)$/.exec(id)?.[0] ?? id;
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last;
};
