import type { Row } from '../engine.ts';

/** Runs one reading statement; what `inspect`, `fingerprint`, `journal` and `probe` are given of a session. */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;

/** The text of a column; undefined for NULL. */
export const textOf = (row: Row | undefined, column: string): string | undefined => {
  const value = row?.[column];
  return value === undefined || value === null ? undefined : String(value);
};
