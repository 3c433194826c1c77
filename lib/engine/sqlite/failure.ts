import { type ErrorCode, isLimbeckError, LimbeckError } from '../../errors.ts';

export interface FailureContext {
  /** The file, or the masked URL. */
  readonly location: string;
  readonly statement?: string;
}

/**
 * What a driver threw, as a LimbeckError: `sql-failed` with `data` `{ statement, sqliteMessage, sqliteCode? }`, or the
 * code for a trouble that is not the statement's. Both drivers give the same message; only `node:sqlite` tells a code.
 */
export const failureOf = (error: unknown, { location, statement }: FailureContext): LimbeckError => {
  if (isLimbeckError(error)) return error;
  const sqliteMessage = error instanceof Error ? error.message : String(error);
  const sqliteCode = codeOf(error);
  const data = { statement, sqliteMessage, ...(sqliteCode === undefined ? {} : { sqliteCode }) };
  const trouble = isCrash(error) ? lost : troubleOf(sqliteMessage, sqliteCode);
  if (trouble === undefined) return new LimbeckError('sql-failed', sqliteMessage, { cause: error, data });
  return new LimbeckError(trouble.code, `${trouble.what} ${location}: ${sqliteMessage}`, { hint: trouble.hint, cause: error, data });
};

/** True when waiting may help. */
export const isBusy = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === undefined ? false : (code & 0xff) === 5 || (code & 0xff) === 6;
};

interface Trouble {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

const lost: Trouble = {
  code: 'session-lost',
  what: 'SQLite itself failed on',
  hint: 'the file is as it was; report this with the statement, please',
};

const busy: Trouble = {
  code: 'database-busy',
  what: 'another process keeps',
  hint: 'run it again when that is done; lsof FILE shows who has it',
};
const full: Trouble = {
  code: 'database-full',
  what: 'cannot write to',
  hint: 'make room (df, quota, ulimit -f) and run it again; nothing was changed',
};
const readonly: Trouble = { code: 'database-readonly', what: 'cannot write to', hint: 'look at the rights of the file and of its folder' };
const recovery: Trouble = {
  code: 'database-busy',
  what: 'a write was cut off (a kill, a full disk) and has to be undone, which this user may not, in',
  hint: 'run this as a user who may write to the file and its folder, or sqlite3 FILE .tables; never remove the -journal file: it is the way back',
};
const unreadable: Trouble = { code: 'database-unreadable', what: 'cannot read', hint: 'is it a SQLite database, whole and unencrypted?' };

/** By result code where there is one (https://sqlite.org/rescode.html), else by SQLite's fixed messages. */
const troubleOf = (message: string, code: number | undefined): Trouble | undefined => {
  if (code === undefined) return byMessage[message];
  if (code === 776 || code === 264) return recovery;
  return code === 778 ? full : byCode[code & 0xff];
};

const byCode: Readonly<Record<number, Trouble>> = {
  5: busy,
  6: busy,
  8: readonly,
  10: unreadable,
  11: unreadable,
  13: full,
  14: unreadable,
  26: unreadable,
};

const byMessage: Readonly<Record<string, Trouble>> = {
  'database or disk is full': full,
  'attempt to write a readonly database': readonly,
  'database disk image is malformed': unreadable,
  'file is not a database': unreadable,
};

/** A trap inside sql.js: what it holds in memory can no longer be trusted. */
const isCrash = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'RuntimeError' || (error instanceof RangeError && error.message.includes('call stack')));

const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
