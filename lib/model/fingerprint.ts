import type { ObjectKey } from './schema.ts';

/** What the proof compares: for every top-level object the lines that describe it, and their hash (`f1:…`). */
export interface Fingerprint {
  readonly objects: ReadonlyMap<ObjectKey, ObjectFingerprint>;
  /** Hash over all objects. */
  readonly whole: string;
  /** What is there and is in no hash, because this connection cannot read it, with the reason; absent: nothing. */
  readonly unseen?: ReadonlyMap<ObjectKey, string>;
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

/** What a fingerprint lacks, in words; undefined: nothing. A difference from one made elsewhere may be no more than that. */
export const describeUnseen = ({ unseen }: Fingerprint): string | undefined =>
  unseen === undefined || unseen.size === 0 ? undefined : [...unseen].map(([key, reason]) => unreadable(key, reason)).join('; ');

/** That an object is there and cannot be read, and why. */
export const unreadable = (key: ObjectKey, reason: string): string => `${key} is there, but cannot be read: ${reason}`;

/** What to do where something is unseen. */
export const unseenHint = 'use a driver that can read it: --driver, or another Node; limbeck doctor says which one this is';
