import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { split } from '../../../lib/sql/split.ts';
import { coverageRows } from '../../promises/postgres/all.ts';
import { commonGround, commonRows, type CoverageRow } from '../../promises/postgres/row.ts';
import { randomOf, type Random } from './random.ts';

/** A change between two schemas that are put together of rows of docs/coverage.md. */
export interface PostgresCase {
  readonly before: string;
  readonly after: string;
  /** Statements that fill the tables of `before`; those for which a variant has no room fail. */
  readonly rows: string;
  /** The rows in which the two differ, `ground` for the tables that all share. */
  readonly changed: readonly string[];
}

/** The rows that are managed on a major. */
export const rowsOn = (major: number): readonly CoverageRow[] =>
  coverageRows.filter(({ outcome, since = 14 }) => outcome === 'managed' && since <= major);

/** The same seed makes the same case on the same major. */
export const makePostgresCase = (seed: number, major: number): PostgresCase => {
  const random = randomOf(seed);
  const chosen = withoutClashes(random.shuffle(rowsOn(major))).slice(0, 4 + random.int(10));
  const pairs = chosen.map((row) => ({ row, ...twoVariants(row, random) }));
  const [groundBefore, groundAfter] = [groundOf(random.fork()), random.chance(0.6) ? groundOf(random.fork()) : undefined];
  const side = (pick: 'from' | 'to', ground: Ground): string =>
    ground.adapt(
      interleave([[ground.sql], ...pairs.map(({ row, ...variants }) => statementsOf(sqlOf(row, variants[pick])))], random)
        .map((each) => `${each};`)
        .join('\n'),
    );
  const after = groundAfter ?? groundBefore;
  return {
    before: side('from', groundBefore),
    after: side('to', after),
    rows: [commonRows, ...pairs.map(({ row }) => row.rows ?? '')].join(';\n'),
    changed: [
      ...(after.sql === groundBefore.sql ? [] : ['ground']),
      ...pairs.filter(({ row, from, to }) => sqlOf(row, from) !== sqlOf(row, to)).map(({ row }) => row.id),
    ],
  };
};

const sqlOf = (row: CoverageRow, variant: number | undefined): string =>
  variant === undefined ? '' : `${row.ground ?? ''}\n${row.variants[variant] ?? ''};`.replace(/^\n;$/, '');

/** The variant of a row on each side; undefined: the row is not there at all. A refused change is never asked for. */
const twoVariants = (row: CoverageRow, random: Random): { readonly from: number | undefined; readonly to: number | undefined } => {
  const any = (): number | undefined => (random.chance(0.2) ? undefined : random.int(row.variants.length));
  const from = any();
  const isRefused = (to: number | undefined): boolean => row.refused?.some(([a, b]) => a === from && b === to) === true;
  const to = random.chance(0.3) ? from : any();
  return { from, to: isRefused(to) ? from : to };
};

/** The names that the variants of a row make: two rows with one in common are never in the same schema. */
const namesOf = ({ ground = '', variants }: CoverageRow): ReadonlySet<string> =>
  new Set([...`${ground} ${variants.join(';')}`.matchAll(making)].map(([, name = '']) => name.toLowerCase()));

const making =
  /\bCREATE (?:OR REPLACE )?(?:UNLOGGED |UNIQUE |MATERIALIZED |CONSTRAINT |EVENT )*(?:TABLE|INDEX|VIEW|SEQUENCE|TYPE|DOMAIN|SCHEMA|FUNCTION|PROCEDURE|AGGREGATE|EXTENSION|COLLATION|STATISTICS|TRIGGER|RULE|POLICY|PUBLICATION)\s+((?:"[^"]+"|\w+)(?:\.\w+)?)/g;

const withoutClashes = (rows: readonly CoverageRow[]): readonly CoverageRow[] => {
  const taken = new Set<string>();
  return rows.filter((row) => {
    const names = namesOf(row);
    if ([...names].some((name) => taken.has(name))) return false;
    for (const name of names) taken.add(name);
    return true;
  });
};

const statementsOf = (sql: string): readonly string[] => split(sql, postgresLexis).map(({ text }) => text);

/** The lists become one, at random; within each the order stays. */
const interleave = (lists: readonly (readonly string[])[], random: Random): readonly string[] => {
  const left = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const merged: string[] = [];
  while (left.length > 0) {
    const place = random.int(left.length);
    const list = left[place] ?? [];
    merged.push(...list.splice(0, 1));
    if (list.length === 0) left.splice(place, 1);
  }
  return merged;
};

interface Ground {
  readonly sql: string;
  /** Other names for what the rows call by the usual ones. */
  readonly adapt: (sql: string) => string;
}

/** The tables that all rows build on, with columns of other types and names. */
const groundOf = (random: Random): Ground => {
  const price = random.chance(0.3) ? '"Price of 1"' : 'price';
  const must = (probability: number): string => (random.chance(probability) ? ' NOT NULL' : '');
  const columns = [
    `id ${random.pick(['integer', 'bigint'])} PRIMARY KEY`,
    `name ${random.pick(['text', 'varchar(200)'])}${must(0.6)}`,
    `price ${random.pick(['numeric(10, 2)', 'numeric', 'double precision'])}`,
    `made ${random.pick(['timestamptz', 'timestamptz(3)'])}`,
    `tags ${random.pick(['text[]', 'varchar(30)[]'])}`,
    ...(random.chance(0.3) ? ['"Extra Column" date'] : []),
  ];
  const odd = [
    `"Key ""1""" ${random.pick(['bigint', 'integer'])} PRIMARY KEY`,
    `"select" ${random.pick(['text', 'varchar(50)'])}${must(0.3)}`,
    `"Größe" ${random.pick(['integer', 'bigint', 'numeric'])}`,
  ];
  const rest = commonGround.slice(commonGround.indexOf('CREATE FUNCTION'));
  const sql = `CREATE TABLE ground (${columns.join(', ')});\nCREATE TABLE "Odd Ground" (${odd.join(', ')});\n${rest.trim().replace(/;$/, '')}`;
  return { sql: `${sql}${price === 'price' ? '' : ` /* ${price} */`}`, adapt: (text) => text.replaceAll(/\bprice\b/g, () => price) };
};
