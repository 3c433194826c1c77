import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { password, startServer } from '../../support/postgres/server.ts';

const test = suite('postgres terminate');
let server: LocalServer;
let admin: Session;
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

test.before(async () => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
  server = await startServer();
  admin = await open(server.socketUrl());
  await admin.execute('CREATE TABLE seats (id int)');
});
test.after.each(async () => {
  await sleep(20);
  assert.equal(uncaught, []);
});
test.after(async () => {
  await admin.close();
  await server.stop();
  process.off('uncaughtException', note).off('unhandledRejection', note);
});

const pidOf = async (session: Session): Promise<number> => Number((await session.query('SELECT pg_backend_pid() AS pid'))[0]?.['pid']);
const terminate = async (pid: number): Promise<void> => void (await admin.query('SELECT pg_terminate_backend($1::int)', [pid]));
const seats = async (): Promise<number> => Number((await admin.query('SELECT count(*) AS n FROM seats'))[0]?.['n']);
const urls = (): readonly string[] => [server.socketUrl(), server.tcpUrl()];

test('while idle: the next statement says so, and nothing connects again', async () => {
  for (const url of urls()) {
    const session = await open(url);
    await terminate(await pidOf(session));
    await sleep(50);
    const error = await rejection(session.execute('INSERT INTO seats VALUES (1)'), 'session-lost');
    assert.match(error.message, /administrator command/);
    assert.is(error.data?.['sqlstate'], '57P01');
    assert.not.match(error.message, new RegExp(encodeURIComponent(password)));
    await rejection(
      session.transaction(() => session.execute('INSERT INTO seats VALUES (1)')),
      'session-lost',
    );
    await rejection(session.query('SELECT 1'), 'session-lost');
    await session.close();
  }
  assert.is(await seats(), 0);
});

test('while idle, with the next statement sent at once', async () => {
  for (const url of urls()) {
    const session = await open(url);
    const pid = await pidOf(session);
    await Promise.all([
      terminate(pid),
      rejection(
        sleep(1).then(() => session.query('SELECT pg_sleep(30)')),
        'session-lost',
      ),
    ]);
    await session.close();
  }
});

test('in a statement: it rejects, and what was before it is rolled back', async () => {
  for (const url of urls()) {
    const session = await open(url);
    const pid = await pidOf(session);
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO seats VALUES (1)');
      setTimeout(() => void terminate(pid), 100);
      await session.execute('SELECT pg_sleep(60)');
    });
    await rejection(work, 'session-lost');
    await session.close();
  }
  assert.is(await seats(), 0);
});

test('a swallowed loss does not let the rest run outside the transaction', async () => {
  const session = await open(server.tcpUrl());
  const pid = await pidOf(session);
  const work = session.transaction(async () => {
    await session.execute('INSERT INTO seats VALUES (1)');
    await terminate(pid);
    for (let turn = 0; turn < 5; turn += 1) await session.execute('INSERT INTO seats VALUES (2)').catch(() => undefined);
  });
  await rejection(work, 'session-lost');
  assert.is(await seats(), 0);
  await session.close();
});

test('before COMMIT: never taken for committed', async () => {
  for (const url of urls()) {
    const session = await open(url);
    const pid = await pidOf(session);
    const work = session.transaction(async () => {
      await session.execute('INSERT INTO seats VALUES (1)');
      await terminate(pid);
    });
    const error = await rejection(work, 'session-lost');
    assert.is(typeof error.message, 'string');
    await session.close();
  }
  assert.is(await seats(), 0);
});

test('a lost lock stops the run: what runs is cancelled and rolled back', async () => {
  const session = await open(server.tcpUrl());
  const lock = await session.lock({ timeoutMs: 1000 });
  const holder = Number((await admin.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'"))[0]?.['pid']);
  const work = session.transaction(async () => {
    await session.execute('INSERT INTO seats VALUES (1)');
    setTimeout(() => void terminate(holder), 100);
    await session.execute('SELECT pg_sleep(60)');
  });
  const error = await rejection(work, 'session-lost');
  assert.match(error.message, /held the lock/);
  await rejection(session.execute('INSERT INTO seats VALUES (1)'), 'session-lost');
  await lock.release();
  await session.close();
  assert.is(await seats(), 0);
});

test('the line goes dead in the middle: cut, and the start-up too', async () => {
  const lines = new Set<Socket>();
  let swallow = false;
  const relay = createServer((client) => {
    const upstream = connectTcp(server.port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      lines.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', (chunk) => void (swallow || to.write(chunk)));
    }
  });
  const port = await new Promise<number>((resolve) => relay.listen(0, '127.0.0.1', () => resolve(Number(Object(relay.address()).port))));
  const url = server.tcpUrl().replace(`:${server.port}`, `:${port}`);
  const session = await open(url);
  const work = session.transaction(async () => {
    await session.execute('INSERT INTO seats VALUES (1)');
    setTimeout(() => lines.forEach((line) => line.resetAndDestroy()), 100);
    await session.execute('SELECT pg_sleep(3)');
  });
  await rejection(work, 'session-lost');
  await session.close();
  swallow = true;
  const silent = await rejection(open(`${url}?connect_timeout=2&sslmode=disable`), 'database-unreadable');
  assert.match(silent.message, /no answer|closed/);
  const tls = await rejection(open(`${url}?connect_timeout=2`), 'database-unreadable');
  assert.match(tls.message, /no answer/);
  lines.forEach((line) => line.destroy());
  relay.close();
  await sleep(100);
  assert.is(await seats(), 0);
});

test('a server that hangs up at once, or is none', async () => {
  for (const answer of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'N', 'NN', 'S', 'E\0\0\0']) {
    const relay = createServer((client) => client.on('error', () => undefined).once('data', () => client.end(answer)));
    const port = await new Promise<number>((resolve) => relay.listen(0, '127.0.0.1', () => resolve(Number(Object(relay.address()).port))));
    await rejection(open(`postgresql://postgres@127.0.0.1:${port}/x?connect_timeout=2`), 'database-unreadable');
    relay.close();
  }
});

test('the server stopped under a statement, under an open transaction, and then away', async () => {
  for (const mode of ['fast', 'immediate'] as const) {
    const own = await startServer();
    const [busy, idle, waiting] = await Promise.all([open(own.tcpUrl()), open(own.socketUrl()), open(own.tcpUrl())]);
    const lock = await idle.lock({ timeoutMs: 100 });
    const statement = rejection(busy.execute('SELECT pg_sleep(60)'), 'session-lost');
    const transaction = rejection(
      idle.transaction(async () => {
        await idle.execute('CREATE TABLE t (id int)');
        await sleep(1000);
        await idle.execute('CREATE TABLE u (id int)');
      }),
      'session-lost',
    );
    const locking = rejection(waiting.lock({ timeoutMs: 60_000 }), 'session-lost');
    await sleep(200);
    await own.stop(mode);
    await Promise.all([statement, transaction, locking]);
    await rejection(busy.scratch(), 'database-unreadable');
    await lock.release();
    await Promise.all([busy.close(), idle.close(), waiting.close()]);
    await rejection(open(own.tcpUrl()), 'database-unreadable');
    await rejection(open(own.socketUrl()), 'database-unreadable');
  }
});

test.run();
