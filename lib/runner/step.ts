import type { Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Touch } from '../sql/header-values.ts';
import type { Book } from './book.ts';
import { afterStatement, afterWhole } from './advice.ts';
import { assuranceOf, checkTouches, scopeOfProof } from './check.ts';
import type { Assurance, Side } from './check.ts';
import type { OnEvent, RunEvent } from './event.ts';
import type { Step } from './planned.ts';
import { entryFor } from './record.ts';
import { isTakenBack, placeCommitError, placeError, statementsOf } from './statement.ts';
import type { PlacedStatement } from './statement.ts';

/** What every step of a run works with. */
export interface Workplace {
  readonly session: Session;
  readonly book: Book;
  readonly scope: Scope;
  readonly verify: boolean;
  readonly emit: OnEvent;
  readonly signal: AbortSignal | undefined;
}

/** A step that is done. */
export interface RunStep {
  readonly revision: string;
  readonly slug: string;
  readonly durationMs: number;
  /** True: what it touches was compared with its proof, before and after. */
  readonly checked: boolean;
}

/** A step made ready: its statements cut, its proof weighed. Nothing has run yet. */
export interface ReadyStep {
  readonly step: Step;
  readonly id: string;
  readonly statements: readonly PlacedStatement[];
  /** In the direction of the step; undefined: not checked. */
  readonly touches: readonly Touch[] | undefined;
}

/** Cuts the file, weighs its proof, and says by event why it will not be checked. Errors: those of `statementsOf`. */
export const makeReady = (place: Workplace, step: Step): ReadyStep => {
  const { session, emit } = place;
  const id = step.revision.id;
  if (step.direction === 'down' && step.warning !== undefined) emit({ type: 'warning', ...step.warning });
  const statements = statementsOf(step.file, session.dialect.lexis);
  const assurance = assuranceOf(step.file, { engine: session.dialect.name, major: session.server.major });
  const warning = warningFor(assurance, step);
  if (place.verify && warning !== undefined) emit({ type: 'warning', ...warning });
  const isChecked = place.verify && assurance.kind === 'proved';
  return { step, id, statements, touches: isChecked ? assurance.touches : undefined };
};

/**
 * Runs one revision in one transaction, with its line in the journal, after a look at what it touches and before
 * another. When it resolves the change is durable.
 * Errors: `sql-failed` (with the place in the file), `state-mismatch`, `journal-moved`, and those of the session.
 */
export const runWhole = async (place: Workplace, ready: ReadyStep, began: number): Promise<void> => {
  const { step } = ready;
  try {
    await place.book.transact(() => runInside(place, ready, began), {
      foreignKeys: step.file.header.foreignKeys,
      allow: step.file.header.allow,
    });
  } catch (error) {
    throw placeCommitError(error, { file: step.file, revision: ready.id, advice: afterWhole(step) });
  }
};

/** What `runWhole` does inside its transaction. */
export const runInside = async (place: Workplace, ready: ReadyStep, began: number): Promise<void> => {
  await look(place, ready, 'before');
  for (const [index, statement] of ready.statements.entries()) await runStatement(place, ready, statement, index);
  await look(place, ready, 'after');
  await record(place, ready, began);
};

export const startEvent = ({ step: { direction, revision } }: ReadyStep): RunEvent => ({
  type: 'start',
  direction,
  revision: revision.id,
  slug: revision.slug,
  from: direction === 'up' ? revision.parents : [revision.id],
  to: direction === 'up' ? [revision.id] : revision.parents,
});

/** Tells that a step is done, and what there is to say of it. */
export const tellDone = (emit: OnEvent, { step: { direction, revision }, touches }: ReadyStep, began: number): RunStep => {
  const done = { revision: revision.id, slug: revision.slug, durationMs: performance.now() - began, checked: touches !== undefined };
  emit({ type: 'done', direction, ...done });
  return done;
};

/** Runs one statement, told by event; an error says where the statement stands in its file. */
export const runStatement = async (place: Workplace, ready: ReadyStep, statement: PlacedStatement, index: number): Promise<void> => {
  const mayTakeLong = (await place.session.settle?.(statement.sql)) ?? true;
  if (place.signal?.aborted) {
    throw new LimbeckError('cancelled', `cancelled before statement ${index + 1} of ${ready.statements.length} of ${ready.step.file.path}`);
  }
  place.emit({
    type: 'statement',
    revision: ready.id,
    index,
    count: ready.statements.length,
    sql: statement.sql,
    mayTakeLong,
    watch: place.session.watch,
  });
  try {
    await place.session.execute(statement.sql);
  } catch (error) {
    const told =
      isLimbeckError(error) && error.code === 'sql-failed' ? await place.session.explain?.(error, statement.sql, place.scope) : undefined;
    const { step, id } = ready;
    const advice = step.file.header.transactional ? afterWhole(step) : afterStatement(step, index, isTakenBack(statement, index));
    throw placeError(told ?? error, statement, { file: step.file, revision: id, advice });
  }
};

/** Compares what the step touches with its proof, if that is to be checked. Errors: `state-mismatch`. */
export const look = async (place: Workplace, ready: ReadyStep, side: Side): Promise<void> => {
  if (ready.touches === undefined) return;
  const scope = scopeOfProof(place.scope, ready.step.file.header);
  await checkTouches(place.session, scope, { revision: ready.id, shown: ready.step.file.path, touches: ready.touches }, side);
};

/** Writes a finished step into the journal. */
export const record = async ({ book, session }: Workplace, { step, statements }: ReadyStep, began: number): Promise<void> => {
  if (step.direction === 'down') {
    await book.journal.remove(step.revision.id);
    return;
  }
  await book.journal.insert(
    entryFor({
      revision: step.revision,
      half: step.half,
      engine: session.dialect.name,
      state: 'applied',
      durationMs: performance.now() - began,
      statementsDone: statements.length,
    }),
  );
};

const warningFor = (
  assurance: Assurance,
  step: Step,
): { readonly code: string; readonly message: string; readonly hint?: string } | undefined => {
  const { path } = step.file;
  switch (assurance.kind) {
    case 'proved':
    case 'unproved':
      return undefined;
    case 'edited':
      return {
        code: 'edited-since-proof',
        message: `${path} was edited since its proof, so what it does is not checked`,
        hint: `limbeck prove ${step.revision.id}`,
      };
    case 'elsewhere':
      return {
        code: 'not-checked',
        message: `${path} was proved ${assurance.why}, so what it does is not checked here`,
        hint: `limbeck prove ${step.revision.id}`,
      };
  }
};
