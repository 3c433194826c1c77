import { commandGroups } from '../command.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from '../command.ts';

/** What a help must fit: the list of all commands as well as each one's own. */
export const screen = { columns: 80, lines: 50 } as const;

/** `limbeck upgrade <target> [options]` */
export const commandUsage = ({ name, arguments: words }: CommandSpec): string =>
  ['limbeck', name, ...words.map(argumentNotation), '[options]'].join(' ');

/** The help of one command, on a screen. */
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
    ...optionLines(options),
    '',
    `Exit status: 0 done${exitOne === undefined ? '' : ` · 1 ${exitOne}`} · 2 failed · 64 usage`,
    'Options of every command (--url, --json …): limbeck help options',
    '',
  ].join('\n');
};

/** `limbeck --help`; bin/help.txt holds it, so that it can be printed without loading anything. */
export const mainHelp = (commands: readonly CommandSpec[], topics: readonly string[]): string => {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const groups = Object.entries(commandGroups).map(([group, title]) => ({
    title,
    members: commands.filter((command) => command.group === group),
  }));
  return [
    'Migrations for a SQL schema file, each proved up, down and up again.',
    'Usage: limbeck <command> [options]',
    ...groups.flatMap(({ title, members }) =>
      members.length === 0 ? [] : [`${title}:`, ...members.map(({ name, summary }) => row(name, summary, width))],
    ),
    `limbeck help <command> tells more, and limbeck help`,
    `  ${topics.join(' | ')}`,
    '',
  ].join('\n');
};

/** Options in columns; those with a heading of their own stand below the others. */
export const optionLines = (options: readonly OptionSpec[]): readonly string[] => {
  const headings = [...new Set(options.map(({ group = 'Options' }) => group))];
  const notations = columns(options.map((option) => [optionNotation(option), option.summary]));
  return headings.flatMap((heading) => [
    '',
    `${heading}:`,
    ...notations.filter((_line, at) => (options[at]?.group ?? 'Options') === heading),
  ]);
};

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
