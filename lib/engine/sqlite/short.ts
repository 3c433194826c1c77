import type { Query } from './query.ts';

/**
 * True for a statement that is over at once: it only changes the schema, and the database is so small that to look through
 * every row of it takes no time. So nobody is kept waiting who would end it.
 */
export const isOverAtOnce = async (sql: string, query: Query): Promise<boolean> => {
  if (!changesSchema.test(sql) || readsRows.test(sql)) return false;
  const [row] = await query('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size');
  return Number(row?.['bytes']) <= smallBytes;
};

const changesSchema = /^(?:create|alter|drop)\b/i;

/** Words with which a statement can take as long as it likes, even of no rows. */
const readsRows = /\b(?:select|with|values|virtual)\b/i;

const smallBytes = 4 << 20;
