import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import type { OpenOptions, Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { runChild } from '../../support/child.ts';
import { alsoUnderNodeSqlite, type DriverName, drivers, inFolder } from '../../support/drivers.ts';
import { rejects } from '../../support/rejects.ts';
import { openShell, runSql } from '../../support/shell.ts';

const test = suite('database files');
const nobody = 65534;
const isRoot = process.getuid?.() === 0;

const open = (driver: DriverName, directory: string, options: Partial<OpenOptions> = {}): Promise<Session> =>
  openSession('sqlite:///a.db', { mode: 'write', directory, driver, busyTimeoutMs: 100, ...options });

/** A database with a table `a` of one row. */
const make = async (driver: DriverName, folder: string): Promise<string> => {
  const session = await open(driver, folder, { create: true });
  await session.transaction(async () => {
    await session.execute('CREATE TABLE a (id INTEGER)');
    await session.execute('INSERT INTO a VALUES (1)');
  });
  await session.close();
  return join(folder, 'a.db');
};

const rows = async (driver: DriverName, folder: string): Promise<unknown> => {
  const session = await open(driver, folder, { mode: 'read' });
  try {
    const [row] = await session.query('SELECT count(*) AS n FROM a');
    const [check] = await session.query('PRAGMA integrity_check');
    assert.equal(check?.['integrity_check'], 'ok');
    return row?.['n'];
  } finally {
    await session.close();
  }
};

const insert = 'INSERT INTO a VALUES (2)';

for (const driver of drivers) {
  const on = (name: string, work: (folder: string) => Promise<void>): void => test(`${driver}: ${name}`, () => inFolder(work));

  on('a missing file is missing, and stays so', async (folder) => {
    for (const mode of ['read', 'write'] as const) {
      const error = await rejects('database-missing', () => open(driver, folder, { mode }));
      assert.match(`${error.message} ${error.hint}`, new RegExp(join(folder, 'a.db')));
    }
    await rejects('database-missing', () => open(driver, folder, { mode: 'read', create: true }));
    await rejects('database-missing', () => open(driver, join(folder, 'no', 'folder'), { create: true }));
    assert.deepEqual(readdirSync(folder), []);
  });

  on('an empty file is an empty database', async (folder) => {
    writeFileSync(join(folder, 'a.db'), '');
    const session = await open(driver, folder);
    await session.transaction(() => session.execute('CREATE TABLE a (id INTEGER)'));
    await session.close();
    assert.equal(await rows(driver, folder), 0);
  });

  on('what is no database is unreadable, and left as it is', async (folder) => {
    const path = join(folder, 'a.db');
    for (const content of [
      'x',
      'no database at all, but longer than a header is, which has a hundred bytes, so this must be longer than that',
    ]) {
      writeFileSync(path, content);
      for (const mode of ['read', 'write'] as const) await rejects('database-unreadable', () => open(driver, folder, { mode }));
      assert.equal(readFileSync(path, 'utf8'), content);
    }
    mkdirSync(join(folder, 'sub', 'a.db'), { recursive: true });
    await rejects('database-unreadable', () => open(driver, join(folder, 'sub')));
    await rejects('database-unreadable', () => openSession('sqlite:///a.db/x.db', { mode: 'read', directory: folder, driver }));
  });

  on('a truncated database is an error, not an empty one', async (folder) => {
    const path = await make(driver, folder);
    truncateSync(path, 4096);
    await rejects('database-unreadable', async () => {
      const session = await open(driver, folder);
      try {
        await session.transaction(() => session.execute(insert));
      } finally {
        await session.close();
      }
    });
    assert.equal(statSync(path).size, 4096);
  });

  on('reading makes nothing and changes nothing', async (folder) => {
    const path = await make(driver, folder);
    const before = readFileSync(path);
    const { mtimeMs } = statSync(path);
    const session = await open(driver, folder, { mode: 'read' });
    assert.deepEqual(readdirSync(folder), ['a.db']);
    await session.query('SELECT * FROM a');
    const lock = await session.lock({ timeoutMs: 10 });
    assert.deepEqual(readdirSync(folder), ['a.db'], 'a reader makes no lock file');
    await lock.release();
    await session.close();
    assert.deepEqual(readdirSync(folder), ['a.db']);
    assert.deepEqual(readFileSync(path), before);
    assert.equal(statSync(path).mtimeMs, mtimeMs);
  });

  on('reading a WAL database makes nothing; writing keeps it one', async (folder) => {
    const path = await make(driver, folder);
    await runSql(path, 'PRAGMA journal_mode = wal;\nINSERT INTO a VALUES (5);');
    assert.deepEqual(readdirSync(folder), ['a.db']);
    assert.deepEqual([...readFileSync(path).subarray(18, 20)], [2, 2]);
    assert.equal(await rows(driver, folder), 2);
    assert.deepEqual(readdirSync(folder), ['a.db']);
    const session = await open(driver, folder);
    await session.transaction(() => session.execute(insert));
    await session.close();
    assert.deepEqual([...readFileSync(path).subarray(18, 20)], [2, 2]);
    assert.deepEqual(await runSql(path, 'PRAGMA journal_mode;\nSELECT count(*) FROM a;'), [['wal'], [3]]);
  });

  on('a link stays a link, and its target keeps mode and owner', async (folder) => {
    mkdirSync(join(folder, 'data'));
    const path = await make(driver, join(folder, 'data'));
    chmodSync(path, 0o640);
    if (isRoot) chownSync(path, 1234, 4321);
    symlinkSync('data/a.db', join(folder, 'a.db'));
    const session = await open(driver, folder);
    await session.transaction(() => session.execute(insert));
    await session.close();
    assert.equal(readlinkSync(join(folder, 'a.db')), 'data/a.db');
    const { mode, uid, gid } = statSync(path);
    assert.equal(mode & 0o7777, 0o640);
    if (isRoot) assert.deepEqual([uid, gid], [1234, 4321]);
    assert.equal(await rows(driver, folder), 2);
    assert.deepEqual(readdirSync(join(folder, 'data')), ['a.db'], 'nothing is left over');
  });

  on('without the right to read it is unreadable', async (folder) => {
    chmodSync(await make(driver, folder), 0o000);
    const told = await runChild({ driver, folder, action: 'read', uid: nobody });
    assert.equal(told.code, 'database-unreadable', told.message);
  });

  on('a read-only file can be read, and stays as it is', async (folder) => {
    const path = await make(driver, folder);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o777);
    assert.deepEqual(await runChild({ driver, folder, action: 'read', uid: nobody }), { result: 1 });
    const told = await runChild({ driver, folder, action: 'write', argument: insert, uid: nobody });
    assert.equal(told.code, 'database-readonly', told.message);
    assert.deepEqual(readdirSync(folder), ['a.db']);
    assert.equal(await rows(driver, folder), 1);
  });

  on('in a read-only folder it can be read, and stays as it is', async (folder) => {
    const path = await make(driver, folder);
    chmodSync(path, 0o666);
    chmodSync(folder, 0o555);
    assert.deepEqual(await runChild({ driver, folder, action: 'read', uid: nobody }), { result: 1 });
    const told = await runChild({ driver, folder, action: 'write', argument: insert, uid: nobody });
    assert.equal(told.code, 'database-readonly', told.message);
    assert.deepEqual(readdirSync(folder), ['a.db']);
    chmodSync(folder, 0o755);
    assert.equal(await rows(driver, folder), 1);
  });

  on('a full disk leaves the old file', async (folder) => {
    const path = await make(driver, folder);
    const before = readFileSync(path);
    const big = 'CREATE TABLE big AS SELECT randomblob(100000) AS x FROM (VALUES (1), (2), (3))';
    const told = await runChild({ driver, folder, action: 'write', argument: big, fileBlocks: 64 });
    assert.equal(told.code, 'database-full', told.message);
    assert.equal(await rows(driver, folder), 1);
    if (driver === 'sql.js') assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['a.db']);
    const small = await runChild({ driver, folder, action: 'write', argument: insert });
    assert.deepEqual(small, { result: 'done' }, 'and with room it goes on');
  });

  on('a database that is removed during a run is missing, and not made anew', async (folder) => {
    const path = await make(driver, folder);
    const session = await open(driver, folder, { create: true });
    rmSync(path);
    await rejects('database-missing', () => session.transaction(() => session.execute('CREATE TABLE b (id INTEGER)')));
    await rejects('database-missing', () => session.query('SELECT * FROM a'));
    await session.close();
    assert.deepEqual(readdirSync(folder), []);
  });

  on('a database that another takes the place of is opened again', async (folder) => {
    const path = await make(driver, folder);
    const session = await open(driver, folder);
    copyFileSync(path, `${path}.new`);
    await runSql(`${path}.new`, 'INSERT INTO a VALUES (5), (6);');
    renameSync(`${path}.new`, path);
    await session.transaction(() => session.execute(insert));
    await session.close();
    assert.equal(await rows(driver, folder), 4);
  });

  on('a full disk with foreign keys off is told as such', async (folder) => {
    await make(driver, folder);
    const big = 'CREATE TABLE big AS SELECT randomblob(100000) AS x FROM (VALUES (1), (2), (3))';
    const told = await runChild({ driver, folder, action: 'write-off', argument: big, fileBlocks: 64 });
    assert.equal(told.code, 'database-full', told.message);
    assert.equal(await rows(driver, folder), 1);
  });

  on('a reader sees what is written to a WAL database while it is open', async (folder) => {
    const path = await make(driver, folder);
    await runSql(path, 'PRAGMA journal_mode = wal;');
    const reader = await open(driver, folder, { mode: 'read' });
    assert.deepEqual(await reader.query('SELECT count(*) AS n FROM a'), [{ n: 1 }]);
    await runSql(path, 'INSERT INTO a VALUES (5);');
    assert.deepEqual(await reader.query('SELECT count(*) AS n FROM a'), [{ n: 2 }]);
    if (driver === 'node:sqlite') {
      const other = openShell(path);
      await other.run('INSERT INTO a VALUES (6);');
      assert.deepEqual(await reader.query('SELECT count(*) AS n FROM a'), [{ n: 3 }]);
      await other.close();
    }
    await reader.close();
  });

  on('what a killed run left is removed by the next one, and only that', async (folder) => {
    await make(driver, folder);
    const dead = execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim();
    const leftover = `a.db.limbeck-${dead}-00ff00ff.tmp`;
    const keep = ['a.db', `a.db.limbeck-${process.pid}-00ff00ff.tmp`, `a.db.limbeck-${dead}.tmp.mine`, `b.db.limbeck-${dead}-00ff00ff.tmp`];
    for (const name of [leftover, ...keep.slice(1)]) writeFileSync(join(folder, name), 'half');
    const session = await open(driver, folder);
    await (await session.lock({ timeoutMs: 100 })).release();
    await session.close();
    assert.deepEqual(readdirSync(folder).sort(), [...keep].sort());
  });
}

