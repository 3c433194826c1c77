import { journalFormat } from '../journal-row.ts';

/** The statements that write the journal, with expressions for values: parameters in a session, literals in a script. `name` is quoted. */
export const createSql = (name: string): string => `CREATE TABLE ${name} (\n${definition.map((line) => `  ${line}`).join(',\n')}\n)`;

/** Adds a row behind the last one; `values` has an expression for each column but `seq` and `format`. */
export const insertSql = (name: string, values: Readonly<Record<string, string>>): string => `
  INSERT INTO ${name} (seq, format, ${Object.keys(values).join(', ')})
  SELECT coalesce(pg_catalog.max(seq), 0) + 1, ${journalFormat}, ${Object.values(values).join(', ')}
    FROM ${name}`;

export const updateSql = (name: string, revision: string, values: Readonly<Record<string, string>>): string =>
  `UPDATE ${name} SET ${Object.entries(values)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ')} WHERE revision = ${revision}`;

export const deleteSql = (name: string, revision: string): string => `DELETE FROM ${name} WHERE revision = ${revision}`;

/** A query whose one value, `mark`, is another whenever a row was added, changed or removed. */
export const markOf = (name: string): string => `
  SELECT pg_catalog.concat_ws(' ', pg_catalog.count(*), pg_catalog.max(seq), pg_catalog.sum(token),
                              pg_catalog.sum(pg_catalog.length(state) + statements_done)) AS mark FROM ${name}`;

/** An expression of type text as the column wants it. */
export const typedAs = (column: string, text: string): string => `${text}${casts[column] ?? ''}`;

const casts: Readonly<Record<string, string>> = {
  statements_done: '::integer',
  duration_ms: '::integer',
  applied_at: '::timestamptz',
  token: '::bigint',
};

const definition: readonly string[] = [
  'seq bigint PRIMARY KEY',
  'format integer NOT NULL',
  'revision text NOT NULL UNIQUE',
  'parents text NOT NULL',
  'depends_on text NOT NULL',
  'slug text NOT NULL',
  'engine text NOT NULL',
  'checksum text NOT NULL',
  "state text NOT NULL CHECK (state IN ('applied', 'stamped', 'running', 'reverting'))",
  'statements_done integer NOT NULL',
  'duration_ms integer NOT NULL',
  'applied_at timestamptz NOT NULL',
  'applied_by text NOT NULL',
  'limbeck_version text NOT NULL',
  'token bigint NOT NULL',
  'touches text NOT NULL',
  'down text',
];
