import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';

const test = suite('turns of the event loop between statements');

/** Long enough that a turn is due before the next statement. */
const keepBusy = (): void => {
  const until = performance.now() + 40;
  while (performance.now() < until);
};

/** Whether the event loop turned before a statement was through. */
const turns = async (session: Session): Promise<boolean> => {
  let turned = false;
  keepBusy();
  setImmediate(() => (turned = true));
  await session.query('SELECT 1');
  return turned;
};

for (const driver of drivers) {
  test(`a statement after settle begins at once, so that a signal which is left to the system stays so (${driver})`, () =>
    inFolder(async (directory) => {
      const session = await openSession('sqlite:///./a.db', { mode: 'write', create: true, directory, driver });
      await session.transaction(async () => {
        assert.equal(await turns(session), true);
        assert.equal(await session.settle?.('SELECT 1'), true);
        assert.equal(await turns(session), false);
        assert.equal(await turns(session), true, 'only the next one');
      });
      await session.close();
    }));

  test(`settle lets in what waits (${driver})`, () =>
    inFolder(async (directory) => {
      const session = await openSession('sqlite:///./a.db', { mode: 'write', create: true, directory, driver });
      let heard = false;
      process.once('SIGUSR2', () => (heard = true));
      process.kill(process.pid, 'SIGUSR2');
      await session.settle?.('SELECT 1');
      assert.equal(heard, true);
      await session.close();
    }));

  test(`a statement that is over at once needs no turn: one of the schema alone, on a small database (${driver})`, () =>
    inFolder(async (directory) => {
      const session = await openSession('sqlite:///./a.db', { mode: 'write', create: true, directory, driver });
      const takesLong = async (statement: string): Promise<boolean> => {
        let turned = false;
        setImmediate(() => (turned = true));
        const answer = await session.settle?.(statement);
        if (answer === true) assert.equal(turned, true, statement);
        return answer === true;
      };
      await session.transaction(async () => {
        await session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)');
        for (const short of ['CREATE TABLE u (a)', 'CREATE INDEX i ON t (b)', 'ALTER TABLE t ADD COLUMN c TEXT', 'drop table t'])
          assert.equal(await takesLong(short), false, short);
        for (const long of [
          'CREATE TABLE u AS SELECT * FROM t',
          'CREATE TABLE u AS\nWITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT x FROM c',
          'CREATE VIRTUAL TABLE u USING fts5 (a)',
          'INSERT INTO t VALUES (1, 2)',
          'UPDATE t SET b = 1',
          'VACUUM',
        ])
          assert.equal(await takesLong(long), true, long);
        await session.execute(
          'INSERT INTO t (b) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10000) SELECT hex(zeroblob(500)) FROM c',
        );
        assert.equal(await takesLong('CREATE INDEX i ON t (b)'), true, 'the rows are not committed, and count');
      });
      await session.close();
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 3);

test.run();
