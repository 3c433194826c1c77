import type { Random } from './random.ts';
import { namesOf, type ColumnSpec, type ConstraintSpec, type Spec, type TableSpec } from './spec.ts';

/**
 * The spec as a models.sql: layout, letter case of keywords, quotes and the order of statements differ from call to
 * call. What has another name than in `before` bears the hint that says so; what got its name before that may still
 * bear the hint from `past`, which was carried out.
 */
export const renderModels = (spec: Spec, random: Random, before?: Spec, past?: Spec): string => {
  const write = writerOf(spec, random, before, past !== undefined && random.chance(0.5) ? past : undefined);
  const statements = [...spec.tables.map((table) => tableSql(table, write)), ...restSql(spec, write)];
  return `${(random.chance(0.3) ? random.shuffle(statements) : statements).map((sql) => `${sql.text};${sql.hint}`).join(random.chance(0.5) ? '\n\n' : '\n')}\n`;
};

/** Statements in an order in which they load, in the plainest layout, tables first. */
export const plainStatements = (spec: Spec): { readonly tables: readonly string[]; readonly rest: readonly string[] } => {
  const write = writerOf(spec, undefined, undefined, undefined);
  return { tables: spec.tables.map((table) => tableSql(table, write).text), rest: restSql(spec, write).map((sql) => sql.text) };
};

interface Sql {
  readonly text: string;
  /** A comment for the end of the line. */
  readonly hint: string;
}

interface Writer {
  readonly word: (text: string) => string;
  readonly name: (name: string) => string;
  readonly fill: (template: string) => string;
  readonly gap: () => string;
  readonly hint: (id: string, name: string) => string;
  readonly flip: (otherwise: boolean) => boolean;
}

const reserved = /^(?:order|group|select|table|null|index|check|unique|primary|default|from|to|where|values|not|in|is)$/i;

const writerOf = (spec: Spec, random: Random | undefined, before: Spec | undefined, past: Spec | undefined): Writer => {
  const names = namesOf(spec);
  const old = before === undefined ? new Map<string, string>() : namesOf(before);
  const older = past === undefined ? new Map<string, string>() : namesOf(past);
  const lower = random?.chance(0.5) ?? false;
  const bare = random?.chance(0.6) ?? false;
  const oneLine = random?.chance(0.2) ?? false;
  const name = (text: string): string => {
    if (bare && /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !reserved.test(text)) return text;
    if (random?.chance(0.1) && !text.includes(']')) return `[${text}]`;
    if (random?.chance(0.1)) return `\`${text.replaceAll('`', '``')}\``;
    return `"${text.replaceAll('"', '""')}"`;
  };
  return {
    name,
    word: (text) => (lower ? text.toLowerCase() : text),
    fill: (template) => template.replace(/\{([ctvf]\d+)\}/g, (_, id: string) => name(names.get(id) ?? id)),
    gap: () => (oneLine ? ' ' : random?.chance(0.1) ? '\n  /* a note; with a semicolon */ ' : '\n  '),
    hint: (id, now) => {
      const was = old.get(id) === now ? older.get(id) : old.get(id);
      return was === undefined || was === now ? '' : ` -- @renamed from "${was.replaceAll('"', '""')}"\n`;
    },
    flip: (otherwise) => random?.chance(0.5) ?? otherwise,
  };
};

const tableSql = (table: TableSpec, write: Writer): Sql => {
  const isAtColumn = (constraint: ConstraintSpec): boolean =>
    constraint.inline && constraint.columns.length === 1 && constraint.kind !== 'check';
  const columns = table.columns.map((column) => {
    const own = table.constraints.filter((constraint) => isAtColumn(constraint) && constraint.columns[0] === column.id);
    return { text: columnSql(column, own, write), hint: write.hint(`c${column.id}`, column.name) };
  });
  const apart = table.constraints
    .filter((constraint) => !isAtColumn(constraint))
    .map((constraint) => ({ text: constraintSql(constraint, write, false), hint: '' }));
  const parts = [...columns, ...apart];
  const body = parts.map(({ text, hint }, at) => `${write.gap()}${text}${at + 1 < parts.length ? ',' : ''}${hint}`).join('');
  const options = [table.withoutRowid ? write.word('WITHOUT ROWID') : '', table.strict ? write.word('STRICT') : ''].filter(
    (each) => each !== '',
  );
  const tail = options.length === 0 ? '' : ` ${options.join(', ')}`;
  return {
    text: `${write.word('CREATE TABLE')} ${write.name(table.name)} (${body}\n)${tail}`,
    hint: write.hint(`t${table.id}`, table.name),
  };
};

