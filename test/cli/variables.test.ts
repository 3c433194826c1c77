import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import type { Arguments, OptionSpec } from '../../lib/cli/command.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { strangeVariables, withVariables } from '../../lib/cli/variables.ts';
import { isConfigOption } from '../../lib/config/load.ts';
import { switchWord, variableOf } from '../../lib/config/variable.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';

const typed = (values: Readonly<Record<string, string>> = {}): Arguments => ({
  text: (name) => values[name],
  required: (name) => values[name] ?? '',
  list: (name) => (values[name] === undefined ? [] : [values[name]]),
  flag: (name) => values[name] === 'true',
});

const options: readonly OptionSpec[] = [
  { name: 'dry-run', summary: '' },
  { name: 'steps', value: 'n', number: true, summary: '' },
  { name: 'when', value: 'x', choices: ['auto', 'never'], summary: '' },
  { name: 'depends-on', value: 'id', several: true, summary: '' },
  { name: 'message', value: 'text', summary: '' },
];

const places = (env: Readonly<Record<string, string>>, file: Readonly<Record<string, string>> = {}) => [
  { name: '', variables: env },
  { name: '.env', variables: file },
];

test('an option that was not typed is said by its variable, one that was typed is not', () => {
  const env = {
    LIMBECK_DRY_RUN: 'Yes',
    LIMBECK_STEPS: ' 2 ',
    LIMBECK_WHEN: 'never',
    LIMBECK_DEPENDS_ON: 'a, b',
    LIMBECK_MESSAGE: ' two words ',
  };
  const { args, complaints, told } = withVariables(
    typed({ steps: '7' }),
    options,
    places(env, { LIMBECK_STEPS: '1', LIMBECK_DRY_RUN: '0' }),
  );
  assert.equal(complaints, []);
  assert.is(args.flag('dry-run'), true);
  assert.is(args.text('steps'), '7');
  assert.is(args.text('when'), 'never');
  assert.equal(args.list('depends-on'), ['a', 'b']);
  assert.is(args.text('message'), ' two words ');
  assert.equal(
    told.map(({ setting, source, over }) => [setting, source, ...over]),
    [
      ['dry-run', 'LIMBECK_DRY_RUN', '.env LIMBECK_DRY_RUN'],
      ['steps', '--steps', 'LIMBECK_STEPS', '.env LIMBECK_STEPS'],
      ['when', 'LIMBECK_WHEN'],
      ['depends-on', 'LIMBECK_DEPENDS_ON'],
      ['message', 'LIMBECK_MESSAGE'],
    ],
  );
});

test('an empty variable says nothing; a wrong one is a complaint that names it, where nothing was typed', () => {
  const env = { LIMBECK_DRY_RUN: '', LIMBECK_STEPS: 'two', LIMBECK_WHEN: 'always' };
  const { args, complaints } = withVariables(typed(), options, places(env, { LIMBECK_DRY_RUN: 'maybe' }));
  assert.is(args.flag('dry-run'), false);
  assert.equal(complaints, [
    { source: '.env LIMBECK_DRY_RUN', problem: 'should be 1, true, yes, on, 0, false, no or off, and is "maybe"' },
    { source: 'LIMBECK_STEPS', problem: 'should be a number, and is "two"' },
    { source: 'LIMBECK_WHEN', problem: 'should be auto or never, and is "always"' },
  ]);
  assert.equal(withVariables(typed({ steps: '1', when: 'auto', 'dry-run': 'false' }), options, places(env)).complaints, []);
});

test('the words of a switch', () => {
  for (const word of ['1', 'true', 'YES', ' on ']) assert.is(switchWord(word), true, word);
  for (const word of ['0', 'False', 'no', 'off']) assert.is(switchWord(word), false, word);
  for (const word of ['', '2', 'ja', 'tru']) assert.is(switchWord(word), undefined, word);
});

test('a variable that is nearly one of ours is told, any other is not', () => {
  assert.equal(strangeVariables(['LIMBECK_DRYRUN', 'LIMBECK_DRY_RUN', 'LIMBECK_HOUSE'], ['LIMBECK_DRY_RUN']), [
    { name: 'LIMBECK_DRYRUN', meant: 'LIMBECK_DRY_RUN' },
  ]);
});

/** A value for each option that its command takes, and that changes nothing for another command. */
test('every option of every command has a variable, which is checked as the option is', async () => {
  const all = (await allCommands()).flatMap(({ options: own }) => own);
  for (const option of [...globalOptions, ...all].filter(({ name }) => !isConfigOption(name))) {
    const variable = variableOf(option.name);
    const value = option.value === undefined ? '1' : (option.choices?.[0] ?? (option.number === true ? '3' : 'x'));
    const { args, complaints } = withVariables(typed(), [option], places({ [variable]: value }));
    assert.equal(complaints, [], variable);
    if (option.value === undefined) assert.is(args.flag(option.name), true, variable);
    else assert.is(args.text(option.name), value, variable);
    if (option.value !== undefined && option.choices === undefined && option.number !== true) continue;
    assert.is(withVariables(typed(), [option], places({ [variable]: 'neither?' })).complaints[0]?.source, variable);
  }
});

