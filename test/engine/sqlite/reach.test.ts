import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { openScratchSession, openSession } from '../../../lib/engine/open.ts';
import { reachOf } from '../../../lib/engine/sqlite/reach.ts';
import { alsoUnderNodeSqlite, drivers, inFolder } from '../../support/drivers.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('what reaches another file than the database');

const reaching: readonly (readonly [text: string, what: string, offset: number])[] = [
  ["ATTACH 'other.db' AS o", 'ATTACH', 0],
  ["attach database 'other.db' AS o", 'ATTACH', 0],
  ["/* a word */ ATTACH 'other.db' AS o", 'ATTACH', 13],
  ['ATTACH "other.db" AS o', 'ATTACH', 0],
  ['ATTACH other AS o', 'ATTACH', 0],
  ['ATTACH database AS o', 'ATTACH', 0],
  ["ATTACH ':MEMORY:' AS o", 'ATTACH', 0],
  ["ATTACH 'file:x.db?mode=rw' AS o", 'ATTACH', 0],
  ["ATTACH '' || 'other.db' AS o", 'ATTACH', 0],
  ["ATTACH ':memory:' AS a; ATTACH 'other.db' AS o", 'ATTACH', 24],
  ["SELECT 1; ATTACH 'other.db' AS o", 'ATTACH', 10],
  ["VACUUM INTO 'copy.db'", 'VACUUM INTO', 0],
  ["vacuum main /* all */ into 'copy.db'", 'VACUUM INTO', 0],
];

const inside: readonly string[] = [
  "ATTACH ':memory:' AS m",
  "ATTACH DATABASE '' AS m",
  'DETACH m',
  'VACUUM',
  'VACUUM; INSERT INTO t VALUES (1)',
  'CREATE TABLE attach (a)',
  "INSERT INTO t VALUES ('; ATTACH ''x.db'' AS x')",
  "SELECT 1 -- ; ATTACH 'x.db' AS x",
];

for (const [text, what, offset] of reaching) test(`seen: ${text}`, () => assert.deepEqual(reachOf(text), { what, offset }));

for (const text of inside) test(`stays inside: ${text}`, () => assert.equal(reachOf(text), undefined));

/** A folder with other.db, which has one row. */
const withOther = (work: (folder: string, other: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const other = join(folder, 'other.db');
    await using(await openSession('sqlite:///other.db', { mode: 'write', create: true, directory: folder }), async (session) => {
      await session.execute('CREATE TABLE precious (a)');
      await session.execute('INSERT INTO precious VALUES (1)');
    });
    await work(folder, other);
  });

const using = async <T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> => {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
};

for (const driver of drivers) {
  test(`${driver}: a scratch database reaches no file`, () =>
    withOther(async (folder, other) => {
      const file = await openSession('sqlite:///app.db', { mode: 'write', create: true, directory: folder, driver });
      const copy = join(folder, 'copy.db');
      const scratches = [await openScratchSession('sqlite://', { mode: 'write', directory: folder, driver }), await file.scratch()];
      for (const scratch of scratches) {
        await using(scratch, async () => {
          for (const sql of [
            `ATTACH '${other}' AS o`,
            `ATTACH '${copy}' AS o`,
            `VACUUM INTO '${copy}'`,
            `VACUUM; ATTACH '${other}' AS o`,
          ]) {
            for (const run of [scratch.execute, scratch.query]) {
              const error = await rejects('sql-unsupported', () => run(sql));
              assert.match(error.message, /^(?:ATTACH|VACUUM INTO) reaches another file .* not run in a scratch database$/);
              assert.match(error.hint ?? '', /upgrade/);
            }
          }
          assert.equal(existsSync(copy), false);
          await scratch.execute("ATTACH ':memory:' AS beside");
          await scratch.execute('CREATE TABLE beside.t (a)');
          await scratch.execute('DETACH beside');
          await scratch.execute('VACUUM');
        });
      }
      await file.close();
    }));
}

if (drivers.includes('sql.js')) {
  test('sql.js: nothing is written into files of its own memory', () =>
    withOther(async (folder, other) => {
      const session = await openSession('sqlite:///app.db', { mode: 'write', create: true, directory: folder, driver: 'sql.js' });
      await using(session, async () => {
        const attach = `ATTACH '${other}' AS o`;
        assert.match((await rejects('sql-unsupported', () => session.execute(attach))).hint ?? '', /Node 22\.13 or newer/);
        await rejects('sql-unsupported', () => session.execute(`VACUUM INTO '${other}.copy'`));
        assert.equal(session.refusal?.(`SELECT 1;\n${attach}`)?.offset, 10);
        await session.execute("ATTACH ':memory:' AS beside");
      });
    }));
}

if (drivers.includes('node:sqlite')) {
  test('node:sqlite: a real database reaches other files', () =>
    withOther(async (folder, other) => {
      const session = await openSession('sqlite:///app.db', { mode: 'write', create: true, directory: folder, driver: 'node:sqlite' });
      await using(session, async () => {
        await session.execute(`ATTACH '${other}' AS o`);
        assert.deepEqual(await session.query('SELECT a FROM o.precious'), [{ a: 1 }]);
        await session.execute(`VACUUM INTO '${other}.copy'`);
        assert.equal(existsSync(`${other}.copy`), true);
      });
    }));
}

alsoUnderNodeSqlite(test, import.meta.url, reaching.length + inside.length + 2);

test.run();
