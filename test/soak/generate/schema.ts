import type { Random } from './random.ts';
import {
  emptySpec,
  type ColumnSpec,
  type ConstraintSpec,
  type IndexSpec,
  type Spec,
  type TableSpec,
  type TriggerSpec,
  type ViewSpec,
  type VirtualSpec,
} from './spec.ts';

/** What parts are made with: choices, fresh ids, and a tally of what was made. */
export interface Maker {
  readonly random: Random;
  readonly nextId: () => number;
  /** Counts one occurrence of a feature. */
  readonly saw: (feature: string) => void;
}

/** A schema of a few tables with everything on them. */
export const newSpec = (maker: Maker): Spec => {
  const { random } = maker;
  let spec = emptySpec;
  for (let count = 1 + random.int(3); count > 0; count -= 1) spec = { ...spec, tables: [...spec.tables, newTable(maker, spec)] };
  for (let count = random.int(3); count > 0; count -= 1) spec = withForeignKey(maker, spec);
  for (let count = random.int(4); count > 0; count -= 1) spec = { ...spec, indexes: [...spec.indexes, newIndex(maker, spec)] };
  for (let count = random.int(3); count > 0; count -= 1) spec = { ...spec, views: [...spec.views, newView(maker, spec)] };
  for (let count = random.int(3); count > 0; count -= 1) spec = { ...spec, triggers: [...spec.triggers, newTrigger(maker, spec)] };
  if (random.chance(0.05)) spec = { ...spec, virtuals: [newVirtual(maker)] };
  return spec;
};

const words = [
  'users',
  'orders',
  'items',
  'stock',
  'notes',
  'price',
  'kind',
  'state',
  'label',
  'amount',
  'owner',
  'created',
  'MixedCase',
  'key',
  'desc',
];
const odd = [
  'order',
  'group',
  'two words',
  'Größe',
  '日本',
  'semi;colon',
  'quo"te',
  "apo'strophe",
  'dash--dash',
  'slash/*',
  'null',
  '1st',
  'a.b',
  'per%cent',
  'br[acket',
  'tick`',
  'check',
  'back\\slash',
];

/** A name that no other part has had, often a plain one. */
export const newName = (maker: Maker, prefix: string): string => {
  const isOdd = maker.random.chance(0.15);
  if (isOdd) maker.saw('odd names');
  return `${maker.random.pick(isOdd ? odd : words)}${maker.random.chance(0.5) ? '_' : ''}${prefix}${maker.nextId()}`;
};

const types = [
  'INTEGER',
  'INT',
  'TEXT',
  'REAL',
  'BLOB',
  'NUMERIC',
  '',
  'VARCHAR(20)',
  'DECIMAL(10, 2)',
  'BOOLEAN',
  'DATETIME',
  'UNSIGNED BIG INT',
  'DOUBLE PRECISION',
];
const strictTypes = ['INTEGER', 'INT', 'TEXT', 'REAL', 'BLOB', 'ANY'];

/** A type that the table can have. */
export const newType = (maker: Maker, strict: boolean): string => maker.random.pick(strict ? strictTypes : types);

const numbers = ['0', '1', '-1', '42', '3.5', '1e3', '0x1F', '(1)', '(1 + 2)', '9223372036854775807', 'NULL', 'TRUE'];
const texts = ["'x'", "'It''s'", "''", "'two words'", "'ünï'", "('y')", "'-- no comment'", 'current_timestamp', "(lower('ABC'))", "'null'"];

/** A default of the column's type; a STRICT table would refuse another. */
export const newDefault = (maker: Maker, type: string): string => {
  maker.saw('default');
  if (/INT|REAL|NUM|DEC|DOU|BOOL/.test(type)) {
    const fits = type.includes('INT') ? numbers.filter((number) => number !== '3.5') : numbers;
    return maker.random.pick(fits);
  }
  return type === 'BLOB' ? maker.random.pick(["x'00ff'", "X'AB'", '(zeroblob(3))']) : maker.random.pick(texts);
};

