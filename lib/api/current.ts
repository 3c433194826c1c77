import type { Config } from '../config/config.ts';
import { appliedHeads } from '../revision/graph.ts';
import { viewProject, type ViewOptions } from './context.ts';
import { summarize } from './summary.ts';
import type { CurrentResult } from './types.ts';

/**
 * Where the database stands. Reads only: a database or journal that is not there reads as one to which nothing was
 * applied, and nothing is created. Revisions come in the order of the graph; one that no file has is told by what the
 * journal knows of it, and named in `unknown`. Errors: `no-url`, `bad-url`, and those of opening and reading.
 */
export const current = async (config: Config, options: ViewOptions = {}): Promise<CurrentResult> => {
  const view = await viewProject(config, options);
  try {
    const { history, engine, session } = view;
    const server = session?.server;
    return {
      location: view.location,
      server: server === undefined ? '' : `${server.product} ${server.version}`,
      revisions: summarize(history, appliedHeads(history.graph, history.applied), { engine, asked: true }),
      unknown: history.unknown,
      atHeads: history.unknown.length === 0 && history.graph.nodes.every(({ id }) => history.applied.has(id)),
    };
  } finally {
    await view.close();
  }
};
