import { LimbeckError } from '../../errors.ts';
import { foldCase } from '../../sql/lex.ts';
import { quoteName } from '../../sql/quote.ts';
import { journalFormat } from '../journal-row.ts';

/** The name of the journal, quoted. Throws `bad-config` for one that SQLite keeps for itself. */
export const journalName = (table: string): string => {
  if (!foldCase(table).startsWith('sqlite_')) return quoteName(table, 'sqlite');
  throw new LimbeckError('bad-config', `the journal cannot be the table ${table}: SQLite keeps names that begin with sqlite_ for itself`, {
    hint: 'give it another name: --journal, LIMBECK_JOURNAL, or "journal" in the configuration',
  });
};

/** The statements that write the journal, with expressions for values: parameters in a session, literals in a script. `name` is quoted. */
export const createSql = (name: string): string => `CREATE TABLE ${name} (\n${definition.map((line) => `  ${line}`).join(',\n')}\n)`;

/** Adds a row behind the last one, `if` that holds; `values` has an expression for each column but `seq` and `format`. */
export const insertSql = (name: string, values: Readonly<Record<string, string>>, condition?: string): string =>
  `INSERT INTO ${name} (seq, format, ${Object.keys(values).join(', ')}) SELECT (SELECT coalesce(max(seq), 0) + 1 FROM ${name}), ${journalFormat}, ${Object.values(values).join(', ')}${condition === undefined ? '' : ` WHERE ${condition}`}`;

export const updateSql = (name: string, revision: string, values: Readonly<Record<string, string>>): string =>
  `UPDATE ${name} SET ${Object.entries(values)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ')} WHERE revision = ${revision}`;

export const deleteSql = (name: string, revision: string): string => `DELETE FROM ${name} WHERE revision = ${revision}`;

/** A query whose one value, `mark`, is another whenever a row was added, changed or removed. */
export const markOf = (name: string): string =>
  `SELECT count(*) || ' ' || coalesce(max(seq), '') || ' ' || coalesce(sum(token), '') || ' ' || coalesce(sum(length(state) + statements_done), '') AS mark FROM ${name}`;

/** What of the state of a row goes into a mark. */
export const statesSql = 'length(state) + statements_done';

/** The same as sums, `rows`, `tokens` and `states`, of which every row that is written can be added or taken away. */
export const sumsOf = (name: string): string =>
  `SELECT count(*) AS rows, coalesce(sum(token), 0) AS tokens, coalesce(sum(${statesSql}), 0) AS states FROM ${name}`;

const definition: readonly string[] = [
  'seq INTEGER PRIMARY KEY',
  'format INTEGER NOT NULL',
  'revision TEXT NOT NULL UNIQUE',
  'parents TEXT NOT NULL',
  'depends_on TEXT NOT NULL',
  'slug TEXT NOT NULL',
  'engine TEXT NOT NULL',
  'checksum TEXT NOT NULL',
  "state TEXT NOT NULL CHECK (state IN ('applied', 'stamped', 'running', 'reverting'))",
  'statements_done INTEGER NOT NULL',
  'duration_ms INTEGER NOT NULL',
  'applied_at TEXT NOT NULL',
  'applied_by TEXT NOT NULL',
  'limbeck_version TEXT NOT NULL',
  'token INTEGER NOT NULL',
  'touches TEXT NOT NULL',
  'down TEXT',
];
