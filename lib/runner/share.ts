import type { Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { OnEvent, RunEvent } from './event.ts';
import type { Step } from './planned.ts';
import { makeReady, runInside, startEvent, tellDone } from './step.ts';
import type { ReadyStep, RunStep, Workplace } from './step.ts';

/** What came of a try to run steps together. */
export interface Shared {
  /** How many of the first steps it was about. */
  readonly count: number;
  /** They are durable; undefined: nothing of them was done, and they have to run one by one. */
  readonly ran?: readonly RunStep[];
}

/**
 * Runs the first of `steps` in one transaction where the engine knows that their statements are over at once, each between its
 * looks and with its line in the journal: to make a commit durable takes longer than such a revision. They are told by
 * event when they are durable. Whatever goes wrong takes all of them back, is told to nobody, and shows itself again one by one.
 * Errors: of a session that is lost, or of others who keep the database, who would be waited for twice; they are the first step's.
 */
export const runTogether = async (place: Workplace, steps: readonly Step[]): Promise<Shared> => {
  const brief = await briefOnes(place, steps);
  if (brief.length < 2) return { count: 1 };
  const began = performance.now();
  const ran: { readonly step: RunStep; readonly told: readonly RunEvent[] }[] = [];
  try {
    await place.book.transact(async () => {
      await requireUnchanged(place, brief);
      for (const candidate of brief) {
        if (ran.length > 0 && performance.now() - began > patienceMs) break;
        ran.push({ step: await runOne(place, candidate), told: candidate.told });
      }
    });
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    if (error.code !== 'database-busy' && !(await isLost(place.session))) return { count: brief.length };
    tellBegun(place.emit, brief[0]);
    throw error;
  }
  for (const event of ran.flatMap(({ told }) => told)) place.emit(event);
  return { count: ran.length, ran: ran.map(({ step }) => step) };
};

/** So long others wait for the database, and a signal or a reader of what is told for this run. */
const patienceMs = 100;

const stepsAtMost = 50;

/** What is longer is not only DDL, and would be cut for nothing. */
const charactersAtMost = 10_000;

interface Candidate {
  readonly ready: ReadyStep;
  readonly told: RunEvent[];
}

/** The steps at the beginning that may share a transaction, made ready. */
const briefOnes = async (place: Workplace, steps: readonly Step[]): Promise<readonly Candidate[]> => {
  const { mayShareCommit } = place.session;
  const found: Candidate[] = [];
  if (mayShareCommit === undefined) return found;
  for (const step of steps.slice(0, stepsAtMost)) {
    const { header, text } = step.file;
    if (!header.transactional || header.foreignKeys === 'off' || text.length > charactersAtMost) break;
    const told: RunEvent[] = [];
    const ready = orUnready(() => makeReady({ ...place, emit: (event) => void told.push(event) }, step));
    if (ready === undefined || !(await mayShareCommit(ready.statements.map(({ sql }) => sql)))) break;
    found.push({ ready, told });
  }
  return found;
};

/** Others may have written since the steps were chosen; inside the transaction nobody does. */
const requireUnchanged = async ({ session }: Workplace, brief: readonly Candidate[]): Promise<void> => {
  const statements = brief.flatMap(({ ready }) => ready.statements.map(({ sql }) => sql));
  if ((await session.mayShareCommit?.(statements)) !== true) throw new LimbeckError('internal', 'these revisions may not share a commit');
};

const isLost = (session: Session): Promise<boolean> =>
  session.query('SELECT 1').then(
    () => false,
    (error: unknown) => isLimbeckError(error) && error.code === 'session-lost',
  );

/** Tells of a step that was taken back what is told of one that fails. */
const tellBegun = (emit: OnEvent, candidate: Candidate | undefined): void => {
  if (candidate === undefined) return;
  const told = candidate.told.filter(({ type }) => type !== 'done');
  for (const event of told) emit(event);
  if (!told.some(({ type }) => type === 'start')) emit(startEvent(candidate.ready));
};

/** A file that cannot be cut is met again, when its turn comes. */
const orUnready = (make: () => ReadyStep): ReadyStep | undefined => {
  try {
    return make();
  } catch (error) {
    if (isLimbeckError(error)) return undefined;
    throw error;
  }
};

const runOne = async (place: Workplace, { ready, told }: Candidate): Promise<RunStep> => {
  const emit: OnEvent = (event) => void told.push(event);
  const began = performance.now();
  emit(startEvent(ready));
  await runInside({ ...place, emit }, ready, began);
  return tellDone(emit, ready, began);
};
