import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import { pages } from '../../lib/cli/docs/pages.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { topics, topicText } from '../../lib/cli/docs/topics.ts';
import { commandHelp, mainHelp, screen } from '../../lib/cli/render/help.ts';
import { version } from '../../lib/version.ts';
import { expectRun, inProject } from './support.ts';

const fileText = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('generated files are current', async () => {
  for (const [path, text] of await pages()) assert.is(await fileText(path), text, `${path} is stale: node --import tsx scripts/docs.js`);
});

test('docs/errors.md has one entry for every code, and no other', async () => {
  const source = await fileText('lib/errors.ts');
  const union = source.slice(source.indexOf('export type ErrorCode'), source.indexOf(';', source.indexOf('export type ErrorCode')));
  const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code);
  const headings = [...(await fileText('docs/errors.md')).matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
  assert.ok(codes.length > 40);
  assert.equal(new Set(headings), new Set(codes));
  assert.is(headings.length, codes.length);
});

test('docs/cli.md has every command and every option', async () => {
  const text = await fileText('docs/cli.md');
  for (const { name, options } of await allCommands()) {
    assert.ok(text.includes(`\n## limbeck ${name}\n`), name);
    for (const option of options) assert.ok(text.includes(`--${option.name}`), `${name} --${option.name}`);
  }
});

const fits = (text: string, name: string): void => {
  const lines = text.trimEnd().split('\n');
  assert.ok(lines.length <= screen.lines, `${name}: ${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= screen.columns, `${name}: ${line}`);
};

test('the help of each command fits a screen', async () => {
  for (const command of await allCommands()) fits(commandHelp(command), command.name);
});

test('the list of all commands fits a screen, and each of them is on a line with its sentence', async () => {
  const commands = await allCommands();
  const text = mainHelp(commands, Object.keys(topics));
  fits(text, 'limbeck --help');
  const lines = text.split('\n').map((line) => line.trim().replace(/ {2,}/, ' '));
  for (const { name, summary } of commands) assert.ok(lines.includes(`${name} ${summary}`), name);
});

test('each topic of the help fits a screen, and is no command', async () => {
  const names = new Set((await allCommands()).map(({ name }) => name));
  for (const name of Object.keys(topics)) {
    fits(topicText(name) ?? '', name);
    assert.not(names.has(name), name);
  }
});

test('the help is printed on a command, on a topic, and refuses what is neither', async () => {
  await inProject({}, async ({ run }) => {
    for (const line of [
      ['help', 'upgrade'],
      ['upgrade', '--help'],
      ['--help', 'upgrade'],
      ['-h', 'upgrade'],
    ]) {
      expectRun(await run(...line), { status: 0, stdout: /^Apply revisions/, stderr: /^$/ });
    }
    expectRun(await run('help', 'revisions'), { status: 0, stdout: /shop@head/, stderr: /^$/ });
    expectRun(await run('help', 'revisons'), { status: 64, stdout: /^$/, stderr: /no topic revisons[^]*limbeck help revision/ });
    expectRun(await run('help', 'toString'), { status: 64, stdout: /^$/, stderr: /no command and no topic toString/ });
  });
});

test('each option of every command is in a topic of the help', () => {
  for (const { name } of globalOptions) assert.ok(topicText('options')?.includes(`--${name}`), name);
});

test('related commands exist', async () => {
  const all = await allCommands();
  for (const { name, related } of all)
    for (const each of related) assert.ok(each !== name && all.some((other) => other.name === each), `${name}: ${each}`);
});

test('the library knows the version of the package', async () => {
  assert.is(version, JSON.parse(await fileText('package.json')).version);
});

test.run();
