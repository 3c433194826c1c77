import assert from 'node:assert/strict';
import type { Journal, JournalEntry, OpenOptions, Session } from '../../lib/engine/engine.ts';
import { rejects } from '../support/rejects.ts';

/** One (engine, driver, place) to hold to the contract. */
export interface Backend {
  readonly name: string;
  /** False: a second session cannot see what the first one did (a database in memory). */
  readonly isShared: boolean;
  /** Runs `work` on a database of its own, which `open` opens (as often as it is asked) and creates. */
  readonly withDatabase: (work: (open: (options?: Partial<OpenOptions>) => Promise<Session>) => Promise<void>) => Promise<void>;
}

interface Suite {
  (name: string, test: () => Promise<void>): void;
}

const scope = { exclude: [], journalTable: 'limbeck_journal' };

/** Adds the tests of what engine.ts promises of a Session; the same for every backend, in SQL that every engine reads. */
export const sessionContract = (test: Suite, backend: Backend): void => {
  const on = (
    name: string,
    work: (session: Session, open: (options?: Partial<OpenOptions>) => Promise<Session>) => Promise<void>,
  ): void => {
    test(`${backend.name}: ${name}`, () =>
      backend.withDatabase(async (open) => {
        const session = await open();
        try {
          await work(session, open);
        } finally {
          await session.close();
        }
      }));
  };
  statements(on);
  transactions(on);
  foreignKeys(on);
  locks(on, backend);
  journals(on);
  others(on);
  if (backend.isShared) shared(on);
};

type On = (name: string, work: (session: Session, open: (options?: Partial<OpenOptions>) => Promise<Session>) => Promise<void>) => void;

