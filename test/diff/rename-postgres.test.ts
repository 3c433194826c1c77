import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { generate, type Generated } from '../../lib/diff/generate.ts';
import { loadModels } from '../../lib/diff/load.ts';
import { runBody } from '../../lib/diff/prove.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openScratchSession } from '../../lib/engine/open.ts';
import { rejects } from '../support/rejects.ts';
import { anyServer } from '../support/postgres/server.ts';

const test = suite('renames on PostgreSQL');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

const scope = { exclude: [], journalTable: 'limbeck_journal', schemas: ['*'] };

/** What `generate` finds between a database that is made of `before` and the models. */
const between = async (before: string, models: string, decide?: (live: Session) => Promise<boolean>): Promise<Generated | undefined> => {
  const live = await openScratchSession(server.url, { mode: 'write', directory: '/' });
  try {
    await loadModels(live, { text: before, file: 'before.sql' });
    return await generate({
      live,
      models: { text: models, file: 'models.sql' },
      scope,
      render: { target: '' },
      decideRename: decide === undefined ? undefined : () => decide(live),
      requireProof: true,
    });
  } finally {
    await live.close();
  }
};

/** Without the constraints that PostgreSQL 18 makes of NOT NULL. */
const statements = (generated: Generated | undefined): readonly string[] =>
  (generated?.upPlan.steps ?? []).map(({ sql }) => sql.replaceAll(/\s+/g, ' ')).filter((sql) => !sql.includes('_not_null'));

