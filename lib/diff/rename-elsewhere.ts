import type { Session } from '../engine/engine.ts';
import { LimbeckError, type Where } from '../errors.ts';
import { type ObjectKey, objectKey, type Schema } from '../model/schema.ts';
import type { Keys } from './rename-settle.ts';

/** What tells whether a hint leads to another schema. */
export interface Surroundings extends Pick<Session, 'dialect' | 'defaultSchema'> {
  readonly live: Schema;
  readonly declared: Schema;
  /** Schemas that are there and not looked at. */
  readonly unseen: ReadonlySet<string>;
}

/**
 * The path before the old name where a hint spells one that is none of `owners`: another schema, for a part another table, or
 * both; undefined where it spells none, or its own.
 */
export const ownerElsewhere = (
  spelled: readonly string[],
  owners: readonly (readonly string[])[],
  isPart: boolean,
  { dialect, defaultSchema }: Pick<Surroundings, 'dialect' | 'defaultSchema'>,
): readonly string[] | undefined => {
  const within = spelled.map(dialect.foldName);
  const length = isPart ? 2 : 1;
  const whole = (path: readonly string[]): readonly string[] => (path.length < length ? [defaultSchema, ...path] : path);
  if (within.length <= length && owners.some((owner) => within.every((name, at) => whole(owner).at(at - within.length) === name)))
    return undefined;
  const [own = []] = owners;
  const named = within.length < length ? [...whole(own).slice(0, length - within.length), ...within] : within;
  return named.length === length && named[0] === defaultSchema ? named.slice(1) : named;
};

/**
 * Refuses a hint that leads elsewhere, unless nothing is to be done: the old name is gone, or is declared by itself, and the new
 * one is there. Errors: `rename-invalid`.
 */
export const refuseElsewhere = (
  { from, to }: Keys,
  elsewhere: readonly string[],
  isPart: boolean,
  where: Where,
  world: Surroundings,
): void => {
  const { live, declared, unseen } = world;
  const [isThere, isDone] = [live.objects.has(from), live.objects.has(to)];
  const isUnseen = elsewhere.length === (isPart ? 2 : 1) && unseen.has(elsewhere[0] ?? '');
  if (isDone ? !isThere || declared.objects.has(from) : !isThere && !isUnseen) return;
  const own = 'in a migration of your own (limbeck revision -m …)';
  throw new LimbeckError('rename-invalid', `${to} says that it was renamed from ${from}, and a rename moves nothing to another place`, {
    where,
    hint: isPart
      ? `move what it holds ${own}, or correct the comment "@renamed from"`
      : `move it to its schema first ${own}, with ALTER … SET SCHEMA …, or correct the comment "@renamed from"`,
  });
};

/**
 * Refuses a hint about an attribute of a composite type, which is made anew without the values, unless it was renamed. Errors:
 * `rename-invalid`.
 */
export const refuseAttribute = (
  [from, to]: readonly [string, string],
  type: ObjectKey,
  oldType: ObjectKey,
  where: Where,
  { live, dialect }: Pick<Surroundings, 'live' | 'dialect'>,
): void => {
  const attributes = live.objects.get(oldType)?.attributes['attributes'];
  const lines: readonly string[] = typeof attributes === 'object' ? attributes : [];
  const isThere = (name: string): boolean =>
    lines.some((line) => [name, dialect.quoteName(name)].some((each) => line.startsWith(`${each} `)));
  if (!isThere(from) || isThere(to)) return;
  throw new LimbeckError(
    'rename-invalid',
    `${to} of ${type} says that it was renamed from ${from}, and attributes of a type are not renamed`,
    {
      where,
      hint: 'rename it in a migration of your own (limbeck revision -m …), with ALTER TYPE … RENAME ATTRIBUTE …, or remove the comment "@renamed from"',
    },
  );
};

/** Refuses a hint about a virtual table, which is made anew without its rows, unless it was renamed. Errors: `rename-invalid`. */
export const refuseVirtualTable = (
  [from, to]: readonly [string, string],
  where: Where,
  { live, dialect }: Pick<Surroundings, 'live' | 'dialect'>,
): void => {
  const [old, now] = [from, to].map((name) => objectKey('virtual table', dialect.foldName(name)));
  if (old === undefined || now === undefined || !live.objects.has(old) || live.objects.has(now)) return;
  throw new LimbeckError('rename-invalid', `${now} says that it was renamed from ${old}, and virtual tables are not renamed`, {
    where,
    hint: 'rename it in a migration of your own (limbeck revision -m …), with ALTER TABLE … RENAME TO …, or remove the comment "@renamed from"',
  });
};
