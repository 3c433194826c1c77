import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from '../../../../lib/engine/engine.ts';
import { openSession } from '../../../../lib/engine/open.ts';
import { takesAll, usingFor } from '../../../../lib/engine/postgres/render/type-change.ts';
import { lossOf } from '../../../../lib/engine/postgres/render/type-loss.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { postgresLexis } from '../../../../lib/sql/lexis.ts';
import { split } from '../../../../lib/sql/split.ts';
import { quoteText } from '../../../../lib/sql/quote.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

/*
 * What is said of a change of type, against what the server does with values that are close to each other: where no loss is said, no two
 * of them become the same, and what is no text comes back as it was. Where values are said never to stop a change, none does.
 */

const test = suite('postgres type losses');
let server: LocalServer;
let session: Session;
test.before(async () => {
  server = await startServer();
  session = await openSession(server.socketUrl(), { mode: 'write', directory: import.meta.dirname });
});
test.after(async () => {
  await session.close();
  await server.stop();
});

/** Values with a bar between them. */
const listed = (line: string): readonly string[] => line.split('|');
const within = (length: number): readonly string[] => texts.filter((each) => each.length <= length);
const padded = (length: number): readonly string[] => within(length).flatMap((each) => (each.endsWith(' ') ? [] : [each.padEnd(length)]));

const moments = listed('2020-03-29 02:30:00|2020-03-29 03:30:00|2020-01-01 00:00:00|2020-01-01 10:11:12.25|2020-01-01 10:11:12.251');
const instants = listed(
  '2020-10-25 00:30:00+00|2020-10-25 01:30:00+00|2020-01-01 00:00:00+00|2020-01-01 10:11:12.25+00|2020-01-01 10:11:12.251+00',
);
const spans = listed('["2020-01-01 10:11:12","2020-01-03 10:11:12")|["2020-01-01 10:11:13","2020-01-03 10:11:12")');
const texts: readonly string[] = [
  '1|1.25|1.251|0.3|0.30000000000000004|16777216|16777217|9007199254740993|9007199254740992|3000000000|101|10101|10110|101000',
  '2020-01-01|10:11:12|10:11:12.25|10:11:12.251|10:11:12+05|2020-01-01 10:11:12+05|2020-01-01 10:11:12+06',
  '1 day 10:11:12|2 days 10:11:12|abc|abcdefgh|abcdefgi|abc |abc  || |b a|a b|a b a',
  '{"a":1,"a":2}|{"a":2}|{"b":1,"a":2}|{"a":2,"b":1}|10.0.0.1|10.0.0.0|10.0.0.0/8|10.0.0.1/8',
  '{abc}|{abcdefgh}|{abcdefgi}|{1.25}|{1.251}|{1}|{2020-01-01}|{2020-01-01 10:11:12}|{101,10101}|{16777217}|{16777216}',
  '[2020-01-01,2020-01-03)|[1,3)|[1.5,3)|08:00:2b:01:02:03|550e8400-e29b-41d4-a716-446655440000|$1.25',
]
  .flatMap(listed)
  .concat(moments, spans, `${'x'.repeat(70)}a`, `${'x'.repeat(70)}b`);
const whole = '0|1|-1|101|1001|12345|12346';

