import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres constraints');
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

test('adds each kind and drops it', async () => {
  const { up, down, hazards } = await change({
    ground: 'CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE t (id int NOT NULL, a text, b int, r int4range);',
    after: `ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id) INCLUDE (b) WITH (fillfactor = 70);
      ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED;
      ALTER TABLE t ADD CONSTRAINT c CHECK (CASE WHEN a = 'x  y' THEN b > 1 ELSE true END) NO INHERIT;
      ALTER TABLE t ADD CONSTRAINT n CHECK (b > 0) NOT VALID;
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE;
      ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WITH (buffering = off) WHERE (b > 0 AND a <> ' WITH (x)') DEFERRABLE`,
  });
  assert.equal(up, [
    'ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id) INCLUDE (b) WITH (fillfactor = 70)',
    'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED',
    "ALTER TABLE t ADD CONSTRAINT c CHECK (CASE WHEN (a = 'x  y'::text) THEN (b > 1) ELSE true END) NO INHERIT",
    'ALTER TABLE t ADD CONSTRAINT n CHECK (b > 0) NOT VALID',
    "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WITH (buffering = off) WHERE ((b > 0) AND (a <> ' WITH (x)'::text)) DEFERRABLE",
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s(id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE',
  ]);
  assert.equal(
    down,
    ['f', 'x', 'n', 'c', 'u', 't_pkey'].map((name) => `ALTER TABLE t DROP CONSTRAINT ${name}`),
  );
  assert.is(hazards.length, 5, 'all but the one that is not validated');
  assert.is(hazards[1], 'may fail on rows: rows of t that break this stop the migration: UNIQUE (a, b)');
});

test('quotes names and schemas', async () => {
  const { up } = await change({
    ground: 'CREATE SCHEMA app; CREATE TABLE app."Odd T" ("select" int NOT NULL, "q""q" text);',
    after: `ALTER TABLE app."Odd T" ADD CONSTRAINT "Key ""1""" PRIMARY KEY ("select");
      ALTER TABLE app."Odd T" ADD CONSTRAINT "check" CHECK ("q""q" <> 'é\\');
      ALTER TABLE app."Odd T" ADD CONSTRAINT self FOREIGN KEY ("select") REFERENCES app."Odd T";
      COMMENT ON CONSTRAINT "check" ON app."Odd T" IS 'it''s';
      COMMENT ON INDEX app."Key ""1""" IS 'of the key'`,
  });
  assert.equal(up, [
    'ALTER TABLE app."Odd T" ADD CONSTRAINT "Key ""1""" PRIMARY KEY ("select")',
    `COMMENT ON INDEX app."Key ""1""" IS 'of the key'`,
    `ALTER TABLE app."Odd T" ADD CONSTRAINT "check" CHECK ("q""q" <> 'é\\'::text)`,
    `COMMENT ON CONSTRAINT "check" ON app."Odd T" IS 'it''s'`,
    'ALTER TABLE app."Odd T" ADD CONSTRAINT self FOREIGN KEY ("select") REFERENCES app."Odd T"("select")',
  ]);
});

test('stand in the CREATE of a new table, but for what CREATE cannot say', async () => {
  const { up, hazards } = await change({
    after: `CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, a int CHECK (a > 0), b int UNIQUE NOT NULL);
      ALTER TABLE t ADD CONSTRAINT late CHECK (a > b) NOT VALID;
      ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key`,
  });
  assert.match(up[0] ?? '', /CONSTRAINT t_pkey PRIMARY KEY \(id\),\n {2}CONSTRAINT t_a_check CHECK \(a > 0\),\n {2}CONSTRAINT t_up_fkey/);
  assert.equal(up.slice(1), [
    'ALTER TABLE t ADD CONSTRAINT t_b_key UNIQUE (b)',
    'ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key',
    'ALTER TABLE t ADD CONSTRAINT late CHECK (a > b) NOT VALID',
  ]);
  assert.equal(hazards, []);
});

test('are validated, deferred and tuned in place', async () => {
  const { up, down } = await change({
    ground: 'CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE t (id int, b int, r int4range);',
    before: `ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NOT VALID;
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s;
      ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (int4range(b, b + 1) WITH &&) WITH (fillfactor = 80)`,
    after: `ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0);
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s DEFERRABLE INITIALLY DEFERRED;
      ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (int4range(b, b + 1) WITH &&) WITH (buffering = auto);
      ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12;
      COMMENT ON INDEX x IS 'x'`,
  });
  assert.equal(up, [
    'ALTER TABLE t VALIDATE CONSTRAINT c',
    'ALTER INDEX x SET (buffering = auto)',
    'ALTER INDEX x RESET (fillfactor)',
    'ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 12',
    "COMMENT ON INDEX x IS 'x'",
    'ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED',
  ]);
  assert.equal(down, [
    'ALTER TABLE t DROP CONSTRAINT c',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NOT VALID',
    'ALTER INDEX x SET (fillfactor = 80)',
    'ALTER INDEX x RESET (buffering)',
    'ALTER INDEX x ALTER COLUMN 1 SET STATISTICS -1',
    'COMMENT ON INDEX x IS NULL',
    'ALTER TABLE t ALTER CONSTRAINT f NOT DEFERRABLE',
  ]);
});

test('a key is replaced together with the foreign keys that need it', async () => {
  const { up } = await change({
    ground: 'CREATE TABLE s (id int NOT NULL, k int); CREATE TABLE t (id int);',
    before: 'ALTER TABLE s ADD CONSTRAINT k PRIMARY KEY (id); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s',
    after: 'ALTER TABLE s ADD CONSTRAINT k PRIMARY KEY (id) INCLUDE (k); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s',
  });
  assert.equal(up, [
    'ALTER TABLE t DROP CONSTRAINT f',
    'ALTER TABLE s DROP CONSTRAINT k',
    'ALTER TABLE s ADD CONSTRAINT k PRIMARY KEY (id) INCLUDE (k)',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s(id)',
  ]);
});

test('a check reads the same after it is loaded again', async () => {
  const { up } = await change({
    ground: 'CREATE TABLE t (v varchar(9), r int4range);',
    after: `ALTER TABLE t ADD CONSTRAINT c CHECK (v IN ('a', 'b(')), ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (v IN ('x', 'y'))`,
  });
  assert.is(up.length, 2);
});

test('the keys of partitions are made with that of their table, and go with it', async () => {
  const { up, down } = await change({
    ground: `CREATE TABLE p (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY LIST (k);
      CREATE TABLE p21 PARTITION OF p2 FOR VALUES IN (11);
      CREATE TABLE f (id int, k int);`,
    after: `ALTER TABLE p ADD CONSTRAINT p_pkey PRIMARY KEY (id, k);
      ALTER TABLE p ADD CONSTRAINT ck CHECK (id > 0);
      ALTER TABLE p1 ADD CONSTRAINT own CHECK (id > 1);
      COMMENT ON CONSTRAINT ck ON p1 IS 'inherited';
      ALTER TABLE f ADD CONSTRAINT f_fk FOREIGN KEY (id, k) REFERENCES p`,
  });
  assert.equal(up, [
    'ALTER TABLE p ADD CONSTRAINT p_pkey PRIMARY KEY (id, k)',
    'ALTER TABLE p ADD CONSTRAINT ck CHECK (id > 0)',
    "COMMENT ON CONSTRAINT ck ON p1 IS 'inherited'",
    'ALTER TABLE p1 ADD CONSTRAINT own CHECK (id > 1)',
    'ALTER TABLE f ADD CONSTRAINT f_fk FOREIGN KEY (id, k) REFERENCES p(id, k)',
  ]);
  assert.equal(down, [
    'ALTER TABLE p1 DROP CONSTRAINT own',
    'ALTER TABLE p DROP CONSTRAINT ck',
    'ALTER TABLE f DROP CONSTRAINT f_fk',
    'ALTER TABLE p DROP CONSTRAINT p_pkey',
  ]);
});

test('a new partition has the checks of its table inside, and gets its keys from ATTACH PARTITION', async () => {
  const { up } = await change({
    ground: `CREATE TABLE s (id int PRIMARY KEY);
      CREATE TABLE p (id int NOT NULL REFERENCES s, k int NOT NULL CHECK (k > 0), PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
      CREATE TABLE f (id int, k int, FOREIGN KEY (id, k) REFERENCES p);`,
    after: 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)',
  });
  assert.is(up.length, 2);
  assert.match(up[0] ?? '', /NULL,\n {2}CONSTRAINT p_k_check CHECK \(k > 0\)\n\)/);
  assert.is(up[1], 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)');
});

