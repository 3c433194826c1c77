import type { Config } from '../config/config.ts';
import { resolveRange } from '../revision/range.ts';
import { inOrder } from '../revision/graph.ts';
import { readProject, viewProject } from './context.ts';
import { summarize } from './summary.ts';
import type { RevisionSummary } from './types.ts';

export interface HistoryOptions {
  /** `a:b`, `a:`, `:b`, `-3:current`, … both ends included; default: all. */
  readonly range?: string;
  /** Ask the database which revisions are current; also when `range` says `current`. */
  readonly indicateCurrent?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The revisions, newest first. A database is asked only when need be, and then only read.
 * Errors: those of reading the folder, `revision-unknown`, `revision-ambiguous`, `multiple-heads`, `walk-failed`, `usage`.
 */
export const history = async (
  config: Config,
  options: HistoryOptions = {},
): Promise<{ readonly revisions: readonly RevisionSummary[] }> => {
  const asked = options.indicateCurrent === true || (options.range ?? '').includes('current');
  const view = asked ? await viewProject(config, { signal: options.signal }) : undefined;
  try {
    const known = view?.history ?? (await readProject(config));
    const { graph, applied } = known;
    const ids = options.range === undefined ? graph.nodes.map(({ id }) => id) : resolveRange(graph, options.range, { applied }).ids;
    return { revisions: summarize(known, inOrder(graph, ids).toReversed(), { engine: view?.engine, asked }) };
  } finally {
    await view?.close();
  }
};