const wholeFile = drivers.includes('sql.js');
const onSqlJs = (name: string, work: (folder: string, path: string) => Promise<void>): void => {
  if (wholeFile) test(`sql.js: ${name}`, () => inFolder(async (folder) => work(folder, await make('sql.js', folder))));
};

onSqlJs('refuses a file with changes in a -wal beside it', async (folder, path) => {
  const other = openShell(path);
  await other.run('PRAGMA journal_mode = wal;\nINSERT INTO a VALUES (7);');
  assert.ok(statSync(`${path}-wal`).size > 0);
  for (const mode of ['read', 'write'] as const) {
    const error = await rejects('database-busy', () => open('sql.js', folder, { mode }));
    assert.equal(error.data?.['reason'], 'wal');
    assert.match(String(error.hint), /wal_checkpoint/);
  }
  await other.close();
  assert.equal(await rows('sql.js', folder), 2);
});

onSqlJs('refuses a file with a hot journal beside it, and takes a wiped one', async (folder, path) => {
  writeFileSync(`${path}-journal`, Buffer.from('d9d505f920a163d7000000010000', 'hex'));
  for (const mode of ['read', 'write'] as const) {
    const error = await rejects('database-busy', () => open('sql.js', folder, { mode }));
    assert.equal(error.data?.['reason'], 'journal');
  }
  writeFileSync(`${path}-journal`, Buffer.alloc(512));
  assert.equal(await rows('sql.js', folder), 1);
});

