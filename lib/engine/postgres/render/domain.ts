import { LimbeckError } from '../../../errors.ts';
import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { bareConstraint } from './expression.ts';
import { flag, ranks, step, text, type AlterInput, type Alteration, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';

/** CREATE DOMAIN with the checks that are made inside it. */
export const createDomain = (domain: SchemaObject, room: Room): readonly Step[] => {
  const { collation, default: expression, notNullName } = domain.attributes;
  const clauses = [
    ...(expression === undefined ? [] : [`DEFAULT ${String(expression)}`]),
    ...(flag(domain, 'notNull') ? [`${notNullName === undefined ? '' : `CONSTRAINT ${nameSql(String(notNullName))} `}NOT NULL`] : []),
    ...room.inside(domain.key).map(constraintClause),
  ];
  const head = `CREATE DOMAIN ${text(domain, 'id')} AS ${text(domain, 'baseType')}${collation === undefined ? '' : ` COLLATE ${String(collation)}`}`;
  const short = [head, ...clauses].join(' ');
  const sql = clauses.length < 2 && short.length <= 120 ? short : [head, ...clauses].join('\n  ');
  return [step(sql), ...(domain.attributes['notNullComment'] === undefined ? [] : [commentOnNotNull(domain)])];
};

const constraintClause = (constraint: SchemaObject): string =>
  `CONSTRAINT ${text(constraint, 'id')} ${bareConstraint(text(constraint, 'definition'))}`;

const nameOfNotNull = (domain: SchemaObject): string => nameSql(String(domain.attributes['notNullName'] ?? `${domain.name}_not_null`));

const commentOnNotNull = (domain: SchemaObject): Step => {
  const comment = domain.attributes['notNullComment'];
  const value = comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres');
  return step(`COMMENT ON CONSTRAINT ${nameOfNotNull(domain)} ON DOMAIN ${text(domain, 'id')} IS ${value}`);
};

/** Changes a domain's default and NOT NULL in place; another base type or collation is another domain. */
export const alterDomain = ({ from, to, attributes }: AlterInput, room: Room): Alteration | 'replace' => {
  if (attributes.includes('baseType') || attributes.includes('collation')) return 'replace';
  requireLastingDefault(from, room, new Set(to.needs.flatMap((need) => room.to.objects.get(need)?.name ?? [])));
  const alter = `ALTER DOMAIN ${text(to, 'id')}`;
  const steps: Step[] = [];
  if (attributes.includes('default')) {
    const expression = to.attributes['default'];
    steps.push(step(expression === undefined ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${String(expression)}`));
  }
  if (attributes.includes('notNull')) steps.push(setNotNull(to));
  else if (attributes.includes('notNullName'))
    steps.push(step(`${alter} RENAME CONSTRAINT ${nameOfNotNull(from)} TO ${nameOfNotNull(to)}`));
  const isCommentLost = attributes.includes('notNull') && from.attributes['notNullComment'] !== undefined;
  const isCommentNew = to.attributes['notNullComment'] !== undefined || !isCommentLost;
  if (attributes.includes('notNullComment') && flag(to, 'notNull') && isCommentNew) steps.push(commentOnNotNull(to));
  return { steps };
};

/**
 * Throws `unmanaged` for a domain that stays while a function in its default goes or is made anew: no statement between the
 * two can do without the default. `names` are those that a new default calls, where a function of another name is no obstacle.
 */
export const requireLastingDefault = (domain: SchemaObject, room: Room, names?: ReadonlySet<string>): void => {
  const going = domain.needs.find((need) => {
    const name = room.from.objects.get(need)?.name ?? '';
    return need.startsWith('function ') && room.isDropped(need) && (names === undefined || names.has(name));
  });
  if (going === undefined) return;
  const id = text(domain, 'id');
  throw new LimbeckError('unmanaged', `${going} goes or is made anew, and the default of ${domain.key} calls it`, {
    hint: `write this migration by hand (\`limbeck revision -m …\`): ALTER DOMAIN ${id} DROP DEFAULT, change the function, and SET DEFAULT again`,
    data: { objects: [going, domain.key] },
  });
};

const setNotNull = (domain: SchemaObject): Step => {
  const alter = `ALTER DOMAIN ${text(domain, 'id')}`;
  if (!flag(domain, 'notNull')) return step(`${alter} DROP NOT NULL`);
  const sql =
    domain.attributes['notNullName'] === undefined ? `${alter} SET NOT NULL` : `${alter} ADD CONSTRAINT ${nameOfNotNull(domain)} NOT NULL`;
  return step(sql, [{ kind: 'may fail on rows', text: `fails if a column of the domain ${domain.name} holds NULL` }]);
};

const isNewDomain = (constraint: SchemaObject, room: Room): boolean => constraint.parent !== undefined && room.isCreated(constraint.parent);

const addConstraint = (constraint: SchemaObject, room: Room): readonly Step[] => {
  const isValidated = flag(constraint, 'validated');
  const sql = `ALTER DOMAIN ${text(constraint, 'on')} ADD ${constraintClause(constraint)}${isValidated ? '' : ' NOT VALID'}`;
  return [step(sql, isValidated && !isNewDomain(constraint, room) ? [violated(constraint)] : [])];
};

const violated = (constraint: SchemaObject) =>
  ({
    kind: 'may fail on rows',
    text: `fails if a column of the domain ${text(constraint, 'on')} holds a value that ${constraint.name} forbids`,
  }) as const;

const alterConstraint = ({ to, attributes }: AlterInput): Alteration | 'replace' => {
  if (attributes.includes('definition') || !flag(to, 'validated')) return 'replace';
  return { steps: [step(`ALTER DOMAIN ${text(to, 'on')} VALIDATE CONSTRAINT ${text(to, 'id')}`, [violated(to)])] };
};

/** CHECK constraints of domains. */
export const domainConstraintKind: Kind = {
  word: 'CONSTRAINT',
  rank: ranks.type,
  isTop: false,
  create: addConstraint,
  drop: (constraint) => [step(`ALTER DOMAIN ${text(constraint, 'on')} DROP CONSTRAINT ${text(constraint, 'id')}`)],
  alter: (input) => (input.isForced ? 'replace' : alterConstraint(input)),
  joins: (constraint) => flag(constraint, 'validated'),
  target: (constraint) => `CONSTRAINT ${text(constraint, 'id')} ON DOMAIN ${text(constraint, 'on')}`,
};
