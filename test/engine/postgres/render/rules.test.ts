import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('postgres rules');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const ground = 'CREATE SCHEMA app; CREATE TABLE users (id int, role varchar(9)); CREATE TABLE app."Odd ""T" ("select" int);';

test('are replaced in place, with the state that they are to have', async () => {
  const { up, down } = await bothWays({
    url: server.socketUrl(),
    ground,
    before:
      'CREATE RULE r AS ON INSERT TO users DO ALSO NOTHING; ALTER TABLE users DISABLE RULE r; CREATE RULE gone AS ON UPDATE TO users DO ALSO NOTHING',
    after: `CREATE RULE r AS ON DELETE TO users WHERE OLD.role IN ('a', 'b') DO ALSO (DELETE FROM app."Odd ""T"; UPDATE users SET id = 1);
      ALTER TABLE users ENABLE ALWAYS RULE r; CREATE RULE "Odd R" AS ON UPDATE TO app."Odd ""T" DO INSTEAD NOTHING; COMMENT ON RULE "Odd R" ON app."Odd ""T" IS 'x'`,
  });
  assert.equal(
    up.map((sql) => sql.split('\n')[0]),
    [
      'DROP RULE gone ON users',
      'CREATE RULE "Odd R" AS',
      `COMMENT ON RULE "Odd R" ON app."Odd ""T" IS 'x'`,
      'CREATE OR REPLACE RULE r AS',
      'ALTER TABLE users ENABLE ALWAYS RULE r',
    ],
  );
  assert.ok(down.includes('ALTER TABLE users DISABLE RULE r'));
});

test.run();
