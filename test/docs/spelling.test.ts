import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import { topics } from '../../lib/cli/docs/topics.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { parse } from '../../lib/cli/parse.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { commandLine, commandLinesIn, commandsInText } from './command-lines.ts';

const test = suite('commands in the pages');

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && path !== 'cli.md')
    .map((path) => join('docs', path)),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const grammar = { commands: await allCommands(), options: globalOptions };

/** Why the command line that a page shows is none; undefined: it is one. In the midst of a sentence an argument may be missing. */
const wrongIn = (words: readonly string[], isWhole: boolean): string | undefined => {
  const [first = '', second = ''] = words;
  const name = first === 'help' ? second : first;
  if (name.startsWith('…') || /^--?(?:help|version|h)$/.test(name)) return undefined;
  if (first === 'help') return name in topics || grammar.commands.some((each) => each.name === name) ? undefined : 'no topic';
  const told = words.filter((word) => word !== '--help' && word !== '…');
  const wrong = complaintOf(words);
  if (wrong === undefined || isWhole) return wrong;
  return complaintOf([...told, 'head']) === undefined ? undefined : wrong;
};

const complaintOf = (words: readonly string[]): string | undefined => {
  try {
    parse(words, grammar);
    return undefined;
  } catch (error) {
    if (isLimbeckError(error)) return error.message;
    throw error;
  }
};

test('each command and option in a block of code is one', () => {
  const lines = pages.flatMap(({ path, text }) => commandLinesIn(text).map((line) => ({ path, ...line })));
  assert.ok(lines.length > 60, `${lines.length} lines`);
  const wrong = lines.flatMap(({ path, text, commands }) =>
    commands.flatMap((words) => {
      const why = wrongIn(words, true);
      return why === undefined ? [] : [`${path}: ${text}: ${why}`];
    }),
  );
  assert.equal(wrong, []);
});

test('each command and option in a sentence is one', () => {
  const all = pages.flatMap(({ path, text }) => commandsInText(text).map((words) => ({ path, words })));
  assert.ok(all.length > 100, `${all.length} commands`);
  const wrong = all.flatMap(({ path, words }) => {
    const why = wrongIn(words, false);
    return why === undefined ? [] : [`${path}: limbeck ${words.join(' ')}: ${why}`];
  });
  assert.equal(wrong, []);
});

test('what is none is found', () => {
  for (const line of [
    'limbeck upgrad head',
    'npx limbeck check --single-heads # so',
    'A=1 limbeck merge heads | limbeck prov',
    'limbeck help enviroment',
  ]) {
    const wrong = (commandLine(line)?.commands ?? []).map((words) => wrongIn(words, true));
    assert.ok(
      wrong.some((why) => why !== undefined),
      line,
    );
  }
});

test.run();
