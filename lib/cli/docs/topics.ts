import { configKeys } from '../../config/parse.ts';
import { urlVariables } from '../../config/url.ts';
import { exitMeanings } from '../exit.ts';
import { globalOptions } from '../options.ts';
import { optionLines } from '../render/help.ts';

/** What `limbeck help <topic>` tells, by topic: lines of at most 80 letters. */
export const topics: Readonly<Record<string, () => readonly string[]>> = {
  options: () => [
    'The options of every command; they may stand before or after its name.',
    ...optionLines(globalOptions),
    '',
    'Without --url: -e NAME, then LIMBECK_URL, APP_DATABASE_URL, DATABASE_URL, then',
    'the same names in .env, then limbeck.url in package.json or url in limbeck.json.',
  ],
  environment: () => [
    'Every option is a variable too: LIMBECK_ and its name in capitals, - as _.',
    '',
    '  LIMBECK_DRY_RUN=1             --dry-run',
    '  LIMBECK_LOCK_TIMEOUT=5        --lock-timeout 5',
    "  LIMBECK_EXCLUDE='tmp_*,log'   --exclude 'tmp_*' --exclude log",
    '',
    'A switch takes 1, true, yes, on, or 0, false, no, off; anything else is an',
    'error. An option that is typed wins: --dry-run=false switches off what a',
    'variable switched on. An empty variable says nothing.',
    '',
    'The order: option, variable, .env (or --env-file), configuration, default.',
    'LIMBECK_CONFIG and LIMBECK_ENV_FILE count only in the environment itself.',
    'Node reads --env-file too, and ends with status 9 where there is no such file;',
    'LIMBECK_ENV_FILE goes to limbeck alone.',
    '',
    'The URL is the first of --url, the variable named by -e or LIMBECK_ENV,',
    `${urlVariables.join(', ')} in the environment,`,
    'the same in .env, and limbeck.url in package.json (url in limbeck.json). One',
    'that is set but empty keeps the configuration away.',
    '',
    '  PG*             what libpq knows: PGUSER, PGPASSWORD, PGHOST, PGSSLMODE …',
    '  NO_COLOR        no colour',
    '  VISUAL, EDITOR  what edit opens files with',
    '',
    'limbeck <command> -v says what was told, by whom, and who was not heard.',
    'The configuration (limbeck.json, or "limbeck" in package.json) may have:',
    ...wrapped(configKeys.join(', '), 76).map((line) => `  ${line}`),
  ],
  'exit-codes': () => [
    'The exit status of every command:',
    '',
    ...exitMeanings.map(({ status, meaning }) => `  ${status.padEnd(8)}  ${meaning}`),
    '',
    '1 comes only from a command that asks: check, prove, doctor, and where an',
    'option asks for it (status --exit-code or --quiet, current --check-heads). A',
    'command that could not do what it was told never exits with 0, or with 1.',
    '',
    'An error is printed with its code, error[code]; docs/errors.md has them all.',
  ],
  revisions: () => [
    'How a revision is named, in every command that takes one:',
    '',
    '  20261123054512   its id',
    '  202611230545     the beginning of an id, if no other id begins so',
    '  head             the newest revision; an error where there are several',
    '  heads            all of the newest',
    '  base             before the first: nothing is applied',
    '  current          where the database is',
    '  +2, -1           as many steps from where the database is; from base, and from',
    '                   head, where a command asks no database',
    '  head-2, 2026+1   as many steps from a revision',
    '  shop             a branch label: the revision that bears it',
    '  shop@head        the head of one branch; also 2026@head, shop@base, shop@+1',
    '  a:b, a:, :b      a range: from after a up to b (history, show, prove, --sql)',
    '',
    'limbeck heads, history and show list them.',
  ],
  formats: () => [
    'What limbeck reads and writes:',
    '',
    '  schema/models.sql            the schema as it shall be, in SQL; -- @postgres',
    '                               and -- @sqlite mark what is for one engine,',
    '                               -- @renamed from x what was called x',
    '  migrations/ID_slug.up.sql    what a revision does; its header tells id,',
    '  migrations/ID_slug.down.sql  parent and proof, and how to run it by hand',
    '  limbeck_journal              the table that says what was applied',
    '  limbeck.json, or "limbeck" in package.json: the configuration',
    '',
    'Results go to stdout; progress, warnings and errors go to stderr. With --json',
    'a result is one JSON document; a warning and an error are one object a line.',
    'upgrade and downgrade tell with --json what happens, an object a line, and',
    'the result as the last line: {"type": "result", ...}.',
    'Keys are always there: null is what is not known.',
    '',
    'docs/formats.md has all of it, and what will stay as it is.',
  ],
};

const wrapped = (text: string, width: number): readonly string[] =>
  text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    return last === undefined || last.length + word.length >= width ? [...lines, word] : [...lines.slice(0, -1), `${last} ${word}`];
  }, []);

/** The text of a topic; undefined: there is none of this name. */
export const topicText = (name: string): string | undefined => {
  const topic = Object.hasOwn(topics, name) ? topics[name] : undefined;
  return topic === undefined ? undefined : `${topic().join('\n')}\n`;
};
