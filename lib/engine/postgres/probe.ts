import { isLimbeckError } from '../../errors.ts';
import { lex, nameOf, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { quoteName } from '../../sql/quote.ts';
import type { RowQuestion } from '../../model/change.ts';
import type { Probe } from '../engine.ts';
import type { Query } from './query.ts';

/** Runs `work` in a read-only look that lasts at most `timeoutMs` a statement. */
export type ShortLook = <T>(work: (query: Query) => Promise<T>) => Promise<T>;

/** How long one look at the data may take, in milliseconds. */
export const probeTimeoutMs: number = 2000;

/** What a short look pins beyond the usual: its time, and no policy may hide rows from it. */
export const probePins: string = `SELECT pg_catalog.set_config('statement_timeout', '${probeTimeoutMs}', true), pg_catalog.set_config('lock_timeout', '${probeTimeoutMs}', true), pg_catalog.set_config('row_security', 'off', true)`;

/**
 * Looks at a table's rows without ever reading a huge one whole. A table is named as in an object key: `users`,
 * `app.users`, `"Odd.Name"`; without a schema it is in the default one.
 */
export const openProbe = (look: ShortLook, schema: string): Probe => ({
  hasRows: async (table) => {
    try {
      const rows = await look((query) => query(`SELECT EXISTS (SELECT FROM ${referenceTo(table, schema)}) AS found`));
      return rows[0]?.['found'] === true;
    } catch (error) {
      if (isLimbeckError(error) && unreadable.has(String(error.data?.['sqlstate']))) return undefined;
      throw error;
    }
  },
  countRows: async (table, limit) => {
    const most = Math.max(0, Math.floor(limit));
    const sql = `SELECT pg_catalog.count(*)::integer AS found FROM (SELECT FROM ${referenceTo(table, schema)} LIMIT ${most}) AS bounded`;
    const rows = await look((query) => query(sql));
    return Number(rows[0]?.['found'] ?? 0);
  },
  countSuch: async (question, limit) => {
    const most = Math.max(0, Math.floor(limit));
    try {
      const rows = await look((query) => query(countSql(question, most)));
      return { found: Number(rows[0]?.['found'] ?? 0), isWhole: Number(rows[0]?.['looked'] ?? 0) <= most };
    } catch (error) {
      if (isLimbeckError(error) && (error.code === 'sql-failed' || error.code === 'database-busy')) return undefined;
      throw error;
    }
  },
});

/** Only the first rows are read, so that a look costs the same on any table. */
const countSql = ({ table, as, where, alike }: RowQuestion, most: number): string => {
  const rows = `FROM (SELECT * FROM ${table} LIMIT ${most}) AS ${as}${where === undefined ? '' : ` WHERE ${where}`}`;
  const found =
    alike === undefined
      ? `SELECT pg_catalog.count(*) ${rows}`
      : `SELECT pg_catalog.sum(n) FROM (SELECT pg_catalog.count(*) AS n ${rows} GROUP BY ${alike.join(', ')} HAVING pg_catalog.count(*) > 1) AS each`;
  const looked = `SELECT pg_catalog.count(*) FROM (SELECT FROM ${table} LIMIT ${most + 1}) AS few`;
  return `SELECT (${looked})::integer AS looked, (${found})::integer AS found`;
};

/** No right to it, no such table, not in time, a lock on it, a policy on it. */
const unreadable: ReadonlySet<string> = new Set(['42501', '42P01', '3F000', '57014', '55P03', '42809']);

const referenceTo = (table: string, schema: string): string => {
  const tokens = significant(lex(table, postgresLexis));
  const [first, dot, second] = tokens.map((token) => (token.text === '.' ? '.' : nameOf(token)));
  const path =
    tokens.length === 3 && dot === '.' && first !== undefined && second !== undefined
      ? [first, second]
      : [schema, tokens.length === 1 ? (first ?? table) : table];
  return path.map((part) => quoteName(part, 'postgres')).join('.');
};
