import type { Database } from 'sql.js';
import { plainStatements } from './render.ts';
import { emptyDatabase, messageOf, quote, readRows, type TableRows } from './rows.ts';
import type { ColumnSpec, Spec, TableSpec } from './spec.ts';

/** What the rows of a database should be after a move, or why SQLite cannot hold them. */
export type Expected = { readonly rows: ReadonlyMap<number, TableRows> } | { readonly refused: string };

/**
 * Moves rows into a fresh database of the new spec, one INSERT a row: an oracle that shares nothing with the engine.
 * SQLite itself converts values, fills defaults and says what constraints refuse.
 */
export const expectRows = (rows: ReadonlyMap<number, TableRows>, from: Spec, to: Spec): Expected => {
  const database = emptyDatabase();
  try {
    const { tables, rest } = plainStatements(to);
    for (const sql of tables) database.run(sql);
    for (const table of to.tables) moveTable(database, rows, from, table);
    for (const sql of rest) if (sql.startsWith('CREATE UNIQUE') || sql.startsWith('CREATE INDEX')) database.run(sql);
    const broken = database.exec('PRAGMA foreign_key_check')[0]?.values.length ?? 0;
    return broken > 0 ? { refused: 'FOREIGN KEY constraint failed' } : { rows: readRows(database, to) };
  } catch (error) {
    return { refused: messageOf(error) };
  } finally {
    database.close();
  }
};

const moveTable = (database: Database, rows: ReadonlyMap<number, TableRows>, from: Spec, table: TableSpec): void => {
  const old = from.tables.find(({ id }) => id === table.id);
  const source = rows.get(table.id);
  if (old === undefined || source === undefined) return;
  const kept = table.columns.filter((column) => column.generated === undefined && source.columns.includes(column.id));
  const alias = aliasOf(table);
  const missing = table.columns.filter((column) => column.generated === undefined && !source.columns.includes(column.id));
  const keepsRowid = keptRowid(old, table);
  const required = missing.filter(
    (column) => column.notNull !== '' && (column.fallback === undefined || column.fallback === 'NULL') && column.id !== alias,
  );
  const names = [
    ...(keepsRowid ? [rowidName(table)] : []),
    ...kept.map(({ name }) => quote(name)),
    ...required.map(({ name }) => quote(name)),
  ];
  for (const row of source.rows) {
    const cells = kept.map((column) => row.cells[source.columns.indexOf(column.id)] ?? 'NULL');
    const all = [...(keepsRowid ? [row.rowid ?? 'NULL'] : []), ...cells, ...required.map(() => 'NULL')];
    database.run(
      names.length === 0
        ? `INSERT INTO ${quote(table.name)} DEFAULT VALUES`
        : `INSERT OR ABORT INTO ${quote(table.name)} (${names.join(', ')}) VALUES (${all.join(', ')})`,
    );
  }
};

/** A name of the rowid that no column has. */
const rowidName = (table: TableSpec): string =>
  ['rowid', '_rowid_', 'oid'].find((name) => !table.columns.some((column) => column.name.toLowerCase() === name)) ?? 'rowid';

/** The id of the column that is the rowid. */
export const aliasOf = (table: TableSpec): number | undefined => {
  const key = table.constraints.find(({ kind }) => kind === 'primary key');
  if (table.withoutRowid || key === undefined || key.columns.length !== 1 || (key.descending && key.inline)) return undefined;
  return table.columns.find((column): column is ColumnSpec => column.id === key.columns[0] && column.type === 'INTEGER')?.id;
};

/** Whether a row's rowid has to be the same after the move. */
export const keptRowid = (old: TableSpec, table: TableSpec): boolean => {
  if (old.withoutRowid || table.withoutRowid) return false;
  const alias = aliasOf(table);
  return alias === undefined || !old.columns.some((column) => column.id === alias) || aliasOf(old) === alias;
};

const isMoving = (column: ColumnSpec): boolean => column.fallback !== undefined && /current_|random|julian/i.test(column.fallback);

/** Compares what is with what should be; one line for each table that differs. */
export const compareRows = (
  actual: ReadonlyMap<number, TableRows>,
  expected: ReadonlyMap<number, TableRows>,
  from: Spec,
  to: Spec,
): readonly string[] =>
  to.tables.flatMap((table) => {
    const old = from.tables.find(({ id }) => id === table.id);
    if (old === undefined) return [];
    const ignored = new Set(
      table.columns.filter((column) => isMoving(column) && !old.columns.some(({ id }) => id === column.id)).map(({ id }) => id),
    );
    const withRowid = keptRowid(old, table);
    const lines = (side: TableRows | undefined): readonly string[] =>
      (side?.rows ?? [])
        .map((row) =>
          [
            withRowid ? row.rowid : '',
            ...(side?.columns ?? [])
              .map((id, at) => [id, row.cells[at]] as const)
              .filter(([id]) => !ignored.has(id))
              .sort((a, b) => a[0] - b[0])
              .map(([id, cell]) => `${id}=${cell ?? ''}`),
          ].join(' | '),
        )
        .sort();
    const [is, should] = [lines(actual.get(table.id)), lines(expected.get(table.id))];
    const [more, less] = [is.find((line) => !should.includes(line)), should.find((line) => !is.includes(line))];
    if (more === undefined && less === undefined && is.length === should.length) return [];
    return [
      `rows of ${table.name}: ${is.length} where ${should.length} should be; only is: ${more ?? '-'}; only should be: ${less ?? '-'}`,
    ];
  });
