import type { CoverageRow } from './row.ts';

export const typeRows: readonly CoverageRow[] = [
  { id: 'enum', what: 'enums', outcome: 'managed', variants: ['', "CREATE TYPE e AS ENUM ('a', 'b')", 'CREATE TYPE e AS ENUM ()'] },
  {
    id: 'enum-values',
    what: 'enum values: added at a position, dropped, in another order',
    outcome: 'managed',
    ground: '',
    variants: [
      ['a', 'b', 'c'],
      ['a', 'b', 'x', 'c'],
      ['first', 'a', 'b', 'c', 'last'],
      ['c', 'b', 'a'],
      ['a', 'c'],
    ].map(
      (labels) =>
        `CREATE TYPE ev AS ENUM (${labels.map((each) => `'${each}'`).join(', ')}); CREATE TABLE evt (id integer, e ev DEFAULT 'a', l ev[])`,
    ),
    rows: "INSERT INTO evt VALUES (1, 'a', '{a,c}')",
  },
  {
    id: 'enum-values-everywhere',
    what: 'an enum that defaults, arrays, domains, composites, checks, indexes, views and functions use',
    outcome: 'managed',
    variants: [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['a', 'b', 'c', 'd'],
    ].map(
      (labels) =>
        `CREATE TYPE ew AS ENUM (${labels.map((each) => `'${each}'`).join(', ')}); CREATE DOMAIN ewd AS ew CHECK (VALUE <> 'c'); CREATE TYPE ewc AS (e ew, n integer); CREATE TABLE ewt (id integer, e ew DEFAULT 'a' CHECK (e <> 'c'), l ew[] DEFAULT '{a}', d ewd, c ewc); CREATE INDEX ewi ON ewt (e) WHERE e = 'a'; CREATE VIEW eww AS SELECT e FROM ewt WHERE e = 'a'; CREATE FUNCTION ewf(ew) RETURNS ew LANGUAGE sql AS $$ SELECT $1 $$`,
    ),
    rows: "INSERT INTO ewt VALUES (1, 'a', '{a}', 'a', ROW('a', 1))",
  },
  {
    id: 'domain',
    what: 'domains: type, default, NOT NULL, collation',
    outcome: 'managed',
    variants: [
      '',
      'CREATE DOMAIN d AS integer',
      'CREATE DOMAIN d AS integer DEFAULT 3 NOT NULL',
      'CREATE DOMAIN d AS text COLLATE "C"',
      "CREATE DOMAIN d AS integer; COMMENT ON DOMAIN d IS 'x'",
    ],
  },
  {
    id: 'domain-constraint',
    what: 'constraints of domains',
    outcome: 'managed',
    ground: '',
    variants: [
      'CREATE DOMAIN dc AS integer; CREATE TABLE dct (a dc)',
      'CREATE DOMAIN dc AS integer CHECK (VALUE > 0); CREATE TABLE dct (a dc)',
      'CREATE DOMAIN dc AS integer CONSTRAINT small CHECK (VALUE < 100) CHECK (VALUE > 0); CREATE TABLE dct (a dc)',
      'CREATE DOMAIN dc AS integer; ALTER DOMAIN dc ADD CONSTRAINT dc_check CHECK (VALUE > 0) NOT VALID; CREATE TABLE dct (a dc)',
    ],
    rows: 'INSERT INTO dct VALUES (5)',
  },
  {
    id: 'domain-base-type',
    what: "a domain's type while columns use it",
    outcome: 'managed',
    variants: [
      'CREATE DOMAIN db AS integer; CREATE TABLE dbt (a db DEFAULT 1, l db[])',
      'CREATE DOMAIN db AS bigint; CREATE TABLE dbt (a db DEFAULT 1, l db[])',
    ],
    rows: "INSERT INTO dbt VALUES (5, '{1}')",
  },
  {
    id: 'composite',
    what: 'composite types',
    outcome: 'managed',
    variants: [
      '',
      'CREATE TYPE ct AS (a integer, "B b" text COLLATE "C")',
      'CREATE TYPE ct AS (a bigint, "B b" text COLLATE "C", c date)',
      'CREATE TYPE ct AS (a integer, "B b" text COLLATE "C"); COMMENT ON COLUMN ct.a IS \'x\'; COMMENT ON TYPE ct IS \'y\'',
    ],
  },
  {
    id: 'composite-used',
    what: 'a composite type that tables use',
    outcome: 'managed',
    variants: [
      'CREATE TYPE cu AS (a integer); CREATE TABLE cut (x cu)',
      'CREATE TYPE cu AS (a integer, b text); CREATE TABLE cut (x cu)',
      'CREATE TYPE cu AS (b text); CREATE TABLE cut (x cu)',
    ],
  },
  {
    id: 'range',
    what: 'range types',
    outcome: 'managed',
    variants: [
      '',
      'CREATE TYPE rt AS RANGE (SUBTYPE = float8)',
      'CREATE TYPE rt AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = rt_many)',
      'CREATE TYPE rt AS RANGE (SUBTYPE = text, COLLATION = "C")',
    ],
  },
  {
    id: 'collation',
    what: 'collations',
    outcome: 'managed',
    variants: [
      '',
      "CREATE COLLATION co (LOCALE = 'C')",
      "CREATE COLLATION co (PROVIDER = icu, LOCALE = 'und')",
      "CREATE COLLATION co (PROVIDER = icu, LOCALE = 'und', DETERMINISTIC = false)",
    ],
  },
  {
    id: 'extension',
    what: 'extensions',
    outcome: 'managed',
    variants: ['', 'CREATE EXTENSION citext', 'CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext'],
  },
  {
    id: 'extension-used',
    what: 'what an extension brings',
    outcome: 'managed',
    variants: [
      '',
      'CREATE EXTENSION pg_trgm; CREATE INDEX gt ON ground USING gin (name gin_trgm_ops)',
      'CREATE EXTENSION hstore; CREATE TABLE eu (h hstore DEFAULT $$$$)',
    ],
  },
  { id: 'base-type', what: 'base types and shell types', outcome: 'reported', variants: ['', 'CREATE TYPE shell'] },
  {
    id: 'operator',
    what: 'operators',
    outcome: 'reported',
    variants: ['', 'CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq)'],
  },
  {
    id: 'operator-class',
    what: 'operator classes and families',
    outcome: 'reported',
    variants: ['', 'CREATE OPERATOR CLASS own FOR TYPE integer USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer)'],
  },
  { id: 'cast', what: 'casts', outcome: 'reported', variants: ['', 'CREATE CAST (text AS ground_mood) WITH INOUT AS ASSIGNMENT'] },
  {
    id: 'text-search',
    what: 'text search configurations, dictionaries, parsers, templates',
    outcome: 'reported',
    variants: ['', 'CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple)', 'CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple)'],
  },
  {
    id: 'conversion',
    what: 'conversions',
    outcome: 'reported',
    variants: ['', "CREATE CONVERSION cv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1"],
  },
  {
    id: 'language',
    what: 'procedural languages that no extension brings',
    outcome: 'reported',
    variants: ['', 'CREATE LANGUAGE own_language HANDLER plpgsql_call_handler'],
  },
  {
    id: 'transform',
    what: 'transforms',
    outcome: 'reported',
    variants: [
      '',
      'CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal))',
    ],
  },
  {
    id: 'access-method',
    what: 'access methods',
    outcome: 'reported',
    variants: ['', 'CREATE ACCESS METHOD own_heap TYPE TABLE HANDLER heap_tableam_handler'],
  },
  {
    id: 'foreign-data',
    what: 'foreign data wrappers, servers, foreign tables',
    outcome: 'reported',
    variants: [
      '',
      'CREATE FOREIGN DATA WRAPPER w',
      'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a integer) SERVER srv',
    ],
  },
];
