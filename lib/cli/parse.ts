import yargs from 'yargs';
import type { Argv } from 'yargs';
import { LimbeckError } from '../errors.ts';
import { near } from '../revision/near.ts';
import type { ArgumentSpec, Arguments, CommandSpec, OptionSpec } from './command.ts';
import { commandUsage } from './render/help.ts';

export interface Parsed {
  readonly command: CommandSpec;
  readonly args: Arguments;
}

/**
 * Reads a command line: which command, with what. Strict: an option that a command does not have is refused, with the one
 * that was probably meant. `-1` and `-3:head` are values, never options. Errors: `usage`.
 */
export const parse = (argv: readonly string[], commands: readonly CommandSpec[], options: readonly OptionSpec[]): Parsed => {
  const found: { command?: CommandSpec } = {};
  const parser = yargs([])
    .scriptName('limbeck')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .help(false)
    .version(false)
    .locale('en')
    .exitProcess(false)
    .strict()
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? explain(message ?? '', argv, commands, found.command, options);
    });
  for (const option of options) declare(parser, option, true);
  for (const command of commands) {
    const shape = [command.name, ...command.arguments.map(notation)].join(' ');
    parser.command(shape, command.summary, (inner) => {
      found.command = command;
      for (const option of command.options) declare(inner, option, false);
      for (const { name } of command.arguments) inner.positional(name, { type: 'string' });
      return inner;
    }, () => undefined);
  }
  const values: Readonly<Record<string, unknown>> = parser.parseSync(argv.map(guard));
  if (found.command === undefined) throw noCommand(values, commands);
  const specs = [...options, ...found.command.options];
  checkNumbers(specs, values);
  return { command: found.command, args: readArguments(values) };
};

const declare = (parser: Argv, option: OptionSpec, isGlobal: boolean): void => {
  parser.option(option.name, {
    ...(option.alias === undefined ? {} : { alias: option.alias }),
    ...(option.value === undefined ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
    global: isGlobal,
  });
};

const notation = ({ name, arity }: ArgumentSpec): string => {
  if (arity === 'required') return `<${name}>`;
  return arity === 'optional' ? `[${name}]` : `<${name}..>`;
};

/** A NUL before what would look like an option but is a number; no argument of a process can hold one. */
const guard = (argument: string): string => (/^-\d/.test(argument) ? `\0${argument}` : argument);

const unguard = (value: unknown): string => String(value).replace('\0', '');

const readArguments = (values: Readonly<Record<string, unknown>>): Arguments => {
  const text = (name: string): string | undefined => (values[name] === undefined ? undefined : unguard(values[name]));
  return {
    text,
    required: (name) => text(name) ?? '',
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(unguard) : [];
    },
    flag: (name) => values[name] === true,
  };
};

const checkNumbers = (specs: readonly OptionSpec[], values: Readonly<Record<string, unknown>>): void => {
  for (const { name, number } of specs) {
    const value = values[name];
    if (number !== true || value === undefined || /^\d+(\.\d+)?$/.test(unguard(value))) continue;
    throw usage(`--${name} takes a number, and got ${unguard(value)}`, `for example --${name} 30`);
  }
};

const noCommand = (values: Readonly<Record<string, unknown>>, commands: readonly CommandSpec[]): LimbeckError => {
  const words = values['_'];
  const [word] = Array.isArray(words) ? words.map(unguard) : [];
  return word === undefined ? usage('no command was given', 'limbeck --help lists the commands') : unknownCommand(word, commands);
};

const unknownCommand = (word: string, commands: readonly CommandSpec[]): LimbeckError => {
  const [meant] = near(word, commands.map(({ name }) => name), 1);
  return usage(`there is no command ${word}`, meant === undefined ? 'limbeck --help lists the commands' : `did you mean limbeck ${meant}?`);
};

/** The complaint of yargs in our words, with what was probably meant. */
const explain = (
  message: string,
  argv: readonly string[],
  commands: readonly CommandSpec[],
  command: CommandSpec | undefined,
  options: readonly OptionSpec[],
): LimbeckError => {
  const unknown = /^Unknown (?:arguments?|commands?): ([^]*)$/.exec(message)?.[1]?.split(', ').map(unguard);
  const help = command === undefined ? 'limbeck --help' : `limbeck ${command.name} --help`;
  if (unknown !== undefined) return explainUnknown(unknown, argv, commands, command, options);
  if (command !== undefined && message.startsWith('Not enough non-option arguments')) {
    const missing = command.arguments.find(({ arity }) => arity !== 'optional');
    return usage(`limbeck ${command.name} needs <${missing?.name ?? 'argument'}>: ${missing?.summary ?? ''}`, `usage: ${commandUsage(command)}`);
  }
  const valueless = /^Not enough arguments following: ([^]*)$/.exec(message)?.[1];
  if (valueless !== undefined) {
    const spec = [...options, ...(command?.options ?? [])].find(({ name, alias }) => name === valueless || alias === valueless);
    return usage(`--${spec?.name ?? valueless} needs a value${spec?.value === undefined ? '' : `: <${spec.value}>`}`, help);
  }
  const invalid = /Argument: (\S+), Given: ("?[^]*?"?), Choices: ([^]*)$/.exec(message);
  if (invalid !== null) return usage(`--${invalid[1]} cannot be ${invalid[2]}`, `it can be ${invalid[3]?.trim()}`);
  return usage(message.replaceAll('\0', ''), help);
};

const explainUnknown = (
  unknown: readonly string[],
  argv: readonly string[],
  commands: readonly CommandSpec[],
  command: CommandSpec | undefined,
  options: readonly OptionSpec[],
): LimbeckError => {
  const typed = argv.filter((each) => unknown.some((name) => isOption(each, name)));
  const option = typed[0]?.replace(/=.*$/s, '');
  if (option === undefined) {
    const [word = ''] = unknown;
    if (command === undefined) return unknownCommand(word, commands);
    return usage(`limbeck ${command.name} does not take ${JSON.stringify(word)}`, `usage: ${commandUsage(command)}; a text of several words needs quotes`);
  }
  const names = [...options, ...(command?.options ?? [])].map(({ name }) => `--${name}`);
  const [meant] = near(option, names, 1);
  const help = command === undefined ? 'limbeck --help' : `limbeck ${command.name} --help`;
  const whose = command === undefined ? 'there is no option' : `limbeck ${command.name} has no option`;
  return usage(`${whose} ${option}`, meant === undefined ? help : `did you mean ${meant}? (${help})`);
};

const isOption = (typed: string, name: string): boolean => {
  if (typed.startsWith('--')) return typed.slice(2).replace(/=.*$/s, '') === name;
  return /^-[a-z]/i.test(typed) && typed.slice(1).includes(name);
};

const usage = (message: string, hint: string): LimbeckError => new LimbeckError('usage', message, { hint });