test('the binary: variables of the environment and of .env, and what switches them off', async () => {
  await inProject({ ...twoRevisions, '.env': 'LIMBECK_JSON=1\r\nLIMBECK_MIGRATIONS=nowhere\r\n' }, async ({ runWith }) => {
    const env = { LIMBECK_DRY_RUN: '1', LIMBECK_MIGRATIONS: './migrations' };
    const dry = await runWith({ env }, 'upgrade', 'head');
    expectRun(dry, { status: 0, stdout: /^\{/ });
    assert.match(String(JSON.parse(dry.stdout).sql), /CREATE TABLE users/);
    expectRun(await runWith({ env }, 'current', '--json=false', '-v'), {
      status: 0,
      stdout: /^Current revision\(s\) for [^\n]+\n$/,
      stderr:
        /^project: [^]*\ndatabase: sqlite:\S+ \(from limbeck\.json\.url\)\nmigrations: \.\/migrations \(from LIMBECK_MIGRATIONS, not \.env LIMBECK_MIGRATIONS\)\njson: false \(from --json, not \.env LIMBECK_JSON\)/,
    });
    expectRun(await runWith({ env }, 'upgrade', 'head', '--dry-run=false', '--json=no'), { status: 0, stderr: /applied 2 revisions/ });
    expectRun(await runWith({ env: { ...env, LIMBECK_JSON: '0' } }, 'current'), { status: 0, stdout: /^2 \(head\)\n$/ });
  });
});

test('the binary: what a variable cannot mean is bad-config, together with the rest of the configuration', async () => {
  await inProject(twoRevisions, async ({ runWith }) => {
    const env = { LIMBECK_DRY_RUN: 'perhaps', LIMBECK_LOCK_TIMEOUT: 'long', LIMBECK_SQLITE_TARGET: 'old' };
    expectRun(await runWith({ env }, 'upgrade', 'head'), {
      status: 64,
      stdout: /^$/,
      stderr:
        /^error\[bad-config\]: the configuration has 3 problems:\n {2}LIMBECK_SQLITE_TARGET: [^\n]+\n {2}LIMBECK_LOCK_TIMEOUT: [^\n]+\n {2}LIMBECK_DRY_RUN: should be 1, true/,
    });
    expectRun(await runWith({ env: { LIMBECK_JSON: '1' } }, 'upgrade', 'nope'), { status: 2, stderr: /^\{"error":/ });
    expectRun(await runWith({ env: { LIMBECK_DRYRUN: '1' } }, 'current'), {
      status: 0,
      stderr: /warning: LIMBECK_DRYRUN means nothing to limbeck\nhint: did you mean LIMBECK_DRY_RUN\?/,
    });
  });
});

test('the binary: LIMBECK_CONFIG, LIMBECK_ENV_FILE, LIMBECK_ENV, and errors that name them', async () => {
  const files = {
    ...twoRevisions,
    'limbeck.json': '{}',
    'other.json': '{"migrations": "migrations"}',
    'ci.env': 'CI_DB=sqlite:///./ci.db\n',
    'ci.db': '',
  };
  await inProject(files, async ({ runWith }) => {
    const env = { LIMBECK_CONFIG: 'other.json', LIMBECK_ENV_FILE: 'ci.env', LIMBECK_ENV: 'CI_DB' };
    expectRun(await runWith({ env }, 'upgrade', 'head', '-v'), { status: 0, stderr: /database: sqlite:\S*ci\.db \(from ci\.env CI_DB\)/ });
    expectRun(await runWith({ env: { LIMBECK_CONFIG: 'none.json' } }, 'heads'), {
      status: 64,
      stderr: /LIMBECK_CONFIG: cannot read none\.json/,
    });
    expectRun(await runWith({ env: { LIMBECK_ENV_FILE: 'none.env' } }, 'heads'), { status: 2, stderr: /given to LIMBECK_ENV_FILE/ });
    expectRun(await runWith({ env: { LIMBECK_ENV: 'NONE' } }, 'heads'), { status: 64, stderr: /NONE, named by LIMBECK_ENV, is not set/ });
    for (const form of [
      ['--env-file', 'ci.env', '-e', 'CI_DB'],
      ['--env-file=ci.env', '--env=CI_DB'],
    ]) {
      expectRun(await runWith({}, ...form, 'current'), { status: 0, stdout: /^2 \(head\)\n$/ });
      expectRun(await runWith({}, 'current', ...form), { status: 0, stdout: /^2 \(head\)\n$/ });
    }
  });
});

test.run();