const cases: readonly (readonly [what: string, before: string, models: string, up: readonly string[]])[] = [
  [
    'a table, with what is named after it',
    'CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE); CREATE INDEX users_lower_idx ON users (lower(email));',
    `CREATE TABLE people ( -- @renamed from users
       id serial PRIMARY KEY, email text UNIQUE); CREATE INDEX people_lower_idx ON people (lower(email));`,
    [
      'ALTER TABLE users RENAME TO people',
      'ALTER TABLE people RENAME CONSTRAINT users_email_key TO people_email_key',
      'ALTER TABLE people RENAME CONSTRAINT users_pkey TO people_pkey',
      'ALTER INDEX users_lower_idx RENAME TO people_lower_idx',
      'ALTER SEQUENCE users_id_seq RENAME TO people_id_seq',
    ],
  ],
  [
    'names that are longer than the server keeps',
    `CREATE TABLE t (id int, ${'a'.repeat(70)} int); CREATE INDEX i ON t (id);`,
    `-- @renamed from t
     CREATE TABLE ${'ö'.repeat(40)} (id int,
       ${'b'.repeat(70)} int -- @renamed from ${'a'.repeat(66)}
     ); CREATE INDEX ${'x'.repeat(64)} ON ${'ö'.repeat(40)} (id); -- @renamed from i`,
    [
      `ALTER TABLE t RENAME TO "${'ö'.repeat(31)}"`,
      `ALTER INDEX i RENAME TO ${'x'.repeat(63)}`,
      `ALTER TABLE "${'ö'.repeat(31)}" RENAME COLUMN ${'a'.repeat(63)} TO ${'b'.repeat(63)}`,
    ],
  ],
  [
    'a table and a column of another schema, with names that need quotes',
    'CREATE SCHEMA app; CREATE TABLE app."Old T" (id int, "A" text); CREATE TABLE "Old T" (id int, "A" text);',
    `CREATE SCHEMA app; CREATE TABLE "Old T" (id int, "A" text);
     -- @renamed from "Old T"
     CREATE TABLE app."New T" (
       id int,
       b text -- @renamed from "A"
     );`,
    ['ALTER TABLE app."Old T" RENAME TO "New T"', 'ALTER TABLE app."New T" RENAME COLUMN "A" TO b'],
  ],
  [
    'the default schema named outright',
    'CREATE TABLE a (id int); CREATE SCHEMA app; CREATE TABLE app.b (id int);',
    'CREATE TABLE public.b (id int); -- @renamed from a\nCREATE SCHEMA app; CREATE TABLE app.b (id int);',
    ['ALTER TABLE a RENAME TO b'],
  ],
  [
    'constraint, index, view, materialized view and sequence',
    `CREATE TABLE t (id int CONSTRAINT one CHECK (id > 0)); CREATE INDEX i ON t (id); CREATE VIEW v AS SELECT id FROM t;
     CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE SEQUENCE s;`,
    `CREATE TABLE t (id int,
       CONSTRAINT two CHECK (id > 0) -- @renamed from one
     );
     CREATE INDEX i2 ON t (id); -- @renamed from i
     CREATE VIEW v2 AS SELECT id FROM t; -- @renamed from v
     CREATE MATERIALIZED VIEW m2 AS SELECT id FROM t; -- @renamed from m
     CREATE SEQUENCE s2; -- @renamed from s`,
    [
      'ALTER INDEX i RENAME TO i2',
      'ALTER VIEW v RENAME TO v2',
      'ALTER MATERIALIZED VIEW m RENAME TO m2',
      'ALTER SEQUENCE s RENAME TO s2',
      'ALTER TABLE t RENAME CONSTRAINT one TO two',
    ],
  ],
  [
    'types, domains and the values of an enum',
    "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN age AS int; CREATE TABLE t (m mood, a age);",
    `CREATE TYPE temper AS ENUM ( -- @renamed from mood
       'glad',
       'blue' -- @renamed from sad
     );
     CREATE DOMAIN years AS int; -- @renamed from age
     CREATE TABLE t (m temper, a years);`,
    ['ALTER TYPE mood RENAME TO temper', 'ALTER TYPE age RENAME TO years', "ALTER TYPE temper RENAME VALUE 'sad' TO 'blue'"],
  ],
  [
    'a function by its name, a trigger and a policy by their table',
    `CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
     CREATE TABLE t (id int); CREATE TABLE u (id int); CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tr();
     CREATE TRIGGER x BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION tr(); CREATE POLICY p ON t USING (true);`,
    `CREATE FUNCTION g(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- @renamed from f
     CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
     CREATE TABLE t (id int); CREATE TABLE u (id int);
     CREATE TRIGGER y BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tr(); -- @renamed from x
     CREATE TRIGGER x BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION tr();
     CREATE POLICY q ON t USING (true); -- @renamed from p`,
    ['ALTER FUNCTION f(integer, text) RENAME TO g', 'ALTER TRIGGER x ON t RENAME TO y', 'ALTER POLICY p ON t RENAME TO q'],
  ],
  [
    'a chain, and a ring through a name of its own',
    `CREATE TABLE a (id int); CREATE TABLE b (n text); CREATE TABLE c (f text); CREATE INDEX d ON c (f);
     CREATE TYPE mood AS ENUM ('glad', 'sad');`,
    `CREATE TABLE b (id int); -- @renamed from a
     CREATE TABLE a (n text); -- @renamed from b
     CREATE TABLE d (f text); -- @renamed from c
     CREATE INDEX e ON d (f); -- @renamed from d
     CREATE TYPE mood AS ENUM (
       'sad', -- @renamed from glad
       'glad' -- @renamed from sad
     );`,
    [
      'ALTER INDEX d RENAME TO e',
      'ALTER TABLE c RENAME TO d',
      'ALTER TABLE a RENAME TO limbeck_swap',
      'ALTER TABLE b RENAME TO a',
      'ALTER TABLE limbeck_swap RENAME TO b',
      "ALTER TYPE mood RENAME VALUE 'glad' TO 'limbeck_swap'",
      "ALTER TYPE mood RENAME VALUE 'sad' TO 'glad'",
      "ALTER TYPE mood RENAME VALUE 'limbeck_swap' TO 'sad'",
    ],
  ],
  [
    'old names that spell their schema or table',
    'CREATE SCHEMA s; CREATE TABLE s.old (v text, w int); CREATE TABLE a (x int);',
    `CREATE SCHEMA s; CREATE TABLE s.new ( -- @renamed from s.old
       v2 text, -- @renamed from old.v
       w2 int -- @renamed from s.new.w
     );
     CREATE TABLE b (x int); -- @renamed from public.a`,
    [
      'ALTER TABLE s.old RENAME TO new',
      'ALTER TABLE a RENAME TO b',
      'ALTER TABLE s.new RENAME COLUMN v TO v2',
      'ALTER TABLE s.new RENAME COLUMN w TO w2',
    ],
  ],
  [
    'a table that was moved by hand, and one of its old name that was made since',
    'CREATE SCHEMA s; CREATE TABLE s.t (id int); CREATE TABLE s.u (id int); CREATE TABLE u (id int);',
    `CREATE SCHEMA s; CREATE TABLE s.t (id int, c int); -- @renamed from public.t
     CREATE TABLE u (id int); CREATE TABLE s.u (id int, c int); -- @renamed from public.u`,
    ['ALTER TABLE s.t ADD COLUMN c integer', 'ALTER TABLE s.u ADD COLUMN c integer'],
  ],
  [
    'a hint that has been carried out says nothing',
    'CREATE TABLE b (id int);',
    'CREATE TABLE b (id int, c int); -- @renamed from a',
    ['ALTER TABLE b ADD COLUMN c integer'],
  ],
];
for (const [what, before, models, up] of cases) test(what, async () => assert.deepEqual(statements(await between(before, models)), up));

