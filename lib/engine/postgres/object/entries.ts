import type { SchemaObject } from '../../../model/schema.ts';
import { list } from './kind.ts';

/** An entry of a list attribute about parts that are no objects: `<name as SQL> <value>`. */
export interface Entry {
  readonly name: string;
  readonly value: string;
}

/** The entries of a list attribute that are only in `from`, and those that are only in `to`. */
export const changedEntries = (
  attribute: string,
  from: SchemaObject | undefined,
  to: SchemaObject,
): { readonly gone: readonly Entry[]; readonly come: readonly Entry[] } => {
  const [before, after] = [from === undefined ? [] : list(from, attribute), list(to, attribute)];
  return {
    gone: before.filter((entry) => !after.includes(entry)).map(entryOf),
    come: after.filter((entry) => !before.includes(entry)).map(entryOf),
  };
};

/** Takes an entry apart. */
export const entryOf = (entry: string): Entry => {
  const name = /^(?:"(?:[^"]|"")*"|\S+)/.exec(entry)?.[0] ?? '';
  return { name, value: entry.slice(name.length + 1) };
};
