import type { RevisionSummary } from '../../api/types.ts';

/** `20260101000000 (label) (head)`; `current` only where a list tells the current one from others. */
export const idLine = (revision: RevisionSummary, options: { readonly current?: boolean } = {}): string => {
  const marks = [
    ...revision.labels,
    ...(revision.isHead ? ['head'] : []),
    ...(options.current === true && revision.isCurrent === true ? ['current'] : []),
    ...(revision.isBranchPoint ? ['branchpoint'] : []),
    ...(revision.isMergePoint ? ['mergepoint'] : []),
  ];
  return [revision.id, ...marks.map((mark) => `(${mark})`)].join(' ');
};

/** `DOWN -> ID (head), message`, as Alembic's history. */
export const historyLine = (revision: RevisionSummary): string => {
  const needs = revision.dependsOn.length === 0 ? '' : ` (${revision.dependsOn.join(', ')})`;
  const says = firstLine(revision.message);
  return `${idsOrBase(revision.parents)}${needs} -> ${idLine(revision, { current: true })}${says === '' ? '' : `, ${says}`}`;
};

/** A revision over several lines, as Alembic's `show`. */
export const details = (revision: RevisionSummary): readonly string[] => [
  `Rev: ${idLine(revision, { current: true })}`,
  revision.parents.length > 1 ? `Merges: ${revision.parents.join(', ')}` : `Parent: ${idsOrBase(revision.parents)}`,
  ...(revision.dependsOn.length === 0 ? [] : [`Also depends on: ${revision.dependsOn.join(', ')}`]),
  ...revision.paths.map((path) => `Path: ${path}`),
  `Proof: ${proofWords[revision.proof]}`,
  '',
  ...revision.message.split('\n').map((line) => `    ${line}`.trimEnd()),
  '',
];

/** `a, b`, or `<base>` for none. */
export const idsOrBase = (ids: readonly string[]): string => (ids.length === 0 ? '<base>' : ids.join(', '));

/** `1 revision`, `2 revisions` */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const proofWords: Readonly<Record<RevisionSummary['proof'], string>> = {
  proved: 'up, down and up again',
  edited: 'none since it was edited (limbeck prove proves it again)',
  unproved: 'none',
};

const firstLine = (text: string): string => text.split('\n')[0]?.trim() ?? '';
