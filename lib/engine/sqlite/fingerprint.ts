import { hash as digest } from 'node:crypto';
import type { Fingerprint, ObjectFingerprint } from '../../model/fingerprint.ts';
import type { ObjectKey, ObjectKind } from '../../model/schema.ts';
import { foldCase } from '../../sql/lex.ts';
import type { Row, Scope } from '../engine.ts';
import { linesOf, type Entry, type Facts } from './fingerprint-lines.ts';
import { afterName, bareName, cut } from './fingerprint-text.ts';
import type { Query } from './query.ts';

/**
 * Says what the proof compares of a database: every PRAGMA about its tables and the stored texts as sets of clauses
 * in normal tokens, cut by a cutter of its own, so that it shares no blind spot with `inspect`. Only the main schema;
 * without `sqlite_*`, shadow tables, virtual tables whose module this connection lacks (they are `unseen`), journals
 * and what `scope` leaves out, and without indexes and triggers on those.
 * With `scope.only` the objects named there that exist. A constant number of queries.
 */
export const fingerprint = async (query: Query, scope: Scope): Promise<Fingerprint> => {
  const stored = await readStored(query, scope.only);
  const unreadable = await unreadableTables(query, stored);
  const shadows = new Set([...(await shadowTables(query, stored)), ...unreadable.map(({ name }) => name)]);
  const isInScope = inScope(scope);
  const entries = stored.filter(
    (entry) => !shadows.has(entry.owner) && isInScope(entry.name) && isInScope(entry.owner) && (scope.only?.has(entry.key) ?? true),
  );
  const unseen = unreadable.filter((entry) => isInScope(entry.name) && (scope.only?.has(entry.key) ?? true));
  const describe = describer(await readFacts(query, entries));
  const objects = new Map<ObjectKey, ObjectFingerprint>();
  for (const entry of entries.sort((a, b) => (a.key < b.key ? -1 : 1))) objects.set(entry.key, describe(entry));
  return {
    objects,
    whole: hash(
      [...objects].map(([key, object]) => `${key} ${object.hash}`),
      32,
    ),
    ...(unseen.length === 0 ? {} : { unseen: new Map(unseen.map((entry) => [entry.key, `this SQLite has no module ${moduleOf(entry)}`])) }),
  };
};

interface Stored extends Entry {
  readonly key: ObjectKey;
}

/** What sqlite_schema holds: all of it, or what has the names of `only`, and the virtual tables, whose shadows those may be. */
const readStored = async (query: Query, only: Scope['only']): Promise<readonly Stored[]> => {
  const names = only === undefined || only.size > few ? undefined : [...only].map(nameOfKey);
  const narrowed =
    names === undefined ? '' : ` AND (name COLLATE NOCASE IN (${names.map(() => '?').join(', ')}) OR (type = 'table' AND rootpage = 0))`;
  return (
    await query(`SELECT type, name, tbl_name AS owner, sql FROM main.sqlite_schema WHERE sql IS NOT NULL${narrowed}`, names ?? [])
  ).map(toEntry);
};

/** As many names are asked for by name; of more, everything is read. */
const few = 50;

const nameOfKey = (key: ObjectKey): string => {
  const name = key.replace(/^(?:virtual table|\S+) /, '');
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
};

const toEntry = (row: Row): Stored => {
  const sql = text(row['sql']);
  const kind = kindOf(text(row['type']), sql);
  const name = foldCase(text(row['name']));
  return { kind, key: keyOf(kind, name), name, owner: foldCase(text(row['owner'])), sql };
};

