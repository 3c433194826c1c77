import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { sqliteClients } from '../support/clients/all.ts';
import { expectRun, inProject, small, twoRevisions } from './support.ts';

const withChild = (name: string): string =>
  `CREATE TABLE users (id INTEGER PRIMARY KEY, ${name});\nCREATE TABLE child (id INTEGER PRIMARY KEY, u INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);\n`;

const rowsIn = async (root: string, query: string): Promise<readonly unknown[]> => {
  const session = await openSession('sqlite:///./app.db', { mode: 'read', directory: root });
  try {
    return await session.query(query);
  } finally {
    await session.close();
  }
};

const test = suite('limbeck … --sql');

test('the script alone goes to stdout; limbeck goes on where it ends', () =>
  inProject(twoRevisions, async ({ root, run }) => {
    const [client] = sqliteClients;
    const up = await run('upgrade', '1:head', '--sql');
    expectRun(up, {
      status: 0,
      stdout: /^\.bail on\n/,
      stderr: /^a script for 1 revision \(1 -> 2\); run it: sqlite3 -bail DATABASE < FILE\n$/,
    });
    expectRun(await run('upgrade', '1'), { status: 0 });
    assert.ok(await client?.run(`${root}/app.db`, up.stdout));
    expectRun(await run('status'), { status: 0, stdout: /2/ });
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /nothing to do/ });
    assert.is(await client?.run(`${root}/app.db`, up.stdout), false);
    const down = await run('downgrade', 'head:base', '--sql', '-q');
    expectRun(down, { status: 0, stderr: /^$/ });
    assert.ok(await client?.run(`${root}/app.db`, down.stdout));
    expectRun(await run('current'), { status: 0, stdout: /^$/ });
  }));

test('a generated rebuild keeps the rows, also those that refer to it, in both directions', () =>
  inProject({ ...small, 'schema/models.sql': withChild('name TEXT NOT NULL') }, async ({ root, run, write }) => {
    const [client] = sqliteClients;
    expectRun(await run('revision', '--autogenerate', '-m', 'one', '--rev-id', '1'), { status: 0 });
    await write('migrations/2_rows.up.sql', "INSERT INTO users VALUES (1, 'ada'), (2, 'bo');\nINSERT INTO child VALUES (7, 1), (8, 2);\n");
    expectRun(await run('upgrade', 'head'), { status: 0 });
    await write('schema/models.sql', withChild('name VARCHAR(40) NOT NULL CHECK (length(name) > 0)'));
    expectRun(await run('revision', '--autogenerate', '-m', 'three', '--rev-id', '3'), { status: 0 });
    const rows = (): Promise<readonly unknown[]> =>
      rowsIn(root, 'SELECT u.name, c.id FROM users AS u JOIN child AS c ON c.u = u.id ORDER BY 2');
    const before = await rows();
    assert.is(before.length, 2);
    assert.ok(await client?.run(`${root}/app.db`, (await run('upgrade', '2:3', '--sql')).stdout));
    expectRun(await run('check'), { status: 0 });
    assert.equal(await rows(), before);
    assert.ok(await client?.run(`${root}/app.db`, (await run('downgrade', '3:2', '--sql')).stdout));
    assert.equal(await rows(), before);
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /Running upgrade 2 -> 3/ });
    expectRun(await run('check'), { status: 0 });
  }));

test('an engine without a URL, JSON, and what is refused', () =>
  inProject({ ...twoRevisions, 'limbeck.json': '{}\n' }, async ({ run }) => {
    expectRun(await run('upgrade', 'head', '--sql', '--engine', 'postgres'), { status: 0, stdout: /^\\set ON_ERROR_STOP on\n/ });
    expectRun(await run('ensure-version', '--sql', '--engine', 'sqlite'), {
      status: 0,
      stdout: /CREATE TABLE IF NOT EXISTS "limbeck_journal"/,
    });
    const json = await run('stamp', '1:2', '--sql', '--engine', 'sqlite', '--json');
    const told: unknown = JSON.parse(json.stdout);
    assert.equal(Object.keys(Object(told)).sort(), ['engine', 'from', 'revisions', 'sql', 'to']);
    expectRun(await run('upgrade', 'head', '--sql'), { status: 64, stdout: /^$/, stderr: /--engine postgres/ });
    expectRun(await run('upgrade', '1:2', '-u', 'sqlite:///./x.db'), { status: 64, stdout: /^$/, stderr: /limbeck upgrade 1:2 --sql/ });
    expectRun(await run('downgrade', '1', '--sql', '--engine', 'sqlite'), { status: 64, stderr: /requires <from>:<to>/ });
    expectRun(await run('stamp', 'head', '--sql', '--purge', '--engine', 'sqlite'), { status: 64, stderr: /--purge/ });
    expectRun(await run('upgrade', 'head', '--sql', '--dry-run', '--engine', 'sqlite'), { status: 64, stderr: /--dry-run/ });
  }));

test.run();
