import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, list, ranks, step, text, type AlterInput, type Alteration, type Kind } from '../object/kind.ts';
import { nameInSchemaOf, nameSql } from '../object/naming.ts';
import { extensionSteps } from './extensions.ts';
import { bodySql } from './routine-body.ts';

const wordOf = (routine: SchemaObject): 'PROCEDURE' | 'FUNCTION' => (routine.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION');

const definitionSql = (create: string, routine: SchemaObject): string => {
  const { result, language } = routine.attributes;
  return [
    `${create} ${wordOf(routine)} ${nameInSchemaOf(routine)}(${text(routine, 'arguments')})`,
    ...(routine.kind === 'procedure' || result === undefined ? [] : [`  RETURNS ${String(result)}`]),
    `  LANGUAGE ${nameSql(String(language))}`,
    ...transformLines(routine),
    ...propertyLines(routine),
    ...list(routine, 'config').map((setting) => `  SET ${settingSql(setting)}`),
    bodySql(routine),
  ].join('\n');
};

const transformLines = (routine: SchemaObject): readonly string[] => {
  const types = list(routine, 'transforms').map((type) => `FOR TYPE ${type}`);
  return types.length === 0 ? [] : [`  TRANSFORM ${types.join(', ')}`];
};

/** What is not as a new function has it, on a line. */
const propertyLines = (routine: SchemaObject): readonly string[] => {
  const { volatility, parallel, cost, rows, support } = routine.attributes;
  const words = [
    ...(flag(routine, 'window') ? ['WINDOW'] : []),
    ...(volatility === 'volatile' ? [] : [text(routine, 'volatility').toUpperCase()]),
    ...(flag(routine, 'leakproof') ? ['LEAKPROOF'] : []),
    ...(flag(routine, 'strict') ? ['STRICT'] : []),
    ...(flag(routine, 'securityDefiner') ? ['SECURITY DEFINER'] : []),
    ...(parallel === 'unsafe' ? [] : [`PARALLEL ${text(routine, 'parallel').toUpperCase()}`]),
    ...(cost === usualCost(routine) ? [] : [`COST ${String(cost)}`]),
    ...(rows === undefined || rows === usualRows ? [] : [`ROWS ${String(rows)}`]),
    ...(support === undefined ? [] : [`SUPPORT ${String(support)}`]),
  ];
  return words.length === 0 ? [] : [`  ${words.join(' ')}`];
};

const usualRows = 1000;

const usualCost = (routine: SchemaObject): number => (['c', 'internal'].includes(text(routine, 'language')) ? 1 : 100);

/** Settings whose value is a list of names, which the server keeps as SQL. */
const nameLists: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `search_path TO app, public` of a setting as pg_proc has it, `search_path=app, public`. */
const settingSql = (setting: string): string => {
  const [name, value] = [nameOfSetting(setting), setting.slice(setting.indexOf('=') + 1)];
  const sql = nameLists.has(name.toLowerCase()) ? listSql(value) : quoteText(value, 'postgres');
  return `${name.split('.').map(nameSql).join('.')} TO ${sql}`;
};

const nameOfSetting = (setting: string): string => setting.slice(0, setting.indexOf('='));

/** The empty name is written as a text: SQL has no name of length zero. */
const listSql = (value: string): string =>
  value.trim() === '' ? "''" : value.replaceAll(/"(?:[^"]|"")*"/g, (name) => (name === '""' ? "''" : name));

/** What CREATE OR REPLACE refuses: another result, other OUT arguments, an input argument under another name, a default less. */
const isOther = ({ from, to, attributes }: AlterInput): boolean => {
  if (attributes.some((attribute) => ['result', 'window', 'form', 'directArguments'].includes(attribute))) return true;
  if (attributes.includes('outputs') && (list(from, 'outputs').length > 1 || list(to, 'outputs').length > 1)) return true;
  if (Number(to.attributes['defaults']) < Number(from.attributes['defaults'])) return true;
  const names = list(to, 'inputs');
  return list(from, 'inputs').some((name, place) => name !== '' && name !== names[place]);
};

