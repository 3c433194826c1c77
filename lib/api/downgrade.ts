import type { Config } from '../config/config.ts';
import { move } from './move.ts';
import type { RunOptions, RunResult } from './types.ts';

/**
 * Takes revisions back down to `options.target` (`-1`, `base`, an id, …), children first, with the down SQL that the
 * journal recorded when they were applied: the files may be gone. Nothing runs unless every one of them has its way back.
 *
 * The file's down SQL runs instead of the recorded one only where the up file is still the one that was applied and the
 * down file was proved with it; an event (`down-edited`) says whenever the two differ, and which runs.
 *
 * Errors: as `upgrade`, and `no-down`, `journal-moved`.
 */
export const downgrade = (config: Config, options: RunOptions): Promise<RunResult> => move(config, 'down', options);
