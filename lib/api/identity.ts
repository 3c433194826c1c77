import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { EngineName } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { realHeads } from '../revision/graph.ts';
import { checkRevisionId, nextRevisionId } from '../revision/id.ts';
import { writeFileName } from '../revision/pair.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { Revision } from '../revision/revision.ts';
import { slugOf } from '../revision/slug.ts';
import type { Files } from './context.ts';
import type { RevisionOptions } from './types.ts';

/** What the files of a revision have in common. */
export type Identity = Pick<Revision, 'id' | 'slug' | 'message' | 'parents' | 'dependsOn' | 'labels'>;

/** Where a new revision stands, and its name. Errors: `multiple-heads`, `revision-duplicate`, `usage`, and those of `resolveTarget`. */
export const identify = ({ graph }: Files, options: RevisionOptions): Identity => {
  const parents =
    options.head === undefined
      ? realHeads(graph).map(({ id }) => id)
      : resolveTarget(graph, options.head, { applied: new Set() }, 'any').ids;
  if (options.head === undefined && parents.length > 1) {
    throw new LimbeckError('multiple-heads', `Multiple heads are present: ${parents.join(', ')}`, {
      hint: `say which one the new revision follows: --head ${parents[0] ?? ''}`,
      data: { heads: parents },
    });
  }
  const taken = graph.nodes.map(({ id }) => id);
  const id = options.revisionId ?? nextRevisionId(taken, new Date());
  checkRevisionId(id);
  if (taken.includes(id)) {
    throw new LimbeckError('revision-duplicate', `revision ${id} is there already`, { hint: 'leave --rev-id out, or choose another' });
  }
  return { id, slug: slugOf(options.message), message: options.message, parents, dependsOn: [], labels: [] };
};

/** The identities of `count` revisions in a row instead of one: each follows the one before it, and says which of them it is. */
export const inParts = (identity: Identity, count: number, { graph }: Files): readonly Identity[] => {
  if (count === 1) return [identity];
  const taken = graph.nodes.map(({ id }) => id);
  const parts: Identity[] = [];
  for (let place = 1; place <= count; place += 1) {
    const before = parts.at(-1);
    const message = `${identity.message} (${place} of ${count})`;
    const id = before === undefined ? identity.id : idAfter(identity.id, place, [...taken, ...parts.map((part) => part.id)]);
    parts.push({ ...identity, id, message, slug: slugOf(message), parents: before === undefined ? identity.parents : [before.id] });
  }
  return parts;
};

/** A second later than a time; behind an id of another kind, which of the revisions it is. */
const idAfter = (first: string, place: number, taken: readonly string[]): string => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(first) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (!Number.isNaN(time.getTime())) return nextRevisionId(taken, time);
  const id = checkRevisionId(`${first}part${place}`);
  if (!taken.includes(id)) return id;
  throw new LimbeckError('revision-duplicate', `revision ${id} is there already`, { hint: 'choose another --rev-id' });
};

/** The path of one of its files, as people see it; without an engine, of the pair that serves every one. */
export const pathOf = (config: Config, { id, slug }: Identity, engine: EngineName | undefined, direction: 'up' | 'down'): string =>
  `${relative(config.directory, config.migrations) || '.'}/${writeFileName({ id, slug, engine, direction })}`;
