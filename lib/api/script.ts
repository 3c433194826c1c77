import type { Config } from '../config/config.ts';
import type { EngineName, JournalEntry } from '../engine/engine.ts';
import { engineOf, scriptDialectOf } from '../engine/open.ts';
import { LimbeckError } from '../errors.ts';
import { ancestors, inOrder } from '../revision/graph.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { Revision } from '../revision/revision.ts';
import { halfFor, historyOf } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { downTarget, headsOf, planDown, planUp, upTarget } from '../runner/itinerary.ts';
import type { Step } from '../runner/planned.ts';
import { entryFor } from '../runner/record.ts';
import { renderScript, renderStampScript } from '../runner/script.ts';
import type { ScriptInput } from '../runner/script.ts';
import { readFiles } from './context.ts';
import { lexisOf } from './lexis.ts';
import type { ScriptResult } from './types.ts';

export interface ScriptOptions {
  /** `a:b`, `:b`, `a:`, `a:+2`; without a colon from the base on. */
  readonly range: string;
  /** For which engine; default: that of the URL, or the one that the configuration names. */
  readonly engine?: EngineName;
}

export interface StampScriptOptions extends Pick<ScriptOptions, 'engine'> {
  /** The first may say where to start: `a:b`. Several make several heads. */
  readonly targets: readonly string[];
}

/**
 * The revisions of a range as one script for `psql` or `sqlite3` (Alembic's `upgrade --sql`); no database is asked. It
 * checks first that the journal has exactly what `a` needs, and aborts untouched if not; without a start it is for a
 * database to which nothing was applied, as with Alembic. It writes the journal as limbeck itself would.
 *
 * Errors: `usage`, `no-url`, those of `resolveTarget` and of reading the files, `walk-failed` for a range that goes back,
 * `revision-missing-half`, `revision-invalid`, `sql-syntax`, `sql-unsupported`.
 */
export const upgradeSql = async (config: Config, { range, engine }: ScriptOptions): Promise<ScriptResult> => {
  const place = await placeOf(config, engine);
  const [from, to] = ends(range) ?? ['', range];
  const start = startAt(place, from);
  const targets = upTarget(start, to === '' ? 'head' : to);
  const steps = planUp(start, targets, { engine: place.engine, allowOutOfOrder: false });
  if (steps.length === 0 && !isAt(start, targets)) throw reversed(range, 'upgrade');
  return resultOf(place, start, steps, `limbeck upgrade ${range} --sql`);
};

/**
 * The same on the way down, with the down SQL of the files; the script stops where the journal recorded another. A range
 * must be given: without a database nothing tells where it starts. Errors: as `upgradeSql`, and `no-down`.
 */
export const downgradeSql = async (config: Config, { range, engine }: ScriptOptions): Promise<ScriptResult> => {
  const [from, to] = ends(range) ?? [];
  if (from === undefined || to === undefined || from === '') {
    throw new LimbeckError('usage', 'downgrade with --sql requires <from>:<to>', {
      hint: `no database is asked where it stands: limbeck downgrade head:${to ?? range} --sql`,
      data: { range },
    });
  }
  const place = await placeOf(config, engine);
  const start = startAt(place, from);
  const steps = planDown(start, downTarget(start, to === '' ? 'base' : to), { engine: place.engine, allowOutOfOrder: false });
  return resultOf(place, start, steps, `limbeck downgrade ${range} --sql`);
};

/** A script that only moves the journal, from `a` (default: base) to the targets. Errors: as `upgradeSql`. */
export const stampSql = async (config: Config, { targets, engine }: StampScriptOptions): Promise<ScriptResult> => {
  const place = await placeOf(config, engine);
  const [first = '', ...others] = targets;
  const [from, to] = ends(first) ?? ['', first];
  const start = startAt(place, from);
  const ids = [to === '' ? 'head' : to, ...others].flatMap(
    (text) => resolveTarget(start.graph, text, { applied: start.applied }, 'any').ids,
  );
  const wanted = ancestors(start.graph, ids);
  const added = inOrder(start.graph, wanted)
    .filter(({ id }) => !start.applied.has(id))
    .map((revision) => rowOf(revision, place.engine, 'stamped'));
  const removed = start.entries.filter(({ revision }) => !wanted.has(revision)).map(({ revision }) => revision);
  const end = headsOf({ ...start, applied: wanted });
  const command = `limbeck stamp ${targets.join(' ')} --sql`;
  const isEmpty = added.length + removed.length === 0;
  const sql = isEmpty ? '' : renderStampScript({ removed: removed.toReversed(), added }, await inputFor(place, start, end, command));
  return { engine: place.engine, from: headsOf(start), to: end, revisions: [...removed, ...added.map(({ revision }) => revision)], sql };
};