onSqlJs('refuses to write while another process has the file open, and waits for it', async (folder, path) => {
  const other = spawn('sh', ['-c', `exec 9<'${path}'; echo ready; read line`]);
  await new Promise((resolve) => other.stdout.once('data', resolve));
  const error = await rejects('database-busy', () => open('sql.js', folder));
  assert.equal(error.data?.['reason'], 'process');
  assert.match(error.message, new RegExp(`process ${other.pid} `));
  assert.equal(await rows('sql.js', folder), 1, 'reading is well');
  setTimeout(() => other.stdin.end(), 100);
  await (await open('sql.js', folder, { busyTimeoutMs: 5000 })).close();
});

onSqlJs('refuses to write while another process holds a lock', async (folder, path) => {
  const other = openShell(path);
  await other.run('BEGIN IMMEDIATE;');
  const error = await rejects('database-busy', () => open('sql.js', folder));
  assert.match(error.message, new RegExp(`process ${other.pid} `));
  await other.close();
  await (await open('sql.js', folder)).close();
});

onSqlJs('refuses a file with two names', async (folder, path) => {
  linkSync(path, join(folder, 'b.db'));
  const session = await open('sql.js', folder);
  await rejects('database-conflict', () => session.transaction(() => session.execute(insert)));
  await session.close();
  assert.equal(statSync(path).ino, statSync(join(folder, 'b.db')).ino);
  assert.equal(await rows('sql.js', folder), 1);
});

