import type { Hazard, Step } from '../../model/change.ts';
import { childrenOf, type Schema, type SchemaObject } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import { bareConstraint, bareExpression } from './expression.ts';
import { flag, ranks, step, text, type AlterInput, type Kind, type Room } from './kind.ts';
import { nameSql } from './naming.ts';
import {
  alterIndex,
  attachSteps,
  differing,
  extraSteps,
  goesWithOrigin,
  indexParameters,
  isAttaching,
  isDetaching,
  namesake,
  originsOf,
  partitionOf,
  staleComment,
} from './render-index-parts.ts';

/** A constraint as it stands in CREATE TABLE or behind ADD: `CONSTRAINT users_pkey PRIMARY KEY (id)`. */
export const constraintClause = (constraint: SchemaObject): string =>
  [
    `CONSTRAINT ${text(constraint, 'id')} ${bareConstraint(text(constraint, 'definition'))}${indexParameters(constraint, 'USING INDEX TABLESPACE')}`,
    text(constraint, 'predicate') === '' ? '' : `WHERE (${bareExpression(text(constraint, 'predicate'))})`,
    text(constraint, 'deferrability'),
    validity(constraint),
  ]
    .filter((part) => part !== '')
    .join(' ');

const validity = (constraint: SchemaObject): string => {
  if (!flag(constraint, 'enforced')) return 'NOT ENFORCED';
  return flag(constraint, 'validated') ? '' : 'NOT VALID';
};

/** Primary key, unique, check, exclusion and foreign key constraints of tables. */
export const constraintKind: Kind = {
  word: 'CONSTRAINT',
  rank: ranks.constraint,
  isTop: false,
  occupies: (object) => (object.attributes['index'] === undefined ? [] : [`relation ${text(object, 'index')}`]),
  joins: (object, room) =>
    validity(object) === '' && aroundIndex(object).length === 0 && (!isInheritedCheck(object) || room.to.objects.has(partitionOf(object))),
  create: (object, room) => {
    if (isInheritedCheck(object) && comesWithOrigin(object, room)) return [];
    const before = namesake(object, 'from', room);
    if (before !== undefined) return renamedSteps(before, object, room);
    return [addStep(object, room), ...aroundIndex(object), ...attachSteps(object, room)];
  },
  drop: (object, room) => {
    if (goesWithOrigin(object, room) || goesWithParents(object, room)) return [];
    const after = namesake(object, 'to', room);
    if (after !== undefined) return [step(`ALTER INDEX ${text(object, 'index')} RENAME TO ${nameSql(after.name)}`)];
    return dropSteps(object, room);
  },
  alter: (input, room) => {
    const steps = input.isForced ? undefined : changes(input, room);
    return steps === undefined ? 'replace' : { steps };
  },
};

const alterable = ['options', 'statistics', 'dependsOnExtensions', 'tablespace', 'clustered', 'replicaIdentity', 'indexComment'] as const;

const renamedSteps = (before: SchemaObject, object: SchemaObject, room: Room): readonly Step[] => [
  ...(changes({ from: before, to: object, attributes: differing(before, object, alterable), isForced: false }, room) ?? []),
  ...staleComment(before, object, `CONSTRAINT ${text(object, 'id')} ON ${text(object, 'on')}`),
];

const isInheritedCheck = (object: SchemaObject): boolean => text(object, 'type') === 'c' && flag(object, 'inherited');

/** What is dropped on a table goes from the tables below, where they have not got it of their own too. */
const goesWithParents = (object: SchemaObject, room: Room): boolean =>
  text(object, 'type') === 'c' && originsOf(object).some(room.isDropped) && !isParting(object, room);

/** A check that a table has both of its own and from above can go only after that above. */
const dropSteps = (object: SchemaObject, room: Room): readonly Step[] => [
  step(`ALTER TABLE ${text(object, 'on')} DROP CONSTRAINT ${text(object, 'id')}`),
  ...(text(object, 'type') === 'c' ? [...room.from.objects.values()] : [])
    .filter((each) => each.kind === 'constraint' && each.needs.includes(object.key) && room.isDropped(each.key))
    .filter((each) => !flag(each, 'inherited') && goesWithParents(each, room))
    .flatMap((each) => dropSteps(each, room)),
];

/** ADD CONSTRAINT and INHERITS reach the tables below, so there the check is made already. */
const comesWithOrigin = (object: SchemaObject, room: Room): boolean => {
  if (room.isCreated(object.parent ?? '')) return !room.to.objects.has(partitionOf(object));
  return originsOf(object).some(room.isCreated) && !isJoining(object, room);
};

