import type { Config } from '../config/config.ts';
import { resolveRange } from '../revision/range.ts';
import { inOrder } from '../revision/graph.ts';
import { readProject, viewProject } from './context.ts';
import { summarize } from './summary.ts';
import type { RevisionSummary } from './types.ts';

/** A revision with the text of its files. */
export type ShownRevision = RevisionSummary & { readonly files: readonly { readonly path: string; readonly text: string }[] };

/**
 * One revision or several (`heads`, a range), newest first, with the text of their files; none for `base`. The database
 * is read only for `current`. Errors: those of reading the folder, `revision-unknown`, `revision-ambiguous`,
 * `multiple-heads`, `walk-failed`, `usage`.
 */
export const show = async (
  config: Config,
  options: { readonly revision: string; readonly signal?: AbortSignal },
): Promise<{ readonly revisions: readonly ShownRevision[] }> => {
  const asked = options.revision.includes('current');
  const view = asked ? await viewProject(config, { signal: options.signal }) : undefined;
  try {
    const history = view?.history ?? (await readProject(config));
    const { ids } = resolveRange(history.graph, options.revision, { applied: history.applied });
    const revisions = inOrder(history.graph, ids).toReversed();
    const summaries = summarize(history, revisions, { engine: view?.engine, asked });
    return {
      revisions: summaries.map((summary, index) => ({
        ...summary,
        files: (revisions[index]?.halves ?? []).flatMap(({ up, down }) =>
          [up, down].flatMap((file) => (file === undefined ? [] : [{ path: file.path, text: file.text }])),
        ),
      })),
    };
  } finally {
    await view?.close();
  }
};
