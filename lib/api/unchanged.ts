import { modelsHash, readRemarks, type Remarks } from '../diff/declared.ts';
import type { Models } from '../diff/load.ts';
import { unmetOwners } from '../diff/unmanaged.ts';
import type { Scope, Session } from '../engine/engine.ts';
import type { UnmanagedObject } from '../model/schema.ts';
import { scopeOfProof } from '../runner/check.ts';
import { expectedSchema } from '../runner/drift.ts';
import type { History } from '../runner/history.ts';
import type { MigrationHeader } from '../sql/header.ts';

/** What there is to say of a database that is what the models declare. */
export interface Unchanged {
  readonly remarks: Remarks;
  /** Not managed, in the database. */
  readonly live: readonly UnmanagedObject[];
  /** Not managed, and named by the models alone. */
  readonly declared: readonly UnmanagedObject[];
}

/**
 * Tells without a scratch database that nothing differs: the revision applied last was proved to make what this very text of the
 * models declares, and the database has the fingerprint that it was proved to leave. Undefined: that is not known.
 */
export const findUnchanged = async (history: History, live: Session, models: Models, asked: Scope): Promise<Unchanged | undefined> => {
  const expected = expectedSchema(history, live);
  if (expected === undefined || expected.header.proof?.models !== modelsHash(models, asked.exclude)) return undefined;
  const remarks = readRemarks(models, live.dialect, asked.privileges);
  if (!looksAtAll(expected.header, asked, remarks)) return undefined;
  const scope = scopeOfProof(asked, expected.header);
  const { whole } = await live.fingerprint(scope);
  if (whole !== expected.whole) return undefined;
  const unmanaged = live.unmanaged === undefined ? (await live.inspect(scope)).unmanaged : await live.unmanaged(scope);
  return { remarks, live: unmanaged, declared: await unmetOwners(live, remarks.owners) };
};

/** Whether the proof looked at everything that is asked about now. */
const looksAtAll = ({ schemas, privileges }: MigrationHeader, asked: Scope, { hasGrants }: Remarks): boolean => {
  const isSame = asked.schemas === undefined || [...asked.schemas].sort().join('\n') === [...schemas].sort().join('\n');
  return isSame && (privileges || !(asked.privileges ?? hasGrants));
};
