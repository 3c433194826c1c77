import { isLimbeckError, LimbeckError } from '../../errors.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Journal, JournalEntry, Row } from '../engine.ts';
import { textOf, type Query } from './query.ts';

export interface JournalPlace {
  /** The default schema. */
  readonly schema: string;
  /** True when the URL itself chose the schema, so that a journal in another schema is someone else's. */
  readonly isChosen: boolean;
}

/** The format that this version of limbeck writes; it stands in the comment on the table. */
export const journalFormat = 1;

/**
 * The journal of the default schema, or of the schema that `table` names (`ops.limbeck_journal`). Reading takes SELECT
 * on the table and nothing more. Errors beyond those of `Journal`: `journal-elsewhere`.
 */
export const journalOf = (query: Query, table: string, place: JournalPlace): Journal => {
  const at = locate(table, place);
  const name = `${quoteName(at.schema, 'postgres')}.${quoteName(at.table, 'postgres')}`;
  const exists = async (): Promise<boolean> => {
    const found = await query(findSql, [at.table]);
    const here = found.find((row) => textOf(row, 'schema') === at.schema);
    if (here === undefined) {
      const other = textOf(found[0], 'schema');
      if (other !== undefined && !at.isChosen) throw elsewhere(at, other);
      return false;
    }
    requireKnownFormat(name, textOf(here, 'comment'));
    return true;
  };
  const changed = async (sql: string, parameters: readonly unknown[], revision: string): Promise<void> => {
    const rows = await query(`${sql} RETURNING revision`, parameters);
    if (rows.length === 1) return;
    throw new LimbeckError('journal-moved', `${name} has no line for revision ${revision} any more: someone else changed it`, {
      hint: 'look at limbeck status, then run it again',
    });
  };
  return {
    table,
    exists,
    read: async () => ((await exists()) ? (await query(`${selectSql} FROM ${name} ORDER BY ordinal`)).map(toEntry) : []),
    mark: async () => textOf((await query(`${markSql} FROM ${name}`))[0], 'mark') ?? '',
    ensure: async () => {
      if (!(await exists())) await create(query, name);
    },
    lock: async () => void (await query(`LOCK TABLE ${name} IN EXCLUSIVE MODE`)),
    insert: async (entry) => void (await query(insertSql(name), valuesOf(entry))),
    remove: (revision) => changed(`DELETE FROM ${name} WHERE revision = $1::text`, [revision], revision),
    update: ({ revision, statementsDone, state, durationMs }) =>
      changed(
        `UPDATE ${name} SET statements_done = $2::text::integer, state = $3::text, duration_ms = $4::text::double precision WHERE revision = $1::text`,
        [revision, String(statementsDone), state, String(durationMs)],
        revision,
      ),
  };
};

interface Located extends JournalPlace {
  readonly table: string;
}

const locate = (table: string, place: JournalPlace): Located => {
  const dot = table.indexOf('.');
  return dot < 0 ? { ...place, table } : { schema: table.slice(0, dot), table: table.slice(dot + 1), isChosen: true };
};

const findSql = `
  SELECT n.nspname AS schema, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = $1::text AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
   ORDER BY n.nspname`;

const selectSql = `
  SELECT revision, pg_catalog.to_json(parents) AS parents, pg_catalog.to_json(depends_on) AS depends_on, slug, engine, checksum,
         down, touches, pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS applied_at,
         applied_by, duration_ms, statements_done, state, limbeck_version`;

const markSql = `
  SELECT pg_catalog.count(*) || ':' || coalesce(pg_catalog.md5(pg_catalog.string_agg(
           pg_catalog.concat_ws('|', ordinal, revision, state, statements_done, pg_catalog.date_part('epoch', applied_at)),
           ',' ORDER BY ordinal)), '') AS mark`;