test('tables change between being a partition and not', async () => {
  const { up } = await change({
    ground: 'CREATE TABLE p (id int NOT NULL, k int NOT NULL CHECK (k > 0), PRIMARY KEY (id, k)) PARTITION BY RANGE (k);',
    before: 'CREATE TABLE p1 (id int NOT NULL, k int NOT NULL); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)',
    after: `CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE TABLE p2 (id int NOT NULL, k int NOT NULL CONSTRAINT p_k_check CHECK (k > 0), PRIMARY KEY (id, k))`,
  });
  assert.is(up[0], 'ALTER TABLE p DETACH PARTITION p2');
  assert.equal(
    up.filter((sql) => /CONSTRAINT \w+ (PRIMARY|CHECK)|ATTACH|DROP/.test(sql)),
    [
      'ALTER TABLE p2 DROP CONSTRAINT p2_pkey',
      'ALTER TABLE p1 ADD CONSTRAINT p_k_check CHECK (k > 0)',
      'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)',
      'ALTER TABLE p2 ADD CONSTRAINT p2_pkey PRIMARY KEY (id, k)',
    ],
  );
});

test('the foreign keys of partitions come and go with that of their table, and are made anew for one that is detached', async () => {
  const key = (name: string): string => `CONSTRAINT ${name} FOREIGN KEY (id) REFERENCES s`;
  const { up, down } = await change({
    ground: `CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE p (id int, k int, ${key('f')}) PARTITION BY RANGE (k);
      CREATE TABLE kept PARTITION OF p FOR VALUES FROM (90) TO (99);`,
    before: `CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
      CREATE TABLE p3 (id int, k int)`,
    after: `CREATE TABLE p1 (id int, k int); CREATE TABLE p2 (id int, k int, ${key('f')});
      CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (20) TO (30);
      ALTER TABLE p ADD CONSTRAINT g FOREIGN KEY (k) REFERENCES s ON DELETE CASCADE;
      ALTER TABLE kept RENAME CONSTRAINT g TO other; COMMENT ON CONSTRAINT other ON kept IS 'x'`,
  });
  assert.equal([...up].sort(), [
    'ALTER TABLE kept RENAME CONSTRAINT g TO other',
    'ALTER TABLE p ADD CONSTRAINT g FOREIGN KEY (k) REFERENCES s(id) ON DELETE CASCADE',
    'ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (20) TO (30)',
    'ALTER TABLE p DETACH PARTITION p1',
    'ALTER TABLE p DETACH PARTITION p2',
    'ALTER TABLE p1 DROP CONSTRAINT f',
    'ALTER TABLE p2 ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s(id)',
    'ALTER TABLE p2 DROP CONSTRAINT f',
    "COMMENT ON CONSTRAINT other ON kept IS 'x'",
  ]);
  assert.ok(down.includes('ALTER TABLE p DROP CONSTRAINT g'));
  assert.ok(down.includes('ALTER TABLE p3 DROP CONSTRAINT f'), 'it stays behind when p3 is detached');
});

