import type { Hazard, Step } from '../../../model/change.ts';
import { childrenOf, type SchemaObject } from '../../../model/schema.ts';
import { alterSteps, changeSteps, displacedBy, isReplaced, requireFree, requireOneRoot } from './column-change.ts';
import { bareExpression } from './expression.ts';
import { broughtBy, columnsAbove, followsAbove, heirs, recurses, traitOf } from './descent.ts';
import { identityClause, identitySaid } from './identity.ts';
import { flag, ranks, step, text, type Kind, type Room } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { attachmentInWay, notNullClause, saidByClause, tableNameOf, withNotNullOf } from './not-null.ts';
import { requireSameClaim } from './inherited.ts';
import { requireNoCopies, requireNoCopiesFor } from './row-type.ts';
import { allRows } from './rows.ts';

/** A default's expression; a text literal needs no cast to the very type of its column. */
const defaultSql = (fallback: SchemaObject, column: SchemaObject | undefined): string => {
  const expression = text(fallback, 'expression');
  const [, literal, type] = /^(E?'(?:[^'\\]|''|\\.)*')::([^']+)$/s.exec(expression) ?? [];
  return literal !== undefined && column !== undefined && type === text(column, 'type').replace(/\(\d+(,-?\d+)?\)/, '')
    ? literal
    : expression;
};

const defaultIn = (column: SchemaObject, room: Room): SchemaObject | undefined =>
  room.inside(column.key).find((each) => each.kind === 'default');

/** A column as it stands in CREATE TABLE or behind ADD COLUMN, with the default that is made with it. */
export const columnClause = (column: SchemaObject, room: Room): string => {
  const fallback = defaultIn(column, room);
  const [compression, collation, generated] = [text(column, 'compression'), text(column, 'collation'), text(column, 'generated')];
  return [
    nameSql(column.name),
    text(column, 'type'),
    ...(compression === '' ? [] : [`COMPRESSION ${compression}`]),
    ...(collation === '' ? [] : [`COLLATE ${collation}`]),
    notNullClause(column, room),
    fallback === undefined ? '' : `DEFAULT ${defaultSql(fallback, column)}`,
    generated === '' ? '' : `GENERATED ALWAYS AS (${bareExpression(text(column, 'expression'))}) ${generated}`,
    identityClause(column, room),
  ]
    .filter((part) => part !== '')
    .join(' ');
};

/** Statements that follow a CREATE TABLE or ADD COLUMN for what the column's clause has no word for. */
export const afterClause = (column: SchemaObject, room: Room): readonly Step[] =>
  changeSteps({ ...identitySaid(saidByClause(column)), storage: undefined, statistics: undefined, options: undefined }, column, room);

/**
 * Statements for a column that is made with the one above it, as far as it is another; `isAdded` by ADD COLUMN, whose
 * settings go down with it, and not by INHERITS.
 */
export const inheritedSteps = (column: SchemaObject, isAdded: boolean, room: Room): readonly Step[] => {
  const [above] = columnsAbove(column, room.to);
  if (above === undefined) return [];
  const { type, collation, generated, expression, compression } = above.attributes;
  const storage = !isAdded || recurses(room, above, 'storage') ? above.attributes['storage'] : undefined;
  const statistics = isAdded && recurses(room, above, 'statistics') ? above.attributes['statistics'] : undefined;
  const given = withNotNullOf({ type, collation, generated, expression, compression, storage, statistics }, above, column, room);
  const [had, has] = [traitOf(room.to, above, 'default'), defaultIn(column, room)];
  return [
    ...changeSteps(given, column, room),
    ...(has !== undefined && has.attributes['expression'] !== had ? [setDefault(has, room)] : []),
    ...(traitOf(room.to, column, 'default') === undefined && had !== undefined ? [dropDefault(column, room)] : []),
  ];
};

const addColumn = (column: SchemaObject, room: Room): readonly Step[] => [
  step(`ALTER TABLE ${text(column, 'table')} ADD COLUMN ${columnClause(column, room)}`, addHazards(column, room)),
  ...afterClause(column, room),
];

/** True where a new column gives rows another value than NULL. */
const isFilled = (column: SchemaObject, room: Room): boolean =>
  defaultIn(column, room) !== undefined || ['generated', 'identity'].some((attribute) => text(column, attribute) !== '');

/** True where its domain has a default, or something to check. */
const isOfDomain = (column: SchemaObject, { to }: Room): boolean =>
  column.needs.some((need) => {
    const type = to.objects.get(need);
    if (type === undefined || text(type, 'form') !== 'domain') return false;
    return text(type, 'default') !== '' || flag(type, 'notNull') || childrenOf(to, need).length > 0;
  });

