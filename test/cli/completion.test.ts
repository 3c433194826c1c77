import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';
import type { Files, Project } from './support.ts';

const files: Files = {
  ...twoRevisions,
  'migrations/3_shop.up.sql':
    '-- shop\n-- revision: 3\n-- parent: 2\n-- branch label: shop\n\nCREATE TABLE shop (id INTEGER PRIMARY KEY);\n',
  'migrations/3_shop.down.sql': '-- shop\n-- revision: 3\n-- parent: 2\n-- branch label: shop\n\nDROP TABLE shop;\n',
};

const wordsOf = async ({ run }: Project, ...typed: readonly string[]): Promise<readonly string[]> => {
  const ran = await run('--get-completions', ...typed);
  expectRun(ran, { status: 0, stderr: /^$/ });
  return ran.stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
};

test('what can stand at the cursor', async () => {
  await inProject(files, async (project) => {
    const commands = (await allCommands()).map(({ name }) => name);
    assert.equal(await wordsOf(project, ''), [...commands, 'help']);
    assert.equal(await wordsOf(project, 'upg'), ['upgrade']);
    assert.equal(await wordsOf(project, '--url', 'x', 'upg'), ['upgrade']);
    assert.ok((await wordsOf(project, 'help', '')).includes('exit-codes'));
    const all = await wordsOf(project, 'upgrade', '--');
    for (const { name } of globalOptions) assert.ok(all.includes(`--${name}`), name);
    assert.ok(all.includes('--dry-run'));
    assert.equal(await wordsOf(project, 'upgrade', '--dry'), ['--dry-run']);
    assert.equal(await wordsOf(project, 'models', '--engine', ''), ['sqlite', 'postgres']);
    assert.equal(await wordsOf(project, 'models', '--engine=p'), ['--engine=postgres']);
    assert.equal(await wordsOf(project, 'current', '--driver', 's'), ['sql.js']);
    assert.equal(await wordsOf(project, 'completion', ''), ['bash', 'zsh', 'fish']);
  });
});

test('revisions and labels out of the folder', async () => {
  await inProject(files, async (project) => {
    assert.equal(await wordsOf(project, 'upgrade', ''), ['head', 'heads', 'base', 'current', 'shop', '3', '2', '1']);
    assert.equal(await wordsOf(project, 'upgrade', '--dry-run', 'sh'), ['shop']);
    assert.equal(await wordsOf(project, 'history', '-r', '1:'), [
      '1:head',
      '1:heads',
      '1:base',
      '1:current',
      '1:shop',
      '1:3',
      '1:2',
      '1:1',
    ]);
    assert.equal(await wordsOf(project, 'show', 'shop@he'), ['shop@head', 'shop@heads']);
    assert.equal(await wordsOf(project, 'revision', '--head', '3'), ['3']);
    assert.equal(await wordsOf(project, 'stamp', '1', '2'), ['2']);
  });
});

test('a label that a shell would read as more than a word is not offered', async () => {
  const label = '-- revision: 4\n-- parent: -\n-- branch label: l$(id), l`id`, l;id, l*, l|id, lädle\n\nSELECT 1;\n';
  await inProject({ ...files, 'migrations/4_labels.up.sql': label }, async (project) => {
    expectRun(await project.run('show', 'l$(id)'), { status: 0 });
    assert.equal(await wordsOf(project, 'upgrade', 'l'), ['lädle']);
    assert.equal(await wordsOf(project, 'history', '-r', '1:l'), ['1:lädle']);
  });
});

test('what cannot be read leads to no words, and to no error', async () => {
  await inProject({ 'limbeck.json': 'x' }, async (project) => {
    assert.equal(await wordsOf(project, 'upgrade', ''), ['head', 'heads', 'base', 'current']);
    assert.equal(await wordsOf(project, 'nonsense', ''), []);
    assert.equal(await wordsOf(project, 'current', '--config', ''), []);
    assert.equal(await wordsOf(project), (await allCommands()).map(({ name }) => name).concat('help'));
  });
  await inProject(files, async ({ run }) => {
    expectRun(await run('completion', 'tcsh'), { status: 64, stderr: /no completion for "tcsh"\nhint: there is one for bash, zsh, fish/ });
  });
});

/** `limbeck` as a command of the shell. */
const asCommand = 'bin=$(mktemp -d); printf \'#!/bin/sh\\nexec %s "$@"\\n\' "$L" > $bin/limbeck; chmod +x $bin/limbeck; PATH=$bin:$PATH\n';

test('a real bash completes commands, options, and revisions, also behind : and =', async () => {
  const ask = (line: string): string =>
    `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); _limbeck; printf '%s ' "\${COMPREPLY[@]}"; echo\n`;
  await inProject(files, async ({ shell }) => {
    const lines = [
      'limbeck upg',
      'limbeck upgrade sh',
      'limbeck history -r 1:',
      'limbeck models --engine=',
      'limbeck upgrade shop@head',
      'limbeck show ',
    ];
    const ran = await shell(`${asCommand}source <(limbeck completion bash)\ncomplete -p limbeck\n${lines.map(ask).join('')}`);
    expectRun(ran, { status: 0, stderr: /^$/ });
    assert.equal(
      ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
      [
        'complete -o default -F _limbeck limbeck',
        'upgrade',
        'shop',
        'head heads base current shop 3 2 1',
        'sqlite postgres',
        'head heads',
        'head heads base current shop 3 2 1',
      ],
    );
  });
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** These two are tried where they are installed; what they ask limbeck for is tried above. */
if (has('fish')) {
  test('a real fish completes', async () => {
    await inProject(files, async ({ shell }) => {
      const script = `limbeck completion fish > c.fish; fish --no-config -c 'source c.fish; complete -C "limbeck upgrade sh"; complete -C "limbeck upg"; complete -C "limbeck stamp "'`;
      expectRun(await shell(`${asCommand}${script}`), {
        status: 0,
        stdout: /^shop\tthe branch of 3\nupgrade\t[^]*^3\tshop$/m,
        stderr: /^$/,
      });
    });
  });
}

if (has('zsh')) {
  test('a real zsh completes', async () => {
    await inProject(files, async ({ shell }) => {
      const script = `limbeck completion zsh > _limbeck
cat > t.zsh <<'END'
_describe() { for each in "\${(@P)3}"; do print -r -- "$each"; done }
compdef() { : }
source ./_limbeck
for typed in 'limbeck upg' 'limbeck upgrade sh' 'limbeck history -r 1:3'; do words=("\${(@s: :)typed}"); CURRENT=\${#words}; _limbeck; done
END
zsh -f t.zsh`;
      expectRun(await shell(`${asCommand}${script}`), {
        status: 0,
        stdout: /^upgrade:Apply[^\n]*\nshop:the branch of 3\n1\\:3:shop\n$/,
        stderr: /^$/,
      });
    });
  });
}

test.run();
