import type { BranchPoint, RevisionSummary } from '../../api/types.ts';

/**
 * `20260101000000 (label) (head)`; `current` only where a list tells the current one from others, and no `points` (where
 * the history parts or joins) where Alembic has none.
 */
export const idLine = (revision: RevisionSummary, options: { readonly current?: boolean; readonly points?: boolean } = {}): string => {
  const marks = [
    ...(revision.branches.length === 0 ? [] : [revision.branches.join(', ')]),
    ...headMark(revision),
    ...(options.current === true && revision.isCurrent === true ? ['current'] : []),
    ...(options.points === false ? [] : pointMarks(revision)),
  ];
  return [revision.id, ...marks.map((mark) => `(${mark})`)].join(' ');
};

const headMark = ({ isHead, isEffectiveHead }: RevisionSummary): readonly string[] =>
  isHead ? [isEffectiveHead ? 'effective head' : 'head'] : [];

const pointMarks = ({ isBranchPoint, isMergePoint }: RevisionSummary): readonly string[] => [
  ...(isBranchPoint ? ['branchpoint'] : []),
  ...(isMergePoint ? ['mergepoint'] : []),
];

/** A branch point and under it what follows it, as Alembic's `branches`. */
export const branchLines = ({ point, children }: BranchPoint, { verbose }: { readonly verbose: boolean }): readonly string[] => [
  ...(verbose ? details(point) : [idLine(point)]),
  ...children.map((child) => `${' '.repeat(point.id.length)} -> ${verbose ? withMessage(child) : idLine(child)}`),
  '',
];

/** `DOWN -> ID (head), message`, as Alembic's history. */
export const historyLine = (revision: RevisionSummary): string => {
  const needs = revision.dependsOn.length === 0 ? '' : ` (${revision.dependsOn.join(', ')})`;
  return `${idsOrBase(revision.parents)}${needs} -> ${withMessage(revision)}`;
};

const withMessage = (revision: RevisionSummary): string => {
  const says = firstLine(revision.message);
  return `${idLine(revision, { current: true })}${says === '' ? '' : `, ${says}`}`;
};

/** A revision over several lines, as Alembic's `show`. */
export const details = (revision: RevisionSummary): readonly string[] => [
  `Rev: ${[revision.id, ...showMarks(revision).map((mark) => `(${mark})`)].join(' ')}`,
  revision.parents.length > 1 ? `Merges: ${revision.parents.join(', ')}` : `Parent: ${idsOrBase(revision.parents)}`,
  ...(revision.dependsOn.length === 0 ? [] : [`Also depends on: ${revision.dependsOn.join(', ')}`]),
  ...(revision.isBranchPoint ? [`Branches into: ${revision.children.join(', ')}`] : []),
  ...(revision.branches.length === 0 ? [] : [`Branch names: ${revision.branches.join(', ')}`]),
  ...revision.paths.map((path) => `Path: ${path}`),
  `Proof: ${proofWords[revision.proof]}`,
  '',
  ...revision.message.split('\n').map((line) => `    ${line}`.trimEnd()),
  '',
];

const showMarks = (revision: RevisionSummary): readonly string[] => [
  ...headMark(revision),
  ...pointMarks(revision),
  ...(revision.isCurrent === true ? ['current'] : []),
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
