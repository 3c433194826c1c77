import { isLimbeckError } from '../../errors.ts';
import { lex, nameOf, postgresLexis, significant } from '../../sql/lex.ts';
import { quoteName } from '../../sql/quote.ts';
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
});

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
