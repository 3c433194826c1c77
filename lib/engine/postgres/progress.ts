import type { Query } from './query.ts';
import { textOf } from './query.ts';

/**
 * How far an index is that one of these backends builds, by PostgreSQL's own progress view: `34 %, users_pin_idx: building
 * index: scanning table`. What a narrow terminal may cut off comes last. Undefined: none of them builds one.
 */
export const indexProgress = async (query: Query, pids: readonly number[]): Promise<string | undefined> => {
  const [row] = await query(
    `SELECT c.relname AS name, p.phase,
            CASE WHEN p.blocks_total > 0 THEN p.blocks_done * 100 / p.blocks_total
                 WHEN p.tuples_total > 0 THEN p.tuples_done * 100 / p.tuples_total
                 WHEN p.lockers_total > 0 THEN p.lockers_done * 100 / p.lockers_total END AS percent,
            CASE WHEN p.lockers_total > p.lockers_done THEN p.current_locker_pid END AS locker
       FROM pg_catalog.pg_stat_progress_create_index p LEFT JOIN pg_catalog.pg_class c ON c.oid = p.index_relid
      WHERE p.pid = ANY ($1::pg_catalog.int4[])`,
    [`{${pids.join(',')}}`],
  );
  if (row === undefined) return undefined;
  const [name, phase, percent, locker] = ['name', 'phase', 'percent', 'locker'].map((key) => textOf(row, key));
  const far = locker === undefined ? (percent === undefined ? [] : [`${percent} %`]) : [`waits for pid ${locker}`];
  return [...far, `${name === undefined ? '' : `${name}: `}${phase ?? ''}`].join(', ');
};
