import { LimbeckError } from '../errors.ts';
import { ancestors, realHeads, type Graph } from '../revision/graph.ts';
import { idFrom, notAdoptable } from '../revision/foreign/foreign.ts';
import { numberOf } from '../revision/id.ts';
import type { Source } from './adopt-source.ts';

/**
 * Which revisions of limbeck a database has, by what the other tool's table says; with no other tool: all.
 * Errors: `revision-unknown` for a version that no revision is, `not-adoptable` for one in the middle of a squash.
 */
export const appliedBy = ({ tool, versions }: Source, graph: Graph): ReadonlySet<string> => {
  if (tool === 'none')
    return ancestors(
      graph,
      realHeads(graph).map(({ id }) => id),
    );
  const unknown = versions.filter((version) => find(version, graph) === undefined);
  if (unknown.length > 0) throw unknownError(tool, unknown);
  const found = versions.map((version) => ({ version, ...(find(version, graph) ?? { id: '', isHeld: false }) }));
  const ids = new Set(found.filter(({ isHeld }) => !isHeld).map(({ id }) => id));
  const held = found.find(({ id, isHeld }) => isHeld && !ids.has(id));
  if (held !== undefined) {
    throw notAdoptable(
      `${tool} is at ${held.version}, in the middle of what revision ${held.id} holds`,
      `bring it to ${held.id} with ${tool} first, then limbeck adopt`,
      { data: { version: held.version, revision: held.id } },
    );
  }
  return tool === 'dbmate' ? ids : ancestors(graph, ids);
};

/** True where every version is a revision, or held by one. */
export const isKnown = ({ versions }: Source, graph: Graph): boolean => versions.every((version) => find(version, graph) !== undefined);

const find = (version: string, graph: Graph): { readonly id: string; readonly isHeld: boolean } | undefined => {
  const id = idFrom(version);
  const number = numberOf(id);
  const exact = graph.byId.get(id) ?? (number === undefined ? undefined : graph.nodes.find((node) => numberOf(node.id) === number));
  if (exact !== undefined) return { id: exact.id, isHeld: false };
  const holder = graph.nodes.find(({ squashes }) => squashes.includes(id));
  return holder === undefined ? undefined : { id: holder.id, isHeld: true };
};

const unknownError = (tool: string, unknown: readonly string[]): LimbeckError => {
  const hints: Readonly<Record<string, string>> = {
    alembic: 'bring its file back (another branch may have it), or alembic stamp --purge <revision> if the database is at another one',
    dbmate: 'bring its file back (another branch may have it), or delete its row of schema_migrations if it was undone',
    'golang-migrate': 'bring its files back (another branch may have them), or migrate … force <version> if the database is at another one',
  };
  return new LimbeckError(
    'revision-unknown',
    `Can't locate revision identified by '${unknown.join("', '")}': ${tool} has applied it, and no file has it`,
    {
      hint: `${hints[tool] ?? ''}; or limbeck adopt --from none, which begins with the schema as it is`,
      data: { unknown },
    },
  );
};
