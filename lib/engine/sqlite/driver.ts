import type { OpenOptions, Row } from '../engine.ts';

export type DriverName = 'sql.js' | 'node:sqlite';

/** What a statement may be given. */
export type Value = string | number | bigint | Uint8Array | null;

/**
 * One open SQLite database, as a session needs it. Statements are synchronous and throw what SQLite said; the session
 * makes LimbeckErrors of that. Integers come as numbers where these are exact and as bigints beyond, blobs as Uint8Array.
 */
export interface Driver {
  readonly name: DriverName;
  /** Name and version, for people. */
  readonly label: string;
  /** The file with its links followed; undefined in memory. */
  readonly path: string | undefined;
  /** True: nothing but the lock file keeps others from the database during a transaction. */
  readonly isWholeFile: boolean;
  /** The rollback journal of the file, where this connection writes it; undefined: it writes none. */
  readonly journalPath: string | undefined;
  /** False: a file beside the database is memory of this process, and is gone with it. */
  readonly reachesFiles: boolean;
  /** How often `refresh` has opened it again. */
  readonly reopened: () => number;
  readonly run: (statement: string) => void;
  readonly all: (statement: string, parameters: readonly Value[]) => readonly Row[];
  /** Takes up what others wrote since; never during a transaction. Rejects with LimbeckError. */
  readonly refresh: () => Promise<void>;
  /** Makes what was committed durable. Rejects with LimbeckError; the database in memory is then ahead of the file. */
  readonly save: () => Promise<void>;
  /** What is not saved is lost. */
  readonly close: () => void;
}

/** Options of a session, with every default filled in. */
export interface DriverOptions extends Pick<OpenOptions, 'mode' | 'signal'> {
  readonly create: boolean;
  readonly busyTimeoutMs: number;
}

/** A value of JavaScript as one that both drivers bind alike. */
export const toValue = (value: unknown): Value => {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'undefined':
      return null;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`SQLite cannot hold a value of type ${typeof value}`);
  }
};

/** A value of SQLite as `query` gives it: integers as numbers where exact. */
export const fromSqlite = (value: unknown): unknown =>
  typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
