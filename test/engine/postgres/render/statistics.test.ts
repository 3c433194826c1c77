import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres extended statistics');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

test('are created, given a target in place, made anew for the rest and dropped', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground: 'CREATE SCHEMA app; CREATE TABLE t (id int, a varchar(9), b int); CREATE TABLE app."T" (x int, y int);',
    before: 'CREATE STATISTICS kept ON a, b FROM t; CREATE STATISTICS other (mcv) ON a, b FROM t; CREATE STATISTICS gone ON id, a FROM t',
    after: `CREATE STATISTICS kept ON a, b FROM t; ALTER STATISTICS kept SET STATISTICS 0; COMMENT ON STATISTICS kept IS 'x';
      CREATE STATISTICS other (mcv, ndistinct) ON (a IN ('p', 'q')), b FROM t;
      CREATE STATISTICS app."Odd s" ON x, y FROM app."T"; ALTER STATISTICS app."Odd s" SET STATISTICS 17;
      CREATE STATISTICS elsewhere ON x, y FROM app."T"`,
  });
  assert.equal([...up].sort(), [
    'ALTER STATISTICS app."Odd s" SET STATISTICS 17',
    'ALTER STATISTICS kept SET STATISTICS 0',
    "COMMENT ON STATISTICS kept IS 'x'",
    'CREATE STATISTICS app."Odd s" ON x, y FROM app."T"',
    'CREATE STATISTICS elsewhere ON x, y FROM app."T"',
    "CREATE STATISTICS other (ndistinct, mcv) ON b, (a::text = ANY (ARRAY['p'::character varying::text, 'q'::character varying::text])) FROM t",
    'DROP STATISTICS gone',
    'DROP STATISTICS other',
  ]);
  assert.ok(down.includes('ALTER STATISTICS kept SET STATISTICS -1'));
  assert.ok(down.includes('DROP STATISTICS app."Odd s"'));
});

test('the columns have no order but the one of the table, which is no difference', async () => {
  const middle = await bothWays({
    url: server.socketUrl(),
    before: 'CREATE TABLE a (id int, k int)',
    after:
      'CREATE TABLE a (id int, "N x" int, k int); CREATE STATISTICS st ON "N x", k FROM a; CREATE STATISTICS su (mcv) ON k, (id + 1), "N x" FROM a',
  });
  assert.equal(middle.up, [
    'ALTER TABLE a ADD COLUMN "N x" integer',
    'CREATE STATISTICS st ON "N x", k FROM a',
    'CREATE STATISTICS su (mcv) ON "N x", k, (id + 1) FROM a',
  ]);
  const moved = await bothWays({
    url: server.socketUrl(),
    before:
      'CREATE TABLE a (id int, n int, k int); CREATE STATISTICS st ON n, k FROM a; CREATE STATISTICS su ON n, k, lower(n::text) FROM a',
    after:
      'CREATE TABLE a (id int, k int, n int); CREATE STATISTICS st ON n, k FROM a; CREATE STATISTICS su ON n, k, lower(n::text) FROM a',
  });
  assert.equal([moved.up, moved.down], [[], []]);
  const { down } = await bothWays({
    url: server.socketUrl(),
    before: 'CREATE TABLE a (id int, k int); CREATE STATISTICS st ON id, k FROM a;',
    after: 'CREATE TABLE a (k int)',
  });
  assert.equal(down, ['ALTER TABLE a ADD COLUMN id integer', 'CREATE STATISTICS st ON id, k FROM a']);
});

test('outlive a column that is made anew for its expression', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    before: `CREATE TABLE a (n int, g int GENERATED ALWAYS AS (n + 1) STORED, k int); CREATE STATISTICS st ON g, k FROM a`,
    after: `CREATE TABLE a (n int, g int GENERATED ALWAYS AS (n + 2) STORED, k int); CREATE STATISTICS st ON g, k FROM a`,
  });
  if (Number(wantedMajor()) < 17) assert.ok(up.includes('CREATE STATISTICS st ON g, k FROM a'));
  else assert.equal(up, ['ALTER TABLE a ALTER COLUMN g SET EXPRESSION AS (n + 2)']);
});

test.run();
