import { objectKey, pathPart, type ObjectKey, type SchemaObject } from '../../../model/schema.ts';
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
export const foundIn = (lines: Lines, context: InspectContext): readonly Found[] => {
  let [head, place] = ['', 0];
  return lines.facts.map((facts, line) => {
    place = head !== '' && facts.startsWith(head) ? place + 1 : 1;
    if (place === 1) head = headOf(facts);
    return { object: made(lines, line, place, context), addresses: addressesAt(lines, line) };
  });
};

export const objectAt = (lines: Lines, line: number, context: InspectContext): SchemaObject => {
  const head = headOf(lines.facts[line] ?? '');
  let first = line;
  while (lines.facts[first - 1]?.startsWith(head) === true) first -= 1;
  return made(lines, line, line - first + 1, context);
};

const made = ({ reader, facts }: Lines, line: number, place: number, context: InspectContext): SchemaObject => {
  const row: unknown = JSON.parse(`{${facts[line] ?? ''}`);
  if (!isRow(row)) throw new Error(`no row: ${facts[line]}`);
  return reader.object(row, context, place);
};

export const addressesAt = ({ places }: Lines, line: number): readonly Address[] => (places[line] ?? '').split(' ');

/**
 * The keys of the lines whose relation is in scope, and where they are. An index is named in its schema, any other part in its
 * relation, and those of one relation stand together.
 */
export const eachKey = (
  { reader: { kind }, facts }: Lines,
  isInScope: (schema: string, name: string) => boolean,
  { schema: defaultSchema }: InspectContext,
  visit: (key: ObjectKey, line: number) => void,
): void => {
  let [head, path, isKept] = ['', '', false];
  facts.forEach((text, line) => {
    if (head === '' || !text.startsWith(head)) {
      head = headOf(text);
      const [schema = '', relation = ''] = stringsIn(head);
      isKept = isInScope(schema, relation);
      path = kind === 'index' ? startInSchema(schema, defaultSchema) : keyIn(kind, schema, defaultSchema, relation);
    }
    if (!isKept) return;
    if (kind === 'table') visit(path, line);
    else visit(`${path}${kind === 'index' ? '' : '.'}${pathPart(stringAt(text, head.length))}`, line);
  });
};

const startInSchema = (schema: string, defaultSchema: string): string =>
  schema === defaultSchema ? 'index ' : `${objectKey('index', schema)}.`;

/** The start of a line with the names of schema and relation: `"schema":"public","table":"users",`. */
const headOf = (facts: string): string => facts.slice(0, endOf(facts, openAt(facts, endOf(facts, openAt(facts, 0)))) + 2);

const stringsIn = (head: string): readonly string[] => {
  const schema = openAt(head, 0);
  return [stringAt(head, 0), stringAt(head, endOf(head, schema) + 2)];
};

/** The text of the first string from there on that is a value. */
const stringAt = (facts: string, from: number): string => {
  const open = openAt(facts, from);
  const text = facts.slice(open, endOf(facts, open));
  return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text;
};

const openAt = (facts: string, from: number): number => facts.indexOf('":"', from) + 3;

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
