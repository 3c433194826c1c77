import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { createDatabase } from '../engine/open.ts';
import { LimbeckError } from '../errors.ts';
import { openOptionsOf, readFiles } from './context.ts';
import { move } from './move.ts';
import type { RunOptions, RunResult } from './types.ts';

export type MigrateOptions = Omit<RunOptions, 'target'>;

/**
 * Applies all that is pending, on every branch: `upgrade` to `heads`, as dbmate's `migrate`. What turned up in the middle of
 * what is applied is refused (dbmate applies it, unless `--strict`), because it would run on a schema for which it was not
 * written; `allowOutOfOrder` applies it. `strictOrder` refuses more than the default. No file at all is an error:
 * then the folder is most likely another one. Errors: as `upgrade`; `revision-unknown` for no files.
 */
export const migrate = async (config: Config, options: MigrateOptions): Promise<RunResult> => {
  await requireFiles(config);
  return moveToHeads(config, options);
};

/**
 * As `migrate`, but a database that is missing is created first, on a server too; an event says so. Only this and `create`
 * ever create one on a server. Errors: as `migrate` and `create`.
 */
export const up = async (config: Config, options: MigrateOptions): Promise<RunResult> => {
  await requireFiles(config);
  if (options.dryRun !== true) {
    const { location, changed } = await createDatabase(requireUrl(config), { ...openOptionsOf(config, options.signal), mode: 'write' });
    if (changed) options.onEvent?.({ type: 'database-created', location, source: config.urlSource ?? 'the caller' });
  }
  return moveToHeads(config, options);
};

const moveToHeads = (config: Config, options: MigrateOptions): Promise<RunResult> => move(config, 'up', { ...options, target: 'heads' });

const requireFiles = async (config: Config): Promise<void> => {
  requireUrl(config);
  if ((await readFiles(config)).length > 0) return;
  throw new LimbeckError('revision-unknown', `there is no migration in ${relative(config.directory, config.migrations) || '.'}`, {
    hint: 'name the folder with --migrations, or write the first one: limbeck revision --autogenerate -m "first"',
    data: { migrations: config.migrations },
  });
};
