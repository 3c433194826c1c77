import type { EngineName, JournalEntry } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { appliedHeads } from '../revision/graph.ts';
import { compareIds } from '../revision/id.ts';
import { downgradePath, outOfOrder, upgradePath } from '../revision/path.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { Target } from '../revision/target.ts';
import type { Revision } from '../revision/revision.ts';
import { afterEdit } from './advice.ts';
import { chooseDown } from './down.ts';
import { cameOneByOne, goOnCommand, halfFor, isDone } from './history.ts';
import type { History } from './history.ts';
import type { DownStep, UpStep } from './planned.ts';

export interface PlanOptions {
  readonly engine: EngineName;
  readonly allowOutOfOrder: boolean;
  /** Also an id that sorts before one that is applied is out of order, on whatever branch: dbmate's `--strict`. */
  readonly strictOrder?: boolean;
}

/**
 * What an upgrade has to reach, from `head`, `+1`, an id …
 * Errors: `revision-unknown` also when the journal names a revision that no file has, and those of `resolveTarget`.
 */
export const upTarget = (history: History, text: string): readonly string[] => {
  requireKnown(history);
  return resolveTarget(history.graph, text, { applied: history.applied }, 'up').ids;
};

/**
 * The revisions to apply, parents first; empty at or past the target.
 * Errors: `revision-unknown`, `out-of-order`, `revision-missing-half`, `revision-invalid`, `edited-after-apply` (a
 * revision that stopped half way and whose file is another now).
 */
export const planUp = (history: History, targets: readonly string[], options: PlanOptions): readonly UpStep[] => {
  requireKnown(history);
  const path = upgradePath(history.graph, history.applied, targets);
  const early = options.strictOrder === true ? lowIds(path, history.applied) : [];
  const late = [...new Set([...outOfOrder(history.graph, history.applied, path), ...early])];
  if (late.length > 0 && !options.allowOutOfOrder) throw outOfOrderError(late, history);
  return path.map((revision) => upStep(history, revision, options.engine));
};

/** Those whose ids sort before the last one that is applied. */
const lowIds = (path: readonly Revision[], applied: ReadonlySet<string>): readonly Revision[] => {
  const last = [...applied].sort(compareIds).at(-1);
  return last === undefined ? [] : path.filter(({ id }) => compareIds(id, last) < 0);
};

/** What a downgrade has to reach. Errors: those of `resolveTarget`. */
export const downTarget = (history: History, text: string): Target =>
  resolveTarget(history.graph, text, { applied: standing(history) }, 'down');

/**
 * The revisions to take back, children first, each with its down SQL: nothing runs unless every one has it.
 * Errors: `no-down` (also for a squash that was applied as the revisions that it holds), `walk-failed`, `state-mismatch` (a
 * revision stopped half way up).
 */
export const planDown = (history: History, target: Target, options: PlanOptions): readonly DownStep[] => {
  const half = history.entries.find(({ state }) => state === 'running');
  if (half !== undefined) throw halfWay(half, 'upgrade');
  const applied = standing(history);
  const entries = new Map(history.entries.map((entry) => [entry.revision, entry]));
  const path = downgradePath(history.graph, applied, target.ids, target.within);
  const squashed = path.find((revision) => cameOneByOne(history, revision));
  if (squashed !== undefined) throw oneByOneError(history, squashed);
  return path.flatMap((revision) => {
    const entry = entries.get(revision.id);
    return entry === undefined ? [] : [{ direction: 'down' as const, revision, entry, ...chooseDown(entry, revision, options.engine) }];
  });
};

/** Where a journal stands: its revisions without an applied child. */
export const headsOf = (history: History): readonly string[] => appliedHeads(history.graph, history.applied).map(({ id }) => id);

