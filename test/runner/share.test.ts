import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downgrade } from '../../lib/api/downgrade.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { LimbeckError } from '../../lib/errors.ts';
import { readRevisions } from '../../lib/revision/directory.ts';
import { run, type RunInput, type RunOutcome } from '../../lib/runner/run.ts';
import { failure, makeProject } from './project.ts';
import type { TestProject } from './project.ts';

const test = suite<{ project: TestProject }>('revisions that share a transaction');

test.before.each(async (context) => {
  context.project = await makeProject();
});
test.after.each(({ project }) => project.close());

/** Writes pairs 01, 02, … of these statements. */
const writePairs = async (project: TestProject, pairs: readonly (readonly [up: string, down: string])[]): Promise<void> => {
  for (const [index, [up, down]] of pairs.entries()) {
    const id = String(index + 1).padStart(2, '0');
    await project.write(`${id}_step.up.sql`, `${up}\n`);
    await project.write(`${id}_step.down.sql`, `${down}\n`);
  }
};

const tables = (count: number): readonly (readonly [string, string])[] =>
  Array.from(
    { length: count },
    (_, index) => [`CREATE TABLE t${index + 1} (id INTEGER PRIMARY KEY);`, `DROP TABLE t${index + 1};`] as const,
  );

const inputOf = async (project: TestProject, direction: 'up' | 'down', target: string): Promise<Omit<RunInput, 'session'>> => ({
  revisions: await readRevisions(project.config.migrations, 'migrations'),
  scope: project.scope,
  lockTimeoutMs: 1000,
  direction,
  target,
  verify: true,
  allowOutOfOrder: false,
  strictDrift: false,
  onEvent: (event) => project.events.push(event),
  signal: undefined,
});

/** Runs to a target, as the commands do, and counts the transactions. */
const transactionsOf = (project: TestProject, direction: 'up' | 'down', target: string): Promise<number> =>
  project.session(async (session) => {
    let count = 0;
    const transaction: Session['transaction'] = (work, options) => {
      count += 1;
      return session.transaction(work, options);
    };
    await run({ ...(await inputOf(project, direction, target)), session: { ...session, transaction } });
    return count;
  });

const told = ({ events }: TestProject): readonly string[] =>
  events.flatMap((event) => (event.type === 'start' || event.type === 'done' ? [`${event.type} ${event.revision}`] : []));

const applied = async (project: TestProject): Promise<readonly string[]> => (await project.journal()).map(({ revision }) => revision);

test('those of DDL alone commit together, and each is told, recorded and reverted by itself', async ({ project }) => {
  await writePairs(project, tables(10));
  assert.ok((await transactionsOf(project, 'up', 'head')) < 10);
  const ids = await applied(project);
  assert.is(ids.length, 10);
  assert.equal(
    told(project),
    ids.flatMap((id) => [`start ${id}`, `done ${id}`]),
  );
  await downgrade(project.config, project.options('-1'));
  assert.is((await applied(project)).at(-1), '09');
  assert.ok((await transactionsOf(project, 'down', 'base')) < 9);
  assert.equal([await applied(project), await project.tables()], [[], []]);
  const { steps } = await upgrade(project.config, project.options('head'));
  assert.equal(
    steps.map((step) => Object.keys(step).sort().join(' ')),
    ids.map(() => 'checked durationMs revision slug'),
  );
});

test('one that fails says so as if it were alone; those before it stay, and nothing is told twice', async ({ project }) => {
  await writePairs(project, [...tables(3), ['CREATE TABLE t4 (id INTEGER);\nCREATE TABLE t2 (id INTEGER);', ''], ...tables(9).slice(7)]);
  await upgrade(project.config, project.options('01'));
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.is(error.code, 'sql-failed');
  assert.equal([error.where?.file, error.where?.line], ['migrations/04_step.up.sql', 2]);
  assert.equal(told(project), ['start 01', 'done 01', 'start 02', 'done 02', 'start 03', 'done 03', 'start 04']);
  assert.equal(await applied(project), ['01', '02', '03']);
  assert.equal(await project.tables(), ['t1', 't2', 't3']);
});

test('one that is not as its proof says stops there, too', async ({ project }) => {
  await writePairs(project, [...tables(2), ['ALTER TABLE t9 RENAME TO t8;', 'ALTER TABLE t8 RENAME TO t9;']]);
  const error = await failure(upgrade(project.config, project.options('head')));
  assert.match(error.message, /t9/);
  assert.equal(await applied(project), ['01', '02']);
});

