import type { ObjectKey, SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { catalogOids, type Address, type Found, type InspectContext, type LineReader } from '../object/kind.ts';
import { keyIn } from '../object/naming.ts';
import { isRow } from './row.ts';
import { textOf } from '../query.ts';

/*
 * What there are thousands of comes as one text, a line of JSON an object: for a row of a result the driver makes dozens of values,
 * which takes longer than the query. All but the addresses is in the text that is kept of a line, so that two databases can be compared
 * by these texts.
 */

/** What a reader read: of each object, as far as possible not looked at, its addresses and the rest of its line. */
export interface Lines {
  readonly reader: LineReader;
  readonly places: readonly string[];
  /** `"schema":"public","name":"users",…}` */
  readonly facts: readonly string[];
}

/** The query of a reader, with all of its rows in one text. */
export const linesSql = (reader: LineReader, context: InspectContext): string =>
  `SELECT pg_catalog.string_agg(pg_catalog.row_to_json(q)::text, E'\\n') AS lines FROM (${reader.lines(context)}) AS q`;

/** SQL of the address of a catalog row, in the column `at`; NULL for none. `sub` is SQL of the sub-object. */
export const addressSql = (catalog: keyof typeof catalogOids, oid: string, sub?: string): string =>
  `'${catalogOids[catalog]}:' || ${oid}::bigint || ${sub === undefined ? "':0'" : `':' || ${sub}`}`;

/** SQL of the first column of a reader's query: the addresses that are there. */
export const atSql = (...addresses: readonly string[]): string => `pg_catalog.concat_ws(' ', ${addresses.join(', ')}) AS at`;

/** The lines of the text that `linesSql` asks for. */
export const linesOf = (reader: LineReader, rows: readonly Row[]): Lines => {
  const [places, facts]: [string[], string[]] = [[], []];
  for (const line of textOf(rows[0], 'lines')?.split('\n') ?? []) {
    const end = line.indexOf('"', start.length);
    places.push(line.slice(start.length, end));
    facts.push(line.slice(end + 2));
  }
  return { reader, places, facts };
};

/** How every line begins: `at` is the first column. */
const start = '{"at":"';

export const isLines = (part: Lines | readonly unknown[]): part is Lines => 'reader' in part;

/** All objects of the lines. */
export const foundIn = (lines: Lines, context: InspectContext): readonly Found[] =>
  lines.facts.map((_, line) => ({ object: objectAt(lines, line, context), addresses: addressesAt(lines, line) }));

export const objectAt = ({ reader, facts }: Lines, line: number, context: InspectContext): SchemaObject => {
  const row: unknown = JSON.parse(`{${facts[line] ?? ''}`);
  if (!isRow(row)) throw new Error(`no row: ${facts[line]}`);
  return reader.object(row, context);
};

export const addressesAt = ({ places }: Lines, line: number): readonly Address[] => (places[line] ?? '').split(' ');

/** The schema that a line begins with, and the names behind it: of the relation, then of what is a part of it. */
export const relationAt = ({ reader }: Lines, facts: string): { readonly schema: string; readonly names: readonly string[] } => {
  const names: string[] = [];
  let at = 0;
  for (let count = reader.kind === 'table' ? 2 : 3; count > 0; count -= 1) {
    const open = facts.indexOf('":"', at) + 3;
    at = endOf(facts, open);
    const text = facts.slice(open, at);
    names.push(text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text);
  }
  const [schema = '', ...rest] = names;
  return { schema, names: rest };
};

/** Where the string of JSON that begins there ends. */
const endOf = (text: string, open: number): number => {
  let at = text.indexOf('"', open);
  for (;;) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
};

/** The key of a line's object. An index is named in its schema, any other part in its relation. */
export const keyAt = (
  { reader: { kind } }: Lines,
  schema: string,
  names: readonly string[],
  { schema: defaultSchema }: InspectContext,
): ObjectKey => keyIn(kind, schema, defaultSchema, ...(kind === 'index' ? names.slice(1) : names));
