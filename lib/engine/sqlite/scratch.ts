import { LimbeckError } from '../../errors.ts';
import type { OpenOptions, Session } from '../engine.ts';
import { openSqlite } from './session.ts';

/**
 * An empty database in memory, with the driver that `options` asks for or the best there is. Closing it removes it.
 * A statement that reaches another file is refused there (`sql-unsupported`). Errors: `scratch-failed`.
 */
export const openScratch = async (options: Pick<OpenOptions, 'directory' | 'driver' | 'signal'>): Promise<Session> => {
  try {
    return await openSqlite('sqlite://', { ...options, mode: 'write' }, { isScratch: true });
  } catch (cause) {
    throw new LimbeckError('scratch-failed', `no scratch database: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'a scratch database needs nothing but memory: look at the free memory, or force the other driver in the configuration',
      cause,
    });
  }
};
