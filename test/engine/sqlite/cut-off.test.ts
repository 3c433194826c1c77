import assert from 'node:assert/strict';
import { chmodSync, chownSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { isHotJournal } from '../../../lib/engine/sqlite/file-state.ts';
import { openSession } from '../../../lib/engine/open.ts';
import type { Session } from '../../../lib/engine/engine.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('a write that was cut off');

const open = (folder: string, name: string, mode: 'read' | 'write'): Promise<Session> =>
  openSession(`sqlite:///./${name}`, { mode, create: mode === 'write', directory: folder, busyTimeoutMs: 200 });

/** `cut.db` as it is when its writer is killed half way: pages of an open transaction in the file, the way back beside it. */
const cutOff = async (folder: string): Promise<void> => {
  const session = await open(folder, 'whole.db', 'write');
  try {
    await session.execute('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
    await session.execute("INSERT INTO t VALUES (1, 'kept')");
    await session.execute('PRAGMA cache_size = 1');
    await session.transaction(async () => {
      await session.execute(
        'INSERT INTO t (b) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000) SELECT hex(randomblob(200)) FROM c',
      );
      for (const suffix of ['', '-journal']) copyFileSync(join(folder, `whole.db${suffix}`), join(folder, `cut.db${suffix}`));
    });
  } finally {
    await session.close();
  }
  assert.ok(isHotJournal(join(folder, 'cut.db')));
};

const reading = async (folder: string): Promise<unknown> => {
  const session = await open(folder, 'cut.db', 'read');
  try {
    return await session.query('SELECT a, b FROM t');
  } finally {
    await session.close();
  }
};

if (drivers.includes('node:sqlite')) {
  test('is undone for one who only reads, if he may write to the file', () =>
    inFolder(async (folder) => {
      await cutOff(folder);
      assert.deepEqual(await reading(folder), [{ a: 1, b: 'kept' }]);
      assert.ok(!existsSync(join(folder, 'cut.db-journal')));
    }));

  test('is told to one who may not, with its way back left alone', () =>
    inFolder(async (folder) => {
      await cutOff(folder);
      const before = readFileSync(join(folder, 'cut.db'));
      for (const name of ['cut.db', 'cut.db-journal']) chmodSync(join(folder, name), 0o444);
      chmodSync(folder, 0o555);
      const isRoot = process.getuid?.() === 0;
      if (isRoot) chownSync(folder, 0, 0);
      if (isRoot) process.seteuid?.(65534);
      try {
        const error = await rejects('database-busy', () => reading(folder));
        assert.match(error.message, /^a write was cut off .*, in .*cut\.db/);
        assert.match(error.hint ?? '', /never remove the -journal file/);
      } finally {
        if (isRoot) process.seteuid?.(0);
        chmodSync(folder, 0o755);
      }
      assert.ok(isHotJournal(join(folder, 'cut.db')) && before.equals(readFileSync(join(folder, 'cut.db'))));
    }));

  test('a writer at work is not cut off: what he has not committed is not seen, and stays', () =>
    inFolder(async (folder) => {
      await cutOff(folder);
      await reading(folder);
      const session = await open(folder, 'cut.db', 'write');
      try {
        await session.transaction(async () => {
          await session.execute("INSERT INTO t VALUES (2, 'new')");
          assert.deepEqual(await reading(folder), [{ a: 1, b: 'kept' }]);
        });
        assert.equal((await session.query('SELECT a FROM t')).length, 2);
      } finally {
        await session.close();
      }
    }));
} else {
  test('is refused by sql.js, with the way out', () =>
    inFolder(async (folder) => {
      const session = await open(folder, 'cut.db', 'write');
      await session.execute('CREATE TABLE t (a)');
      await session.close();
      copyFileSync(new URL(import.meta.url), join(folder, 'cut.db-journal'));
      const error = await rejects('database-busy', () => reading(folder));
      assert.match(error.hint ?? '', /PRAGMA integrity_check/);
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 3);

test.run();