/** Values by the type that they are of. */
const values: Readonly<Record<string, readonly string[]>> = {
  smallint: listed(whole),
  integer: listed(`${whole}|16777216|16777217|2147483647|20200101|200101`),
  bigint: listed(`${whole}|16777216|16777217|9007199254740992|9007199254740993|20200101|3000000000`),
  real: listed('1|1.25|1.26|16777216|16777218|0.3|0.30000004|1e20|1234567'),
  'double precision': listed('1|1.25|1.26|1.251|16777216|16777217|0.3|0.30000000000000004|9007199254740992|9007199254740994'),
  numeric: listed('1|1.25|1.251|0.3|0.30000000000000004|16777216|16777217|12345678901234567890|12345678901234567891|3000000000'),
  'numeric(10,4)': listed('1|1.2500|1.2510|1.26|123456.0001|123456.0002'),
  'numeric(10,1)': listed('1|1.2|1.3|123456789.1|123456789.2'),
  'numeric(15,0)': listed('1|123456789012345|123456789012344|16777216|16777217'),
  'numeric(6,0)': listed('1|123456|123457|2020'),
  'numeric(6,-2)': listed('100|200|12345600'),
  money: listed('1|1.25|1.26|-3.10'),
  boolean: listed('true|false'),
  text: texts,
  'character varying(10)': within(10),
  'character varying(3)': within(3),
  'character(8)': padded(8),
  'character(3)': padded(3),
  name: within(63),
  '"char"': listed('a|b| |1|0'),
  date: listed('2020-01-01|2020-03-29|2020-03-30|infinity'),
  'time without time zone': listed('00:00:00|10:11:12|10:11:12.25|10:11:12.251|24:00:00'),
  'time(0) without time zone': listed('00:00:00|10:11:12'),
  'time with time zone': listed('10:11:12+01|10:11:12+02|10:11:12.25+01|10:11:12.251+01'),
  'timestamp without time zone': moments,
  'timestamp(0) without time zone': moments.slice(0, 3),
  'timestamp with time zone': instants,
  'timestamp(0) with time zone': instants.slice(0, 3),
  interval: listed('1 day|1 day 10:11:12|2 days 10:11:12|10:11:12|10:11:12.25|10:11:12.251|1 mon'),
  'interval(0)': listed('1 day 10:11:12|2 days 10:11:12|10:11:12'),
  'interval day': listed('1 day|2 days'),
  json: listed('{"a":1,"a":2}|{"a":2}|{"b":1,"a":2}|{"a":2,"b":1}|{"a": 2}|1|1.25|1.251|"a"|"a" |[1]|{}|true'),
  jsonb: listed('{"a": 2}|{"a": 2, "b": 1}|1|1.25|1.251|0.3|0.30000000000000004|"a"|[1]|{}|true|101|10101'),
  'bit(3)': listed('101|110|001|000'),
  'bit(5)': listed('10100|10101|00101|00000'),
  'bit varying(8)': listed('101|0101|10101|10110|1|0|'),
  inet: listed('10.0.0.1|10.0.0.1/8|10.0.0.2/8|10.0.0.0/8'),
  cidr: listed('10.0.0.1/32|10.0.0.0/8'),
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: listed('08:00:2b:ff:fe:01:02:03|08:00:2b:01:02:03:04:05'),
  uuid: ['550e8400-e29b-41d4-a716-446655440000'],
  bytea: listed(String.raw`\x|\x616263|\x3137`),
  xml: listed('<a/>|<a/> |<a></a>|1'),
  oid: listed('0|1|3000000000|101'),
  tsvector: listed("'a' 'b'|'a'"),
  point: listed('(1,2)|(2,1)'),
  int4range: listed('[1,3)|empty'),
  numrange: listed('[1,3)|[1.5,3)|[1.25,3)|[1.251,3)|(1,3)'),
  daterange: ['[2020-01-01,2020-01-03)'],
  tsrange: [...spans, '["2020-01-01 00:00:00","2020-01-03 00:00:00")'],
  tstzrange: listed('["2020-10-25 00:30:00+00","2020-10-26 10:11:12+00")|["2020-10-25 01:30:00+00","2020-10-26 10:11:12+00")'),
  'integer[]': listed('{}|{1}|{16777216}|{16777217}|{1,NULL}|{{1},{2}}'),
  'numeric(10,4)[]': listed('{1.25}|{1.251}|{1}'),
  'character varying(10)[]': listed('{abc}|{"abc "}|{"abc  "}|{abcdefgh}|{abcdefgi}|{101}|{10101}|{10110}|{1.25}|{1.251}'),
  'character varying(3)[]': listed('{abc}|{a}|{"a "}'),
  'bit(3)[]': listed('{101}|{001}'),
  'timestamp without time zone[]': listed('{"2020-01-01 10:11:12"}|{"2020-01-01 10:11:13"}|{"2020-01-01 00:00:00"}'),
  'date[]': ['{2020-01-01}'],
  'real[]': listed('{16777216}|{1}'),
};
/** PostgreSQL 14 has no scale below 0. */
const types = Object.keys(values).filter((type) => Number(wantedMajor()) >= 15 || !type.includes(',-'));
const pairs = types.flatMap((from) => types.filter((to) => to !== from).map((to) => ({ from, to })));
const placeOf = (type: string): number => types.indexOf(type);

