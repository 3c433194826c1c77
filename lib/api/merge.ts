import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { LimbeckError } from '../errors.ts';
import { writeMigration } from '../revision/directory.ts';
import { ancestors, heads } from '../revision/graph.ts';
import type { Graph } from '../revision/graph.ts';
import { resolveTarget } from '../revision/resolve.ts';
import { fileEmpty } from './half.ts';
import { identify } from './identity.ts';
import { readKnown, type Known } from './known.ts';
import type { MergeOptions, MergeResult } from './branch-types.ts';

/**
 * Writes a revision that joins others: one pair for every engine, which runs nothing unless it is filled in.
 * Errors: `nothing-to-merge`, `usage` (a revision named twice, or that is no head, without `splice`), and those of `identify`.
 */
export const mergeRevisions = async (config: Config, options: MergeOptions): Promise<MergeResult> => {
  const { revisions, dependsOn = [], signal } = options;
  const known = await readKnown(config, [...revisions, ...dependsOn], { signal });
  const parents = distinct(known, revisions);
  requireApart(known.files.graph, parents);
  const message = options.message ?? `merge ${parents.slice(0, -1).join(', ')} and ${parents.at(-1)}`;
  const identity = identify(known, { ...options, message, follows: parents });
  const body = `-- joins ${parents.join(', ')}: there is nothing to run\n`;
  const files = await writeMigration(config.migrations, fileEmpty(config, identity, undefined, body));
  return { revision: identity.id, parents, files: files.map((file) => relative(config.directory, file)) };
};

/** The revisions named, in their order. Errors: `usage` for one that is named twice. */
const distinct = ({ history }: Known, texts: readonly string[]): readonly string[] => {
  const named = texts.map((text) => ({ text, ids: resolveTarget(history.graph, text, { applied: history.applied }, 'any').ids }));
  const ids = named.flatMap((each) => each.ids);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice === undefined) return ids;
  const by = [...new Set(named.filter((each) => each.ids.includes(twice)).map(({ text }) => text))];
  const which = by.length > 1 ? `${by.join(' and ')} are both ${twice}` : twice;
  throw new LimbeckError('usage', `Duplicate head revisions specified: ${which}`, {
    hint: `name it once: limbeck merge ${[...new Set(ids)].join(' ')}`,
    data: { revision: twice, arguments: by },
  });
};

const requireApart = (graph: Graph, ids: readonly string[]): void => {
  const all = heads(graph).map(({ id }) => id);
  const [only, ...others] = ids;
  const more = all.filter((id) => id !== only);
  const hint = more.length === 0 ? 'the history has one head already' : `limbeck merge ${only ?? more[0]} ${more.join(' ')}`;
  if (only === undefined) throw nothing('no revision is named, so there is nothing to merge', hint, all);
  if (others.length === 0) throw nothing(`there is one revision, ${only}, so there is nothing to merge`, hint, all);
  for (const id of ids) {
    const before = ancestors(graph, graph.byId.get(id)?.parents ?? [], 'parents');
    const below = ids.find((other) => before.has(other));
    if (below !== undefined) throw nothing(`${id} is built on ${below} already, so there is nothing to merge`, hint, all);
  }
};

const nothing = (message: string, hint: string, known: readonly string[]): LimbeckError =>
  new LimbeckError('nothing-to-merge', message, { hint, data: { heads: known } });