test('names that differ in case only are two names', async () => {
  const error = await rejects('rename-invalid', () =>
    between('CREATE TABLE "A" (id int);', 'CREATE TABLE "A" (id int);\nCREATE TABLE a (id int); -- @renamed from "A"'),
  );
  assert.match(error.message, /table a says that it was renamed from table "A", which is still declared/);
  assert.equal(error.where?.line, 2);
});

test('a value that both sides have', async () => {
  const error = await rejects('rename-invalid', () =>
    between(
      "CREATE TYPE m AS ENUM ('a', 'b');",
      `CREATE TYPE m AS ENUM (
         'b' -- @renamed from a
       );`,
    ),
  );
  assert.match(error.message, /value m\.b and value m\.a/);
  assert.equal(error.where?.line, 2);
});

test('what looks like a rename is asked about, with its schema; tables of two schemas and partitions are not', async () => {
  const before = 'CREATE SCHEMA app; CREATE TABLE app.users (a int, b text);';
  const models = 'CREATE SCHEMA app; CREATE TABLE app.users (a int, c text);';
  const error = await rejects('rename-unclear', () => between(before, models));
  assert.match(error.message, /column app\.users\.b goes and column app\.users\.c comes/);
  assert.equal(error.where?.line, 1);
  assert.deepEqual(statements(await between(before, models, async () => true)), ['ALTER TABLE app.users RENAME COLUMN b TO c']);
  const moved = await between(before, 'CREATE SCHEMA app; CREATE TABLE users (a int, b text);');
  assert.equal(moved?.renames.length, 0);
  const parts = (name: string): string =>
    `CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE ${name} PARTITION OF p FOR VALUES IN (1);`;
  assert.equal((await between(parts('p1'), parts('p2')))?.renames.length, 0);
});

/** What each query tells after the up, and that nothing is left to do then; and that the down can be run with those rows. */
const afterUp = async (
  before: string,
  rows: readonly string[],
  models: string,
  queries: readonly string[],
): Promise<readonly unknown[]> => {
  const live = await openScratchSession(server.url, { mode: 'write', directory: '/' });
  const find = (): Promise<Generated | undefined> =>
    generate({
      live,
      models: { text: models, file: 'models.sql' },
      scope,
      render: { target: '' },
      decideRename: undefined,
      requireProof: true,
    });
  try {
    await loadModels(live, { text: before, file: 'before.sql' });
    for (const row of rows) await live.execute(row);
    const generated = await find();
    assert.ok(generated);
    assert.deepEqual(
      generated.upPlan.steps.map(({ sql }) => sql).filter((sql) => !sql.includes(' RENAME ')),
      [],
    );
    await runBody(live, generated.up);
    const told: unknown[] = [];
    for (const query of queries) told.push(...(await live.query(query)).map((row) => ({ ...row })));
    assert.equal(await find(), undefined);
    await runBody(live, generated.down);
    return told;
  } finally {
    await live.close();
  }
};

const numbered = (name: string, column: string): string =>
  `(id serial PRIMARY KEY, ${column} NOT NULL UNIQUE); CREATE INDEX ${name}_lower_idx ON ${name} (lower(${column.split(' ')[0]}::text));`;
const twoTables = `CREATE TABLE x ${numbered('x', 'v text')} CREATE TABLE y ${numbered('y', 'w int')}`;
const threeRows = ["INSERT INTO x (v) VALUES ('a'), ('b'), ('c')", 'INSERT INTO y (w) VALUES (7)'];

