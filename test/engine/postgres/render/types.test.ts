import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { isLimbeckError } from '../../../../lib/errors.ts';
import { bothWays, refusalOf, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres types');
const major = Number(wantedMajor());
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

const about = (steps: readonly string[], what: RegExp): readonly string[] => steps.filter((sql) => what.test(sql));

test('adds labels to an enum where they belong', async () => {
  const { up, hazards } = await change({
    before: `CREATE TYPE mood AS ENUM ('sad', 'it''s'); CREATE TYPE "Odd ""Name" AS ENUM ();`,
    after: `CREATE TYPE mood AS ENUM ('first', 'sad', 'mid', 'mid2', 'it''s', 'back\\slash'); CREATE TYPE "Odd ""Name" AS ENUM ('A', 'b');`,
  });
  assert.equal(up, [
    "ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad'",
    "ALTER TYPE mood ADD VALUE 'mid' AFTER 'sad'",
    "ALTER TYPE mood ADD VALUE 'mid2' AFTER 'mid'",
    "ALTER TYPE mood ADD VALUE E'back\\\\slash'",
    `ALTER TYPE "Odd ""Name" ADD VALUE 'A'`,
    `ALTER TYPE "Odd ""Name" ADD VALUE 'b'`,
  ]);
  assert.equal(hazards, []);
});

const usesOfNew = {
  default: "ALTER TABLE t ALTER m SET DEFAULT 'new'",
  'default in an array': "ALTER TABLE t ADD l mood[] DEFAULT '{sad,new}'",
  'default in a composite': "CREATE TYPE pair AS (m mood, n integer); ALTER TABLE t ADD p pair DEFAULT '(new,1)'",
  check: "ALTER TABLE t ADD CHECK (m <> 'new')",
  view: "CREATE VIEW v AS SELECT id FROM t WHERE m = 'new'",
  partition: "CREATE TABLE p (m mood) PARTITION BY LIST (m); CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('new')",
  'atomic body': "CREATE FUNCTION f() RETURNS mood LANGUAGE sql RETURN 'new'::mood",
};

for (const [what, sql] of Object.entries(usesOfNew)) {
  test(`makes an enum anew when a new label is used at once: ${what}`, async () => {
    const { up } = await change({
      before: "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id integer, m mood);",
      after: `CREATE TYPE mood AS ENUM ('sad', 'new'); CREATE TABLE t (id integer, m mood); ${sql};`,
      rows: "INSERT INTO t VALUES (1, 'sad')",
    });
    assert.equal(about(up, / (TYPE mood|mood__old)\b/), [
      'ALTER TYPE mood RENAME TO mood__old',
      "CREATE TYPE mood AS ENUM ('sad', 'new')",
      'ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood',
      'DROP TYPE mood__old',
    ]);
  });
}

test('adds a label although texts that are not of the enum have it', async () => {
  const { up } = await change({
    before: "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id integer, m mood);",
    after: `CREATE TYPE mood AS ENUM ('sad', 'new'); CREATE TABLE t (id integer, m mood, x text DEFAULT 'new');
      COMMENT ON TABLE t IS 'new';
      CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'new'::mood $$;`,
  });
  assert.equal(about(up, /TYPE mood/), ["ALTER TYPE mood ADD VALUE 'new'"]);
});

const moodUsers = `CREATE DOMAIN dm AS mood CHECK (VALUE <> 'sad'); CREATE TYPE pair AS (m mood, n integer); CREATE TYPE mr AS RANGE (SUBTYPE = mood);
  CREATE TABLE t (id integer PRIMARY KEY, m mood NOT NULL DEFAULT 'ok' CHECK (m <> 'sad'), ms mood[] DEFAULT '{ok,sad}', d dm, p pair, r mr);
  CREATE INDEX i ON t (m) WHERE m = 'ok'; CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'ok'; CREATE FUNCTION f(m mood) RETURNS mood LANGUAGE sql RETURN m;`;

test('moves rows over to an enum without a label, whatever is made of it', async () => {
  const { up, hazards, seen } = await change({
    before: `CREATE TYPE mood AS ENUM ('sad', 'ok', 'gone'); ${moodUsers}`,
    after: `CREATE TYPE mood AS ENUM ('ok', 'sad'); ${moodUsers}`,
    rows: "INSERT INTO t VALUES (1, 'ok', '{sad,NULL,ok}', 'ok', '(sad,7)', '[ok,ok]')",
    look: 'SELECT t::text AS row FROM t',
  });
  assert.equal(about(hazards, /loses/), ["may fail on rows: fails if a row holds 'gone', which the type mood loses"]);
  assert.equal(seen, [
    [{ row: '(1,ok,"{sad,NULL,ok}",ok,"(sad,7)","[ok,ok]")' }],
    [{ row: '(1,ok,"{sad,NULL,ok}",ok,"(sad,7)","[ok,ok]")' }],
  ]);
  assert.is(up.at(-1), 'DROP TYPE mood__old');
});

test('warns of a lost label only where rows can hold it', async () => {
  const { hazards } = await change({
    before: "CREATE TYPE mood AS ENUM ('sad', 'gone'); CREATE DOMAIN d AS mood; CREATE TYPE pair AS (d d);",
    after: "CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN d AS mood; CREATE TYPE pair AS (d d);",
  });
  assert.equal(hazards, []);
});

test('leaves names that are taken to those who have them', async () => {
  const long = `${'ä'.repeat(31)}x`;
  const { up } = await change({
    ground: 'CREATE TABLE mood__old (id integer); CREATE DOMAIN mood__old2 AS text;',
    before: `CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE "${long}" AS ENUM ('a', 'b'); CREATE TABLE t (m mood, l "${long}");`,
    after: `CREATE TYPE mood AS ENUM ('b', 'a'); CREATE TYPE "${long}" AS ENUM ('b', 'a'); CREATE TABLE t (m mood, l "${long}");`,
  });
  assert.equal(about(up, /DROP TYPE/), [`DROP TYPE "${'ä'.repeat(29)}__old"`, 'DROP TYPE mood__old3']);
});

test('changes domains in place', async () => {
  const { up, down, hazards } = await change({
    before: `CREATE DOMAIN price AS integer DEFAULT 1 CONSTRAINT positive CHECK (VALUE > 0);
      CREATE DOMAIN loose AS text; ALTER DOMAIN loose ADD CONSTRAINT filled CHECK (VALUE <> '') NOT VALID; CREATE TABLE t (p price, l loose);`,
    after: `CREATE DOMAIN price AS integer NOT NULL CONSTRAINT positive CHECK (VALUE > 1) CONSTRAINT "Small" CHECK (VALUE < 100);
      COMMENT ON CONSTRAINT "Small" ON DOMAIN price IS 'it''s'; COMMENT ON DOMAIN price IS 'cents';
      CREATE DOMAIN loose AS text CONSTRAINT filled CHECK (VALUE <> ''); CREATE TABLE t (p price, l loose);`,
  });
  assert.equal(up, [
    'ALTER DOMAIN price DROP CONSTRAINT positive',
    'ALTER DOMAIN price DROP DEFAULT',
    'ALTER DOMAIN price SET NOT NULL',
    "COMMENT ON DOMAIN price IS 'cents'",
    'ALTER DOMAIN price ADD CONSTRAINT "Small" CHECK (VALUE < 100)',
    `COMMENT ON CONSTRAINT "Small" ON DOMAIN price IS 'it''s'`,
    'ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 1)',
    'ALTER DOMAIN loose VALIDATE CONSTRAINT filled',
  ]);
  assert.is(hazards.length, 4);
  assert.equal(about(down, /loose/), [
    'ALTER DOMAIN loose DROP CONSTRAINT filled',
    "ALTER DOMAIN loose ADD CONSTRAINT filled CHECK (VALUE <> ''::text) NOT VALID",
  ]);
});

if (major >= 17) {
  test('keeps the names of NOT NULL constraints of domains', async () => {
    const { up, down } = await change({
      before: 'CREATE DOMAIN a AS integer CONSTRAINT there NOT NULL; CREATE DOMAIN b AS integer NOT NULL; CREATE DOMAIN c AS integer;',
      after: `CREATE DOMAIN a AS integer NOT NULL; CREATE DOMAIN b AS integer; CREATE DOMAIN c AS integer CONSTRAINT "is there" NOT NULL;
        COMMENT ON CONSTRAINT "is there" ON DOMAIN c IS 'x'`,
    });
    assert.equal(up, [
      'ALTER DOMAIN a RENAME CONSTRAINT there TO a_not_null',
      'ALTER DOMAIN b DROP NOT NULL',
      'ALTER DOMAIN c ADD CONSTRAINT "is there" NOT NULL',
      `COMMENT ON CONSTRAINT "is there" ON DOMAIN c IS 'x'`,
    ]);
    assert.equal(down.length, 3);
  });
}

test('makes a domain anew for another type or collation, and an enum of a domain', async () => {
  const { seen } = await change({
    before: `CREATE DOMAIN d AS integer DEFAULT 1 CHECK (VALUE > 0); CREATE DOMAIN c AS text; CREATE DOMAIN e AS text; CREATE TABLE t (d d, ds d[], c c, e e);`,
    after: `CREATE DOMAIN d AS bigint DEFAULT 1 CHECK (VALUE > 0); CREATE DOMAIN c AS text COLLATE "C"; CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (d d, ds d[], c c, e e);`,
    rows: "INSERT INTO t VALUES (7, '{8}', 'x', 'b')",
    look: 'SELECT t::text AS row FROM t',
  });
  assert.equal(seen, [[{ row: '(7,{8},x,b)' }], [{ row: '(7,{8},x,b)' }]]);
});

test('says what values of a domain and of attributes lose', async () => {
  const { hazards, seen, up } = await change({
    before: `CREATE DOMAIN price AS numeric(10,4); CREATE DOMAIN "At" AS timestamp; CREATE DOMAIN zip AS varchar(10); CREATE DOMAIN small AS numeric(10,1);
      CREATE DOMAIN wide AS integer; CREATE TYPE pair AS (n numeric(10,4), at timestamp, z zip, k integer); CREATE TYPE turned AS (n numeric(10,4), k integer);
      CREATE TYPE span AS RANGE (SUBTYPE = timestamp);
      CREATE TABLE t (id integer, p price, ps price[], a "At", z zip, w wide, b price, o numeric(10,4), s small, pa pair, tu turned, sp span);`,
    after: `CREATE DOMAIN price AS numeric(10,1); CREATE DOMAIN "At" AS date; CREATE DOMAIN zip AS varchar(12); CREATE DOMAIN small AS numeric(10,1);
      CREATE DOMAIN wide AS bigint; CREATE TYPE pair AS (n numeric(10,1), at date, z zip, k bigint); CREATE TYPE turned AS (k integer, n numeric(10,1));
      CREATE TYPE span AS RANGE (SUBTYPE = date);
      CREATE TABLE t (id integer, p price, ps price[], a "At", z zip, w wide, b numeric(10,3), o small, s numeric(10,1), pa pair, tu turned, sp span);`,
    rows: `INSERT INTO t VALUES (1, 1.25, '{1.25}', '2020-01-01 10:11:12', 'abc', 7, 1.2345, 1.25, 1.2, '(1.25,"2020-01-01 10:11:12",abc,7)', '(1.25,7)',
      '["2020-01-01 10:11:12","2020-01-03 10:11:12")')`,
    look: 'SELECT t::text AS row FROM t',
  });
  assert.equal(
    about(hazards, /^data loss/),
    [
      't.p become price: they are rounded',
      't.ps become price[]: they are rounded',
      't.a become "At": the time of day is not kept',
      't.b become numeric(10,3): they are rounded',
      't.o become small: they are rounded',
      't.pa become pair: in n, they are rounded; in at, the time of day is not kept',
      't.tu become turned: in n, they are rounded',
      't.sp become span: the time of day is not kept',
    ].map((loss) => `data loss: values of ${loss}`),
  );
  assert.equal(about(up, / (?:p|ps|z|w) TYPE/), [
    'ALTER TABLE t ALTER COLUMN p TYPE price',
    'ALTER TABLE t ALTER COLUMN ps TYPE price[]',
    'ALTER TABLE t ALTER COLUMN z TYPE zip',
    'ALTER TABLE t ALTER COLUMN w TYPE wide',
  ]);
  assert.ok(hazards.includes('may fail on rows: values of t.p of which no price can be made stop the migration'));
  assert.equal(seen[0], [
    { row: '(1,1.3,{1.3},2020-01-01,abc,7,1.235,1.3,1.2,"(1.3,2020-01-01,abc,7)","(7,1.3)","[2020-01-01,2020-01-03)")' },
  ]);
});

const cut = {
  'a domain': ['CREATE DOMAIN d AS varchar(10)', 'CREATE DOMAIN d AS varchar(3)', 'd', "'abcdefgh'"],
  'an array of a domain': ['CREATE DOMAIN d AS varchar(10)', 'CREATE DOMAIN d AS varchar(3)', 'd[]', "'{abcdefgh}'"],
  'a domain over bits': ['CREATE DOMAIN d AS bit varying(8)', 'CREATE DOMAIN d AS bit(3)', 'd', "'10101'"],
  'a domain over an array': ['CREATE DOMAIN d AS varchar(10)[]', 'CREATE DOMAIN d AS varchar(3)[]', 'd', "'{abcdefgh}'"],
  'a domain of an enum': ["CREATE TYPE d AS ENUM ('abcdefgh')", 'CREATE DOMAIN d AS varchar(3)', 'd', "'abcdefgh'"],
  'an attribute': ['CREATE TYPE d AS (a varchar(10))', 'CREATE TYPE d AS (a varchar(3))', 'd', "'(abcdefgh)'"],
  'an attribute that moves': [
    'CREATE TYPE d AS (a varchar(10), b integer)',
    'CREATE TYPE d AS (b integer, a varchar(3))',
    'd',
    "'(abcdefgh,1)'",
  ],
} as const;

for (const [what, [before, after, type, value]] of Object.entries(cut)) {
  test(`stops at a value that is too long for ${what}`, async () => {
    const table = `CREATE TABLE t (c ${type})`;
    const refused = await change({
      before: `${before}; ${table};`,
      after: `${after}; ${table};`,
      rows: `INSERT INTO t VALUES (${value})`,
    }).then(
      ({ seen }) => seen,
      (error: unknown) => String(error),
    );
    assert.match(String(refused), /up: .*(?:value too long|does not match type bit)/s);
  });
}

test('changes composite types in place while order and storage allow it', async () => {
  const { up, down } = await change({
    before: `CREATE TYPE pair AS (a integer, "B b" text COLLATE "C"); COMMENT ON COLUMN pair.a IS 'x';
      CREATE TYPE kept AS (a integer, b text); CREATE TABLE t (k kept); CREATE VIEW v AS SELECT (k).b FROM t;`,
    after: `CREATE TYPE pair AS ("B b" text, c date); COMMENT ON COLUMN pair."B b" IS 'it''s';
      CREATE TYPE kept AS (b text, c date); CREATE TABLE t (k kept); CREATE VIEW v AS SELECT (k).b FROM t;`,
  });
  assert.equal(about(up, /TYPE|COMMENT/), [
    'ALTER TYPE pair\n  DROP ATTRIBUTE a,\n  ALTER ATTRIBUTE "B b" TYPE text,\n  ADD ATTRIBUTE c date',
    `COMMENT ON COLUMN pair."B b" IS 'it''s'`,
    'ALTER TYPE kept\n  DROP ATTRIBUTE a,\n  ADD ATTRIBUTE c date',
  ]);
  assert.equal(about(down, /kept/), [
    'ALTER TYPE kept RENAME TO kept__old',
    'CREATE TYPE kept AS (a integer, b text)',
    'ALTER TABLE t ALTER COLUMN k TYPE kept USING CASE WHEN k IS DISTINCT FROM NULL THEN ROW(NULL, (k).b)::kept END',
    'DROP TYPE kept__old',
  ]);
});

test('puts the values of a composite where its attributes go', async () => {
  const { seen, hazards } = await change({
    before: `CREATE TYPE p AS (a integer, b integer); CREATE TYPE q AS (a integer, b text, c text); CREATE TABLE t (id integer, p p, q q[]);`,
    after: `CREATE TYPE p AS (b integer, a integer); CREATE TYPE q AS (a bigint, b text, d date); CREATE TABLE t (id integer, p p, q q[]);`,
    rows: `INSERT INTO t VALUES (1, '(1,2)', '{"(1,x,y)"}'), (2, NULL, NULL), (3, '(,)', '{NULL}')`,
    look: 'SELECT p::text AS p, q::text AS q FROM t ORDER BY id',
  });
  assert.equal(seen, [
    [
      { p: '(2,1)', q: '{"(1,x,)"}' },
      { p: null, q: null },
      { p: '(,)', q: '{NULL}' },
    ],
    [
      { p: '(1,2)', q: '{"(1,x,)"}' },
      { p: null, q: null },
      { p: '(,)', q: '{NULL}' },
    ],
  ]);
  assert.ok(hazards.includes('data loss: drops the attribute c of every value of type q'));
});

test('refuses to move attributes of composites inside other values', async () => {
  const refused = await change({
    before: 'CREATE TYPE p AS (a integer, b integer); CREATE TABLE t (ps p[]);',
    after: 'CREATE TYPE p AS (b integer, a integer); CREATE TABLE t (ps p[]);',
  }).catch((error: unknown) => error);
  assert.ok(isLimbeckError(refused) && refused.code === 'unmanaged', String(refused));
  assert.equal(refused.data?.['objects'], ['type p', 'column t.ps']);
});

test('makes a range anew that columns use, with all that it came with', async () => {
  const { up, seen } = await change({
    before: `CREATE TYPE "Odd range" AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi); CREATE TYPE r2 AS RANGE (SUBTYPE = text, MULTIRANGE_TYPE_NAME = many);
      CREATE TABLE t (r "Odd range", m "Odd multirange", r2 r2);`,
    after: `CREATE TYPE "Odd range" AS RANGE (SUBTYPE = float8); CREATE TYPE r2 AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops);
      CREATE TABLE t (r "Odd range", m "Odd multirange", r2 r2);`,
    rows: "INSERT INTO t VALUES ('[1,2)', '{[1,2),[3,4)}', '[a,b]')",
    look: 'SELECT t::text AS row FROM t',
  });
  assert.equal(about(up, /CREATE/), [
    'CREATE TYPE "Odd range" AS RANGE (SUBTYPE = double precision)',
    'CREATE TYPE r2 AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C")',
  ]);
  assert.is(seen[0]?.[0]?.['row'], seen[1]?.[0]?.['row']);
  assert.is(seen[0]?.[0]?.['row'], '("[1,2)","{[1,2),[3,4)}","[a,b]")');
});

test('qualifies and quotes what is in other schemas', async () => {
  const { up } = await change({
    ground: 'CREATE SCHEMA app; CREATE SCHEMA "Odd S";',
    after: `CREATE TYPE app.mood AS ENUM ('a'); CREATE DOMAIN app."Dom ""x" AS app.mood DEFAULT 'a' CONSTRAINT "Chk 1" CHECK (VALUE <> 'a');
      CREATE TYPE "Odd S"."select" AS ("user" app.mood, "Ö" app."Dom ""x"[]);
      CREATE COLLATION "Odd S"."Coll" (PROVIDER = icu, LOCALE = 'de');
      CREATE TYPE app.tr AS RANGE (SUBTYPE = text, COLLATION = "Odd S"."Coll");`,
  });
  assert.equal(up, [
    `CREATE COLLATION "Odd S"."Coll" (PROVIDER = icu, LOCALE = 'de')`,
    `CREATE TYPE app.mood AS ENUM ('a')`,
    `CREATE DOMAIN app."Dom ""x" AS app.mood\n  DEFAULT 'a'::app.mood\n  CONSTRAINT "Chk 1" CHECK (VALUE <> 'a'::app.mood)`,
    'CREATE TYPE "Odd S"."select" AS ("user" app.mood, "Ö" app."Dom ""x"[])',
    'CREATE TYPE app.tr AS RANGE (SUBTYPE = text, COLLATION = "Odd S"."Coll")',
  ]);
});

test('domains that columns use keep the function of their default', async () => {
  const sides = (inputs: string, result: string, fallback = `norm('a')`): string =>
    `CREATE FUNCTION norm(${inputs}) RETURNS ${result} LANGUAGE sql AS $$SELECT 'x'::${result}$$;
      CREATE DOMAIN d AS text DEFAULT ${fallback}; CREATE TABLE t (x d);`;
  const refused = (after: string): Promise<string> => refusalOf({ url: server.socketUrl(), before: sides('text', 'text'), after });
  const message = 'function norm(text) goes or is made anew, and the default of type d calls it';
  assert.is(await refused(sides('text, int DEFAULT 0', 'text')), message);
  assert.is(await refused(sides('text', 'varchar')), message);
  assert.is(await refused(sides('text, int DEFAULT 0', 'text', `norm('b')`)), message);
  const { up } = await bothWays({
    url: server.socketUrl(),
    before: sides('text', 'text'),
    after: `CREATE DOMAIN d AS text DEFAULT 'b'; CREATE TABLE t (x d)`,
  });
  assert.equal(up, [`ALTER DOMAIN d SET DEFAULT 'b'::text`, 'DROP FUNCTION norm(text)']);
});

test.run();
