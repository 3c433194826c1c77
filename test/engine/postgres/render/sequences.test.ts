import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { bothWays, type BothWays, type Change } from '../../../support/postgres/both-ways.ts';
import { startServer, wantedMajor } from '../../../support/postgres/server.ts';

const test = suite('postgres sequences');
const major = Number(wantedMajor());
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const change = (sides: Omit<Change, 'url'>): Promise<BothWays> => bothWays({ url: server.socketUrl(), ...sides });

test('are made, changed and dropped with every option', async () => {
  const { up, hazards } = await change({
    before: 'CREATE SEQUENCE s START 5; CREATE SEQUENCE gone; CREATE SEQUENCE a; CREATE SEQUENCE wide MAXVALUE 50',
    after: `CREATE SEQUENCE s AS int START 7 INCREMENT -1 MINVALUE -100 MAXVALUE 10 CACHE 4 CYCLE; COMMENT ON SEQUENCE s IS 'x';
      CREATE SEQUENCE "New S" AS smallint INCREMENT 2; CREATE SEQUENCE a MINVALUE 100; CREATE SEQUENCE wide INCREMENT -1`,
  });
  assert.equal(up, [
    'DROP SEQUENCE gone',
    'CREATE SEQUENCE "New S" AS smallint INCREMENT BY 2',
    "SELECT pg_catalog.setval('a', greatest(least(last_value, 9223372036854775807), 100), is_called) FROM a",
    'ALTER SEQUENCE a MINVALUE 100 START WITH 100',
    'ALTER SEQUENCE s AS integer INCREMENT BY -1 MINVALUE -100 MAXVALUE 10 START WITH 7 CACHE 4 CYCLE',
    `COMMENT ON SEQUENCE s IS 'x'`,
    'ALTER SEQUENCE wide INCREMENT BY -1 NO MINVALUE NO MAXVALUE START WITH -1 RESTART',
  ]);
  assert.ok(hazards.includes('data loss: drops sequence gone with the number that it has come to'));
  assert.ok(hazards.includes('data loss: wide begins anew: none of its numbers is left in its bounds'));
});

test('keep the number that they have come to when bounds move around it', async () => {
  const { up } = await change({ before: 'CREATE SEQUENCE s MAXVALUE 500', after: 'CREATE SEQUENCE s MAXVALUE 100' });
  assert.equal(up, ['ALTER SEQUENCE s MAXVALUE 100']);
});

test('go with the table or column that they are owned by', async () => {
  const { up, down } = await change({
    before: 'CREATE TABLE gone (a serial, b int); CREATE TABLE kept (a serial, b int)',
    after: 'CREATE TABLE kept (b int)',
  });
  assert.equal(up, ['ALTER TABLE kept DROP COLUMN a', 'DROP TABLE gone']);
  assert.ok(down.includes('CREATE SEQUENCE gone_a_seq AS integer'));
  assert.ok(down.includes('ALTER SEQUENCE kept_a_seq OWNED BY kept.a'));
});

test('outlive the table that they were owned by, and move to another', async () => {
  const { up } = await change({
    before: 'CREATE TABLE gone (a serial, b int); CREATE TABLE a (id serial); CREATE TABLE b (id int NOT NULL)',
    after: `CREATE SEQUENCE gone_a_seq AS int; CREATE SEQUENCE a_id_seq AS int;
      CREATE TABLE b (id int NOT NULL DEFAULT nextval('a_id_seq')); ALTER SEQUENCE a_id_seq OWNED BY b.id`,
  });
  assert.ok(up.indexOf('ALTER SEQUENCE gone_a_seq OWNED BY NONE') < up.indexOf('DROP TABLE gone'));
  assert.ok(up.indexOf('ALTER SEQUENCE a_id_seq OWNED BY b.id') > up.indexOf('DROP TABLE a'));
});

if (major >= 15) {
  test('are unlogged', async () => {
    const { up } = await change({
      before: 'CREATE SEQUENCE s; CREATE UNLOGGED TABLE t (id int GENERATED ALWAYS AS IDENTITY)',
      after: 'CREATE UNLOGGED SEQUENCE s; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)',
    });
    assert.equal(up, ['ALTER SEQUENCE s SET UNLOGGED', 'ALTER TABLE t SET LOGGED']);
  });
}

test.run();
