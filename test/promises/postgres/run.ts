import { openSession } from '../../../lib/engine/open.ts';
import type { Session } from '../../../lib/engine/engine.ts';
import { runPair, type Outcome } from './pair.ts';
import type { CoverageRow } from './row.ts';

export interface PairResult {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
}

export interface RunOptions {
  /** The URL of a server's maintenance database; the user may create databases. */
  readonly url: string;
  readonly rows: readonly CoverageRow[];
  /** Which pairs of a row's variants are run. */
  readonly pick: (row: CoverageRow, from: number, to: number) => boolean;
  readonly onResult?: (result: PairResult) => void;
  readonly onWrong?: (result: PairResult) => void;
}

/** Runs the picked pairs of rows, each in a database of its own; returns those that did not go as docs/coverage.md promises. */
export const runRows = async ({ url, rows, pick, onResult, onWrong }: RunOptions): Promise<readonly PairResult[]> => {
  const admin = await openSession(url, { mode: 'write', directory: import.meta.dirname });
  const major = Number(admin.server.major);
  const wrong: PairResult[] = [];
  try {
    for (const row of rows.filter(({ since = 14 }) => since <= major)) {
      const count = row.variants.length;
      if (row.tablespace !== undefined) await makeTablespace(url, row.tablespace);
      for (let from = 0; from < count; from += 1) {
        for (let to = 0; to < count; to += 1) {
          if (from === to || !pick(row, from, to)) continue;
          const outcome = await inDatabase(admin, url, (own) => runPair(own, row, from, to));
          const result = { row: row.id, from, to, outcome };
          onResult?.(result);
          if (isAsPromised(row, result)) continue;
          wrong.push(result);
          onWrong?.(result);
        }
      }
    }
  } finally {
    await admin.close();
  }
  return wrong;
};

/** What is not managed is refused where models.sql makes it, and in nobody's way where only the database has it. */
const isAsPromised = (row: CoverageRow, { from, to, outcome }: PairResult): boolean => {
  if (row.outcome === 'reported') return outcome.kind === 'reported' || outcome.kind === 'same';
  const mayRefuse = row.refused?.some(([a, b]) => a === from && b === to) === true;
  return outcome.kind === (mayRefuse ? 'reported' : 'done');
};

/** Makes a tablespace that a server has not yet, in its own folder, which it allows for tests. */
export const makeTablespace = async (url: string, name: string): Promise<void> => {
  const setting = 'options=-callow_in_place_tablespaces%3Don';
  const admin = await openSession(`${url}${url.includes('?') ? '&' : '?'}${setting}`, { mode: 'write', directory: import.meta.dirname });
  try {
    const [found] = await admin.query(`SELECT spcname FROM pg_catalog.pg_tablespace WHERE spcname = '${name}'`);
    if (found === undefined) await admin.execute(`CREATE TABLESPACE ${name} LOCATION ''`);
  } finally {
    await admin.close();
  }
};

let databases = 0;

/** Runs work with the URL of a new, empty database, which is dropped afterwards. */
export const inDatabase = async <T>(admin: Session, url: string, work: (url: string) => Promise<T>): Promise<T> => {
  const name = `coverage_${process.pid}_${(databases += 1)}`;
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    return await work(url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`));
  } finally {
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};