const count = async (session: Session, table: string): Promise<unknown> =>
  (await session.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n'];

const statements = (on: On): void => {
  on('says who it is', async ({ server, dialect, location }) => {
    assert.match(server.version, /^\d+\.\d+/);
    assert.ok(server.version.startsWith(`${server.major}.`));
    assert.ok(server.driver.length > 0 && server.product.length > 0 && dialect.name.length > 0 && location.length > 0);
  });

  on('runs statements and gives rows', async (session) => {
    await session.execute('CREATE TABLE a (id integer PRIMARY KEY, name text)');
    await session.execute("INSERT INTO a (id, name) VALUES (1, 'one'), (2, NULL)");
    assert.deepEqual(await session.query('SELECT id, name FROM a ORDER BY id'), [
      { id: 1, name: 'one' },
      { id: 2, name: null },
    ]);
    assert.deepEqual(await session.query('SELECT id FROM a WHERE id > 9'), []);
  });

  on('binds parameters as values, never as text of the statement', async (session) => {
    await session.execute('CREATE TABLE a (id integer PRIMARY KEY, name text)');
    const nasty = `'); DROP TABLE a; --\u0001 "é" 🍺`;
    await session.query('INSERT INTO a (id, name) VALUES (?, ?)', [7, nasty]);
    assert.deepEqual(await session.query('SELECT name FROM a WHERE id = ?', [7]), [{ name: nasty }]);
  });

  on('keeps large integers exact', async (session) => {
    await session.execute('CREATE TABLE a (n bigint)');
    await session.execute('INSERT INTO a VALUES (9007199254740993), (-9223372036854775808), (42)');
    const rows = await session.query('SELECT n FROM a ORDER BY n');
    assert.deepEqual(
      rows.map(({ n }) => n),
      [-9223372036854775808n, 42, 9007199254740993n],
    );
  });

  on('tells a failed statement by what the database said', async (session) => {
    await session.execute('CREATE TABLE a (id integer PRIMARY KEY, name text NOT NULL)');
    const error = await rejects('sql-failed', () => session.execute('INSERT INTO a (id) VALUES (1)'));
    assert.match(error.message, /NOT NULL/i);
    assert.equal(error.data?.['statement'], 'INSERT INTO a (id) VALUES (1)');
    assert.ok(error.cause instanceof Error);
    await rejects('sql-failed', () => session.query('SELECT missing FROM a'));
    await rejects('sql-failed', () => session.execute('this is not SQL'));
    assert.equal(await count(session, 'a'), 0, 'the session goes on');
  });
};

const transactions = (on: On): void => {
  on('commits, and gives back what the work gave', async (session) => {
    const result = await session.transaction(async () => {
      await session.execute('CREATE TABLE a (id integer)');
      await session.execute('INSERT INTO a VALUES (1)');
      return 'done';
    });
    assert.equal(result, 'done');
    assert.equal(await count(session, 'a'), 1);
  });

  on('rolls back tables and rows when the work rejects', async (session) => {
    await session.execute('CREATE TABLE a (id integer)');
    const failure = new Error('no');
    await assert.rejects(
      session.transaction(async () => {
        await session.execute('INSERT INTO a VALUES (1)');
        await session.execute('CREATE TABLE b (id integer)');
        throw failure;
      }),
      (error) => error === failure,
    );
    assert.equal(await count(session, 'a'), 0);
    await rejects('sql-failed', () => session.query('SELECT * FROM b'));
    await session.transaction(() => session.execute('INSERT INTO a VALUES (2)'));
    assert.equal(await count(session, 'a'), 1, 'the next transaction works');
  });

  on('rolls back when a statement fails', async (session) => {
    await session.execute('CREATE TABLE a (id integer NOT NULL)');
    await rejects('sql-failed', () =>
      session.transaction(async () => {
        await session.execute('INSERT INTO a VALUES (1)');
        await session.execute('INSERT INTO a VALUES (NULL)');
      }),
    );
    assert.equal(await count(session, 'a'), 0);
  });

  on('does not nest', async (session) => {
    await session.execute('CREATE TABLE a (id integer)');
    await rejects('internal', () =>
      session.transaction(async () => {
        await session.execute('INSERT INTO a VALUES (1)');
        await session.transaction(() => session.execute('INSERT INTO a VALUES (2)'));
      }),
    );
    assert.equal(await count(session, 'a'), 0);
  });

  on('stops between statements when it is cancelled, and rolls back', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    const controller = new AbortController();
    const other = await open({ signal: controller.signal });
    try {
      await other.execute('CREATE TABLE IF NOT EXISTS a (id integer)');
      await rejects('cancelled', () =>
        other.transaction(async () => {
          await other.execute('INSERT INTO a VALUES (1)');
          controller.abort();
          await other.execute('INSERT INTO a VALUES (2)');
        }),
      );
      await rejects('cancelled', () => other.query('SELECT 1'));
    } finally {
      await other.close();
    }
    assert.equal(await count(session, 'a'), 0);
  });

  on('is not committed when it is cancelled in its last statement', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    const controller = new AbortController();
    const other = await open({ signal: controller.signal });
    try {
      await other.execute('CREATE TABLE IF NOT EXISTS a (id integer)');
      await rejects('cancelled', () =>
        other.transaction(async () => {
          await other.execute('INSERT INTO a VALUES (1)');
          controller.abort();
        }),
      );
    } finally {
      await other.close();
    }
    assert.equal(await count(session, 'a'), 0);
  });

  on('is done once it is closed', async (session) => {
    await session.close();
    await session.close();
    await rejects('session-lost', () => session.query('SELECT 1'));
    await rejects('session-lost', () => session.transaction(async () => undefined));
  });
};

const family = async (session: Session): Promise<void> => {
  await session.execute('CREATE TABLE parent (id integer PRIMARY KEY)');
  await session.execute('CREATE TABLE child (id integer PRIMARY KEY, parent_id integer REFERENCES parent (id) ON DELETE CASCADE)');
  await session.execute('INSERT INTO parent (id) VALUES (1)');
  await session.execute('INSERT INTO child (id, parent_id) VALUES (10, 1)');
};

