import type { Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Revision } from '../revision/revision.ts';
import { scopeOfProof } from './check.ts';
import { halfIfAny } from './history.ts';
import type { History } from './history.ts';
import type { Step } from './planned.ts';
import { statementsOf } from './statement.ts';

/** An object of a `state-mismatch`, as `checkTouches` puts it into `data.objects`. */
interface Mismatch {
  readonly key: string;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly lines: readonly string[];
}

/**
 * Names what exactly differs in a `state-mismatch`. The header has only hashes, so the files are replayed in scratch up
 * to where the database should be, and the lines of the two fingerprints are compared. Where that cannot be done (files
 * edited or gone, no scratch) the error comes back as it is; so does any other error.
 */
export const explainMismatch = async (error: unknown, step: Step, history: History, session: Session, scope: Scope): Promise<unknown> => {
  if (!isLimbeckError(error) || error.code !== 'state-mismatch') return error;
  const objects = mismatches(error).filter(({ expected }) => expected !== undefined);
  if (objects.length === 0) return error;
  try {
    const proved = await replayed(
      revisionsBelow(step, history, error.data?.['side'] === 'after'),
      objects,
      session,
      scopeOfProof(scope, step.file.header),
    );
    const told = objects.flatMap((object) => tell(object, proved.get(object.key)));
    if (told.length === 0) return error;
    const { hint, where, data } = error;
    return new LimbeckError('state-mismatch', [error.message, ...told.slice(0, mostLines)].join('\n'), {
      ...(hint === undefined ? {} : { hint }),
      ...(where === undefined ? {} : { where }),
      data: { ...data, differences: told },
      cause: error,
    });
  } catch {
    return error;
  }
};

const mostLines = 20;

const mismatches = (error: LimbeckError): readonly Mismatch[] => {
  const objects = error.data?.['objects'];
  return Array.isArray(objects) ? objects.filter(isMismatch) : [];
};

const isMismatch = (value: unknown): value is Mismatch =>
  typeof value === 'object' && value !== null && 'key' in value && 'expected' in value && 'lines' in value && Array.isArray(value.lines);

/** What has to have run for the schema to be as proved, before or after the step. */
const revisionsBelow = (step: Step, { graph, applied }: History, isAfter: boolean): readonly Revision[] => {
  const has = (id: string): boolean => (id === step.revision.id ? (step.direction === 'up') === isAfter : applied.has(id));
  return graph.nodes.filter(({ id }) => has(id));
};

interface Proved {
  readonly hash: string;
  readonly lines: readonly string[];
}

const replayed = async (
  revisions: readonly Revision[],
  objects: readonly Mismatch[],
  session: Session,
  scope: Scope,
): Promise<ReadonlyMap<string, Proved>> => {
  const scratch = await session.scratch();
  try {
    for (const revision of revisions) {
      const file = halfIfAny(revision, session.dialect.name)?.up;
      if (file === undefined) return new Map();
      const { transactional, foreignKeys, allow } = file.header;
      const runAll = async (): Promise<void> => {
        for (const { sql } of statementsOf(file, session.dialect.lexis)) await scratch.execute(sql);
      };
      await (transactional ? scratch.transaction(runAll, { foreignKeys, allow }) : runAll());
    }
    const { objects: found } = await scratch.fingerprint({ ...scope, only: new Set(objects.map(({ key }) => key)) });
    return found;
  } finally {
    await scratch.close();
  }
};

/** Nothing unless the replay gave the very object that was proved. */
const tell = (object: Mismatch, proved: Proved | undefined): readonly string[] => {
  if (proved === undefined || proved.hash !== object.expected) return [];
  const here = object.lines.filter((line) => !proved.lines.includes(line));
  const there = proved.lines.filter((line) => !object.lines.includes(line));
  return [`  ${object.key}`, ...here.map((line) => `    found:  ${line}`), ...there.map((line) => `    proved: ${line}`)];
};