onSqlJs('what someone else wrote during the transaction stays, and the run fails', async (folder, path) => {
  const session = await open('sql.js', folder);
  const error = await rejects('database-conflict', () =>
    session.transaction(async () => {
      await session.execute(insert);
      await runSql(path, 'INSERT INTO a VALUES (8), (9);');
    }),
  );
  assert.match(error.message, /nothing was written/);
  await rejects('session-lost', () => session.query('SELECT 1'));
  await session.close();
  assert.equal(await rows('sql.js', folder), 3, 'theirs');
  assert.deepEqual(readdirSync(folder), ['a.db']);
});

onSqlJs('sees a change that leaves size and time as they were', async (folder, path) => {
  const session = await open('sql.js', folder);
  await rejects('database-conflict', () =>
    session.transaction(async () => {
      await session.execute(insert);
      const { atime, mtime } = statSync(path);
      await runSql(path, 'UPDATE a SET id = 3;');
      execFileSync(process.execPath, ['-e', `fs.utimesSync(process.argv[1], ${Number(atime) / 1000}, ${Number(mtime) / 1000})`, path]);
    }),
  );
  await session.close();
});

onSqlJs('sees a change that comes at once after its own save and leaves the size as it was', async (folder, path) => {
  const session = await open('sql.js', folder);
  await session.transaction(() => session.execute(insert));
  assert.ok(Date.now() - statSync(path).mtimeMs < 5000, 'the time of the file is that of the save');
  await rejects('database-conflict', () =>
    session.transaction(async () => {
      await session.execute(insert);
      const descriptor = openSync(path, 'r+');
      writeSync(descriptor, 'x', statSync(path).size - 1);
      closeSync(descriptor);
    }),
  );
  await session.close();
  assert.equal(readFileSync(path).at(-1), 'x'.charCodeAt(0), 'theirs');
});

