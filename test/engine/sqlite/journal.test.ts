import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('the journal of SQLite');

const inMemory = (work: (session: Session) => Promise<void>) => async (): Promise<void> => {
  const session = await openSession('sqlite://', { mode: 'write', directory: '/' });
  try {
    await session.transaction(() => session.journal('j').ensure());
    await work(session);
  } finally {
    await session.close();
  }
};

const row = `INSERT INTO j VALUES (1, FORMAT, '1', '[]', '[]', '', 'sqlite', '', 'applied', 0, 0, '', '', '', 0, '', NULL)`;

test(
  'one of a higher format is refused by reader and writer',
  inMemory(async (session) => {
    await session.execute(row.replace('FORMAT', '2'));
    const error = await rejects('journal-newer', () => session.journal('j').read());
    assert.match(`${error.message} ${error.hint}`, /format 2.*npm install limbeck/s);
    await rejects('journal-newer', () => session.transaction(() => session.journal('j').ensure()));
  }),
);

test(
  'one with a column that we do not know is refused, also without rows',
  inMemory(async (session) => {
    await session.execute('ALTER TABLE j ADD COLUMN tenant TEXT');
    await rejects('journal-newer', () => session.journal('j').read());
    await rejects('journal-newer', () => session.transaction(() => session.journal('j').ensure()));
  }),
);

test(
  'a table of that name that is no journal is not written to',
  inMemory(async (session) => {
    await session.execute('CREATE TABLE other (id INTEGER)');
    const error = await rejects('bad-config', () => session.transaction(() => session.journal('other').ensure()));
    assert.match(error.message, /other is not a journal/);
    await rejects('bad-config', () => session.journal('other').read());
    assert.deepEqual(await session.query('SELECT * FROM other'), []);
  }),
);

test(
  'it is made in the transaction, and goes with it',
  inMemory(async (session) => {
    const failure = new Error('no');
    await assert.rejects(
      session.transaction(async () => {
        await session.journal('k').ensure();
        throw failure;
      }),
      failure,
    );
    assert.equal(await session.journal('k').exists(), false);
  }),
);

test(
  'it is no part of the schema',
  inMemory(async (session) => {
    const scope = { exclude: [], journalTable: 'j' };
    assert.equal((await session.inspect(scope)).objects.size, 0);
    assert.equal((await session.fingerprint(scope)).objects.size, 0);
  }),
);

test.run();
