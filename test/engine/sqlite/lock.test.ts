import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import { openSession } from '../../../lib/engine/open.ts';
import { acquireLock } from '../../../lib/engine/sqlite/lock.ts';
import { isGone, ourselves, parseOwner, renderOwner, type Owner } from '../../../lib/engine/sqlite/lock-owner.ts';
import { startChild } from '../../support/child.ts';
import { inFolder } from '../../support/drivers.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('the lock file');

const deadPid = (): number => Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
const deadOwner = (): Owner => ({ ...ourselves(), pid: deadPid() });
const at =
  (work: (path: string, folder: string) => Promise<void>): (() => Promise<void>) =>
  () =>
    inFolder((folder) => work(join(folder, 'a.db.limbeck-lock'), folder));

test(
  'is whole when it appears, says who holds it, and is gone afterwards',
  at(async (path, folder) => {
    const lock = await acquireLock(path, { timeoutMs: 0 });
    const owner = parseOwner(readFileSync(path, 'utf8'));
    assert.equal(owner?.pid, process.pid);
    assert.equal(owner?.host, hostname());
    assert.deepEqual(readdirSync(folder), ['a.db.limbeck-lock']);
    await lock.release();
    assert.deepEqual(readdirSync(folder), []);
    await lock.release();
  }),
);

test(
  'a holder that lives is waited for, told once, and named',
  at(async (path) => {
    const lock = await acquireLock(path, { timeoutMs: 0 });
    const told: (string | undefined)[] = [];
    const began = performance.now();
    const error = await rejects('database-busy', () => acquireLock(path, { timeoutMs: 300, onWait: (holder) => told.push(holder) }));
    assert.ok(performance.now() - began >= 290);
    assert.equal(told.length, 1);
    assert.match(String(told[0]), new RegExp(`process ${process.pid} on `));
    assert.match(`${error.message} ${error.hint}`, new RegExp(`process ${process.pid} on .*rm '`));
    await lock.release();
  }),
);

