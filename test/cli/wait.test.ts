import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDuration } from '../../lib/cli/duration.ts';
import { binariesOf, wantedMajor } from '../support/postgres/server.ts';
import { startLocalServer, type LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { expectRun, inProject, small, twoRevisions } from './support.ts';

const test = suite('limbeck wait');

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

test('times are read as numbers of seconds and as Go writes them', () => {
  const all = ['60', '2.5', '0', '90s', '1m30s', '500ms', '1h', '', 'x', '1x', '-1', '1 s', 's'];
  assert.equal(all.map(readDuration), [60_000, 2500, 0, 90_000, 90_000, 500, 3_600_000, ...Array.from({ length: 6 }, () => undefined)]);
});

test('a SQLite file needs no waiting, and is not made', () =>
  inProject(small, async ({ run, shell }) => {
    expectRun(await run('wait'), { status: 0, stdout: /^$/, stderr: /^sqlite:\/\/\/\.\/app\.db answers/ });
    expectRun(await run('wait', '--json', '--timeout', '0'), { status: 0, stdout: /"attempts": 1/ });
    assert.is((await shell('ls')).stdout, 'limbeck.json\nmigrations\nschema\n');
    expectRun(await run('wait', '--timeout', 'soon'), { status: 64, stderr: /--timeout takes a number of seconds, and got "soon"/ });
  }));

test('nobody answers: the last reason, and no password', () =>
  inProject(small, async ({ run, runWith }) => {
    const url = `postgresql://me:geheim@127.0.0.1:${await freePort()}/x`;
    const ran = await runWith({ env: { LIMBECK_URL: url } }, 'wait', '--timeout', '1', '--interval', '200ms');
    expectRun(ran, {
      status: 2,
      stdout: /^$/,
      stderr:
        /^Waiting for postgresql:\/\/me:\*\*\*@.*: no server answers at .*\nerror\[database-unreadable\]: waited 1 s in vain for .*: no server answers at /,
    });
    assert.not.match(ran.stderr, 'geheim');
    expectRun(await run('current', '--wait', '--wait-timeout=1s', '--url', url), { status: 2, stderr: /waited 1 s in vain/ });
    expectRun(await run('wait', '--url', 'mysql://x/y'), { status: 64, stderr: /bad-url/ });
  }));

test('who takes the connection and says nothing is no server either', () =>
  inProject(small, async ({ run }) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const ran = await run('wait', '--timeout', '1', '--url', `postgresql://me@127.0.0.1:${port}/x`);
      expectRun(ran, { status: 2, stderr: /waited 1 s in vain for .*: no answer within / });
    } finally {
      silent.close();
    }
  }));

test('a server that starts meanwhile is waited for; a database that it lacks is an answer', async () => {
  const binaries = await binariesOf(wantedMajor());
  let server: LocalServer | undefined;
  try {
    await inProject({ ...twoRevisions, 'limbeck.json': '{}' }, async ({ run }) => {
      const first = await startLocalServer({ binaries, password: 'secret' });
      server = first;
      const away = first.socketUrl().replace(/\/[^/?]*\?/, '/not_there?');
      expectRun(await run('wait', '--url', away), { status: 0, stderr: /answers/ });
      expectRun(await run('--wait', 'current', '--url', away), { status: 2, stderr: /^error\[database-missing\]/ });
    });
  } finally {
    await server?.stop();
  }
});

test.run();
