import { randomInt } from 'node:crypto';
import { isLimbeckError, LimbeckError } from '../../errors.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Journal, JournalEntry } from '../engine.ts';
import { fromEntry, insertScript, journalMoved, maxToken, requireFormat, requireOurs, toEntry } from '../journal-row.ts';
import { createSql, deleteSql, insertSql, markOf, typedAs, updateSql } from './journal-sql.ts';
import { textOf, type Query } from './query.ts';

export interface JournalPlace {
  /** The default schema. */
  readonly schema: string;
  /** True when the URL itself chose the schema, so that a journal in another schema is someone else's. */
  readonly isChosen: boolean;
}

/**
 * The journal of the default schema, or of the schema that `table` names (`ops.limbeck_journal`): the same columns with
 * the same meaning as on SQLite, `applied_at` as a timestamp. Reading takes SELECT on the table and nothing more.
 * A column that is not ours, or a row of a higher format, was made by a newer limbeck: `journal-newer`. Errors beyond
 * those of `Journal`: `journal-elsewhere`, `bad-config` for a table of that name that is no journal.
 */
export const openJournal = (query: Query, table: string, place: JournalPlace): Journal => {
  const at = locate(table, place);
  const name = `${quoteName(at.schema, 'postgres')}.${quoteName(at.table, 'postgres')}`;
  const exists = async (): Promise<boolean> => {
    const found = await query(findSql, [at.table]);
    const here = found.find((row) => textOf(row, 'schema') === at.schema);
    if (here !== undefined) {
      requireOurs(table, listOf(here['columns']));
      return true;
    }
    const other = textOf(
      found.find((row) => listOf(row['columns']).includes('limbeck_version')),
      'schema',
    );
    if (other !== undefined && !at.isChosen) throw elsewhere(at, other);
    return false;
  };
  const one = async (sql: string, parameters: readonly unknown[], revision: string): Promise<void> => {
    const changed = await query(`${sql} RETURNING revision`, parameters);
    if (changed.length !== 1) throw journalMoved(table, revision);
  };
  return {
    table,
    exists,
    read: async () => {
      if (!(await exists())) return [];
      const rows = await query(`${selectSql} FROM ${name} ORDER BY seq`);
      requireFormat(table, rows);
      return rows.map((row) => toEntry(row, 'postgres'));
    },
    mark: async () => textOf((await query(markOf(name)))[0], 'mark') ?? '',
    ensure: async () => {
      if (!(await exists())) return create(query, name);
      requireFormat(table, await query(`SELECT pg_catalog.max(format) AS format FROM ${name}`));
    },
    lock: async () => void (await query(`LOCK TABLE ${name} IN EXCLUSIVE MODE`)),
    insert: async (entry) => void (await query(...insertOf(name, entry))),
    script: (entries) => {
      const shown = at.schema === place.schema ? quoteName(at.table, 'postgres') : name;
      return [createSql(shown), ...entries.map((entry, index) => insertScript(shown, { entry, seq: index + 1 }, 'postgres', now))];
    },
    remove: (revision) => one(deleteSql(name, '$1::text'), [revision], revision),
    update: ({ revision, statementsDone, state, durationMs }) =>
      one(
        updateSql(name, '$1::text', {
          statements_done: typedAs('statements_done', '$2::text'),
          state: '$3::text',
          duration_ms: typedAs('duration_ms', '$4::text'),
          token: typedAs('token', '$5::text'),
        }),
        [revision, String(statementsDone), state, String(Math.round(durationMs)), String(randomInt(maxToken))],
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
  SELECT n.nspname AS schema,
         (SELECT pg_catalog.jsonb_agg(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = $1::text::name AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
   ORDER BY n.nspname`;

const selectSql = `
  SELECT format, revision, parents, depends_on, slug, engine, checksum, down, touches,
         pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS applied_at,
         applied_by, duration_ms, statements_done, state, limbeck_version`;

/** Every value goes as text, and the statement says its type. */
const insertOf = (name: string, entry: JournalEntry): readonly [sql: string, parameters: readonly unknown[]] => {
  const values = Object.entries({ ...fromEntry(entry), token: randomInt(maxToken) });
  const shown = values.map(([column], at) => [column, typedAs(column, `$${at + 1}::text`)]);
  return [insertSql(name, Object.fromEntries(shown)), values.map(([, value]) => (value === undefined ? undefined : String(value)))];
};

/** What a row of a script has of the moment in which it is run. */
const now = { applied_at: 'pg_catalog.now()', token: 'pg_catalog.floor(pg_catalog.random() * 4294967296)::bigint' };

const create = async (query: Query, name: string): Promise<void> => {
  try {
    await query(createSql(name));
  } catch (error) {
    if (!isLimbeckError(error) || !alreadyThere.has(String(error.data?.['sqlstate']))) throw error;
    throw new LimbeckError('journal-moved', `someone else created ${name} meanwhile`, { hint: 'run it again', cause: error });
  }
};

/** Two sessions that create the same table at once: one waits for the other and then fails in one of these ways. */
const alreadyThere: ReadonlySet<string> = new Set(['42P07', '42710', '23505']);

const elsewhere = (at: Located, other: string): LimbeckError =>
  new LimbeckError('journal-elsewhere', `schema ${at.schema} has no ${at.table}, but schema ${other} has one`, {
    hint: `if ${other} is the one you mean, correct the role's search_path; if ${at.schema} is, say so: ?options=-csearch_path%3D${encodeURIComponent(at.schema)}`,
    data: { schema: at.schema, found: other },
  });

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
