import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sqliteClients } from '../support/clients/all.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';

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
