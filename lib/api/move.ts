import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { engineOf, maskUrl } from '../engine/open.ts';
import { LimbeckError } from '../errors.ts';
import { renderDryRun } from '../runner/dry.ts';
import { historyOf } from '../runner/history.ts';
import { headsOf, downTarget, planDown, planUp, upTarget } from '../runner/itinerary.ts';
import { run } from '../runner/run.ts';
import { openToWrite, readFiles, scopeOf, viewProject } from './context.ts';
import type { FolderOptions, ProjectView } from './context.ts';
import { lexisOf } from './lexis.ts';
import type { RunOptions, RunResult } from './types.ts';

/** What `upgrade` and `downgrade` share. */
export const move = async (config: Config, direction: 'up' | 'down', options: RunOptions): Promise<RunResult> => {
  const began = performance.now();
  refuseRange(options.target, direction);
  if (options.dryRun === true) return dryRun(config, direction, options, began);
  const { signal, onEvent } = options;
  const url = requireUrl(config);
  const revisions = await readFiles(config, folderFor(direction));
  const isMore = (): boolean => plan({ history: historyOf(revisions, []), engine: engineOf(url) }, direction, options).length > 0;
  const session = await openToWrite(config, { signal, onEvent }, isMore);
  if (session === undefined)
    return { location: maskUrl(url), from: [], to: [], steps: [], durationMs: performance.now() - began, sql: undefined };
  try {
    const outcome = await run({
      session,
      revisions,
      scope: scopeOf(config),
      lockTimeoutMs: config.lockTimeoutMs,
      direction,
      target: options.target,
      verify: options.verify,
      allowOutOfOrder: options.allowOutOfOrder ?? false,
      strictOrder: options.strictOrder ?? false,
      strictDrift: options.strictDrift ?? false,
      onEvent,
      signal,
    });
    const schemaFile = config.dumpSchema === undefined ? undefined : await (await import('./dump.ts')).dumpAfter(config, session, outcome);
    const durationMs = performance.now() - began;
    return { location: session.location, ...outcome, durationMs, sql: undefined, ...(schemaFile === undefined ? {} : { schemaFile }) };
  } finally {
    await session.close();
  }
};

/** The way down needs no files: the journal has its SQL. */
const folderFor = (direction: 'up' | 'down'): FolderOptions => ({ folderMayLack: direction === 'down' });

/** Where a run starts is what the database says. */
const refuseRange = (target: string, direction: 'up' | 'down'): void => {
  const [from, to = ''] = target.split(':');
  if (from === target) return;
  const command = `limbeck ${direction === 'up' ? 'upgrade' : 'downgrade'}`;
  throw new LimbeckError('usage', `'${target}': a range is not allowed here, because the database says where to start`, {
    hint: `${command} ${to === '' ? (direction === 'up' ? 'head' : 'base') : to} goes there from where it stands; ${command} ${target} --sql prints a script for the range`,
    data: { target },
  });
};

const dryRun = async (config: Config, direction: 'up' | 'down', options: RunOptions, began: number): Promise<RunResult> => {
  const view = await viewProject(config, { signal: options.signal, ...folderFor(direction) });
  try {
    const { history } = view;
    const steps = plan(view, direction, options);
    const from = headsOf(history);
    const after = new Set(history.applied);
    for (const { revision } of steps) {
      if (direction === 'up') after.add(revision.id);
      else after.delete(revision.id);
    }
    return {
      location: view.location,
      from,
      to: headsOf({ ...history, applied: after }),
      steps: steps.map(({ revision: { id, slug } }) => ({ revision: id, slug, durationMs: 0, checked: false })),
      durationMs: performance.now() - began,
      sql: renderDryRun(steps, lexisOf(view.engine)),
    };
  } finally {
    await view.close();
  }
};

const plan = (
  { history, engine }: Pick<ProjectView, 'history' | 'engine'>,
  direction: 'up' | 'down',
  options: RunOptions,
): ReturnType<typeof planUp> | ReturnType<typeof planDown> => {
  const { allowOutOfOrder = false, strictOrder = false } = options;
  const planOptions = { engine, allowOutOfOrder, strictOrder };
  return direction === 'up'
    ? planUp(history, upTarget(history, options.target), planOptions)
    : planDown(history, downTarget(history, options.target), planOptions);
};
