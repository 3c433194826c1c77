import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { errnoOf, unreadable } from '../revision/file-error.ts';
import { openDatabase } from './context.ts';
import { dumpMark, dumpText } from './dump-text.ts';
import type { DumpResult, RunResult } from './types.ts';
import { writeWhole } from './write-whole.ts';

export interface DumpOptions {
  /** The file to write, relative to the project folder; `-`: none. Default: what `config.dumpSchema` says, else none. */
  readonly output?: string;
  /** Writes over a file that is no dump. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The schema of the live database and its journal as SQL that `load` makes into a database at the same revision; without
 * a client of the server, and the same bytes every time. A file is written whole or not at all, over an older dump but
 * over nothing else. Errors: `no-url`, `database-missing` and the other ways in which a database cannot be opened, those of
 * `dumpText`, `file-exists`, `file-unwritable`.
 */
export const dump = async (config: Config, options: DumpOptions = {}): Promise<DumpResult> => {
  const path = outputOf(config, options.output);
  const session = await openDatabase(config, { mode: 'read', signal: options.signal });
  try {
    const { leftOut, ...made } = await dumpText(config, session);
    const file = path === undefined ? undefined : await writeDump(config, path, made.sql, options.force === true);
    return { location: session.location, file, ...made, unmanaged: [...made.unmanaged, ...leftOutNotes(leftOut)] };
  } finally {
    await session.close();
  }
};

/**
 * Writes the dump that the configuration asks for after a run; undefined: it asks for none, or nothing ran. What was run stays:
 * the error of a dump that cannot be written says so.
 */
export const dumpAfter = async (
  config: Config,
  session: Session,
  { from, to, steps }: Pick<RunResult, 'from' | 'to' | 'steps'>,
): Promise<string | undefined> => {
  if (config.dumpSchema === undefined || steps.length === 0) return undefined;
  try {
    return await writeDump(config, config.dumpSchema, (await dumpText(config, session)).sql, false);
  } catch (cause) {
    if (!isLimbeckError(cause)) throw cause;
    const [old, now] = [from, to].map((ids) => ids.join(', ') || '<base>');
    const done = steps.length === 1 ? 'the revision is' : `the ${steps.length} revisions are`;
    throw new LimbeckError(cause.code, `${done} done (${old} -> ${now}), but the schema was not written afterwards: ${cause.message}`, {
      hint: `the database is as it should be; put that right, then limbeck dump writes the file (${cause.hint ?? ''})`,
      ...(cause.where === undefined ? {} : { where: cause.where }),
      cause,
      data: { ...cause.data, from, to, steps },
    });
  }
};

/** Not in the text, which is the same for every database at the same revision, whatever else lies in it. */
const leftOutNotes = (keys: readonly string[]): readonly string[] =>
  keys.length === 0 ? [] : [`left out, as the configuration says (exclude): ${keys.join(', ')}`];

const outputOf = (config: Config, output: string | undefined): string | undefined => {
  if (output === undefined) return config.dumpSchema;
  return output === '-' ? undefined : resolve(config.directory, output);
};

/** The name of the file as people see it. A file with these bytes already is left as it is. */
const writeDump = async (config: Config, path: string, sql: string, force: boolean): Promise<string> => {
  const shown = relative(config.directory, path) || path;
  const old = await textIfAny(path, shown);
  if (old === sql) return shown;
  if (old !== undefined && !force && !old.startsWith(dumpMark)) {
    throw new LimbeckError('file-exists', `${shown} is there and is no dump of limbeck's; it is not written over`, {
      hint: `name another file, or limbeck dump --force --output ${shown}`,
      where: { file: shown },
    });
  }
  await writeWhole(path, shown, sql, true);
  return shown;
};

const textIfAny = async (path: string, shown: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw unreadable(shown, error);
  }
};
