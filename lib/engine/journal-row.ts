import { LimbeckError } from '../errors.ts';
import { quoteText } from '../sql/quote.ts';
import type { EngineName, JournalEntry, Row } from './engine.ts';

/** The format of the rows that this version writes, and the newest that it reads. */
export const journalFormat = 1;

/** Tokens stay below it, so that the sum over a thousand million rows is still exact. */
export const maxToken: number = 2 ** 32;

/** The columns of a journal, on either engine. */
export const journalColumns: readonly string[] = [
  'seq',
  'format',
  'revision',
  'parents',
  'depends_on',
  'slug',
  'engine',
  'checksum',
  'state',
  'statements_done',
  'duration_ms',
  'applied_at',
  'applied_by',
  'limbeck_version',
  'token',
  'touches',
  'down',
];

/** Throws `bad-config` unless the columns are those of a journal, and `journal-newer` for one that is not known. */
export const requireOurs = (table: string, found: readonly string[]): void => {
  if (!found.includes('format') || !found.includes('revision')) {
    throw new LimbeckError('bad-config', `the table ${table} is not a journal of limbeck`, {
      hint: 'give the journal another name: "journal" in the configuration',
      data: { table, columns: found },
    });
  }
  const unknown = found.filter((column) => !journalColumns.includes(column));
  if (unknown.length > 0) throw newer(table, `has the columns ${unknown.join(', ')}`);
};

/** Throws `journal-newer` for a row of a higher format. */
export const requireFormat = (table: string, rows: readonly Row[]): void => {
  const found = Math.max(0, ...rows.map((row) => Number(row['format'] ?? 0)));
  if (found > journalFormat) throw newer(table, `has format ${found}; this version knows ${journalFormat}`);
};

const newer = (table: string, what: string): LimbeckError =>
  new LimbeckError('journal-newer', `the journal ${table} was written by a newer limbeck: it ${what}`, {
    hint: 'npm install limbeck@latest',
    data: { table },
  });

/** `journal-moved`: a row that was to be changed is not there. */
export const journalMoved = (table: string, revision: string): LimbeckError =>
  new LimbeckError('journal-moved', `revision ${revision} is no longer in the journal ${table}: someone else changed it meanwhile`, {
    hint: 'limbeck status',
    data: { table, revision },
  });

/** The columns that an entry fills, by name; `seq`, `format` and `token` are the engine's to add. */
export const fromEntry = (entry: JournalEntry): Readonly<Record<string, string | number | undefined>> => ({
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

/**
 * INSERT of a row in a script that is run elsewhere, at another time, so `expressions` tell what is known only then.
 * The same revision is the same text, whoever applied it.
 */
export const insertScript = (
  name: string,
  { entry, seq }: { readonly entry: JournalEntry; readonly seq: number },
  dialect: EngineName,
  expressions: Readonly<Record<'applied_at' | 'token', string>>,
): string => {
  const told = { ...entry, state: 'stamped', statementsDone: 0, durationMs: 0, appliedBy: 'limbeck load', limbeckVersion: 'dump' } as const;
  const literals = Object.entries({ seq, format: journalFormat, ...fromEntry(told) }).map(([column, value]) => [
    column,
    value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : quoteText(value, dialect),
  ]);
  const values: Readonly<Record<string, string>> = { ...Object.fromEntries(literals), ...expressions };
  return `INSERT INTO ${name} (${journalColumns.join(', ')}) VALUES (\n${journalColumns.map((column) => `  ${values[column] ?? 'NULL'}`).join(',\n')}\n)`;
};

/** A row as an entry; `engine` is the one on which it was found. Throws `bad-config` for a list that is none. */
export const toEntry = (row: Row, engine: EngineName): JournalEntry => ({
  revision: String(row['revision']),
  parents: list(row['parents']),
  dependsOn: list(row['depends_on']),
  slug: String(row['slug']),
  engine: engines.find((each) => each === row['engine']) ?? engine,
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

const engines: readonly EngineName[] = ['sqlite', 'postgres'];

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
