import type { Query } from './query.ts';

/**
 * True for a statement that is over at once: it only changes the schema, and the database is so small that to look through
 * every row of it takes no time. So nobody is kept waiting who would end it.
 */
export const isOverAtOnce = (sql: string, query: Query): Promise<boolean> => areOverAtOnce([sql], query);

/**
 * True for statements that are over at once and leave nothing open that shows at COMMIT: to drop a table deletes its rows, and a
 * deferred foreign key that this breaks is counted until then, when the next statements may have mended it. What temporary and attached
 * databases hold is not looked at.
 */
export const mayShareCommit = async (statements: readonly string[], query: Query): Promise<boolean> => {
  if (!(await areOverAtOnce(statements, query))) return false;
  if (!statements.some((sql) => mayDropTable.test(sql))) return true;
  const deferred = await query(
    "SELECT 1 FROM main.sqlite_schema WHERE instr(lower(sql), 'deferr') UNION ALL SELECT 1 FROM pragma_database_list WHERE name <> 'main' LIMIT 1",
  );
  return deferred.length === 0;
};

/** There may be a comment between the words. */
const mayDropTable = /^drop\b(?!\s+(?:index|trigger|view)\b)/i;

const areOverAtOnce = async (statements: readonly string[], query: Query): Promise<boolean> => {
  if (!statements.every((sql) => changesSchema.test(sql) && !readsRows.test(sql))) return false;
  const [row] = await query('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size');
  return Number(row?.['bytes']) <= smallBytes;
};

const changesSchema = /^(?:create|alter|drop)\b/i;

/** Words with which a statement can take as long as it likes, even of no rows. */
const readsRows = /\b(?:select|with|values|virtual)\b/i;

const smallBytes = 8 << 20;