interface Outcome {
  readonly value: string;
  /** Undefined where the value stops the change. */
  readonly made: string | undefined;
  readonly back: string | undefined;
}

/** Every value of every pair through an assignment, which takes the casts that ALTER COLUMN … TYPE takes, and back. */
const outcomes = async (making: string, cast: (from: string, to: string) => string): Promise<ReadonlyMap<string, readonly Outcome[]>> => {
  for (const { text } of split(making, postgresLexis)) await session.execute(text);
  const found = new Map<string, readonly Outcome[]>();
  for (const from of types) {
    const rows = pairs
      .filter((pair) => pair.from === from)
      .map(({ to }) => `(${placeOf(to)}, ${quoteText(cast(from, to), 'postgres')}, ${quoteText(cast(to, from), 'postgres')})`);
    const sql = `SELECT p.target, attempt(${placeOf(from)}, 'c', ${placeOf(from)}, v.value) AS value, m.made, CASE WHEN m.made IS NOT NULL THEN attempt(p.target, p.back, ${placeOf(from)}, m.made) END AS back
      FROM (VALUES ${rows.join(', ')}) p (target, there, back),
        unnest(ARRAY[${(values[from] ?? []).map((value) => quoteText(value, 'postgres')).join(', ')}]) WITH ORDINALITY v (value, place),
        LATERAL (SELECT attempt(${placeOf(from)}, p.there, p.target, v.value) AS made OFFSET 0) m ORDER BY p.target, v.place`;
    for (const row of await session.query(sql)) {
      const key = `${from} → ${types[Number(row['target'])] ?? ''}`;
      const [made, back] = [row['made'], row['back']].map((each) => (each === null ? undefined : String(each)));
      found.set(key, [...(found.get(key) ?? []), { value: String(row['value']), made, back }]);
    }
  }
  return found;
};

const attempt = (body: string): string => `DROP FUNCTION IF EXISTS attempt;
  CREATE FUNCTION attempt(source integer, cast_ text, target integer, value text) RETURNS text LANGUAGE plpgsql SET TimeZone = 'Europe/Berlin' AS $f$
  DECLARE made text;
  BEGIN
    EXECUTE ${body} INTO made USING value;
    RETURN coalesce(made, 'null');
  EXCEPTION WHEN OTHERS THEN RETURN NULL;
  END $f$;`;

/** What is read from these may be written in several ways, so it need not come back letter by letter. */
const isText = (type: string): boolean => /^(?:text|character|name|"char"|json|xml)/.test(type);

/** The pairs of which something untrue is said, with the values that tell. */
const untrue = (found: ReadonlyMap<string, readonly Outcome[]>, byText: boolean): readonly string[] =>
  pairs.flatMap(({ from, to }) => {
    const all = found.get(`${from} → ${to}`) ?? [];
    const made = all.filter((each) => each.made !== undefined);
    const stopped = !byText && takesAll(from, to) ? all.filter((each) => each.made === undefined) : [];
    const isSaid = lossOf(from, to, undefined, byText) !== undefined;
    const isSaidBack = lossOf(to, from, undefined, byText) !== undefined;
    const lost = made.filter(
      (each, place) =>
        made.slice(0, place).some((other) => other.made === each.made) ||
        (!isText(from) && !isSaidBack && each.back !== undefined && each.back.trimEnd() !== each.value.trimEnd()),
    );
    return [...stopped, ...(isSaid ? [] : lost)].map(
      ({ value, made: there = 'stops', back = 'stops' }) => `${from} → ${to}: ${value} → ${there} → ${back}`,
    );
  });

test('are said of every pair that loses, and nothing stops that is said not to', async () => {
  const tables = types.map((type, place) => `CREATE TEMP TABLE t_${place} (c ${type});`).join('');
  const names = `(ARRAY[${types.map((type) => quoteText(type, 'postgres')).join(', ')}])[source + 1]`;
  const insert = `format('INSERT INTO t_%s SELECT %s FROM (SELECT $1::%s AS c) s RETURNING c::text', target, cast_, ${names})`;
  const found = await outcomes(`${tables}${attempt(insert)}`, (from, to) => usingFor('c', from, to) ?? 'c');
  assert.is(found.size, pairs.length);
  assert.equal(untrue(found, false), []);
});

