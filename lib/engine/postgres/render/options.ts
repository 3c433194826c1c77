import { quoteText } from '../../../sql/quote.ts';
import { nameSql } from '../object/naming.ts';

const cut = (option: string): readonly [string, string] => {
  const at = option.indexOf('=');
  return at < 0 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
};

/** The name of a storage parameter; that of the TOAST table keeps its prefix. */
const nameOf = (name: string): string => (name.startsWith('toast.') ? `toast.${nameSql(name.slice(6))}` : nameSql(name));

/** A storage parameter of the catalog (`fillfactor=70`) as SQL. */
export const parameterSql = (option: string): string => {
  const [name, value] = cut(option);
  return `${nameOf(name)} = ${/^(-?\d+(\.\d+)?|[a-z]+)$/.test(value) ? value : quoteText(value, 'postgres')}`;
};

/** `RESET (…)` and `SET (…)`, as far as they are needed to make one list of parameters of another. */
export const optionChanges = (from: readonly string[], to: readonly string[]): readonly string[] => {
  const kept = new Set(to.map((option) => cut(option)[0]));
  const gone = from.map((option) => cut(option)[0]).filter((name) => !kept.has(name));
  const set = to.filter((option) => !from.includes(option));
  return [
    ...(gone.length === 0 ? [] : [`RESET (${gone.map(nameOf).join(', ')})`]),
    ...(set.length === 0 ? [] : [`SET (${set.map(parameterSql).join(', ')})`]),
  ];
};
