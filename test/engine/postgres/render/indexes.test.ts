import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres indexes');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

const ground = 'CREATE TABLE t (id int NOT NULL, a text, b int, j jsonb); CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;';

test('creates and drops every form', async () => {
  const { up, down, hazards } = await change({
    ground: `${ground} CREATE TABLE app_t ("Odd ""c""" text);`,
    after: `CREATE UNIQUE INDEX a1 ON t (a COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (b) WITH (fillfactor = 50, deduplicate_items = off) WHERE b > 3 AND a <> ' WITH (x)';
      CREATE INDEX a2 ON t USING gin (j jsonb_path_ops) WITH (fastupdate = off, gin_pending_list_limit = 128);
      CREATE INDEX a3 ON t ((a || 'x'), lower(a));
      CREATE INDEX a4 ON t USING brin (id) WITH (pages_per_range = 16, autosummarize = on);
      CREATE INDEX a5 ON t USING gist (to_tsvector('simple', a) tsvector_ops (siglen = 100));
      CREATE UNIQUE INDEX m1 ON m (id);
      CREATE INDEX "Odd ""i""" ON app_t ("Odd ""c""")`,
  });
  const where = "WHERE (b > 3) AND (a <> ' WITH (x)'::text)";
  assert.equal(up, [
    'CREATE INDEX "Odd ""i""" ON app_t ("Odd ""c""")',
    `CREATE UNIQUE INDEX a1 ON t (a COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (b) WITH (fillfactor = 50, deduplicate_items = off) ${where}`,
    'CREATE INDEX a2 ON t USING gin (j jsonb_path_ops) WITH (fastupdate = off, gin_pending_list_limit = 128)',
    "CREATE INDEX a3 ON t (((a || 'x'::text)), lower(a))",
    'CREATE INDEX a4 ON t USING brin (id) WITH (pages_per_range = 16, autosummarize = on)',
    "CREATE INDEX a5 ON t USING gist (to_tsvector('simple'::regconfig, a) tsvector_ops (siglen='100'))",
    'CREATE UNIQUE INDEX m1 ON m (id)',
  ]);
  assert.equal(
    [...down].sort(),
    ['"Odd ""i"""', 'a1', 'a2', 'a3', 'a4', 'a5', 'm1'].map((name) => `DROP INDEX ${name}`),
  );
  assert.equal(hazards, [
    `may fail on rows: rows of t that break this stop the migration: UNIQUE (a COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (b) ${where}`,
    'may fail on rows: rows of m that break this stop the migration: UNIQUE (id)',
  ]);
});

test('of another schema are created by their own name and dropped by the whole', async () => {
  const { up, down } = await change({
    ground: 'CREATE SCHEMA app; CREATE TABLE app.t (a int);',
    after: "CREATE INDEX i ON app.t (a); COMMENT ON INDEX app.i IS 'x'",
  });
  assert.equal(up, ['CREATE INDEX i ON app.t (a)', "COMMENT ON INDEX app.i IS 'x'"]);
  assert.equal(down, ['DROP INDEX app.i']);
});

test('are tuned in place, and made anew for the rest', async () => {
  const { up, down } = await change({
    ground: `CREATE EXTENSION btree_gist; ${ground}`,
    before: `CREATE INDEX i ON t ((a || 'x'), b) WITH (fillfactor = 50, deduplicate_items = off);
      CREATE INDEX k ON t (b); CREATE UNIQUE INDEX u ON t (id); ALTER TABLE t CLUSTER ON k;
      CREATE INDEX mi ON m (id); ALTER MATERIALIZED VIEW m CLUSTER ON mi`,
    after: `CREATE INDEX i ON t ((a || 'x'), b) WITH (fillfactor = 60); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 55;
      ALTER INDEX i DEPENDS ON EXTENSION btree_gist;
      CREATE INDEX k ON t (b DESC); CREATE UNIQUE INDEX u ON t (id); ALTER TABLE t CLUSTER ON u;
      ALTER TABLE t REPLICA IDENTITY USING INDEX u; CREATE INDEX mi ON m (id)`,
  });
  assert.equal(up, [
    'DROP INDEX k',
    'ALTER INDEX i SET (fillfactor = 60)',
    'ALTER INDEX i RESET (deduplicate_items)',
    'ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 55',
    'ALTER INDEX i DEPENDS ON EXTENSION btree_gist',
    'CREATE INDEX k ON t (b DESC)',
    'ALTER TABLE t CLUSTER ON u',
    'ALTER TABLE t REPLICA IDENTITY USING INDEX u',
    'ALTER MATERIALIZED VIEW m SET WITHOUT CLUSTER',
  ]);
  assert.ok(down.includes('ALTER INDEX i ALTER COLUMN 1 SET STATISTICS -1'));
  assert.ok(down.includes('ALTER INDEX i NO DEPENDS ON EXTENSION btree_gist'));
  assert.ok(down.includes('ALTER TABLE t CLUSTER ON k'));
  assert.not(down.includes('ALTER TABLE t SET WITHOUT CLUSTER'), 'it would undo the CLUSTER ON of another');
});

const partitioned = `CREATE TABLE p (id int, k int) PARTITION BY RANGE (k);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);`;

