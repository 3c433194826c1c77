import { newName, type Maker } from './schema.ts';
import type { ColumnSpec, Spec, TableSpec } from './spec.ts';

interface Named {
  readonly id: number;
  readonly name: string;
}

/** Each of `chosen` takes the name of the next one, and the last one the name given. */
const passedOn = <T extends Named>(list: readonly T[], chosen: readonly T[], last: string): readonly T[] => {
  const names = new Map(chosen.map((each, at) => [each.id, chosen[at + 1]?.name ?? last]));
  return list.map((each) => ({ ...each, name: names.get(each.id) ?? each.name }));
};

const some = <T>({ random }: Maker, list: readonly T[]): readonly T[] => random.shuffle(list).slice(0, 2 + random.int(2));

/** Columns of a table hand their names on. */
export const chainOfColumns = (maker: Maker, table: TableSpec): TableSpec =>
  table.columns.length < 2 ? table : { ...table, columns: passedOn(table.columns, some(maker, table.columns), newName(maker, 'ch')) };

/** Tables hand their names on. */
export const chainOfTables = (maker: Maker, spec: Spec): Spec =>
  spec.tables.length < 2 ? spec : { ...spec, tables: passedOn(spec.tables, some(maker, spec.tables), newName(maker, 'ct')) };

/** Columns of a table exchange their names in a ring; no two of them alike, because then nothing would tell that they did. */
export const ringOfColumns = (maker: Maker, table: TableSpec): TableSpec => {
  const shapes = (column: ColumnSpec): string => JSON.stringify({ ...column, id: 0, name: '', type: column.type.toLowerCase() });
  const chosen = different(some(maker, table.columns), shapes);
  return chosen.length < 2 ? table : { ...table, columns: passedOn(table.columns, chosen, chosen[0]?.name ?? '') };
};

/** Tables exchange their names in a ring. */
export const ringOfTables = (maker: Maker, spec: Spec): Spec => {
  const chosen = different(some(maker, spec.tables), (table) => JSON.stringify(table.columns.map(({ name }) => name)));
  return chosen.length < 2 ? spec : { ...spec, tables: passedOn(spec.tables, chosen, chosen[0]?.name ?? '') };
};

const different = <T>(list: readonly T[], describe: (each: T) => string): readonly T[] =>
  list.filter((each, at) => list.findIndex((other) => describe(other) === describe(each)) === at);

/** One of them under another name. */
export const renamedOne = <T extends Named>(maker: Maker, list: readonly T[]): readonly T[] => {
  if (list.length === 0) return list;
  const chosen = maker.random.pick(list);
  return list.map((each) => (each === chosen ? { ...each, name: newName(maker, 'ro') } : each));
};
