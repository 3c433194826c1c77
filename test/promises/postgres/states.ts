import { compare } from '../../../lib/diff/compare.ts';
import type { Session } from '../../../lib/engine/engine.ts';
import { compareFingerprints, type Fingerprint } from '../../../lib/model/fingerprint.ts';
import type { Schema } from '../../../lib/model/schema.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { split } from '../../../lib/sql/split.ts';
import { scope } from './pair.ts';
import type { CoverageRow } from './row.ts';

/** What limbeck sees of one variant of a row. */
export interface State {
  readonly schema: Schema;
  /** The same, as it is read to be compared with another database. */
  readonly late: Schema;
  readonly fingerprint: Fingerprint;
}

class Enough extends Error {}

/** Reads each variant of a row, made in a transaction that is rolled back. The database holds the common ground. */
export const statesOf = async (session: Session, row: CoverageRow): Promise<readonly State[]> => {
  const states: State[] = [];
  for (const variant of row.variants) {
    await session
      .transaction(async () => {
        for (const { text } of split(`${row.ground ?? ''}\n${variant};`, postgresLexis)) await session.execute(text);
        states.push({
          schema: await session.inspect(scope),
          late: await session.inspect(scope, { isLate: true }),
          fingerprint: await session.fingerprint(scope),
        });
        throw new Enough();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Enough)) throw error;
      });
  }
  return states;
};

/** True where the differ sees a change from one to the other. */
export const differSees = (from: State, to: State): boolean => compare(from.schema, to.schema).length > 0;

/** True where the fingerprint, which the proof compares, sees it. */
export const fingerprintSees = (from: State, to: State): boolean => compareFingerprints(from.fingerprint, to.fingerprint).length > 0;

/** The pairs of a row that a reader of schemas takes for the same, as `row 0 → 2`. */
export const overlooked = ({ id }: CoverageRow, states: readonly State[], sees: (from: State, to: State) => boolean): readonly string[] =>
  states.flatMap((from, a) => states.flatMap((to, b) => (a === b || sees(from, to) ? [] : [`${id} ${String(a)} → ${String(b)}`])));
