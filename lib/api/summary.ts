import type { EngineName } from '../engine/engine.ts';
import { branchNames } from '../revision/branch-names.ts';
import { isBranchPoint, isMergePoint } from '../revision/graph.ts';
import type { Revision } from '../revision/revision.ts';
import { halfIfAny } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { headsOf } from '../runner/itinerary.ts';
import type { RevisionSummary } from './types.ts';

export interface SummaryOptions {
  /** The connected engine, whose half is looked at; undefined: the first half there is. */
  readonly engine: EngineName | undefined;
  /** True when `history` holds what a database says, so that `isCurrent` can be told. */
  readonly asked: boolean;
}

/** Revisions as people see them, in the order given. */
export const summarize = (history: History, revisions: readonly Revision[], options: SummaryOptions): readonly RevisionSummary[] => {
  const current = new Set(options.asked ? headsOf(history) : []);
  const names = branchNames(history.graph);
  return revisions.map((revision) => {
    const { id, slug, message, parents, dependsOn, labels } = revision;
    return {
      id,
      slug,
      message,
      parents,
      dependsOn,
      labels,
      branches: names.get(id) ?? [],
      children: history.graph.children.get(id) ?? [],
      isHead: !history.graph.children.has(id),
      isEffectiveHead: !history.graph.children.has(id) && history.graph.dependents.has(id),
      isBase: parents.length === 0,
      isBranchPoint: isBranchPoint(history.graph, id),
      isMergePoint: isMergePoint(history.graph, id),
      isCurrent: options.asked ? current.has(id) : undefined,
      get proof() {
        return proofOf(revision, options.engine);
      },
      paths: revision.halves.flatMap(({ up, down }) => [up?.path, down?.path].filter((path) => path !== undefined)),
    };
  });
};

const proofOf = (revision: Revision, engine: EngineName | undefined): RevisionSummary['proof'] => {
  const half = engine === undefined ? revision.halves[0] : halfIfAny(revision, engine);
  const files = [half?.up, half?.down].filter((file) => file !== undefined);
  const up = half?.up;
  if (up?.header.proof === undefined) return 'unproved';
  const isEdited = files.some(({ header, checksum }) => header.proof !== undefined && header.proof.body !== checksum);
  return isEdited ? 'edited' : 'proved';
};
