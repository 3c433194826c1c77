import type { Hazard, Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { clonedId, clonesOf, isAfterAttachment, isCloned, isMadeAnew, reachesBelow } from './cloned-keys.ts';
import { asKept } from '../object/deparsed.ts';
import { bareConstraint, bareExpression } from './expression.ts';
import { flag, ranks, step, text, type AlterInput, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import {
  alterIndex,
  attachSteps,
  differing,
  extraSteps,
  goesWithOrigin,
  holdersOf,
  indexParameters,
  isDetaching,
  namesake,
  originsOf,
  partitionOf,
  staleComment,
} from './index-parts.ts';
import { reboundBelow } from './rebound.ts';
import { rowsThatBreak } from './rows.ts';
import { takenIndex } from './taken-index.ts';
import { comesWithOrigin, foreignName, goesWithParents, inheritanceChange, isReached, isStated, mergedBelow } from './inherited.ts';

/** A constraint as it stands in CREATE TABLE or behind ADD: `CONSTRAINT users_pkey PRIMARY KEY (id)`. */
export const constraintClause = (constraint: SchemaObject): string =>
  [
    `CONSTRAINT ${text(constraint, 'id')} ${bareConstraint(asKept(text(constraint, 'definition'), constraint.sql))}${indexParameters(constraint, 'USING INDEX TABLESPACE')}`,
    text(constraint, 'predicate') === '' ? '' : `WHERE (${bareExpression(asKept(text(constraint, 'predicate'), constraint.sql))})`,
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
  heldBy: holdersOf,
  occupies: (object) => (object.attributes['index'] === undefined ? [] : [`relation ${text(object, 'index')}`]),
  joins: (object, room) =>
    validity(object) === '' &&
    aroundIndex(object).length === 0 &&
    isStated(object, room) &&
    !isAwaiting(object) &&
    !isAfterAttachment(object, room),
  follows: (object, room) => [
    ...object.needs,
    ...(isAfterAttachment(object, room) ? [partitionOf(object)] : []),
    ...reboundBelow(object, room),
  ],
  brings: clonesOf,
  outlives: (object, room) => (isDetaching(object, room) ? [partitionOf(object)] : []),
  create: (object, room) => {
    const before = namesake(object, 'from', room);
    if (before !== undefined) return renamedSteps(before, object, room);
    if (comesWithOrigin(object, room)) {
      const name = foreignName(object, room);
      return [
        ...(name === undefined ? [] : [renameStep(object, name, object.name)]),
        ...(isBehind(object, room) ? [validateStep(object, room)] : []),
      ];
    }
    if (isCloned(object, room)) return [...clonedName(object), ...aroundIndex(object)];
    const taken = takenIndex(object, room);
    return [taken === undefined ? addStep(object, room) : takeStep(object, taken), ...aroundIndex(object), ...attachSteps(object, room)];
  },
  drop: (object, room) => {
    if (goesWithOrigin(object, room) || goesWithParents(object, room)) return [];
    const after = namesake(object, 'to', room);
    if (after !== undefined) return [renameStep(object, object.name, after.name)];
    return dropSteps(object, room);
  },
  alter: (input, room) => {
    const steps = input.isForced || isMadeAnew(input.from, input.to, room) ? undefined : changes(input, room);
    return steps === undefined ? 'replace' : { steps };
  },
};

/** True where what it comes from is not validated, and it is. */
const isBehind = (object: SchemaObject, room: Room): boolean =>
  text(object, 'type') === 'c' &&
  validity(object) === '' &&
  originsOf(object, room).some((key) => validity(room.to.objects.get(key) ?? object) === 'NOT VALID');

/** The index of a partitioned table that lacks one of a partition's is made after that is attached. */
const isAwaiting = (object: SchemaObject): boolean => object.needs.some((key) => key.startsWith('partition '));

const alterable = ['options', 'statistics', 'dependsOnExtensions', 'tablespace', 'clustered', 'replicaIdentity', 'indexComment'] as const;

const renamedSteps = (before: SchemaObject, object: SchemaObject, room: Room): readonly Step[] => [
  ...(changes({ from: before, to: object, attributes: differing(before, object, alterable), isForced: false }, room) ?? []),
  ...staleComment(before, object, `CONSTRAINT ${text(object, 'id')} ON ${text(object, 'on')}`),
];

const dropSteps = (object: SchemaObject, room: Room): readonly Step[] => [
  step(`ALTER TABLE ${text(object, 'on')} DROP CONSTRAINT ${text(object, 'id')}`, rebuildHazards(object, room)),
  ...mergedBelow(object, room).flatMap((each) => dropSteps(each, room)),
];

const rebuildHazards = (object: SchemaObject, room: Room): readonly Hazard[] => {
  const after = room.to.objects.get(object.key);
  if (after === undefined || !isMadeAnew(object, after, room)) return [];
  if (text(object, 'type') === 'f') return [];
  return [{ kind: 'rewrite', text: `the index of ${text(object, 'id')} is built anew, as declared; --online keeps the one that is there` }];
};

const renameStep = (object: SchemaObject, before: string, after: string): Step =>
  object.attributes['index'] === undefined
    ? step(`ALTER TABLE ${text(object, 'on')} RENAME CONSTRAINT ${nameSql(before)} TO ${nameSql(after)}`)
    : step(`ALTER INDEX ${text(object, 'index')} RENAME TO ${nameSql(after)}`);

const clonedName = (object: SchemaObject): readonly Step[] =>
  object.made === object.name ? [] : [step(`ALTER INDEX ${clonedId(object)} RENAME TO ${nameSql(object.name)}`)];

/** The index of a partitioned table's constraint is made alone where those of the partitions are attached to it. */
const addStep = (object: SchemaObject, room: Room): Step => {
  const only = flag(object, 'partitioned') && !reachesBelow(object, room) ? 'ONLY ' : '';
  return step(
    `ALTER TABLE ${only}${text(object, 'on')} ADD ${constraintClause(object)}`,
    validity(object) === '' ? hazards(object, room) : [],
  );
};

const takeStep = (object: SchemaObject, index: SchemaObject): Step => {
  const what = text(object, 'type') === 'p' ? 'PRIMARY KEY' : 'UNIQUE';
  const deferrability = text(object, 'deferrability');
  const add = `ALTER TABLE ${text(object, 'on')} ADD CONSTRAINT ${text(object, 'id')} ${what} USING INDEX ${nameSql(index.name)}`;
  return step(`${add}${deferrability === '' ? '' : ` ${deferrability}`}`);
};

const hazards = (object: SchemaObject, room: Room): readonly Hazard[] => {
  if (room.isCreated(object.parent ?? '')) return [];
  const predicate = object.attributes['predicate'] === undefined ? '' : ` WHERE (${bareExpression(text(object, 'predicate'))})`;
  const what = `${bareConstraint(text(object, 'definition'))}${predicate}`.replaceAll(/\s+/g, ' ');
  const name = room.to.objects.get(object.parent ?? '')?.name ?? '';
  return [
    {
      kind: 'may fail on rows',
      text: `rows of ${text(object, 'on')} that break this stop the migration: ${what}`,
      rows: rowsThatBreak(text(object, 'on'), name, what),
    },
  ];
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
  const { to, attributes } = input;
  const alter = (what: string): Step => step(`ALTER TABLE ${text(to, 'on')} ALTER CONSTRAINT ${text(to, 'id')} ${what}`);
  const isForeignKey = text(to, 'type') === 'f';
  if (['validated', 'deferrability', 'enforced'].includes(attribute) && isReached(to, attribute, room)) return [];
  switch (attribute) {
    case 'validated':
      if (attributes.includes('enforced')) return [];
      return flag(to, 'validated') ? [validateStep(to, room)] : undefined;
    case 'deferrability':
      return isForeignKey ? [alter(text(to, 'deferrability') || 'NOT DEFERRABLE')] : undefined;
    case 'enforced':
      if (!isForeignKey || !flag(to, 'validated')) return undefined;
      return [flag(to, 'enforced') ? { ...alter('ENFORCED'), hazards: hazards(to, room) } : alter('NOT ENFORCED')];
    case 'inherited':
      return inheritanceSteps(input, room);
    case 'indexComment':
      return [commentStep(to)];
    case 'indexValid':
      return flag(to, 'indexValid') ? [reindexStep(to, room)] : [];
    default:
      return alterIndex(attribute, input, room);
  }
};

/** The index is invalid: it is built anew from the rows. That it was is nothing to come back to. */
const reindexStep = (to: SchemaObject, room: Room): Step =>
  step(`REINDEX INDEX ${text(to, 'index')}`, hazards(to, room), [
    `the index of ${text(to, 'id')} is invalid; the way back does not make it so again`,
  ]);

const validateStep = (to: SchemaObject, room: Room): Step =>
  step(`ALTER TABLE ${text(to, 'on')} VALIDATE CONSTRAINT ${text(to, 'id')}`, hazards(to, room));

const inheritanceSteps = ({ from, to }: AlterInput, room: Room): readonly Step[] | undefined => {
  const change = inheritanceChange(from, to, room);
  if (change === undefined) return undefined;
  return change === 'add' ? [addStep(to, room)] : [];
};