const columnSql = (column: ColumnSpec, own: readonly ConstraintSpec[], write: Writer): string => {
  const { generated, fallback, collate } = column;
  return [
    write.name(column.name),
    write.flip(false) ? column.type.toLowerCase() : column.type,
    ...own.map((constraint) => constraintSql(constraint, write, true)),
    write.word(column.notNull),
    fallback === undefined ? '' : `${write.word('DEFAULT')} ${fallback}`,
    collate === undefined ? '' : `${write.word('COLLATE')} ${collate}`,
    generated === undefined
      ? ''
      : `${write.flip(true) ? write.word('GENERATED ALWAYS AS') : 'as'} (${write.fill(generated.expression)}) ${generated.stored ? write.word('STORED') : write.word('VIRTUAL')}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
};

const constraintSql = (constraint: ConstraintSpec, write: Writer, atColumn: boolean): string => {
  const label = constraint.name === undefined ? '' : `${write.word('CONSTRAINT')} ${write.name(constraint.name)} `;
  const list = (ids: readonly number[]): string => ids.map((id) => write.fill(`{c${id}}`)).join(', ');
  const descending = constraint.descending ? ' DESC' : '';
  const conflict = constraint.conflict === '' ? '' : ` ${constraint.conflict}`;
  switch (constraint.kind) {
    case 'primary key': {
      const auto = constraint.autoincrement ? ' AUTOINCREMENT' : '';
      if (atColumn) return `${label}${write.word('PRIMARY KEY')}${descending}${conflict}${auto}`;
      return `${label}${write.word('PRIMARY KEY')} (${list(constraint.columns)}${descending}${auto})${conflict}`;
    }
    case 'unique':
      return `${label}${write.word('UNIQUE')}${atColumn ? '' : ` (${list(constraint.columns)}${descending})`}${conflict}`;
    case 'check':
      return `${label}${write.word('CHECK')} (${write.fill(constraint.expression)})`;
    case 'foreign key': {
      const parent = constraint.parentColumns.length === 0 ? '' : ` (${list(constraint.parentColumns)})`;
      const head = atColumn ? '' : `${write.word('FOREIGN KEY')} (${list(constraint.columns)}) `;
      return `${label}${head}${write.word('REFERENCES')} ${write.fill(`{t${constraint.parent ?? 0}}`)}${parent}${constraint.actions === '' ? '' : ` ${constraint.actions}`}`;
    }
  }
};

const restSql = (spec: Spec, write: Writer): readonly Sql[] => [
  ...spec.virtuals.map((table) => ({ text: `CREATE VIRTUAL TABLE ${write.name(table.name)} USING ${table.module}`, hint: '' })),
  ...spec.indexes.map((index) => {
    const where = index.where === undefined ? '' : ` ${write.word('WHERE')} ${write.fill(index.where)}`;
    const create = write.word(index.unique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX');
    return {
      text: `${create} ${write.name(index.name)} ON ${write.fill(`{t${index.table}}`)} (${index.terms.map(write.fill).join(', ')})${where}`,
      hint: '',
    };
  }),
  ...spec.views.map((view) => {
    const columns = view.columns.length === 0 ? '' : ` (${view.columns.map(write.name).join(', ')})`;
    return { text: `${write.word('CREATE VIEW')} ${write.name(view.name)}${columns} AS ${write.fill(view.body)}`, hint: '' };
  }),
  ...spec.triggers.map((trigger) => {
    const condition = trigger.condition === undefined ? '' : ` WHEN ${write.fill(trigger.condition)}`;
    return {
      text: `${write.word('CREATE TRIGGER')} ${write.name(trigger.name)} ${write.fill(trigger.when)} ON ${write.fill(trigger.on)}${condition} BEGIN ${write.fill(trigger.body)} END`,
      hint: '',
    };
  }),
];
