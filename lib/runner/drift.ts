import type { Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { describeUnseen, unseenHint } from '../model/fingerprint.ts';
import { ancestors } from '../revision/graph.ts';
import { assuranceOf, scopeOfProof } from './check.ts';
import type { MigrationHeader } from '../sql/header.ts';
import type { OnEvent } from './event.ts';
import { halfIfAny, isDone } from './history.ts';
import type { History } from './history.ts';
import type { Step } from './planned.ts';

/** The fingerprint that the whole schema should have. */
export interface ExpectedSchema {
  readonly revision: string;
  readonly whole: string;
  /** The file whose proof says so. */
  readonly header: MigrationHeader;
}

/**
 * What the schema should be where the journal stands: the `after` of the last applied revision's proof. Undefined where
 * nothing tells: that revision was written by hand or edited, or other branches are applied than those it was proved beside.
 */
export const expectedSchema = (history: History, session: Session): ExpectedSchema | undefined => {
  const last = history.entries.at(-1);
  if (last === undefined || !history.entries.every(isDone)) return undefined;
  const revision = history.revisions.get(last.revision);
  const file = revision && halfIfAny(revision, session.dialect.name)?.up;
  if (file === undefined || file.checksum !== last.checksum) return undefined;
  const assurance = assuranceOf(file, { engine: session.dialect.name, major: session.server.major });
  if (assurance.kind !== 'proved') return undefined;
  return isAllThere(history, last.revision, assurance.beside)
    ? { revision: last.revision, whole: assurance.after, header: file.header }
    : undefined;
};

/** Whether nothing is applied but what a revision builds on and what stood beside it in its proof, and all that stood beside it is. */
const isAllThere = ({ graph, applied }: History, revision: string, beside: readonly string[]): boolean => {
  const within = ancestors(graph, [revision, ...beside]);
  return [...applied].every((id) => within.has(id)) && beside.every((id) => applied.has(id));
};

/**
 * What the schema should be before the first step, where the journal does not tell (nothing was applied, or by hand): the
 * `before` of the step's own proof, if it builds on all that was applied.
 */
const expectedBefore = (history: History, session: Session, step: Step): ExpectedSchema | undefined => {
  if (step.direction === 'down' || !history.entries.every(isDone)) return undefined;
  const assurance = assuranceOf(step.file, { engine: session.dialect.name, major: session.server.major });
  if (assurance.kind !== 'proved' || !isAllThere(history, step.revision.id, assurance.beside)) return undefined;
  return { revision: step.revision.id, whole: assurance.before, header: step.file.header };
};

/**
 * Looks at the whole schema for changes that no revision made (design S3). True when it drifted: told as a warning, or
 * with `strict` as an error, `drift`. What cannot be read here may be all the difference: then that is told instead. Says nothing where nothing is known. `first` is the step that is about to run;
 * without it the run is over.
 */
export const checkDrift = async (
  history: History,
  session: Session,
  scope: Scope,
  options: { readonly strict: boolean; readonly emit: OnEvent; readonly first?: Step },
): Promise<boolean> => {
  const { first } = options;
  const left = expectedSchema(history, session);
  const expected = left ?? (first && expectedBefore(history, session, first));
  if (expected === undefined) return false;
  const found = await session.fingerprint(scopeOfProof(scope, expected.header));
  const { whole } = found;
  if (whole === expected.whole) return false;
  const unseen = describeUnseen(found);
  const what =
    left === undefined ? `on which revision ${expected.revision} was proved` : `that revision ${expected.revision} was proved to leave`;
  const message =
    unseen === undefined
      ? `the schema is not the one ${what}${first === undefined ? ', in objects that it does not touch' : ': something else changed it'}`
      : `whether the schema is the one ${what} cannot be told: ${unseen}`;
  const hint = unseen === undefined ? 'limbeck check names what differs' : unseenHint;
  if (options.strict)
    throw new LimbeckError('drift', message, { hint, data: { revision: expected.revision, expected: expected.whole, found: whole } });
  options.emit({ type: 'warning', code: unseen === undefined ? 'drift' : 'not-checked', message, hint });
  return true;
};
