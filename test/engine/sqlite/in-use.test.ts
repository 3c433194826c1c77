import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasNodeSqlite, isInUse } from '../../../lib/engine/sqlite/driver-node.ts';
import { alsoUnderNodeSqlite, inFolder } from '../../support/drivers.ts';
import { openShell, runSql } from '../../support/shell.ts';

const make = 'CREATE TABLE t (a);\nINSERT INTO t VALUES (1);\n';

if (hasNodeSqlite()) {
  test('a file that nobody has open is not in use, and stays as it is', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.db');
      await runSql(path, make);
      assert.not(isInUse(path));
      await runSql(path, 'PRAGMA journal_mode = WAL;\n');
      assert.not(isInUse(path));
      assert.equal(await runSql(path, 'SELECT a FROM t;\n'), [[1]]);
    }));

  test('a transaction, and in WAL mode any connection, is seen by its locks', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.db');
      await runSql(path, make);
      const shell = openShell(path);
      try {
        await shell.run('BEGIN;\nSELECT a FROM t;\n');
        assert.ok(isInUse(path), 'a reader in a transaction');
        await shell.run('COMMIT;\nPRAGMA journal_mode = WAL;\nSELECT a FROM t;\n');
        assert.ok(isInUse(path), 'an idle connection in WAL mode');
      } finally {
        await shell.close();
      }
      assert.not(isInUse(path));
    }));
} else {
  test('without node:sqlite there is no telling', () => assert.not(isInUse('/nowhere/a.db')));
}

alsoUnderNodeSqlite(test, import.meta.url, 2);

test.run();
