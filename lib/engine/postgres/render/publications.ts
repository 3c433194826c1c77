import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { bareExpression } from './expression.ts';
import { flag, list, ranks, step, text, type Kind, type Room } from '../object/kind.ts';

/** Publications; their tables and schemas are objects of their own. */
export const publicationKind: Kind = {
  word: 'PUBLICATION',
  rank: ranks.publication,
  isTop: true,
  create: (publication, room) => [step(createSql(publication, room))],
  drop: (publication) => [step(`DROP PUBLICATION ${text(publication, 'id')}`)],
  alter: ({ to, attributes, isForced }) => {
    if (isForced || attributes.includes('allTables')) return 'replace';
    const settings = Object.entries(parameters(to)).filter(([name]) => attributes.includes(name));
    const sql = `ALTER PUBLICATION ${text(to, 'id')} SET (${settings.map(([, setting]) => setting).join(', ')})`;
    return { steps: settings.length === 0 ? [] : [step(sql)] };
  },
};

/** Tables and schemas of a publication. */
export const publicationMemberKind: Kind = {
  word: 'PUBLICATION',
  rank: ranks.publication,
  isTop: false,
  create: (member) => [alter(member, 'ADD', memberSql(member))],
  drop: (member) => [alter(member, 'DROP', isTable(member) ? `TABLE ${member.sql}` : memberSql(member))],
  alter: ({ attributes, isForced }) => (isForced || attributes.length > 0 ? 'replace' : { steps: [] }),
  joins: (member, room) => member.parent !== undefined && room.isCreated(member.parent),
};

const alter = (member: SchemaObject, verb: 'ADD' | 'DROP', what: string): Step =>
  step(`ALTER PUBLICATION ${text(member, 'id')} ${verb} ${what}`);

const isTable = (member: SchemaObject): boolean => text(member, 'tablesOf') === '';

const memberSql = (member: SchemaObject): string => membersSql([member]).join('');

/** One list of tables and one of schemas: PostgreSQL 14 knows no other form. */
const membersSql = (members: readonly SchemaObject[]): readonly string[] => {
  const tables = members.filter(isTable).map(tableSql);
  const schemas = members.filter((member) => !isTable(member)).map((member) => text(member, 'tablesOf'));
  return [
    ...(tables.length === 0 ? [] : [`TABLE ${tables.join(', ')}`]),
    ...(schemas.length === 0 ? [] : [`TABLES IN SCHEMA ${schemas.join(', ')}`]),
  ];
};

const tableSql = (member: SchemaObject): string => {
  const columns = list(member, 'columns').join(', ');
  const where = text(member, 'where');
  return `${member.sql}${columns === '' ? '' : ` (${columns})`}${where === '' ? '' : ` WHERE (${bareExpression(where)})`}`;
};

const createSql = (publication: SchemaObject, room: Room): string => {
  const members = membersSql(room.inside(publication.key));
  const settings = Object.entries(parameters(publication)).flatMap(([name, setting]) => (isUsual(publication, name) ? [] : [setting]));
  return [
    `CREATE PUBLICATION ${text(publication, 'id')}`,
    ...(flag(publication, 'allTables') ? ['FOR ALL TABLES'] : []),
    ...(members.length === 0 ? [] : [`FOR ${members.join(',\n    ')}`]),
    ...(settings.length === 0 ? [] : [`WITH (${settings.join(', ')})`]),
  ].join('\n  ');
};

const parameters = (publication: SchemaObject): Readonly<Record<string, string>> => ({
  operations: `publish = ${quoteText(list(publication, 'operations').join(', '), 'postgres')}`,
  viaRoot: `publish_via_partition_root = ${flag(publication, 'viaRoot')}`,
  generatedColumns: `publish_generated_columns = ${text(publication, 'generatedColumns')}`,
});

const isUsual = (publication: SchemaObject, name: string): boolean => {
  switch (name) {
    case 'operations':
      return list(publication, 'operations').length === 4;
    case 'viaRoot':
      return !flag(publication, 'viaRoot');
    default:
      return ['', 'none'].includes(text(publication, 'generatedColumns'));
  }
};

/** Event triggers, which only a superuser may make. */
export const eventTriggerKind: Kind = {
  word: 'EVENT TRIGGER',
  rank: ranks.eventTrigger,
  isTop: true,
  create: (trigger) => {
    const tags = list(trigger, 'tags').map((tag) => quoteText(tag, 'postgres'));
    const clauses = [
      `CREATE EVENT TRIGGER ${text(trigger, 'id')} ON ${text(trigger, 'event')}`,
      ...(tags.length === 0 ? [] : [`WHEN TAG IN (${tags.join(', ')})`]),
      `EXECUTE FUNCTION ${text(trigger, 'function')}()`,
    ];
    return [step(clauses.join('\n  ')), ...(text(trigger, 'enabled') === 'ENABLE' ? [] : [firing(trigger)])];
  },
  drop: (trigger) => [step(`DROP EVENT TRIGGER ${text(trigger, 'id')}`)],
  alter: ({ to, attributes, isForced }) => {
    if (isForced || attributes.some((name) => name !== 'enabled')) return 'replace';
    return { steps: attributes.length === 0 ? [] : [firing(to)] };
  },
};

const firing = (trigger: SchemaObject): Step => step(`ALTER EVENT TRIGGER ${text(trigger, 'id')} ${text(trigger, 'enabled')}`);
