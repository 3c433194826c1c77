import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { generate } from '../../../../lib/diff/generate.ts';
import { loadModels } from '../../../../lib/diff/load.ts';
import type { Session } from '../../../../lib/engine/engine.ts';
import { openSession } from '../../../../lib/engine/open.ts';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('forms that do not block a busy table, proved on a server');
const newest = Number(wantedMajor());
const name = 'online';
const open = (url: string): Promise<Session> => openSession(url, { mode: 'write', directory: import.meta.dirname });
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer();
  admin = await open(server.socketUrl());
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

/** The statements of each revision, without comments; what runs outside a transaction begins with a `!`. */
const revisions = async (before: string, after: string, major = newest): Promise<readonly (readonly string[])[]> => {
  await admin.execute(`CREATE DATABASE ${name} TEMPLATE template0`);
  const live = await open(server.socketUrl(name));
  try {
    await loadModels(live, { text: before, file: 'before.sql' });
    const generated = await generate({
      live,
      models: { text: after, file: 'after.sql' },
      scope: { exclude: [], journalTable: 'limbeck_journal' },
      render: { target: '', major, online: true },
      decideRename: async () => false,
      requireProof: true,
      inParts: true,
    });
    if (generated === undefined) return [];
    return [...generated.ahead, generated].map(({ up, upPlan, proof }) => {
      assert.ok(proof !== undefined);
      return upPlan.steps.map(({ sql }) => `${up.transactional ? '' : '! '}${sql.replaceAll(/\s+/g, ' ')}`);
    });
  } finally {
    await live.close();
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

test('indexes are built CONCURRENTLY, one by one, after what they need; those of new tables are not', async () => {
  const after = `CREATE TABLE t (a int, b text, c int); CREATE INDEX i ON t (c); CREATE UNIQUE INDEX "J ""k" ON t (lower(b)) WHERE a > 1;
    COMMENT ON INDEX i IS 'x'; CREATE TABLE u (x int); CREATE INDEX ux ON u (x);`;
  assert.equal(await revisions('CREATE TABLE t (a int, b text);', after), [
    ['ALTER TABLE t ADD COLUMN c integer', 'CREATE TABLE u ( x integer )', 'CREATE INDEX ux ON u (x)'],
    ['! CREATE UNIQUE INDEX CONCURRENTLY "J ""k" ON t (lower(b)) WHERE a > 1'],
    ['! CREATE INDEX CONCURRENTLY i ON t (c)'],
    [`COMMENT ON INDEX i IS 'x'`],
  ]);
});

test('indexes are dropped CONCURRENTLY, and one that changes is never missed', async () => {
  assert.equal(await revisions('CREATE TABLE t (a int); CREATE INDEX i ON t (a);', 'CREATE TABLE t (a int);'), [
    ['! DROP INDEX CONCURRENTLY i'],
  ]);
  const table = 'CREATE TABLE t (a int, b int);';
  assert.equal(await revisions(`${table} CREATE INDEX i ON t (a);`, `${table} CREATE INDEX i ON t (a, b);`), [
    ['! CREATE INDEX CONCURRENTLY i__new ON t (a, b)'],
    ['! DROP INDEX CONCURRENTLY i'],
    ['ALTER INDEX i__new RENAME TO i'],
  ]);
});

test('checks and foreign keys are NOT VALID first, and validated next', async () => {
  const parent = 'CREATE TABLE p (id int PRIMARY KEY);';
  assert.equal(
    await revisions(`${parent} CREATE TABLE t (a int, b int);`, `${parent} CREATE TABLE t (a int REFERENCES p, b int CHECK (b > 0));`),
    [
      [
        'ALTER TABLE t ADD CONSTRAINT t_b_check CHECK (b > 0) NOT VALID',
        'ALTER TABLE t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES p(id) NOT VALID',
      ],
      ['ALTER TABLE t VALIDATE CONSTRAINT t_b_check', 'ALTER TABLE t VALIDATE CONSTRAINT t_a_fkey'],
    ],
  );
});

test('NOT NULL before PostgreSQL 18 goes by way of a check', async () => {
  assert.equal(await revisions('CREATE TABLE t (a int, "B" int);', 'CREATE TABLE t (a int, "B" int NOT NULL);', Math.min(newest, 17)), [
    ['ALTER TABLE t ADD CONSTRAINT "t_B_is_not_null" CHECK ("B" IS NOT NULL) NOT VALID'],
    ['ALTER TABLE t VALIDATE CONSTRAINT "t_B_is_not_null"'],
    ['ALTER TABLE t ALTER COLUMN "B" SET NOT NULL', 'ALTER TABLE t DROP CONSTRAINT "t_B_is_not_null"'],
  ]);
  const own = 'CONSTRAINT own CHECK (a IS NOT NULL)';
  assert.equal(await revisions(`CREATE TABLE t (a int, ${own});`, `CREATE TABLE t (a int NOT NULL, ${own});`, Math.min(newest, 17)), [
    ['ALTER TABLE t ALTER COLUMN a SET NOT NULL'],
  ]);
});

test('partitions keep the keys that they have when they are attached or detached', async () => {
  const table = 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY LIST (id);';
  const [apart, part] = [`${table} CREATE TABLE m1 (id int PRIMARY KEY);`, `${table} CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);`];
  const keys = async (before: string, after: string): Promise<readonly string[]> =>
    (await revisions(before, after)).flat().filter((sql) => /pkey|TACH/.test(sql));
  assert.equal(await keys(apart, part), ['ALTER TABLE m ATTACH PARTITION m1 FOR VALUES IN (1)']);
  assert.equal(await keys(part, apart), ['! ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY']);
});

if (newest >= 18)
  test('NOT NULL is NOT VALID first from PostgreSQL 18 on', async () => {
    assert.equal(await revisions('CREATE TABLE t (a int, b int);', 'CREATE TABLE t (a int NOT NULL, b int CONSTRAINT n NOT NULL);'), [
      ['ALTER TABLE t ADD NOT NULL a NOT VALID', 'ALTER TABLE t ADD CONSTRAINT n NOT NULL b NOT VALID'],
      ['ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null', 'ALTER TABLE t VALIDATE CONSTRAINT n'],
    ]);
  });

test('primary keys and unique constraints take over an index, before foreign keys to them', async () => {
  const app = 'CREATE SCHEMA app;';
  const before = `${app} CREATE TABLE app.t (a int NOT NULL, b text); CREATE TABLE u (a int);`;
  const after = `${app} CREATE TABLE app.t (a int PRIMARY KEY, b text, CONSTRAINT "b U" UNIQUE (b) INCLUDE (a) DEFERRABLE);
    COMMENT ON CONSTRAINT t_pkey ON app.t IS 'c'; CREATE TABLE u (a int REFERENCES app.t);`;
  assert.equal(await revisions(before, after), [
    ['! CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON app.t (a)'],
    ['! CREATE UNIQUE INDEX CONCURRENTLY "b U" ON app.t (b) INCLUDE (a)'],
    [
      'ALTER TABLE app.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey',
      `COMMENT ON CONSTRAINT t_pkey ON app.t IS 'c'`,
      'ALTER TABLE app.t ADD CONSTRAINT "b U" UNIQUE USING INDEX "b U" DEFERRABLE',
    ],
    ['ALTER TABLE u ADD CONSTRAINT u_a_fkey FOREIGN KEY (a) REFERENCES app.t(a) NOT VALID'],
    ['ALTER TABLE u VALIDATE CONSTRAINT u_a_fkey'],
  ]);
});

const parted = `CREATE TABLE m (a int, b int) PARTITION BY RANGE (a); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (10) PARTITION BY RANGE (b);
  CREATE TABLE m11 PARTITION OF m1 FOR VALUES FROM (1) TO (10); CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);`;

test('an index of a partitioned table is built partition by partition, and put together', async () => {
  assert.equal(await revisions(parted, `${parted} CREATE UNIQUE INDEX mi ON m (a, b);`), [
    ['! CREATE UNIQUE INDEX CONCURRENTLY m11_a_b_idx ON m11 (a, b)'],
    ['! CREATE UNIQUE INDEX CONCURRENTLY m2_a_b_idx ON m2 (a, b)'],
    [
      'CREATE UNIQUE INDEX mi ON ONLY m (a, b)',
      'CREATE UNIQUE INDEX m1_a_b_idx ON ONLY m1 (a, b)',
      'ALTER INDEX mi ATTACH PARTITION m1_a_b_idx',
      'ALTER INDEX m1_a_b_idx ATTACH PARTITION m11_a_b_idx',
      'ALTER INDEX mi ATTACH PARTITION m2_a_b_idx',
    ],
  ]);
});

test('a new partition gets its part of a new index when it is made', async () => {
  const table = 'CREATE TABLE m (a int, b int) PARTITION BY RANGE (a); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (10);';
  const after = `${table} CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20); CREATE INDEX mi ON m (b);
    ALTER TABLE m ADD CHECK (b > 0);`;
  const [first = [], second, last = [], ...more] = await revisions(table, after);
  assert.ok(first.includes('CREATE INDEX m2_b_idx ON m2 (b)'), first.join('; '));
  assert.equal([second, more], [['! CREATE INDEX CONCURRENTLY m1_b_idx ON m1 (b)'], []]);
  assert.is(last.filter((sql) => sql.startsWith('ALTER INDEX mi ATTACH PARTITION')).length, 2);
});

test('partitions are detached CONCURRENTLY', async () => {
  const table = 'CREATE TABLE m (a int NOT NULL PRIMARY KEY) PARTITION BY RANGE (a);';
  const before = `${table} CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (10); CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20);`;
  const [first, second, last = [], ...more] = await revisions(before, `${table} CREATE TABLE m1 (a int NOT NULL PRIMARY KEY);`);
  assert.equal(
    [first, second, more],
    [['! ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY'], ['! ALTER TABLE m DETACH PARTITION m2 CONCURRENTLY'], []],
  );
  assert.equal(last.slice(0, 2), ['ALTER TABLE m1 DROP CONSTRAINT m1_a_check', 'DROP TABLE m2']);
});

test('what has no such form, or needs none, is one revision', async () => {
  assert.equal(await revisions('CREATE TABLE t (a int);', 'CREATE TABLE t (a bigint, b int); CREATE TABLE u (a int PRIMARY KEY);'), [
    [
      'ALTER TABLE t ALTER COLUMN a TYPE bigint',
      'ALTER TABLE t ADD COLUMN b integer',
      'CREATE TABLE u ( a integer NOT NULL, CONSTRAINT u_pkey PRIMARY KEY (a) )',
    ],
  ]);
  assert.equal(await revisions('CREATE TABLE t (a int);', 'CREATE TABLE t (a int);'), []);
});

test('labels of an enum come before all of it', async () => {
  const table = 'CREATE TABLE t (e e);';
  assert.equal(
    await revisions(
      `CREATE TYPE e AS ENUM ('a'); ${table}`,
      `CREATE TYPE e AS ENUM ('a', 'b'); ${table} CREATE INDEX i ON t (e) WHERE e = 'b';`,
    ),
    [[`ALTER TYPE e ADD VALUE 'b'`], [`! CREATE INDEX CONCURRENTLY i ON t (e) WHERE e = 'b'::e`]],
  );
});

test('where no such way is found it is said, and nothing else is done', async () => {
  const before = 'CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX u ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX u;';
  const after =
    'CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX u ON t (a, b); ALTER TABLE t REPLICA IDENTITY USING INDEX u;';
  const error = await revisions(before, after).then(
    () => undefined,
    (each: unknown) => each,
  );
  assert.match(String(error), /there is no way of several revisions that does not block the tables/);
});

test.run();
