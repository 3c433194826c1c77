import { suite } from 'uvu';
import type { OpenOptions, Session } from '../../../lib/engine/engine.ts';
import { fingerprint } from '../../../lib/engine/postgres/fingerprint/fingerprint.ts';
import { openPostgres } from '../../../lib/engine/postgres/session.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { sessionContract } from '../../contract/session-contract.ts';
import { open, parts } from '../../support/postgres/parts.ts';
import { startServer } from '../../support/postgres/server.ts';

const test = suite('the contract of a session, on PostgreSQL');
let server: LocalServer;
let admin: Session;
let count = 0;
test.before(async () => {
  server = await startServer();
  admin = await open(server.socketUrl());
});
test.after(async () => {
  await admin.close();
  await server.stop();
});

/** The contract writes parameters as `?`, which is an operator here. */
const withMarks = (session: Session): Session => ({
  ...session,
  query: (sql, parameters = []) => {
    let number = 0;
    return session.query(parameters.length === 0 ? sql : sql.replaceAll('?', () => `$${(number += 1)}`), parameters);
  },
});

const withDatabase = async (work: (open: (options?: Partial<OpenOptions>) => Promise<Session>) => Promise<void>): Promise<void> => {
  const name = `contract_${(count += 1)}`;
  await admin.execute(`CREATE DATABASE ${name}`);
  try {
    const url = (options: Partial<OpenOptions>): string => server.tcpUrl(options.directory === '/nowhere/at/all' ? 'nowhere' : name);
    await work(async (options = {}) =>
      withMarks(await openPostgres(url(options), { mode: 'write', directory: import.meta.dirname, ...options }, { ...parts, fingerprint })),
    );
  } finally {
    await admin.execute(`DROP DATABASE ${name} WITH (FORCE)`);
  }
};

/** What the contract words after SQLite: its message for NOT NULL, and a transaction that serialises by itself. */
const sqliteOnly: readonly string[] = ['tells a failed statement by what the database said', 'two sessions at once lose nothing'];

sessionContract(
  (name, run) => {
    if (!sqliteOnly.some((end) => name.endsWith(end))) test(name, run);
  },
  { name: 'postgres', isShared: true, withDatabase },
);

test.run();
