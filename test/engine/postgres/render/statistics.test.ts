import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

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

test.run();