/** Keys as the model spells them; an eye of its own writes them itself. */
const keyOf = (kind: ObjectKind, name: string): ObjectKey =>
  `${kind} ${/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`}`;

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));

const kindOf = (type: string, sql: string): ObjectKind => {
  if (type === 'index' || type === 'view' || type === 'trigger') return type;
  return /^\s*create\s+virtual\s/i.test(sql) ? 'virtual table' : 'table';
};

const otherJournals = ['alembic_version', 'schema_migrations', 'flyway_schema_history'];

const inScope = (scope: Scope): ((name: string) => boolean) => {
  const journals = [foldCase(scope.journalTable), ...otherJournals];
  const globs = scope.exclude.map(globOf);
  return (name) => !name.startsWith('sqlite_') && !journals.includes(name) && !globs.some((glob) => glob.test(name));
};

const globOf = (pattern: string): RegExp => {
  const parts = foldCase(pattern)
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
};

/** Tables that a module keeps for itself, where the module is missing and so SQLite cannot tell. */
const shadowSuffixes: Readonly<Record<string, readonly string[]>> = {
  fts3: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  fts4: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  fts5: ['data', 'idx', 'content', 'docsize', 'config'],
  rtree: ['node', 'rowid', 'parent'],
  rtree_i32: ['node', 'rowid', 'parent'],
  geopoly: ['node', 'rowid', 'parent'],
};

const shadowTables = async (query: Query, entries: readonly Stored[]): Promise<ReadonlySet<string>> => {
  const virtual = entries.filter(({ kind }) => kind === 'virtual table');
  if (virtual.length === 0) return new Set();
  const named = virtual.flatMap((entry) => (shadowSuffixes[moduleOf(entry)] ?? []).map((suffix) => `${entry.name}_${suffix}`));
  const listed = await query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'").catch(() => []);
  return new Set([...named, ...listed.map((row) => foldCase(text(row['name'])))]);
};

const moduleOf = ({ sql }: Stored): string => foldCase(bareName(afterName(cut(sql))[1]));

/** Virtual tables that no statement of this connection can touch, so that a scratch database cannot hold them either. */
const unreadableTables = async (query: Query, entries: readonly Stored[]): Promise<readonly Stored[]> => {
  const virtual = entries.filter(({ kind }) => kind === 'virtual table');
  if (virtual.length === 0) return [];
  const modules = new Set((await query('SELECT name FROM pragma_module_list')).map((row) => foldCase(text(row['name']))));
  return virtual.filter((entry) => !modules.has(moduleOf(entry)));
};

/** Asks about the tables of `entries` only, or about all when they are many. A virtual table (root page 0) has no PRAGMAs: its module may be missing. */
const readFacts = async (query: Query, entries: readonly Stored[]): Promise<Facts> => {
  const tables = [...new Set(entries.filter(({ kind }) => kind === 'table' || kind === 'index').map(({ owner }) => owner))];
  if (tables.length === 0) return { columns: new Map(), foreignKeys: new Map(), indexes: new Map() };
  const isFew = tables.length <= few;
  const from = isFew
    ? `FROM (SELECT column1 AS name FROM (VALUES ${tables.map(() => '(?)').join(', ')})) AS m JOIN`
    : 'FROM main.sqlite_schema AS m JOIN';
  const where = isFew ? '' : `WHERE m.type = 'table' AND m.rootpage <> 0`;
  const ask = async (columns: string, pragmas: string): Promise<ReadonlyMap<string, readonly Row[]>> =>
    grouped(await query(`SELECT m.name AS owner, ${columns} ${from} ${pragmas} ${where}`, isFew ? tables : []), 'owner');
  return {
    columns: await ask(
      'p.name, p.type, p."notnull" AS required, p.dflt_value AS fallback, p.pk, p.hidden',
      "pragma_table_xinfo(m.name, 'main') AS p",
    ),
    foreignKeys: await ask(
      'p.id, p.seq, p."table" AS parent, p."from" AS source, p."to" AS target, p.on_update, p.on_delete, p."match"',
      "pragma_foreign_key_list(m.name, 'main') AS p",
    ),
    indexes: await ask(
      'l.name, l."unique" AS single, l.origin, l.partial, x.seqno, x.cid, x.name AS part, x."desc" AS descending, x.coll',
      `pragma_index_list(m.name, 'main') AS l JOIN pragma_index_xinfo(l.name, 'main') AS x ON x."key" = 1`,
    ),
  };
};

const grouped = (rows: readonly Row[], field: string): ReadonlyMap<string, readonly Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = foldCase(text(row[field]));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
};

/** Descriptions by all that they are made of: a proof and a run see the same objects again and again. */
const memory = new Map<string, ObjectFingerprint>();
const memorySize = 5000;

const describer = (facts: Facts): ((entry: Stored) => ObjectFingerprint) => {
  const owners = new Map<string, string>();
  const factsOf = (owner: string): string => {
    const known = owners.get(owner) ?? textOf([facts.columns, facts.foreignKeys, facts.indexes].map((each) => each.get(owner)));
    owners.set(owner, known);
    return known;
  };
  return (entry) => {
    const made = `${entry.key}\0${entry.owner}\0${entry.sql}\0${entry.kind === 'table' || entry.kind === 'index' ? factsOf(entry.owner) : ''}`;
    const known = memory.get(made) ?? objectOf(linesOf(entry, facts));
    if (memory.size >= memorySize) memory.clear();
    memory.set(made, known);
    return known;
  };
};

/** A driver may give whole numbers as bigint, which JSON has no word for and refuses. */
const textOf = (rows: unknown): string => {
  try {
    return JSON.stringify(rows);
  } catch {
    return JSON.stringify(rows, plainNumber);
  }
};

const plainNumber = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

const objectOf = (lines: readonly string[]): ObjectFingerprint => {
  const sorted = [...new Set(lines)].sort();
  return { hash: hash(sorted, 16), lines: sorted };
};

const hash = (lines: readonly string[], digits: number): string => `f1:${digest('sha256', lines.join('\0'), 'hex').slice(0, digits)}`;
