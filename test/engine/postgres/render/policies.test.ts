import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres policies');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const ground = 'CREATE SCHEMA app; CREATE TABLE users (id int, role varchar(9)); CREATE TABLE app."Odd ""T" ("select" int);';

test('are altered in place where PostgreSQL can, and made anew otherwise', async () => {
  const { up } = await bothWays({
    url: server.socketUrl(),
    ground,
    before: `CREATE POLICY altered ON users USING (id > 0); CREATE POLICY command ON users FOR SELECT USING (id > 0);
      CREATE POLICY fewer ON users FOR UPDATE USING (id > 0) WITH CHECK (id > 0); CREATE POLICY gone ON users;
      CREATE POLICY roles ON users TO pg_monitor, pg_signal_backend USING (true)`,
    after: `CREATE POLICY altered ON users USING (role IN ('a', ')')) WITH CHECK (id > 1 OR id < 0); CREATE POLICY command ON users FOR DELETE USING (id > 0);
      CREATE POLICY fewer ON users FOR UPDATE USING (id > 0); CREATE POLICY roles ON users USING (true);
      CREATE POLICY "Odd P" ON app."Odd ""T" AS RESTRICTIVE FOR INSERT TO pg_monitor WITH CHECK (EXISTS (SELECT 1 FROM users u WHERE u.id = "select"));
      COMMENT ON POLICY "Odd P" ON app."Odd ""T" IS 'odd'`,
  });
  assert.equal([...up].sort(), [
    `ALTER POLICY altered ON users
  USING ((role)::text = ANY (ARRAY[('a'::character varying)::text, (')'::character varying)::text]))
  WITH CHECK ((id > 1) OR (id < 0))`,
    'ALTER POLICY roles ON users\n  TO PUBLIC',
    `COMMENT ON POLICY "Odd P" ON app."Odd ""T" IS 'odd'`,
    `CREATE POLICY "Odd P" ON app."Odd ""T"
  AS RESTRICTIVE
  FOR INSERT
  TO pg_monitor
  WITH CHECK (EXISTS (SELECT 1 FROM users u WHERE (u.id = "Odd ""T"."select")))`,
    'CREATE POLICY command ON users\n  FOR DELETE\n  USING (id > 0)',
    'CREATE POLICY fewer ON users\n  FOR UPDATE\n  USING (id > 0)',
    'DROP POLICY command ON users',
    'DROP POLICY fewer ON users',
    'DROP POLICY gone ON users',
  ]);
});

test.run();
