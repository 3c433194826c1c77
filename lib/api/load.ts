import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import type { Session } from '../engine/engine.ts';
import { engineOf } from '../engine/open.ts';
import { isLimbeckError, LimbeckError, type Where } from '../errors.ts';
import { unreadable } from '../revision/file-error.ts';
import type { OnEvent } from '../runner/event.ts';
import { historyOf } from '../runner/history.ts';
import { headsOf } from '../runner/itinerary.ts';
import { whereAt } from '../sql/frame.ts';
import { split, type Statement } from '../sql/split.ts';
import { openToWrite } from './context.ts';
import { dumpMark } from './dump-text.ts';
import { lexisOf } from './lexis.ts';
import type { LoadResult } from './types.ts';

export interface LoadOptions {
  /** Relative to the project folder. Default: what `config.dumpSchema` says, else `schema/dump.sql`. */
  readonly file?: string;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

/**
 * Runs a dump, or another file of SQL (also one of pg_dump or of `sqlite3 .dump`), in an empty database, all of it in one
 * transaction. A dump of limbeck's brings its journal, so the database is at its revision then. Errors: `file-unreadable`,
 * `database-not-empty` with what is there, `sql-syntax`, `sql-unsupported` (what only psql understands, data of COPY),
 * `sql-failed` with its place; nothing is loaded then. And those of opening the database.
 */
export const load = async (config: Config, options: LoadOptions = {}): Promise<LoadResult> => {
  const { signal, onEvent } = options;
  const file = await readDump(config, options.file);
  const lexis = lexisOf(engineOf(requireUrl(config)));
  const statements = split(file.text, lexis, file.shown, { pgDump: true });
  const session = await openToWrite(config, { signal, onEvent }, () => true);
  if (session === undefined) throw new LimbeckError('internal', 'the database was not opened');
  try {
    requireSameEngine(file, session);
    const lock = await session.lock({
      timeoutMs: config.lockTimeoutMs,
      onWait: (holder) => onEvent?.({ type: 'waiting-for-lock', holder }),
    });
    try {
      const count = await session.transaction(() => runAll(session, file, statements), {
        foreignKeys: 'off',
        allow: ['foreign key mismatch'],
      });
      const revisions = headsOf(historyOf([], await session.journal(config.journalTable).read()));
      return { location: session.location, file: file.shown, statements: count, revisions };
    } finally {
      await lock.release();
    }
  } finally {
    await session.close();
  }
};

interface DumpFile {
  readonly text: string;
  readonly shown: string;
}

const readDump = async (config: Config, named: string | undefined): Promise<DumpFile> => {
  const path = named === undefined ? (config.dumpSchema ?? join(config.directory, 'schema', 'dump.sql')) : resolve(config.directory, named);
  const shown = named ?? (relative(config.directory, path) || path);
  try {
    return { text: withLineFeeds(await readFile(path, 'utf8')), shown };
  } catch (error) {
    throw unreadable(shown, error);
  }
};

/** Only where every line ends as on Windows: a lone carriage return belongs to a text. */
const withLineFeeds = (text: string): string => {
  const plain = text.replace(/^\uFEFF/, '');
  return /(?:^|[^\r])\n/.test(plain) ? plain : plain.replaceAll('\r\n', '\n');
};

const requireSameEngine = ({ text, shown }: DumpFile, { server }: Session): void => {
  if (!text.startsWith(dumpMark)) return;
  const product = /^-- limbeck dump of a (\S+) database/.exec(text)?.[1];
  if (product === undefined || product === server.product) return;
  throw new LimbeckError('sql-unsupported', `${shown} is of a ${product} database, and this one is ${server.product}`, {
    hint: 'name the dump of this engine, or run the migrations: limbeck up',
  });
};

const runAll = async (session: Session, file: DumpFile, statements: readonly Statement[]): Promise<number> => {
  requireEmpty(await session.contents(), session.location);
  let count = 0;
  for (const statement of statements) {
    const sql = session.dialect.dump.adapt(statement.text);
    if (sql === undefined) continue;
    try {
      await session.execute(sql);
    } catch (error) {
      throw placed(error, file, statement, sql === statement.text);
    }
    count += 1;
  }
  return count;
};

const requireEmpty = (contents: readonly string[], location: string): void => {
  if (contents.length === 0) return;
  const shown = contents.slice(0, 10).join(', ');
  throw new LimbeckError(
    'database-not-empty',
    `${location} is not empty: it has ${shown}${contents.length > 10 ? ` and ${contents.length - 10} more` : ''}`,
    {
      hint: 'load goes into an empty database only: limbeck drop and limbeck create make one, if nothing of this one is needed',
      data: { contents },
    },
  );
};

const placed = (error: unknown, { text, shown }: DumpFile, statement: Statement, isVerbatim: boolean): unknown => {
  if (!isLimbeckError(error) || (error.code !== 'sql-failed' && error.code !== 'sql-unsupported')) return error;
  const position = error.data?.['position'];
  const offset = isVerbatim && typeof position === 'number' ? [...statement.text].slice(0, position - 1).join('').length : 0;
  const where: Where = whereAt(text, statement.start + offset, shown);
  return new LimbeckError(error.code, error.message, {
    hint: error.hint ?? 'nothing was loaded; correct the file, then load it again',
    where,
    cause: error,
    data: { ...error.data, file: shown },
  });
};
