import { LimbeckError, type Where } from '../errors.ts';
import type { Rename } from '../model/change.ts';

/** A rename whose old name is live and whose new name is declared. */
export interface Candidate {
  readonly rename: Rename;
  /** The keys as they are declared: a column's are those of the table that is renamed, too. */
  readonly inDeclared: Keys;
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

/** How much of a difference to the declared schema is left after renames; 0: none. */
export type CostOf = (renames: readonly Rename[]) => Promise<number>;

/**
 * The candidates that are still to do, with `known` ones before them. In a chain (b from a, c from b) each frees the name
 * for the one before it. Where all names of a ring are live and declared only the schema can tell whether it was done:
 * it is to do if that leaves less to change. Errors: `rename-invalid` for a name that nothing frees or that nothing
 * takes over, and for one old name in two hints; `rename-unclear` for a ring that leaves as much to change either way.
 */
export const settleRenames = async (
  candidates: readonly Candidate[],
  known: readonly Rename[],
  costOf: CostOf,
): Promise<readonly Rename[]> => {
  const open = stillOpen(candidates);
  for (const [at, candidate] of open.entries()) refuseWrong(candidate, open.slice(0, at), open);
  const rings = ringsOf(open);
  const inRing = new Set(rings.flat());
  let settled = open.filter((candidate) => !inRing.has(candidate)).map(({ rename }) => rename);
  for (const ring of rings) {
    const turned = [...settled, ...ring.map(({ rename }) => rename)];
    const [without, after] = [await costOf([...known, ...settled]), await costOf([...known, ...turned])];
    if (without === after) throw unclearRing(ring);
    if (after < without) settled = turned;
  }
  return settled;
};

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
