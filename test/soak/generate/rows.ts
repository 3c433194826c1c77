import initSqlJs, { type Database } from 'sql.js';
import type { Random } from './random.ts';
import { plainStatements } from './render.ts';
import type { Spec, TableSpec } from './spec.ts';

const library = await initSqlJs();

export const emptyDatabase = (): Database => new library.Database();

export const readDatabase = (bytes: Uint8Array): Database => new library.Database(bytes);

/** Why SQLite refuses the spec; undefined when it loads and its views can be read. */
export const whyInvalid = (spec: Spec): string | undefined => {
  const database = emptyDatabase();
  try {
    const { tables, rest } = plainStatements(spec);
    database.run('PRAGMA foreign_keys = ON');
    for (const sql of [...tables, ...rest]) database.run(sql);
    for (const view of spec.views) database.run(`SELECT * FROM ${quote(view.name)} LIMIT 0`);
    for (const table of spec.tables) database.run(`EXPLAIN DELETE FROM ${quote(table.name)}`);
    for (const table of spec.tables) database.run(`EXPLAIN INSERT INTO ${quote(table.name)} DEFAULT VALUES`);
    database.run('PRAGMA foreign_key_check');
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    database.close();
  }
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const values: readonly string[] = [
  'NULL',
  '0',
  '1',
  '-1',
  '2',
  '3',
  '7',
  '9223372036854775807',
  '-9223372036854775808',
  '9007199254740993',
  '1.5',
  '-0.0',
  '1e300',
  '9e999',
  "''",
  "'x'",
  "'X'",
  "'text'",
  "'12'",
  "' 12 '",
  "'1e2'",
  "'0x10'",
  "'Größe 日本 🦆'",
  "'it''s'",
  "CAST(x'610062' AS TEXT)",
  "'trailing   '",
  "x''",
  "x'00ff'",
  'zeroblob(20)',
  "'2024-01-01'",
  "'a;b--c'",
];

const typed = (random: Random, type: string): string => {
  if (/INT|BOOL/.test(type)) return random.chance(0.1) ? '9223372036854775807' : String(random.int(40) - 10);
  if (/REAL|NUM|DEC|DOU/.test(type)) return random.chance(0.5) ? String(random.int(40) / 4) : String(random.int(20));
  if (type === 'BLOB') return `x'${random.int(65536).toString(16).padStart(4, '0')}'`;
  return `'${random.pick(['a', 'B', 'word', 'Zeile\n2', 'ü'])}${random.int(30)}'`;
};

/** Inserts up to `count` rows a table past its triggers, with gaps between rowids, and takes away what breaks a foreign key. */
export const fill = (database: Database, spec: Spec, random: Random, count: number): number => {
  let kept = 0;
  const triggers = database.exec("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")[0]?.values ?? [];
  for (const [name] of triggers) database.run(`DROP TRIGGER ${quote(String(name))}`);
  database.run('PRAGMA foreign_keys = OFF');
  const parents = new Map<number, readonly string[]>();
  for (const table of spec.tables) {
    for (let row = 0; row < count; row += 1) if (insertRow(database, spec, table, random, parents)) kept += 1;
    for (const column of table.columns) parents.set(column.id, readColumn(database, table, column.name));
  }
  for (const table of spec.virtuals)
    database.run(`INSERT INTO ${quote(table.name)} VALUES (${table.module.includes(', b') ? "'first', 'second'" : "'only'"})`);
  for (const table of spec.tables) {
    if (random.chance(0.4) && !table.withoutRowid)
      database.run(`DELETE FROM ${quote(table.name)} WHERE _rowid_ = (SELECT max(_rowid_) FROM ${quote(table.name)})`);
  }
  removeOrphans(database);
  for (const [, sql] of triggers) database.run(String(sql));
  return kept;
};

const readColumn = (database: Database, table: TableSpec, column: string): readonly string[] =>
  database.exec(`SELECT quote(${quote(column)}) FROM ${quote(table.name)} LIMIT 20`)[0]?.values.map(([value]) => String(value)) ?? [];

const insertRow = (
  database: Database,
  spec: Spec,
  table: TableSpec,
  random: Random,
  parents: ReadonlyMap<number, readonly string[]>,
): boolean => {
  const row = random.int(1000);
  const orphan = random.chance(0.2);
  const stored = table.columns.filter((column) => column.generated === undefined && !random.chance(0.08));
  const cells = stored.map((column) => {
    const target = table.constraints.find((constraint) => constraint.kind === 'foreign key' && constraint.columns.includes(column.id));
    if (target !== undefined) {
      const ids =
        target.parentColumns.length > 0
          ? target.parentColumns
          : (spec.tables.find(({ id }) => id === target.parent)?.constraints.find(({ kind }) => kind === 'primary key')?.columns ?? []);
      const known = parents.get(ids[target.columns.indexOf(column.id)] ?? -1) ?? [];
      return known.length > 0 && !orphan ? (known[row % known.length] ?? 'NULL') : 'NULL';
    }
    return random.chance(0.7) ? typed(random, column.type) : random.pick(values);
  });
  const hasAlias = stored.some(
    (column) =>
      column.type === 'INTEGER' && table.constraints.some(({ kind, columns }) => kind === 'primary key' && columns[0] === column.id),
  );
  const names = stored.map((column) => quote(column.name));
  if (!table.withoutRowid && !hasAlias && random.chance(0.4)) {
    names.push('rowid');
    cells.push(random.chance(0.1) ? '-9223372036854775808' : String(random.int(2000) - 500));
  }
  try {
    database.run(
      names.length === 0
        ? `INSERT INTO ${quote(table.name)} DEFAULT VALUES`
        : `INSERT INTO ${quote(table.name)} (${names.join(', ')}) VALUES (${cells.join(', ')})`,
    );
    return true;
  } catch {
    return false;
  }
};

const removeOrphans = (database: Database): void => {
  for (;;) {
    const broken = database.exec('SELECT "table", CAST(rowid AS TEXT) FROM pragma_foreign_key_check')[0]?.values ?? [];
    if (broken.length === 0) return;
    for (const [table, rowid] of broken) {
      database.run(
        rowid === null ? `DELETE FROM ${quote(String(table))}` : `DELETE FROM ${quote(String(table))} WHERE _rowid_ = ${String(rowid)}`,
      );
    }
  }
};

/** The rows of a table as SQL literals by column id; `rowid` is undefined where the table has none. */
export interface TableRows {
  readonly columns: readonly number[];
  readonly rows: readonly { readonly rowid: string | undefined; readonly cells: readonly string[] }[];
}

const literal = (column: string): string =>
  `CASE typeof(${column}) WHEN 'text' THEN 'CAST(x''' || hex(${column}) || ''' AS TEXT)' WHEN 'blob' THEN 'x''' || hex(${column}) || '''' ELSE quote(${column}) END`;

/** All rows of all tables, by table id. */
export const readRows = (database: Database, spec: Spec): ReadonlyMap<number, TableRows> =>
  new Map(
    spec.tables.map((table) => {
      const cells = table.columns.map((column) => literal(`${quote(table.name)}.${quote(column.name)}`));
      const rowid = table.withoutRowid ? 'NULL' : 'CAST(_rowid_ AS TEXT)';
      const found = database.exec(`SELECT ${[rowid, ...cells].join(', ')} FROM ${quote(table.name)}`)[0]?.values ?? [];
      const rows = found.map(([first, ...rest]) => ({
        rowid: first === null || first === undefined ? undefined : String(first),
        cells: rest.map(String),
      }));
      return [table.id, { columns: table.columns.map((column) => column.id), rows }] as const;
    }),
  );

/** The numbers that AUTOINCREMENT tables go on from, by table id. */
export const readSequences = (database: Database, spec: Spec): ReadonlyMap<number, string> => {
  const there = database.exec("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").length > 0;
  const found = there ? (database.exec('SELECT name, CAST(seq AS TEXT) FROM sqlite_sequence')[0]?.values ?? []) : [];
  return new Map(
    spec.tables.flatMap((table) => {
      const row = found.find(([name]) => String(name).toLowerCase() === table.name.toLowerCase());
      return row === undefined ? [] : [[table.id, String(row[1])] as const];
    }),
  );
};
