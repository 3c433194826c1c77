import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { createDatabase } from '../engine/open.ts';
import { openOptionsOf } from './context.ts';
import type { CreateResult } from './types.ts';

/**
 * Creates the configured database, empty, unless it is there. Errors: `no-url`, `bad-url`, and those of connecting to the
 * server, or of writing to the folder.
 */
export const create = async (config: Config, options: { readonly signal?: AbortSignal } = {}): Promise<CreateResult> => {
  const { location, name, changed } = await createDatabase(requireUrl(config), { ...openOptionsOf(config, options.signal), mode: 'write' });
  return { location, name, created: changed };
};
