import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { flag, list, ranks, step, text, type AlterInput, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { optionChanges, parameterSql } from './options.ts';
import { afterClause, columnClause, inheritedSteps } from './columns.ts';
import { constraintClause } from './constraints.ts';
import { allRows } from './rows.ts';

const createTable = (table: SchemaObject, room: Room): readonly Step[] => {
  const parts = room.inside(table.key);
  const columns = parts.filter((part) => part.kind === 'column');
  const parents = parts.filter((part) => part.kind === 'inheritance');
  const isInherited = (column: SchemaObject): boolean => parents.length > 0 && flag(column, 'inherited');
  const isListed = (column: SchemaObject): boolean => !isInherited(column) || flag(column, 'merged');
  const lines = [
    ...columns.filter(isListed).map((column) => listedColumn(column, table, isInherited(column), room)),
    ...parts.filter((part) => part.kind === 'constraint').map(constraintClause),
  ].filter((line) => line !== '');
  const after = columns.flatMap((column) => (isListed(column) ? afterClause(column, room) : inheritedSteps(column, false, room)));
  return [step(createSql(table, lines, parents)), ...securitySteps(table), ...after];
};

/** A column of a typed table has its type from there; one that says nothing of its own is not listed. */
const listedColumn = (column: SchemaObject, table: SchemaObject, isInherited: boolean, room: Room): string => {
  const isGiven = isInherited && text(column, 'notNullInherited') === 'inherited';
  const clause = columnClause(isGiven ? { ...column, attributes: { ...column.attributes, notNull: undefined } } : column, room);
  if (text(table, 'ofType') === '') return clause;
  const name = nameSql(column.name);
  const own = clause.slice(`${name} ${text(column, 'type')}`.length);
  return own === '' ? '' : `${name} WITH OPTIONS${own}`;
};

const createSql = (table: SchemaObject, lines: readonly string[], parents: readonly SchemaObject[]): string => {
  const ofType = text(table, 'ofType');
  const body = lines.length > 0 ? ` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)` : ofType === '' ? ' ()' : '';
  const options = list(table, 'options');
  const method = text(table, 'accessMethod');
  return [
    `CREATE ${text(table, 'persistence') === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${text(table, 'id')}${ofType === '' ? '' : ` OF ${ofType}`}${body}`,
    ...(parents.length === 0 ? [] : [`INHERITS (${parents.map((parent) => text(parent, 'of')).join(', ')})`]),
    ...(text(table, 'partitionKey') === '' ? [] : [`PARTITION BY ${text(table, 'partitionKey')}`]),
    ...(method === '' || method === 'heap' ? [] : [`USING ${nameSql(method)}`]),
    ...(options.length === 0 ? [] : [`WITH (${options.map(parameterSql).join(', ')})`]),
    ...(text(table, 'tablespace') === '' ? [] : [`TABLESPACE ${nameSql(text(table, 'tablespace'))}`]),
  ].join(' ');
};

/** What is said of a new table after its CREATE. */
const securitySteps = (table: SchemaObject): readonly Step[] => [
  ...(flag(table, 'rowSecurity') ? [rowSecurity(table)] : []),
  ...(flag(table, 'forceRowSecurity') ? [forceRowSecurity(table)] : []),
  ...(['', 'd'].includes(text(table, 'replicaIdentity')) ? [] : replicaIdentity(table)),
];

const alter = (table: SchemaObject, change: string): Step => step(`ALTER TABLE ${text(table, 'id')} ${change}`);

const rowSecurity = (table: SchemaObject): Step => alter(table, `${flag(table, 'rowSecurity') ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`);

const forceRowSecurity = (table: SchemaObject): Step =>
  alter(table, `${flag(table, 'forceRowSecurity') ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`);

const replicaWords: Readonly<Record<string, string>> = { d: 'DEFAULT', f: 'FULL', n: 'NOTHING' };

/** None where an index is the identity: that is an attribute of the index. */
const replicaIdentity = (table: SchemaObject): readonly Step[] => {
  const word = replicaWords[text(table, 'replicaIdentity')];
  return word === undefined ? [] : [alter(table, `REPLICA IDENTITY ${word}`)];
};

const rewritten = (table: SchemaObject, change: string): Step => ({
  ...alter(table, change),
  hazards: [{ kind: 'rewrite', text: `all rows of ${text(table, 'id')} are written anew, while nobody else can read the table` }],
});

const changes: Readonly<Record<string, (from: SchemaObject, to: SchemaObject) => readonly Step[]>> = {
  persistence: (_from, to) => [rewritten(to, text(to, 'persistence') === 'unlogged' ? 'SET UNLOGGED' : 'SET LOGGED')],
  options: (from, to) => optionChanges(list(from, 'options'), list(to, 'options')).map((change) => alter(to, change)),
  accessMethod: (_from, to) => [
    rewritten(to, `SET ACCESS METHOD ${text(to, 'accessMethod') === '' ? 'DEFAULT' : nameSql(text(to, 'accessMethod'))}`),
  ],
  tablespace: (_from, to) => [rewritten(to, `SET TABLESPACE ${nameSql(text(to, 'tablespace') || 'pg_default')}`)],
  replicaIdentity: (_from, to) => replicaIdentity(to),
  rowSecurity: (_from, to) => [rowSecurity(to)],
  forceRowSecurity: (_from, to) => [forceRowSecurity(to)],
  ofType: (_from, to) => [alter(to, text(to, 'ofType') === '' ? 'NOT OF' : `OF ${text(to, 'ofType')}`)],
};

/** A partition key cannot be changed, nor, before PostgreSQL 15, an access method. */
const alterTable = ({ from, to, attributes }: AlterInput, room: Room): ReturnType<Kind['alter']> => {
  if (attributes.includes('partitionKey') || (attributes.includes('accessMethod') && room.major < 15)) return 'replace';
  return { steps: attributes.flatMap((attribute) => changes[attribute]?.(from, to) ?? []) };
};

/** A partitioned table has no rows but those of its partitions, and those that are managed are detached or dropped before it. */
const rowsOf = (table: SchemaObject): string =>
  text(table, 'partitionKey') === '' ? 'all its rows' : 'all partitions that it has left then';

/** Tables, partitioned ones and partitions. */
export const tableKind: Kind = {
  word: 'TABLE',
  rank: ranks.table,
  isTop: true,
  create: createTable,
  drop: (table) => [
    step(`DROP TABLE ${text(table, 'id')}`, [
      { kind: 'data loss', text: `drops table ${text(table, 'id')} with ${rowsOf(table)}`, rows: allRows(text(table, 'id'), table.name) },
    ]),
  ],
  alter: alterTable,
  holdsData: () => true,
  occupies: (table) => [`relation ${text(table, 'id')}`, `type ${text(table, 'id')}`],
};
