import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../../lib/engine/postgres/scratch/server.ts';
import { isLimbeckError } from '../../../../lib/errors.ts';
import { bothWays } from '../../../support/postgres/both-ways.ts';
import { startServer } from '../../../support/postgres/server.ts';

const test = suite('what takes columns by their position, PostgreSQL');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const rows = "CREATE FUNCTION ap() RETURNS SETOF a LANGUAGE sql STABLE AS 'SELECT * FROM a';";
const before = `CREATE TABLE a (id int PRIMARY KEY, price int); ${rows}
  CREATE VIEW va AS SELECT * FROM ap(); CREATE TABLE copy (id int, price int);
  CREATE POLICY p ON copy USING (EXISTS (SELECT FROM ap() WHERE ap.price = copy.price));`;
const withColumn = (columns: string): string => before.replace('id int PRIMARY KEY, price int', columns);
const middle = 'id int PRIMARY KEY, discount int DEFAULT 7, price int';
const last = 'id int PRIMARY KEY, price int, discount int DEFAULT 7';

const refusal = async (from: string, to: string): Promise<string> => {
  try {
    await bothWays({ url: server.socketUrl(), before: from, after: to });
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'unmanaged') return error.message;
    throw error;
  }
  return 'none';
};

const ground = 'CREATE TABLE a (id int PRIMARY KEY, price int); CREATE TABLE z (y a[]);';
const grown = ground.replace('price int', 'discount int, price int');

for (const [what, sql, key] of [
  ['a view of a function that returns rows of a table', `${rows} CREATE VIEW v AS SELECT * FROM ap()`, 'view v'],
  [
    'a materialized view with a list of its own',
    "CREATE FUNCTION pp() RETURNS SETOF a LANGUAGE plpgsql AS 'BEGIN RETURN; END'; CREATE MATERIALIZED VIEW m AS SELECT x FROM pp() x(x, y, z)",
    'materialized view m',
  ],
  ['a body that returns rows', 'CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql BEGIN ATOMIC SELECT * FROM a; END', 'function f()'],
  ['a row that is cast', 'CREATE VIEW v AS SELECT ROW(1, 2, 3)::a AS r', 'view v'],
  ['rows of JSON', "CREATE VIEW v AS SELECT * FROM jsonb_populate_recordset(NULL::a, '[]')", 'view v'],
  ['a list of rows', 'CREATE VIEW v AS SELECT u.* FROM z, unnest(y) u', 'view v'],
  ['a list of names', 'CREATE VIEW v AS SELECT b.y FROM a AS b(x, y)', 'view v'],
  [
    'the list of names of a join',
    'CREATE TABLE o (id int, price int); CREATE VIEW v AS SELECT j.y FROM (o JOIN a USING (id)) AS j(x, y, z, w)',
    'view v',
  ],
  ['a rule', `${rows} CREATE RULE r AS ON DELETE TO z DO ALSO INSERT INTO z SELECT ARRAY(SELECT ap FROM ap())`, 'rule z.r'],
] as const) {
  test(`refuses ${what}, where a column stands elsewhere than the models have it`, async () => {
    assert.match(
      await refusal(ground, `${grown} ${sql}`),
      `${key} takes the columns of table a by their position, and these are id, price, discount in the database, id, discount, price in the models`,
    );
  });
}

test('refuses it for what was there before, too, and in the way down', async () => {
  assert.match(await refusal(before, withColumn(middle)), /^(?:view va|policy copy\.p) takes the columns of table a/);
  assert.match(await refusal(withColumn(middle), before), /these are id, price, discount in the database/);
});

test('makes it where the new column is the last, and takes the same columns then', async () => {
  const { seen } = await bothWays({
    url: server.socketUrl(),
    before,
    after: withColumn(last),
    rows: 'INSERT INTO a (id, price) VALUES (1, 100)',
    look: 'SELECT id, price FROM va',
  });
  assert.equal(seen, [[{ id: 1, price: 100 }], [{ id: 1, price: 100 }]]);
});

test('leaves alone what takes columns by name', async () => {
  const others = `CREATE VIEW v AS SELECT * FROM a; CREATE FUNCTION "of"(a) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW w AS SELECT "of"(a) AS n, a.price FROM a;`;
  assert.is(await refusal(ground, `${grown} ${others}`), 'none');
});

test.run();
