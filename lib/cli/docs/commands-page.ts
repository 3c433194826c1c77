import { commandGroups } from '../command.ts';
import type { CommandSpec, OptionSpec } from '../command.ts';
import { exitMeanings } from '../exit.ts';
import { argumentNotation, commandUsage, optionNotation } from '../render/help.ts';

/** docs/cli.md: every command, as a manual page has it. */
export const commandsPage = (commands: readonly CommandSpec[], options: readonly OptionSpec[]): string =>
  [
    '<!-- Generated from lib/cli by scripts/docs.js; edit the declarations there. -->',
    '',
    '# The command line',
    '',
    'Notation: `<value>` stands for a value, `[optional]` may be left out, `...` may be repeated.',
    '',
    ...Object.entries(commandGroups).flatMap(([group, title]) => {
      const members = commands.filter((command) => command.group === group);
      const lines = members.map(({ name, summary }) => `- [\`limbeck ${name}\`](#limbeck-${name}): ${lowerFirst(summary)}`);
      return lines.length === 0 ? [] : [`${title}:`, '', ...lines, ''];
    }),
    '## Options of every command',
    '',
    'They may stand before or after the name of the command.',
    '',
    ...optionTable(options),
    '',
    '## Variables',
    '',
    'Every option is a variable too: `--dry-run` is `LIMBECK_DRY_RUN=1`, `--lock-timeout 5` is `LIMBECK_LOCK_TIMEOUT=5`; lists',
    'have commas. A switch takes 1, true, yes, on, 0, false, no or off. An option that is typed wins, and `--dry-run=false`',
    'switches off what a variable switched on. An empty variable says nothing; one that cannot be meant is `bad-config`.',
    'The order is: option, variable, `.env` or `--env-file`, configuration, default; `-v` says who was heard and who was not.',
    '`limbeck help environment` has all of it.',
    '',
    'Node takes `--env-file` from the command line as well, before limbeck runs: a file that is not there ends with status 9 and',
    '`node: FILE: not found`. `LIMBECK_ENV_FILE` goes to limbeck alone. Such a file has lines `NAME=value`, with `export` before them',
    'or not, values in quotes over several lines, and comments; any other line is `bad-config`.',
    '',
    '## The database',
    '',
    'The URL is the first of: `--url`; the variable named by `-e`; `LIMBECK_URL`, `APP_DATABASE_URL`, `DATABASE_URL` in the',
    'environment; the same names in `.env`; `limbeck.url` in `package.json` (or `url` in `limbeck.json`). Without any, commands',
    'that need a database exit with 64. `up` and `create` create a database that is missing; other commands only a file',
    'whose URL is from the project’s own configuration, and limbeck says so. A variable that is set but empty keeps the configuration away.',
    '',
    'A password in an argument can be read by everyone on the machine, so it draws a warning; limbeck shows URLs with the',
    'password masked.',
    '',
    '## Output and exit status',
    '',
    'What `upgrade`, `downgrade`, `up`, `migrate`, `rollback` and `down` do is told with `--json` as it happens, an object a line on',
    'stdout: `plan`, `step-start`, `statement` (with `-v`), `step-done`, `warning`, and `result` as the last line of a run that',
    'did not fail. [formats.md](formats.md#events) has their keys.',
    '',
    'Results (SQL, lists, JSON) go to stdout; progress, warnings and errors go to stderr. With `--json` the result is one',
    'JSON document on stdout, and stderr has one JSON object a line: `{"warning": {message, hint}}` and, at the end,',
    '`{"error": {code, message, where, hint, data}}`. Keys are always there; what is not known is `null`. The codes are in',
    '[errors.md](errors.md).',
    '',
    '| status | meaning |',
    '| --- | --- |',
    ...exitMeanings.map(({ status, meaning }) => `| ${status} | ${meaning} |`),
    '',
    'The first Ctrl-C stops in order: what is under way is taken back, what was committed stays. The second ends at once.',
    'During one long statement of SQLite the first ends at once, too: SQLite runs in the process itself. What was not committed is',
    'taken back when the file is opened next.',
    '',
    ...commands.flatMap(commandSection),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');

const commandSection = (command: CommandSpec): readonly string[] => [
  `## limbeck ${command.name}`,
  '',
  `${command.summary}.`,
  '',
  '```',
  commandUsage(command),
  '```',
  '',
  ...(command.arguments.length === 0 ? [] : [...command.arguments.map((each) => `- \`${argumentNotation(each)}\`: ${each.summary}`), '']),
  ...(command.options.length === 0 ? [] : [...optionTable(command.options), '']),
  'Examples:',
  '',
  '```sh',
  ...command.examples.map(({ line, says }) => (says === '' ? line : `${line}  # ${says}`)),
  '```',
  '',
  `Exit status: 0 done${command.exitOne === undefined ? '' : `, 1 ${command.exitOne}`}, 2 failed, 64 wrong usage.`,
  '',
  `See also: ${command.related.map((name) => `[${name}](#limbeck-${name})`).join(', ')}.`,
  '',
];

const optionTable = (options: readonly OptionSpec[]): readonly string[] => [
  '| option | meaning |',
  '| --- | --- |',
  ...options.map((option) => `| \`${optionNotation(option)}\` | ${option.summary} |`),
];

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
