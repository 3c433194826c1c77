import * as assert from 'uvu/assert';
import { compare } from '../../../lib/diff/compare.ts';
import { loadModels } from '../../../lib/diff/load.ts';
import type { Row, Scope, Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { isLimbeckError } from '../../../lib/errors.ts';
import type { Plan } from '../../../lib/model/change.ts';
import { compareFingerprints, type Fingerprint } from '../../../lib/model/fingerprint.ts';
import type { Schema } from '../../../lib/model/schema.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { split } from '../../../lib/sql/split.ts';

export interface BothWays {
  readonly before: Schema;
  readonly after: Schema;
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly hazards: readonly string[];
  /** What `look` found after up, and after down. */
  readonly seen: readonly (readonly Row[])[];
}

/** `url` is of a maintenance database; `before` and `after` stand behind `ground` in both schemas. */
export interface Change {
  readonly url: string;
  readonly ground?: string;
  readonly before?: string;
  readonly after?: string;
  /** Statements that fill the schema before, and a query that is run after each way. */
  readonly rows?: string;
  readonly look?: string;
  /** False where a schema made from nothing may have come to be in another way than the declared one (`made`). */
  readonly sameWay?: boolean;
}

const scope: Scope = { exclude: [], journalTable: 'limbeck_journal', schemas: ['*'], privileges: true };
let databases = 0;

/** Plans from one schema to another and back and runs both; the fingerprint says whether they got there, and whether `after` can be made from nothing. */
export const bothWays = async ({ url, ground = '', before = '', after = '', ...data }: Change): Promise<BothWays> => {
  const admin = await openAt(url);
  try {
    return await inDatabase(admin, url, (left) =>
      inDatabase(admin, url, (right) => run(left, right, ground + before, ground + after, data)),
    );
  } finally {
    await admin.close();
  }
};

/** The message of the refusal (`unmanaged`) that a change meets. */
export const refusalOf = async (change: Change): Promise<string> => {
  const error: unknown = await bothWays(change).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isLimbeckError(error) && error.code === 'unmanaged', `no refusal: ${String(error)}`);
  return error.message;
};

const run = async (
  left: Session,
  right: Session,
  before: string,
  after: string,
  { rows = '', look, sameWay = true }: Pick<Change, 'rows' | 'look' | 'sameWay'>,
): Promise<BothWays> => {
  await loadModels(left, { text: before, file: 'before.sql' });
  await loadModels(right, { text: after, file: 'after.sql' });
  const [from, to] = [await left.inspect(scope), await right.inspect(scope)];
  const [old, wanted] = [await left.fingerprint(scope), await right.fingerprint(scope)];
  const up = planOf(left, from, to);
  const down = planOf(left, to, from);
  for (const { text } of split(rows, postgresLexis)) await left.execute(text);
  const found = (): Promise<readonly Row[]> => (look === undefined ? Promise.resolve([]) : left.query(look));
  await carryOut(left, up, wanted, 'up');
  assert.equal(compare(await left.inspect(scope), to), [], 'up, as the differ sees it');
  const seenAfter = await found();
  await carryOut(left, down, old, 'down');
  assert.equal(compare(await left.inspect(scope), from), [], 'down, as the differ sees it');
  const seen = [seenAfter, await found()];
  await carryOut(left, up, wanted, 'up again');
  await carryOut(left, planOf(left, to, emptyLike(to)), undefined, 'away');
  const whole = planOf(left, emptyLike(to), to);
  await carryOut(left, whole, wanted, 'from nothing');
  if (sameWay) assert.equal(waysOf(await left.inspect(scope)), waysOf(to), 'from nothing, made in the same way');
  return {
    before: from,
    after: to,
    up: up.steps.map(({ sql }) => sql),
    down: down.steps.map(({ sql }) => sql),
    hazards: up.steps.flatMap(({ hazards }) => hazards.map(({ kind, text }) => `${kind}: ${text}`)),
    seen,
  };
};

const planOf = (session: Session, from: Schema, to: Schema): Plan =>
  session.dialect.plan(compare(from, to), from, to, { target: '', major: Number(session.server.major) });

/** What no fingerprint tells, because a dump does not keep it. */
const waysOf = ({ objects }: Schema): readonly string[] =>
  [...objects.values()].flatMap(({ key, made }) => (made === undefined ? [] : [`${key}: ${made}`])).sort();

/** The default schema stays. */
const emptyLike = (schema: Schema): Schema => ({
  objects: new Map([...schema.objects].filter(([key]) => key === 'schema ""')),
  unmanaged: schema.unmanaged,
});

const carryOut = async (session: Session, plan: Plan, wanted: Fingerprint | undefined, what: string): Promise<void> => {
  await session.transaction(async () => {
    for (const { sql } of plan.steps) {
      await session.execute(sql).catch((error: unknown) => {
        throw new Error(`${what}: ${String(error)}\n${sql}`, { cause: error });
      });
    }
  });
  if (wanted !== undefined) assert.equal(compareFingerprints(await session.fingerprint(scope), wanted), [], what);
};

const openAt = (url: string): Promise<Session> => openSession(url, { mode: 'write', directory: import.meta.dirname });

const inDatabase = async <T>(admin: Session, url: string, work: (session: Session) => Promise<T>): Promise<T> => {
  const name = `both_ways_${process.pid}_${(databases += 1)}`;
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    const session = await openAt(url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`));
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};