const foreignKeys = (on: On): void => {
  on('enforces foreign keys', async (session) => {
    await family(session);
    await rejects('sql-failed', () => session.execute('INSERT INTO child (id, parent_id) VALUES (11, 99)'));
    await session.execute('DELETE FROM parent');
    assert.equal(await count(session, 'child'), 0, 'the cascade ran');
  });

  const onSwitch = (name: string, work: (session: Session) => Promise<void>): void =>
    on(name, async (session) => {
      if (!session.dialect.capabilities.foreignKeySwitch) return;
      await family(session);
      await work(session);
      await rejects('sql-failed', () => session.execute('INSERT INTO child (id, parent_id) VALUES (12, 99)'));
    });

  onSwitch('switched off, a parent can be dropped and made again without a cascade', async (session) => {
    await session.transaction(
      async () => {
        await session.execute('DROP TABLE parent');
        await session.execute('CREATE TABLE parent (id integer PRIMARY KEY, name text)');
        await session.execute('INSERT INTO parent (id) VALUES (1)');
      },
      { foreignKeys: 'off' },
    );
    assert.equal(await count(session, 'child'), 1);
  });

  onSwitch('switched off, rows that lose their parent stop the commit', async (session) => {
    const error = await rejects('foreign-keys-broken', () =>
      session.transaction(() => session.execute('DELETE FROM parent'), { foreignKeys: 'off' }),
    );
    assert.deepEqual(error.data?.['tables'], ['child']);
    assert.deepEqual(error.data?.['violations'], [{ table: 'child', rowid: 10, parent: 'parent' }]);
    assert.equal(await count(session, 'parent'), 1, 'rolled back');
  });

  onSwitch('switched off, rows that had no parent before do not stop it', async (session) => {
    await session.execute('PRAGMA foreign_keys = OFF');
    await session.execute('INSERT INTO child (id, parent_id) VALUES (13, 98)');
    await session.transaction(() => session.execute('INSERT INTO parent (id) VALUES (2)'), { foreignKeys: 'off' });
    await rejects('foreign-keys-broken', () =>
      session.transaction(() => session.execute('INSERT INTO child (id, parent_id) VALUES (14, 98)'), { foreignKeys: 'off' }),
    );
    assert.equal(await count(session, 'child'), 2);
  });

  onSwitch('is back on after an error, too', async (session) => {
    await assert.rejects(session.transaction(() => Promise.reject(new Error('no')), { foreignKeys: 'off' }));
  });
};

const locks = (on: On, backend: Backend): void => {
  on('locks, releases, and locks again', async (session) => {
    const first = await session.lock({ timeoutMs: 100 });
    await first.release();
    await first.release();
    const second = await session.lock({ timeoutMs: 100 });
    await second.release();
  });

  if (!backend.isShared) return;
  on('keeps another session out until released', async (session, open) => {
    const lock = await session.lock({ timeoutMs: 100 });
    const other = await open();
    try {
      const holders: (string | undefined)[] = [];
      await rejects('database-busy', () => other.lock({ timeoutMs: 150, onWait: (holder) => holders.push(holder) }));
      assert.equal(holders.length, 1, 'said once');
      const waiting = other.lock({ timeoutMs: 5000 });
      setTimeout(() => void lock.release(), 50);
      await (await waiting).release();
    } finally {
      await other.close();
    }
  });

  on('lets go of its lock when it is closed', async (session, open) => {
    const other = await open();
    await other.lock({ timeoutMs: 100 });
    await other.close();
    await (await session.lock({ timeoutMs: 100 })).release();
  });
};

const entry = (revision: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  revision,
  parents: [],
  dependsOn: [],
  slug: 'a_slug',
  engine: 'sqlite',
  checksum: 'c1:00',
  down: undefined,
  touches: '',
  appliedAt: '2026-11-23T10:00:00.000Z',
  appliedBy: 'someone@somewhere',
  durationMs: 12,
  statementsDone: 3,
  state: 'applied',
  limbeckVersion: '0.1.0',
  ...more,
});

