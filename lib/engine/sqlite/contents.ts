import type { Query } from './query.ts';

/** Tables and views, whosever they are, by kind and name; what belongs to a table goes with it. */
export const contentsOf = async (query: Query): Promise<readonly string[]> => {
  const rows = await query(
    `SELECT type || ' ' || name AS what FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  );
  return rows.map(({ what }) => String(what));
};
