import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import { pages } from '../../lib/cli/docs/pages.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { commandHelp, mainHelp } from '../../lib/cli/render/help.ts';
import { version } from '../../lib/version.ts';

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

test('the help of each command fits a screen', async () => {
  for (const command of await allCommands()) {
    const lines = commandHelp(command).trimEnd().split('\n');
    assert.ok(lines.length <= 24, `${command.name}: ${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 80, `${command.name}: ${line}`);
  }
});

test('the main help is not wider than a screen', async () => {
  for (const line of mainHelp(await allCommands(), globalOptions).split('\n')) assert.ok(line.length <= 80, line);
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
