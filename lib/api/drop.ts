import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { dropDatabase } from '../engine/open.ts';
import { LimbeckError } from '../errors.ts';
import { openOptionsOf } from './context.ts';
import type { DropResult } from './types.ts';

export interface DropOptions {
  /** Drop it without asking. */
  readonly yes?: boolean;
  /** Asks whether what is named may go; undefined: there is nobody to be asked. */
  readonly confirm?: (what: string) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/**
 * Drops the configured database and all that is in it; one that is not there is no error. Never while others use it, never
 * one that the URL does not name, nor one of the server's own. Errors: `usage` (neither `yes` nor somebody to ask),
 * `no-url`, `bad-url`, `database-busy` with who uses it, `database-unreadable` (a file that is no database), `cancelled`.
 */
export const drop = async (config: Config, options: DropOptions): Promise<DropResult> => {
  const url = requireUrl(config);
  const confirm = options.yes === true ? async () => true : options.confirm;
  if (confirm === undefined) {
    throw new LimbeckError('usage', 'drop removes the whole database, and there is no terminal on which to ask', {
      hint: 'limbeck drop --yes, if that is what you want',
    });
  }
  const { location, name, changed } = await dropDatabase(url, { ...openOptionsOf(config, options.signal), confirm });
  return { location, name, dropped: changed };
};
