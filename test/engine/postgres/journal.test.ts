import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEntry, Session } from '../../../lib/engine/engine.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { rejection } from '../../support/postgres/expect.ts';
import { open } from '../../support/postgres/parts.ts';
import { startServer } from '../../support/postgres/server.ts';

const test = suite('postgres journal');
let server: LocalServer;
let session: Session;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());
test.before.each(async () => {
  session = await open(server.tcpUrl());
});
test.after.each(async () => {
  await session.execute('DROP TABLE IF EXISTS limbeck_journal');
  await session.close();
});

const entry = (revision: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  revision,
  parents: [],
  dependsOn: [],
  slug: 'add_ales',
  engine: 'postgres',
  checksum: 'c1:00',
  down: '-- x\r\nDROP TABLE "a";\n\\ \'$1\' é😀',
  touches: 'table ales -→f1:1',
  appliedAt: '2026-11-23T10:00:00.123Z',
  appliedBy: 'ada@tavern',
  durationMs: 12,
  statementsDone: 1,
  state: 'applied',
  limbeckVersion: '0.1.0',
  ...more,
});

test('gives back what was put in, in the order of application', async () => {
  const journal = session.journal('limbeck_journal');
  assert.is(await journal.exists(), false);
  assert.equal(await journal.read(), []);
  const first = entry('b', { parents: ['a', 'o"dd,{}\\'], dependsOn: ['z'] });
  const second = entry('a', { down: undefined, state: 'stamped' });
  await session.transaction(async () => {
    await journal.ensure();
    await journal.ensure();
    await journal.lock();
    await journal.insert(first);
    await journal.insert(second);
  });
  assert.equal(await journal.read(), [first, second]);
  await journal.update({ revision: 'a', statementsDone: 3, state: 'running', durationMs: 7 });
  assert.equal((await journal.read())[1], { ...second, statementsDone: 3, state: 'running', durationMs: 7 });
  await journal.remove('b');
  await rejection(journal.remove('b'), 'journal-moved');
  await rejection(journal.update({ revision: 'b', statementsDone: 0, state: 'applied', durationMs: 0 }), 'journal-moved');
  await rejection(journal.insert(entry('a')), 'sql-failed');
  assert.is((await journal.read()).length, 1);
});

test('its mark moves with every change and only then', async () => {
  const journal = session.journal('limbeck_journal');
  await session.transaction(() => journal.ensure());
  const mark = async (): Promise<string> => (await journal.mark?.()) ?? '';
  const marks = [await mark()];
  await journal.insert(entry('a'));
  marks.push(await mark());
  await journal.insert(entry('b'));
  marks.push(await mark());
  await journal.update({ revision: 'b', statementsDone: 2, state: 'running', durationMs: 1 });
  marks.push(await mark());
  assert.is(await mark(), marks[3]);
  assert.is(new Set(marks).size, 4);
});

test('the lock makes the second wait, until it sees what the first wrote; readers do not wait', async () => {
  const other = await open(server.tcpUrl());
  const journal = session.journal('limbeck_journal');
  await session.transaction(() => journal.ensure());
  let seen: number | undefined;
  let second: Promise<void> | undefined;
  await session.transaction(async () => {
    await journal.lock();
    second = other.transaction(async () => {
      await other.journal('limbeck_journal').lock();
      seen = (await other.journal('limbeck_journal').read()).length;
    });
    await journal.insert(entry('a'));
    await sleep(100);
    const reader = await open(server.tcpUrl(), { mode: 'read' });
    assert.equal(await reader.journal('limbeck_journal').read(), []);
    await reader.close();
    assert.is(seen, undefined);
  });
  await second;
  assert.is(seen, 1);
  await other.close();
});

test('two that create it at once: one does, the other is told', async () => {
  const other = await open(server.tcpUrl());
  const both = [session, other].map((each) =>
    each.transaction(async () => {
      await each.journal('limbeck_journal').ensure();
      await sleep(100);
    }),
  );
  const results = await Promise.allSettled(both);
  const failures = results.filter((result) => result.status === 'rejected').map((result) => result.reason.code);
  assert.equal(failures, ['journal-moved']);
  await other.close();
});

test('a role that can only read reads it; one that may not is told how', async () => {
  const journal = session.journal('limbeck_journal');
  await session.transaction(async () => {
    await journal.ensure();
    await journal.insert(entry('a'));
  });
  for (const role of ['reader', 'stranger']) await session.execute(`CREATE ROLE ${role} LOGIN`);
  await session.execute('GRANT SELECT ON limbeck_journal TO reader');
  await session.execute('ALTER ROLE reader SET default_transaction_read_only TO on');
  const reader = await open(server.socketUrl().replace('postgres@', 'reader@'));
  assert.equal(await reader.journal('limbeck_journal').read(), [entry('a')]);
  await rejection(
    reader.transaction(() => reader.journal('limbeck_journal').insert(entry('b'))),
    'database-readonly',
  );
  await reader.close();
  const stranger = await open(server.socketUrl().replace('postgres@', 'stranger@'));
  const denied = await rejection(stranger.journal('limbeck_journal').read(), 'sql-failed');
  assert.match(denied.message, /permission denied for table limbeck_journal/);
  assert.ok(denied.hint);
  await stranger.close();
});

test('a journal in another schema stops, unless the URL chose the schema or the name does', async () => {
  await session.transaction(() => session.journal('limbeck_journal').ensure());
  await session.execute('CREATE SCHEMA "Other"');
  await session.execute('CREATE ROLE lost LOGIN');
  await session.execute('ALTER ROLE lost SET search_path TO "Other"');
  await session.execute('GRANT ALL ON SCHEMA "Other" TO lost');
  const lost = await open(server.socketUrl().replace('postgres@', 'lost@'));
  const error = await rejection(lost.journal('limbeck_journal').read(), 'journal-elsewhere');
  assert.match(error.message, /schema Other has no limbeck_journal, but schema public has one/);
  await rejection(
    lost.transaction(() => lost.journal('limbeck_journal').ensure()),
    'journal-elsewhere',
  );
  assert.is(await lost.journal('Other.limbeck_journal').exists(), false);
  await lost.close();
  const chosen = await open(`${server.tcpUrl()}?options=-csearch_path%3D%22Other%22`);
  await chosen.transaction(() => chosen.journal('limbeck_journal').ensure());
  assert.is(await chosen.journal('limbeck_journal').exists(), true);
  await chosen.execute('DROP SCHEMA "Other" CASCADE');
  await chosen.close();
});

test('a newer format is refused, and a table that is no journal', async () => {
  const journal = session.journal('limbeck_journal');
  await session.transaction(async () => {
    await journal.ensure();
    await journal.insert(entry('a'));
  });
  await session.execute('UPDATE limbeck_journal SET format = 2');
  await rejection(journal.read(), 'journal-newer');
  await rejection(
    session.transaction(() => journal.ensure()),
    'journal-newer',
  );
  await session.execute('UPDATE limbeck_journal SET format = 1');
  await session.execute('ALTER TABLE limbeck_journal ADD mood text');
  assert.match((await rejection(journal.read(), 'journal-newer')).message, /mood/);
  await session.execute('CREATE TABLE diary (day date)');
  await rejection(session.journal('diary').read(), 'bad-config');
  await session.execute('DROP TABLE diary');
});

test.run();
