import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject, twoRevisions } from './support.ts';
import type { Files } from './support.ts';

/** As an editor of Windows saves it. */
const withCarriageReturns = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `\uFEFF${text.replaceAll('\n', '\r\n')}`]));

test('Windows line ends, with a byte order mark, in every kind of file', async () => {
  const files: Files = {
    'limbeck.json': '{\n  "models": "schema/models.sql"\n}\n',
    '.env': 'LIMBECK_URL=sqlite:///./app.db\nLIMBECK_EXCLUDE=tmp_*\n',
    'schema/models.sql': '-- users\nCREATE TABLE users (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL\n);\n',
    'migrations/1_seed.up.sql':
      '-- seed\n-- revision: 1\n-- parent: -\n\nCREATE TABLE roles (id INTEGER PRIMARY KEY);\nINSERT INTO roles VALUES (1);\n',
    'migrations/1_seed.down.sql': '-- seed\n-- revision: 1\n-- parent: -\n\nDROP TABLE roles;\n',
    'app.db': '',
  };
  await inProject({ ...withCarriageReturns(files), 'app.db': '' }, async ({ run }) => {
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /applied 1 revision \(<base> -> 1\)/ });
    expectRun(await run('current', '-v'), {
      status: 0,
      stdout: /^Rev: 1 \(head\)/m,
      stderr: /exclude: tmp_\* \(from \.env LIMBECK_EXCLUDE\)\n/,
    });
    expectRun(await run('revision', '--autogenerate', '-m', 'users', '--rev-id', '2'), { status: 0, stderr: /proved/ });
    expectRun(await run('upgrade', 'head'), { status: 0, stderr: /applied 1 revision \(1 -> 2\)/ });
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('status'), { status: 0, stdout: /Pending: 0/ });
    expectRun(await run('doctor'), { status: 0, stdout: /^ok +schema +it is what the models declare$/m });
    expectRun(await run('downgrade', 'base'), { status: 0, stderr: /reverted 2 revisions/ });
  });
});

test('a path with spaces and quotes, for the project and for all that is named', async () => {
  const at = "my project's/été";
  const files = Object.fromEntries(
    Object.entries(twoRevisions).map(([path, text]) => [`${at}/${path.replace('migrations/', 'my migrations/')}`, text]),
  );
  await inProject({ ...files, [`${at}/my env`]: 'MY_DB=sqlite:///./my%20app.db\n', [`${at}/my app.db`]: '' }, async ({ shell }) => {
    const flags = "--migrations 'my migrations' --env-file='my env' --env MY_DB";
    const script = `cd "my project's/été" && $L upgrade head ${flags} && $L current ${flags} && $L doctor ${flags} && ls`;
    expectRun(await shell(script), { status: 0, stdout: /^2 \(head\)$[^]*2 revisions in my migrations[^]*^my app\.db$/m });
  });
});

test('a reader that goes away, a pipe, NO_COLOR: no error, no colour', async () => {
  await inProject(twoRevisions, async ({ shell, runWith }) => {
    for (const line of [
      'history',
      'history --json',
      '--help',
      'help options',
      'doctor',
      'upgrade head --dry-run',
      'upgrade head --json',
      'completion bash',
    ]) {
      const ran = await shell(`$L ${line} 2>err | head -1; echo "\${PIPESTATUS[0]}"`);
      assert.match(ran.stdout, /^[^\n]+\n0\n$/, `${line}: ${ran.stdout}`);
    }
    for (const env of [{ NO_COLOR: '1', FORCE_COLOR: '1' }, { NO_COLOR: '1' }, {}]) {
      const ran = await runWith({ env }, 'upgrade', 'nowhere');
      expectRun(ran, { status: 2, stderr: /^error\[revision-unknown\]: / });
      assert.not.ok(`${ran.stdout}${ran.stderr}`.includes('\u001B'));
    }
  });
});

test('what people read fits 80 columns: the help of all, lists, and doctor, but for paths and URLs', async () => {
  await inProject({ ...twoRevisions, 'app.db': '' }, async ({ run }) => {
    for (const line of [['heads'], ['history'], ['status'], ['current'], ['help'], ['help', 'options']]) {
      const ran = await run(...line);
      expectRun(ran, { status: 0 });
      for (const each of ran.stdout.split('\n')) assert.ok(each.length <= 80, `${line.join(' ')}: ${each}`);
    }
  });
});

test.run();
