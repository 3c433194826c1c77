import type { Dialect } from '../engine/engine.ts';
import type { Where } from '../errors.ts';
import type { Rename, RenameKind } from '../model/change.ts';
import { type ObjectKind, objectKey, pathOfKey, type Schema, type SchemaObject } from '../model/schema.ts';
import { readDefinition } from '../sql/definition.ts';
import { whereAt } from '../sql/frame.ts';
import { renameHints, type RenameHint } from '../sql/rename-hint.ts';
import type { DeclaredStatement } from './declared.ts';
import type { Loaded } from './load.ts';
import { type Candidate, type Keys, type LeftAfter, settleRenames } from './rename-settle.ts';

/**
 * The renames that `-- @renamed from` asks for and that are still to do: the old name is live, the new one is not, or
 * only until another rename has freed it. A hint whose old name is gone has been carried out and is no more than a
 * comment. Tables and types come first: what is in them is named after that. `leftAfter` tells of a ring of names
 * whether it was carried out. Errors: `rename-invalid`, `rename-unclear` (see `settleRenames`).
 */
export const hintedRenames = async (
  loaded: Loaded,
  live: Schema,
  declared: Schema,
  dialect: Dialect,
  leftAfter: LeftAfter,
): Promise<readonly Rename[]> => {
  const hints = loaded.statements.flatMap((statement) =>
    renameHints(statement.statement, dialect.lexis, statement.source.file).map((hint): Hinted => ({ hint, statement })),
  );
  const world: World = { live, declared, dialect, owners: new Map() };
  const of = (isPart: boolean): readonly Candidate[] =>
    hints.filter(({ hint }) => 'name' in hint.target && isPart === isPartOf(hint)).flatMap((hinted) => candidatesOf(hinted, world));
  const owners = await settleRenames(of(false), [], leftAfter);
  for (const rename of owners) world.owners.set(rename.to, rename.from);
  return [...owners, ...(await settleRenames(of(true), owners, leftAfter))];
};

interface Hinted {
  readonly hint: RenameHint;
  readonly statement: DeclaredStatement;
}

interface World {
  readonly live: Schema;
  readonly declared: Schema;
  readonly dialect: Dialect;
  /** Tables and types that are renamed: the new key and the old one. */
  readonly owners: Map<string, string>;
}

const isPartOf = ({ target }: RenameHint): boolean => 'table' in target || 'type' in target;

const candidatesOf = (hinted: Hinted, world: World): readonly Candidate[] => {
  const { target } = hinted.hint;
  const kind: RenameKind | undefined = renameKindOf(target.kind, world.dialect);
  if (kind === undefined) return [];
  if (kind === 'value') return valueRename(hinted, world);
  return declaredObjects(hinted, kind, world).flatMap((object) => objectRename(hinted, kind, object, world));
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

const objectRename = (hinted: Hinted, kind: Exclude<RenameKind, 'value'>, object: SchemaObject, world: World): readonly Candidate[] => {
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
  const outer = isPart ? owner.slice(0, -1) : owner;
  const table = isPart ? (declared.objects.get(object.parent ?? '')?.name ?? owner.at(-1)) : undefined;
  const rename: Rename = {
    kind,
    ...keys,
    fromName: live.objects.get(keys.from)?.name ?? hinted.hint.from,
    toName: object.name,
    ...(outer[0] === undefined ? {} : { schema: outer[0] }),
    ...(table === undefined ? {} : { table }),
    ...(suffix === '' ? {} : { argumentTypes: suffix.slice(1, -1) }),
  };
  return candidate(hinted, {
    rename,
    inDeclared: keysIn(owner),
    owner: (isPart ? object.parent : undefined) ?? object.key,
    live: live.objects,
    declared: declared.objects,
  });
};

const partKinds: ReadonlySet<RenameKind> = new Set(['column', 'constraint', 'trigger', 'rule', 'policy']);

/** A label of an enum type, whose labels are its attribute `labels`. */
const valueRename = (hinted: Hinted, world: World): readonly Candidate[] => {
  const { target, from } = hinted.hint;
  if (target.kind !== 'value') return [];
  const type: RenameHint = { ...hinted.hint, target: { kind: 'type', name: target.type } };
  return declaredObjects({ ...hinted, hint: type }, 'type', world).flatMap((object) => {
    const { path } = pathOfKey('type', object.key);
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
    return candidate(hinted, { rename, inDeclared: keys, owner: object.key, live, declared });
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

const candidate = (hinted: Hinted, found: Omit<Candidate, 'where'>): readonly Candidate[] => {
  const { rename, inDeclared, live, declared } = found;
  if (!live.has(rename.from) || rename.from === rename.to || !declared.has(inDeclared.to)) return [];
  return [{ ...found, where: () => whereOf(hinted) }];
};