test(
  'waiting can be cancelled',
  at(async (path) => {
    const lock = await acquireLock(path, { timeoutMs: 0 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await rejects('cancelled', () => acquireLock(path, { timeoutMs: 10_000 }, controller.signal));
    await lock.release();
  }),
);

test(
  'one whose process is gone is taken over at once',
  at(async (path, folder) => {
    writeFileSync(path, renderOwner(deadOwner()));
    const lock = await acquireLock(path, { timeoutMs: 0 });
    assert.equal(parseOwner(readFileSync(path, 'utf8'))?.pid, process.pid);
    assert.deepEqual(readdirSync(folder), ['a.db.limbeck-lock'], 'nothing else is left');
    await lock.release();
  }),
);

test(
  'one whose taker-over is gone, too',
  at(async (path, folder) => {
    const [first, second, third] = [deadOwner(), deadOwner(), deadOwner()];
    writeFileSync(path, renderOwner(first));
    writeFileSync(`${path}.${first.token}`, renderOwner(second));
    writeFileSync(`${path}.${first.token}.${second.token}`, renderOwner(third));
    const lock = await acquireLock(path, { timeoutMs: 0 });
    await lock.release();
    assert.deepEqual(readdirSync(folder), []);
  }),
);

test(
  'one that somebody alive is just taking over is left to them',
  at(async (path) => {
    const dead = deadOwner();
    writeFileSync(path, renderOwner(dead));
    writeFileSync(`${path}.${dead.token}`, renderOwner(ourselves()));
    await rejects('database-busy', () => acquireLock(path, { timeoutMs: 50 }));
    assert.equal(parseOwner(readFileSync(path, 'utf8'))?.token, dead.token);
  }),
);

test(
  'one that was taken over by somebody else in between is left to them',
  at(async (path) => {
    const dead = deadOwner();
    const theirs = renderOwner(ourselves());
    writeFileSync(path, renderOwner(dead));
    const { linkSync } = fs;
    fs.linkSync = (from, to) => {
      linkSync(from, to);
      if (String(to) === `${path}.${dead.token}`) writeFileSync(path, theirs);
    };
    syncBuiltinESMExports();
    try {
      await rejects('database-busy', () => acquireLock(path, { timeoutMs: 50 }));
    } finally {
      fs.linkSync = linkSync;
      syncBuiltinESMExports();
    }
    assert.equal(readFileSync(path, 'utf8'), theirs);
  }),
);

const owners: readonly (readonly [string, (us: Owner) => Owner, boolean])[] = [
  ['ours', (us) => us, false],
  ['of another process that lives', (us) => ({ ...us, pid: process.ppid, started: '' }), false],
  ['of a process that is gone', (us) => ({ ...us, pid: deadPid() }), true],
  ['of an earlier process with our id', (us) => ({ ...us, started: '1' }), true],
  ['of another host', (us) => ({ ...us, pid: deadPid(), host: 'elsewhere' }), false],
  ['of another container', (us) => ({ ...us, pid: deadPid(), namespace: 'pid:[1]' }), false],
  ['from before the machine was started', (us) => ({ ...us, boot: 'before' }), true],
];
for (const [name, change, expected] of owners)
  test(`a lock ${name} is ${expected ? '' : 'not '}stale`, () => assert.equal(isGone(change(ourselves())), expected));

test(
  'half a lock file is given time, then taken over',
  at(async (path) => {
    for (const text of ['', '{"pid":', '{"pid":1}', 'null']) {
      writeFileSync(path, text);
      await rejects('database-busy', () => acquireLock(path, { timeoutMs: 30 }));
      utimesSync(path, new Date(0), new Date(0));
      await (await acquireLock(path, { timeoutMs: 0 })).release();
      assert.ok(!existsSync(path));
    }
  }),
);

test(
  'release leaves a lock alone that is no longer ours',
  at(async (path) => {
    const lock = await acquireLock(path, { timeoutMs: 0 });
    const other = renderOwner({ ...ourselves(), host: 'elsewhere' });
    writeFileSync(path, other);
    await lock.release();
    assert.equal(readFileSync(path, 'utf8'), other);
  }),
);

test(
  'never has two holders, however often its holder dies',
  at(async (path) => {
    let inside = 0;
    let turns = 0;
    const worker = async (): Promise<void> => {
      for (let turn = 0; turn < 25; turn += 1) {
        const lock = await acquireLock(path, { timeoutMs: 60_000 });
        inside += 1;
        turns += 1;
        assert.equal(inside, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        assert.equal(inside, 1);
        inside -= 1;
        if (turn % 3 === 0) writeFileSync(path, renderOwner({ ...ourselves(), pid: dead }));
        else await lock.release();
      }
    };
    const dead = deadPid();
    await Promise.all(Array.from({ length: 8 }, worker));
    assert.equal(turns, 200);
  }),
);

test('a process that is killed with the lock does not keep it', () =>
  inFolder(async (folder) => {
    await (
      await openSession('sqlite:///a.db', { mode: 'write', create: true, directory: folder, driver: 'sql.js' })
    ).transaction(async () => undefined);
    writeFileSync(join(folder, 'a.db'), '');
    const child = startChild({ driver: 'sql.js', folder, action: 'die' });
    assert.equal((await child.ended).signal, 'SIGKILL');
    assert.ok(readdirSync(folder).includes('a.db.limbeck-lock'));
    const session = await openSession('sqlite:///a.db', { mode: 'write', directory: folder, driver: 'sql.js' });
    await (await session.lock({ timeoutMs: 0 })).release();
    await session.close();
    assert.deepEqual(readdirSync(folder), ['a.db']);
  }));

test('another process that holds it is waited for', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'a.db'), '');
    const child = startChild({ driver: 'sql.js', folder, action: 'hold', argument: join(folder, 'go') });
    assert.equal((await child.next())?.locked, true);
    const session = await openSession('sqlite:///a.db', { mode: 'write', directory: folder, driver: 'sql.js' });
    const error = await rejects('database-busy', () => session.lock({ timeoutMs: 100 }));
    assert.match(error.message, new RegExp(`process ${child.process.pid} on `));
    writeFileSync(join(folder, 'go'), '');
    await (await session.lock({ timeoutMs: 5000 })).release();
    await session.close();
  }));

test.run();
