import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject } from './support.ts';

test('the daily loop, from an empty folder', async () => {
  await inProject({}, async ({ root, run, write }) => {
    expectRun(await run('init'), {
      status: 0,
      stdout: /^created schema\/models\.sql\ncreated migrations\ncreated limbeck\.json\n$/,
      stderr: /next: /,
    });
    expectRun(await run('init'), { status: 0, stdout: /^kept schema\/models\.sql\n/ });
    expectRun(await run('revision', '--autogenerate', '-m', 'nothing'), { status: 0, stdout: /^$/, stderr: /no changes/ });

    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n');
    const first = await run('revision', '--autogenerate', '-m', 'Users, first');
    expectRun(first, {
      status: 0,
      stdout:
        /^Generating migrations\/\d{14}_users_first\.up\.sql \.\.\. done\nGenerating migrations\/\d{14}_users_first\.down\.sql \.\.\. done\n$/,
      stderr: /proved: up, down and up again\n[^]*next: /,
    });
    assert.is((await readdir(join(root, 'migrations'))).length, 2);
    expectRun(await run('check'), { status: 1, stdout: /not up to date/ });
    expectRun(await run('revision', '--autogenerate', '-m', 'too early'), {
      status: 2,
      stderr: /^error\[not-up-to-date\]: Target database is not up to date[^]*hint: limbeck upgrade head/,
    });

    const up = await run('upgrade', 'head');
    expectRun(up, {
      status: 0,
      stdout: /^$/,
      stderr:
        /^Creating database sqlite:\/\/\/\.\/app\.db \(its URL is from limbeck\.json\.url\)\nRunning upgrade <base> -> \d{14}, .* \.\.\. done in \d+ ms\napplied 1 revision \(<base> -> \d{14}\) in /,
    });
    expectRun(await run('upgrade', 'head'), {
      status: 0,
      stdout: /^$/,
      stderr: /^nothing to do: sqlite:\/\/\/\.\/app\.db is at \d{14}\n$/,
    });
    expectRun(await run('check'), { status: 0, stdout: /^No new upgrade operations detected\.\n$/, stderr: /^$/ });

    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT);\n');
    expectRun(await run('check'), { status: 1, stdout: /^New upgrade operations detected:\n {2}.*users/ });
    expectRun(await run('diff'), { status: 0, stdout: /ALTER TABLE .*users.* ADD COLUMN .*role/i });
    expectRun(await run('revision', '--autogenerate', '-m', 'add user roles'), { status: 0, stdout: /add_user_roles\.up\.sql/ });
    const dry = await run('upgrade', '+1', '--dry-run');
    expectRun(dry, { status: 0, stdout: /ADD COLUMN/i, stderr: /^nothing was run; this would have applied 1 revision/ });
    expectRun(await run('status', '--exit-code'), {
      status: 1,
      stdout: /\[x\] \d{14} {2}Users, first[^]*\[ \] \d{14} {2}add user roles\n\nApplied: 1\nPending: 1\n$/,
    });
    expectRun(await run('current', '--check-heads'), { status: 1, stdout: /^\d{14}\n$/, stderr: /Database is not on all head revisions/ });
    expectRun(await run('upgrade', 'head'), { status: 0 });
    expectRun(await run('downgrade', '-1'), {
      status: 0,
      stderr: /Running downgrade \d{14} -> \d{14}, add user roles \.\.\. done[^]*reverted 1 revision \(\d{14} -> \d{14}\)/,
    });
    expectRun(await run('upgrade', '+1'), { status: 0, stderr: /applied 1 revision/ });
    expectRun(await run('check'), { status: 0 });
    expectRun(await run('current', '--check-heads'), { status: 0, stdout: /^\d{14} \(head\)\n$/, stderr: /^$/ });
    expectRun(await run('history', '-i'), {
      status: 0,
      stdout: /^\d{14} -> \d{14} \(head\) \(current\), add user roles\n<base> -> \d{14}, Users, first\n$/,
    });
    expectRun(await run('downgrade', 'base', '--quiet'), { status: 0, stdout: /^$/, stderr: /^$/ });
    expectRun(await run('current'), { status: 0, stdout: /^$/ });
  });
});

test('a migration written by hand: filled in, proved, edited, shown, stamped', async () => {
  await inProject({}, async ({ root, run, write }) => {
    await run('init', '--url', 'sqlite:///./shop.db', 'db/steps');
    assert.ok((await readFile(join(root, 'limbeck.json'), 'utf8')).includes('"migrations": "db/steps"'));
    expectRun(await run('new', 'first step', '--rev-id', '1'), {
      status: 0,
      stdout: /^Generating db\/steps\/1_first_step\.up\.sql/,
      stderr: /next: fill it in, then limbeck prove 1\n$/,
    });
    expectRun(await run('new', 'again', '--rev-id', '1'), { status: 2, stderr: /^error\[revision-duplicate\]/ });
    const up = join(root, 'db/steps/1_first_step.up.sql');
    await write('db/steps/1_first_step.up.sql', `${await readFile(up, 'utf8')}CREATE TABLE a (b);\n`);
    expectRun(await run('prove'), { status: 1, stdout: /^1 not proved: / });
    const down = join(root, 'db/steps/1_first_step.down.sql');
    await write('db/steps/1_first_step.down.sql', `${await readFile(down, 'utf8')}DROP TABLE a;\n`);
    expectRun(await run('prove', '1'), { status: 0, stdout: /^1 proved \(header written\)\n$/, stderr: /^proved 1 revision\n$/ });
    expectRun(await run('heads', '-v'), {
      status: 0,
      stdout: /^Rev: 1 \(head\)\nParent: <base>\nPath: db\/steps\/1_first_step\.up\.sql\n[^]*Proof: up, down and up again/,
    });
    expectRun(await run('show', 'head'), { status: 0, stdout: /==> db\/steps\/1_first_step\.up\.sql <==\n[^]*CREATE TABLE a \(b\);\n/ });
    expectRun(await run('stamp', 'head'), { status: 0, stderr: /stamped \(<base> -> 1\)\n$/ });
    expectRun(await run('stamp', '--purge', 'base'), { status: 0, stderr: /^stamped \(1 -> <base>\)\n$/ });
  });
});

test('what looks like a rename is an error that names the way out, where nobody can be asked', async () => {
  await inProject({ 'limbeck.json': '{ "url": "sqlite:///./app.db" }' }, async ({ run, write }) => {
    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT);\n');
    await run('revision', '--autogenerate', '-m', 'one');
    await run('upgrade', 'head');
    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, alias TEXT);\n');
    expectRun(await run('revision', '--autogenerate', '-m', 'two'), {
      status: 2,
      stderr: /^error\[rename-unclear\][^]*hint: [^]*(@renamed from nick|--assume-drop)/,
    });
    expectRun(await run('revision', '--autogenerate', '-m', 'two', '--assume-drop'), { status: 0, stderr: /warning: data loss: / });
  });
});

test.run();
