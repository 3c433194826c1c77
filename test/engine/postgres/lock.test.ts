import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { startServer, wantedMajor } from '../../support/postgres/server.ts';

const test = suite('postgres lock');
let server: LocalServer;
const timeouts = { idle_in_transaction_session_timeout: '300ms', statement_timeout: '2s' };
test.before(
  async () =>
    void (server = await startServer(wantedMajor(), {
      ...timeouts,
      ...(Number(wantedMajor()) >= 17 ? { transaction_timeout: '500ms' } : {}),
    })),
);
test.after(() => server.stop());

test('keeps others out, names the holder, and lets the next in', async () => {
  const [first, second] = await Promise.all([open(server.tcpUrl()), open(server.socketUrl())]);
  const lock = await first.lock({ timeoutMs: 0 });
  const holders: unknown[] = [];
  const busy = await rejection(second.lock({ timeoutMs: 300, onWait: (holder) => holders.push(holder) }), 'database-busy');
  assert.is(holders.length, 1);
  assert.match(String(holders[0]), /limbeck lock, postgres, 127\.0\.0\.1, pid \d+, since 20/);
  assert.match(busy.message, /limbeck lock/);
  const waiting = second.lock({ timeoutMs: 5000 });
  await sleep(200);
  await lock.release();
  await (await waiting).release();
  await (await first.lock({ timeoutMs: 0 })).release();
  await Promise.all([first.close(), second.close()]);
});

test('outlives the idle, statement and transaction timeouts of the server', async () => {
  const [first, second] = await Promise.all([open(server.tcpUrl()), open(server.socketUrl())]);
  const lock = await first.lock({ timeoutMs: 0 });
  await sleep(1000);
  await rejection(second.lock({ timeoutMs: 0 }), 'database-busy');
  await first.execute('CREATE TABLE still (id int)');
  await first.execute('DROP TABLE still');
  await lock.release();
  await Promise.all([first.close(), second.close()]);
});

test('a run on another schema is not kept out; one that dies lets go', async () => {
  const first = await open(server.tcpUrl());
  await first.execute('CREATE SCHEMA tenant');
  const tenant = await open(`${server.tcpUrl()}?options=-csearch_path%3Dtenant`);
  await first.lock({ timeoutMs: 0 });
  await (await tenant.lock({ timeoutMs: 0 })).release();
  await first.close();
  const second = await open(server.tcpUrl());
  await (await second.lock({ timeoutMs: 2000 })).release();
  await second.execute('DROP SCHEMA tenant');
  await Promise.all([tenant.close(), second.close()]);
});

test('CREATE INDEX CONCURRENTLY under the lock gets through while a second run waits', async () => {
  const [first, second] = await Promise.all([open(server.tcpUrl()), open(server.tcpUrl())]);
  await first.execute('CREATE TABLE stock (id int)');
  await first.execute('INSERT INTO stock SELECT generate_series(1, 1000)');
  const lock = await first.lock({ timeoutMs: 0 });
  const waiting = second.lock({ timeoutMs: 10_000 });
  await sleep(300);
  const began = performance.now();
  await first.execute('CREATE INDEX CONCURRENTLY stock_id ON stock (id)');
  assert.ok(performance.now() - began < 1500);
  const [row] = await first.query("SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'stock_id'::regclass");
  assert.is(row?.['valid'], true);
  await lock.release();
  await (await waiting).release();
  await first.execute('DROP TABLE stock');
  await Promise.all([first.close(), second.close()]);
});

test('a signal ends the waiting', async () => {
  const controller = new AbortController();
  const [first, second] = await Promise.all([open(server.tcpUrl()), open(server.tcpUrl(), { signal: controller.signal })]);
  const lock = await first.lock({ timeoutMs: 0 });
  setTimeout(() => controller.abort(), 150);
  await rejection(second.lock({ timeoutMs: 60_000 }), 'cancelled');
  await lock.release();
  await Promise.all([first.close(), second.close()]);
});

test.run();
