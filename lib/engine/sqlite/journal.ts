import { randomInt } from 'node:crypto';
import { LimbeckError } from '../../errors.ts';
import { foldCase } from '../../sql/lex.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Journal, JournalEntry, Row } from '../engine.ts';
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
    if (changed.length !== 1) throw moved(table, revision);
  };
  return {
    table,
    exists: async () => (await columns()).length > 0,
    read: async () => {
      const found = await columns();
      if (found.length === 0) return [];
      requireOurs(table, found);
      const rows = await query(`SELECT * FROM ${name} ORDER BY seq`);
      requireFormat(table, Math.max(0, ...rows.map((row) => Number(row['format']))));
      return rows.map(toEntry);
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
      const [row] = await query(`SELECT max(format) AS format FROM ${name}`);
      requireFormat(table, Number(row?.['format'] ?? 0));
    },
    lock: async () => undefined,
    insert: async (entry) => {
      const values = { format, ...fromEntry(entry), token: randomInt(maxToken) };
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

const format = 1;

/** So that the sum over a thousand million rows is still exact. */
const maxToken = 2 ** 32;

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

const ourColumns: ReadonlySet<string> = new Set(definition.map((line) => line.slice(0, line.indexOf(' '))));

const requireOurs = (table: string, found: readonly string[]): void => {
  if (!found.includes('format') || !found.includes('revision')) {
    throw new LimbeckError('bad-config', `the table ${table} is not a journal of limbeck`, {
      hint: 'give the journal another name: "journal" in the configuration',
      data: { table, columns: found },
    });
  }
  const unknown = found.filter((column) => !ourColumns.has(column));
  if (unknown.length > 0) throw newer(table, `has the columns ${unknown.join(', ')}`);
};

const requireFormat = (table: string, found: number): void => {
  if (found > format) throw newer(table, `has format ${found}; this version knows ${format}`);
};

const newer = (table: string, what: string): LimbeckError =>
  new LimbeckError('journal-newer', `the journal ${table} was written by a newer limbeck: it ${what}`, {
    hint: 'npm install limbeck@latest',
    data: { table },
  });

const moved = (table: string, revision: string): LimbeckError =>
  new LimbeckError('journal-moved', `revision ${revision} is no longer in the journal ${table}: someone else changed it meanwhile`, {
    hint: 'limbeck status',
    data: { table, revision },
  });

const fromEntry = (entry: JournalEntry): Readonly<Record<string, unknown>> => ({
  revision: entry.revision,
  parents: JSON.stringify(entry.parents),
  depends_on: JSON.stringify(entry.dependsOn),
  slug: entry.slug,
  engine: entry.engine,
  checksum: entry.checksum,
  state: entry.state,
  statements_done: entry.statementsDone,
  duration_ms: Math.round(entry.durationMs),
  applied_at: entry.appliedAt,
  applied_by: entry.appliedBy,
  limbeck_version: entry.limbeckVersion,
  touches: entry.touches,
  down: entry.down,
});

const toEntry = (row: Row): JournalEntry => ({
  revision: String(row['revision']),
  parents: list(row['parents']),
  dependsOn: list(row['depends_on']),
  slug: String(row['slug']),
  engine: row['engine'] === 'postgres' ? 'postgres' : 'sqlite',
  checksum: String(row['checksum']),
  down: row['down'] === null || row['down'] === undefined ? undefined : String(row['down']),
  touches: String(row['touches']),
  appliedAt: String(row['applied_at']),
  appliedBy: String(row['applied_by']),
  durationMs: Number(row['duration_ms']),
  statementsDone: Number(row['statements_done']),
  state: states.find((state) => state === row['state']) ?? 'applied',
  limbeckVersion: String(row['limbeck_version']),
});

const states: readonly JournalEntry['state'][] = ['applied', 'stamped', 'running', 'reverting'];

const list = (value: unknown): readonly string[] => {
  try {
    const found: unknown = JSON.parse(String(value));
    if (Array.isArray(found)) return found.map(String);
  } catch {
    // Falls through: what is no JSON is no list either.
  }
  throw new LimbeckError('bad-config', `the journal has ${JSON.stringify(value)} where a list of revisions belongs, such as ["1","2"]`, {
    hint: 'someone edited the journal: put the row right (parents, depends_on)',
  });
};
