import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { openScratchSession } from '../engine/open.ts';
import type { Session } from '../engine/engine.ts';
import { openOptionsOf } from './context.ts';

/** An empty scratch database of the configured engine; the caller closes it. Errors: `no-url`, `bad-url`, `scratch-failed`. */
export const openScratch = (config: Config, signal?: AbortSignal): Promise<Session> =>
  openScratchSession(requireUrl(config), { ...openOptionsOf(config, signal), mode: 'write' });
