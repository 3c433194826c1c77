import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject } from './support.ts';
import type { Files } from './support.ts';

const pair = (id: string, parent: string, more = ''): Files => ({
  [`migrations/${id}_${id}.up.sql`]: `-- make ${id}\n-- revision: ${id}\n-- parent: ${parent}\n${more}\nCREATE TABLE ${id} (id INTEGER PRIMARY KEY);\n`,
  [`migrations/${id}_${id}.down.sql`]: `-- make ${id}\n-- revision: ${id}\n-- parent: ${parent}\n\nDROP TABLE ${id};\n`,
});

/** a1, on it b1 (shop) and c1; d1 stands alone and depends on c1. */
const fork: Files = {
  'limbeck.json': '{ "url": "sqlite:///./app.db" }\n',
  ...pair('a1', '-'),
  ...pair('b1', 'a1', '-- branch label: shop\n'),
  ...pair('c1', 'a1'),
  ...pair('d1', '-', '-- depends on: c1\n'),
};

test('heads, branches, history and show in Alembic’s lines', () =>
  inProject(fork, async ({ run }) => {
    assert.is((await run('heads')).stdout, 'b1 (shop) (head)\nc1 (effective head)\nd1 (head)\n');
    assert.is((await run('heads', '--resolve-dependencies')).stdout, 'b1 (shop) (head)\nd1 (head)\n');
    assert.is((await run('branches')).stdout, 'a1 (branchpoint)\n   -> b1 (shop) (head)\n   -> c1 (effective head)\n\n');
    expectRun(await run('branches', '-v'), {
      status: 0,
      stdout: /^Rev: a1 \(branchpoint\)\nParent: <base>\nBranches into: b1, c1\n[\s\S]*\n {3}-> b1 \(shop\) \(head\), make b1\n/,
    });
    expectRun(await run('upgrade', 'd1'), { status: 0 });
    assert.is(
      (await run('history', '-i')).stdout,
      [
        '<base> (c1) -> d1 (head) (current), make d1',
        'a1 -> c1 (effective head) (current), make c1',
        'a1 -> b1 (shop) (head), make b1',
        '<base> -> a1 (branchpoint), make a1',
        '',
      ].join('\n'),
    );
    expectRun(await run('show', 'shop'), { status: 0, stdout: /^Rev: b1 \(head\)\nParent: a1\nBranch names: shop\nPath: / });
    expectRun(await run('show', 'd1'), { status: 0, stdout: /^Rev: d1 \(head\)\nParent: <base>\nAlso depends on: c1\n/ });
  }));

test('one head or several, for CI', () =>
  inProject({ 'limbeck.json': '{}\n', ...pair('a1', '-'), ...pair('b1', 'a1'), ...pair('c1', 'a1') }, async ({ run }) => {
    expectRun(await run('check', '--single-head'), {
      status: 1,
      stdout: /^Multiple heads are present:\n {2}b1\n {2}c1\n$/,
      stderr: /^next: .*limbeck merge b1 c1\n$/,
    });
    assert.equal(JSON.parse((await run('check', '--single-head', '--json')).stdout), { ok: false, heads: ['b1', 'c1'] });
    expectRun(await run('rebase', 'a1'), { status: 2, stderr: /^error\[not-movable\]: .*there is no other head/ });
    expectRun(await run('rebase', 'c1'), {
      status: 0,
      stdout: /^Rewriting migrations\/c1_c1\.up\.sql \.\.\. done\nRewriting migrations\/c1_c1\.down\.sql \.\.\. done\n$/,
      stderr: /no database was asked[\s\S]*c1 follows b1 now \(before: a1\)\nnext: .*limbeck prove c1\n$/,
    });
    expectRun(await run('check', '--single-head'), { status: 0, stdout: /^Single head: c1\n$/ });
    expectRun(await run('merge', 'heads'), { status: 2, stderr: /^error\[nothing-to-merge\]: there is one revision, c1/ });
    expectRun(await run('merge', 'c1', 'c'), {
      status: 64,
      stderr: /^error\[usage\]: Duplicate head revisions specified: c1 and c are both c1/,
    });
    expectRun(await run('revision', '-m', 'side', '--head', 'b1'), { status: 64, stderr: /please specify --splice/ });
    expectRun(await run('revision', '-m', 'side', '--head', 'b1', '--splice', '--rev-id', 's1', '--branch-label', 'side'), { status: 0 });
    expectRun(await run('merge', 'heads', '--rev-id', 'm1', '-m', 'join them'), {
      status: 0,
      stdout: /^Generating migrations\/m1_join_them\.up\.sql \.\.\. done\n/,
      stderr: /^joins c1, s1\nnext: limbeck prove m1/,
    });
    assert.is((await run('heads')).stdout, 'm1 (side) (head)\n');
  }));

test('edit runs VISUAL, then EDITOR, with arguments of its own; without one it says so', () =>
  inProject(fork, async ({ run, runWith, root }) => {
    const append = 'sh -c \'for f in "$@"; do echo "-- seen" >> "$f"; done\' editor';
    expectRun(await runWith({ env: { VISUAL: append, EDITOR: 'false' } }, 'edit', 'shop'), {
      status: 0,
      stderr: /^edited migrations\/b1_b1\.up\.sql\nedited migrations\/b1_b1\.down\.sql\n$/,
    });
    assert.match(await readFile(join(root, 'migrations/b1_b1.down.sql'), 'utf8'), /-- seen\n$/);
    const none = { VISUAL: '', EDITOR: '' };
    expectRun(await runWith({ env: none }, 'edit', 'b1'), {
      status: 2,
      stderr: /^error\[editor-failed\]: neither VISUAL nor EDITOR is set/,
    });
    expectRun(await runWith({ env: { ...none, EDITOR: 'no-such-editor' } }, 'edit', 'b1'), {
      status: 2,
      stderr: /'no-such-editor' was not found/,
    });
    expectRun(await runWith({ env: { ...none, EDITOR: 'false' } }, 'edit', 'b1'), { status: 2, stderr: /'false' ended with status 1/ });
    expectRun(await run('edit', 'zz'), { status: 2, stderr: /Can't locate revision identified by 'zz'/ });
  }));

test('ensure-version', () =>
  inProject(fork, async ({ run }) => {
    expectRun(await run('ensure-version'), { status: 0, stderr: /limbeck_journal was created: sqlite:\/\/\/\.\/app\.db\n$/ });
    expectRun(await run('ensure-version'), { status: 0, stderr: /^limbeck_journal is there already/ });
    assert.is((await run('current')).stdout, '');
  }));

test.run();
