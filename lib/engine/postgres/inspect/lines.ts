import type { SchemaObject } from '../../../model/schema.ts';
import type { Alike, Alikes, Row } from '../../engine.ts';
import { catalogOids, type Found, type InspectContext, type LineReader } from '../object/kind.ts';
import { textOf } from '../query.ts';

/*
 * What there are thousands of comes as one text, a line of JSON an object: for a row of a result the driver makes dozens of values,
 * which takes longer than the query. And what reads alike in two databases is made once: all but the addresses is in the text.
 */

/** The query of a reader, with all of its rows in one text. */
export const linesSql = (reader: LineReader, context: InspectContext): string =>
  `SELECT pg_catalog.string_agg(pg_catalog.row_to_json(q)::text, E'\\n') AS lines FROM (${reader.lines(context)}) AS q`;

/** SQL of the address of a catalog row, in the column `at`; NULL for none. `sub` is SQL of the sub-object. */
export const addressSql = (catalog: keyof typeof catalogOids, oid: string, sub?: string): string =>
  `'${catalogOids[catalog]}:' || ${oid}::bigint || ${sub === undefined ? "':0'" : `':' || ${sub}`}`;

/** SQL of the first column of a reader's query: the addresses that are there. */
export const atSql = (...addresses: readonly string[]): string => `pg_catalog.concat_ws(' ', ${addresses.join(', ')}) AS at`;

/** The objects of such a text. What `alikes` has of the other database is not made again; if it is empty, this is the first of the two. */
export const foundInLines = (
  reader: LineReader,
  rows: readonly Row[],
  context: InspectContext,
  alikes: Alikes | undefined,
): readonly Found[] => {
  const text = textOf(rows[0], 'lines');
  if (text === undefined) return [];
  const alikeOf = alikes === undefined || alikes.texts.length === 0 ? undefined : follow(alikes);
  return text.split('\n').map((line) => {
    const end = line.indexOf('"', start.length);
    const facts = line.slice(end + 2);
    const alike = alikeOf?.(facts) ?? { object: objectOf(reader, facts, context) };
    if (alikes !== undefined && alikeOf === undefined) {
      alikes.texts.push(facts);
      alikes.made.push(alike);
    }
    return { object: alike.object, addresses: line.slice(start.length, end).split(' '), alike };
  });
};

/** How every line begins: `at` is the first column. */
const start = '{"at":"';

/** Finds what is alike by going along with the other list, which is in the same order; where they part, by a map that is made then. */
const follow = ({ texts, made }: Alikes): ((facts: string) => Alike | undefined) => {
  let next = 0;
  let places: ReadonlyMap<string, number> | undefined;
  return (facts) => {
    if (texts[next] !== facts) {
      places ??= new Map(texts.map((text, place) => [text, place]));
      const place = places.get(facts);
      if (place === undefined) return undefined;
      next = place;
    }
    next += 1;
    return made[next - 1];
  };
};

const objectOf = (reader: LineReader, facts: string, context: InspectContext): SchemaObject => {
  const row: unknown = JSON.parse(`{${facts}`);
  if (!isRow(row)) throw new Error(`no row: ${facts}`);
  return reader.object(row, context);
};

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
