import type { Config } from '../config/config.ts';
import { resolveRange } from '../revision/range.ts';
import { inOrder } from '../revision/graph.ts';
import type { OnEvent } from '../runner/event.ts';
import { readKnown } from './known.ts';
import { summarize } from './summary.ts';
import type { RevisionSummary } from './types.ts';

export interface HistoryOptions {
  /** `a:b`, `a:`, `:b`, `-3:current`, … both ends included; default: all. */
  readonly range?: string;
  /** Ask the database which revisions are current; also when `range` says `current`. */
  readonly indicateCurrent?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/**
 * The revisions, newest first. A database is asked only when need be, and then only read.
 * Errors: those of reading the folder, `revision-unknown`, `revision-ambiguous`, `multiple-heads`, `walk-failed`, `usage`.
 */
export const history = async (
  config: Config,
  options: HistoryOptions = {},
): Promise<{ readonly revisions: readonly RevisionSummary[] }> => {
  const { range, indicateCurrent: ask = false, signal, onEvent } = options;
  const known = await readKnown(config, range === undefined ? [] : [range], { ask, signal, onEvent });
  const { graph, applied } = known.history;
  const ids = range === undefined ? graph.nodes.map(({ id }) => id) : resolveRange(graph, range, { applied }).ids;
  return { revisions: summarize(known.history, inOrder(graph, ids).toReversed(), known) };
};
