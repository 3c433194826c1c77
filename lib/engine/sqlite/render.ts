import type { Change, Hazard, Plan, Rename, Step } from '../../model/change.ts';
import { objectKey, type ObjectKey, type Schema, type SchemaObject } from '../../model/schema.ts';
import { quoteName } from '../../sql/quote.ts';
import { foldCase, isWord, lex, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import { mismatchHazards } from './foreign-key.ts';
import { dependentsOf, namesIn } from './mention.ts';
import { guardEndSteps, guardSteps, rebuildSteps } from './rebuild.ts';
import { rowHazards, tableChanges, type TableChange } from './table-change.ts';

/**
 * Ordered SQL from `from` to `to`. What mentions a changed table stands aside first (triggers, views), then tables are
 * made, altered, rebuilt and dropped, then indexes, views and triggers are made and put back.
 */
export const plan = (changes: readonly Change[], from: Schema, to: Schema): Plan => {
  const tables = tableChanges(changes, from, to);
  const rebuilt = tables.filter((change) => change.native === undefined);
  const droppedTables = ofKind(changes, 'drop', 'table');
  const off = rebuilt.length > 0 || droppedTables.some((table) => isReferred(from, table));
  const gone = goneObjects(changes, from, to, tables, droppedTables);
  const made = madeObjects(changes, to, rebuilt, gone);
  const steps = [
    ...(off ? guardSteps({ from, to }) : []),
    ...gone.filter((object) => object.kind === 'trigger').map(dropStep),
    ...gone
      .filter((object) => object.kind === 'view')
      .reverse()
      .map(dropStep),
    ...gone.filter((object) => object.kind === 'index').map(dropStep),
    ...gone.filter((object) => object.kind === 'virtual table').map(dropStep),
    ...ofKind(changes, 'create', 'table').map(createStep),
    ...tables.flatMap(nativeSteps),
    ...rebuilt.flatMap((change) => rebuildSteps(change, { from, to })),
    ...[...droppedTables].reverse().map(dropStep),
    ...made.filter((object) => object.kind === 'virtual table').map(createStep),
    ...made.filter((object) => object.kind === 'index').map(createStep),
    ...made.filter((object) => object.kind === 'view').map(createStep),
    ...made.filter((object) => object.kind === 'trigger').map(createStep),
    ...(off ? guardEndSteps({ from, to }) : []),
  ];
  return { steps: withHazards(mismatchHazards(from, to), steps), transactional: true, foreignKeys: off ? 'off' : 'on' };
};

/** At the head of the file, where they cannot be missed. */
const withHazards = (hazards: readonly Hazard[], [first, ...rest]: readonly Step[]): readonly Step[] =>
  first === undefined ? [] : [{ ...first, hazards: [...hazards, ...first.hazards] }, ...rest];

const ofKind = (changes: readonly Change[], type: 'create' | 'drop', kind: SchemaObject['kind']): readonly SchemaObject[] =>
  changes.flatMap((change) => (change.type === type && change.object.kind === kind ? [change.object] : []));

const isReferred = (schema: Schema, table: SchemaObject): boolean =>
  [...schema.objects.values()].some(
    (object) => object.kind === 'constraint' && object.needs.includes(table.key) && object.parent !== table.key,
  );

/** Indexes, views, triggers and virtual tables to drop: no longer declared, changed, or standing aside. */
const goneObjects = (
  changes: readonly Change[],
  from: Schema,
  to: Schema,
  tables: readonly TableChange[],
  droppedTables: readonly SchemaObject[],
): readonly SchemaObject[] => {
  const keys = new Set(
    changes.flatMap((change): readonly ObjectKey[] => {
      if (change.type === 'create') return [];
      return [change.type === 'drop' ? change.object.key : change.from.key];
    }),
  );
  const namesOf = (list: readonly TableChange[]): ReadonlySet<string> => new Set(list.map((change) => foldCase(change.from.name)));
  const moving = namesOf(tables.filter((change) => change.native === undefined || change.native.drop.length > 0));
  const objects = [...from.objects.values()];
  const goingViews = objects.filter((object) => object.kind === 'view' && keys.has(object.key)).map((view) => foldCase(view.name));
  const aside = new Set(moving.size > 0 ? dependentsOf(from, new Set([...moving, ...goingViews])).map((object) => object.key) : []);
  for (const key of aside) keys.add(key);
  const views = new Set(objects.filter((object) => object.kind === 'view' && keys.has(object.key)).map((view) => foldCase(view.name)));
  const dropped = new Set(droppedTables.map((table) => foldCase(table.name)));
  const rebuilt = namesOf(tables.filter((change) => change.native === undefined));
  const goesWithTable = (trigger: SchemaObject, table: string): boolean =>
    dropped.has(table) && ![...namesIn(trigger.sql)].some((name) => name !== table && (dropped.has(name) || views.has(name)));
  return objects.filter((object) => {
    const table = String(object.attributes['table']);
    switch (object.kind) {
      case 'trigger':
        return (
          views.has(table) ||
          aside.has(object.key) ||
          (keys.has(object.key) && !(goesWithTable(object, table) && !to.objects.has(object.key)))
        );
      case 'index':
        return (
          keys.has(object.key) &&
          ((!dropped.has(table) && !rebuilt.has(table)) || to.objects.has(objectKey('table', foldCase(object.name))))
        );
      case 'view':
      case 'virtual table':
        return keys.has(object.key);
      default:
        return false;
    }
  });
};

/** Indexes, views, triggers and virtual tables to create: new, changed, put back, or lost with a rebuilt table. */
const madeObjects = (
  changes: readonly Change[],
  to: Schema,
  rebuilt: readonly TableChange[],
  gone: readonly SchemaObject[],
): readonly SchemaObject[] => {
  const keys = new Set([
    ...changes.flatMap((change) => (change.type === 'drop' ? [] : [change.type === 'create' ? change.object.key : change.to.key])),
    ...gone.map((object) => object.key),
  ]);
  const tables = new Set(rebuilt.map((change) => foldCase(change.to.name)));
  const list = [...to.objects.values()].filter(
    (object) => keys.has(object.key) || (object.kind === 'index' && tables.has(String(object.attributes['table']))),
  );
  return sortViews(list);
};

/** Views after the views that they mention; all else in the schema's order. */
const sortViews = (objects: readonly SchemaObject[]): readonly SchemaObject[] => {
  const views = objects.filter((object) => object.kind === 'view');
  const placed = new Set<SchemaObject>();
  const sorted: SchemaObject[] = [];
  const place = (view: SchemaObject): void => {
    if (placed.has(view)) return;
    placed.add(view);
    const names = namesIn(view.sql);
    for (const other of views) if (other !== view && names.has(foldCase(other.name))) place(other);
    sorted.push(view);
  };
  views.forEach(place);
  return [...objects.filter((object) => object.kind !== 'view'), ...sorted];
};

const quoted = (name: string): string => quoteName(name, 'sqlite');

const topKey = (object: SchemaObject): ObjectKey => object.parent ?? object.key;

const createStep = (object: SchemaObject): Step => ({ sql: createSql(object), hazards: [], notes: [], touches: [topKey(object)] });

/** The stored text; `IF NOT EXISTS` is left out, because a migration must not find the object there. */
const createSql = (object: SchemaObject): string => {
  const tokens = significant(lex(object.sql, sqliteLexis));
  const at = tokens.findIndex((token) => isWord(token, 'if'));
  const guarded = at > 0 && at <= 3 && isWord(tokens[at + 1], 'not') && isWord(tokens[at + 2], 'exists');
  if (!guarded) return object.sql;
  return object.sql.slice(0, tokens[at]?.start) + object.sql.slice(tokens[at + 3]?.start);
};

const dropStep = (object: SchemaObject): Step => {
  const word = object.kind === 'virtual table' ? 'TABLE' : object.kind.toUpperCase();
  const loses = object.kind === 'table' || object.kind === 'virtual table';
  const hazards: readonly Hazard[] = loses ? [{ kind: 'data loss', text: `drops table ${object.name}` }] : [];
  return { sql: `DROP ${word} ${quoted(object.name)}`, hazards, notes: [], touches: [topKey(object)] };
};

const nativeSteps = (change: TableChange): readonly Step[] => {
  if (change.native === undefined) return [];
  const table = quoted(change.from.name);
  const touches = [change.to.key];
  const hazards = rowHazards(change);
  const adds = change.native.add.map((column): Step => {
    const own = hazards.filter(
      (hazard) =>
        hazard.kind === 'may fail on rows' && namesIn(hazard.text).has(foldCase(column.name)) && !/ foreign key \(/.test(hazard.text),
    );
    return { sql: `ALTER TABLE ${table} ADD COLUMN ${column.text}`, hazards: own, notes: [], touches };
  });
  const columns = new Map(
    change.changes.flatMap((item) =>
      item.type === 'drop' && item.object.kind === 'column' ? [[foldCase(item.object.name), item.object]] : [],
    ),
  );
  const drops = change.native.drop.map((name): Step => {
    const column = columns.get(name)?.name ?? name;
    const loss = hazards.filter((hazard) => hazard.text === `drops column ${change.to.name}.${column}`);
    return { sql: `ALTER TABLE ${table} DROP COLUMN ${quoted(column)}`, hazards: loss, notes: [], touches };
  });
  return [...adds, ...drops];
};

/** One rename; SQLite rewrites what mentions the name (tables and columns; the rest is made anew by the plan). */
export const renderRename = (rename: Rename, reverse: boolean): readonly Step[] => {
  const [before, after] = reverse ? [rename.toName, rename.fromName] : [rename.fromName, rename.toName];
  const step = (sql: string): readonly Step[] => [{ sql, hazards: [], notes: [], touches: [] }];
  switch (rename.kind) {
    case 'table':
      return step(`ALTER TABLE ${quoted(before)} RENAME TO ${quoted(after)}`);
    case 'column':
      return step(`ALTER TABLE ${quoted(rename.table ?? '')} RENAME COLUMN ${quoted(before)} TO ${quoted(after)}`);
    default:
      return [];
  }
};

/** Every CREATE of a schema, in an order that loads. */
export const renderSchema = (schema: Schema): readonly string[] => {
  const objects = sortViews([...schema.objects.values()]);
  return (['table', 'virtual table', 'index', 'view', 'trigger'] as const).flatMap((kind) =>
    objects.filter((object) => object.kind === kind).map(createSql),
  );
};

/** As `renderSchema`, but indexes and triggers stand below their table or view: SQLite looks at no other name that they mention. */
export const renderGroups = (schema: Schema): readonly (readonly string[])[] => {
  const objects = sortViews([...schema.objects.values()]);
  const below = new Map<string, SchemaObject[]>();
  const parts = (['index', 'trigger'] as const).flatMap((kind) => objects.filter((object) => object.kind === kind));
  for (const object of parts) {
    const table = String(object.attributes['table']);
    below.set(table, [...(below.get(table) ?? []), object]);
  }
  return (['table', 'virtual table', 'view'] as const).flatMap((kind) =>
    objects.filter((object) => object.kind === kind).map((object) => [object, ...(below.get(foldCase(object.name)) ?? [])].map(createSql)),
  );
};
