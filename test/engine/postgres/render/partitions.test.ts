import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, refusalOf, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres partitions and inheritance');
const major = Number(wantedMajor());
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

const since = (first: number, name: string, run: () => Promise<void>): void => {
  if (major >= first) test(name, run);
};

const attachments = (steps: readonly string[]): readonly string[] => steps.filter((sql) => /TACH PARTITION|INHERIT/.test(sql));

test('are attached and detached, and move their bounds', async () => {
  const { up, down, hazards } = await change({
    ground: 'CREATE TABLE m (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);',
    before: `CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE TABLE rest PARTITION OF m DEFAULT;
      CREATE TABLE m2 (id int NOT NULL, day date NOT NULL)`,
    after: `CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2024-07-01'); CREATE TABLE rest (id int NOT NULL, day date NOT NULL);
      CREATE TABLE m2 (id int NOT NULL, day date NOT NULL); ALTER TABLE m ATTACH PARTITION m2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`,
  });
  assert.equal(attachments(up), [
    'ALTER TABLE m DETACH PARTITION rest',
    'ALTER TABLE m DETACH PARTITION m1',
    "ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM ('2024-01-01') TO ('2024-07-01')",
    "ALTER TABLE m ATTACH PARTITION m2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  ]);
  assert.is(attachments(down).length, 4);
  assert.ok(hazards.includes('may fail on rows: rows of m2 that do not belong there stop the migration'));
});

test('are made by themselves, of every strategy and of one another, and attached last', async () => {
  const { up } = await change({
    after: `CREATE TABLE m (id int NOT NULL, k text NOT NULL, v int DEFAULT 1, PRIMARY KEY (id, k)) PARTITION BY LIST (k); CREATE INDEX m_v ON m (v);
      CREATE TABLE a PARTITION OF m (v DEFAULT 7) FOR VALUES IN ('a', 'b') PARTITION BY HASH (id);
      CREATE TABLE a0 PARTITION OF a FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
  });
  assert.equal(
    attachments(up),
    [
      'ALTER TABLE a ATTACH PARTITION a0 FOR VALUES WITH (modulus 2, remainder 0)',
      "ALTER TABLE m ATTACH PARTITION a FOR VALUES IN ('a', 'b')",
    ].sort((left, right) => up.indexOf(left) - up.indexOf(right)),
  );
  assert.ok(up.findIndex((sql) => sql.includes('ATTACH')) > up.findIndex((sql) => sql.startsWith('CREATE INDEX')));
});

test('follow the columns of their table, but for what is their own', async () => {
  const { up } = await change({
    before: `CREATE TABLE m (id int NOT NULL, k text NOT NULL, v int DEFAULT 1, gone int) PARTITION BY LIST (k);
      CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a') PARTITION BY HASH (id); CREATE TABLE m1a PARTITION OF m1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      ALTER TABLE m1a ALTER v SET DEFAULT 5; CREATE VIEW w AS SELECT v FROM m1a`,
    after: `CREATE TABLE m (id int NOT NULL, k text NOT NULL, v bigint DEFAULT 2, more text NOT NULL DEFAULT 'x') PARTITION BY LIST (k);
      CREATE TABLE m1 PARTITION OF m FOR VALUES IN ('a') PARTITION BY HASH (id); CREATE TABLE m1a PARTITION OF m1 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      ALTER TABLE m1a ALTER v SET DEFAULT 6; CREATE VIEW w AS SELECT v FROM m1a`,
  });
  assert.equal(
    up.filter((sql) => / (COLUMN gone|TYPE|ADD)/.test(sql)),
    [
      'ALTER TABLE m DROP COLUMN gone',
      'ALTER TABLE m ALTER COLUMN v TYPE bigint',
      "ALTER TABLE m ADD COLUMN more text NOT NULL DEFAULT 'x'",
    ],
  );
  assert.ok(up.includes('ALTER TABLE ONLY m ALTER COLUMN v SET DEFAULT 2'));
  assert.ok(up.includes('ALTER TABLE m1a ALTER COLUMN v SET DEFAULT 6'));
  assert.equal(attachments(up), []);
});

test('outlive their table, and a table outlives a change of its key', async () => {
  const parts = `CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);`;
  const { up } = await change({
    before: `CREATE TABLE m (id int NOT NULL, n int NOT NULL) PARTITION BY LIST (id); ${parts}
      CREATE TABLE o (id int) PARTITION BY LIST (id); CREATE TABLE o1 PARTITION OF o FOR VALUES IN (1)`,
    after: `CREATE TABLE m (id int NOT NULL, n int NOT NULL) PARTITION BY LIST (n); ${parts} CREATE TABLE o1 (id int)`,
  });
  assert.equal(
    up.filter((sql) => / o1?\b/.test(sql)),
    ['ALTER TABLE o DETACH PARTITION o1', 'DROP TABLE o'],
  );
  assert.equal(
    up.filter((sql) => / m1?\b/.test(sql) && !sql.startsWith('CREATE')),
    ['ALTER TABLE m DETACH PARTITION m1', 'DROP TABLE m', 'ALTER TABLE m ATTACH PARTITION m1 FOR VALUES IN (1)'],
  );
});

test('change with a table that is made anew, and with what refers to it', async () => {
  const { up, hazards } = await change({
    before: `CREATE TABLE m (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (10);
      CREATE TABLE r (m int REFERENCES m)`,
    after: `CREATE TABLE m (id bigint PRIMARY KEY, v text NOT NULL) PARTITION BY HASH (id); CREATE TABLE m1 PARTITION OF m FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE r (m bigint REFERENCES m); CREATE VIEW w AS SELECT * FROM m1`,
  });
  assert.is(up.filter((sql) => sql.startsWith('DROP TABLE')).length, 1);
  assert.ok(up.indexOf('ALTER TABLE m DETACH PARTITION m1') < up.indexOf('DROP TABLE m'));
  assert.ok(up.includes('ALTER TABLE m1 ALTER COLUMN id TYPE bigint'));
  assert.ok(hazards.includes('data loss: drops table m with all partitions that it has left then'));
});

since(17, 'count with the identity of their table', async () => {
  const { up } = await change({
    before: 'CREATE TABLE m (id int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1)',
    after: 'CREATE TABLE m (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1)',
  });
  assert.equal(up, ['ALTER TABLE m ALTER COLUMN id DROP IDENTITY']);
});

test('inherit columns, and have defaults of their own', async () => {
  const { up } = await change({
    after: `CREATE TABLE p (id int NOT NULL, a text DEFAULT 'x'); CREATE TABLE q (b int);
      CREATE TABLE c (own int, a text DEFAULT 'merged') INHERITS (p, q); ALTER TABLE c ALTER id SET DEFAULT 9;
      CREATE TABLE d () INHERITS (c); ALTER TABLE d ALTER b SET STATISTICS 9, ALTER a DROP DEFAULT`,
  });
  const [, , c, ...rest] = up;
  assert.is(up[0], "CREATE TABLE p (\n  id integer NOT NULL,\n  a text DEFAULT 'x'\n)");
  assert.is(c, "CREATE TABLE c (\n  a text DEFAULT 'merged',\n  own integer\n) INHERITS (p, q)");
  assert.equal(rest, [
    'ALTER TABLE c ALTER COLUMN id SET DEFAULT 9',
    'CREATE TABLE d () INHERITS (c)',
    'ALTER TABLE d ALTER COLUMN a DROP DEFAULT',
    'ALTER TABLE d ALTER COLUMN b SET STATISTICS 9',
  ]);
});

test('inherit from several tables in an order, which one that goes does not change for the others', async () => {
  const ground = 'CREATE TABLE p (a int); CREATE TABLE q (b int); CREATE TABLE c (a int, b int);';
  const gone = await change({ ground, before: 'ALTER TABLE c INHERIT p; ALTER TABLE c INHERIT q', after: 'ALTER TABLE c INHERIT q' });
  assert.equal(gone.up, ['ALTER TABLE c NO INHERIT p']);
  assert.equal(gone.down, ['ALTER TABLE c NO INHERIT q', 'ALTER TABLE c INHERIT p', 'ALTER TABLE c INHERIT q']);
});

test('inherit what changes above, once', async () => {
  const { up } = await change({
    before: `CREATE TABLE p (id int NOT NULL, a text DEFAULT 'x', gone int); CREATE TABLE c (own int) INHERITS (p); CREATE TABLE g () INHERITS (c);
      ALTER TABLE c ALTER a SET DEFAULT 'c'`,
    after: `CREATE TABLE p (id bigint NOT NULL, a text DEFAULT 'y', added text NOT NULL DEFAULT 'q'); CREATE TABLE c (own int) INHERITS (p); CREATE TABLE g () INHERITS (c);
      ALTER TABLE g ALTER added DROP DEFAULT`,
  });
  assert.equal(up, [
    'ALTER TABLE p DROP COLUMN gone',
    'ALTER TABLE p ALTER COLUMN id TYPE bigint',
    "ALTER TABLE p ADD COLUMN added text NOT NULL DEFAULT 'q'",
    'ALTER TABLE g ALTER COLUMN added DROP DEFAULT',
    "ALTER TABLE p ALTER COLUMN a SET DEFAULT 'y'",
  ]);
});

test('keep a column that is theirs when the one above goes', async () => {
  const { up } = await change({
    before: 'CREATE TABLE p (a int, b int); CREATE TABLE c (a int) INHERITS (p); CREATE TABLE d () INHERITS (p)',
    after: 'CREATE TABLE p (b int); CREATE TABLE c (a int) INHERITS (p); CREATE TABLE d () INHERITS (p)',
  });
  assert.equal(up, ['ALTER TABLE ONLY p DROP COLUMN a', 'ALTER TABLE d DROP COLUMN a']);
});

const flags = `SELECT pg_catalog.string_agg(conname || CASE WHEN connoinherit THEN ' attached' ELSE '' END, ', ' ORDER BY conname COLLATE "C") AS keys
  FROM pg_catalog.pg_constraint WHERE contype IN ('p', 'u') AND conrelid::regclass::text ~ '^m[0-9]'`;

test('get their keys from their table, or bring them, as declared', async () => {
  const { up, seen } = await change({
    ground:
      'CREATE TABLE m (id int NOT NULL, k text NOT NULL) PARTITION BY LIST (k); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1::text);',
    after: `ALTER TABLE m ADD PRIMARY KEY (id, k); CREATE TABLE m2 PARTITION OF m FOR VALUES IN ('2') PARTITION BY LIST (id);
      CREATE TABLE m2a PARTITION OF m2 FOR VALUES IN (1); ALTER TABLE m2a RENAME CONSTRAINT m2a_pkey TO "Own";
      CREATE TABLE m3 (id int, k text, PRIMARY KEY (id, k)); ALTER TABLE m ATTACH PARTITION m3 FOR VALUES IN ('3')`,
    look: flags,
  });
  assert.equal(
    seen.map(([row]) => row?.['keys']),
    ['Own, m1_pkey, m2_pkey, m3_pkey attached', null],
  );
  assert.ok(up.includes('ALTER TABLE m ADD CONSTRAINT m_pkey PRIMARY KEY (id, k)'));
  assert.ok(up.includes('ALTER INDEX m2a_pkey RENAME TO "Own"'));
});

test('bring their keys where only one of them has its own', async () => {
  const { seen } = await change({
    ground: `CREATE TABLE m (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);
      CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2);`,
    after: 'ALTER TABLE m1 ADD PRIMARY KEY (id); ALTER TABLE m ADD PRIMARY KEY (id)',
    look: flags,
  });
  assert.equal(
    seen.map(([row]) => row?.['keys']),
    ['m1_pkey attached, m2_pkey attached', null],
  );
});

test('bring their keys where the name that the server finds is taken', async () => {
  const { up } = await change({
    sameWay: false,
    ground: 'CREATE SEQUENCE m1_pkey;',
    after: 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1)',
  });
  assert.ok(up.some((sql) => sql.includes('CONSTRAINT m1_pkey1 PRIMARY KEY (id)')));
});

test('are attached and detached with keys made anew, as those of their table are', async () => {
  const { up, seen, hazards } = await change({
    ground: 'CREATE TABLE m (id int PRIMARY KEY) PARTITION BY LIST (id);',
    before: 'CREATE TABLE m1 (id int PRIMARY KEY); CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2); CREATE TABLE r (id int REFERENCES m1)',
    after: 'CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1); CREATE TABLE m2 (id int PRIMARY KEY); CREATE TABLE r (id int REFERENCES m1)',
    look: flags,
    rows: 'INSERT INTO m1 VALUES (1); INSERT INTO m2 VALUES (2); INSERT INTO r VALUES (1)',
  });
  assert.equal(
    seen.map(([row]) => row?.['keys']),
    ['m1_pkey, m2_pkey attached', 'm1_pkey attached, m2_pkey'],
  );
  assert.ok(up.indexOf('ALTER TABLE m DETACH PARTITION m2') < up.indexOf('ALTER TABLE m2 DROP CONSTRAINT m2_pkey'));
  assert.ok(hazards.includes('rewrite: the index of m1_pkey is built anew, as declared; --online keeps the one that is there'));
});

test('are attached and detached with foreign keys made anew, as those of their table are', async () => {
  const { seen } = await change({
    ground: 'CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE m (id int REFERENCES r) PARTITION BY LIST (id);',
    before:
      'CREATE TABLE m1 (id int, CONSTRAINT m_id_fkey FOREIGN KEY (id) REFERENCES r); CREATE TABLE m2 PARTITION OF m FOR VALUES IN (2)',
    after: 'CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1); CREATE TABLE m2 (id int, CONSTRAINT m_id_fkey FOREIGN KEY (id) REFERENCES r)',
    look: `SELECT pg_catalog.string_agg(conrelid::regclass || ' ' || connoinherit, ', ' ORDER BY conrelid::regclass::text) AS keys
      FROM pg_catalog.pg_constraint WHERE contype = 'f'`,
    rows: 'INSERT INTO r VALUES (1), (2); INSERT INTO m1 VALUES (1); INSERT INTO m2 VALUES (2)',
  });
  assert.equal(
    seen.map(([row]) => row?.['keys']),
    ['m false, m1 false, m2 true', 'm false, m1 true, m2 false'],
  );
});

test('let go of an index that a key of theirs is attached to', async () => {
  const parts = 'CREATE TABLE m (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1);';
  const { down } = await change({
    before: parts,
    after: `${parts} CREATE UNIQUE INDEX i ON ONLY m (id); ALTER TABLE m1 ADD PRIMARY KEY (id); ALTER INDEX i ATTACH PARTITION m1_pkey`,
    rows: 'INSERT INTO m VALUES (1)',
  });
  assert.equal(down, [
    'ALTER TABLE m DETACH PARTITION m1',
    'ALTER TABLE m1 DROP CONSTRAINT m1_pkey',
    'DROP INDEX i',
    'ALTER TABLE m ATTACH PARTITION m1 FOR VALUES IN (1)',
  ]);
});

test('have a key of their own beside one of their table with the same columns', async () => {
  await change({
    after: `CREATE TABLE m (id int NOT NULL, UNIQUE (id)) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m (PRIMARY KEY (id)) FOR VALUES IN (1);
      CREATE INDEX mi ON m (id); CREATE INDEX own ON m1 (id)`,
  });
});

since(18, 'declare NOT NULL themselves, too', async () => {
  const { up, seen } = await change({
    after: `CREATE TABLE m (id int NOT NULL, k int NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m (id NOT NULL) FOR VALUES IN (1)`,
    look: `SELECT pg_catalog.string_agg(conname || conislocal, ', ' ORDER BY conname) AS own FROM pg_catalog.pg_constraint WHERE contype = 'n' AND conrelid::regclass::text = 'm1'`,
  });
  assert.equal(
    seen.map(([row]) => row?.['own']),
    ['m1_id_not_nulltrue, m_k_not_nullfalse', null],
  );
  assert.is(up.at(-1), 'ALTER TABLE m1 ALTER COLUMN id SET NOT NULL');
});

since(18, 'begin and cease to declare NOT NULL themselves, too, under their own names', async () => {
  const { up, down } = await change({
    ground: 'CREATE TABLE m (id int NOT NULL, k int NOT NULL) PARTITION BY LIST (id);',
    before: 'CREATE TABLE m1 PARTITION OF m (CONSTRAINT own NOT NULL id) FOR VALUES IN (1)',
    after: 'CREATE TABLE m1 PARTITION OF m (k NOT NULL) FOR VALUES IN (1)',
    rows: 'INSERT INTO m VALUES (1, 1)',
  });
  assert.ok(up.includes('ALTER TABLE m1 RENAME CONSTRAINT own TO m_id_not_null'));
  assert.is(up.at(-1), 'ALTER TABLE m1 ALTER COLUMN k SET NOT NULL');
  assert.is(down.at(-1), 'ALTER TABLE m1 ALTER COLUMN id SET NOT NULL');
});

since(18, 'keep keys of their table when a type changes while they are detached', async () => {
  const parts = (type: string, own: string): string =>
    `CREATE TABLE m (id ${type}, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k); CREATE TABLE m1 PARTITION OF m ${own} FOR VALUES IN (1)`;
  const { up, seen } = await change({
    before: parts('int', '(CONSTRAINT own NOT NULL id)'),
    after: parts('bigint', ''),
    look: flags,
  });
  assert.is(up[0], 'ALTER TABLE m DETACH PARTITION m1');
  assert.equal(
    seen.map(([row]) => row?.['keys']),
    ['m1_pkey', 'm1_pkey'],
  );
});

since(18, 'follow the name of NOT NULL above', async () => {
  const { up } = await change({
    before: 'CREATE TABLE m (id int CONSTRAINT a NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1)',
    after: 'CREATE TABLE m (id int CONSTRAINT b NOT NULL) PARTITION BY LIST (id); CREATE TABLE m1 PARTITION OF m FOR VALUES IN (1)',
  });
  assert.equal(up, ['ALTER TABLE m RENAME CONSTRAINT a TO b']);
});

test('keep the function in their key: it goes by no statement', async () => {
  const table = (inputs: string): string => `CREATE FUNCTION norm(${inputs}) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE TABLE t (x text) PARTITION BY LIST (norm(x))`;
  assert.is(
    await refusalOf({ url: server.socketUrl(), before: table('text'), after: table('text, int DEFAULT 0') }),
    'function norm(text) is to go, and table t, which holds data, depends on it',
  );
});

test('move their bounds though rows elsewhere refer to theirs', async () => {
  const tables = (bound: string): string => `CREATE TABLE p (i int PRIMARY KEY, up int CONSTRAINT self REFERENCES p) PARTITION BY LIST (i);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (${bound}); CREATE TABLE p7 PARTITION OF p FOR VALUES IN (7);
    CREATE TABLE r (i int CONSTRAINT away REFERENCES p) PARTITION BY LIST (i); CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1)`;
  const { up, seen } = await change({
    before: tables('1'),
    after: tables('1, 2'),
    rows: 'INSERT INTO p VALUES (1, 1), (7, 1); INSERT INTO r VALUES (1)',
    look: 'SELECT (SELECT count(*)::int FROM p) + (SELECT count(*)::int FROM r) AS n',
  });
  assert.equal(up.slice(0, 2).sort(), ['ALTER TABLE p DROP CONSTRAINT self', 'ALTER TABLE r DROP CONSTRAINT away']);
  assert.equal(up.slice(2, 4), ['ALTER TABLE p DETACH PARTITION p1', 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1, 2)']);
  assert.equal(up.slice(4).sort(), [
    'ALTER TABLE p ADD CONSTRAINT self FOREIGN KEY (up) REFERENCES p(i)',
    'ALTER TABLE r ADD CONSTRAINT away FOREIGN KEY (i) REFERENCES p(i)',
  ]);
  assert.equal(
    seen.map(([row]) => row?.['n']),
    [3, 3],
  );
});

test('with partitions of their own move their bounds beside a new index above', async () => {
  const tables = (bound: string): string => `CREATE TABLE p (r text, d int) PARTITION BY LIST (r);
    CREATE TABLE p_eu PARTITION OF p FOR VALUES IN (${bound}) PARTITION BY RANGE (d); CREATE TABLE p_eu_1 PARTITION OF p_eu FOR VALUES FROM (1) TO (10);`;
  const { up } = await change({ before: tables(`'eu'`), after: `${tables(`'eu', 'zz'`)} CREATE INDEX p_u ON p (r, d)` });
  assert.equal(up.slice(-3), [
    'ALTER INDEX p_eu_r_d_idx ATTACH PARTITION p_eu_1_r_d_idx',
    'ALTER TABLE p DETACH PARTITION p_eu',
    `ALTER TABLE p ATTACH PARTITION p_eu FOR VALUES IN ('eu', 'zz')`,
  ]);
});

since(18, 'keep their bounds where the server attaches nothing with such a key', async () => {
  const tables = (
    key: string,
    bound: string,
  ): string => `CREATE TABLE m (id int4range, r int4range, CONSTRAINT k ${key}) PARTITION BY LIST (id);
    CREATE TABLE m1 PARTITION OF m FOR VALUES IN (${bound})`;
  for (const key of [
    'PRIMARY KEY (id, r WITHOUT OVERLAPS)',
    'UNIQUE (id, r WITHOUT OVERLAPS)',
    'EXCLUDE USING gist (id WITH =, r WITH &&)',
  ])
    assert.match(
      await refusalOf({ url: server.socketUrl(), before: tables(key, `'[1,1]'`), after: tables(key, `'[1,1]', '[2,2]'`) }),
      /^partition m1 gets new bounds, and PostgreSQL does not attach a table that has constraint m1\./,
    );
});

test('attaches a table that has a primary key of its own below a unique constraint on the same columns', async () => {
  await change({
    before: `CREATE TABLE po (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
      CREATE TABLE po_1 (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));`,
    after: `CREATE TABLE po (a int NOT NULL, b int NOT NULL, UNIQUE (a, b)) PARTITION BY LIST (a);
      CREATE TABLE po_1 PARTITION OF po (PRIMARY KEY (a, b)) FOR VALUES IN (1);`,
    rows: 'INSERT INTO po_1 VALUES (1, 2)',
    look: 'SELECT a, b FROM po_1',
  });
});

test.run();
