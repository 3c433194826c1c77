import { readdir } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anyServer } from '../support/postgres/server.ts';
import { expectRun, inProject, small, twoRevisions, type Files } from './support.ts';

const test = suite('limbeck up, migrate, rollback, down, status');
let server: Awaited<ReturnType<typeof anyServer>>;
test.before(async () => {
  server = await anyServer();
});
test.after(() => server.stop());

/** Without a URL of its own, so that nothing but `up` and `create` may make a database. */
const files: Files = { ...twoRevisions, 'limbeck.json': '{}' };

const urls = (): Readonly<Record<string, string>> => ({
  sqlite: 'sqlite:///./new.db',
  postgres: server.url.replace(/\/[^/?]*(\?|$)/, '/limbeck_up_test$1'),
});

for (const engine of ['sqlite', 'postgres']) {
  test(`${engine}: up creates what is missing, migrate does not, rollback and down take one back`, () =>
    inProject(files, async ({ runWith, write }) => {
      const env = { LIMBECK_URL: urls()[engine] ?? '' };
      const run = (...args: readonly string[]): ReturnType<typeof runWith> => runWith({ env }, ...args);
      await run('drop', '--yes');
      expectRun(await run('migrate'), { status: 2, stdout: /^$/, stderr: /^error\[database-missing\][^]*limbeck create/ });
      expectRun(await run('up'), { status: 0, stderr: /^Creating database .*LIMBECK_URL[^]*applied 2 revisions \(<base> -> 2\)/ });
      expectRun(await run('up'), { status: 0, stderr: /^nothing to do: .* is at 2\n$/ });
      expectRun(await run('rollback', '--dry-run'), { status: 0, stdout: /DROP TABLE roles;/ });
      expectRun(await run('rollback'), { status: 0, stderr: /reverted 1 revision \(2 -> 1\)/ });
      expectRun(await run('down'), { status: 0, stderr: /reverted 1 revision \(1 -> <base>\)/ });
      expectRun(await run('down'), { status: 2, stderr: /^error\[walk-failed\].*nothing is applied/ });
      expectRun(await run('--wait', '--wait-timeout', '5s', 'migrate'), { status: 0, stderr: /applied 2 revisions/ });
      await write('migrations/3_more.up.sql', 'CREATE TABLE more (id INTEGER PRIMARY KEY);\n');
      await write('migrations/3_more.down.sql', 'DROP TABLE more;\n');
      expectRun(await run('migrate', '--json'), { status: 0, stdout: /"revision":"3"/, stderr: /^$/ });
      expectRun(await run('drop', '--yes'), { status: 0, stderr: /^dropped/ });
    }));
}

test('status answers by its exit status where it is asked to', () =>
  inProject(twoRevisions, async ({ run }) => {
    expectRun(await run('status'), { status: 0, stdout: /^\[ \] 1[^]*Applied: 0\nPending: 2\n$/ });
    expectRun(await run('status', '--exit-code'), { status: 1, stdout: /Pending: 2/ });
    for (const quiet of ['--quiet', '-q'])
      expectRun(await run('status', quiet), { status: 1, stdout: /^$/, stderr: /^warning: there is no database .*\nhint: .*\n$/ });
    await run('migrate');
    expectRun(await run('status', '--exit-code'), { status: 0, stdout: /Pending: 0/ });
    expectRun(await run('status', '--quiet'), { status: 0, stdout: /^$/, stderr: /^$/ });
  }));

const halfWay = (...statements: readonly string[]): string => ['-- transaction: off', '', ...statements, ''].join('\n');

test('status tells what stopped half way, and the command that goes on, which does', () =>
  inProject(
    {
      ...small,
      'migrations/1_t.up.sql': halfWay('CREATE TABLE t (n INTEGER);', 'INSERT INTO missing VALUES (1);'),
      'migrations/1_t.down.sql': halfWay('DROP TABLE t;', 'DROP TABLE missing;'),
    },
    async ({ run, write }) => {
      await run('upgrade', 'head');
      const stoppedUp =
        /^\[~\] 1 {2}t {2}\(stopped half way up, after 1 statement: limbeck upgrade 1 goes on\)\n\nApplied: 0\nPending: 1\n$/;
      expectRun(await run('status', '--exit-code'), { status: 1, stdout: stoppedUp });
      const told = await run('status', '--json');
      assert.equal(JSON.parse(told.stdout).stopped, [{ id: '1', direction: 'up', statementsDone: 1, command: 'limbeck upgrade 1' }]);
      await write('migrations/1_t.up.sql', halfWay('CREATE TABLE t (n INTEGER);', 'CREATE TABLE missing (n INTEGER);'));
      expectRun(await run('upgrade', '1'), { status: 2, stderr: /^error\[edited-after-apply\]/m });
      expectRun(await run('stamp', '1'), { status: 0 });
      expectRun(await run('status'), { status: 0, stdout: /^\[x\] 1[^]*Pending: 0/ });
      await run('downgrade', 'base');
      const stoppedDown = /^\[~\] 1 {2}t {2}\(stopped half way down, after 1 statement: limbeck downgrade 1-1 goes on\)\n/;
      expectRun(await run('status'), { status: 0, stdout: stoppedDown });
      expectRun(await run('downgrade', '1-1'), { status: 2, stderr: /it goes on from there\nerror\[sql-failed\]: no such table: missing/ });
    },
  ));

