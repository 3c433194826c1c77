import { isLimbeckError } from '../errors.ts';
import type { OnEvent, RunEvent } from './event.ts';
import type { Step } from './itinerary.ts';
import { makeReady, runInside, startEvent, tellDone } from './step.ts';
import type { ReadyStep, RunStep, Workplace } from './step.ts';

/** What came of a try to run steps together: those that are durable now, or so many, of which nothing was done, have to run one by one. */
export type Shared = { readonly kind: 'done'; readonly steps: readonly RunStep[] } | { readonly kind: 'apart'; readonly count: number };

/**
 * Runs the first of `steps` in one transaction where the engine knows that their statements are over at once, each between its
 * looks and with its line in the journal: to make a commit durable takes longer than such a revision. They are told by
 * event when they are durable. Whatever goes wrong takes all of them back, is told to nobody, and shows itself again one by one.
 */
export const runTogether = async (place: Workplace, steps: readonly Step[]): Promise<Shared> => {
  const brief = await briefOnes(place, steps);
  if (brief.length < 2) return { kind: 'apart', count: 1 };
  const began = performance.now();
  const ran: { readonly step: RunStep; readonly told: readonly RunEvent[] }[] = [];
  try {
    await place.book.transact(async () => {
      for (const candidate of brief) {
        if (ran.length > 0 && performance.now() - began > patienceMs) break;
        ran.push({ step: await runOne(place, candidate), told: candidate.told });
      }
    });
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    return { kind: 'apart', count: brief.length };
  }
  for (const event of ran.flatMap(({ told }) => told)) place.emit(event);
  return { kind: 'done', steps: ran.map(({ step }) => step) };
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
