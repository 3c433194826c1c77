import type { Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { compareFingerprints, type Fingerprint, type FingerprintDifference } from '../model/fingerprint.ts';
import { schemaOf, type Schema } from '../model/schema.ts';
import type { Touch } from '../sql/header-values.ts';
import { split } from '../sql/split.ts';
import type { Body } from './body.ts';

export interface ProofInput {
  /** A scratch session at the state before; left at the state after. */
  readonly scratch: Session;
  readonly scope: Scope;
  readonly up: Body;
  /** One that depends on what the up reaches is asked for there. */
  readonly down: Body | undefined | (() => Promise<Body>);
  /** What the up must reach; undefined: whatever it reaches (hand-written). */
  readonly expected: Fingerprint | undefined;
}

export interface ProofOutcome {
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  readonly touches: readonly Touch[];
}

/**
 * Up, down and up again in scratch, compared by fingerprint after each. Errors: `not-proved` (a statement fails, or the
 * up does not reach what is declared), `not-reversible` (the down does not bring back what the up changed, or is
 * missing), each naming objects and what differs; `cancelled`.
 */
export const prove = async (input: ProofInput): Promise<ProofOutcome> => {
  const { scratch, scope, up } = input;
  const before = await scratch.fingerprint(scope);
  await attempt('the up', () => runBody(scratch, up));
  const after = await scratch.fingerprint(scope);
  if (input.expected !== undefined) expectSame('not-proved', 'the up does not reach what is declared', after, input.expected);
  const down = typeof input.down === 'function' ? await input.down() : input.down;
  if (down === undefined) throw new LimbeckError('not-reversible', 'there is no down migration', { hint: 'write the .down.sql file' });
  await attempt('the down', () => runBody(scratch, down));
  expectSame('not-reversible', 'the down does not bring back what the up changed', await scratch.fingerprint(scope), before);
  await attempt('the up, run again after the down,', () => runBody(scratch, up));
  expectSame('not-proved', 'the up, run again after the down, does not reach the same', await scratch.fingerprint(scope), after);
  return { before, after, touches: touchesBetween(before, after) };
};

/** Runs a body in scratch statement by statement, in one transaction unless it says otherwise. */
export const runBody = async (session: Session, body: Body): Promise<void> => {
  const statements = split(body.text, session.dialect.lexis);
  const runAll = async (): Promise<void> => {
    for (const statement of statements) {
      try {
        await session.execute(statement.text, { isUnread: body.isGenerated === true });
      } catch (error) {
        if (!isLimbeckError(error) || (error.code !== 'sql-failed' && error.code !== 'sql-unsupported')) throw error;
        throw new LimbeckError(error.code, `${error.message}, in: ${firstLine(statement.text)}`, {
          cause: error,
          ...(error.code === 'sql-failed' ? brokenObject(error.message) : hintOf(error)),
        });
      }
    }
  };
  if (body.transactional) await session.transaction(runAll, { foreignKeys: body.foreignKeys, allow: body.allow ?? [] });
  else await runAll();
};

/** SQLite looks at every view and trigger when a table is renamed or loses a column, also at those that have nothing to do with it. */
const brokenObject = (message: string): { readonly hint?: string } => {
  const [, kind, name] = /^error in (view|trigger) (.*?)(?: after [a-z ]+)?: /s.exec(message) ?? [];
  if (kind === undefined || name === undefined) return {};
  return {
    hint: `${kind} ${name} does not work: it mentions what is not there; as long as it stands SQLite lets no table be rebuilt, so correct it or drop it first`,
  };
};

const hintOf = ({ hint }: LimbeckError): { readonly hint?: string } => (hint === undefined ? {} : { hint });

const firstLine = (text: string): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
};

const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isLimbeckError(error) || error.code === 'cancelled') throw error;
    throw new LimbeckError('not-proved', `${what} fails in scratch: ${error.message}`, {
      cause: error,
      ...hintOf(error),
    });
  }
};

const expectSame = (code: 'not-proved' | 'not-reversible', message: string, got: Fingerprint, want: Fingerprint): void => {
  const differences = compareFingerprints(got, want);
  if (differences.length === 0) return;
  throw new LimbeckError(code, `${message}:\n${describeDifferences(differences, 'got', 'wanted')}`, {
    data: { objects: differences.map((difference) => difference.key) },
  });
};

/** Names the objects that differ and how, one line each; at most 20 lines. */
export const describeDifferences = (differences: readonly FingerprintDifference[], left: string, right: string): string => {
  const lines = differences.flatMap((difference) => [
    `  ${difference.key}`,
    ...difference.onlyLeft.map((line) => `    ${left}: ${line}`),
    ...difference.onlyRight.map((line) => `    ${right}: ${line}`),
  ]);
  return lines.length > 20 ? [...lines.slice(0, 20), `  … and ${lines.length - 20} lines more`].join('\n') : lines.join('\n');
};

/**
 * The objects whose fingerprints differ, and those named, with both fingerprints. Not those of `live` that a failed statement left: its
 * statements do with them and without, as they must on another database.
 */
export const touchesBetween = (
  before: Fingerprint,
  after: Fingerprint,
  named: readonly string[] = [],
  live: Schema = schemaOf([]),
): readonly Touch[] => {
  const changed = compareFingerprints(before, after).map((difference) => difference.key);
  const present = named.filter((key) => before.objects.has(key) || after.objects.has(key));
  return [...new Set([...changed, ...present])]
    .filter((key) => live.objects.get(key)?.sound === undefined)
    .sort()
    .map((key) => ({ key, before: before.objects.get(key)?.hash, after: after.objects.get(key)?.hash }));
};
