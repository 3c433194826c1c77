import type { Dialect } from '../engine/engine.ts';
import type { Change, Rename } from '../model/change.ts';
import { pathOfKey, pathPart, type SchemaObject } from '../model/schema.ts';

/**
 * What was named after a table that is renamed, or one of its columns (`users_pkey`, `users_id_seq`), and is declared
 * under the name that the new one gives it: a constraint, index or sequence that would be dropped and made again, and a
 * sequence would lose its place.
 */
export const impliedRenames = (renames: readonly Rename[], changes: readonly Change[], dialect: Dialect): readonly Rename[] => {
  const of = (type: 'create' | 'drop'): readonly SchemaObject[] =>
    changes.flatMap((change) => (change.type === type ? [change.object] : []));
  const created = new Map(of('create').map((object) => [object.key, object]));
  const named = renames.filter(({ kind }) => kind === 'table' || kind === 'column');
  const found: Rename[] = [];
  for (const dropped of of('drop')) {
    const kind = kinds.find((each) => each === dropped.kind && dialect.renamable.includes(each));
    if (kind === undefined) continue;
    const { path } = pathOfKey(kind, dropped.key);
    const toName = newName(dropped.name, named);
    const to = dropped.key.slice(0, dropped.key.length - pathPart(dropped.name).length) + pathPart(toName);
    if (toName === dropped.name || !created.delete(to)) continue;
    const isPart = kind === 'constraint';
    const outer = path.slice(0, isPart ? -2 : -1)[0];
    found.push({
      kind,
      from: dropped.key,
      to,
      fromName: dropped.name,
      toName,
      ...(outer === undefined ? {} : { schema: outer }),
      ...(isPart ? { table: path.at(-2) ?? '' } : {}),
    });
  }
  return found.sort((a, b) => (a.from < b.from ? -1 : 1));
};

const kinds = ['constraint', 'index', 'sequence'] as const;

/** The words of a made name (`users_email_key`), each old one replaced. */
const newName = (name: string, renames: readonly Rename[]): string =>
  renames.reduce((made, { fromName, toName }) => `_${made}_`.replaceAll(`_${fromName}_`, () => `_${toName}_`).slice(1, -1), name);