/** A script that makes the journal if it is missing. Errors: `usage`, `no-url`. */
export const ensureVersionSql = async (config: Config, { engine }: Pick<ScriptOptions, 'engine'>): Promise<ScriptResult> => {
  const chosen = engineFor(config, engine);
  const { ensure } = await scriptDialectOf(chosen);
  const sql = ensure({
    journal: config.journalTable,
    role: config.role,
    remarks: [`limbeck ensure-version --sql, for ${chosen}`],
    startsAt: '',
    expected: [],
    hasBare: false,
  });
  return { engine: chosen, from: [], to: [], revisions: [], sql };
};

interface Place {
  readonly config: Config;
  readonly engine: EngineName;
  readonly revisions: readonly Revision[];
  readonly files: History;
}

const placeOf = async (config: Config, asked: EngineName | undefined): Promise<Place> => {
  const engine = engineFor(config, asked);
  const revisions = await readFiles(config);
  return { config, engine, revisions, files: historyOf(revisions, []) };
};

const engineFor = ({ url, engines }: Config, asked: EngineName | undefined): EngineName => {
  if (asked !== undefined) return asked;
  if (url !== undefined) return engineOf(url);
  const [only, ...others] = engines;
  if (only !== undefined && others.length === 0) return only;
  throw new LimbeckError('no-url', 'nothing says for which engine the script is', { hint: 'say it: --engine postgres or --engine sqlite' });
};

/** The two sides of a range; undefined: it is none. Errors: `usage`. */
const ends = (range: string): readonly [from: string, to: string] | undefined => {
  const [from = '', to, ...rest] = range.split(':');
  if (rest.length > 0)
    throw new LimbeckError('usage', `'${range}' has more than one colon`, { hint: 'write <from>:<to>', data: { range } });
  const unknowable = [from, to ?? ''].find((end) => /(?:^|@)current\b/u.test(end));
  if (unknowable !== undefined) {
    throw new LimbeckError('usage', `'${unknowable}' is for a database to say, and none is asked for a script`, {
      hint: 'limbeck current shows where a database is; write that revision',
      data: { range },
    });
  }
  return to === undefined ? undefined : [from, to];
};

/** The history as the database must have it: everything that `from` needs is applied, from these files. */
const startAt = ({ engine, revisions, files }: Place, from: string): History => {
  const ids = from === '' ? [] : resolveTarget(files.graph, from, { applied: new Set() }, 'any').ids;
  const rows = inOrder(files.graph, ancestors(files.graph, ids)).map((revision) => rowOf(revision, engine, 'applied'));
  return historyOf(revisions, rows);
};

const rowOf = (revision: Revision, engine: EngineName, state: JournalEntry['state']): JournalEntry =>
  entryFor({ revision, half: halfFor(revision, engine), engine, state, durationMs: 0, statementsDone: 0 });

const isAt = (start: History, targets: readonly string[]): boolean => {
  const wanted = ancestors(start.graph, targets);
  return wanted.size === start.applied.size;
};

const reversed = (range: string, way: 'upgrade'): LimbeckError => {
  const [from = '', to = ''] = range.split(':');
  return new LimbeckError('walk-failed', `${range}: an ${way} goes forward, and ${to} is not after ${from}`, {
    hint: `limbeck downgrade ${range} --sql goes back; the older end stands first: limbeck upgrade ${to}:${from} --sql`,
    data: { range },
  });
};

const resultOf = async (place: Place, start: History, steps: readonly Step[], command: string): Promise<ScriptResult> => {
  const applied = new Set(start.applied);
  for (const { direction, revision } of steps) {
    if (direction === 'up') applied.add(revision.id);
    else applied.delete(revision.id);
  }
  const to = headsOf({ ...start, applied });
  const sql = steps.length === 0 ? '' : renderScript(steps, await inputFor(place, start, to, command));
  return { engine: place.engine, from: headsOf(start), to, revisions: steps.map(({ revision }) => revision.id), sql };
};

const inputFor = async ({ config, engine }: Place, start: History, to: readonly string[], command: string): Promise<ScriptInput> => ({
  dialect: await scriptDialectOf(engine),
  lexis: lexisOf(engine),
  journal: config.journalTable,
  role: config.role,
  entries: start.entries,
  startsAt: inWords(headsOf(start)),
  endsAt: inWords(to),
  command,
});

const inWords = (ids: readonly string[]): string => (ids.length === 0 ? 'base' : ids.join(', '));