export const newColumn = (maker: Maker, table: Pick<TableSpec, 'columns' | 'strict'>, addable: boolean): ColumnSpec => {
  const { random, saw } = maker;
  const type = newType(maker, table.strict);
  const base = table.columns.filter((column) => column.generated === undefined);
  const column: ColumnSpec = {
    id: maker.nextId(),
    name: newName(maker, 'c'),
    type,
    notNull: '',
    fallback: undefined,
    collate: undefined,
    generated: undefined,
  };
  if (base.length > 0 && random.chance(0.12)) {
    saw('generated column');
    const source = random.pick(base).id;
    return {
      ...column,
      generated: {
        expression: random.pick([`{c${source}}`, `typeof({c${source}})`, `length({c${source}}) + 1`, `coalesce({c${source}}, 'none')`]),
        stored: random.chance(0.4),
      },
      type: table.strict ? 'ANY' : type,
    };
  }
  const fallback = random.chance(0.4) ? newDefault(maker, type) : undefined;
  const mayBeRequired = !addable || (fallback !== undefined && fallback !== 'NULL') || random.chance(0.2);
  const notNull =
    mayBeRequired && random.chance(0.3)
      ? random.pick(['NOT NULL', 'NOT NULL', 'NOT NULL', 'NOT NULL ON CONFLICT REPLACE', 'NOT NULL ON CONFLICT IGNORE'])
      : '';
  if (notNull !== '') saw(notNull === 'NOT NULL' ? 'not null' : 'not null on conflict');
  const collate = random.chance(0.15) ? random.pick(['NOCASE', 'RTRIM', 'BINARY']) : undefined;
  if (collate !== undefined) saw('collate');
  return { ...column, fallback, notNull, collate };
};

const newTable = (maker: Maker, spec: Spec): TableSpec => {
  const { random, saw } = maker;
  const strict = random.chance(0.15);
  let table: TableSpec = { id: maker.nextId(), name: newName(maker, 't'), columns: [], constraints: [], withoutRowid: false, strict };
  if (strict) saw('strict');
  for (let count = 2 + random.int(5); count > 0; count -= 1)
    table = { ...table, columns: [...table.columns, newColumn(maker, table, false)] };
  table = withPrimaryKey(maker, table);
  for (let count = random.int(3); count > 0; count -= 1)
    table = { ...table, constraints: [...table.constraints, newConstraint(maker, table)] };
  if (spec.tables.length > 0 && random.chance(0.3)) saw('several tables');
  return table;
};

/** A table for a spec that has some. */
export const anotherTable: (maker: Maker, spec: Spec) => TableSpec = newTable;

const plainConstraint: Omit<ConstraintSpec, 'id' | 'kind'> = {
  name: undefined,
  columns: [],
  descending: false,
  autoincrement: false,
  conflict: '',
  expression: '',
  parent: undefined,
  parentColumns: [],
  actions: '',
  inline: false,
};

/** Gives the table a primary key of some kind, or none. */
export const withPrimaryKey = (maker: Maker, table: TableSpec): TableSpec => {
  const { random, saw } = maker;
  const key = { ...plainConstraint, id: maker.nextId(), kind: 'primary key' as const, name: maybeName(maker, 'pk') };
  const dice = random.int(10);
  if (dice < 5) {
    const column: ColumnSpec = {
      id: maker.nextId(),
      name: newName(maker, 'id'),
      type: 'INTEGER',
      notNull: '',
      fallback: undefined,
      collate: undefined,
      generated: undefined,
    };
    const autoincrement = random.chance(0.3);
    saw(autoincrement ? 'autoincrement' : 'integer primary key');
    return {
      ...table,
      columns: [column, ...table.columns],
      constraints: [...table.constraints, { ...key, columns: [column.id], autoincrement, inline: autoincrement || random.chance(0.7) }],
    };
  }
  const stored = table.columns.filter((column) => column.generated === undefined);
  if (dice < 6 || stored.length === 0) return table;
  const columns = random
    .shuffle(stored)
    .slice(0, 1 + random.int(2))
    .map((column) => column.id);
  const withoutRowid = random.chance(0.4);
  saw(withoutRowid ? 'without rowid' : columns.length > 1 ? 'composite primary key' : 'other primary key');
  const descending = random.chance(0.15);
  if (descending) saw('descending primary key');
  return {
    ...table,
    withoutRowid,
    constraints: [...table.constraints, { ...key, columns, descending, inline: columns.length === 1 && random.chance(0.5) }],
  };
};

