import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { openScratchSession } from '../engine/open.ts';
import type { Session } from '../engine/engine.ts';

/** An empty scratch database of the configured engine; the caller closes it. Errors: `no-url`, `bad-url`, `scratch-failed`. */
export const openScratch = (config: Config, signal?: AbortSignal): Promise<Session> =>
  openScratchSession(requireUrl(config), {
    mode: 'write',
    directory: config.directory,
    ...(signal === undefined ? {} : { signal }),
    ...(config.driver === undefined ? {} : { driver: config.driver }),
  });