const alter = (input: AlterInput): Alteration | 'replace' => {
  if (input.isForced || isOther(input)) return 'replace';
  const clauses = alterClauses(input);
  const { from, to } = input;
  const word = wordOf(to);
  if (clauses === undefined) return { steps: [step(definitionSql('CREATE OR REPLACE', to)), ...extensionSteps(word, undefined, to)] };
  const altered = clauses.length === 0 ? [] : [step(`ALTER ${word} ${text(to, 'id')} ${clauses.join(' ')}`)];
  return { steps: [...altered, ...extensionSteps(word, from, to)] };
};

/** The actions of ALTER FUNCTION; undefined when they are not enough. */
const alterClauses = ({ from, to, attributes }: AlterInput): readonly string[] | undefined => {
  const clauses: string[] = [];
  for (const attribute of attributes) {
    const clause = alterClause(attribute, from, to);
    if (clause === undefined) return undefined;
    clauses.push(...clause);
  }
  return clauses;
};

const alterClause = (attribute: string, from: SchemaObject, to: SchemaObject): readonly string[] | undefined => {
  switch (attribute) {
    case 'volatility':
    case 'cost':
    case 'rows':
      return to.attributes[attribute] === undefined ? undefined : [alterWord(attribute, text(to, attribute))];
    case 'parallel':
      return [`PARALLEL ${text(to, 'parallel').toUpperCase()}`];
    case 'strict':
      return [flag(to, 'strict') ? 'STRICT' : 'CALLED ON NULL INPUT'];
    case 'leakproof':
      return [flag(to, 'leakproof') ? 'LEAKPROOF' : 'NOT LEAKPROOF'];
    case 'securityDefiner':
      return [flag(to, 'securityDefiner') ? 'SECURITY DEFINER' : 'SECURITY INVOKER'];
    case 'dependsOnExtensions':
      return [];
    case 'config':
      return configClauses(list(from, 'config'), list(to, 'config'));
    default:
      return undefined;
  }
};

const alterWord = (attribute: string, value: string): string =>
  attribute === 'volatility' ? value.toUpperCase() : `${attribute.toUpperCase()} ${value}`;

const configClauses = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const names = after.map(nameOfSetting);
  const gone = before.map(nameOfSetting).filter((name) => !names.includes(name));
  return [
    ...gone.map((name) => `RESET ${name.split('.').map(nameSql).join('.')}`),
    ...after.filter((setting) => !before.includes(setting)).map((setting) => `SET ${settingSql(setting)}`),
  ];
};

/** A function, procedure or aggregate of a name and types leaves no room for another of them. */
const occupies = ({ key, kind }: SchemaObject): readonly string[] => [`routine ${key.slice(kind.length + 1)}`];

const routineKind = (word: 'FUNCTION' | 'PROCEDURE'): Kind => ({
  word,
  rank: ranks.function,
  isTop: true,
  create: (routine) => [step(definitionSql('CREATE', routine)), ...extensionSteps(word, undefined, routine)],
  drop: (routine) => [step(`DROP ${word} ${text(routine, 'id')}`)],
  alter,
  occupies,
});

/** Functions: replaced in place where CREATE OR REPLACE can, by ALTER FUNCTION where only its properties differ. */
export const functionKind: Kind = routineKind('FUNCTION');

/** Procedures, like functions. */
export const procedureKind: Kind = routineKind('PROCEDURE');

/** The arguments of DROP and COMMENT: an aggregate of no argument is of `*`. */
const signatureOf = (aggregate: SchemaObject): string => text(aggregate, 'id').replace(/\(\)$/, '(*)');

