import type { EngineName, Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { unreadable, unseenHint, type Fingerprint } from '../model/fingerprint.ts';
import type { MigrationHeader } from '../sql/header.ts';
import type { Touch } from '../sql/header-values.ts';

/** What is known about a migration file before it runs. */
export type Assurance =
  | {
      readonly kind: 'proved';
      readonly touches: readonly Touch[];
      readonly before: string;
      readonly after: string;
      /** Heads of other branches that have to be applied where the whole is to be compared. */
      readonly beside: readonly string[];
    }
  | { readonly kind: 'unproved' }
  /** Its text is not the one that was proved: treated as written by hand (design §5). */
  | { readonly kind: 'edited' }
  /** Proved where it says nothing about here: another engine, another major version, an unknown hash. */
  | { readonly kind: 'elsewhere'; readonly why: string };

/** Where a proof has to hold. */
export interface Place {
  readonly engine: EngineName;
  readonly major: string;
}

export type Side = 'before' | 'after';

/** Tells whether a file's proof covers its text and the database at `place`; never throws. */
export const assuranceOf = (file: { readonly header: MigrationHeader; readonly checksum: string }, place: Place): Assurance => {
  const { proof, touches } = file.header;
  if (proof === undefined) return { kind: 'unproved' };
  const hashes = [proof.before, proof.after, ...touches.flatMap((touch) => [touch.before, touch.after])];
  const strange = [
    ...hashes.filter((hash) => hash !== undefined).map((hash) => [hash, fingerprintAlgorithm] as const),
    [proof.body, bodyAlgorithm] as const,
  ]
    .filter(([hash, algorithm]) => algorithmOf(hash) !== algorithm)
    .map(([hash]) => algorithmOf(hash));
  if (strange.length > 0) return { kind: 'elsewhere', why: `with hashes of the kind '${strange[0]}', which this limbeck does not know` };
  if (proof.body !== file.checksum) return { kind: 'edited' };
  if (proof.engine !== place.engine || proof.major !== place.major)
    return { kind: 'elsewhere', why: `on ${proof.engine} ${proof.major}, and this is ${place.engine} ${place.major}` };
  return { kind: 'proved', touches, before: proof.before, after: proof.after, beside: proof.beside ?? [] };
};

/** The scope in which the hashes of a proof were made: its header says which schemas, and whether privileges. */
export const scopeOfProof = ({ exclude, journalTable }: Scope, { schemas, privileges }: MigrationHeader): Scope => ({
  exclude,
  journalTable,
  ...(schemas.length === 0 ? {} : { schemas }),
  privileges,
});

/**
 * Compares the objects that a migration touches with what was proved, `before` it runs or `after`.
 * Rejects with `state-mismatch`; `data.objects` holds the key, both hashes and what the database has.
 */
export const checkTouches = async (
  session: Session,
  scope: Scope,
  step: { readonly revision: string; readonly shown: string; readonly touches: readonly Touch[] },
  side: Side,
): Promise<void> => {
  if (step.touches.length === 0) return;
  const found = await session.fingerprint({ ...scope, only: new Set(step.touches.map(({ key }) => key)) });
  const wrong = step.touches.filter((touch) => touch[side] !== found.objects.get(touch.key)?.hash);
  if (wrong.length > 0) throw mismatch(step, side, wrong, found);
};

const fingerprintAlgorithm = 'f1';
const bodyAlgorithm = 'c1';

const algorithmOf = (hash: string): string => hash.slice(0, Math.max(0, hash.indexOf(':')));

const mismatch = (
  step: { readonly revision: string; readonly shown: string },
  side: Side,
  wrong: readonly Touch[],
  found: Fingerprint,
): LimbeckError => {
  const told = wrong.map((touch) => tell(touch.key, touch[side], found)).join('; ');
  const message =
    side === 'before'
      ? `${step.shown} does not meet the schema that it was proved on, so it was not run: ${told}`
      : `${step.shown} did not leave the schema that it was proved to leave, so it was rolled back: ${told}`;
  return new LimbeckError('state-mismatch', message, {
    hint: wrong.some(({ key }) => found.unseen?.has(key) === true)
      ? unseenHint
      : side === 'before'
        ? 'limbeck check tells what differs from models.sql; put the object back as it was, or edit the file for the schema that is there, or run again with --no-verify'
        : `limbeck prove ${step.revision} tries the file in scratch; --no-verify runs it without the comparison`,
    data: {
      revision: step.revision,
      side,
      objects: wrong.map((touch) => ({
        key: touch.key,
        expected: touch[side],
        found: found.objects.get(touch.key)?.hash,
        lines: found.objects.get(touch.key)?.lines ?? [],
      })),
    },
  });
};

const tell = (key: string, expected: string | undefined, found: Fingerprint): string => {
  const object = found.objects.get(key);
  const reason = found.unseen?.get(key);
  if (reason !== undefined) return unreadable(key, reason);
  if (object === undefined) return `${key} is not there`;
  if (expected === undefined) return `${key} is there already`;
  return `${key} differs from the proved one`;
};
