import { foldCase, isWord, lex, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { Hazard, Step } from '../../model/change.ts';
import type { Schema, SchemaObject } from '../../model/schema.ts';
import { readTable, type ColumnClause, type TableClauses } from './clauses.ts';
import { foreignKeyTables } from './foreign-key.ts';
import { rowHazards, type TableChange } from './table-change.ts';

/**
 * Copy and move: SQLite's documented way to change what ALTER TABLE cannot
 * (https://sqlite.org/lang_altertable.html#otheralter), as plain SQL that is safe by hand. Foreign keys must be off
 * before BEGIN: inside a transaction the pragma does nothing and DROP TABLE deletes the rows of child tables.
 */
export const rebuildSteps = (change: TableChange, schemas: Schemas): readonly Step[] => {
  const { from, to } = change;
  const newName = freeName(`limbeck_new_${to.name}`, schemas);
  const old = quoted(from.name);
  const next = quoted(newName);
  const copy = copyColumns(change);
  const into = copy.targets.length === 0 ? '' : ` (${copy.targets.join(', ')})`;
  const values = copy.sources.length === 0 ? 'NULL' : copy.sources.join(', ');
  const touches = [to.key];
  const step = (sql: string, notes: readonly string[] = []): Step => ({ sql, notes, hazards: [], touches });
  return [
    {
      sql: renameInCreate(to.sql, next),
      notes: [`rebuild of table ${to.name}: new table, copy, drop, rename`],
      hazards: [{ kind: 'rebuild', text: `copies every row of ${from.name}` }, ...rowHazards(change), ...numberHazards(change)],
      touches,
    },
    step(`INSERT OR ABORT INTO ${next}${into}\nSELECT ${values}\nFROM ${old}`, copy.notes),
    ...sequenceSteps(change, newName).map((sql) => step(sql)),
    step(guardLoss(guardName(schemas), from.name, newName, indexNames(schemas.from, from))),
    step(`DROP TABLE ${old}`),
    step(`ALTER TABLE ${next} RENAME TO ${quoted(to.name)}`),
  ];
};

const quoted = (name: string): string => quoteName(name, 'sqlite');

/** Both ends of a plan. */
export interface Schemas {
  readonly from: Schema;
  readonly to: Schema;
}

/** The wish, or with a number behind it when either schema has something of that name. */
const freeName = (wish: string, { from, to }: Schemas): string => {
  const taken = new Set([...from.objects.values(), ...to.objects.values()].filter(isTop).map((object) => foldCase(object.name)));
  let name = wish;
  for (let count = 2; taken.has(foldCase(name)); count += 1) name = `${wish}_${count}`;
  return name;
};

/** Quoted; no table of the user's, because a temporary one would hide it. */
const guardName = (schemas: Schemas): string => quoted(freeName('limbeck_guard', schemas));

const isTop = (object: SchemaObject): boolean => object.parent === undefined;

const indexNames = (schema: Schema, table: SchemaObject): readonly string[] =>
  [...schema.objects.values()]
    .filter((object) => object.kind === 'index' && object.attributes['table'] === foldCase(table.name))
    .map((object) => object.name);

/** Stops a file run by hand with foreign keys on, and holds the checks of the rebuilds that follow. */
export const guardSteps = (schemas: Schemas): readonly Step[] => {
  const guard = guardName(schemas);
  return [
    `CREATE TEMP TABLE ${guard} (
  "foreign_keys" INTEGER,
  "lost_rows" INTEGER,
  "lost_parts" INTEGER,
  "broken_before" INTEGER,
  "broken_after" INTEGER,
  CONSTRAINT "foreign keys are on: run PRAGMA foreign_keys=OFF before BEGIN" CHECK ("foreign_keys" = 0),
  CONSTRAINT "a rebuild lost rows" CHECK ("lost_rows" = 0),
  CONSTRAINT "a rebuilt table has an index or trigger that this migration does not know and would lose" CHECK ("lost_parts" = 0),
  CONSTRAINT "rows refer to nothing after the rebuild" CHECK ("broken_after" <= "broken_before")
)`,
    `INSERT INTO ${guard} ("foreign_keys") SELECT "foreign_keys" FROM pragma_foreign_keys`,
    `UPDATE ${guard} SET "broken_before" = (SELECT count(*) FROM ${keyCheck(schemas.from)})`,
  ].map((sql, index) => ({
    sql,
    notes: index === 0 ? ['stops here unless foreign keys are off; inside a transaction the pragma would do nothing'] : [],
    hazards: [],
    touches: [],
  }));
};

/** The last look at the foreign keys, and the guard's end. */
export const guardEndSteps = (schemas: Schemas): readonly Step[] => {
  const guard = guardName(schemas);
  return [`UPDATE ${guard} SET "broken_after" = (SELECT count(*) FROM ${keyCheck(schemas.to)})`, `DROP TABLE "temp".${guard}`].map(
    (sql) => ({ sql, notes: [], hazards: [], touches: [] }),
  );
};

/** The whole check, or table by table where a foreign key is one that SQLite cannot check: that one would fail it all. */
const keyCheck = (schema: Schema): string => {
  const { checkable, uncheckable } = foreignKeyTables(schema);
  if (uncheckable.length === 0) return 'pragma_foreign_key_check';
  if (checkable.length === 0) return '(SELECT 1 WHERE 0)';
  return `(\n${checkable.map((name) => `  SELECT 1 FROM pragma_foreign_key_check(${quoteText(name, 'sqlite')})`).join(' UNION ALL\n')})`;
};

/** The last look before DROP TABLE, which takes every index and trigger along; those in `known` are dealt with. */
const guardLoss = (guard: string, old: string, next: string, known: readonly string[]): string => {
  const other = known.length === 0 ? '' : ` AND "name" NOT IN (${known.map((name) => quoteText(name, 'sqlite')).join(', ')})`;
  return `UPDATE ${guard} SET
  "lost_rows" = (SELECT count(*) FROM ${quoted(old)}) - (SELECT count(*) FROM ${quoted(next)}),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = ${quoteText(old, 'sqlite')} COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL${other})`;
};

/** The declared CREATE TABLE with another name, everything else as written. */
const renameInCreate = (sql: string, name: string): string => {
  const tokens = significant(lex(sql, sqliteLexis));
  const table = tokens.findIndex((token) => isWord(token, 'table'));
  let at = table + 1;
  if (isWord(tokens[at], 'if')) at += 3;
  if (tokens[at + 1]?.text === '.') at += 2;
  const end = tokens[at]?.end ?? sql.length;
  return `CREATE TABLE ${name}${sql.slice(end)}`;
};

interface Copy {
  readonly targets: readonly string[];
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

/** Sources are qualified by their table, so that a quoted name can never be read as a string. */
const copyColumns = (change: TableChange): Copy => {
  const old = readTable(change.from.sql);
  const next = readTable(change.to.sql);
  const table = quoted(change.from.name);
  const oldNames = new Map(old.columns.map((column) => [foldCase(column.name), column.name]));
  const stored = next.columns.filter((column) => column.generated === undefined);
  const kept = stored.flatMap((column) => {
    const source = oldNames.get(foldCase(column.name));
    return source === undefined ? [] : [{ target: quoted(column.name), source: `${table}.${quoted(source)}` }];
  });
  const missing = stored.filter((column) => !oldNames.has(foldCase(column.name)) && needsBackfill(column, next));
  const alias = rowidAlias(next);
  const filled = missing.filter((column) => foldCase(column.name) !== alias);
  const rowid = copiesRowid(change, old, alias) ? rowidName(old, next) : undefined;
  const pairs = [
    ...(rowid === undefined ? [] : [{ target: rowid, source: `${table}.${rowid}` }]),
    ...kept,
    ...filled.map((column) => ({ target: quoted(column.name), source: 'NULL' })),
  ];
  return {
    targets: pairs.map((pair) => pair.target),
    sources: pairs.map((pair) => pair.source),
    notes: filled.map(
      (column) =>
        `backfill: ${change.to.name}.${column.name} is NOT NULL and has no default: if the table has rows, put their value in place of NULL`,
    ),
  };
};

/** NOT NULL by word, or as a part of the primary key of a table without rowid. */
const needsBackfill = (column: ColumnClause, table: TableClauses): boolean => {
  const isKey = table.constraints.some(({ kind, over }) => kind === 'primary key' && over.includes(foldCase(column.name)));
  const isRequired = column.notNull !== '' || (isKey && table.options.includes('without rowid'));
  return isRequired && (column.fallback === undefined || column.fallback === 'null');
};

/** The column that is the rowid by another name (https://sqlite.org/lang_createtable.html#rowid), in lower case. */
export const rowidAlias = (clauses: TableClauses): string | undefined => {
  if (clauses.options.includes('without rowid')) return undefined;
  const key = clauses.constraints.find((constraint) => constraint.kind === 'primary key');
  const [only, second] = key?.over ?? [];
  if (key === undefined || only === undefined || second !== undefined) return undefined;
  if (key.definition.includes('as written at the column')) return undefined;
  return clauses.columns.find((column) => foldCase(column.name) === only && column.type === 'integer') === undefined ? undefined : only;
};

/** SQLite puts a number of its own where INTEGER PRIMARY KEY gets NULL; every other key would refuse it. */
const numberHazards = (change: TableChange): readonly Hazard[] => {
  const old = readTable(change.from.sql);
  const alias = rowidAlias(readTable(change.to.sql));
  const column = old.columns.find(({ name }) => foldCase(name) === alias);
  if (column === undefined || column.notNull !== '' || rowidAlias(old) === alias) return [];
  return [{ kind: 'rewrite', text: `rows with NULL in ${change.to.name}.${column.name} get the next free number` }];
};

const copiesRowid = (change: TableChange, old: TableClauses, alias: string | undefined): boolean => {
  if (change.from.attributes['withoutRowid'] === true || change.to.attributes['withoutRowid'] === true) return false;
  return alias === undefined || !old.columns.some((column) => foldCase(column.name) === alias);
};

const rowidName = (old: TableClauses, next: TableClauses): string | undefined => {
  const taken = new Set([...old.columns, ...next.columns].map((column) => foldCase(column.name)));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name));
};

const sequenceSteps = (change: TableChange, newName: string): readonly string[] => {
  const increments = (sql: string): boolean =>
    readTable(sql).constraints.some((constraint) => constraint.definition.endsWith(' autoincrement'));
  if (!increments(change.from.sql) || !increments(change.to.sql)) return [];
  const [old, next] = [quoteText(change.from.name, 'sqlite'), quoteText(newName, 'sqlite')];
  return [
    `DELETE FROM "sqlite_sequence" WHERE "name" = ${next}`,
    `INSERT INTO "sqlite_sequence" ("name", "seq")\nSELECT ${next}, "seq" FROM "sqlite_sequence" WHERE "name" = ${old}`,
  ];
};