const insertSql = (name: string): string => `
  INSERT INTO ${name} (ordinal, revision, parents, depends_on, slug, engine, checksum, down, touches, applied_at, applied_by,
                       duration_ms, statements_done, state, limbeck_version)
  SELECT coalesce(pg_catalog.max(ordinal), 0) + 1, $1::text, $2::text[], $3::text[], $4::text, $5::text, $6::text, $7::text, $8::text,
         $9::text::timestamptz, $10::text, $11::text::double precision, $12::text::integer, $13::text, $14::text
    FROM ${name}`;

const valuesOf = (entry: JournalEntry): readonly unknown[] => [
  entry.revision,
  entry.parents,
  entry.dependsOn,
  entry.slug,
  entry.engine,
  entry.checksum,
  entry.down,
  entry.touches,
  entry.appliedAt,
  entry.appliedBy,
  String(entry.durationMs),
  String(entry.statementsDone),
  entry.state,
  entry.limbeckVersion,
];

const createSql = (name: string): readonly string[] => [
  `CREATE TABLE ${name} (
  ordinal bigint NOT NULL UNIQUE,
  revision text PRIMARY KEY,
  parents text[] NOT NULL,
  depends_on text[] NOT NULL,
  slug text NOT NULL,
  engine text NOT NULL,
  checksum text NOT NULL,
  down text,
  touches text NOT NULL,
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL,
  duration_ms double precision NOT NULL,
  statements_done integer NOT NULL,
  state text NOT NULL CHECK (state IN ('applied', 'stamped', 'running', 'reverting')),
  limbeck_version text NOT NULL
)`,
  `COMMENT ON TABLE ${name} IS 'limbeck journal, format ${journalFormat}'`,
];

const create = async (query: Query, name: string): Promise<void> => {
  try {
    for (const sql of createSql(name)) await query(sql);
  } catch (error) {
    if (!isLimbeckError(error) || !alreadyThere.has(String(error.data?.['sqlstate']))) throw error;
    throw new LimbeckError('journal-moved', `someone else created ${name} meanwhile`, { hint: 'run it again', cause: error });
  }
};

/** Two sessions that create the same table at once: one waits for the other and then fails in one of these ways. */
const alreadyThere: ReadonlySet<string> = new Set(['42P07', '42710', '23505']);

const requireKnownFormat = (name: string, comment: string | undefined): void => {
  const format = Number(/^limbeck journal, format (\d+)$/.exec(comment ?? '')?.[1] ?? journalFormat);
  if (format <= journalFormat) return;
  throw new LimbeckError('journal-newer', `${name} has format ${format}, written by a newer limbeck; this one knows ${journalFormat}`, {
    hint: 'use the newer limbeck: npm install limbeck@latest',
  });
};

const elsewhere = (at: Located, other: string): LimbeckError =>
  new LimbeckError('journal-elsewhere', `schema ${at.schema} has no ${at.table}, but schema ${other} has one`, {
    hint: `if ${other} is the one you mean, correct the role's search_path; if ${at.schema} is, say so: ?options=-csearch_path%3D${encodeURIComponent(at.schema)}`,
    data: { schema: at.schema, found: other },
  });

const toEntry = (row: Row): JournalEntry => ({
  revision: String(row['revision']),
  parents: listOf(row['parents']),
  dependsOn: listOf(row['depends_on']),
  slug: String(row['slug']),
  engine: row['engine'] === 'sqlite' ? 'sqlite' : 'postgres',
  checksum: String(row['checksum']),
  down: textOf(row, 'down'),
  touches: String(row['touches']),
  appliedAt: String(row['applied_at']),
  appliedBy: String(row['applied_by']),
  durationMs: Number(row['duration_ms']),
  statementsDone: Number(row['statements_done']),
  state: stateOf(row['state']),
  limbeckVersion: String(row['limbeck_version']),
});

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const states: readonly JournalEntry['state'][] = ['applied', 'stamped', 'running', 'reverting'];

const stateOf = (value: unknown): JournalEntry['state'] => states.find((state) => state === value) ?? 'applied';
