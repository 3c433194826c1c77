import { randomInt } from 'node:crypto';
import { foldCase } from '../../sql/lex.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Journal } from '../engine.ts';
import { fromEntry, journalFormat, journalMoved, maxToken, requireFormat, requireOurs, toEntry } from '../journal-row.ts';
import type { Query } from './query.ts';

/**
 * The journal of a SQLite database. One row is one revision that was applied:
 *
 * - `seq`: order of application; `format`: the format of the row, now 1.
 * - `revision`, `parents` and `depends_on` (JSON lists), `slug`, `engine`.
 * - `checksum` of the up body; `touches`: the header's lines, as text.
 * - `state`: applied, stamped, running or reverting; `statements_done`; `duration_ms`; `applied_at` (UTC); `applied_by`.
 * - `limbeck_version`; `token`: a random number, another one at every write, so that one sum tells whether anything moved.
 * - `down`: the whole down file, or NULL.
 *
 * A column that is not listed here, or a row of a higher format, was made by a newer limbeck: `journal-newer`. Journals of
 * older formats are upgraded by `ensure`.
 */
export const openJournal = (query: Query, table: string): Journal => {
  const name = quoteName(table, 'sqlite');
  const columns = async (): Promise<readonly string[]> =>
    (await query('SELECT name FROM pragma_table_info(?)', [table])).map((row) => foldCase(String(row['name'])));
  const one = async (sql: string, parameters: readonly unknown[], revision: string): Promise<void> => {
    const changed = await query(`${sql} RETURNING revision`, parameters);
    if (changed.length !== 1) throw journalMoved(table, revision);
  };
  return {
    table,
    exists: async () => (await columns()).length > 0,
    read: async () => {
      const found = await columns();
      if (found.length === 0) return [];
      requireOurs(table, found);
      const rows = await query(`SELECT * FROM ${name} ORDER BY seq`);
      requireFormat(table, rows);
      return rows.map((row) => toEntry(row, 'sqlite'));
    },
    mark: async () => {
      const [row] = await query(
        `SELECT count(*) AS rows, max(seq) AS last, sum(token) AS tokens, sum(length(state) + statements_done) AS states FROM ${name}`,
      );
      return [row?.['rows'], row?.['last'], row?.['tokens'], row?.['states']].map(String).join(' ');
    },
    ensure: async () => {
      const found = await columns();
      if (found.length === 0) {
        await query(`CREATE TABLE ${name} (\n${definition.map((line) => `  ${line}`).join(',\n')}\n)`);
        return;
      }
      requireOurs(table, found);
      requireFormat(table, await query(`SELECT max(format) AS format FROM ${name}`));
    },
    lock: async () => undefined,
    insert: async (entry) => {
      const values = { format: journalFormat, ...fromEntry(entry), token: randomInt(maxToken) };
      const names = Object.keys(values);
      await query(
        `INSERT INTO ${name} (seq, ${names.join(', ')}) VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM ${name}), ${names.map(() => '?').join(', ')})`,
        Object.values(values),
      );
    },
    remove: (revision) => one(`DELETE FROM ${name} WHERE revision = ?`, [revision], revision),
    update: ({ revision, statementsDone, state, durationMs }) =>
      one(
        `UPDATE ${name} SET statements_done = ?, state = ?, duration_ms = ?, token = ? WHERE revision = ?`,
        [statementsDone, state, Math.round(durationMs), randomInt(maxToken), revision],
        revision,
      ),
  };
};

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
