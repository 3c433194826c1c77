import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { sqliteDialect } from '../../../lib/engine/sqlite/dialect.ts';
import { inFolder } from '../../support/drivers.ts';

const test = suite('the dialect of SQLite');

test('the line to run a file by hand has a transaction where the file has one', () => {
  assert.equal(sqliteDialect.byHand('m.sql', 'on', true), `sqlite3 -bail -cmd BEGIN DATABASE ".read 'm.sql'" COMMIT`);
  assert.equal(
    sqliteDialect.byHand('m.sql', 'off', true),
    `sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' -cmd BEGIN DATABASE ".read 'm.sql'" COMMIT`,
  );
  assert.equal(sqliteDialect.byHand('m.sql', 'on', false), `sqlite3 -bail DATABASE ".read 'm.sql'"`);
  assert.equal(sqliteDialect.byHand('m.sql', 'off', false), `sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' DATABASE ".read 'm.sql'"`);
});

if (spawnSync('sqlite3', ['--version']).status === 0) {
  test('sqlite3 itself runs that line, with what must not be in a transaction', () =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'm.sql'), 'CREATE TABLE t (a);\nVACUUM;\n');
      const line = sqliteDialect.byHand('m.sql', 'on', false).replace('DATABASE', 'a.db');
      const { status, stderr } = spawnSync('sh', ['-c', `${line} && sqlite3 a.db 'SELECT * FROM t'`], { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.equal(stderr, '');
    }));
}

test.run();
