import type { Hazard, Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { isAfterAttachment } from './cloned-keys.ts';
import { asKept } from '../object/deparsed.ts';
import { bareExpression, oneLine } from './expression.ts';
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
  namesake,
  partitionOf,
  staleComment,
} from './index-parts.ts';
import { rowsThatBreak } from './rows.ts';
import { isTaken } from './taken-index.ts';

/** CREATE INDEX, on tables, partitioned tables (each partition has its own) and materialized views. */
export const indexKind: Kind = {
  word: 'INDEX',
  rank: ranks.index,
  isTop: true,
  target: (object) => `INDEX ${text(object, 'id')}`,
  heldBy: holdersOf,
  occupies: (object) => [`relation ${text(object, 'id')}`],
  follows: (object, room) => (isAfterAttachment(object, room) ? [...object.needs, partitionOf(object)] : object.needs),
  create: (object, room) => {
    const before = namesake(object, 'from', room);
    if (before !== undefined) return renamedSteps(before, object, room);
    return [step(createIndexSql(object), indexHazards(object, room)), ...extraSteps(object), ...attachSteps(object, room)];
  },
  drop: (object, room) => {
    if (goesWithOrigin(object, room) || isTaken(object, room)) return [];
    const after = namesake(object, 'to', room);
    if (after !== undefined) return [step(`ALTER INDEX ${text(object, 'id')} RENAME TO ${nameSql(after.name)}`)];
    return [object.sound !== undefined ? dropLeftover(object, room) : step(`DROP INDEX ${text(object, 'id')}`)];
  },
  alter: (input, room) => {
    const steps = input.isForced || input.from.sound !== undefined ? undefined : changes(input, room);
    return steps === undefined ? 'replace' : { steps };
  },
};

/** Elsewhere, and in scratch, it is not there. */
const dropLeftover = (object: SchemaObject, room: Room): Step =>
  step(`DROP INDEX IF EXISTS ${text(object, 'id')}`, [], [leftoverNote(object, room)]);

/** What a person must know before an invalid index is dropped. */
export const leftoverNote = (object: SchemaObject, { to }: Room): string =>
  `${text(object, 'id')} is invalid, what a build that failed left: it answers no query, and the way back ${to.objects.has(object.key) ? 'leaves a valid one' : 'does not make it again'}`;

const alterable = ['options', 'statistics', 'dependsOnExtensions', 'tablespace', 'clustered', 'replicaIdentity'] as const;

const renamedSteps = (before: SchemaObject, object: SchemaObject, room: Room): readonly Step[] => [
  ...(changes({ from: before, to: object, attributes: differing(before, object, alterable), isForced: false }, room) ?? []),
  ...staleComment(before, object, `INDEX ${text(object, 'id')}`),
];

/** CREATE INDEX; `how` stands behind it. */
export const createIndexSql = (index: SchemaObject, how: '' | ' CONCURRENTLY' = ''): string => {
  const head = `CREATE ${flag(index, 'unique') ? 'UNIQUE ' : ''}INDEX${how} ${nameSql(index.name)} ON ${flag(index, 'partitioned') ? 'ONLY ' : ''}${text(index, 'on')}`;
  return `${head} ${columnsOf(index)}${indexParameters(index, 'TABLESPACE')}${whereOf(index)}`;
};

const columnsOf = (index: SchemaObject): string => oneLine(text(index, 'definition')).replace(/^USING btree /, '');

const whereOf = (index: SchemaObject): string =>
  index.attributes['predicate'] === undefined ? '' : ` WHERE ${bareExpression(asKept(text(index, 'predicate'), index.sql))}`;

/** What may stop the making of an index. */
export const indexHazards = (index: SchemaObject, room: Room): readonly Hazard[] => {
  if (!flag(index, 'unique') || room.isCreated(index.parent ?? '')) return [];
  const columns = `${columnsOf(index)}${whereOf(index)}`.replaceAll(/\s+/g, ' ');
  const name = room.to.objects.get(index.parent ?? '')?.name ?? '';
  return [
    {
      kind: 'may fail on rows',
      text: `rows of ${text(index, 'on')} that break this stop the migration: UNIQUE ${columns}`,
      rows: rowsThatBreak(text(index, 'on'), name, `UNIQUE ${columnsOf(index)}`, bareExpression(text(index, 'predicate'))),
    },
  ];
};

const changes = (input: AlterInput, room: Room): readonly Step[] | undefined => {
  const steps: Step[] = [];
  for (const attribute of input.attributes) {
    const some = attribute === 'valid' ? validitySteps(input) : alterIndex(attribute, input, room);
    if (some === undefined) return undefined;
    steps.push(...some);
  }
  return steps;
};

/** That of a partitioned table gets valid with its partitions' indexes. */
const validitySteps = ({ to }: AlterInput): readonly Step[] | undefined => (flag(to, 'partitioned') ? [] : undefined);
