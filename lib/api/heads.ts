import type { Config } from '../config/config.ts';
import { heads as headsOfGraph, realHeads } from '../revision/graph.ts';
import { readProject } from './context.ts';
import { summarize } from './summary.ts';
import type { RevisionSummary } from './types.ts';

/**
 * The revisions without a child, from the files alone; with `resolveDependencies` without those that a revision of another
 * branch depends on. Errors: those of reading the folder.
 */
export const heads = async (
  config: Config,
  options: { readonly resolveDependencies?: boolean } = {},
): Promise<{ readonly heads: readonly RevisionSummary[] }> => {
  const history = await readProject(config);
  const found = options.resolveDependencies === true ? realHeads(history.graph) : headsOfGraph(history.graph);
  return { heads: summarize(history, found, { engine: undefined, asked: false }) };
};
