import type { Change, Rename } from '../model/change.ts';
import { pathOfKey, type Schema, type SchemaObject } from '../model/schema.ts';

/** A drop and an add that look like one rename. */
export interface RenameSuspect {
  readonly kind: 'table' | 'column';
  readonly dropped: SchemaObject;
  readonly created: SchemaObject;
  readonly table: string | undefined;
}

/**
 * Columns of one type in one table, and tables of one schema with the same columns, of which one is dropped and one
 * created. Partitions are alike by nature.
 */
export const renameSuspects = (changes: readonly Change[], from: Schema, to: Schema): readonly RenameSuspect[] => {
  const of = (type: 'create' | 'drop', kind: 'table' | 'column'): readonly SchemaObject[] =>
    changes.flatMap((change) => (change.type === type && change.object.kind === kind ? [change.object] : []));
  const [before, after] = [shapesOf(from), shapesOf(to)];
  const tables = pair(
    of('drop', 'table').filter(({ key }) => before.has(key)),
    of('create', 'table').filter(({ key }) => after.has(key)),
    (table) => before.get(table.key) ?? after.get(table.key) ?? '',
  );
  const whole = new Set(
    changes.flatMap((change) => (change.type !== 'alter' && change.object.kind === 'table' ? [change.object.key] : [])),
  );
  const isOfWhole = (object: SchemaObject): boolean => object.parent !== undefined && whole.has(object.parent);
  const columns = pair(
    of('drop', 'column').filter((column) => !isOfWhole(column)),
    of('create', 'column').filter((column) => !isOfWhole(column)),
    ({ parent, attributes }) => JSON.stringify([parent, attributes['type'], attributes['generated']]),
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

/** For every table that is no partition: its schema, and names and types of its columns. */
const shapesOf = (schema: Schema): ReadonlyMap<string, string> => {
  const lines = new Map<string, string[]>();
  const partitions = new Set<string>();
  for (const { kind, key, parent, attributes } of schema.objects.values()) {
    if (kind === 'table') lines.set(key, lines.get(key) ?? []);
    if (kind === 'partition') partitions.add(parent ?? '');
    if (kind !== 'column' || parent === undefined) continue;
    const line = `${pathOfKey('column', key).path.at(-1)} ${String(attributes['type'])}`;
    lines.set(parent, [...(lines.get(parent) ?? []), line]);
  }
  const shapes = [...lines].filter(([key]) => !partitions.has(key) && schema.objects.get(key)?.kind === 'table');
  return new Map(shapes.map(([key, columns]) => [key, JSON.stringify([pathOfKey('table', key).path.slice(0, -1), ...columns.sort()])]));
};

/** Each dropped one with the first free created one that is described alike. */
const pair = (
  dropped: readonly SchemaObject[],
  created: readonly SchemaObject[],
  describe: (object: SchemaObject) => string,
): readonly (readonly [SchemaObject, SchemaObject])[] => {
  const free = new Map<string, SchemaObject[]>();
  for (const object of created) free.set(describe(object), [...(free.get(describe(object)) ?? []), object]);
  return dropped.flatMap((object) => {
    const match = free.get(describe(object))?.shift();
    return match === undefined ? [] : [[object, match] as const];
  });
};

/** The rename that a suspect would be, once someone says that it is one. */
export const renameOf = ({ kind, dropped, created, table }: RenameSuspect): Rename => {
  const outer = pathOfKey(kind, created.key).path.slice(0, kind === 'table' ? -1 : -2)[0];
  return {
    kind,
    from: dropped.key,
    to: created.key,
    fromName: dropped.name,
    toName: created.name,
    ...(outer === undefined ? {} : { schema: outer }),
    ...(table === undefined ? {} : { table }),
  };
};
