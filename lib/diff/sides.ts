import type { Scope, Session } from '../engine/engine.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import type { Schema } from '../model/schema.ts';
import type { Loaded, Models } from './load.ts';
import { loadBesideLive, type Outside } from './surroundings.ts';
import { unmetOwners, withoutLiveOnly } from './unmanaged.ts';

/** Both sides of a comparison, read by the same inspector. */
export interface Sides {
  readonly live: Schema;
  readonly liveFingerprint: Fingerprint;
  readonly declared: Schema;
  readonly declaredFingerprint: Fingerprint;
  readonly loaded: Loaded;
  /** What was looked at: what was asked for, completed by what the models name. */
  readonly scope: Scope;
  readonly outside: Outside;
}

/**
 * Reads the live schema and the declared one, the latter loaded into a scratch database of the same kind, both in the
 * scope that was asked for: without schemas in it, the default one and those that the models make.
 */
export const readSides = async (live: Session, models: Models, asked: Scope): Promise<Sides> => {
  const { scratch, loaded, given, outside } = await loadBesideLive(live, models, asked);
  try {
    const scope = await scopeWith(asked, loaded, await madeIn(scratch, given), live);
    const declared = await scratch.inspect(scope);
    const declaredFingerprint = await scratch.fingerprint(scope);
    const unmanaged = [...loaded.unmanaged, ...declared.unmanaged, ...(await unmetOwners(live, loaded.owners))];
    const liveSchema = await live.inspect(scope);
    return {
      live: liveSchema,
      liveFingerprint: withoutLiveOnly(await live.fingerprint(scope), liveSchema, unmanaged),
      declared,
      declaredFingerprint,
      loaded: { ...loaded, unmanaged },
      scope,
      outside,
    };
  } finally {
    await scratch.close();
  }
};

/** The schemas that the models made, beside those that were there for them. */
const madeIn = async (scratch: Session, given: readonly string[]): Promise<readonly string[]> =>
  ((await scratch.schemas?.()) ?? []).filter((name) => !given.includes(name));

/** What nobody said, the models tell: the schemas that they make (or made, and that are there yet), and whether they say who may do what. */
const scopeWith = async (
  { formerSchemas = [], ...asked }: Scope,
  loaded: Loaded,
  inScratch: readonly string[],
  live: Session,
): Promise<Scope> => {
  const made = asked.schemas === undefined ? inScratch : [];
  const there = asked.schemas === undefined && formerSchemas.length > 0 ? ((await live.schemas?.()) ?? []) : [];
  const names = [...new Set([...made, ...there.filter((name) => formerSchemas.includes(name))])];
  return {
    ...asked,
    ...(names.length === 0 ? {} : { schemas: ['', ...names] }),
    privileges: asked.privileges ?? loaded.hasGrants,
  };
};
