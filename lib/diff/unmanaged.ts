import type { OwnerClaim, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import { leftoversOf, type ObjectKey, type Schema, type UnmanagedObject } from '../model/schema.ts';

export interface UnmanagedReport {
  /** Different, or declared only: in the way. */
  readonly blocking: readonly string[];
  /** The same on both sides, or live only. */
  readonly notes: readonly string[];
}

/** What limbeck cannot manage, by name (design §6). */
export const reportUnmanaged = (live: readonly UnmanagedObject[], declared: readonly UnmanagedObject[]): UnmanagedReport => {
  const liveByKey = new Map(live.map((object) => [object.key, object]));
  const blocking = declared.filter((object) => liveByKey.get(object.key)?.definition !== object.definition);
  const blocked = new Set(blocking.map((object) => object.key));
  const line = (object: UnmanagedObject): string => `${object.key} is not managed: ${object.reason}`;
  return { blocking: blocking.map(line), notes: live.filter((object) => !blocked.has(object.key)).map(line) };
};

/** Throws `unmanaged` when something that limbeck does not manage is declared and not there, or otherwise there. */
export const refuseUnmanaged = (live: readonly UnmanagedObject[], declared: readonly UnmanagedObject[]): void => {
  const { blocking } = reportUnmanaged(live, declared);
  if (blocking.length === 0) return;
  throw new LimbeckError('unmanaged', blocking.join('\n'), {
    hint: 'create it by a migration of your own (`limbeck revision -m …`), or name it under `exclude`',
  });
};

/**
 * The fingerprint without what only this database has and scratch cannot have: what limbeck does not manage (told of, never in the
 * way), and what failed statements left, which the differ sees.
 */
export const withoutLiveOnly = (fingerprint: Fingerprint, live: Schema, declared: readonly UnmanagedObject[]): Fingerprint => {
  const known = new Set(declared.map(({ key }) => key));
  const only = [...live.unmanaged.filter(({ key }) => !known.has(key)), ...leftoversOf(live)];
  const left = new Set(only.map(({ key }) => unquoted(key)));
  if (left.size === 0) return fingerprint;
  return { ...fingerprint, objects: new Map([...fingerprint.objects].filter(([key]) => !left.has(unquoted(key)))) };
};

/** Names what failed statements left, one line each. */
export const leftoverNotes = (live: Schema): readonly string[] =>
  leftoversOf(live).map(({ key }) => `${key} is invalid: a statement that failed left it`);

/** Keys of what has no plain name are quoted here and not there. */
const unquoted = (key: ObjectKey): string => key.replaceAll('"', '');

/** The owners that the models name and that the database has not given: declared, and never managed. */
export const unmetOwners = async (live: Session, claims: readonly OwnerClaim[]): Promise<readonly UnmanagedObject[]> => {
  if (claims.length === 0) return [];
  const [row] = await live.query(`SELECT pg_catalog.to_jsonb(ARRAY[${claims.map(({ isMet }) => isMet).join(', ')}]) AS met`);
  const met = row?.['met'];
  return claims.flatMap(({ object, role }, at) => {
    if (!Array.isArray(met) || met[at] !== false) return [];
    const reason = `the models give it to ${role}; set it by a migration of your own, run as that role (--set-role), or leave the line out (pg_dump --no-owner)`;
    return [{ key: `owner of ${object}`, reason, definition: role }];
  });
};
