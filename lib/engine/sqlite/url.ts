import { resolve } from 'node:path';
import { LimbeckError } from '../../errors.ts';
import { maskUrl } from '../mask.ts';

/** Where a SQLite database lives. */
export type Target = { readonly kind: 'memory' } | { readonly kind: 'file'; readonly path: string };

/**
 * Reads a SQLite URL as SQLAlchemy does: `sqlite:///rel.db` (from `directory`), `sqlite:////abs.db`,
 * `sqlite:///C:/abs.db`, `sqlite://` and `sqlite:///:memory:`. Percent escapes are decoded. Errors: `bad-url` for
 * anything else, parameters among it.
 */
export const parseSqliteUrl = (url: string, directory: string): Target => {
  const [, rest] = /^sqlite3?(?:\+[a-z0-9_]+)?:(.*)$/is.exec(url) ?? [];
  if (rest === undefined) throw bad(url, 'is not a SQLite URL', forms);
  if (rest === '//' || rest === '///:memory:') return { kind: 'memory' };
  if (!rest.startsWith('//')) throw bad(url, 'lacks its slashes', `write sqlite:///${rest}`);
  if (!rest.startsWith('///')) throw bad(url, 'has a host, which SQLite has not', `for a relative file write sqlite:///${rest.slice(2)}`);
  const { path, parameters } = cut(rest.slice(3));
  if (parameters !== undefined) {
    throw bad(
      url,
      `has a parameter (${parameters.split('=')[0] ?? ''}), and limbeck knows none for SQLite`,
      'leave it out (commands that only read open the file read-only anyway); a ? in the name of a file is written %3F',
    );
  }
  if (path === '') throw bad(url, 'names no file', forms);
  if (path.startsWith('file:')) throw bad(url, 'is a SQLite URI filename inside a URL', 'write the path alone, e.g. sqlite:///./app.db');
  return { kind: 'file', path: resolve(directory, decode(url, path)) };
};

const forms = 'known are sqlite:///relative.db, sqlite:////absolute.db, and sqlite:// (in memory)';

const cut = (text: string): { readonly path: string; readonly parameters: string | undefined } => {
  const mark = text.indexOf('?');
  if (mark < 0) return { path: text, parameters: undefined };
  const parameters = text.slice(mark + 1);
  return { path: text.slice(0, mark), parameters: parameters === '' ? undefined : parameters };
};

const decode = (url: string, path: string): string => {
  try {
    const decoded = decodeURIComponent(path);
    if (!decoded.includes('\0')) return decoded;
  } catch (cause) {
    throw bad(url, 'has a % that is no escape', 'write % as %25', cause);
  }
  throw bad(url, 'has a NUL character in its path', forms);
};

const bad = (url: string, what: string, hint: string, cause?: unknown): LimbeckError =>
  new LimbeckError('bad-url', `${maskUrl(url)} ${what}`, { hint, cause });