test('rows, PRAGMAs, queries and rebuilds have a transaction of their own', async ({ project }) => {
  await writePairs(project, [
    ...tables(2),
    ['INSERT INTO t1 VALUES (1);', 'DELETE FROM t1;'],
    ['CREATE TABLE copy AS SELECT * FROM t1;', 'DROP TABLE copy;'],
    ['PRAGMA user_version = 7;', 'PRAGMA user_version = 0;'],
    ['CREATE VIEW v AS SELECT * FROM t1;', 'DROP VIEW v;'],
  ]);
  await upgrade(project.config, project.options('02'));
  assert.is(await transactionsOf(project, 'up', 'head'), 4);
});

/** Dropping the parent breaks a deferred foreign key until the child is dropped: one alone cannot be committed. */
const deferred = (start: string, drop: string, schema: string): readonly (readonly [string, string])[] => [
  [`${start}CREATE TABLE ${schema}parent (id INTEGER PRIMARY KEY);\nINSERT INTO ${schema}parent VALUES (1);`, ''],
  [`CREATE TABLE ${schema}child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO ${schema}child VALUES (1);`, ''],
  [`${drop} ${schema}parent;`, ''],
  [`${drop} ${schema}child;`, ''],
];

const none = ['', ''] as const;

const ways: readonly (readonly [name: string, start: string, drop: string, schema: string])[] = [
  ['', '', 'DROP TABLE', ''],
  [', with a comment between the words', '', 'DROP /* both */ TABLE', ''],
  [', where LIKE minds the case', 'PRAGMA case_sensitive_like = ON;\n', 'DROP TABLE', ''],
  [', of temporary tables', '', 'DROP TABLE', 'temp.'],
  [', of an attached database', "ATTACH ':memory:' AS beside;\n", 'DROP TABLE', 'beside.'],
];

for (const [name, start, drop, schema] of ways) {
  test(`what a later one would mend is not mended by company: a deferred foreign key breaks where it breaks alone${name}`, async ({
    project,
  }) => {
    await writePairs(project, deferred(start, drop, schema));
    const error = await failure(upgrade(project.config, project.options('head')));
    assert.is(error.code, 'foreign-keys-broken');
    assert.equal(await applied(project), ['01', '02']);
    assert.equal(await project.tables(), schema === '' ? ['child', 'parent'] : []);
  });
}

/** Runs to head with something that is done before each transaction, or at its end. */
const runBeside = async (
  project: TestProject,
  { before, inside }: { readonly before?: (session: Session) => Promise<void>; readonly inside?: () => Promise<void> },
  driver?: 'sql.js',
): Promise<RunOutcome> => {
  const { directory, config } = project;
  const session = await openSession(config.url ?? '', { mode: 'write', create: true, directory, ...(driver && { driver }) });
  const transaction: Session['transaction'] = async (work, options) => {
    await before?.(session);
    return session.transaction(async () => {
      const result = await work();
      await inside?.();
      return result;
    }, options);
  };
  try {
    return await run({ ...(await inputOf(project, 'up', 'head')), session: { ...session, transaction } });
  } finally {
    await session.close();
  }
};

test('what is made between the choice and the transaction keeps them apart', async ({ project }) => {
  const [made = none, , ...drops] = deferred('', 'DROP TABLE', '');
  await writePairs(project, [made, ...drops]);
  await upgrade(project.config, project.options('01'));
  let isThere = false;
  const before = async (session: Session): Promise<void> => {
    if (isThere) return;
    isThere = true;
    await session.execute('CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)');
    await session.execute('INSERT INTO child VALUES (1)');
  };
  assert.is((await failure(runBeside(project, { before }))).code, 'foreign-keys-broken');
  assert.equal(await applied(project), ['01']);
});

test('a session that is lost says why, not that it is lost', async ({ project }) => {
  await writePairs(project, tables(3));
  const inside = (): Promise<void> => appendFile(join(project.directory, 'app.db'), 'x');
  const error = await failure(runBeside(project, { inside }, 'sql.js'));
  assert.is(error.code, 'database-conflict');
  assert.equal(told(project), ['start 01']);
});

test('who keeps the database is waited for once', async ({ project }) => {
  await writePairs(project, tables(3));
  let count = 0;
  const busy = new LimbeckError('database-busy', 'another process keeps it');
  const inside = async (): Promise<void> => {
    count += 1;
    throw busy;
  };
  assert.is(await failure(runBeside(project, { inside })), busy);
  assert.is(count, 1);
  assert.equal(told(project), ['start 01']);
  assert.equal([await applied(project), await project.tables()], [[], []]);
});

test('a run that is cancelled tells nothing that it did not keep', async ({ project }) => {
  await writePairs(project, tables(10));
  const controller = new AbortController();
  controller.abort();
  const error = await failure(upgrade(project.config, project.options('head', { signal: controller.signal })));
  assert.is(error.code, 'cancelled');
  assert.equal(
    told(project).filter((line) => line.startsWith('done')),
    [],
  );
});

test.run();