/** Rejects when the journal names a revision that no file has. Errors: `revision-unknown`. */
export const requireKnown = (history: History): void => {
  const [id] = history.unknown;
  if (id === undefined) return;
  const squash = [...history.revisions.values()].find(({ squashes }) => squashes.includes(id));
  if (squash !== undefined) throw middleError(history, squash);
  const known = [...history.revisions.keys()];
  const candidates = history.unknown.flatMap((unknown) => known.filter((each) => each.startsWith(unknown) || unknown.startsWith(each)));
  const rest =
    history.unknown.length > 1
      ? ` (nor ${history.unknown
          .slice(1)
          .map((each) => `'${each}'`)
          .join(', ')})`
      : '';
  throw new LimbeckError('revision-unknown', `Can't locate revision identified by '${id}'${rest}: the database has it, the files do not`, {
    hint:
      'bring the file back (another branch or an older checkout may have it), limbeck downgrade below it (the journal has its down SQL), ' +
      'or, if the database is right as it is, limbeck stamp --purge with the revision that it is at',
    data: { unknown: history.unknown, candidates, heads: headsOf(history) },
  });
};

/** A database that has some of what a squash holds: only the old files lead out of it. */
const middleError = (history: History, { id, squashes }: Revision): LimbeckError => {
  const has = history.unknown.filter((each) => squashes.includes(each));
  return new LimbeckError(
    'revision-unknown',
    `the database is in the middle of what revision ${id} squashed: of ${squashes.length + 1} revisions it has ${has.join(', ')}`,
    {
      hint: `check out the files from before the squash, limbeck upgrade ${id} there, and come back; or limbeck downgrade base (the journal has the way back) and limbeck upgrade head, if its data may go`,
      data: { unknown: history.unknown, squash: id, squashes },
    },
  );
};

const oneByOneError = (history: History, { id, squashes }: Revision): LimbeckError => {
  const has = history.held.map(({ revision }) => revision).filter((each) => squashes.includes(each));
  return new LimbeckError(
    'no-down',
    `revision ${id} is a squash of ${squashes.length + 1} revisions, and this database has them one by one (${has.join(', ')}, ${id}): a downgrade goes no further back than ${id}`,
    {
      hint: `limbeck downgrade ${id} goes as far as that; for more, check out the files from before the squash, and downgrade there`,
      data: { revision: id, squashes },
    },
  );
};

/** What a downgrade starts from: a revision whose down stopped half way still has to be taken back. */
const standing = (history: History): ReadonlySet<string> =>
  new Set(history.entries.filter((entry) => isDone(entry) || entry.state === 'reverting').map(({ revision }) => revision));

const upStep = (history: History, revision: Revision, engine: EngineName): UpStep => {
  const entry = history.entries.find((each) => each.revision === revision.id && !isDone(each));
  const half = halfFor(revision, engine);
  const file = half.up;
  if (file === undefined) {
    throw new LimbeckError('revision-invalid', `revision ${revision.id} (${revision.slug}) has a down migration but no up migration`, {
      hint: `write ${(half.down?.path ?? '').replace('.down.sql', '.up.sql')}`,
      data: { revision: revision.id },
    });
  }
  if (entry?.state === 'reverting') throw halfWay(entry, 'downgrade');
  if (entry !== undefined && entry.checksum !== file.checksum) {
    throw new LimbeckError('edited-after-apply', `${file.path} was edited after ${entry.statementsDone} of its statements had been run`, {
      hint: afterEdit({ revision }, entry.statementsDone),
      where: { file: file.path },
      data: { revision: revision.id, statementsDone: entry.statementsDone },
    });
  }
  return { direction: 'up', revision, half, file, entry };
};

const halfWay = (entry: JournalEntry, way: 'upgrade' | 'downgrade'): LimbeckError =>
  new LimbeckError(
    'state-mismatch',
    `revision ${entry.revision} (${entry.slug}) stopped half way ${way === 'upgrade' ? 'up' : 'down'}, after ${entry.statementsDone} statements`,
    {
      hint: `${goOnCommand(entry)} goes on from there`,
      data: { revision: entry.revision, statementsDone: entry.statementsDone },
    },
  );

const outOfOrderError = (late: readonly Revision[], history: History): LimbeckError => {
  const names = late.map(({ id, slug }) => `${id} (${slug})`).join(', ');
  const at = headsOf(history).join(', ');
  return new LimbeckError(
    'out-of-order',
    `${names} ${late.length === 1 ? 'comes' : 'come'} before revisions that are applied already (the database is at ${at})`,
    {
      hint: 'give it an id and a parent after them, or run again with --allow-out-of-order',
      data: { revisions: late.map(({ id }) => id) },
    },
  );
};
