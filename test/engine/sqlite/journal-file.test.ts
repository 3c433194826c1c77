import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { isHotJournal, isWipedJournal } from '../../../lib/engine/sqlite/file-state.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { alsoUnderNodeSqlite, type DriverName, drivers, inFolder } from '../../support/drivers.ts';
import { openShell } from '../../support/shell.ts';

const test = suite('the rollback journal of many transactions');

const open = (directory: string, driver: DriverName, mode: 'read' | 'write' = 'write', name = 'a.db'): Promise<Session> =>
  openSession(`sqlite:///./${name}`, { mode, create: mode === 'write', directory, driver, busyTimeoutMs: 200 });

/** A session with the lock, on a database of one table. */
const atWork = async (folder: string, before: readonly string[], work: (session: Session) => Promise<void>): Promise<void> => {
  const session = await open(folder, 'node:sqlite');
  try {
    for (const statement of before) await session.execute(statement);
    const lock = await session.lock({ timeoutMs: 100 });
    try {
      await session.transaction(() => session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)'));
      await work(session);
    } finally {
      await lock.release();
      assert.ok(!isWipedJournal(journalOf(folder)), 'it goes with the lock');
    }
  } finally {
    await session.close();
  }
};

const add = (session: Session, times: number): Promise<void> =>
  Array.from({ length: times }).reduce<Promise<void>>(
    (before) => before.then(() => session.transaction(() => session.execute("INSERT INTO t (b) VALUES ('x')"))),
    Promise.resolve(),
  );

const rowsIn = async (session: Session): Promise<unknown> => Object.values((await session.query('SELECT count(*) FROM t'))[0] ?? {})[0];

const journalOf = (folder: string, name = 'a.db'): string => join(folder, `${name}-journal`);
const beside = (folder: string): readonly string[] => readdirSync(folder).sort();
const copy = (folder: string, to: string): void => {
  for (const suffix of ['', '-journal']) copyFileSync(join(folder, `a.db${suffix}`), join(folder, `${to}${suffix}`));
};
const shellSays = async (path: string, sql: string): Promise<unknown> => {
  const shell = openShell(path);
  try {
    return await shell.run(sql);
  } finally {
    await shell.close();
  }
};

