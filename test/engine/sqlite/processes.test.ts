import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { openSession } from '../../../lib/engine/open.ts';
import { runChild } from '../../support/child.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';

const test = suite('processes at once');

for (const driver of drivers) {
  test(`${driver}: eight that upgrade apply each revision once`, () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.db'), '');
      const session = await openSession('sqlite:///a.db', { mode: 'write', directory: folder, driver });
      await session.execute('CREATE TABLE a (id INTEGER)');
      await session.close();
      const told = await Promise.all(Array.from({ length: 8 }, () => runChild({ driver, folder, action: 'upgrade', argument: '6' })));
      assert.deepEqual(
        told.filter(({ result }) => typeof result !== 'number'),
        [],
      );
      assert.equal(
        told.reduce((sum, { result }) => sum + Number(result), 0),
        6,
      );
      const reader = await openSession('sqlite:///a.db', { mode: 'read', directory: folder, driver });
      assert.deepEqual(
        (await reader.query('SELECT id FROM a ORDER BY rowid')).map(({ id }) => id),
        [1, 2, 3, 4, 5, 6],
      );
      assert.deepEqual(
        (await reader.journal('limbeck_journal').read()).map(({ revision }) => revision),
        ['1', '2', '3', '4', '5', '6'],
      );
      await reader.close();
      assert.deepEqual(readdirSync(folder), ['a.db']);
    }));

  test(`${driver}: three that write without the lock of a run lose nothing`, () =>
    inFolder(async (folder) => {
      const session = await openSession('sqlite:///a.db', { mode: 'write', create: true, directory: folder, driver });
      await session.execute('CREATE TABLE number (n INTEGER)');
      await session.execute('INSERT INTO number VALUES (0)');
      await session.close();
      const told = await Promise.all(Array.from({ length: 3 }, () => runChild({ driver, folder, action: 'add', argument: '20' })));
      assert.deepEqual(told, [{ result: 'done' }, { result: 'done' }, { result: 'done' }]);
      const reader = await openSession('sqlite:///a.db', { mode: 'read', directory: folder, driver });
      assert.deepEqual(await reader.query('SELECT n FROM number'), [{ n: 60 }]);
      await reader.close();
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 2);

test.run();
