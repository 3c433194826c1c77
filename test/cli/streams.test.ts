import type { ChildProcess } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeWithSqlite } from '../support/node24.ts';
import { expectRun, inProject, small, twoRevisions } from './support.ts';
import type { Files } from './support.ts';

/** One statement that runs for minutes. */
const long: Files = {
  ...small,
  'migrations/1_quick.up.sql': 'CREATE TABLE quick (a);\n',
  'migrations/2_long.up.sql':
    'CREATE TABLE n AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 9000000000) SELECT count(*) AS k FROM c;\n',
};

const many = (count: number): Files => ({
  ...small,
  ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`migrations/${at + 1}_step_${'x'.repeat(30)}.up.sql`, 'SELECT 1;\n'])),
});

test('a reader that goes away is no error', async () => {
  await inProject(many(400), async ({ shell }) => {
    expectRun(await shell('$L history | head -1; echo "${PIPESTATUS[0]}"'), {
      status: 0,
      stdout: /^\d+ -> \d+ \(head\), .*\n0\n$/,
      stderr: /^$/,
    });
    expectRun(await shell('$L history --json | head -1; echo "${PIPESTATUS[0]}"'), { status: 0, stdout: /^\{\n0\n$/, stderr: /^$/ });
    expectRun(await shell('$L --help | true; echo "${PIPESTATUS[0]}"'), { status: 0, stdout: /^0\n$/, stderr: /^$/ });
    expectRun(await shell('$L bogus 2>&1 | true; echo "${PIPESTATUS[0]}"'), { status: 0, stdout: /^64\n$/ });
  });
});

test('a large result arrives whole through a pipe', async () => {
  await inProject(many(1000), async ({ shell }) => {
    const { stdout } = await shell('$L history --json | (sleep 0.5; cat)');
    assert.ok(stdout.length > 200_000);
    assert.is(JSON.parse(stdout).revisions.length, 1000);
  });
});

test('output that cannot be written is a failure', async () => {
  await inProject(twoRevisions, async ({ shell }) => {
    expectRun(await shell('$L history > /dev/full'), { status: 2, stderr: /^error\[file-unwritable\]/ });
  });
});

test('results go to stdout, talk to stderr', async () => {
  await inProject(twoRevisions, async ({ shell, run }) => {
    expectRun(await shell('$L upgrade head --dry-run 2>/dev/null'), {
      status: 0,
      stdout: /^-- upgrade <base> -> 1, users\n[^]*CREATE TABLE roles[^]*journal: add 2\n$/,
    });
    expectRun(await run('upgrade', 'head', '--quiet'), { status: 0, stdout: /^$/, stderr: /^Creating database/ });
    expectRun(await run('upgrade', 'head', '-v'), {
      status: 0,
      stdout: /^$/,
      stderr: /^project: .*\ndatabase: sqlite:\/\/\/\.\/app\.db \(from limbeck\.json\.url\)\nnothing to do/,
    });
    expectRun(await run('downgrade', 'base', '-v'), { status: 0, stdout: /^$/, stderr: /\n {2}\[1\/1\] DROP TABLE roles/ });
  });
});

test('colour only on a terminal, and never with NO_COLOR or --no-color', async () => {
  await inProject(small, async ({ run, shell }) => {
    const escape = '\u001b[';
    assert.not.ok((await run('bogus')).stderr.includes(escape));
    const onTerminal = async (command: string): Promise<string> => {
      const { stdout } = await shell(`TERM=xterm env -u CI script -qec '${command}' /dev/null < /dev/null`);
      assert.match(stdout, /there is no command bogus/);
      return stdout;
    };
    if ((await shell('command -v script')).status !== 0) return;
    assert.ok((await onTerminal('$L bogus')).includes(escape));
    assert.not.ok((await onTerminal('NO_COLOR=1 $L bogus')).includes(escape));
    assert.not.ok((await onTerminal('$L bogus --no-color')).includes(escape));
  });
});

/** Sends a signal as soon as stderr says `when`. */
const signalWhen =
  (when: RegExp, signal: NodeJS.Signals, times = 1) =>
  (child: ChildProcess): void => {
    let [said, sent] = ['', 0];
    child.stderr?.on('data', (text: string) => {
      said += text;
      if (!when.test(said) || sent > 0) return;
      for (; sent < times; sent += 1) setTimeout(() => child.kill(signal), 150 * (sent + 1));
    });
  };

for (const driver of ['sql.js', 'node:sqlite']) {
  test(`Ctrl-C in a long statement ends at once, and loses nothing (${driver})`, async () => {
    await inProject(long, async ({ runWith, shell }) => {
      const node = driver === 'sql.js' ? process.execPath : nodeWithSqlite();
      const started = performance.now();
      const ran = await runWith({ node, onStart: signalWhen(/2, long/, 'SIGINT') }, 'upgrade', 'head', '--driver', driver);
      assert.ok(performance.now() - started < 30_000);
      assert.ok(ran.signal === 'SIGINT' || ran.status === 130, `status ${ran.status}, signal ${ran.signal}, ${ran.stderr}`);
      const throughShell = await shell(
        `$L upgrade head --driver ${driver} 2>log & P=$!; until grep -q '2, long' log; do sleep 0.1; done; sleep 0.5; kill -INT $P; wait $P`,
        node,
      );
      assert.is(throughShell.status, 130, throughShell.stderr);
      expectRun(await runWith({ node }, 'current', '--driver', driver), { status: 0, stdout: /^1\n$/, stderr: /^$/ });
      expectRun(await runWith({ node }, 'downgrade', 'base', '--driver', driver), { status: 2, stderr: /no-down/ });
    });
  });
}

test('Ctrl-C while waiting for another run: says so, and exits with 130; SIGTERM with 143', async () => {
  await inProject(twoRevisions, async ({ run, runWith, shell, root }) => {
    expectRun(await run('upgrade', '1'), { status: 0 });
    const hold = `import { openSqlite } from '${new URL('../../lib/engine/sqlite/session.ts', import.meta.url).href}';
const session = await openSqlite('sqlite:///./app.db', { mode: 'write', directory: '.' });
await session.lock({ timeoutMs: 1000 });
console.log('held');
setTimeout(() => {}, 60000);`;
    const holder = shell(
      `exec ${process.execPath} --import ${import.meta.resolve('tsx')} --input-type=module -e ${JSON.stringify(hold).replaceAll('\\n', ' ')} > held & echo $! > pid; wait`,
    );
    await until(async () => (await readFile(join(root, 'held'), 'utf8').catch(() => '')).includes('held'));
    const interrupted = await runWith({ onStart: signalWhen(/Waiting/, 'SIGINT') }, 'upgrade', 'head');
    expectRun(interrupted, { status: 130, stderr: /^Waiting for another run.*\nwarning: stopping;.*\nerror\[cancelled\]/ });
    const terminated = await runWith({ onStart: signalWhen(/Waiting/, 'SIGTERM') }, 'upgrade', 'head');
    expectRun(terminated, { status: 143, stderr: /error\[cancelled\]/ });
    process.kill(Number(await readFile(join(root, 'pid'), 'utf8')));
    await holder;
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /applied 1 revision/ });
    await access(join(root, 'app.db'));
  });
});

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, 'it took too long');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

test.run();
