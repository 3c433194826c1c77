import type { Dialect, Session } from '../engine/engine.ts';
import { LimbeckError, type Where } from '../errors.ts';
import type { Rename, RenameKind } from '../model/change.ts';
import { type ObjectKey, type ObjectKind, objectKey, pathOfKey, type Schema, type SchemaObject } from '../model/schema.ts';
import { readDefinition } from '../sql/definition.ts';
import { whereAt } from '../sql/frame.ts';
import { renameHints, type RenameHint } from '../sql/rename-hint.ts';
import type { DeclaredStatement } from './declared.ts';
import type { Loaded } from './load.ts';
import { ownerElsewhere, refuseAttribute, refuseElsewhere, refuseVirtualTable, type Surroundings } from './rename-elsewhere.ts';
import { type Candidate, type Keys, type LeftAfter, settleRenames } from './rename-settle.ts';

/**
 * The renames that `-- @renamed from` asks for and that are still to do: the old name is live, the new one is not, or
 * only until another rename has freed it. A hint whose old name is gone has been carried out and is no more than a
 * comment; one whose old name was never there is refused where something else would be dropped, and one whose old name
 * is in another schema or table, because a rename leaves a thing where it is. Tables and types come first: what is in them
 * is named after that. `leftAfter` tells of a ring of names whether it was carried out. Errors: `rename-invalid`,
 * `rename-unclear` (see `settleRenames`).
 */
export const hintedRenames = async (
  loaded: Loaded,
  live: Schema,
  declared: Schema,
  session: Pick<Session, 'dialect' | 'defaultSchema' | 'schemas'>,
  leftAfter: LeftAfter,
): Promise<readonly Rename[]> => {
  const { dialect, defaultSchema } = session;
  const hints = loaded.statements.flatMap((statement) =>
    renameHints(statement.statement, dialect.lexis, statement.source.file).map((hint): Hinted => ({ hint, statement })),
  );
  const isSpelled = hints.some(({ hint }) => hint.within.length > 0);
  const schemas = isSpelled ? ((await session.schemas?.()) ?? []) : [];
  const unseen = new Set(schemas.filter((name) => !live.objects.has(objectKey('schema', name))));
  const world: World = { live, declared, dialect, defaultSchema, unseen, owners: new Map() };
  const of = (isPart: boolean): readonly Candidate[] => {
    const found = hints
      .filter(({ hint }) => 'name' in hint.target && isPart === isPartOf(hint))
      .flatMap((hinted) => candidatesOf(hinted, world));
    const isLive = ({ rename, live: known }: Candidate): boolean => known.has(rename.from) && rename.from !== rename.to;
    const open = found.filter(isLive);
    for (const each of found) if (!isLive(each)) refuseLost(each, open);
    return open;
  };
  const owners = await settleRenames(of(false), [], leftAfter);
  for (const rename of owners) world.owners.set(rename.to, rename.from);
  return [...owners, ...(await settleRenames(of(true), owners, leftAfter))];
};

interface Hinted {
  readonly hint: RenameHint;
  readonly statement: DeclaredStatement;
}

interface World extends Surroundings {
  /** Tables and types that are renamed: the new key and the old one. */
  readonly owners: Map<string, string>;
}

const isPartOf = ({ target }: RenameHint): boolean => 'table' in target || 'type' in target;

const candidatesOf = (hinted: Hinted, world: World): readonly Sought[] => {
  const { target } = hinted.hint;
  const kind: RenameKind | undefined = renameKindOf(target.kind, world.dialect);
  if (target.kind === 'virtual table') refuseVirtualTable([hinted.hint.from, target.name], whereOf(hinted), world);
  if (kind === undefined) return [];
  if (target.kind === 'column' && hinted.statement.parsed.defines?.kind === 'type') refuseAttributeOf(hinted, target, world);
  if (kind === 'value') return valueRename(hinted, world);
  return declaredObjects(hinted, kind, world).flatMap((object) => objectRename(hinted, kind, object, world));
};

