import type { ArgumentSpec, CommandSpec, OptionSpec } from '../command.ts';
import { exitMeanings } from '../exit.ts';

/** `limbeck upgrade <target> [options]` */
export const commandUsage = ({ name, arguments: words }: CommandSpec): string =>
  ['limbeck', name, ...words.map(argumentNotation), '[options]'].join(' ');

/** The help of one command; fits a screen of 24 lines at 80 columns. */
export const commandHelp = (command: CommandSpec): string => {
  const { summary, examples, options, exitOne } = command;
  return [
    `${summary}.`,
    '',
    `Usage: ${commandUsage(command)}`,
    ...command.arguments.map((each) => row(argumentNotation(each), each.summary)),
    '',
    'Examples:',
    ...columns(examples.map(({ line, says }) => [line, says])),
    ...(options.length === 0 ? [] : ['', 'Options:', ...columns(options.map((option) => [optionNotation(option), option.summary]))]),
    '',
    `Exit status: 0 done${exitOne === undefined ? '' : ` · 1 ${exitOne}`} · 2 failed · 64 usage`,
    'Options of every command (--url, --json …): limbeck --help',
    '',
  ].join('\n');
};

/** `limbeck --help`; bin/help.txt holds it, so that it can be printed without loading anything. */
export const mainHelp = (commands: readonly CommandSpec[], options: readonly OptionSpec[]): string =>
  [
    'Migrations for a SQL schema file, each proved up, down and up again.',
    '',
    'Usage: limbeck <command> [options]',
    '',
    'Commands:',
    ...columns(commands.map((command) => [[command.name, ...command.arguments.map(argumentNotation)].join(' '), command.summary])),
    '',
    'Options of every command:',
    ...columns(options.map((option) => [optionNotation(option), option.summary])),
    '',
    'Without --url: -e NAME, then LIMBECK_URL, APP_DATABASE_URL, DATABASE_URL, then',
    'the same names in .env, then limbeck.url in package.json.',
    '',
    `Exit status: ${exitMeanings
      .map(({ status, meaning }) => `${status} ${meaning}`)
      .slice(0, 3)
      .join(' · ')} ·`,
    `  ${exitMeanings
      .map(({ status, meaning }) => `${status} ${meaning}`)
      .slice(3)
      .join(' · ')}`,
    '',
    'limbeck <command> --help tells more.',
    '',
  ].join('\n');

/** `<target>`, `[range]` or `<revision>...` */
export const argumentNotation = ({ name, arity }: ArgumentSpec): string => {
  switch (arity) {
    case 'required':
      return `<${name}>`;
    case 'optional':
      return `[${name}]`;
    case 'several':
      return `<${name}>...`;
  }
};

/** `-m, --message <text>` */
export const optionNotation = ({ name, alias, value }: OptionSpec): string =>
  `${alias === undefined ? '' : `-${alias}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;

const row = (left: string, right: string, width = 0): string => `  ${left.padEnd(width)}  ${right}`;

const columns = (pairs: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => row(left, right, width).trimEnd());
};