test('a folder without a migration is most likely the wrong one, and makes no database', () =>
  inProject(files, async ({ root, run }) => {
    for (const command of ['up', 'migrate']) {
      const ran = await run(command, '--url', 'sqlite:///./new.db', '--migrations-dir', 'schema');
      expectRun(ran, { status: 2, stdout: /^$/, stderr: /^error\[revision-unknown\]: there is no migration in schema\n/ });
      const none = await run(command, '--url', 'sqlite:///./new.db', '--migrations-dir', 'db/migrations');
      expectRun(none, {
        status: 2,
        stdout: /^$/,
        stderr: /^error\[file-unreadable\]: there is no folder db\/migrations, which --migrations names\n/,
      });
    }
    assert.not((await readdir(root)).includes('new.db'));
  }));

test('out of order is refused, strictly also between branches, and applied when asked for', () =>
  inProject(twoRevisions, async ({ run, write }) => {
    await run('migrate');
    await write('migrations/15_late.up.sql', '-- late\n-- revision: 15\n-- parent: 2\n\nCREATE TABLE late (id INTEGER PRIMARY KEY);\n');
    await run('migrate');
    await write('migrations/12_side.up.sql', '-- side\n-- revision: 12\n-- parent: 1\n\nCREATE TABLE side (id INTEGER PRIMARY KEY);\n');
    expectRun(await run('migrate', '--strict'), { status: 2, stderr: /^error\[out-of-order\]: 12 \(side\) comes before/ });
    expectRun(await run('up', '--strict', '--allow-out-of-order'), { status: 64, stderr: /opposite things/ });
    expectRun(await run('migrate'), { status: 0, stderr: /applied 1 revision/ });
    await write('migrations/13_between.up.sql', '-- b\n-- revision: 13\n-- parent: 2\n\nCREATE TABLE b (id INTEGER PRIMARY KEY);\n');
    await write('migrations/15_late.up.sql', '-- late\n-- revision: 15\n-- parent: 13\n\nCREATE TABLE late (id INTEGER PRIMARY KEY);\n');
    expectRun(await run('migrate'), { status: 2, stderr: /^error\[out-of-order\]: 13/ });
    expectRun(await run('up', '--allow-out-of-order'), { status: 0, stderr: /applied 1 revision/ });
  }));

/** Node itself looks for `--env-file` behind the script, too, and stops before limbeck runs; after `node --` it does not. */
test('--env-file in both forms, and again for more', () =>
  inProject(
    { ...files, 'a.env': 'OTHER=1\n', 'b.env': 'DATABASE_URL=sqlite:///./b.db\n', 'c.env': 'MINE=sqlite:///./c.db\n' },
    async ({ run, root, shell }) => {
      expectRun(await run('--env-file=b.env', 'up'), { status: 0, stderr: /from b\.env DATABASE_URL/ });
      expectRun(await run('--env-file', 'a.env', '--env-file', 'b.env', 'status', '--quiet'), { status: 0 });
      expectRun(await run('--env-file', 'a.env', '--env-file=c.env', '--env', 'MINE', 'up'), { status: 0, stderr: /from c\.env MINE/ });
      const missing = await shell('$L up --env-file=none.env', `${process.execPath} --`);
      expectRun(missing, { status: 2, stderr: /^error\[file-unreadable\]: cannot read none\.env/ });
      expectRun(await run('up', '--env-file=none.env'), { status: 9, stderr: /none\.env: not found/ });
      assert.equal((await readdir(root)).filter((name) => name.endsWith('.db')).sort(), ['b.db', 'c.db']);
    },
  ));

test.run();