const refuseAttributeOf = (hinted: Hinted, { table, name }: { readonly table: string; readonly name: string }, world: World): void => {
  const type: RenameHint = { ...hinted.hint, target: { kind: 'type', name: table } };
  for (const { key } of declaredObjects({ ...hinted, hint: type }, 'type', world))
    refuseAttribute([hinted.hint.from, name], key, world.owners.get(key) ?? key, whereOf(hinted), world);
};

/** A domain is a type; a hint about what cannot be renamed here says nothing. */
const renameKindOf = (kind: RenameHint['target']['kind'], dialect: Dialect): RenameKind | undefined => {
  const wanted = kind === 'domain' ? 'type' : kind;
  return dialect.renamable.find((each) => each === wanted);
};

/** What of the declared schema a hint is about: several, where functions share a name. Of two schemas the default one goes first. */
const declaredObjects = (
  { hint: { target }, statement }: Hinted,
  kind: ObjectKind,
  { declared, dialect }: World,
): readonly SchemaObject[] => {
  const { on } = readDefinition(statement.statement.tokens, dialect.lexis);
  const owner = 'table' in target ? target.table : ownedKinds.has(kind) ? on : undefined;
  const names = [...(owner === undefined ? [] : [owner]), target.name].map(dialect.foldName);
  const schema = statement.parsed.defines?.schema;
  const found = [...declared.objects.values()].flatMap((object) => {
    if (object.kind !== kind) return [];
    const { path } = pathOfKey(kind, object.key);
    return names.every((name, at) => path.at(at - names.length) === name) ? [{ object, path }] : [];
  });
  const stated = found.filter(({ path }) => schema !== undefined && path.length > names.length && path[0] === dialect.foldName(schema));
  const shortest = Math.min(...found.map(({ path }) => path.length));
  return (stated.length > 0 ? stated : found.filter(({ path }) => path.length === shortest)).map(({ object }) => object);
};

/** They have names of their own on each table, which a hint does not tell. */
const ownedKinds: ReadonlySet<ObjectKind> = new Set(['trigger', 'rule', 'policy']);

const objectRename = (hinted: Hinted, kind: Exclude<RenameKind, 'value'>, object: SchemaObject, world: World): readonly Sought[] => {
  const { live, declared, dialect, owners } = world;
  const { path, suffix } = pathOfKey(kind, object.key);
  const owner = path.slice(0, -1);
  const isPart = object.parent !== undefined && partKinds.has(kind);
  const oldOwner = isPart ? owners.get(objectKey('table', ...owner)) : undefined;
  const liveOwner = oldOwner === undefined ? owner : pathOfKey('table', oldOwner).path;
  const [from, to] = [dialect.foldName(hinted.hint.from), path.at(-1) ?? ''];
  const keysIn = (within: readonly string[]): Keys => ({
    from: objectKey(kind, ...within, from) + suffix,
    to: objectKey(kind, ...within, to) + suffix,
  });
  const keys = keysIn(liveOwner);
  const elsewhere = ownerElsewhere(hinted.hint.within, [owner, liveOwner], isPart, world);
  const there = { from: elsewhere === undefined ? keys.from : objectKey(kind, ...elsewhere, from) + suffix, to: keys.to };
  if (elsewhere !== undefined) {
    refuseElsewhere(there, elsewhere, isPart, whereOf(hinted), world);
    if (live.objects.has(there.from)) return [];
  }
  const outer = isPart ? owner.slice(0, -1) : owner;
  const table = isPart ? (declared.objects.get(object.parent ?? '')?.name ?? owner.at(-1)) : undefined;
  const rename: Rename = {
    kind,
    ...there,
    fromName: live.objects.get(there.from)?.name ?? hinted.hint.from,
    toName: object.name,
    ...(outer[0] === undefined ? {} : { schema: outer[0] }),
    ...(table === undefined ? {} : { table }),
    ...(suffix === '' ? {} : { argumentTypes: suffix.slice(1, -1) }),
  };
  const dropped = (): readonly ObjectKey[] =>
    !holdingKinds.has(kind)
      ? []
      : [...live.objects.values()].flatMap((other) => {
          const at = pathOfKey(kind, other.key).path;
          const isLike = other.kind === kind && at.slice(0, -1).join('.') === liveOwner.join('.');
          return isLike && !declared.objects.has(objectKey(kind, ...owner, at.at(-1) ?? '')) ? [other.key] : [];
        });
  const within = { owner: (isPart ? object.parent : undefined) ?? object.key, live: live.objects, declared: declared.objects };
  return candidate(hinted, { rename, inDeclared: keysIn(owner), ...within, dropped });
};

