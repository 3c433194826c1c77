import type { Hazard, Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { impliedCasts } from '../object/deparsed.ts';
import { changedEntries } from '../object/entries.ts';
import { list, ranks, step, text, type Alteration, type AlterInput, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { optionSql } from './index-parts.ts';
import { extensionSteps } from './extensions.ts';

const occupies = (view: SchemaObject): readonly string[] => [`relation ${text(view, 'id')}`, `type ${text(view, 'id')}`];

/** Views. */
export const viewKind: Kind = {
  word: 'VIEW',
  rank: ranks.view,
  isTop: true,
  create: (view) => [
    step(`CREATE VIEW ${head(view)} AS\n${impliedCasts(view.sql)}`),
    ...defaultSteps(undefined, view),
    ...commentSteps(undefined, view),
  ],
  drop: (view) => [step(`DROP VIEW ${text(view, 'id')}`)],
  alter: ({ from, to, attributes, isForced }) => {
    const isNew = attributes.includes('definition') || attributes.includes('columns');
    if (isForced || (isNew && !isExtended(list(from, 'columns'), list(to, 'columns')))) return 'replace';
    return {
      steps: [
        ...(isNew ? [step(`CREATE OR REPLACE VIEW ${head(to)} AS\n${impliedCasts(to.sql)}`)] : optionSteps('VIEW', from, to)),
        ...defaultSteps(from, to),
        ...commentSteps(from, to),
      ],
    };
  },
  occupies,
};

/** Materialized views; their indexes are objects of their own. */
export const materializedViewKind: Kind = {
  word: 'MATERIALIZED VIEW',
  rank: ranks.view,
  isTop: true,
  create: (view, room) => [
    step(createMaterializedSql(view), computing(view, room)),
    ...settingSteps(undefined, view),
    ...commentSteps(undefined, view),
    ...extensionSteps('MATERIALIZED VIEW', undefined, view),
  ],
  drop: (view) => [step(`DROP MATERIALIZED VIEW ${text(view, 'id')}`)],
  alter: (input, room) => (isReplaced(input, room) ? 'replace' : alterMaterialized(input)),
  occupies,
};

const head = (view: SchemaObject): string => `${text(view, 'id')}${options(view)}`;

const options = (view: SchemaObject): string => {
  const each = list(view, 'options').map(storageSql);
  return each.length === 0 ? '' : ` WITH (${each.join(', ')})`;
};

/** An option of the view or of its TOAST table. */
const storageSql = (option: string): string => (option.startsWith('toast.') ? `toast.${optionSql(option.slice(6))}` : optionSql(option));

/** CREATE OR REPLACE can only add columns behind those that are there, with their names, types and collations. */
const isExtended = (before: readonly string[], after: readonly string[]): boolean =>
  before.every((column, place) => column === after[place]);

const createMaterializedSql = (view: SchemaObject): string => {
  const method = text(view, 'accessMethod');
  const tablespace = text(view, 'tablespace');
  return [
    `CREATE MATERIALIZED VIEW ${text(view, 'id')}`,
    ['', 'heap'].includes(method) ? '' : ` USING ${nameSql(method)}`,
    options(view),
    tablespace === '' ? '' : ` TABLESPACE ${nameSql(tablespace)}`,
    ` AS\n${impliedCasts(view.sql)}`,
  ].join('');
};

const computing = (view: SchemaObject, room: Room): readonly Hazard[] =>
  !view.sql.endsWith('\nWITH NO DATA') && room.isDropped(view.key)
    ? [{ kind: 'rebuild', text: `computes materialized view ${text(view, 'id')} anew, and nobody can read it meanwhile` }]
    : [];

const isReplaced = ({ from, to, attributes, isForced }: AlterInput, { major }: Room): boolean => {
  if (isForced || attributes.includes('definition') || attributes.includes('columns')) return true;
  if (attributes.includes('accessMethod') && major < 15) return true;
  return major < 16 && changedEntries('columnSettings', from, to).gone.some(({ value }) => value.startsWith('STORAGE'));
};

const alterMaterialized = ({ from, to, attributes }: AlterInput): Alteration => {
  const alter = `ALTER MATERIALIZED VIEW ${text(to, 'id')}`;
  const steps = [
    ...(attributes.includes('accessMethod')
      ? [step(`${alter} SET ACCESS METHOD ${nameSql(text(to, 'accessMethod'))}`, [rewriting(to)])]
      : []),
    ...(attributes.includes('tablespace')
      ? [step(`${alter} SET TABLESPACE ${nameSql(text(to, 'tablespace') || 'pg_default')}`, [rewriting(to)])]
      : []),
    ...optionSteps('MATERIALIZED VIEW', from, to),
    ...settingSteps(from, to),
    ...commentSteps(from, to),
    ...extensionSteps('MATERIALIZED VIEW', from, to),
  ];
  return { steps };
};

const rewriting = (view: SchemaObject): Hazard => ({ kind: 'rewrite', text: `writes materialized view ${text(view, 'id')} anew` });

const optionSteps = (word: string, from: SchemaObject, to: SchemaObject): readonly Step[] => {
  const [before, after] = [list(from, 'options'), list(to, 'options')];
  const alter = `ALTER ${word} ${text(to, 'id')}`;
  const names = (entries: readonly string[]): readonly string[] => entries.map((entry) => entry.slice(0, entry.indexOf('=')));
  const set = after.filter((entry) => !before.includes(entry)).map(storageSql);
  const reset = names(before).filter((name) => !names(after).includes(name));
  return [
    ...(reset.length === 0 ? [] : [step(`${alter} RESET (${reset.join(', ')})`)]),
    ...(set.length === 0 ? [] : [step(`${alter} SET (${set.join(', ')})`)]),
  ];
};

const defaultSteps = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => {
  const { gone, come } = changedEntries('columnDefaults', from, to);
  const alter = (column: string): string => `ALTER VIEW ${text(to, 'id')} ALTER COLUMN ${column}`;
  const lost = gone.filter(({ name }) => !come.some((entry) => entry.name === name));
  return [
    ...lost.map(({ name }) => step(`${alter(name)} DROP DEFAULT`)),
    ...come.map(({ name, value }) => step(`${alter(name)} SET DEFAULT ${value}`)),
  ];
};

const commentSteps = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => {
  const { gone, come } = changedEntries('columnComments', from, to);
  const comment = (column: string, value: string): Step => step(`COMMENT ON COLUMN ${text(to, 'id')}.${column} IS ${value}`);
  const lost = gone.filter(({ name }) => !come.some((entry) => entry.name === name));
  return [...lost.map(({ name }) => comment(name, 'NULL')), ...come.map(({ name, value }) => comment(name, quoteText(value, 'postgres')))];
};

/** Statistics targets, storage, compression and options of a materialized view's columns. */
const settingSteps = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => {
  const { gone, come } = changedEntries('columnSettings', from, to);
  const alter = (column: string, action: string): Step =>
    step(`ALTER MATERIALIZED VIEW ${text(to, 'id')} ALTER COLUMN ${column} ${action}`);
  return [
    ...gone.map(({ name, value }) => alter(name, unset(value))),
    ...come.map(({ name, value }) => alter(name, value.startsWith('(') ? `SET (${optionSql(value.slice(1, -1))})` : `SET ${value}`)),
  ];
};

const unset = (setting: string): string => {
  if (setting.startsWith('(')) return `RESET (${setting.slice(1, setting.indexOf('='))})`;
  return setting.startsWith('STATISTICS') ? 'SET STATISTICS -1' : `SET ${setting.split(' ')[0] ?? ''} DEFAULT`;
};
