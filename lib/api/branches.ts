import type { Config } from '../config/config.ts';
import { readProject } from './context.ts';
import { summarize } from './summary.ts';
import type { BranchPoint } from './types.ts';

/** The revisions that several follow, with what follows them, newest first; from the files alone. Errors: those of reading the folder. */
export const branches = async (config: Config): Promise<{ readonly branches: readonly BranchPoint[] }> => {
  const history = await readProject(config);
  const { graph } = history;
  const summaries = new Map(summarize(history, graph.nodes, { engine: undefined, asked: false }).map((each) => [each.id, each]));
  const points = [...summaries.values()].filter(({ isBranchPoint }) => isBranchPoint).toReversed();
  return { branches: points.map((point) => ({ point, children: point.children.flatMap((id) => summaries.get(id) ?? []) })) };
};