/** What is lost when it is dropped. */
const holdingKinds: ReadonlySet<RenameKind> = new Set(['table', 'column', 'sequence']);

const partKinds: ReadonlySet<RenameKind> = new Set(['column', 'constraint', 'trigger', 'rule', 'policy']);

/** A label of an enum type, whose labels are its attribute `labels`. */
const valueRename = (hinted: Hinted, world: World): readonly Sought[] => {
  const { target, from } = hinted.hint;
  if (target.kind !== 'value') return [];
  const type: RenameHint = { ...hinted.hint, target: { kind: 'type', name: target.type } };
  return declaredObjects({ ...hinted, hint: type }, 'type', world).flatMap((object) => {
    const { path } = pathOfKey('type', object.key);
    if (ownerElsewhere(hinted.hint.within, [path], true, world) !== undefined) {
      const message = `${object.key} cannot take over the value ${[...hinted.hint.within, from].join('.')} of another type`;
      throw new LimbeckError('rename-invalid', message, {
        where: whereOf(hinted),
        hint: 'correct the comment "@renamed from", or remove it',
      });
    }
    const before = labelsOf(world.live.objects.get(world.owners.get(object.key) ?? object.key));
    const keyOf = (label: string): string => `value ${objectKey('type', ...path, label).slice('type '.length)}`;
    const keys = { from: keyOf(from), to: keyOf(target.name) };
    const outer = path.slice(0, -1)[0];
    const rename: Rename = {
      kind: 'value',
      ...keys,
      fromName: from,
      toName: target.name,
      table: object.name,
      ...(outer === undefined ? {} : { schema: outer }),
    };
    const [live, declared] = [new Set(before.map(keyOf)), new Set(labelsOf(object).map(keyOf))];
    const dropped = (): readonly ObjectKey[] => [...live].filter((key) => !declared.has(key));
    return candidate(hinted, { rename, inDeclared: keys, owner: object.key, live, declared, dropped });
  });
};

const labelsOf = (type: SchemaObject | undefined): readonly string[] => {
  const labels = type?.attributes['labels'];
  return Array.isArray(labels) ? labels : [];
};

/** The line of the hint. */
const whereOf = ({ hint: { line }, statement: { source } }: Hinted): Where => {
  const lines = source.text.split('\n').slice(0, line - 1);
  return whereAt(
    source.text,
    lines.reduce((length, each) => length + each.length + 1, 0),
    source.file,
  );
};

const candidate = (hinted: Hinted, found: Omit<Sought, 'where'>): readonly Sought[] =>
  found.declared.has(found.inDeclared.to) ? [{ ...found, where: () => whereOf(hinted) }] : [];

/** A rename whose old name may not be there. */
interface Sought extends Candidate {
  /** Of what holds something: its like in the same place that is live and not declared. */
  readonly dropped: () => readonly ObjectKey[];
}

/** A hint that says nothing is no harm, unless what it may have meant would be dropped. */
const refuseLost = ({ rename, inDeclared, live, dropped, where }: Sought, open: readonly Candidate[]): void => {
  if (live.has(rename.from) || live.has(rename.to)) return;
  const [lost] = dropped().filter((key) => !open.some((other) => other.rename.from === key));
  if (lost === undefined) return;
  throw new LimbeckError(
    'rename-invalid',
    `${inDeclared.to} says that it was renamed from ${rename.from}, which is not in the database, where ${lost} would be dropped`,
    { where: where(), hint: `write the old name as the database has it, or remove the comment "@renamed from"` },
  );
};
