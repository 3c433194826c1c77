import type { Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Revision } from '../revision/revision.ts';
import type { Target } from '../revision/target.ts';
import { whereAt } from '../sql/frame.ts';
import { openBook } from './book.ts';
import { checkDrift } from './drift.ts';
import type { OnEvent } from './event.ts';
import { explainMismatch } from './explain.ts';
import { editedFiles, historyOf } from './history.ts';
import type { History } from './history.ts';
import { downTarget, headsOf, planDown, planUp, upTarget } from './itinerary.ts';
import type { Step } from './planned.ts';
import { runByStatement } from './resume.ts';
import { runTogether } from './share.ts';
import { makeReady, runWhole, startEvent, tellDone } from './step.ts';
import type { RunStep, Workplace } from './step.ts';

export interface RunInput {
  /** Opened to write. */
  readonly session: Session;
  readonly revisions: readonly Revision[];
  readonly scope: Scope;
  readonly lockTimeoutMs: number;
  readonly direction: 'up' | 'down';
  readonly target: string;
  readonly verify: boolean;
  readonly allowOutOfOrder: boolean;
  readonly strictOrder?: boolean;
  readonly strictDrift: boolean;
  readonly onEvent: OnEvent | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface RunOutcome {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly steps: readonly RunStep[];
}

/**
 * Moves a database to a target: lock, journal, plan, and each revision in one transaction with its line in the
 * journal; revisions that are over at once may share theirs. An upgrade plans anew if the journal moves under it; a downgrade stops.
 * Errors: those of `planUp`/`planDown`, of each step (`sql-failed`, `state-mismatch`, `journal-moved`,
 * `foreign-keys-broken`), `drift`, `database-busy`, `cancelled`. What was done before the error stays done.
 */
export const run = async (input: RunInput): Promise<RunOutcome> => {
  const { session } = input;
  const emit: OnEvent = input.onEvent ?? (() => undefined);
  const lock = await session.lock({
    timeoutMs: input.lockTimeoutMs,
    onWait: (holder) => emit({ type: 'waiting-for-lock', holder }),
  });
  try {
    const book = openBook(session, session.journal(input.scope.journalTable));
    return await runLocked(input, { session, book, scope: input.scope, verify: input.verify, emit, signal: input.signal });
  } finally {
    await lock.release();
  }
};

const runLocked = async (input: RunInput, place: Workplace): Promise<RunOutcome> => {
  const done: RunStep[] = [];
  let history = historyOf(input.revisions, await place.book.read());
  const from = headsOf(history);
  const planner = plannerFor(input, history);
  let steps = planner(history);
  if (input.direction === 'up') tellEdited(place, history);
  if (steps.length === 0) return { from, to: from, steps: done };
  const drifted = await start(input, place, history, steps);
  for (let attempt = 1; steps.length > 0; attempt += 1) {
    const moved = await walk(place, { steps, history, mayReplan: input.direction === 'up' && attempt < attemptsAtMost }, done);
    history = historyOf(input.revisions, await place.book.read());
    if (!moved) break;
    steps = planner(history);
    if (steps.length > 0) tellPlan(input, place, steps);
  }
  if (input.verify && !drifted) await checkDrift(history, place.session, place.scope, { strict: input.strictDrift, emit: place.emit });
  return { from, to: headsOf(history), steps: done };
};

/** How often an upgrade plans anew before it gives up; every time someone else has got further. */
const attemptsAtMost = 50;

/** The target is resolved once, so that `+1` stays the one revision that was meant. */
const plannerFor = (input: RunInput, history: History): ((history: History) => readonly Step[]) => {
  const options = { engine: input.session.dialect.name, allowOutOfOrder: input.allowOutOfOrder, strictOrder: input.strictOrder ?? false };
  if (input.direction === 'up') {
    const targets = upTarget(history, input.target);
    return (current) => planUp(current, targets, options);
  }
  const target: Target = downTarget(history, input.target);
  return (current) => planDown(current, target, options);
};

/** What is said and looked at before the first step; true when the schema had drifted. */
const start = async (input: RunInput, place: Workplace, history: History, steps: readonly Step[]): Promise<boolean> => {
  tellPlan(input, place, steps);
  if (!input.verify) {
    place.emit({
      type: 'warning',
      code: 'not-verified',
      message: 'verification is off: what the migrations meet and what they leave is not compared with their proofs',
    });
    return false;
  }
  const [first] = steps;
  return checkDrift(history, place.session, place.scope, { strict: input.strictDrift, emit: place.emit, ...(first && { first }) });
};

/** Files and journal have been read: that costs no query, also where nothing is pending. */
const tellEdited = (place: Workplace, history: History): void => {
  for (const { revision, file } of editedFiles(history, place.session.dialect.name)) {
    place.emit({
      type: 'warning',
      code: 'edited-after-apply',
      message: `${file.path} was edited after revision ${revision} was applied; the database has what it was before`,
      hint: 'put the file back as it was, and write the change into a new revision',
    });
  }
};

const tellPlan = (input: RunInput, place: Workplace, steps: readonly Step[]): void =>
  place.emit({ type: 'plan', direction: input.direction, revisions: steps.map(({ revision }) => revision.id) });

/** The steps of one plan, and the history that they were planned on. */
interface Leg {
  readonly steps: readonly Step[];
  readonly history: History;
  readonly mayReplan: boolean;
}

/** Runs the steps in turn, together where they may be; true when the journal moved under one of them and there may be another plan. */
const walk = async (place: Workplace, leg: Leg, done: RunStep[]): Promise<boolean> => {
  const { steps } = leg;
  requireRunnable(place.session, steps);
  for (let at = 0; at < steps.length;) {
    const { count, ran } = await runTogether(place, steps.slice(at));
    if (ran !== undefined) done.push(...ran);
    else if (await walkApart(place, leg, steps.slice(at, at + count), done)) return true;
    at += count;
  }
  return false;
};

/** Looks through all files before any of them is run. Errors: `sql-unsupported`. */
const requireRunnable = ({ refusal }: Session, steps: readonly Step[]): void => {
  if (refusal === undefined) return;
  for (const { file } of steps) {
    const refused = refusal(file.text);
    if (refused === undefined) continue;
    const { why, hint, offset } = refused;
    throw new LimbeckError('sql-unsupported', why, { hint, where: whereAt(file.text, offset, file.path) });
  }
};

/** As `walk`, for some of the steps of a leg, each by itself. */
const walkApart = async (
  place: Workplace,
  { steps, history, mayReplan }: Leg,
  some: readonly Step[],
  done: RunStep[],
): Promise<boolean> => {
  for (const step of some) {
    try {
      done.push(await runStep(place, step));
    } catch (error) {
      if (mayReplan && isLimbeckError(error) && error.code === 'journal-moved') return true;
      const earlier = steps.slice(0, steps.indexOf(step)).map(({ revision }) => revision.id);
      throw await explainMismatch(error, step, afterSteps(history, step.direction, earlier), place.session, place.scope);
    }
  }
  return false;
};

const afterSteps = (history: History, direction: Step['direction'], ids: readonly string[]): History => {
  const moved = new Set(ids);
  const applied = direction === 'up' ? [...history.applied, ...ids] : [...history.applied].filter((id) => !moved.has(id));
  return { ...history, applied: new Set(applied) };
};

const runStep = async (place: Workplace, step: Step): Promise<RunStep> => {
  const began = performance.now();
  const ready = makeReady(place, step);
  place.emit(startEvent(ready));
  await (step.file.header.transactional ? runWhole(place, ready, began) : runByStatement(place, ready, began));
  return tellDone(place.emit, ready, began);
};
