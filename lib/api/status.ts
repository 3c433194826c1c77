import type { Config } from '../config/config.ts';
import type { JournalEntry } from '../engine/engine.ts';
import { editedFiles, goOnCommand, isDone } from '../runner/history.ts';
import { viewProject, type ViewOptions } from './context.ts';
import { summarize } from './summary.ts';
import type { StatusResult, StoppedRevision } from './types.ts';

/**
 * What was applied, in the order of application, and what is pending, in the order in which it would be. `edited` is
 * true where the up file is no longer the one that was applied; what stopped half way is in `stopped`, too; revisions that no file has are named in `unknown` too.
 * Reads only, as `current`. Errors: `no-url`, `bad-url`, and those of opening and reading.
 */
export const status = async (config: Config, options: ViewOptions = {}): Promise<StatusResult> => {
  const view = await viewProject(config, options);
  try {
    const { history, engine } = view;
    const { graph } = history;
    const done = history.entries.filter(isDone);
    const edited = new Set(editedFiles(history, engine).map(({ revision }) => revision));
    const applied = done.flatMap((entry) => {
      const revision = graph.byId.get(entry.revision);
      return revision === undefined ? [] : [{ entry, revision }];
    });
    const summaryOptions = { engine, asked: true };
    const summaries = summarize(
      history,
      applied.map(({ revision }) => revision),
      summaryOptions,
    );
    return {
      location: view.location,
      applied: summaries.map((summary, index) => ({
        ...summary,
        appliedAt: applied[index]?.entry.appliedAt ?? '',
        edited: edited.has(summary.id),
      })),
      pending: summarize(
        history,
        graph.nodes.filter(({ id }) => !history.applied.has(id)),
        summaryOptions,
      ),
      stopped: history.entries.filter((entry) => !isDone(entry)).map(stoppedOf),
      unknown: history.unknown,
    };
  } finally {
    await view.close();
  }
};

const stoppedOf = (entry: JournalEntry): StoppedRevision => ({
  id: entry.revision,
  direction: entry.state === 'reverting' ? 'down' : 'up',
  statementsDone: entry.statementsDone,
  command: goOnCommand(entry),
});
