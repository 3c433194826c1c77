import type { Dialect } from '../engine/engine.ts';
import { LimbeckError, type Where } from '../errors.ts';
import type { Change, Rename } from '../model/change.ts';
import { objectKey, type Schema, type SchemaObject } from '../model/schema.ts';
import { whereAt } from '../sql/frame.ts';
import { foldCase } from '../sql/lex.ts';
import { renameHints } from '../sql/rename-hint.ts';
import type { Loaded, Models } from './load.ts';

/**
 * The renames that `-- @renamed from` asks for and that are still to do: the old name is live, the new one is not.
 * A hint whose old name is gone has been carried out and is no more than a comment.
 * Errors: `rename-invalid` when both names are live or both are declared.
 */
export const hintedRenames = (loaded: Loaded, models: Models, live: Schema, declared: Schema, dialect: Dialect): readonly Rename[] => {
  const hints = loaded.statements.flatMap(({ statement }) => renameHints(statement, dialect.lexis).map((hint) => ({ hint, statement })));
  const tables = new Map<string, string>();
  const renames: Rename[] = [];
  for (const { hint, statement } of hints) {
    const { target } = hint;
    if (target.kind !== 'table') continue;
    const rename = {
      kind: 'table' as const,
      ...keys(objectKey('table', foldCase(hint.from)), objectKey('table', foldCase(target.name))),
      fromName: hint.from,
      toName: target.name,
    };
    if (!isOpen(rename, live, declared, () => whereAt(models.text, statement.start, models.file))) continue;
    renames.push({ ...rename, fromName: live.objects.get(rename.from)?.name ?? hint.from });
    tables.set(foldCase(target.name), foldCase(hint.from));
  }
  for (const { hint, statement } of hints) {
    const { target } = hint;
    if (target.kind !== 'column') continue;
    const liveTable = tables.get(foldCase(target.table)) ?? foldCase(target.table);
    const rename = {
      kind: 'column' as const,
      ...keys(objectKey('column', liveTable, foldCase(hint.from)), objectKey('column', liveTable, foldCase(target.name))),
      fromName: hint.from,
      toName: target.name,
      table: target.table,
    };
    const declaredKeys = {
      from: objectKey('column', foldCase(target.table), foldCase(hint.from)),
      to: objectKey('column', foldCase(target.table), foldCase(target.name)),
    };
    if (isOpen(rename, live, declared, () => whereAt(models.text, statement.start, models.file), declaredKeys)) renames.push(rename);
  }
  return renames;
};

const keys = (from: string, to: string): { readonly from: string; readonly to: string } => ({ from, to });

const isOpen = (
  rename: { readonly from: string; readonly to: string },
  live: Schema,
  declared: Schema,
  where: () => Where,
  declaredKeys: { readonly from: string; readonly to: string } = rename,
): boolean => {
  if (!live.objects.has(rename.from) || rename.from === rename.to || !declared.objects.has(declaredKeys.to)) return false;
  if (declared.objects.has(declaredKeys.from)) {
    throw new LimbeckError(
      'rename-invalid',
      `${declaredKeys.to} says that it was renamed from ${declaredKeys.from}, which is still declared`,
      {
        where: where(),
        hint: `remove the old one, or the comment "@renamed from"`,
      },
    );
  }
  if (live.objects.has(rename.to)) {
    throw new LimbeckError(
      'rename-invalid',
      `${rename.to} and ${rename.from}, from which it says it was renamed, are both in the database`,
      {
        where: where(),
        hint: `remove the comment "@renamed from" to drop ${rename.from}, or drop one of them by hand`,
      },
    );
  }
  return true;
};

/** A drop and an add that look like one rename. */
export interface RenameSuspect {
  readonly kind: 'table' | 'column';
  readonly dropped: SchemaObject;
  readonly created: SchemaObject;
  readonly table: string | undefined;
}

/** Columns of one type in one table, and tables with the same columns, of which one is dropped and one created. */
export const renameSuspects = (changes: readonly Change[], from: Schema, to: Schema): readonly RenameSuspect[] => {
  const of = (type: 'create' | 'drop', kind: 'table' | 'column'): readonly SchemaObject[] =>
    changes.flatMap((change) => (change.type === type && change.object.kind === kind ? [change.object] : []));
  const shape = (schema: Schema, table: SchemaObject): string =>
    [...schema.objects.values()]
      .filter((object) => object.parent === table.key && object.kind === 'column')
      .map((column) => `${foldCase(column.name)} ${String(column.attributes['type'])}`)
      .sort()
      .join('\n');
  const tables = pair(of('drop', 'table'), of('create', 'table'), (a, b) => shape(from, a) === shape(to, b));
  const whole = new Set(
    changes.flatMap((change) => (change.type !== 'alter' && change.object.kind === 'table' ? [change.object.key] : [])),
  );
  const partOf = (object: SchemaObject): boolean => object.parent !== undefined && whole.has(object.parent);
  const columns = pair(
    of('drop', 'column').filter((column) => !partOf(column)),
    of('create', 'column').filter((column) => !partOf(column)),
    (a, b) =>
      a.parent === b.parent && a.attributes['type'] === b.attributes['type'] && a.attributes['generated'] === b.attributes['generated'],
  );
  return [
    ...tables.map(([dropped, created]) => ({ kind: 'table' as const, dropped, created, table: undefined })),
    ...columns.map(([dropped, created]) => ({
      kind: 'column' as const,
      dropped,
      created,
      table: to.objects.get(created.parent ?? '')?.name,
    })),
  ];
};

const pair = (
  dropped: readonly SchemaObject[],
  created: readonly SchemaObject[],
  alike: (a: SchemaObject, b: SchemaObject) => boolean,
): readonly (readonly [SchemaObject, SchemaObject])[] => {
  const free = new Set(created);
  return dropped.flatMap((object) => {
    const match = [...free].find((candidate) => alike(object, candidate));
    if (match === undefined) return [];
    free.delete(match);
    return [[object, match] as const];
  });
};

/** The rename that a suspect would be, once someone says that it is one. */
export const renameOf = (suspect: RenameSuspect): Rename => ({
  kind: suspect.kind,
  from: suspect.dropped.key,
  to: suspect.created.key,
  fromName: suspect.dropped.name,
  toName: suspect.created.name,
  ...(suspect.table === undefined ? {} : { table: suspect.table }),
});