test('a partitioned table that refers to itself', async () => {
  const { up, down } = await change({
    after: `CREATE TABLE p (id int PRIMARY KEY, up int REFERENCES p) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)`,
  });
  assert.ok(up.includes('ALTER TABLE p ADD CONSTRAINT p_up_fkey FOREIGN KEY (up) REFERENCES p(id)'));
  assert.ok(down.includes('DROP TABLE p'));
});

test('an attached key takes another name in place', async () => {
  const ground = `CREATE TABLE p (k int NOT NULL) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    ALTER TABLE ONLY p ADD CONSTRAINT pk PRIMARY KEY (k);`;
  const own = (name: string): string => `ALTER TABLE p1 ADD CONSTRAINT ${name} PRIMARY KEY (k); ALTER INDEX pk ATTACH PARTITION ${name};`;
  const { up } = await change({ ground, before: `${own('one')} COMMENT ON CONSTRAINT one ON p1 IS 'x'`, after: own('two') });
  assert.equal(up, ['ALTER INDEX one RENAME TO two', 'COMMENT ON CONSTRAINT two ON p1 IS NULL']);
});

test('what is added, validated and dropped above reaches the tables that inherit', async () => {
  const { up, down } = await change({
    ground: 'CREATE TABLE a (id int, k int); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (b);',
    before: `ALTER TABLE a ADD CONSTRAINT c1 CHECK (id > 1); ALTER TABLE a ADD CONSTRAINT c2 CHECK (id > 2);
      ALTER TABLE a ADD CONSTRAINT c3 CHECK (id > 3) NOT VALID`,
    after: `ALTER TABLE a ADD CONSTRAINT c2 CHECK (id > 22); ALTER TABLE a ADD CONSTRAINT c3 CHECK (id > 3);
      ALTER TABLE a ADD CONSTRAINT c4 CHECK (id > 4); ALTER TABLE b ADD CONSTRAINT c4 CHECK (id > 4);
      ALTER TABLE a ADD CONSTRAINT n CHECK (id > 5) NO INHERIT`,
  });
  assert.equal(up, [
    'ALTER TABLE a DROP CONSTRAINT c2',
    'ALTER TABLE a DROP CONSTRAINT c1',
    'ALTER TABLE a ADD CONSTRAINT c2 CHECK (id > 22)',
    'ALTER TABLE a VALIDATE CONSTRAINT c3',
    'ALTER TABLE a ADD CONSTRAINT c4 CHECK (id > 4)',
    'ALTER TABLE a ADD CONSTRAINT n CHECK (id > 5) NO INHERIT',
    'ALTER TABLE b ADD CONSTRAINT c4 CHECK (id > 4)',
  ]);
  assert.equal(down.slice(0, 3), [
    'ALTER TABLE a DROP CONSTRAINT n',
    'ALTER TABLE a DROP CONSTRAINT c4',
    'ALTER TABLE b DROP CONSTRAINT c4',
  ]);
});

