import { suite } from 'uvu';
import { openSession } from '../../lib/engine/open.ts';
import type { Session } from '../../lib/engine/engine.ts';
import type { LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { goldenCases } from '../support/golden.ts';
import { startServer } from '../support/postgres/server.ts';

/** What limbeck writes differs a little from major to major; the expectation is of the newest. */
const test = suite('golden cases, postgres');
let server: LocalServer;
let admin: Session;
test.before(async () => {
  server = await startServer('18');
  admin = await openAt(server.socketUrl());
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

const openAt = (url: string): Promise<Session> => openSession(url, { mode: 'write', directory: import.meta.dirname });

goldenCases(test, 'postgres', { exclude: [], journalTable: 'limbeck_journal', schemas: ['*'], privileges: true }, async (name) => {
  const database = `case_${name.replaceAll('-', '_')}`;
  await admin.execute(`CREATE DATABASE ${database} TEMPLATE template0`);
  return openAt(server.socketUrl(database));
});

test.run();
