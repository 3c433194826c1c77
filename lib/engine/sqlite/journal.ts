import { randomInt } from 'node:crypto';
import { foldCase } from '../../sql/lex.ts';
import type { Journal, Row } from '../engine.ts';
import { fromEntry, insertScript, journalMoved, maxToken, requireFormat, requireOurs, toEntry } from '../journal-row.ts';
import { createSql, deleteSql, insertSql, journalName, statesSql, sumsOf, updateSql } from './journal-sql.ts';
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
 * older formats are upgraded by `ensure`. Throws `bad-config` for a name that SQLite keeps for itself.
 */
export const openJournal = ({ query, othersSign }: JournalPlace, table: string): Journal => {
  const name = journalName(table);
  let signThen: string | undefined;
  let written = noSums;
  const columns = async (): Promise<readonly string[]> =>
    (await query('SELECT name FROM pragma_table_info(?)', [table])).map((row) => foldCase(String(row['name'])));
  const one = async (sql: string, parameters: readonly unknown[], revision: string): Promise<Row> => {
    const [row, ...more] = await query(`${sql} RETURNING token, ${statesSql} AS states`, parameters);
    if (row === undefined || more.length > 0) throw journalMoved(table, revision);
    return row;
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
    mark: async (from) => {
      const [sign, own] = [await othersSign(), written];
      written = noSums;
      if (from !== undefined && sign === signThen) return addSums(from, own);
      signThen = sign;
      const [row] = await query(sumsOf(name));
      return [row?.['rows'], row?.['tokens'], row?.['states']].map(String).join(' ');
    },
    ensure: async () => {
      const found = await columns();
      if (found.length === 0) {
        await query(createSql(name));
        return;
      }
      requireOurs(table, found);
      requireFormat(table, await query(`SELECT max(format) AS format FROM ${name}`));
    },
    lock: async () => undefined,
    insert: async (entry) => {
      const values = { ...fromEntry(entry), token: randomInt(maxToken) };
      const places = Object.keys(values).map((column) => [column, '?']);
      await query(insertSql(name, Object.fromEntries(places)), Object.values(values));
      written = addSums(written, `1 ${values.token} ${entry.state.length + entry.statementsDone}`);
    },
    script: (entries) => [createSql(name), ...entries.map((entry, at) => insertScript(name, { entry, seq: at + 1 }, 'sqlite', now))],
    remove: async (revision) => {
      const row = await one(deleteSql(name, '?'), [revision], revision);
      written = addSums(written, `-1 -${String(row['token'])} -${String(row['states'])}`);
    },
    update: async ({ revision, statementsDone, state, durationMs }) => {
      signThen = undefined;
      await one(
        updateSql(name, '?', { statements_done: '?', state: '?', duration_ms: '?', token: '?' }),
        [statementsDone, state, Math.round(durationMs), randomInt(maxToken), revision],
        revision,
      );
    },
  };
};

/** What a row of a script has of the moment in which it is run. */
const now = { applied_at: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", token: 'abs(random() % 4294967296)' };

/** What a session has, and what its driver knows of others. */
interface JournalPlace {
  readonly query: Query;
  /** Stays the same until somebody else has committed something to the database. */
  readonly othersSign: () => Promise<string>;
}

/** Rows, sum of their tokens, sum of what tells their states: every row adds its own, so a mark can be kept up without reading. */
const noSums = '0 0 0';

const addSums = (one: string, other: string): string => {
  const added = other.split(' ');
  return one
    .split(' ')
    .map((sum, at) => String(BigInt(sum) + BigInt(added[at] ?? 0)))
    .join(' ');
};
