import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { EngineName } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { buildGraph, describeByFiles, heads } from '../revision/graph.ts';
import type { Graph } from '../revision/graph.ts';
import { checkRevisionId, nextRevisionId } from '../revision/id.ts';
import { writeFileName } from '../revision/pair.ts';
import type { Revision } from '../revision/revision.ts';
import { slugOf } from '../revision/slug.ts';
import type { Files } from './context.ts';
import { idsOfFiles, type Known } from './known.ts';
import type { RevisionOptions } from './types.ts';

/** What the files of a revision have in common. */
export type Identity = Pick<Revision, 'id' | 'slug' | 'message' | 'parents' | 'dependsOn' | 'labels'>;

/** What the caller says of a new revision. */
export interface Wanted extends Pick<RevisionOptions, 'revisionId' | 'splice' | 'branchLabels' | 'dependsOn'> {
  readonly message: string;
  /** What it follows; empty: the base; undefined: the one head. */
  readonly follows: readonly string[] | undefined;
}

/**
 * Where a new revision stands, and its name: all that Alembic checks is checked here, before there is a file.
 * Errors: `multiple-heads`, `revision-duplicate` (its id or a label), `revision-invalid` (a label that cannot be one), `usage`
 * (its parent is no head, and no `splice`), `revision-cycle`, and those of `resolveTarget`.
 */
export const identify = (known: Known, wanted: Wanted): Identity => {
  const { graph } = known.files;
  const parents = wanted.follows === undefined ? oneHead(graph) : idsOfFiles(known, wanted.follows);
  if (wanted.splice !== true) requireHeads(graph, parents);
  const taken = graph.nodes.map(({ id }) => id);
  const id = checkRevisionId(wanted.revisionId ?? nextRevisionId(taken, new Date()));
  if (graph.byId.has(id) || graph.labels.has(id)) {
    throw new LimbeckError('revision-duplicate', `revision ${id} is there already`, { hint: 'leave --rev-id out, or choose another' });
  }
  const { message } = wanted;
  const dependsOn = idsOfFiles(known, wanted.dependsOn ?? []).filter((each) => !parents.includes(each));
  const identity = { id, slug: slugOf(message), message, parents, dependsOn, labels: [...new Set(wanted.branchLabels)] };
  requireFits(graph, identity);
  return identity;
};

/** Tries the history with it; there is no file yet that an error could name. */
const requireFits = (graph: Graph, identity: Identity): void => {
  const describe = (id: string, node: Revision): string => (id === identity.id ? 'the new revision' : describeByFiles(id, node));
  try {
    buildGraph([...graph.nodes, { ...identity, squashes: [], halves: [] }], describe);
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    const { code, message, hint = '', data = {} } = error;
    throw new LimbeckError(code, message, { hint, data });
  }
};

const oneHead = (graph: Graph): readonly string[] => {
  const ids = heads(graph).map((head) => head.id);
  if (ids.length <= 1) return ids;
  const message =
    `Multiple heads are present: ${ids.join(', ')}; please specify the head revision on which the new revision should be based, ` +
    'or perform a merge';
  throw new LimbeckError('multiple-heads', message, {
    hint: `say which one the new revision follows: --head ${ids[0] ?? ''}; or join them: limbeck merge heads`,
    data: { heads: ids },
  });
};

const requireHeads = (graph: Graph, ids: readonly string[]): void => {
  const inner = ids.find((id) => graph.children.has(id));
  if (inner === undefined) return;
  throw new LimbeckError(
    'usage',
    `Revision ${inner} is not a head revision; please specify --splice to create a new branch from this revision`,
    { hint: `${graph.children.get(inner)?.join(', ')} follows it; limbeck heads lists the heads`, data: { revision: inner } },
  );
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
    const first = { parents: identity.parents, dependsOn: identity.dependsOn, labels: identity.labels };
    const stand = before === undefined ? first : { parents: [before.id], dependsOn: [], labels: [] };
    parts.push({ id, message, slug: slugOf(message), ...stand });
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
