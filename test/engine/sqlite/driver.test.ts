import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('the SQLite drivers');

for (const driver of drivers) {
  const on = (name: string, work: (session: Session) => Promise<void>): void =>
    test(`${driver}: ${name}`, async () => {
      const session = await openSession('sqlite://', { mode: 'write', directory: '/', driver });
      try {
        await work(session);
      } finally {
        await session.close();
      }
    });

  on('says which it is', async ({ server }) => {
    assert.match(server.driver, driver === 'sql.js' ? /^sql\.js 1\.\d+\.\d+$/ : /^node:sqlite \(Node \d+\.\d+\.\d+\)$/);
    assert.equal(server.product, 'SQLite');
    assert.equal(server.major, '3');
  });

  on('has every setting that differs between drivers set', async (session) => {
    const settings = { foreign_keys: 1, recursive_triggers: 0, trusted_schema: 1, query_only: 0, synchronous: 2 };
    for (const [name, value] of Object.entries(settings))
      assert.deepEqual(await session.query(`PRAGMA ${name}`), [{ [name]: value }], name);
  });

  on('gives every kind of value', async (session) => {
    const [row] = await session.query(
      "SELECT 1 AS i, 1.5 AS r, 'é🍺' AS t, x'00ff' AS b, NULL AS n, 9007199254740992 AS large, -9007199254740991 AS safe, 1e300 AS huge",
    );
    assert.deepEqual(
      { ...row, b: [...(row?.['b'] instanceof Uint8Array ? row['b'] : [])] },
      {
        i: 1,
        r: 1.5,
        t: 'é🍺',
        b: [0, 255],
        n: null,
        large: 9007199254740992n,
        safe: -9007199254740991,
        huge: 1e300,
      },
    );
  });

  on('takes every kind of value', async (session) => {
    await session.execute('CREATE TABLE v (i INTEGER, t TEXT, b BLOB, n, f INTEGER)');
    await session.query('INSERT INTO v VALUES (?, ?, ?, ?, ?)', [
      9007199254740993n,
      'a\u0000b',
      new Uint8Array([1, 0, 2]),
      undefined,
      true,
    ]);
    const [row] = await session.query('SELECT i, length(CAST(t AS BLOB)) AS t, hex(b) AS b, n, f FROM v');
    assert.deepEqual(row, { i: 9007199254740993n, t: 3, b: '010002', n: null, f: 1 });
    await rejects('sql-failed', () => session.query('SELECT ?', [{}]));
  });

  on('tells an error in the same shape', async (session) => {
    await session.execute('CREATE TABLE t (a NOT NULL, b UNIQUE, c CHECK (c > 0))');
    const cases: readonly (readonly [string, string])[] = [
      ['INSERT INTO t VALUES (NULL, 1, 1)', 'NOT NULL constraint failed: t.a'],
      ['INSERT INTO t VALUES (1, 1, 0)', 'CHECK constraint failed: c > 0'],
      ['INSERT INTO t VALUES (1, 1, 1), (1, 1, 1)', 'UNIQUE constraint failed: t.b'],
      ['SELECT * FROM missing', 'no such table: missing'],
      ['SELEC 1', 'near "SELEC": syntax error'],
      ['SELECT abs(-9223372036854775808)', 'integer overflow'],
    ];
    for (const [statement, message] of cases) {
      const error = await rejects('sql-failed', () => session.execute(statement));
      assert.equal(error.message, message);
      assert.equal(error.data?.['sqliteMessage'], message);
      assert.equal(error.data?.['statement'], statement);
    }
  });

  on('a name in double quotes that is no column is an error where the driver can make it one', async (session) => {
    const work = session.query('SELECT "no column"');
    if (driver === 'node:sqlite') await rejects('sql-failed', () => work);
    else
      assert.deepEqual(await work, [{ '"no column"': 'no column' }], 'sql.js has no way to switch this off: if it fails here, it now has');
  });

  on('an error that rolls back the whole transaction is not followed by a commit', async (session) => {
    await session.execute('CREATE TABLE t (a UNIQUE)');
    await rejects('sql-failed', () =>
      session.transaction(async () => {
        await session.execute('INSERT INTO t VALUES (1)');
        await session.execute('INSERT OR ROLLBACK INTO t VALUES (1)');
      }),
    );
    assert.deepEqual(await session.query('SELECT * FROM t'), []);
    await session.transaction(() => session.execute('INSERT INTO t VALUES (2)'));
    assert.deepEqual(await session.query('SELECT * FROM t'), [{ a: 2 }]);
  });

  on('a COMMIT inside the work is not taken for ours', async (session) => {
    await session.execute('CREATE TABLE t (a)');
    await rejects('sql-failed', () =>
      session.transaction(async () => {
        await session.execute('INSERT INTO t VALUES (1)');
        await session.execute('COMMIT');
      }),
    );
    await session.transaction(() => session.execute('INSERT INTO t VALUES (2)'));
  });

  on('a deferred foreign key that is broken at COMMIT rolls back, and says where', async (session) => {
    await session.execute('CREATE TABLE p (id INTEGER PRIMARY KEY)');
    await session.execute('CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)');
    const error = await rejects('foreign-keys-broken', () => session.transaction(() => session.execute('INSERT INTO c VALUES (3)')));
    assert.deepEqual(error.data?.['violations'], [{ table: 'c', rowid: 1, parent: 'p' }]);
    assert.deepEqual(await session.query('SELECT * FROM c'), []);
  });

  on('foreign keys that cannot be checked at all are named', async (session) => {
    await session.execute('CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE)');
    await session.execute('CREATE TABLE c (p TEXT REFERENCES p (code))');
    await session.execute("INSERT INTO p VALUES (1, 'x')");
    await session.execute("INSERT INTO c VALUES ('x')");
    const error = await rejects('foreign-keys-broken', () =>
      session.transaction(
        async () => {
          await session.execute('DROP TABLE p');
          await session.execute('CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT)');
          await session.execute("INSERT INTO p VALUES (1, 'x')");
        },
        { foreignKeys: 'off' },
      ),
    );
    assert.deepEqual(error.data?.['tables'], ['c']);
    assert.match(error.message, /foreign key mismatch/);
    assert.deepEqual(await session.query("SELECT name FROM pragma_table_info('p')"), [{ name: 'id' }, { name: 'code' }]);
  });

  on('many broken rows are counted, and few are named', async (session) => {
    await session.execute('CREATE TABLE p (id INTEGER PRIMARY KEY)');
    await session.execute('CREATE TABLE c (p INTEGER REFERENCES p)');
    const many = 'INSERT INTO c WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n';
    const error = await rejects('foreign-keys-broken', () => session.transaction(() => session.execute(many), { foreignKeys: 'off' }));
    assert.equal(error.data?.['count'], 5000);
    assert.ok(JSON.stringify(error.data).length < 4000 && error.message.length < 400);
  });

  test(`${driver}: a signal is seen between statements`, () =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      const session = await openSession('sqlite:///a.db', {
        mode: 'write',
        create: true,
        directory: folder,
        driver,
        signal: controller.signal,
      });
      await session.execute('CREATE TABLE t (a)');
      setTimeout(() => controller.abort(), 60);
      let statements = 0;
      await rejects('cancelled', () =>
        session.transaction(async () => {
          for (; statements < 1_000_000; statements += 1) await session.execute('INSERT INTO t VALUES (randomblob(100))');
        }),
      );
      assert.ok(statements > 1 && statements < 1_000_000, `${statements}`);
      await session.close();
      const reader = await openSession('sqlite:///a.db', { mode: 'read', directory: folder, driver });
      assert.deepEqual(await reader.query('SELECT count(*) AS n FROM t'), [{ n: 0 }]);
      await reader.close();
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, 10);

test.run();
