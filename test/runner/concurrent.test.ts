import { spawn } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileURLToPath } from 'node:url';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { readRevisions } from '../../lib/revision/directory.ts';
import type { Revision } from '../../lib/revision/revision.ts';
import { openBook } from '../../lib/runner/book.ts';
import { halfFor } from '../../lib/runner/history.ts';
import { entryFor } from '../../lib/runner/record.ts';
import { run } from '../../lib/runner/run.ts';
import type { RunInput } from '../../lib/runner/run.ts';
import { failure, makeProject, writeThree } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('runs at once');

test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());

const runner = fileURLToPath(new URL('./runner-process.ts', import.meta.url));

const start = (project: TestProject, target: string): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', runner, JSON.stringify(project.config), target], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });

test('several upgrades at once apply each revision exactly once, and all succeed', async ({ project }) => {
  await project.write('1_one.up.sql', 'CREATE TABLE counted (n INTEGER);\n');
  for (let id = 2; id <= 12; id += 1) await project.write(`${id}_n.up.sql`, `INSERT INTO counted VALUES (${id});\n`);
  const results = await Promise.all(Array.from({ length: 4 }, () => start(project, 'head')));
  assert.equal(
    results.map(({ code }) => code),
    [0, 0, 0, 0],
    results.map(({ output }) => output).join('\n'),
  );
  assert.equal(await project.query('SELECT count(*) AS n, count(DISTINCT n) AS d FROM counted'), [{ n: 11, d: 11 }]);
  assert.is((await project.journal()).length, 12);
  const applied = results.flatMap(({ output }) => output.match(/done \d+/g) ?? []);
  assert.is(applied.length, 12);
});

test('+1 from several at once goes one step for each', async ({ project }) => {
  await writeThree(project);
  const results = await Promise.all([start(project, '+1'), start(project, '+1')]);
  assert.equal(
    results.map(({ code }) => code),
    [0, 0],
    results.map(({ output }) => output).join('\n'),
  );
  assert.equal(
    (await project.journal()).map(({ revision }) => revision),
    ['1', '2'],
  );
});

test('a journal that moved since it was read is seen inside the transaction', async ({ project }) => {
  await writeThree(project);
  await upgrade(project.config, project.options('2'));
  await project.session(async (session) => {
    const journal = session.journal(project.config.journalTable);
    const book = openBook(session, journal);
    const [first] = await book.read();
    assert.ok(first !== undefined);
    await session.transaction(() => journal.remove('2'));
    let ran = false;
    const error = await failure(
      book.transact(async () => {
        ran = true;
      }),
    );
    assert.is(error.code, 'journal-moved');
    assert.not(ran);
    await book.read();
    await session.transaction(() => journal.update({ revision: '1', state: 'applied', statementsDone: 7, durationMs: 0 }));
    assert.is((await failure(book.transact(() => Promise.resolve()))).code, 'journal-moved', 'an update is a move');
    await book.read();
    await session.transaction(async () => {
      await journal.remove('1');
      await journal.insert({ ...first, revision: '9' });
    });
    assert.is((await failure(book.transact(() => Promise.resolve()))).code, 'journal-moved', 'as many rows, but others');
    await book.read();
    await book.transact(() => journal.remove('9'));
    await book.transact(() => Promise.resolve());
  });
});

test('an upgrade whose journal moves under it plans anew, and runs what is left once', async ({ project }) => {
  await writeThree(project);
  const revisions = await readRevisions(project.config.migrations, 'migrations');
  const outcome = await project.session((session) => run(runInput(project, interrupted(session, project, revisions), revisions)));
  assert.equal(
    outcome.steps.map(({ revision }) => revision),
    ['2', '3'],
  );
  assert.equal(outcome.to, ['3']);
  assert.equal(
    (await project.journal()).map(({ revision }) => revision),
    ['1', '2', '3'],
  );
  assert.equal(await project.tables(), ['one', 'three', 'two']);
  const plans = project.events.flatMap((event) => (event.type === 'plan' ? [event.revisions.join()] : []));
  assert.equal(plans, ['1,2,3', '2,3']);
});

/** A session before whose first transaction someone else applies revision 1. */
const interrupted = (session: Session, project: TestProject, revisions: readonly Revision[]): Session => {
  let isFirst = true;
  const interfere = async (): Promise<void> => {
    const [revision] = revisions;
    if (revision === undefined) throw new Error('no revision');
    const journal = session.journal(project.config.journalTable);
    await session.transaction(async () => {
      await journal.ensure();
      await session.execute('CREATE TABLE one (id INTEGER PRIMARY KEY)');
      const half = halfFor(revision, 'sqlite');
      await journal.insert(entryFor({ revision, half, engine: 'sqlite', state: 'applied', durationMs: 0, statementsDone: 1 }));
    });
  };
  return {
    ...session,
    transaction: async (work, options) => {
      if (isFirst) {
        isFirst = false;
        await interfere();
      }
      return session.transaction(work, options);
    },
  };
};

const runInput = (project: TestProject, session: Session, revisions: readonly Revision[]): RunInput => ({
  session,
  revisions,
  scope: project.scope,
  lockTimeoutMs: 1000,
  direction: 'up',
  target: 'head',
  verify: true,
  allowOutOfOrder: false,
  strictDrift: false,
  onEvent: (event) => project.events.push(event),
  signal: undefined,
});

test.run();