test('are said of attributes of a composite, which go by their text', async () => {
  const made = types.map((type, place) => `CREATE TYPE p_${place} AS (c ${type});`).join('');
  const read = `format('SELECT (((ROW($1)::text::p_%s)::text::p_%s).c)::text', source, target)`;
  const found = await outcomes(`${made}${attempt(read)}`, () => '');
  assert.equal(untrue(found, true), []);
});

const keeping = [
  ['integer', 'bigint', '2147483647'],
  ['integer', 'double precision', '16777217'],
  ['bigint', 'numeric', '9007199254740993'],
  ['real', 'double precision', '0.3'],
  ['numeric(5,2)', 'numeric(7,3)', '123.45'],
  ['character varying(5)', 'character varying(9)', 'abc  '],
  ['character varying(5)', 'text', 'abc  '],
  ['integer', 'text', '-1'],
  ['jsonb', 'json', '{"a": 2}'],
  ['cidr', 'inet', '10.0.0.0/8'],
  ['boolean', 'integer', 'true'],
  ['integer[]', 'bigint[]', '{1,NULL}'],
  ['integer[]', 'text', '{1,2}'],
  ['integer', 'bit varying(8)', '101'],
  ['bit(3)', 'bit varying(8)', '101'],
  ['integer', 'whole', '7'],
  ['short', 'character varying(9)', 'abc'],
  ['short[]', 'text[]', '{abc}'],
  ['date', 'timestamp without time zone', '2020-01-01'],
] as const;

const losing = [
  ['integer', 'real', '16777217', '1.6777216e+07'],
  ['bigint', 'double precision', '9007199254740993', '9.007199254740992e+15'],
  ['double precision', 'numeric', '0.30000000000000004', '0.3'],
  ['text', 'date', '2020-01-01 10:11:12', '2020-01-01'],
  ['text', 'numeric(10,1)', '1.25', '1.3'],
  ['text', 'name', 'x'.repeat(64), 'x'.repeat(63)],
  ['text', 'jsonb', '{"a":1,"a":2}', '{"a": 2}'],
  ['text', 'character varying(3)[]', '{"abc  "}', '{abc}'],
  ['inet', 'cidr', '10.0.0.1/8', '10.0.0.0/8'],
  ['interval', 'time without time zone', '1 day 10:11:12', '10:11:12'],
  ['numeric(10,4)', 'tenths', '1.2500', '1.3'],
  ['numeric(10,4)[]', 'tenths[]', '{1.2500}', '{1.3}'],
  ['character varying(5)', 'character(9)', 'abc  ', 'abc'],
  ['tsrange', 'daterange', '["2020-01-01 10:11:12","2020-01-03 10:11:12")', '[2020-01-01,2020-01-03)'],
] as const;

const ground = 'CREATE DOMAIN whole AS bigint; CREATE DOMAIN short AS varchar(5); CREATE DOMAIN tenths AS numeric(10,1);';
const tableOf = (columns: readonly string[]): string => `CREATE TABLE t (${columns.map((type, place) => `c${place} ${type}`).join(', ')});`;

test('are true of what ALTER COLUMN does, up and down', async () => {
  const changed = [...keeping, ...losing];
  const { hazards, seen } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: tableOf(changed.map(([from]) => from)),
    after: tableOf(changed.map(([, to]) => to)),
    rows: `INSERT INTO t VALUES (${changed.map(([, , value]) => quoteText(value, 'postgres')).join(', ')})`,
    look: `SELECT ${changed.map((_, place) => `c${place}::text`).join(', ')} FROM t`,
  });
  const said = hazards.flatMap((hazard) => /^data loss: values of t\.c(\d+) /.exec(hazard)?.[1] ?? []).map(Number);
  assert.equal(
    said,
    losing.map((_, place) => keeping.length + place),
  );
  assert.equal(
    keeping.map((_, place) => seen[1]?.[0]?.[`c${place}`]),
    keeping.map(([, , value]) => value),
  );
  assert.equal(
    losing.map((_, place) => seen[0]?.[0]?.[`c${keeping.length + place}`]),
    losing.map(([, , , left]) => left),
  );
});

test.run();
