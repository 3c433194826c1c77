/**
 * Prepares each statement once, for a run asks the same few of every revision. SQLite prepares anew by itself when the
 * schema has changed; the caller resets a statement when it has read its rows. Not kept are `SELECT *`, whose columns a
 * driver may remember, and what is no query: a PRAGMA may act when it is prepared.
 */
export const keepPrepared = <S>(
  prepare: (sql: string) => S,
  free: (statement: S) => void,
): ((sql: string) => { readonly statement: S; readonly isKept: boolean }) => {
  const kept = new Map<string, S>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return { statement: known, isKept: true };
    const statement = prepare(sql);
    if (!isWorthKeeping.test(sql)) return { statement, isKept: false };
    if (kept.size >= keptAtMost) {
      for (const old of kept.values()) free(old);
      kept.clear();
    }
    kept.set(sql, statement);
    return { statement, isKept: true };
  };
};

const isWorthKeeping = /^\s*(?:select(?!\s+\*)|insert|update|delete)\b/i;

const keptAtMost = 50;
