import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands, commandsFor } from '../../lib/cli/commands.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { parse } from '../../lib/cli/parse.ts';
import type { Parsed } from '../../lib/cli/parse.ts';
import { isLimbeckError } from '../../lib/errors.ts';

const read = async (line: readonly string[]): Promise<Parsed> =>
  parse(line, { commands: await commandsFor(line, globalOptions), options: globalOptions });

type Expected = Readonly<Record<string, string | boolean | readonly string[]>>;

const accepted: readonly (readonly [readonly string[], string, Expected])[] = [
  [['upgrade', 'head'], 'upgrade', { target: 'head', 'dry-run': false }],
  [['upgrade', '+1'], 'upgrade', { target: '+1' }],
  [['downgrade', '-1'], 'downgrade', { target: '-1' }],
  [['downgrade', '-q', '-12', '--dry-run'], 'downgrade', { target: '-12', quiet: true, 'dry-run': true }],
  [['downgrade', '--', '-1'], 'downgrade', { target: '-1' }],
  [['upgrade', '--', '--head'], 'upgrade', { target: '--head' }],
  [['upgrade', '0001'], 'upgrade', { target: '0001' }],
  [['upgrade', '1e3'], 'upgrade', { target: '1e3' }],
  [['upgrade', '0x10'], 'upgrade', { target: '0x10' }],
  [['upgrade', '20261123054512123456789'], 'upgrade', { target: '20261123054512123456789' }],
  [['stamp', '-1', 'ab+1', '7'], 'stamp', { revisions: ['-1', 'ab+1', '7'] }],
  [['stamp', '--purge', 'base'], 'stamp', { revisions: ['base'], purge: true }],
  [['history', '-r', '-3:current'], 'history', { 'rev-range': '-3:current' }],
  [['history', '-r-3:current'], 'history', { 'rev-range': '-3:current' }],
  [['history', '--rev-range=-3:'], 'history', { 'rev-range': '-3:' }],
  [['history', '-vi'], 'history', { verbose: true, 'indicate-current': true }],
  [['prove', '-1:head'], 'prove', { range: '-1:head' }],
  [['prove'], 'prove', { range: '' }],
  [['--url', 'sqlite:///upgrade', 'current'], 'current', { url: 'sqlite:///upgrade' }],
  [['-u', 'upgrade', 'current', '--json'], 'current', { url: 'upgrade', json: true }],
  [['current', '--url', 'a', '--url', 'b'], 'current', { url: 'b' }],
  [['current', '-v', '-q', '-v'], 'current', { verbose: true, quiet: true }],
  [['current', '--url='], 'current', { url: '' }],
  [['-e', 'MY_URL', 'heads', '-v'], 'heads', { env: 'MY_URL', verbose: true }],
  [['revision', '-m', '007'], 'revision', { message: '007', autogenerate: false }],
  [['revision', '-m', '-1'], 'revision', { message: '-1' }],
  [['revision', '--message=a=b -- c', '--autogenerate'], 'revision', { message: 'a=b -- c', autogenerate: true }],
  [['new', 'two words'], 'new', { name: 'two words' }],
  [['upgrade', 'head', '--lock-timeout', '2.5'], 'upgrade', { 'lock-timeout': '2.5' }],
  [['upgrade', 'head', '--dry-run=yes', '--no-verify=0'], 'upgrade', { 'dry-run': true, 'no-verify': false }],
  [['upgrade', 'head', '--dry-run', '--dry-run=off'], 'upgrade', { 'dry-run': false }],
  [['revision', '--message=--json=no'], 'revision', { message: '--json=no', json: false }],
  [['upgrade', '--lock-timeout=3', '-u=x', 'head'], 'upgrade', { 'lock-timeout': '3', url: 'x', target: 'head' }],
  [['models', '--engine', 'postgres'], 'models', { engine: 'postgres' }],
  [['init'], 'init', { directory: '' }],
];

for (const [line, command, expected] of accepted) {
  test(`reads: ${line.join(' ')}`, async () => {
    const parsed = await read(line);
    assert.is(parsed.command.name, command);
    for (const [name, value] of Object.entries(expected)) {
      const got =
        typeof value === 'string'
          ? (parsed.args.text(name) ?? '')
          : typeof value === 'boolean'
            ? parsed.args.flag(name)
            : parsed.args.list(name);
      assert.equal(got, value, name);
    }
  });
}

