import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEntry, OpenOptions, Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { isLimbeckError } from '../../lib/errors.ts';

/*
 * Another process at a SQLite database, for tests: `sqlite-child.ts DRIVER FOLDER URL ACTION [ARGUMENT]`. Prints one line of
 * JSON with what came of it. With LIMBECK_TEST_UID set it gives up root before it opens anything.
 */
const [driver, directory = '/', url = '', action = '', argument = ''] = process.argv.slice(2);

const open = (options: Pick<OpenOptions, 'mode'> & Partial<OpenOptions>): Promise<Session> =>
  openSession(url, { directory, busyTimeoutMs: 500, driver: driver === 'node:sqlite' ? driver : 'sql.js', ...options });

const actions: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
  read: async (session) => (await session.query('SELECT count(*) AS n FROM a'))[0]?.['n'],
  write: async (session) => {
    await session.transaction(() => session.execute(argument));
    return 'done';
  },
  'write-off': async (session) => {
    await session.transaction(() => session.execute(argument), { foreignKeys: 'off' });
    return 'done';
  },
  /** Holds the lock until the file ARGUMENT is there. */
  hold: async (session) => {
    const lock = await session.lock({ timeoutMs: 1000 });
    process.stdout.write('{"locked":true}\n');
    while (!existsSync(argument)) await sleep(10);
    await lock.release();
    return 'released';
  },
  /** Takes the lock and is killed with it. */
  die: async (session) => {
    await session.lock({ timeoutMs: 1000 });
    process.kill(process.pid, 'SIGKILL');
    await sleep(10_000);
    return 'alive';
  },
  /** Applies revisions 1 to ARGUMENT as limbeck does, each unless the journal has it. */
  upgrade: async (session) => {
    const journal = session.journal('limbeck_journal');
    const lock = await session.lock({ timeoutMs: 60_000 });
    let applied = 0;
    try {
      for (let revision = 1; revision <= Number(argument); revision += 1) {
        await session.transaction(async () => {
          await journal.ensure();
          if ((await journal.read()).some((each) => each.revision === String(revision))) return;
          await session.execute(`INSERT INTO a (id) VALUES (${revision})`);
          await journal.insert(entry(String(revision)));
          applied += 1;
        });
      }
    } finally {
      await lock.release();
    }
    return applied;
  },
  /** Adds 1 to a number, ARGUMENT times, without the run's lock. */
  add: async (session) => {
    for (let turn = 0; turn < Number(argument); turn += 1) {
      await session.transaction(async () => {
        const [row] = await session.query('SELECT n FROM number');
        await session.execute(`UPDATE number SET n = ${Number(row?.['n']) + 1}`);
      });
    }
    return 'done';
  },
};

const entry = (revision: string): JournalEntry => ({
  revision,
  parents: [],
  dependsOn: [],
  slug: '',
  engine: 'sqlite',
  checksum: '',
  down: undefined,
  touches: '',
  appliedAt: new Date().toISOString(),
  appliedBy: String(process.pid),
  durationMs: 0,
  statementsDone: 1,
  state: 'applied',
  limbeckVersion: '',
});

/** The modules are loaded first, because afterwards they may be out of reach. */
const giveUpRoot = async (): Promise<void> => {
  const uid = Number(process.env['LIMBECK_TEST_UID']);
  if (Number.isNaN(uid) || process.getuid?.() !== 0) return;
  const session = await openSession('sqlite://', { mode: 'write', directory, driver: driver === 'node:sqlite' ? driver : 'sql.js' });
  await session.query('SELECT 1');
  await session.close();
  process.setgroups?.([]);
  process.setegid?.(uid);
  process.seteuid?.(uid);
};

const main = async (): Promise<unknown> => {
  await giveUpRoot();
  const patience = action === 'upgrade' || action === 'add' ? { busyTimeoutMs: 60_000 } : {};
  const session = await open({ mode: action === 'read' ? 'read' : 'write', create: action === 'write', ...patience });
  try {
    return await actions[action]?.(session);
  } finally {
    await session.close();
  }
};

try {
  process.stdout.write(`${JSON.stringify({ result: await main() })}\n`);
} catch (error) {
  const told = isLimbeckError(error)
    ? { code: error.code, message: error.message, hint: error.hint }
    : { code: 'crash', message: String(error instanceof Error ? error.stack : error) };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
