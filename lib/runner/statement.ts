import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Where } from '../errors.ts';
import type { MigrationFile } from '../revision/revision.ts';
import { whereAt } from '../sql/frame.ts';
import { foldCase, isWord, nameOf, significant } from '../sql/lex.ts';
import type { Token } from '../sql/lex.ts';
import type { Lexis } from '../sql/lexis.ts';
import { split } from '../sql/split.ts';
import type { Statement } from '../sql/split.ts';

/** A statement of a migration file, with its place in that file. */
export interface PlacedStatement {
  readonly sql: string;
  readonly where: () => Where;
  /** As `where`, for a character of it, counted from 1 in whole characters as a database does. */
  readonly whereAt: (position: number) => Where;
  /**
   * Where it must run: `anywhere`, or outside a transaction: `again` if to run it twice does no harm (VACUUM, PRAGMA),
   * `once` if not.
   */
  readonly place: 'anywhere' | 'again' | 'once';
}

/**
 * Cuts a migration file into its statements. Throws `sql-syntax`, `sql-unsupported`, and `revision-invalid` for a
 * statement that would end the runner's transaction or that does nothing inside one.
 */
export const statementsOf = (file: MigrationFile, lexis: Lexis): readonly PlacedStatement[] => {
  const text = withLineFeeds(file.text);
  return split(text, lexis, file.path).map((statement) => {
    const where = (): Where => whereAt(text, statement.start, file.path);
    const words = significant(statement.tokens);
    refuseControl(words, where, file);
    const whereOf = (position: number): Where =>
      whereAt(text, statement.start + [...statement.text].slice(0, position - 1).join('').length, file.path);
    return { sql: statement.text, where, whereAt: whereOf, place: placeOf(words, statement) };
  });
};

/** The revision that a statement belongs to, and what to do when the statement fails and nothing better is known. */
export interface Belonging {
  readonly file: MigrationFile;
  readonly revision: string;
  readonly advice: string;
}

/** Says of an error in a statement where that statement stands; other errors (busy, full, lost) come back as they are. */
export const placeError = (error: unknown, statement: PlacedStatement, { file, revision, advice }: Belonging): unknown => {
  if (!isLimbeckError(error)) return error;
  if (error.code !== 'sql-failed') return endedEarly(error, statement);
  const known = hintFor(error.message, statement, revision) ?? error.hint ?? leftBehind(statement);
  const hint = known === undefined ? advice : file.header.transactional ? known : `${known}; ${advice}`;
  const position = error.data?.['position'];
  return new LimbeckError('sql-failed', error.message, {
    hint,
    where: typeof position === 'number' && position > 0 ? statement.whereAt(position) : statement.where(),
    cause: error,
    data: { ...error.data, revision, file: file.path, statement: statement.sql },
  });
};

/** What took the statement's time away (a signal, a lost connection) does not know that it leaves something behind. */
const endedEarly = (error: LimbeckError, statement: PlacedStatement): LimbeckError => {
  const left = leftBehind(statement);
  if (left === undefined || (error.code !== 'cancelled' && error.code !== 'session-lost')) return error;
  const { where, data } = error;
  return new LimbeckError(error.code, error.message, {
    hint: `${left}; then limbeck status tells how to go on`,
    cause: error,
    ...(where === undefined ? {} : { where }),
    ...(data === undefined ? {} : { data }),
  });
};

/** What a statement that did not end leaves behind, and how to be rid of it; undefined: nothing is known of it. */
export const leftBehind = ({ sql }: PlacedStatement): string | undefined => {
  const name = /^create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?("[^"]+"|[\w$]+)\s+on\b/i.exec(sql)?.[1];
  return name === undefined ? undefined : `an index that was not finished is left invalid: DROP INDEX CONCURRENTLY IF EXISTS ${name}`;
};

/** Whether nothing is kept of a revision without a transaction when its statement at `index` fails: it is as if it had not begun. */
export const isTakenBack = (statement: PlacedStatement, index: number): boolean => index === 0 && statement.place !== 'once';

/** Says of what fails only when the transaction commits (a deferred constraint) in which file that was. */
export const placeCommitError = (error: unknown, { file, revision, advice }: Belonging): unknown => {
  if (!isLimbeckError(error) || error.code !== 'sql-failed' || error.where !== undefined || error.data?.['statement'] !== 'COMMIT')
    return error;
  return new LimbeckError('sql-failed', `${error.message}, when the transaction was to commit`, {
    hint: error.hint ?? advice,
    where: { file: file.path },
    cause: error,
    data: { ...error.data, revision, file: file.path },
  });
};