const maybeName = (maker: Maker, prefix: string): string | undefined => {
  if (!maker.random.chance(0.3)) return undefined;
  maker.saw('named constraint');
  return newName(maker, prefix);
};

export const newConstraint = (maker: Maker, table: TableSpec): ConstraintSpec => {
  const { random, saw } = maker;
  const column = random.pick(table.columns).id;
  const base = { ...plainConstraint, id: maker.nextId() };
  if (random.chance(0.4)) {
    saw('unique constraint');
    const columns = [...new Set([column, ...(random.chance(0.4) ? [random.pick(table.columns).id] : [])])];
    const conflict = random.chance(0.15) ? random.pick(['ON CONFLICT REPLACE', 'ON CONFLICT IGNORE', 'ON CONFLICT ROLLBACK']) : '';
    if (conflict !== '') saw('unique on conflict');
    return { ...base, kind: 'unique', columns, name: maybeName(maker, 'uq'), conflict, inline: columns.length === 1 && random.chance(0.6) };
  }
  saw('check constraint');
  const expression = random.pick([
    `{c${column}} IS NULL OR length({c${column}}) < 50`,
    `{c${column}} <> 'Forbidden'`,
    `typeof({c${column}}) <> 'nothing'`,
    `({c${column}} NOT IN (1234567, 'a;b'))`,
  ]);
  return { ...base, kind: 'check', expression, name: maybeName(maker, 'ck') };
};

const actions = [
  '',
  '',
  'ON DELETE CASCADE',
  'ON DELETE SET NULL',
  'ON UPDATE CASCADE ON DELETE RESTRICT',
  'DEFERRABLE INITIALLY DEFERRED',
  'ON DELETE SET DEFAULT',
  'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
];

/** Adds a foreign key from some table to the key of some table, often through a new column; `spec` as it is where none has a key. */
export const withForeignKey = (maker: Maker, spec: Spec): Spec => {
  const { random, saw } = maker;
  const targets = spec.tables.flatMap((table) =>
    table.constraints.flatMap((constraint) =>
      constraint.kind === 'primary key' || constraint.kind === 'unique' ? [{ table, constraint }] : [],
    ),
  );
  if (targets.length === 0) return spec;
  const target = random.pick(targets);
  const child = random.pick(spec.tables);
  const reuse = random.shuffle(
    child.columns.filter((column) => column.generated === undefined && !target.constraint.columns.includes(column.id)),
  );
  const isReused = random.chance(0.2) && reuse.length >= target.constraint.columns.length;
  const fresh = target.constraint.columns.map((id): ColumnSpec => {
    const type = target.table.columns.find((column) => column.id === id)?.type ?? 'INTEGER';
    return {
      id: maker.nextId(),
      name: newName(maker, 'ref'),
      type: child.strict && !strictTypes.includes(type) ? 'ANY' : type,
      notNull: '',
      fallback: undefined,
      collate: undefined,
      generated: undefined,
    };
  });
  const columns = isReused ? reuse.slice(0, fresh.length) : fresh;
  saw('foreign key');
  if (child.id === target.table.id) saw('self reference');
  const action = random.pick(actions);
  if (action.includes('DEFERRED')) saw('deferred foreign key');
  if (action.includes('CASCADE')) saw('cascade');
  const constraint: ConstraintSpec = {
    ...plainConstraint,
    id: maker.nextId(),
    kind: 'foreign key',
    columns: columns.map((column) => column.id),
    parent: target.table.id,
    parentColumns: target.constraint.kind === 'primary key' && random.chance(0.3) ? [] : target.constraint.columns,
    actions: action,
    name: maybeName(maker, 'fk'),
    inline: random.chance(0.5),
  };
  const changed = {
    ...child,
    columns: isReused ? child.columns : [...child.columns, ...fresh],
    constraints: [...child.constraints, constraint],
  };
  return { ...spec, tables: spec.tables.map((table) => (table.id === child.id ? changed : table)) };
};

