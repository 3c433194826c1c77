import type { Config } from '../config/config.ts';
import { move } from './move.ts';
import type { RunOptions, RunResult } from './types.ts';

/**
 * Applies revisions up to `options.target` (`head`, `heads`, `+1`, an id, …), each in one transaction together with its
 * line in the journal and checked against its proof. At or past the target it does nothing and succeeds.
 *
 * With `dryRun` nothing is written or created, and `sql` is what would run. The database is created only when its URL
 * is the project's own (`config.urlIsDefault`), and then an event says so.
 *
 * Errors: `no-url`, `database-missing`, `database-busy`, `revision-unknown`, `revision-ambiguous`, `multiple-heads`,
 * `walk-failed`, `out-of-order`, `revision-missing-half`, `revision-invalid`, `sql-syntax`, `sql-failed`,
 * `state-mismatch`, `foreign-keys-broken`, `drift`, `journal-newer`, `cancelled`. Revisions that were done stay done.
 */
export const upgrade = (config: Config, options: RunOptions): Promise<RunResult> => move(config, 'up', options);