test('of partitions are made and attached one by one, and go with that of their table', async () => {
  const { up, down } = await change({ ground: partitioned, after: "CREATE INDEX i ON p (id); COMMENT ON INDEX p1_id_idx IS 'x'" });
  assert.equal(up, [
    'CREATE INDEX i ON ONLY p (id)',
    'CREATE INDEX p1_id_idx ON p1 (id)',
    'ALTER INDEX i ATTACH PARTITION p1_id_idx',
    "COMMENT ON INDEX p1_id_idx IS 'x'",
    'CREATE INDEX p2_id_idx ON p2 (id)',
    'ALTER INDEX i ATTACH PARTITION p2_id_idx',
  ]);
  assert.equal(down, ['DROP INDEX i']);
});

test('one that waits for a partition is completed, or made anew to wait again', async () => {
  const waiting = 'CREATE INDEX i ON ONLY p (id); CREATE INDEX i1 ON p1 (id); ALTER INDEX i ATTACH PARTITION i1;';
  const { before, after, up, down } = await change({
    ground: partitioned,
    after: `${waiting} CREATE INDEX i2 ON p2 (id); ALTER INDEX i ATTACH PARTITION i2`,
    before: 'CREATE INDEX i ON ONLY p (id); CREATE INDEX i1 ON p1 (id)',
  });
  assert.is(before.objects.get('index i')?.attributes['valid'], false);
  assert.is(after.objects.get('index i')?.attributes['valid'], true);
  assert.is(after.objects.get('index i2')?.attributes['attachedTo'], 'i');
  assert.equal(up, ['ALTER INDEX i ATTACH PARTITION i1', 'CREATE INDEX i2 ON p2 (id)', 'ALTER INDEX i ATTACH PARTITION i2']);
  assert.equal(down, ['DROP INDEX i', 'CREATE INDEX i ON ONLY p (id)', 'CREATE INDEX i1 ON p1 (id)']);
});

test('one that waits for a partition is made after that is attached', async () => {
  const { up } = await change({
    after: `${partitioned} CREATE INDEX i ON ONLY p (id); CREATE INDEX i1 ON p1 (id); ALTER INDEX i ATTACH PARTITION i1;
      ALTER TABLE ONLY p ADD CONSTRAINT u UNIQUE (id, k)`,
  });
  const at = (start: string): number => up.findIndex((sql) => sql.startsWith(start));
  assert.ok(at('ALTER TABLE p ATTACH PARTITION p2') < at('CREATE INDEX i ON ONLY p'));
  assert.ok(at('ALTER TABLE p ATTACH PARTITION p2') < at('ALTER TABLE ONLY p ADD CONSTRAINT u'));
});

test('an attached one takes another name in place; one whose table keeps it alone is made anew', async () => {
  const head = 'CREATE INDEX i ON ONLY p (id);';
  const own = (name: string, options = ''): string =>
    `CREATE INDEX ${name} ON p1 (id)${options}; ALTER INDEX i ATTACH PARTITION ${name}; CREATE INDEX i2 ON p2 (id); ALTER INDEX i ATTACH PARTITION i2;`;
  const renamed = await change({ ground: partitioned, before: head + own('one'), after: head + own('two', ' WITH (fillfactor = 30)') });
  assert.equal(renamed.up, ['ALTER INDEX one RENAME TO two', 'ALTER INDEX two SET (fillfactor = 30)']);
  const alone = await change({ ground: partitioned, before: head + own('one'), after: 'CREATE INDEX one ON p1 (id)' });
  assert.equal(alone.up, ['DROP INDEX i', 'CREATE INDEX one ON p1 (id)']);
  assert.ok(alone.down.includes('ALTER INDEX i ATTACH PARTITION one'));
});

test('a partition that moves takes its indexes along', async () => {
  const { up } = await change({
    ground: `CREATE TABLE p (v int) PARTITION BY RANGE (v); CREATE TABLE q (v int) PARTITION BY RANGE (v);
      CREATE INDEX pi ON p (v); CREATE INDEX qi ON q (v);`,
    before: 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)',
    after: 'CREATE TABLE p1 PARTITION OF q FOR VALUES FROM (0) TO (10)',
  });
  assert.equal(up, ['ALTER TABLE p DETACH PARTITION p1', 'ALTER TABLE q ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10)']);
});

test('an index and a key change places', async () => {
  const { up } = await change({
    ground: 'CREATE TABLE t (id int NOT NULL, a int NOT NULL);',
    before: 'ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (id); CREATE INDEX i ON t (a)',
    after: 'ALTER TABLE t ADD CONSTRAINT i PRIMARY KEY (a); CREATE INDEX k ON t (id)',
  });
  assert.equal(up.slice(0, 2).sort(), ['ALTER TABLE t DROP CONSTRAINT k', 'DROP INDEX i']);
  assert.equal(up.slice(2), ['ALTER TABLE t ADD CONSTRAINT i PRIMARY KEY (a)', 'CREATE INDEX k ON t (id)']);
});

if (Number(wantedMajor()) >= 15)
  test('NULLS NOT DISTINCT', async () => {
    const { up } = await change({
      ground,
      after: 'CREATE UNIQUE INDEX i ON t (a) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE id > 0',
    });
    assert.equal(up, ['CREATE UNIQUE INDEX i ON t (a) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE id > 0']);
  });

test.run();
