import { mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeWithSqlite } from '../support/node24.ts';
import { openShell } from '../support/shell.ts';
import { expectRun, inProject, twoRevisions, type Project } from './support.ts';

const files = async ({ root }: Project): Promise<readonly string[]> => (await readdir(root)).filter((name) => name.includes('.db')).sort();

/** Once through each driver. */
const onBoth = (name: string, work: (project: Project, run: Project['run']) => Promise<void>): void => {
  const nodes = new Map([
    ['this Node', process.execPath],
    ['a Node with node:sqlite', nodeWithSqlite()],
  ]);
  for (const [label, node] of nodes) {
    test(`${name} (${label})`, () => inProject(twoRevisions, (project) => work(project, (...args) => project.runWith({ node }, ...args))));
  }
};

onBoth('create makes an empty database once, and upgrade goes on from it', async (project, run) => {
  expectRun(await run('create'), { status: 0, stdout: /^$/, stderr: /^created sqlite:\/\/\/\.\/app\.db\n$/ });
  assert.equal(await files(project), ['app.db']);
  expectRun(await run('create'), { status: 0, stderr: /^sqlite:\/\/\/\.\/app\.db is there already\n$/ });
  expectRun(await run('upgrade', 'head'), { status: 0 });
  expectRun(await run('create', '--json'), { status: 0, stdout: /"created": false/, stderr: /^$/ });
  expectRun(await run('current'), { status: 0, stdout: /^2 \(head\)/ });
});

onBoth('drop removes the file and what lies beside it, and is not surprised that there is none', async (project, run) => {
  await run('upgrade', 'head');
  for (const suffix of ['-wal', '-shm', '-journal']) await writeFile(join(project.root, `app.db${suffix}`), '');
  await writeFile(join(project.root, 'app.db-notes'), 'mine');
  expectRun(await run('drop', '--yes'), { status: 0, stdout: /^$/, stderr: /^dropped sqlite:\/\/\/\.\/app\.db\n$/ });
  assert.equal(await files(project), ['app.db-notes']);
  expectRun(await run('drop', '-y'), { status: 0, stderr: /^nothing to drop: there is no sqlite:\/\/\/\.\/app\.db\n$/ });
  expectRun(await run('drop', '--yes', '--json'), { status: 0, stdout: /"dropped": false/ });
});

onBoth('without a terminal and without --yes nothing is dropped', async (project, run) => {
  await run('upgrade', 'head');
  expectRun(await run('drop'), { status: 64, stderr: /^error\[usage\]: drop removes the whole database[^]*hint: limbeck drop --yes/ });
  assert.equal(await files(project), ['app.db']);
});

onBoth('a database that another program has open stays', async (project, run) => {
  await run('upgrade', 'head');
  const shell = openShell(join(project.root, 'app.db'));
  try {
    await shell.run('PRAGMA journal_mode = WAL;\nSELECT count(*) FROM users;\n');
    expectRun(await run('drop', '--yes'), {
      status: 2,
      stderr: new RegExp(`^error\\[database-busy\\].*is in use: process ${shell.pid} has it open`),
    });
    assert.ok((await files(project)).includes('app.db'));
  } finally {
    await shell.close();
  }
  expectRun(await run('drop', '--yes'), { status: 0, stderr: /^dropped/ });
  assert.equal(await files(project), []);
});

onBoth('what is no database is neither created over nor dropped', async (project, run) => {
  await writeFile(join(project.root, 'app.db'), 'a letter to my mother, which is longer than sixteen bytes\n');
  expectRun(await run('create'), { status: 2, stderr: /^error\[database-unreadable\].*it is not a SQLite database/ });
  expectRun(await run('drop', '--yes'), { status: 2, stderr: /^error\[database-unreadable\].*it is not a SQLite database/ });
  assert.equal(await files(project), ['app.db']);
  for (const command of ['create', 'drop']) {
    const memory = await run(command, ...(command === 'drop' ? ['--yes'] : []), '--url', 'sqlite://');
    expectRun(memory, { status: 64, stderr: /^error\[bad-url\].*in memory/ });
    expectRun(await run(command, ...(command === 'drop' ? ['--yes'] : []), '--url', 'sqlite:///./no/such.db'), {
      status: command === 'drop' ? 0 : 2,
    });
  }
});

onBoth('a link to a database goes with it, and a link to nothing leads to where one is made', async (project, run) => {
  await run('upgrade', 'head');
  await symlink('app.db', join(project.root, 'link.db'));
  await symlink('nothing.db', join(project.root, 'dangling.db'));
  expectRun(await run('drop', '--yes', '--url', 'sqlite:///./dangling.db'), { status: 0 });
  expectRun(await run('create', '--url', 'sqlite:///./dangling.db'), { status: 0, stderr: /^created/ });
  expectRun(await run('drop', '--yes', '--url', 'sqlite:///./link.db'), { status: 0, stderr: /^dropped/ });
  assert.equal(await files(project), ['dangling.db', 'nothing.db']);
});

onBoth('upgrade makes the file that a link leads to, through links, or says what is missing', async (project, run) => {
  await mkdir(join(project.root, 'data'));
  await symlink('data', join(project.root, 'volume'));
  await symlink('second.db', join(project.root, 'data', 'first.db'));
  await symlink('volume/first.db', join(project.root, 'app.db'));
  expectRun(await run('current'), { status: 0, stderr: /there is no database/ });
  expectRun(await run('upgrade', 'head'), { status: 0, stderr: /Running upgrade/ });
  expectRun(await run('current'), { status: 0, stdout: /^2 \(head\)\n$/ });
  assert.equal((await readdir(join(project.root, 'data'))).sort(), ['first.db', 'second.db']);
  assert.is(await readlink(join(project.root, 'app.db')), 'volume/first.db');
  await rm(join(project.root, 'data'), { recursive: true });
  const told =
    /^error\[database-missing\]: there is no folder for the database .*app\.db, which is a link to .*volume\/first\.db\nhint: mkdir -p '.*\/data'/;
  expectRun(await run('upgrade', 'head'), { status: 2, stderr: told });
  expectRun(await run('create'), { status: 2, stderr: told });
});

test('on a terminal drop asks, and no is no', () =>
  inProject(twoRevisions, async (project) => {
    if ((await project.shell('command -v script')).status !== 0) return;
    await project.run('upgrade', 'head');
    const answered = (word: string): Promise<unknown> =>
      project.shell(
        `rm -f keys log; mkfifo keys; script -qefc '$L drop' log < keys > /dev/null & exec 3> keys; until grep -q 'y/n' log 2>/dev/null; do sleep 0.1; done; echo ${word} >&3; wait $!`,
      );
    await answered('n');
    assert.match(
      (await project.shell('cat log')).stdout,
      /Drop the database file .*app\.db with all that is in it\? \[y\/n\][^]*app\.db was not dropped/,
    );
    assert.equal(await files(project), ['app.db']);
    await answered('y');
    assert.equal(await files(project), []);
  }));

test.run();
