import { isLimbeckError } from '../../errors.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Probe } from '../engine.ts';
import type { Query } from './query.ts';

/** Looks at data that stop at a LIMIT, so that a hazard costs nothing on a large table. */
export const openProbe = (query: Query): Probe => ({
  hasRows: async (table) => {
    try {
      return (await query(`SELECT 1 AS found FROM ${quoteName(table, 'sqlite')} LIMIT 1`)).length > 0;
    } catch (error) {
      if (isLimbeckError(error) && error.code === 'sql-failed') return undefined;
      throw error;
    }
  },
  countRows: async (table, limit) => {
    const [row] = await query(
      `SELECT count(*) AS rows FROM (SELECT 1 FROM ${quoteName(table, 'sqlite')} LIMIT ${Math.max(0, Math.trunc(limit))})`,
    );
    return Number(row?.['rows'] ?? 0);
  },
});