test('a chain of tables hands on the names of keys, constraints, indexes and sequences, and each goes on counting', async () => {
  const models = `-- @renamed from x
CREATE TABLE z ${numbered('z', 'v text')}
-- @renamed from y
CREATE TABLE x ${numbered('x', 'w int')}`;
  const told = await afterUp(twoTables, threeRows, models, [
    "INSERT INTO z (v) VALUES ('d') RETURNING id, v",
    'INSERT INTO x (w) VALUES (8) RETURNING id, w',
  ]);
  assert.deepEqual(told, [
    { id: 4, v: 'd' },
    { id: 2, w: 8 },
  ]);
});

test('tables that exchange their names exchange those of their parts, and keep rows, foreign key and view', async () => {
  const rest = (x: string, y: string): string =>
    `ALTER TABLE ${y} ADD COLUMN at int CONSTRAINT ${y}_at_fkey REFERENCES ${x}; CREATE VIEW vx AS SELECT id, v FROM ${x};`;
  const models = `-- @renamed from x
CREATE TABLE y ${numbered('y', 'v text')}
-- @renamed from y
CREATE TABLE x ${numbered('x', 'w int')} ${rest('y', 'x')}`;
  const told = await afterUp(twoTables + rest('x', 'y'), threeRows, models, [
    "INSERT INTO y (v) VALUES ('d') RETURNING id, v",
    'INSERT INTO x (w, at) VALUES (8, 4) RETURNING id, w',
    'SELECT max(v) AS last FROM vx',
  ]);
  assert.deepEqual(told, [{ id: 4, v: 'd' }, { id: 2, w: 8 }, { last: 'd' }]);
});

test('three tables in a ring, with identity columns', async () => {
  const table = (name: string, column: string): string =>
    `CREATE TABLE ${name} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${column} NOT NULL);`;
  const before = table('x', 'v text') + table('y', 'w int') + table('z', 'u date');
  const models = `-- @renamed from x
${table('y', 'v text')}
-- @renamed from y
${table('z', 'w int')}
-- @renamed from z
${table('x', 'u date')}`;
  const told = await afterUp(before, threeRows, models, [
    "INSERT INTO y (v) VALUES ('d') RETURNING id",
    'INSERT INTO z (w) VALUES (8) RETURNING id',
    "INSERT INTO x (u) VALUES ('2024-01-01') RETURNING id",
  ]);
  assert.deepEqual(told, [{ id: 4 }, { id: 2 }, { id: 1 }]);
});

test('a chain and an exchange of columns hand on their sequences, unique constraints, indexes and NOT NULL', async () => {
  const table = (first: string, second: string): string =>
    `CREATE TABLE t (\n${first}\n,${second}\n); CREATE INDEX t_a_idx ON t (a); CREATE INDEX t_b_idx ON t (b);`;
  const before = table('a serial UNIQUE', 'b bigserial UNIQUE');
  const rows = ["SELECT setval('t_b_seq', 100)", 'INSERT INTO t DEFAULT VALUES'];
  const exchanged = table('b serial UNIQUE -- @renamed from a', 'a bigserial UNIQUE -- @renamed from b');
  assert.deepEqual(await afterUp(before, rows, exchanged, ['INSERT INTO t DEFAULT VALUES RETURNING a::int, b']), [{ a: 102, b: 2 }]);
  const chained = table('b serial UNIQUE -- @renamed from a', 'c bigserial UNIQUE -- @renamed from b')
    .replace('t_b_idx ON t (b)', 't_c_idx ON t (c)')
    .replace('t_a_idx ON t (a)', 't_b_idx ON t (b)');
  assert.deepEqual(await afterUp(before, rows, chained, ['INSERT INTO t DEFAULT VALUES RETURNING b, c::int']), [{ b: 2, c: 102 }]);
});

test('an exchange of alike columns is a question also where a view or an index stands by', async () => {
  const rest = 'CREATE VIEW v AS SELECT a, b FROM t; CREATE INDEX i ON t (a);';
  const models = `CREATE TABLE t (\n a int, -- @renamed from b\n b int -- @renamed from a\n); ${rest}`;
  const error = await rejects('rename-unclear', () => between(`CREATE TABLE t (a int, b int); ${rest}`, models));
  assert.equal(error.where?.line, 2);
});

