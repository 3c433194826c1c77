import type { Config } from '../config/config.ts';
import { LimbeckError } from '../errors.ts';
import { openBook } from '../runner/book.ts';
import type { OnEvent } from '../runner/event.ts';
import { openToWrite } from './context.ts';

export interface EnsureVersionResult {
  readonly location: string;
  /** The journal's name. */
  readonly table: string;
  /** False: it was there already, and nothing was written. */
  readonly created: boolean;
}

/**
 * Creates the journal if the database has none, and otherwise writes nothing.
 * Errors: `journal-newer`, `journal-elsewhere`, `database-busy`, and those of opening.
 */
export const ensureVersion = async (
  config: Config,
  options: { readonly onEvent?: OnEvent; readonly signal?: AbortSignal } = {},
): Promise<EnsureVersionResult> => {
  const { signal, onEvent } = options;
  const session = await openToWrite(config, { signal, onEvent }, () => true);
  if (session === undefined) throw new LimbeckError('internal', 'no database was opened');
  try {
    const lock = await session.lock({
      timeoutMs: config.lockTimeoutMs,
      onWait: (holder) => onEvent?.({ type: 'waiting-for-lock', holder }),
    });
    try {
      const journal = session.journal(config.journalTable);
      const book = openBook(session, journal);
      const isThere = await journal.exists();
      await book.read();
      if (!isThere) await book.transact(async () => undefined);
      return { location: session.location, table: journal.table, created: !isThere };
    } finally {
      await lock.release();
    }
  } finally {
    await session.close();
  }
};
