import { LimbeckError, type Where } from '../errors.ts';
import type { Change, Rename } from '../model/change.ts';
import { type ObjectKey, type ObjectKind, objectKey, pathOfKey } from '../model/schema.ts';

/** A rename whose old name is live and whose new name is declared. */
export interface Candidate {
  readonly rename: Rename;
  /** The keys as they are declared: a column's are those of the table that is renamed, too. */
  readonly inDeclared: Keys;
  /** What holds what it is about, as it is declared: a column's table, a value's type; itself, if nothing does. */
  readonly owner: ObjectKey;
  readonly live: Known;
  readonly declared: Known;
  /** The line of the hint. */
  readonly where: () => Where;
}

/** An old key and a new one. */
export interface Keys {
  readonly from: string;
  readonly to: string;
}

export interface Known {
  readonly has: (key: string) => boolean;
}

/** What is left to change after renames. */
export type LeftAfter = (renames: readonly Rename[]) => Promise<readonly Change[]>;

/**
 * The candidates that are still to do, with `known` ones before them. In a chain (b from a, c from b) each frees the name
 * for the one before it. Where all names of a ring are live and declared only the schema can tell whether it was done:
 * it is to do if that leaves less to change in what the ring is about, or as much in that and less elsewhere. That what stands
 * apart needs no change says nothing: a view has the same words before and after. Errors: `rename-invalid` for a name that nothing
 * frees or that nothing takes over, and for one old name in two hints; `rename-unclear` for a ring of which nothing tells.
 */
export const settleRenames = async (
  candidates: readonly Candidate[],
  known: readonly Rename[],
  leftAfter: LeftAfter,
): Promise<readonly Rename[]> => {
  const open = stillOpen(candidates);
  for (const [at, candidate] of open.entries()) refuseWrong(candidate, open.slice(0, at), open);
  const rings = ringsOf(open);
  const inRing = new Set(rings.flat());
  let settled = open.filter((candidate) => !inRing.has(candidate)).map(({ rename }) => rename);
  for (const ring of rings) {
    const turned = [...settled, ...ring.map(({ rename }) => rename)];
    const [without, after] = [await leftAfter([...known, ...settled]), await leftAfter([...known, ...turned])];
    const gain = sizeOf(ownChanges(without, ring)) - sizeOf(ownChanges(after, ring));
    const gainOfAll = sizeOf(without) - sizeOf(after);
    if (gain === 0 && gainOfAll <= 0) throw unclearRing(ring);
    if (gain >= 0) settled = turned;
  }
  return settled;
};

/** Objects that come or go, and attributes. */
const sizeOf = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (change.type === 'alter' ? change.attributes.length : 1), 0);

/** Of what is written inside the thing itself: what stands apart (an index, a view, a policy) has the same words before and after. */
const ownChanges = (changes: readonly Change[], ring: readonly Candidate[]): readonly Change[] => {
  const owners = new Set(ring.map(({ owner }) => owner));
  return changes.filter((change) => {
    const { kind, key, parent } = change.type === 'alter' ? change.to : change.object;
    if (owners.has(key)) return true;
    const table = kind === 'default' ? objectKey('table', ...pathOfKey(kind, key).path.slice(0, -1)) : parent;
    return insideKinds.has(kind) && table !== undefined && owners.has(table);
  });
};

const insideKinds: ReadonlySet<ObjectKind> = new Set(['column', 'default', 'constraint']);

/** Without those that were carried out: both names are live and declared, and no other rename moves them on. */
const stillOpen = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const open = candidates.filter((each) => !isThere(each) || (frees(each, candidates) && takesOver(each, candidates)));
  return open.length === candidates.length ? open : stillOpen(open);
};

const isThere = ({ rename, inDeclared, live, declared }: Candidate): boolean => live.has(rename.to) && declared.has(inDeclared.from);

const frees = ({ rename }: Candidate, open: readonly Candidate[]): boolean => open.some((other) => other.rename.from === rename.to);

const takesOver = ({ rename }: Candidate, open: readonly Candidate[]): boolean => open.some((other) => other.rename.to === rename.from);

const refuseWrong = (candidate: Candidate, before: readonly Candidate[], open: readonly Candidate[]): void => {
  const { rename, inDeclared, live, declared, where } = candidate;
  const invalid = (message: string, hint: string): LimbeckError => new LimbeckError('rename-invalid', message, { where: where(), hint });
  const twin = before.find((other) => other.rename.from === rename.from || other.rename.to === rename.to);
  if (twin?.rename.from === rename.from)
    throw invalid(
      `${inDeclared.to} and ${twin.inDeclared.to} both say that they were renamed from ${rename.from}`,
      'keep the comment "@renamed from" at the one that takes over what the old one holds',
    );
  if (twin !== undefined)
    throw invalid(
      `${inDeclared.to} says that it was renamed from ${twin.rename.from} and from ${rename.from}, and both are in the database`,
      `keep the comment "@renamed from" for the one whose contents it takes over, and ${keepBoth(rename)}`,
    );
  if (declared.has(inDeclared.from) && !takesOver(candidate, open))
    throw invalid(
      `${inDeclared.to} says that it was renamed from ${inDeclared.from}, which is still declared`,
      `remove the old one, or the comment "@renamed from"`,
    );
  if (live.has(rename.to) && !frees(candidate, open))
    throw invalid(
      `${rename.to} and ${rename.from}, from which it says it was renamed, are both in the database`,
      `${keepBoth(rename)}; without the comment "@renamed from" alone ${rename.from} would be dropped with what it holds`,
    );
};

/** Never "drop it": what the old one holds is what the hint wants to keep. */
const keepBoth = ({ from, to }: Rename): string =>
  `declare ${from} again until a migration of your own (limbeck revision -m …) has moved what it holds to ${to}`;

/** Candidates that hand their names on in a circle, each circle in its order. */
const ringsOf = (open: readonly Candidate[]): readonly (readonly Candidate[])[] => {
  const next = new Map(open.map((candidate) => [candidate.rename.from, candidate]));
  const seen = new Set<Candidate>();
  return open.flatMap((first) => {
    const walk: Candidate[] = [];
    let at: Candidate | undefined = first;
    for (; at !== undefined && !seen.has(at); at = next.get(at.rename.to)) {
      seen.add(at);
      walk.push(at);
    }
    return at === first && walk.length > 0 ? [walk] : [];
  });
};

const unclearRing = (ring: readonly Candidate[]): LimbeckError => {
  const names = ring.map(({ rename }) => rename.from).join(', ');
  const [first] = ring;
  return new LimbeckError(
    'rename-unclear',
    `${names} change names among themselves, and nothing in the schema tells whether that was done`,
    {
      ...(first === undefined ? {} : { where: first.where() }),
      hint: 'remove their comments "@renamed from"; if it is still to do, write it by hand (limbeck revision -m …)',
    },
  );
};