since(15, 'NULLS NOT DISTINCT and ON DELETE SET NULL of some columns', async () => {
  const { up } = await change({
    ground: 'CREATE TABLE t (a int, b int);',
    after: `ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a, b);
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t (a, b) ON DELETE SET NULL (b)`,
  });
  assert.equal(up, [
    'ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a, b)',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES t(a, b) ON DELETE SET NULL (b)',
  ]);
});

since(18, 'NOT ENFORCED, WITHOUT OVERLAPS and PERIOD', async () => {
  const { up, down } = await change({
    ground: 'CREATE TABLE s (id int PRIMARY KEY); CREATE TABLE t (id int, v int4range NOT NULL, w int4range NOT NULL);',
    before: `ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT ENFORCED;
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s NOT VALID;
      ALTER TABLE t ADD CONSTRAINT g FOREIGN KEY (id) REFERENCES s NOT ENFORCED`,
    after: `ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (v, w WITHOUT OVERLAPS);
      ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0);
      ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s NOT ENFORCED;
      ALTER TABLE t ADD CONSTRAINT g FOREIGN KEY (id) REFERENCES s DEFERRABLE;
      ALTER TABLE t ADD CONSTRAINT pf FOREIGN KEY (v, PERIOD w) REFERENCES t (v, PERIOD w)`,
  });
  assert.equal(up, [
    'ALTER TABLE t DROP CONSTRAINT c',
    'ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (v, w WITHOUT OVERLAPS)',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0)',
    'ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED',
    'ALTER TABLE t ALTER CONSTRAINT g DEFERRABLE',
    'ALTER TABLE t ALTER CONSTRAINT g ENFORCED',
    'ALTER TABLE t ADD CONSTRAINT pf FOREIGN KEY (v, PERIOD w) REFERENCES t(v, PERIOD w)',
  ]);
  assert.ok(down.includes('ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES s(id) NOT VALID'));
});

since(18, 'foreign keys with PERIOD stand aside while both sides change their type', async () => {
  const tables = (type: string): string => `CREATE TABLE room (id ${type}, p daterange, CONSTRAINT k PRIMARY KEY (id, p WITHOUT OVERLAPS));
    CREATE TABLE book (r ${type}, p daterange, CONSTRAINT f FOREIGN KEY (r, PERIOD p) REFERENCES room (id, PERIOD p))`;
  const { up } = await change({ ground: 'CREATE EXTENSION btree_gist;', before: tables('int'), after: tables('bigint') });
  assert.equal(up, [
    'ALTER TABLE book DROP CONSTRAINT f',
    'ALTER TABLE book ALTER COLUMN r TYPE bigint',
    'ALTER TABLE room ALTER COLUMN id TYPE bigint',
    'ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY (r, PERIOD p) REFERENCES room(id, PERIOD p)',
  ]);
});

test.run();