const journals = (on: On): void => {
  const onJournal = (name: string, work: (journal: Journal, session: Session) => Promise<void>): void =>
    on(`journal: ${name}`, async (session) => {
      const journal = session.journal('limbeck_journal');
      await session.transaction(() => journal.ensure());
      await work(journal, session);
    });

  on('journal: what is not there reads as empty, and reading makes nothing', async (session) => {
    const journal = session.journal('limbeck_journal');
    assert.equal(await journal.exists(), false);
    assert.deepEqual(await journal.read(), []);
    assert.equal(await journal.exists(), false);
  });

  onJournal('gives back what it was given, in the order of application', async (journal, session) => {
    const entries = [
      entry('20', { parents: ['10', '11'], dependsOn: ['9'], down: '-- x\nDROP TABLE "a\'b";\n', touches: 'table a f1:1→f1:2' }),
      entry('03', { slug: "o'brien\n", state: 'stamped' }),
      entry('11', { state: 'running', statementsDone: 0 }),
    ];
    await session.transaction(async () => {
      await journal.lock();
      for (const each of entries) await journal.insert(each);
    });
    assert.deepEqual(await journal.read(), entries);
    await session.transaction(() => journal.ensure());
    assert.deepEqual(await journal.read(), entries, 'ensure changes nothing');
  });

  onJournal('a name that needs quotes', async (_, session) => {
    const journal = session.journal('my "own" journal; --');
    await session.transaction(async () => {
      await journal.ensure();
      await journal.insert(entry('1'));
    });
    assert.deepEqual(
      (await journal.read()).map(({ revision }) => revision),
      ['1'],
    );
    assert.deepEqual(await session.journal('limbeck_journal').read(), []);
  });

  onJournal('one revision once', async (journal, session) => {
    await session.transaction(() => journal.insert(entry('1')));
    await rejects('sql-failed', () => session.transaction(() => journal.insert(entry('1'))));
    assert.equal((await journal.read()).length, 1);
  });

  onJournal('removes and updates exactly one row, or says that it moved', async (journal, session) => {
    await session.transaction(() => journal.insert(entry('1', { state: 'running' })));
    await session.transaction(() => journal.update({ revision: '1', statementsDone: 9, state: 'applied', durationMs: 1 }));
    assert.deepEqual((await journal.read())[0], entry('1', { statementsDone: 9, durationMs: 1 }));
    await rejects('journal-moved', () =>
      session.transaction(() => journal.update({ revision: '2', statementsDone: 0, state: 'applied', durationMs: 0 })),
    );
    await session.transaction(() => journal.remove('1'));
    await rejects('journal-moved', () => session.transaction(() => journal.remove('1')));
    assert.deepEqual(await journal.read(), []);
  });

  onJournal('its mark is another one after every change', async (journal, session) => {
    const marks: (string | undefined)[] = [];
    const note = async (): Promise<void> => void marks.push(await journal.mark?.());
    await note();
    const steps: readonly (() => Promise<void>)[] = [
      () => journal.insert(entry('1')),
      () => journal.insert(entry('2')),
      () => journal.remove('2'),
      () => journal.insert(entry('2')),
      () => journal.remove('2'),
      () => journal.insert(entry('3')),
      () => journal.update({ revision: '3', statementsDone: 3, state: 'running', durationMs: 12 }),
    ];
    for (const step of steps) {
      await session.transaction(step);
      await note();
    }
    if (marks[0] !== undefined) {
      assert.ok(
        marks.every((mark, index) => mark !== marks[index + 1]),
        marks.join('\n'),
      );
      assert.notEqual(marks[2], marks[4], 'the same revision applied again is not the same');
    }
    const before = await journal.mark?.();
    await journal.read();
    assert.equal(await journal.mark?.(), before, 'reading moves nothing');
  });

  on('journal: its mark can be kept up from the last one', async (session) => {
    const journal = session.journal('limbeck_journal');
    await session.transaction(() => journal.ensure());
    let mark = await journal.mark?.();
    const keepUp = async (): Promise<void> => {
      mark = await journal.mark?.(mark);
      assert.equal(mark, await session.journal('limbeck_journal').mark?.());
    };
    const steps: readonly (() => Promise<void>)[] = [
      () => journal.insert(entry('1')),
      () => journal.insert(entry('2', { state: 'running', statementsDone: 7 })),
      () => journal.update({ revision: '2', statementsDone: 8, state: 'applied', durationMs: 12 }),
      () => journal.remove('2'),
      async () => {
        await journal.remove('1');
        await journal.insert(entry('3'));
      },
    ];
    for (const step of steps) {
      await session.transaction(async () => {
        await journal.lock();
        await step();
        await keepUp();
      });
      await keepUp();
    }
  });
};

