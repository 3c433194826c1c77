import type { Config } from '../config/config.ts';
import { resolveRange } from '../revision/range.ts';
import { inOrder } from '../revision/graph.ts';
import { readKnown } from './known.ts';
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
  const known = await readKnown(config, [options.revision], { signal: options.signal });
  const { graph, applied } = known.history;
  const { ids } = resolveRange(graph, options.revision, { applied });
  const revisions = inOrder(graph, ids).toReversed();
  return {
    revisions: summarize(known.history, revisions, known).map((summary, index) => ({
      ...summary,
      files: (revisions[index]?.halves ?? []).flatMap(({ up, down }) =>
        [up, down].flatMap((file) => (file === undefined ? [] : [{ path: file.path, text: file.text }])),
      ),
    })),
  };
};
