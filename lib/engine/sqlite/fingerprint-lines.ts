import type { ObjectKind } from '../../model/schema.ts';
import { foldCase, isWord } from '../../sql/lex.ts';
import type { Row } from '../engine.ts';
import { cutTable } from './fingerprint-table.ts';
import {
  afterName,
  bareName,
  closer,
  cut,
  join,
  normal,
  normalArguments,
  normalDefault,
  normalType,
  runs,
  spell,
  type Tokens,
} from './fingerprint-text.ts';

/** An object as sqlite_schema holds it. */
export interface Entry {
  readonly kind: ObjectKind;
  /** In lower case, as is `owner`, the table or view that it belongs to. */
  readonly name: string;
  readonly owner: string;
  readonly sql: string;
}

/** Rows of the PRAGMAs by table, in lower case. */
export interface Facts {
  readonly columns: ReadonlyMap<string, readonly Row[]>;
  readonly foreignKeys: ReadonlyMap<string, readonly Row[]>;
  readonly indexes: ReadonlyMap<string, readonly Row[]>;
}

/** The lines that describe one object, in no order: what the PRAGMAs tell of it and what its text says. */
export const linesOf = (entry: Entry, facts: Facts): readonly string[] => {
  switch (entry.kind) {
    case 'table':
      return tableLines(entry, facts);
    case 'index':
      return indexLines(entry, facts);
    case 'view':
      return cutView(entry.sql);
    case 'trigger':
      return [`on ${spell(entry.owner)}`, ...cutTrigger(entry.sql)];
    case 'virtual table':
      return cutVirtualTable(entry.sql);
    default:
      return [];
  }
};

const cutView = (sql: string): readonly string[] => {
  const tokens = afterName(cut(sql));
  const start = tokens.findIndex((token) => isWord(token, 'as'));
  const declared = start > 0 ? [`columns: ${normal(tokens.slice(0, start))}`] : [];
  return [...declared, `query: ${normal(tokens.slice(start + 1))}`];
};

const cutTrigger = (sql: string): readonly string[] => {
  const tokens = afterName(cut(sql));
  const start = Math.max(
    0,
    tokens.findIndex((token) => isWord(token, 'begin')),
  );
  return [`when: ${normal(tokens.slice(0, start))}`, `body: ${normal(tokens.slice(start))}`];
};

const cutVirtualTable = (sql: string): readonly string[] => {
  const tokens = afterName(cut(sql));
  return [`using: ${foldCase(bareName(tokens[1]))}`, `arguments: ${normalArguments(tokens.slice(2))}`];
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

const isSet = (value: unknown): boolean => Number(value) !== 0;

const tableLines = ({ name, sql }: Entry, facts: Facts): readonly string[] => {
  const { columns, clauses } = cutTable(sql);
  const rows = facts.columns.get(name) ?? [];
  const told = new Set(rows.map((row) => foldCase(textOf(row['name']))));
  const untold = [...columns].filter(([column]) => !told.has(column));
  return [
    ...rows.map((row) => columnLine(row, columns.get(foldCase(textOf(row['name']))) ?? [])),
    ...untold.map(([column, extras]) => `clause: ${spell(column)} ${extras.join(' ')}`),
    ...groupsOf(facts.foreignKeys.get(name) ?? [], 'id').map(foreignKeyLine),
    ...groupsOf(
      (facts.indexes.get(name) ?? []).filter((row) => row['origin'] !== 'c'),
      'name',
    ).map(autoIndexLine),
    ...clauses.map((clause) => `clause: ${clause}`),
  ];
};

const hiddenWords: readonly string[] = ['', 'hidden', 'virtual', 'stored'];

const columnLine = (row: Row, extras: readonly string[]): string => {
  const hidden = Number(row['hidden']);
  const parts = [
    `type ${normalType(textOf(row['type'])) || 'none'}`,
    isSet(row['required']) ? 'not null' : '',
    row['fallback'] === null ? '' : `default ${normalDefault(textOf(row['fallback']))}`,
    isSet(row['pk']) ? `primary key ${Number(row['pk'])}` : '',
    hidden === 0 ? '' : (hiddenWords[hidden] ?? `hidden ${hidden}`),
    ...[...extras].sort(),
  ];
  return `column ${spell(textOf(row['name']))}: ${parts.filter((part) => part !== '').join(', ')}`;
};

/** Rows with the same value of `field` together, each group in the order of `seq` (or `seqno`). */
const groupsOf = (rows: readonly Row[], field: string): readonly (readonly Row[])[] => {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) groups.set(row[field], [...(groups.get(row[field]) ?? []), row]);
  const place = (row: Row): number => Number(row['seq'] ?? row['seqno']);
  return [...groups.values()].map((group) => group.sort((a, b) => place(a) - place(b)));
};