const aggregateSql = (create: string, aggregate: SchemaObject): string => {
  const isHypothetical = text(aggregate, 'form') === 'hypothetical';
  const usualModify = text(aggregate, 'form') === 'normal' ? 'r' : 'w';
  const options = aggregateOptions.flatMap(([option, attribute, form]) => {
    const value = aggregate.attributes[attribute];
    if (value === undefined || value === false || (form === 'modify' && value === usualModify)) return [];
    if (attribute === 'parallel' && value === 'unsafe') return [];
    return [value === true ? option : `${option} = ${optionValue(String(value), form)}`];
  });
  const all = [...options, ...(isHypothetical ? ['HYPOTHETICAL'] : [])];
  const list = text(aggregate, 'arguments');
  return `${create} AGGREGATE ${nameInSchemaOf(aggregate)}(${list === '' ? '*' : list}) (\n  ${all.join(',\n  ')}\n)`;
};

/** ALTER AGGREGATE does not know them. */
const aggregateExtensions = (from: SchemaObject | undefined, to: SchemaObject): readonly Step[] => extensionSteps('ROUTINE', from, to);

type OptionForm = 'sql' | 'text' | 'word' | 'modify';

const optionValue = (value: string, form: OptionForm): string => {
  if (form === 'text') return quoteText(value, 'postgres');
  if (form === 'word') return value.toUpperCase();
  return form === 'modify' ? (modifyWords[value] ?? value) : value;
};

const modifyWords: Readonly<Record<string, string>> = { r: 'READ_ONLY', s: 'SHAREABLE', w: 'READ_WRITE' };

/** The options of CREATE AGGREGATE, in the order of its documentation. */
const aggregateOptions: readonly (readonly [string, string, OptionForm])[] = [
  ['SFUNC', 'stateFunction', 'sql'],
  ['STYPE', 'stateType', 'sql'],
  ['SSPACE', 'stateSize', 'sql'],
  ['FINALFUNC', 'finalFunction', 'sql'],
  ['FINALFUNC_EXTRA', 'finalExtra', 'sql'],
  ['FINALFUNC_MODIFY', 'finalModify', 'modify'],
  ['COMBINEFUNC', 'combineFunction', 'sql'],
  ['SERIALFUNC', 'serialFunction', 'sql'],
  ['DESERIALFUNC', 'deserialFunction', 'sql'],
  ['INITCOND', 'initial', 'text'],
  ['MSFUNC', 'movingStateFunction', 'sql'],
  ['MINVFUNC', 'movingInverseFunction', 'sql'],
  ['MSTYPE', 'movingStateType', 'sql'],
  ['MSSPACE', 'movingStateSize', 'sql'],
  ['MFINALFUNC', 'movingFinalFunction', 'sql'],
  ['MFINALFUNC_EXTRA', 'movingFinalExtra', 'sql'],
  ['MFINALFUNC_MODIFY', 'movingFinalModify', 'modify'],
  ['MINITCOND', 'movingInitial', 'text'],
  ['SORTOP', 'sortOperator', 'sql'],
  ['PARALLEL', 'parallel', 'word'],
];

/** Aggregates: replaced in place while arguments and result stay. */
export const aggregateKind: Kind = {
  word: 'AGGREGATE',
  rank: ranks.function,
  isTop: true,
  create: (aggregate) => [step(aggregateSql('CREATE', aggregate)), ...aggregateExtensions(undefined, aggregate)],
  drop: (aggregate) => [step(`DROP AGGREGATE ${signatureOf(aggregate)}`)],
  alter: (input) => {
    const { from, to, attributes } = input;
    if (input.isForced || isOther(input)) return 'replace';
    const isNew = attributes.some((attribute) => attribute !== 'dependsOnExtensions');
    return {
      steps: [...(isNew ? [step(aggregateSql('CREATE OR REPLACE', to))] : []), ...aggregateExtensions(isNew ? undefined : from, to)],
    };
  },
  target: (aggregate) => `AGGREGATE ${signatureOf(aggregate)}`,
  occupies,
};
