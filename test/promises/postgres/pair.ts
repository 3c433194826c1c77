import { compare, describeChange } from '../../../lib/diff/compare.ts';
import { generate } from '../../../lib/diff/generate.ts';
import { loadModels } from '../../../lib/diff/load.ts';
import { describeDifferences, runBody } from '../../../lib/diff/prove.ts';
import type { Scope, Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { isLimbeckError } from '../../../lib/errors.ts';
import { compareFingerprints } from '../../../lib/model/fingerprint.ts';
import { commonGround, commonRows, type CoverageRow } from './row.ts';

/** How a change from one schema to another went: `same` where the differ sees nothing to change; a text says what is wrong. */
export type Outcome =
  | { readonly kind: 'done' | 'same' }
  | { readonly kind: 'reported'; readonly why: string }
  | { readonly kind: 'wrong'; readonly problem: string };

export const scope: Scope = { exclude: [], journalTable: 'limbeck_journal', schemas: ['*'], privileges: true };

/** The schema of one variant of a row, as SQL. */
export const schemaSql = (row: CoverageRow, variant: number): string =>
  `${commonGround}${row.ground ?? ''}\n${row.variants[variant] ?? ''};\n`;

/**
 * Takes a database from `before` to `after`, through generate and with rows in it, and back; the fingerprint says whether it got there.
 * `url` is of an empty database, which is filled. What `count` says of a table before must hold after, while the table is there.
 */
export const runChange = async (url: string, before: string, after: string, rows: string, count: Count = noCount): Promise<Outcome> => {
  const live = await openSession(url, { mode: 'write', directory: import.meta.dirname });
  try {
    await loadModels(live, { text: before, file: 'before.sql' });
    await fill(live, commonRows, rows);
    return await change(live, after, count);
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'unmanaged') return { kind: 'reported', why: error.message };
    const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : '';
    return { kind: 'wrong', problem: `${error instanceof Error ? error.message : String(error)}${cause}` };
  } finally {
    await live.close();
  }
};

/** How many rows each table holds, by its name. */
export type Count = (session: Session) => Promise<ReadonlyMap<string, number>>;

const noCount: Count = () => Promise.resolve(new Map());

/** A row that a variant has no room for is left out. */
const fill = async (live: Session, common: string, rows: string): Promise<void> => {
  for (const statement of statementsOf(common)) await live.execute(statement);
  for (const statement of statementsOf(rows)) await live.execute(statement).catch(() => undefined);
};

const statementsOf = (text: string): readonly string[] =>
  text
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const change = async (live: Session, after: string, count: Count): Promise<Outcome> => {
  const had = await count(live);
  const lost = async (): Promise<readonly string[]> => {
    const has = await count(live);
    return [...had].flatMap(([table, number]) => {
      const now = has.get(table);
      return now === undefined || now === number ? [] : [`${table} had ${number} rows and has ${now}`];
    });
  };
  const before = await live.fingerprint(scope);
  const made = await generate({
    live,
    models: { text: after, file: 'after.sql' },
    scope,
    render: { target: '3.35', major: Number(live.server.major) },
    decideRename: () => Promise.resolve(false),
    requireProof: true,
  });
  if (made === undefined) return { kind: 'same' };
  await runBody(live, made.up);
  const reached = compareFingerprints(await live.fingerprint(scope), made.sides.declaredFingerprint);
  if (reached.length > 0) return { kind: 'wrong', problem: `up: ${describeDifferences(reached, 'got', 'wanted')}\n${made.up.text}` };
  const left = compare(await live.inspect(scope), made.sides.declared);
  if (left.length > 0) return { kind: 'wrong', problem: `up leaves: ${left.map(describeChange).join('; ')}\n${made.up.text}` };
  const gone = await lost();
  if (gone.length > 0) return { kind: 'wrong', problem: `up: ${gone.join('; ')}\n${made.up.text}` };
  await runBody(live, made.down);
  const back = compareFingerprints(await live.fingerprint(scope), before);
  if (back.length > 0) return { kind: 'wrong', problem: `down: ${describeDifferences(back, 'got', 'wanted')}\n${made.down.text}` };
  return { kind: 'done' };
};

/** One change within a row. */
export const runPair = (url: string, row: CoverageRow, from: number, to: number): Promise<Outcome> =>
  runChange(url, schemaSql(row, from), schemaSql(row, to), row.rows ?? '');
