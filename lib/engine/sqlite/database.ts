import { LimbeckError } from '../../errors.ts';
import type { DatabaseOutcome, DropDatabaseOptions } from '../database.ts';
import type { OpenOptions } from '../engine.ts';
import { maskUrl } from '../mask.ts';
import { createFile, removeFile } from './file-life.ts';
import { parseSqliteUrl } from './url.ts';

/** Makes an empty database file where there is none. Errors: `bad-url` (also in memory), and those of `createFile`. */
export const createDatabase = async (url: string, options: OpenOptions): Promise<DatabaseOutcome> => {
  const name = fileOf(url, options.directory);
  return { location: maskUrl(url), name, changed: createFile(name) };
};

/** Removes a database file that nobody uses. Errors: `bad-url` (also in memory), and those of `removeFile`. */
export const dropDatabase = async (url: string, options: DropDatabaseOptions): Promise<DatabaseOutcome> => {
  const name = fileOf(url, options.directory);
  const { isInUse } = await import('./driver-node.ts');
  const changed = await removeFile(name, {
    isLocked: (path) => options.driver !== 'sql.js' && isInUse(path),
    confirm: () => options.confirm(`the database file ${name}`),
    signal: options.signal,
  });
  return { location: maskUrl(url), name, changed };
};

/** A file needs no server: there is nothing to wait for. Errors: `bad-url`. */
export const reachServer = async (url: string, options: OpenOptions): Promise<void> => void parseSqliteUrl(url, options.directory);

const fileOf = (url: string, directory: string): string => {
  const target = parseSqliteUrl(url, directory);
  if (target.kind === 'file') return target.path;
  throw new LimbeckError('bad-url', `${maskUrl(url)} is a database in memory: there is no file to create or drop`, {
    hint: 'name a file: sqlite:///./app.db',
  });
};
