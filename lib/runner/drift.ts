import type { Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { ancestors } from '../revision/graph.ts';
import { assuranceOf, scopeOfProof } from './check.ts';
import type { MigrationHeader } from '../sql/header.ts';
import type { OnEvent } from './event.ts';
import { halfIfAny, isDone } from './history.ts';
import type { History } from './history.ts';

/** The fingerprint that the whole schema should have. */
export interface ExpectedSchema {
  readonly revision: string;
  readonly whole: string;
  /** The file whose proof says so. */
  readonly header: MigrationHeader;
}

/**
 * What the schema should be where the journal stands: the `after` of the last applied revision's proof. Undefined where
 * nothing tells: that revision was written by hand or edited, or others were applied that it does not build on.
 */
export const expectedSchema = (history: History, session: Session): ExpectedSchema | undefined => {
  const last = history.entries.at(-1);
  if (last === undefined || !history.entries.every(isDone)) return undefined;
  const revision = history.revisions.get(last.revision);
  const file = revision && halfIfAny(revision, session.dialect.name)?.up;
  if (file === undefined || file.checksum !== last.checksum) return undefined;
  const assurance = assuranceOf(file, { engine: session.dialect.name, major: session.server.major });
  if (assurance.kind !== 'proved') return undefined;
  const below = ancestors(history.graph, [last.revision]);
  return [...history.applied].every((id) => below.has(id))
    ? { revision: last.revision, whole: assurance.after, header: file.header }
    : undefined;
};

/**
 * Looks at the whole schema for changes that no revision made (design S3). True when it drifted: told as a warning, or
 * with `strict` as an error, `drift`. Says nothing where nothing is known.
 */
export const checkDrift = async (
  history: History,
  session: Session,
  scope: Scope,
  options: { readonly strict: boolean; readonly when: 'before' | 'after'; readonly emit: OnEvent },
): Promise<boolean> => {
  const expected = expectedSchema(history, session);
  if (expected === undefined) return false;
  const { whole } = await session.fingerprint(scopeOfProof(scope, expected.header));
  if (whole === expected.whole) return false;
  const message =
    options.when === 'before'
      ? `the schema is not the one that revision ${expected.revision} was proved to leave: something else changed it`
      : `the schema is not the one that revision ${expected.revision} was proved to leave, in objects that it does not touch`;
  const hint = 'limbeck check names what differs';
  if (options.strict)
    throw new LimbeckError('drift', message, { hint, data: { revision: expected.revision, expected: expected.whole, found: whole } });
  options.emit({ type: 'warning', code: 'drift', message, hint });
  return true;
};
