import type { ObjectKey } from './schema.ts';

/** What the proof compares: for every top-level object the lines that describe it, and their hash (`f1:…`). */
export interface Fingerprint {
  readonly objects: ReadonlyMap<ObjectKey, ObjectFingerprint>;
  /** Hash over all objects. */
  readonly whole: string;
}

export interface ObjectFingerprint {
  readonly hash: string;
  /** Sorted, readable lines; a difference is told by naming the lines that only one side has. */
  readonly lines: readonly string[];
}

/** Where two fingerprints differ, by object; empty when they are the same. */
export interface FingerprintDifference {
  readonly key: ObjectKey;
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
}

/** Compares object by object; `left`/`right` lines name what differs. */
export const compareFingerprints = (left: Fingerprint, right: Fingerprint): readonly FingerprintDifference[] => {
  const keys = [...new Set([...left.objects.keys(), ...right.objects.keys()])].sort();
  return keys.flatMap((key) => {
    const a = left.objects.get(key);
    const b = right.objects.get(key);
    if (a?.hash === b?.hash) return [];
    return [
      {
        key,
        onlyLeft: (a?.lines ?? []).filter((line) => !b?.lines.includes(line)),
        onlyRight: (b?.lines ?? []).filter((line) => !a?.lines.includes(line)),
      },
    ];
  });
};