/** True when its table becomes the child of another in the same plan. */
const isJoining = (object: SchemaObject, room: Room): boolean =>
  isAttaching(object, room) || inheritancesOf(object, room.to).some((each) => room.isCreated(each.key));

/** True when its table ceases to be the child of another in the same plan. */
const isParting = (object: SchemaObject, room: Room): boolean =>
  isDetaching(object, room) || inheritancesOf(object, room.from).some((each) => room.isDropped(each.key));

const inheritancesOf = (object: SchemaObject, schema: Schema): readonly SchemaObject[] =>
  childrenOf(schema, object.parent ?? '').filter(({ kind }) => kind === 'inheritance');

/** The index of a partitioned table's constraint is made alone: those of the partitions are attached to it. */
const addStep = (object: SchemaObject, room: Room): Step => {
  const only = flag(object, 'partitioned') ? 'ONLY ' : '';
  return step(
    `ALTER TABLE ${only}${text(object, 'on')} ADD ${constraintClause(object)}`,
    validity(object) === '' ? hazards(object, room) : [],
  );
};

const hazards = (object: SchemaObject, room: Room): readonly Hazard[] => {
  if (room.isCreated(object.parent ?? '')) return [];
  const predicate = object.attributes['predicate'] === undefined ? '' : ` WHERE (${bareExpression(text(object, 'predicate'))})`;
  const what = `${bareConstraint(text(object, 'definition'))}${predicate}`.replaceAll(/\s+/g, ' ');
  return [{ kind: 'may fail on rows', text: `rows of ${text(object, 'on')} that break this stop the migration: ${what}` }];
};

const aroundIndex = (object: SchemaObject): readonly Step[] => [
  ...extraSteps(object),
  ...(object.attributes['indexComment'] === undefined ? [] : [commentStep(object)]),
];

const commentStep = (object: SchemaObject): Step => {
  const comment = object.attributes['indexComment'];
  return step(`COMMENT ON INDEX ${text(object, 'index')} IS ${comment === undefined ? 'NULL' : quoteText(String(comment), 'postgres')}`);
};

const changes = (input: AlterInput, room: Room): readonly Step[] | undefined => {
  const steps: Step[] = [];
  for (const attribute of input.attributes) {
    const some = changeOf(attribute, input, room);
    if (some === undefined) return undefined;
    steps.push(...some);
  }
  return steps;
};

const changeOf = (attribute: string, input: AlterInput, room: Room): readonly Step[] | undefined => {
  const { from, to, attributes } = input;
  const alter = (what: string): Step => step(`ALTER TABLE ${text(to, 'on')} ALTER CONSTRAINT ${text(to, 'id')} ${what}`);
  const isForeignKey = text(to, 'type') === 'f';
  switch (attribute) {
    case 'validated':
      if (attributes.includes('enforced')) return [];
      return flag(to, 'validated') ? validateSteps(to, room) : undefined;
    case 'deferrability':
      return isForeignKey ? [alter(text(to, 'deferrability') || 'NOT DEFERRABLE')] : undefined;
    case 'enforced':
      if (!isForeignKey || !flag(to, 'validated')) return undefined;
      return [flag(to, 'enforced') ? { ...alter('ENFORCED'), hazards: hazards(to, room) } : alter('NOT ENFORCED')];
    case 'inherited':
      return inheritanceSteps(from, to, room);
    case 'indexComment':
      return [commentStep(to)];
    default:
      return alterIndex(attribute, input, room);
  }
};

/** VALIDATE of a check reaches the tables below. */
const validateSteps = (to: SchemaObject, room: Room): readonly Step[] => {
  const isReached = originsOf(to).some((key) => {
    const [before, after] = [room.from, room.to].map(({ objects }) => objects.get(key));
    return before !== undefined && after !== undefined && !flag(before, 'validated') && flag(after, 'validated');
  });
  if (isInheritedCheck(to) && isReached) return [];
  return [step(`ALTER TABLE ${text(to, 'on')} VALIDATE CONSTRAINT ${text(to, 'id')}`, hazards(to, room))];
};

/** Joining and leaving a table says it for the check; the index of a key says it by what it is attached to. */
const inheritanceSteps = (from: SchemaObject, to: SchemaObject, room: Room): readonly Step[] | undefined => {
  if (text(to, 'type') !== 'c') return [];
  const isPartition = room.from.objects.has(partitionOf(to)) && room.to.objects.has(partitionOf(to));
  if (!flag(to, 'inherited')) {
    if (isParting(from, room)) return [];
    return isPartition ? undefined : [addStep(to, room)];
  }
  if (isJoining(to, room)) return [];
  return isPartition && originsOf(to).some(room.isCreated) ? [] : undefined;
};
