import type { JournalEntry } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { goOnWith } from './advice.ts';
import { entryFor } from './record.ts';
import { look, record, runStatement } from './step.ts';
import type { ReadyStep, Workplace } from './step.ts';
import { isTakenBack, leftBehind, type PlacedStatement } from './statement.ts';

/**
 * Runs a revision with `transaction: off` a statement at a time, and goes on where an earlier run stopped (design S4).
 * Each statement commits together with its line in the journal, so it is never run twice; only what the engine refuses
 * inside a transaction runs bare, and is noted right after. If a run was killed in between, it is run again where that
 * does no harm or a look at the database shows that it took no effect, is settled by the proof if it is the only one, and is
 * otherwise a question: `state-mismatch`.
 */
export const runByStatement = async (place: Workplace, ready: ReadyStep, began: number): Promise<void> => {
  const { statements, step } = ready;
  const options = { foreignKeys: step.file.header.foreignKeys, allow: step.file.header.allow };
  const start = await begin(place, ready, began);
  if (start === statements.length) return place.book.transact(() => finish(place, ready, began, start), options);
  for (const [index, statement] of statements.entries()) {
    if (index < start) continue;
    const isLast = index === statements.length - 1;
    const note = (): Promise<void> => (isLast ? finish(place, ready, began, index + 1) : progress(place, ready, began, index + 1));
    const run = (): Promise<void> => runStatement(place, ready, statement, index);
    if (statement.place === 'anywhere') {
      await place.book
        .transact(async () => {
          await run();
          await note();
        }, options)
        .catch((error: unknown) => failed(place, ready, index, error));
    } else {
      await run().catch((error: unknown) => failed(place, ready, index, error));
      await place.book.transact(note, options);
    }
  }
};

/** After an error that the engine answered with: a revision of which nothing is kept is one that has not begun. */
const failed = async ({ book }: Workplace, { step, id, statements }: ReadyStep, index: number, error: unknown): Promise<never> => {
  const statement = statements[index];
  const isAnswered = isLimbeckError(error) && error.code === 'sql-failed' && error.data?.['revision'] === id;
  if (!isAnswered || statement === undefined || !isTakenBack(statement, index) || step.entry?.state === 'reverting') throw error;
  await book
    .transact(() => (step.direction === 'up' ? book.journal.remove(id) : book.journal.update({ ...step.entry, revision: id })))
    .catch(() => undefined);
  throw error;
};

/** Marks the revision as begun, or decides from where to go on; returns the number of statements done. */
const begin = async (place: Workplace, ready: ReadyStep, began: number): Promise<number> => {
  const { step } = ready;
  const isResumed = step.entry !== undefined && (step.entry.state === 'running' || step.entry.state === 'reverting');
  if (isResumed) return resumeAt(place, ready, step.entry.statementsDone);
  await place.book.transact(async () => {
    await look(place, ready, 'before');
    await markBegun(place, ready, began);
  });
  return 0;
};

const resumeAt = async (place: Workplace, ready: ReadyStep, done: number): Promise<number> => {
  const next = ready.statements[done];
  place.emit({
    type: 'warning',
    code: 'resumed',
    message: `${ready.step.file.path} stopped after ${done} of its ${ready.statements.length} statements; it goes on from there`,
  });
  if (next === undefined || next.place !== 'once') return done;
  const trace = await place.session.trace?.(next.sql);
  if (trace === 'undone') return done;
  if (trace === 'unfinished') throw unfinished(ready, next, done);
  if (ready.touches === undefined || ready.statements.length > 1) throw question(ready, next, done);
  if (await holds(place, ready, 'after')) return 1;
  if (await holds(place, ready, 'before')) return 0;
  throw question(ready, next, done);
};

const holds = async (place: Workplace, ready: ReadyStep, side: 'before' | 'after'): Promise<boolean> => {
  try {
    await look(place, ready, side);
    return true;
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'state-mismatch') return false;
    throw error;
  }
};

const markBegun = async ({ book, session }: Workplace, { step, id }: ReadyStep, began: number): Promise<void> => {
  const durationMs = performance.now() - began;
  if (step.direction === 'down') {
    await book.journal.update({ revision: id, state: 'reverting', statementsDone: 0, durationMs: step.entry.durationMs });
    return;
  }
  const { revision, half } = step;
  await book.journal.insert(entryFor({ revision, half, engine: session.dialect.name, state: 'running', durationMs, statementsDone: 0 }));
};

const progress = (place: Workplace, ready: ReadyStep, began: number, done: number): Promise<void> =>
  place.book.journal.update({
    revision: ready.id,
    state: stateOf(ready),
    statementsDone: done,
    durationMs: Math.round(performance.now() - began),
  });

const finish = async (place: Workplace, ready: ReadyStep, began: number, done: number): Promise<void> => {
  await look(place, ready, 'after');
  if (ready.step.direction === 'down') return record(place, ready, began);
  await place.book.journal.update({
    revision: ready.id,
    state: 'applied',
    statementsDone: done,
    durationMs: Math.round(performance.now() - began),
  });
};

const stateOf = ({ step }: ReadyStep): JournalEntry['state'] => (step.direction === 'up' ? 'running' : 'reverting');

const unfinished = ({ step, id, statements }: ReadyStep, statement: PlacedStatement, done: number): LimbeckError =>
  new LimbeckError('state-mismatch', `statement ${done + 1} of ${statements.length} of ${step.file.path} was not finished`, {
    hint: `${leftBehind(statement) ?? 'take away what it left'}; then ${goOnWith(step)} goes on with it`,
    where: statement.where(),
    data: { revision: id, statementsDone: done },
  });

const question = ({ step, id, statements }: ReadyStep, statement: PlacedStatement, done: number): LimbeckError => {
  const left = leftBehind(statement);
  return new LimbeckError(
    'state-mismatch',
    `${step.file.path} stopped while statement ${done + 1} of ${statements.length} ran; whether it took effect cannot be known`,
    {
      hint: `${left === undefined ? '' : `${left}; `}look at the database; undo or complete by hand what the file does, then limbeck stamp ${step.direction === 'up' ? `${id} (done) or the revision before it (undone)` : 'the revision that it is at'}`,
      where: statement.where(),
      data: { revision: id, statementsDone: done },
    },
  );
};