onSqlJs('what someone else wrote in the moment of the rename is kept as .conflict', async (folder, path) => {
  const before = readFileSync(path, 'latin1');
  writeFileSync(`${path}.conflict`, 'an older one');
  const fault = new URL('../../support/faults/write-in-rename.mjs', import.meta.url).href;
  const told = await runChild({ driver: 'sql.js', folder, action: 'write', argument: insert, imports: [fault] });
  assert.equal(told.code, 'database-conflict', told.message);
  assert.match(String(told.message), /a\.db\.conflict-2/);
  assert.equal(readFileSync(`${path}.conflict-2`, 'latin1'), `${before}theirs`, 'theirs, whole');
  assert.equal(readFileSync(`${path}.conflict`, 'utf8'), 'an older one');
  assert.equal(await rows('sql.js', folder), 2, 'ours');
});

onSqlJs('a file that appears while a new one is being made is not overwritten', async (folder) => {
  const session = await openSession('sqlite:///new.db', { mode: 'write', create: true, directory: folder, driver: 'sql.js' });
  await rejects('database-conflict', () =>
    session.transaction(async () => {
      await session.execute('CREATE TABLE x (id)');
      writeFileSync(join(folder, 'new.db'), 'theirs');
    }),
  );
  await session.close();
  assert.equal(readFileSync(join(folder, 'new.db'), 'utf8'), 'theirs');
});

onSqlJs('the new file is on the disk before it takes the place of the old one, and the folder after', async (folder) => {
  const imports = [new URL('../../support/faults/trace.mjs', import.meta.url).href];
  const env = { LIMBECK_TEST_TRACE: join(folder, 'trace') };
  const told = await runChild({ driver: 'sql.js', folder, action: 'write', argument: insert, imports, env });
  assert.deepEqual(told, { result: 'done' });
  assert.equal(readFileSync(join(folder, 'trace'), 'utf8'), 'open\nwrite\nsync temporary\nrename temporary\nsync folder\n');
});

onSqlJs('a transaction without a change writes nothing', async (folder, path) => {
  const { ino, mtimeNs } = statSync(path, { bigint: true });
  const session = await open('sql.js', folder);
  await session.transaction(() => session.query('SELECT * FROM a'));
  await session.close();
  assert.deepEqual([statSync(path, { bigint: true }).ino, statSync(path, { bigint: true }).mtimeNs], [ino, mtimeNs]);
});

onSqlJs('a statement outside a transaction is in the file when it is done', async (folder) => {
  const session = await open('sql.js', folder);
  await session.execute(insert);
  assert.equal(await rows('sql.js', folder), 2);
  await session.query('INSERT INTO a VALUES (3) RETURNING id');
  assert.equal(await rows('sql.js', folder), 3);
  await session.execute('PRAGMA user_version = 5');
  await session.close();
  const again = await open('sql.js', folder, { mode: 'read' });
  assert.deepEqual(await again.query('PRAGMA user_version'), [{ user_version: 5 }]);
  await again.close();
});

onSqlJs('settings and foreign keys outlive every save', async (folder) => {
  const session = await open('sql.js', folder);
  await session.execute('CREATE TABLE p (id INTEGER PRIMARY KEY)');
  await session.execute('CREATE TABLE c (p REFERENCES p)');
  for (let turn = 0; turn < 3; turn += 1) {
    await session.transaction(() => session.execute(`INSERT INTO p VALUES (${turn})`));
    await rejects('sql-failed', () => session.transaction(() => session.execute('INSERT INTO c VALUES (99)')));
    assert.deepEqual(await session.query('PRAGMA foreign_keys'), [{ foreign_keys: 1 }]);
  }
  await session.close();
});

onSqlJs('the name of a temporary file cannot be one of the user', async (folder, path) => {
  assert.equal(basename(path), 'a.db');
  const names = ['a.db.limbeck-notes', 'a.db.limbeck-1.tmp', 'a.db.tmp', 'a.db.limbeck-lock.txt'];
  for (const name of names) writeFileSync(join(folder, name), '');
  const session = await open('sql.js', folder);
  await session.execute(insert);
  await session.close();
  assert.deepEqual(readdirSync(folder).sort(), ['a.db', ...names].sort());
});

alsoUnderNodeSqlite(test, import.meta.url, 10);

test.run();
