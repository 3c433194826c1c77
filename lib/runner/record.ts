import { hostname, userInfo } from 'node:os';
import type { EngineName, JournalEntry } from '../engine/engine.ts';
import type { MigrationHalf, Revision } from '../revision/revision.ts';
import { touchesText } from './migration.ts';
import { version } from '../version.ts';

/** What is written down about a revision when its up has run, or is said to have. */
export interface RecordOptions {
  readonly revision: Revision;
  readonly half: MigrationHalf;
  readonly engine: EngineName;
  readonly state: JournalEntry['state'];
  readonly durationMs: number;
  readonly statementsDone: number;
}

/** The journal row of a revision: with the down SQL whole, so that the way back never depends on the files. */
export const entryFor = ({ revision, half, engine, state, durationMs, statementsDone }: RecordOptions): JournalEntry => ({
  revision: revision.id,
  parents: revision.parents,
  dependsOn: revision.dependsOn,
  slug: revision.slug,
  engine,
  checksum: half.up?.checksum ?? '',
  down: half.down?.text,
  touches: touchesText(half.up?.header.touches ?? []),
  appliedAt: new Date().toISOString(),
  appliedBy: who(),
  durationMs: Math.round(durationMs),
  statementsDone,
  state,
  limbeckVersion: version,
});

/** `user@host`, as far as the system tells it; asked once, because a directory service may have to answer. */
const who = (): string => (known ??= `${userName()}@${hostname()}`);

let known: string | undefined;

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};