const others = (on: On): void => {
  on('probes the data without reading it all', async (session) => {
    await session.execute('CREATE TABLE "od""d" (id integer)');
    assert.equal(await session.probe.hasRows('od"d'), false);
    await session.execute('INSERT INTO "od""d" VALUES (1), (2), (3)');
    assert.equal(await session.probe.hasRows('od"d'), true);
    assert.equal(await session.probe.hasRows('missing'), undefined);
    assert.equal(await session.probe.countRows('od"d', 2), 2);
    assert.equal(await session.probe.countRows('od"d', 100), 3);
  });

  on('inspects and fingerprints what is there', async (session) => {
    const empty = await session.fingerprint(scope);
    await session.execute('CREATE TABLE a (id integer PRIMARY KEY)');
    const full = await session.fingerprint(scope);
    assert.notEqual(full.whole, empty.whole);
    assert.deepEqual([...full.objects.keys()], ['table a']);
    assert.ok((await session.inspect(scope)).objects.has('table a'));
  });

  on('gives a scratch database of its own kind', async (session) => {
    await session.execute('CREATE TABLE a (id integer)');
    const [first, second] = [await session.scratch(), await session.scratch()];
    try {
      assert.equal(first.server.driver, session.server.driver);
      assert.equal((await first.inspect(scope)).objects.size, 0);
      await first.transaction(() => first.execute('CREATE TABLE b (id integer)'));
      await rejects('sql-failed', () => second.query('SELECT * FROM b'));
      await rejects('sql-failed', () => session.query('SELECT * FROM b'));
    } finally {
      await first.close();
      await second.close();
    }
    assert.equal(await count(session, 'a'), 0);
  });
};

const shared = (on: On): void => {
  on('journal: a mark that is kept up still tells what others wrote', async (session, open) => {
    const journal = session.journal('limbeck_journal');
    await session.transaction(() => journal.ensure());
    const before = await journal.mark?.();
    const other = await open();
    try {
      await other.execute('CREATE TABLE unrelated (id integer)');
      assert.equal(await session.transaction(async () => journal.mark?.(before)), before);
      await other.transaction(() => other.journal('limbeck_journal').insert(entry('1')));
    } finally {
      await other.close();
    }
    const after = await session.transaction(async () => journal.mark?.(before));
    if (before !== undefined) assert.notEqual(after, before);
    assert.equal(after, await journal.mark?.());
  });

  on('what is committed is there for another session, open before or after', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    const before = await open();
    await session.transaction(() => session.execute('INSERT INTO a VALUES (1)'));
    const after = await open({ mode: 'read', create: false });
    try {
      assert.equal(await count(before, 'a'), 1);
      assert.equal(await count(after, 'a'), 1);
      await before.transaction(() => before.execute('INSERT INTO a VALUES (2)'));
      assert.equal(await count(session, 'a'), 2);
      assert.equal(await count(after, 'a'), 2);
    } finally {
      await before.close();
      await after.close();
    }
  });

  on('two sessions at once lose nothing', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    const sessions = [session, await open(), await open()];
    try {
      await Promise.all(
        sessions.map(async (each) => {
          for (let turn = 0; turn < 8; turn += 1) {
            await each.transaction(async () => {
              const n = Number(await count(each, 'a'));
              await new Promise((resolve) => setTimeout(resolve, 1));
              await each.execute(`INSERT INTO a VALUES (${n})`);
            });
          }
        }),
      );
      const rows = await session.query('SELECT id FROM a ORDER BY id');
      assert.deepEqual(
        rows.map(({ id }) => id),
        Array.from({ length: 24 }, (_, index) => index),
      );
    } finally {
      for (const each of sessions.slice(1)) await each.close();
    }
  });

  on('a session that reads cannot write', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    const reader = await open({ mode: 'read', create: false });
    try {
      await rejects('database-readonly', () => reader.execute('INSERT INTO a VALUES (1)'));
      await rejects('database-readonly', () => reader.transaction(() => reader.execute('INSERT INTO a VALUES (1)')));
      assert.equal(await count(reader, 'a'), 0);
    } finally {
      await reader.close();
    }
    assert.equal(await count(session, 'a'), 0);
  });

  on('a database that is not there is missing, unless it may be made', async (session, open) => {
    await session.execute('CREATE TABLE a (id integer)');
    await rejects('database-missing', () => open({ mode: 'read', create: false, directory: '/nowhere/at/all' }));
    await rejects('database-missing', () => open({ mode: 'write', create: false, directory: '/nowhere/at/all' }));
  });
};