const withLineFeeds = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

const refuseControl = (words: readonly Token[], where: () => Where, file: MigrationFile): void => {
  const word = controlWord(words);
  if (word !== undefined) {
    throw new LimbeckError(
      'revision-invalid',
      `${file.path} has a ${word} of its own; the change and its line in the journal must commit together`,
      {
        hint: file.header.transactional
          ? 'take it out: limbeck runs the whole file in one transaction'
          : 'take it out: limbeck commits each statement of this file together with its line in the journal',
        where: where(),
      },
    );
  }
  if (!file.header.transactional || !setsForeignKeys(words)) return;
  throw new LimbeckError('revision-invalid', `${file.path}: PRAGMA foreign_keys does nothing inside a transaction`, {
    hint: 'take it out, and write "-- foreign keys: off" into the header: then they are off around the transaction, and checked before it commits',
    where: where(),
  });
};

/** `PRAGMA foreign_keys = …` or `PRAGMA main.foreign_keys(…)`; to read it does no harm. */
const setsForeignKeys = (words: readonly Token[]): boolean => {
  if (!isWord(words[0], 'pragma')) return false;
  const at = words[2]?.text === '.' ? 3 : 1;
  const name = words[at];
  return name !== undefined && foldCase(nameOf(name) ?? '') === 'foreign_keys' && words.length > at + 1;
};

/** The statement's name if it begins or ends a transaction; savepoints may stay. */
const controlWord = (words: readonly Token[]): string | undefined => {
  const [first, second, third] = words;
  if (isWord(first, 'begin', 'commit', 'end', 'abort')) return first?.text.toUpperCase();
  if (isWord(first, 'start') && isWord(second, 'transaction')) return 'START TRANSACTION';
  if (isWord(first, 'prepare') && isWord(second, 'transaction')) return 'PREPARE TRANSACTION';
  if (!isWord(first, 'rollback')) return undefined;
  const toSavepoint = isWord(second, 'to') || (isWord(second, 'transaction', 'work') && isWord(third, 'to'));
  return toSavepoint ? undefined : 'ROLLBACK';
};

const placeOf = (words: readonly Token[], statement: Statement): PlacedStatement['place'] => {
  if (isWord(words[0], 'vacuum', 'pragma', 'attach', 'detach', 'analyze', 'checkpoint')) return 'again';
  if (isConcurrent(words)) return isWord(words[0], 'reindex') || isIdempotent(words) ? 'again' : 'once';
  if (isWord(words[0], 'create', 'drop') && isWord(words[1], 'database', 'tablespace', 'subscription')) return 'once';
  return statement.text === '' ? 'again' : 'anywhere';
};

/** CREATE INDEX CONCURRENTLY, and ALTER TABLE … DETACH PARTITION … CONCURRENTLY, where it is the last word. */
const isConcurrent = (words: readonly Token[]): boolean =>
  words.slice(0, 6).some((word) => isWord(word, 'concurrently')) || (isWord(words[0], 'alter') && isWord(words.at(-1), 'concurrently'));

/** DROP … IF EXISTS; CREATE … IF NOT EXISTS is not, since a broken index of that name may be what is there. */
const isIdempotent = (words: readonly Token[]): boolean =>
  isWord(words[0], 'drop') && words.some((word, at) => isWord(word, 'if') && isWord(words[at + 1], 'exists'));

const hintFor = (message: string, statement: PlacedStatement, revision: string): string | undefined => {
  if (message.endsWith('cannot run inside a transaction block'))
    return 'write "-- transaction: off" into the header of the file; best is one such statement alone in its file';
  const missing = /NOT NULL constraint failed: (\S+)\.([^\s.]+)/.exec(message) ?? undefined;
  if (missing === undefined) return undefined;
  const [, table = '', column = ''] = missing;
  const { line } = statement.where();
  const then = `then limbeck prove ${revision}`;
  if (/^\s*INSERT OR ABORT INTO "limbeck_new_/.test(statement.sql)) {
    return `the rows that this statement copies have no ${column}: put a value for it into the SELECT at line ${line} (in place of NULL, or coalesce(…, value)), ${then}`;
  }
  return `rows of ${table} have no ${column}: give them one in the file, above line ${line} (UPDATE ${table} SET ${column} = … WHERE ${column} IS NULL), ${then}`;
};