if (drivers.includes('node:sqlite')) {
  test('is kept, wiped, from the third transaction on, takes nothing back, and goes with the lock', () =>
    inFolder(async (folder) => {
      await atWork(folder, [], async (session) => {
        await add(session, 1);
        assert.ok(!existsSync(journalOf(folder)), 'after two transactions there is none');
        await add(session, 3);
        assert.ok(isWipedJournal(journalOf(folder)));
        assert.ok(!isHotJournal(join(folder, 'a.db')));
        assert.deepEqual(await shellSays(join(folder, 'a.db'), 'SELECT count(*) FROM t;'), [[4]]);
        for (const driver of drivers) {
          const reader = await open(folder, driver, 'read');
          assert.equal(await rowsIn(reader), 4, driver);
          await reader.close();
        }
        assert.ok(isWipedJournal(journalOf(folder)), 'who reads leaves it');
        await session.transaction(async () => {
          assert.deepEqual(await session.query('PRAGMA synchronous'), [{ synchronous: 2 }]);
        });
      });
      assert.deepEqual(beside(folder), ['a.db']);
    }));

  test('goes also when a transaction fails, which is undone, and when a session is closed with its lock', () =>
    inFolder(async (folder) => {
      const session = await open(folder, 'node:sqlite');
      await session.lock({ timeoutMs: 100 });
      await session.transaction(() => session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)'));
      await add(session, 3);
      const failing = session.transaction(async () => {
        await session.execute("UPDATE t SET b = 'lost'");
        await session.execute('SELECT * FROM nowhere');
      });
      await assert.rejects(failing, /no such table/);
      assert.ok(isWipedJournal(journalOf(folder)));
      assert.deepEqual(await session.query("SELECT a FROM t WHERE b = 'lost'"), []);
      await session.close();
      assert.deepEqual(beside(folder), ['a.db']);
    }));

  test('a statement outside any transaction meets none, and SQLite as it is by itself', () =>
    inFolder((folder) =>
      atWork(folder, [], async (session) => {
        await add(session, 4);
        assert.ok(existsSync(journalOf(folder)));
        assert.deepEqual(await session.query('SELECT a FROM t WHERE a = 1'), [{ a: 1 }]);
        assert.ok(existsSync(journalOf(folder)), 'a query has nothing to do with it');
        assert.deepEqual(await session.query('PRAGMA journal_mode'), [{ journal_mode: 'delete' }]);
        assert.deepEqual(await session.query('PRAGMA journal_size_limit'), [{ journal_size_limit: -1 }]);
        assert.ok(!existsSync(journalOf(folder)));
        await add(session, 3);
        await session.execute('VACUUM');
        assert.ok(!existsSync(journalOf(folder)));
        await add(session, 3);
        await session.execute('PRAGMA journal_mode = WAL');
        assert.ok(!existsSync(journalOf(folder)));
        await add(session, 3);
        assert.deepEqual(await session.query('PRAGMA journal_mode'), [{ journal_mode: 'wal' }]);
      }),
    ));

  test('a database in WAL mode stays in it', () =>
    inFolder(async (folder) => {
      await atWork(folder, ['PRAGMA journal_mode = WAL'], async (session) => {
        await add(session, 5);
        assert.deepEqual(beside(folder), ['a.db', 'a.db-shm', 'a.db-wal', 'a.db.limbeck-lock']);
      });
      assert.deepEqual(await shellSays(join(folder, 'a.db'), 'PRAGMA journal_mode;'), [['wal']]);
    }));

  test('one who put his database into WAL mode between two transactions is heard', () =>
    inFolder(async (folder) => {
      await atWork(folder, [], async (session) => {
        await add(session, 4);
        assert.deepEqual(await shellSays(join(folder, 'a.db'), 'PRAGMA journal_mode = WAL;'), [['wal']]);
        await add(session, 2);
        assert.equal(await rowsIn(session), 6);
      });
      assert.deepEqual(await shellSays(join(folder, 'a.db'), 'PRAGMA journal_mode;\nSELECT count(*) FROM t;'), [['wal'], [6]]);
      assert.ok(!existsSync(journalOf(folder)));
    }));

  test('a mode that a migration chose is kept', () =>
    inFolder((folder) =>
      atWork(folder, ['PRAGMA journal_mode = TRUNCATE'], async (session) => {
        await add(session, 5);
        assert.equal(statSync(journalOf(folder)).size, 0);
        assert.deepEqual(await session.query('PRAGMA journal_mode'), [{ journal_mode: 'truncate' }]);
      }),
    ));

  test('without the lock it is as SQLite does it', () =>
    inFolder(async (folder) => {
      const session = await open(folder, 'node:sqlite');
      await session.transaction(() => session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)'));
      await add(session, 5);
      assert.deepEqual(beside(folder), ['a.db']);
      await session.close();
    }));

  test('of a long one the room is given back', () =>
    inFolder((folder) =>
      atWork(folder, [], async (session) => {
        await add(session, 3);
        await session.transaction(() =>
          session.execute(
            'INSERT INTO t (b) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000) SELECT hex(zeroblob(1000)) FROM c',
          ),
        );
        await session.transaction(() => session.execute("UPDATE t SET b = b || 'y'"));
        assert.ok(statSync(journalOf(folder)).size <= 1 << 20);
        assert.ok(isWipedJournal(journalOf(folder)));
      }),
    ));

  test('that a killed run left takes nothing back, whoever looks, and the next run removes it', () =>
    inFolder(async (folder) => {
      await atWork(folder, [], async (session) => {
        await add(session, 4);
        copy(folder, 'killed.db');
      });
      for (const driver of drivers) {
        const reader = await open(folder, driver, 'read', 'killed.db');
        assert.equal(await rowsIn(reader), 4, driver);
        await reader.close();
      }
      assert.ok(isWipedJournal(journalOf(folder, 'killed.db')));
      const session = await open(folder, 'node:sqlite', 'write', 'killed.db');
      await (await session.lock({ timeoutMs: 100 })).release();
      assert.ok(!existsSync(journalOf(folder, 'killed.db')));
      assert.deepEqual(await session.query('PRAGMA journal_mode'), [{ journal_mode: 'delete' }]);
      assert.equal(await rowsIn(session), 4);
      await session.close();
    }));

  test('is the way back of one transaction that a kill cut off, and of no longer one before', () =>
    inFolder(async (folder) => {
      await atWork(folder, ['PRAGMA cache_size = 1'], async (session) => {
        await session.transaction(() =>
          session.execute(
            'INSERT INTO t (b) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300) SELECT hex(zeroblob(500)) FROM c',
          ),
        );
        await session.transaction(() => session.execute("UPDATE t SET b = 'kept' || b"));
        const { size } = statSync(journalOf(folder));
        assert.ok(size > 100_000);
        await session.transaction(async () => {
          await session.execute("UPDATE t SET b = 'lost' || b WHERE a < 60");
          copy(folder, 'cut.db');
          assert.equal(statSync(journalOf(folder)).size, size, 'the end of the longer one is still there');
        });
      });
      const path = join(folder, 'cut.db');
      assert.ok(isHotJournal(path));
      assert.deepEqual(await shellSays(path, 'PRAGMA integrity_check;'), [['ok']]);
      assert.deepEqual(await shellSays(path, "SELECT count(*), sum(b LIKE 'kept%') FROM t;"), [[300, 300]]);
    }));
} else {
  test('sql.js has none', () =>
    inFolder(async (folder) => {
      const session = await open(folder, 'sql.js');
      const lock = await session.lock({ timeoutMs: 100 });
      await session.transaction(() => session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)'));
      await add(session, 4);
      assert.deepEqual(beside(folder), ['a.db', 'a.db.limbeck-lock']);
      await lock.release();
      await session.close();
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 10);

test.run();
