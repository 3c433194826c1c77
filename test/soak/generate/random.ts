/** A seeded source of choices: the same seed makes the same choices on every machine. */
export interface Random {
  /** 0 ≤ n < `below`. */
  readonly int: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly shuffle: <T>(from: readonly T[]) => readonly T[];
  /** A source of its own, so that what it is used for does not shift what comes after. */
  readonly fork: () => Random;
}

/** Mulberry32: small, fast, and good enough to vary schemas. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[int(from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  };
  return {
    int,
    pick,
    chance: (probability) => next() < probability,
    shuffle: (from) =>
      from
        .map((value) => [next(), value] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, value]) => value),
    fork: () => randomOf(Math.floor(next() * 4294967296)),
  };
};