const foreignKeyLine = (rows: readonly Row[]): string => {
  const first = rows[0] ?? {};
  const list = (field: string): string => rows.map((row) => spell(textOf(row[field]))).join(', ');
  const target = first['target'] === null ? '' : ` (${list('target')})`;
  const actions = ['delete', 'update'].map((event) => [event, foldCase(textOf(first[`on_${event}`]))] as const);
  const kept = actions.filter(([, action]) => action !== 'no action').map(([event, action]) => ` on ${event} ${action}`);
  const match = foldCase(textOf(first['match']));
  return `foreign key (${list('source')}) references ${spell(textOf(first['parent']))}${target}${kept.join('')}${match === 'none' ? '' : ` match ${match}`}`;
};

const autoIndexLine = (rows: readonly Row[]): string => {
  const kind = rows[0]?.['origin'] === 'pk' ? 'primary key' : 'unique';
  return `index (auto) ${kind} (${rows.map((row) => termOf(row, partOf(row))).join(', ')})`;
};

const partOf = (row: Row): string => (row['part'] === null ? 'rowid' : spell(textOf(row['part'])));

const termOf = (row: Row, what: string): string => {
  const collation = foldCase(textOf(row['coll']));
  return `${what}${collation === 'binary' ? '' : ` collate ${spell(collation)}`}${isSet(row['descending']) ? ' desc' : ''}`;
};

const indexLines = ({ name, owner, sql }: Entry, facts: Facts): readonly string[] => {
  const tokens = afterName(cut(sql));
  const known = new Set([...(facts.columns.get(owner) ?? []).map((row) => foldCase(textOf(row['name']))), 'rowid', 'oid', '_rowid_']);
  const open = tokens.findIndex((token) => token.text === '(');
  const close = closer(tokens, open);
  const written = runs(tokens.slice(open + 1, close));
  const rows =
    groupsOf(
      (facts.indexes.get(owner) ?? []).filter((row) => foldCase(textOf(row['name'])) === name),
      'name',
    )[0] ?? [];
  const terms = rows.map((row, at) => termOf(row, Number(row['cid']) === -2 ? expressionOf(written[at] ?? [], known) : partOf(row)));
  const rest = tokens.slice(close + 1);
  return [
    `on ${spell(owner)}`,
    isSet(rows[0]?.['single']) ? 'unique' : 'not unique',
    `terms: ${terms.join(', ')}`,
    ...(terms.length === written.length ? [] : [`text: ${join(written.map((run) => normal(run, known)))}`]),
    ...(isSet(rows[0]?.['partial']) || rest.length > 0 ? [normal(rest, known).replace(/^where\b/, 'where:')] : []),
  ];
};

/** The expression of a term; the PRAGMA tells its collation and direction. */
const expressionOf = (run: Tokens, known: ReadonlySet<string>): string => {
  const directed = isWord(run.at(-1), 'asc', 'desc') ? run.slice(0, -1) : run;
  const bare = isWord(directed.at(-2), 'collate') ? directed.slice(0, -2) : directed;
  return normal(bare, known);
};
