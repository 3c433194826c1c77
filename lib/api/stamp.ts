import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import type { JournalEntry, Session } from '../engine/engine.ts';
import { inOrder } from '../revision/graph.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { Revision } from '../revision/revision.ts';
import { stamped } from '../revision/stamp.ts';
import { openBook } from '../runner/book.ts';
import type { Book } from '../runner/book.ts';
import type { OnEvent } from '../runner/event.ts';
import { halfFor, historyOf, isDone } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { headsOf, requireKnown } from '../runner/itinerary.ts';
import { entryFor } from '../runner/record.ts';
import { openToWrite, readFiles } from './context.ts';
import type { StampResult } from './types.ts';

export interface StampOptions {
  /** `head`, `heads`, `base`, ids, …; several make several heads. */
  readonly targets: readonly string[];
  /** Forget every row first, also those of revisions that the files do not know. */
  readonly purge?: boolean;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

/**
 * Makes the journal say that the database is at `targets`, without running any SQL: rows for the targets and all that
 * they need (state `stamped`, with the down SQL of the files), none for what else stood on their line. Other branches stay, and
 * rows that are right already stay as they are; with `purge` all are written anew. Every target is resolved before anything is written, in one transaction.
 * Errors: as `upgrade`; `revision-unknown` for a row that no file has, unless `purge`.
 */
export const stamp = async (config: Config, options: StampOptions): Promise<StampResult> => {
  const { signal, onEvent } = options;
  requireUrl(config);
  const revisions = await readFiles(config);
  const none = historyOf(revisions, []);
  const session = await openToWrite(config, { signal, onEvent }, () => wantedBy(none, none, options.targets).size > 0);
  if (session === undefined) return { from: [], to: [] };
  try {
    const lock = await session.lock({
      timeoutMs: config.lockTimeoutMs,
      onWait: (holder) => onEvent?.({ type: 'waiting-for-lock', holder }),
    });
    try {
      return await stampLocked(session, openBook(session, session.journal(config.journalTable)), revisions, options);
    } finally {
      await lock.release();
    }
  } finally {
    await session.close();
  }
};

const stampLocked = async (session: Session, book: Book, revisions: readonly Revision[], options: StampOptions): Promise<StampResult> => {
  const purge = options.purge ?? false;
  const before = historyOf(revisions, await book.read());
  const files = purge ? historyOf(revisions, []) : before;
  requireKnown(files);
  const wanted = wantedBy(files, before, options.targets);
  const keep = new Set(
    purge ? [] : before.entries.filter((entry) => isDone(entry) && wanted.has(entry.revision)).map(({ revision }) => revision),
  );
  const added = inOrder(files.graph, wanted)
    .filter(({ id }) => !keep.has(id))
    .map((revision) => stampOf(revision, session));
  const removed = [
    ...before.held.filter(({ revision }) => !isHeldBy(before, keep, revision)),
    ...before.entries.filter(({ revision }) => !keep.has(revision)),
  ];
  if (added.length + removed.length > 0) {
    await book.transact(async () => {
      for (const { revision } of removed.toReversed()) await book.journal.remove(revision);
      for (const entry of added) await book.journal.insert(entry);
    });
  }
  return { from: headsOf(before), to: headsOf(historyOf(revisions, await book.read())) };
};

/** True while a squash that stays holds the revision. */
const isHeldBy = ({ revisions }: History, keep: ReadonlySet<string>, id: string): boolean =>
  [...keep].some((each) => revisions.get(each)?.squashes.includes(id) ?? false);

/** A relative target counts from what is applied now, also when that is purged. */
const wantedBy = (files: History, before: History, targets: readonly string[]): ReadonlySet<string> =>
  stamped(
    files.graph,
    files.applied,
    targets.map((text) => resolveTarget(files.graph, text, { applied: before.applied }, 'any')),
  );

const stampOf = (revision: Revision, session: Session): JournalEntry =>
  entryFor({
    revision,
    half: halfFor(revision, session.dialect.name),
    engine: session.dialect.name,
    state: 'stamped',
    durationMs: 0,
    statementsDone: 0,
  });