const refused: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
  [['upgrad', 'head'], /^there is no command upgrad$/, /did you mean limbeck upgrade\?/],
  [['frobnicate'], /^there is no command frobnicate$/, /limbeck --help/],
  [['--json'], /^no command was given$/, /limbeck --help/],
  [['upgrade'], /^limbeck upgrade needs <target>/, /limbeck upgrade <target>/],
  [['stamp', '--purge'], /^limbeck stamp needs <revisions>/, /<revisions>\.\.\./],
  [['upgrade', 'head', '--dry-rn'], /^limbeck upgrade has no option --dry-rn$/, /did you mean --dry-run\?/],
  [['upgrade', '--dryrun', 'head'], /^limbeck upgrade has no option --dryrun$/, /did you mean --dry-run\?/],
  [['stamp', '--url', 'x', '--prge', 'head'], /^limbeck stamp has no option --prge$/, /did you mean --purge\?/],
  [['upgrade', '--lock-timeout', '3'], /^limbeck upgrade needs <target>/, /limbeck upgrade <target>/],
  [['upgrade', 'head', '--steps', 'abc'], /^limbeck upgrade has no option --steps$/, /limbeck upgrade --help/],
  [['upgrade', 'head', '--steps=abc'], /^limbeck upgrade has no option --steps$/, /limbeck upgrade --help/],
  [['upgrade', 'head', '--dryRun'], /no option --dryRun/, /./],
  [['upgrade', 'head', '--no-dry-run'], /no option --no-dry-run/, /did you mean --dry-run\?/],
  [['upgrade', 'head', '--purge'], /no option --purge/, /./],
  [['upgrade', 'head', '-x'], /no option -x/, /./],
  [['upgrade', 'head', '2'], /^limbeck upgrade does not take "2"$/, /needs quotes/],
  [['upgrade', 'head', '-1'], /^limbeck upgrade does not take "-1"$/, /./],
  [['upgrade', 'head', '--lock-timeout', 'abc'], /--lock-timeout takes a number, and got "abc"/, /--lock-timeout 30/],
  [['upgrade', 'head', '--lock-timeout', '-1'], /--lock-timeout takes a number/, /./],
  [['upgrade', 'head', '--dry-run=maybe'], /--dry-run takes no value but true or false/, /--dry-run=false/],
  [['upgrade', 'head', '--dry-run='], /--dry-run takes no value/, /./],
  [['revision', '-m'], /--message needs a value: <text>/, /limbeck revision --help/],
  [['revision', '-m', '--autogenerate'], /--message needs a value/, /./],
  [['revision', '-m', 'add', 'roles'], /does not take "roles"/, /needs quotes/],
  [['current', '--url'], /--url needs a value: <url>/, /./],
  [['models', '--engine', 'mysql'], /--engine cannot be "mysql"/, /"sqlite", "postgres"/],
  [['--driver', 'x', 'current'], /--driver cannot be "x"/, /"sql\.js", "node:sqlite"/],
];

for (const [line, message, hint] of refused) {
  test(`refuses: ${line.join(' ')}`, async () => {
    try {
      await read(line);
    } catch (error) {
      assert.ok(isLimbeckError(error), String(error));
      assert.is(error.code, 'usage');
      assert.match(error.message, message);
      assert.match(error.hint ?? '', hint);
      return;
    }
    assert.unreachable('it was accepted');
  });
}

test('the examples of the help are command lines that parse', async () => {
  for (const { name, examples } of await allCommands()) {
    assert.ok(examples.length >= 2 && examples.length <= 3, `${name} has ${examples.length} examples`);
    for (const { line } of examples) {
      const words = (
        line
          .replace(/^(?:[A-Z]+='[^']*' )+/, '')
          .replace(/ > .*$/, '')
          .match(/"[^"]*"|\S+/g) ?? []
      ).map((word) => word.replace(/^"(.*)"$/, '$1'));
      assert.is(words[0], 'limbeck');
      assert.is((await read(words.slice(1))).command.name, name, line);
    }
  }
});

test('an option means one thing only', async () => {
  for (const { name, options } of await allCommands()) {
    const all = [...globalOptions, ...options].flatMap((option) => [option.name, ...(option.alias === undefined ? [] : [option.alias])]);
    assert.is(new Set(all).size, all.length, name);
  }
});

test.run();
