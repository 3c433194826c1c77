import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { openSession } from '../../../lib/engine/open.ts';
import { keepPrepared } from '../../../lib/engine/sqlite/prepared.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';

const test = suite('prepared statements');

test('queries are kept, what may act when it is prepared is not, nor a list of columns that may grow', () => {
  const prepared: string[] = [];
  const prepare = keepPrepared(
    (sql) => prepared.push(sql),
    () => undefined,
  );
  const all = ['SELECT a FROM b', ' insert INTO b VALUES (1)', 'PRAGMA foreign_keys', 'SELECT *\nFROM b', 'WITH c AS (SELECT 1) SELECT 1'];
  for (const sql of [...all, ...all]) prepare(sql);
  assert.deepEqual(prepared, [...all, ...all.slice(2)]);
});

test('they are not kept without end, and those that go are freed', () => {
  const freed: string[] = [];
  const prepare = keepPrepared(
    (sql) => sql,
    (sql) => freed.push(sql),
  );
  for (let number = 0; number <= 50; number += 1) prepare(`SELECT ${number}`);
  assert.deepEqual([freed.length, prepare('SELECT 50').isKept], [50, true]);
});

for (const driver of drivers) {
  test(`${driver}: one that is kept sees a schema that has changed, and forgets what was bound and what failed`, () =>
    inFolder(async (folder) => {
      const session = await openSession('sqlite:///a.db', { mode: 'write', directory: folder, driver, create: true });
      try {
        const columns = "SELECT group_concat(name) AS names FROM pragma_table_info('a')";
        const count = 'SELECT count(*) AS n FROM a WHERE id = ?';
        await session.execute('CREATE TABLE a (id INTEGER PRIMARY KEY)');
        assert.deepEqual(await session.query(columns), [{ names: 'id' }]);
        assert.deepEqual(await session.query('INSERT INTO a VALUES (?) RETURNING id', [1]), [{ id: 1 }]);
        await assert.rejects(session.query('INSERT INTO a VALUES (?) RETURNING id', [1]));
        assert.deepEqual(await session.query('INSERT INTO a VALUES (?) RETURNING id', [2]), [{ id: 2 }]);
        assert.deepEqual(await session.query(count, [2]), [{ n: 1 }]);
        assert.deepEqual(await session.query(count), [{ n: 0 }]);
        await session.transaction(() => session.execute('ALTER TABLE a ADD COLUMN b TEXT'));
        assert.deepEqual(await session.query(columns), [{ names: 'id,b' }]);
        await session.transaction(() => session.execute('DROP TABLE a'));
        await assert.rejects(session.query(count, [2]), /no such table/);
      } finally {
        await session.close();
      }
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 3);

test.run();
