import type { Change, Rename } from '../model/change.ts';
import type { Schema, SchemaObject } from '../model/schema.ts';
import type { Lexis } from '../sql/lexis.ts';
import { renameHints } from '../sql/rename-hint.ts';
import { split } from '../sql/split.ts';
import type { Models } from './declared.ts';
import { renameOf } from './rename-suspect.ts';

/** A rename of a table or column by its names alone, as the other engine's half of a revision knows it. */
export type GivenRename = Pick<Rename, 'fromName' | 'toName'> & {
  readonly kind: 'table' | 'column';
  readonly table?: string | undefined;
};

/** What of a half's renames another engine can be told. */
export const givenOf = (renames: readonly Rename[]): readonly GivenRename[] =>
  renames.flatMap(({ kind, fromName, toName, table }) =>
    kind === 'table' || kind === 'column' ? [{ kind, fromName, toName, table }] : [],
  );

/** The renames of tables and columns that hints in a models file speak of. Errors: `rename-invalid`, `sql-syntax`. */
export const givenByHints = (models: Models, lexis: Lexis): readonly GivenRename[] =>
  (models.files ?? [models])
    .flatMap(({ text, file }) => split(text, lexis, file, { pgDump: true }).flatMap((statement) => renameHints(statement, lexis, file)))
    .flatMap(({ from, target }): readonly GivenRename[] => {
      if (target.kind === 'table') return [{ kind: 'table', fromName: from, toName: target.name }];
      return target.kind === 'column' ? [{ kind: 'column', fromName: from, toName: target.name, table: target.table }] : [];
    });

/** A text that two given renames share if they are one. */
export const givenKey = ({ kind, table, fromName, toName }: GivenRename): string =>
  JSON.stringify([kind, table ?? '', fromName, toName]).toLowerCase();

/**
 * The given renames that are still to do here: what bears the old name would be dropped, and what bears the new one
 * created. Case does not count, because the engines fold it each in its own way.
 */
export const renamesGiven = (given: readonly GivenRename[], changes: readonly Change[], from: Schema, to: Schema): readonly Rename[] => {
  const find = (type: 'create' | 'drop', schema: Schema, { kind, table }: GivenRename, name: string): SchemaObject | undefined => {
    const ownerOf = (object: SchemaObject): string | undefined => schema.objects.get(object.parent ?? '')?.name;
    const found = changes.flatMap((change) =>
      change.type === type &&
      change.object.kind === kind &&
      isSame(change.object.name, name) &&
      (table === undefined || isSame(ownerOf(change.object), table))
        ? [change.object]
        : [],
    );
    return found.length === 1 ? found[0] : undefined;
  };
  return given.flatMap((each) => {
    const dropped = find('drop', from, each, each.fromName);
    const created = find('create', to, each, each.toName);
    if (dropped === undefined || created === undefined) return [];
    if (each.kind === 'column' && dropped.parent !== created.parent) return [];
    return [renameOf({ kind: each.kind, dropped, created, table: to.objects.get(created.parent ?? '')?.name })];
  });
};

const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
