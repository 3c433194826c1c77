import type { Config } from '../config/config.ts';
import { heads as headsOfGraph } from '../revision/graph.ts';
import { readProject } from './context.ts';
import { summarize } from './summary.ts';
import type { RevisionSummary } from './types.ts';

/** The revisions without a child, from the files alone. Errors: those of reading the folder. */
export const heads = async (config: Config): Promise<{ readonly heads: readonly RevisionSummary[] }> => {
  const history = await readProject(config);
  return { heads: summarize(history, headsOfGraph(history.graph), { engine: undefined, asked: false }) };
};
