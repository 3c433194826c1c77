import type { Scope, Session } from '../engine/engine.ts';
import type { ObjectKey, Schema } from '../model/schema.ts';

/** What the database has beyond what was seen of it, because the configuration leaves it out (`exclude`). */
export const leftOut = async (session: Session, scope: Scope, seen: Schema): Promise<readonly ObjectKey[]> => {
  if (scope.exclude.length === 0) return [];
  const all = await session.inspect({ ...scope, exclude: [] });
  const known = new Set(keysOf(seen));
  return keysOf(all).filter((key) => !known.has(key));
};

/** Without what belongs to a table: it is named once. */
const keysOf = ({ objects, unmanaged }: Schema): readonly ObjectKey[] => [
  ...[...objects.values()].filter(({ kind }) => kind !== 'column' && kind !== 'constraint').map(({ key }) => key),
  ...unmanaged.map(({ key }) => key),
];