const addHazards = (column: SchemaObject, room: Room): readonly Hazard[] => {
  const fallback = defaultIn(column, room);
  const isWritten =
    text(column, 'generated') === 'STORED' || text(column, 'identity') !== '' || (fallback !== undefined && isVolatile(fallback));
  return [
    ...(text(column, 'notNull') !== '' && !flag(column, 'notNullNotValid') && !isFilled(column, room)
      ? [
          {
            kind: 'may fail on rows',
            text: `${text(column, 'id')} is NOT NULL without a default: any row stops the migration`,
            rows: allRows(text(column, 'table'), tableNameOf(column, room)),
          } as const,
        ]
      : []),
    ...(isWritten ? [{ kind: 'rewrite', text: `the value of ${text(column, 'id')} is written into every row` } as const] : []),
  ];
};

const steady = ['now', 'timezone', 'transaction_timestamp', 'statement_timestamp', 'numeric', 'varying', 'character', 'bit'];

/** A call of a function that is not known to give every row the same. */
const isVolatile = (fallback: SchemaObject): boolean =>
  (text(fallback, 'expression').match(/[\w."]+(?=\()/g) ?? []).some((call) => !steady.includes(call));

const dropColumn = (column: SchemaObject, room: Room): readonly Step[] => {
  if (followsAbove(room, column, 'drop')) return [];
  const rows = allRows(text(column, 'table'), tableNameOf(column, room));
  const hazards: readonly Hazard[] =
    text(column, 'generated') === '' ? [{ kind: 'data loss', text: `drops column ${text(column, 'id')} with its values`, rows }] : [];
  const drop = (table: string): Step => step(`ALTER TABLE ${table} DROP COLUMN ${nameSql(column.name)}`, hazards);
  const [staying, going] = heirs(room, column);
  if (staying.length === 0) return [drop(text(column, 'table'))];
  return [drop(`ONLY ${text(column, 'table')}`), ...going.map((each) => drop(text(each, 'table')))];
};

/** Columns of tables. What a statement on the table above does to them is not said again. */
export const columnKind: Kind = {
  word: 'COLUMN',
  rank: ranks.column,
  isTop: false,
  joins: () => true,
  create: (column, room) => {
    const isWritten = [column, ...columnsAbove(column, room.to)].some((each) => isFilled(each, room) || isOfDomain(each, room));
    requireNoCopiesFor(column, isWritten, room);
    return followsAbove(room, column, 'create') ? inheritedSteps(column, true, room) : addColumn(column, room);
  },
  drop: dropColumn,
  alter: (input, room) => {
    requireFree(input, room);
    requireSameClaim(input, room);
    requireNoCopies(input, room);
    requireOneRoot(input, room);
    if (isReplaced(input, room)) return 'replace';
    const displaces = displacedBy(input, room);
    return { steps: alterSteps(input, room), renews: attachmentInWay(input, room), ...(displaces === undefined ? {} : { displaces }) };
  },
  holdsData: (column) => text(column, 'generated') === '',
  occupies: (column) => (text(column, 'identity') === '' ? [] : [`relation ${text(column, 'identitySequence')}`]),
};

const setDefault = (fallback: SchemaObject, room: Room): Step => {
  const column = room.to.objects.get(fallback.parent ?? '');
  const only = column === undefined || recurses(room, column, 'default') ? '' : 'ONLY ';
  return step(
    `ALTER TABLE ${only}${text(fallback, 'table')} ALTER COLUMN ${nameSql(fallback.name)} SET DEFAULT ${defaultSql(fallback, column)}`,
  );
};

const dropDefault = (column: SchemaObject, room: Room): Step => {
  const only = recurses(room, room.to.objects.get(column.key) ?? column, 'default') ? '' : 'ONLY ';
  return step(`ALTER TABLE ${only}${text(column, 'table')} ALTER COLUMN ${nameSql(column.name)} DROP DEFAULT`);
};

const isBrought = (fallback: SchemaObject, room: Room): boolean => {
  const column = room.to.objects.get(fallback.parent ?? '');
  return column !== undefined && broughtBy(room, column, 'default') !== undefined;
};

/** Defaults, which stand in their column's clause when both are made at once. */
export const defaultKind: Kind = {
  word: 'DEFAULT',
  rank: ranks.default,
  isTop: false,
  joins: () => true,
  create: (fallback, room) => (isBrought(fallback, room) ? [] : [setDefault(fallback, room)]),
  drop: (fallback, room) => {
    const column = room.from.objects.get(fallback.parent ?? '');
    return column === undefined || isBrought(fallback, room) ? [] : [dropDefault(column, room)];
  },
  alter: ({ to }, room) => ({ steps: isBrought(to, room) ? [] : [setDefault(to, room)] }),
};