test('tables of other columns exchange their names however much names them', async () => {
  const views = (x: string): string => [1, 2, 3, 4, 5].map((each) => `CREATE VIEW v${each} AS SELECT id FROM ${x};`).join('\n');
  const models = `CREATE TABLE y (id int PRIMARY KEY, v text); -- @renamed from x
    CREATE TABLE x (id int PRIMARY KEY, w int); -- @renamed from y\n${views('x')}`;
  const found = await between(
    `CREATE TABLE x (id int PRIMARY KEY, v text); CREATE TABLE y (id int PRIMARY KEY, w int); ${views('x')}`,
    models,
  );
  assert.deepEqual(statements(found).slice(0, 3), [
    'ALTER TABLE x RENAME TO limbeck_swap',
    'ALTER TABLE y RENAME TO x',
    'ALTER TABLE limbeck_swap RENAME TO y',
  ]);
});

test('a hint that leads to another schema, table or type is refused', async () => {
  const schemas = 'CREATE SCHEMA s1; CREATE SCHEMA s2;';
  const refused: readonly (readonly [before: string, models: string, message: RegExp])[] = [
    [
      `${schemas} CREATE TABLE s1.t (id int);`,
      `${schemas}\nCREATE TABLE s2.t (id int); -- @renamed from s1.t`,
      /table s2\.t says that it was renamed from table s1\.t/,
    ],
    [
      `${schemas} CREATE TABLE s1.old (id int); CREATE TABLE s2.old (id int);`,
      `${schemas}\nCREATE TABLE s2.new (id int); -- @renamed from s1.old`,
      /table s2\.new says that it was renamed from table s1\.old/,
    ],
    [
      `${schemas} CREATE TABLE old (id int); CREATE TABLE s1.old (id int);`,
      `${schemas}\nCREATE TABLE s1.new (id int); -- @renamed from public.old`,
      /table s1\.new says that it was renamed from table old/,
    ],
    [
      `${schemas} CREATE VIEW s1.v AS SELECT 1 AS a; CREATE VIEW v AS SELECT 1 AS a;`,
      `${schemas}\nCREATE VIEW w AS SELECT 1 AS a; -- @renamed from s1.v`,
      /view w says that it was renamed from view s1\.v/,
    ],
    [
      'CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int);',
      'CREATE TABLE a (x int); CREATE TABLE b (x int,\n z int -- @renamed from a.y\n);',
      /column b\.z says that it was renamed from column a\.y/,
    ],
    [
      "CREATE TYPE e AS ENUM ('a'); CREATE TYPE f AS ENUM ('a');",
      "CREATE TYPE e AS ENUM ('a'); CREATE TYPE f AS ENUM (\n 'b' -- @renamed from e.a\n);",
      /type f cannot take over the value e\.a/,
    ],
    [
      'CREATE TYPE c AS (a int, b text); CREATE TABLE t (c c);',
      'CREATE TYPE c AS (\n z int, -- @renamed from a\n b text); CREATE TABLE t (c c);',
      /z of type c says that it was renamed from a/,
    ],
  ];
  for (const [before, models, message] of refused) {
    const error = await rejects('rename-invalid', () => between(before, models));
    assert.match(error.message, message);
    assert.match(error.hint ?? '', /migration of your own|correct the comment/);
    assert.equal(error.where?.line, 2);
  }
});

test('a hint that leads to a schema that is not looked at is refused', async () => {
  const live = await openScratchSession(server.url, { mode: 'write', directory: '/' });
  try {
    for (const sql of ['CREATE SCHEMA s1', 'CREATE SCHEMA s2', 'CREATE TABLE s1.t (id int)']) await live.execute(sql);
    const models = { text: 'CREATE SCHEMA s2;\nCREATE TABLE s2.t (id int); -- @renamed from s1.t', file: 'models.sql' };
    const asked = { live, models, scope: { exclude: [], journalTable: 'limbeck_journal' }, render: { target: '' } };
    const error = await rejects('rename-invalid', () => generate({ ...asked, decideRename: undefined, requireProof: true }));
    assert.match(error.message, /table s2\.t says that it was renamed from table s1\.t/);
  } finally {
    await live.close();
  }
});

test.run();