export const newIndex = (maker: Maker, spec: Spec): IndexSpec => {
  const { random, saw } = maker;
  const table = random.pick(spec.tables);
  const term = (): string => {
    const column = `{c${random.pick(table.columns).id}}`;
    if (random.chance(0.2)) {
      saw('expression index');
      return random.pick([`lower(${column})`, `abs(${column}) DESC`, `${column} || 'X'`, `coalesce(${column}, 0) COLLATE NOCASE`]);
    }
    return `${column}${random.chance(0.15) ? ' COLLATE NOCASE' : ''}${random.pick(['', '', ' ASC', ' DESC'])}`;
  };
  const terms = Array.from({ length: 1 + random.int(3) }, term);
  const unique = random.chance(0.15);
  const where = random.chance(0.25) ? `{c${random.pick(table.columns).id}} ${random.pick(['IS NOT NULL', '> 3', "<> 'x'"])}` : undefined;
  saw(unique ? 'unique index' : 'index');
  if (where !== undefined) saw('partial index');
  return { id: maker.nextId(), name: newName(maker, 'i'), table: table.id, unique, terms, where };
};

export const newView = (maker: Maker, spec: Spec): ViewSpec => {
  const { random, saw } = maker;
  const view = { id: maker.nextId(), name: newName(maker, 'v') };
  saw('view');
  if (spec.views.length > 0 && random.chance(0.3)) {
    saw('view on a view');
    return { ...view, columns: [], body: `SELECT * FROM {v${random.pick(spec.views).id}}` };
  }
  const table = random.pick(spec.tables);
  const [a, b] = [random.pick(table.columns).id, random.pick(table.columns).id];
  if (random.chance(0.3)) {
    saw('view with columns');
    return { ...view, columns: [`p${view.id}`, 'q'], body: `SELECT {t${table.id}}.{c${a}}, count(*) FROM {t${table.id}} GROUP BY 1` };
  }
  const other = random.pick(spec.tables);
  const c = random.pick(other.columns).id;
  return {
    ...view,
    columns: [],
    body: random.pick([
      `SELECT {c${a}} AS first, {c${b}} AS second FROM {t${table.id}} WHERE {c${a}} IS NOT 'Kept; As Is'`,
      `SELECT x.{c${a}}, y.{c${c}} AS other FROM {t${table.id}} AS x LEFT JOIN {t${other.id}} AS y ON x.{c${b}} = y.{c${c}}`,
      `WITH w AS (SELECT {c${a}} AS n FROM {t${table.id}}) SELECT n, 'Text' FROM w`,
    ]),
  };
};

export const newTrigger = (maker: Maker, spec: Spec): TriggerSpec => {
  const { random, saw } = maker;
  const trigger = { id: maker.nextId(), name: newName(maker, 'g') };
  if (spec.views.length > 0 && random.chance(0.2)) {
    saw('instead of trigger');
    return {
      ...trigger,
      on: `{v${random.pick(spec.views).id}}`,
      when: 'INSTEAD OF DELETE',
      condition: undefined,
      body: `SELECT 'Nothing; happens';`,
    };
  }
  saw('trigger');
  const table = random.pick(spec.tables);
  const other = random.pick(spec.tables);
  const column = random.pick(table.columns).id;
  const when = random.pick(['AFTER INSERT', 'BEFORE DELETE', 'AFTER DELETE', `AFTER UPDATE OF {c${column}}`, 'BEFORE INSERT']);
  const row = when.includes('DELETE') ? 'old' : 'new';
  const target = random.pick(other.columns.filter((each) => each.generated === undefined)).id;
  const body = random.pick([
    `DELETE FROM {t${other.id}};`,
    `SELECT RAISE(IGNORE) WHERE ${row}.{c${column}} IS NOT 'Never; ever';`,
    `UPDATE {t${other.id}} SET {c${target}} = 'touched'; SELECT 1;`,
    `INSERT INTO {t${other.id}} ({c${target}}) VALUES (${row}.{c${column}});`,
  ]);
  return { ...trigger, on: `{t${table.id}}`, when, condition: random.chance(0.3) ? `${row}.{c${column}} IS NOT NULL` : undefined, body };
};

export const newVirtual = (maker: Maker): VirtualSpec => {
  maker.saw('virtual table');
  return {
    id: maker.nextId(),
    name: `search_${maker.nextId()}`,
    module: maker.random.pick(['fts3(title, body)', 'fts3(title, tokenize=porter)', 'fts4(a, b)']),
  };
};
