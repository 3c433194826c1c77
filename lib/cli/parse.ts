import yargs from 'yargs';
import type { Argv } from 'yargs';
import { isNumber, switchWord } from '../config/variable.ts';
import { isLimbeckError } from '../errors.ts';
import type { LimbeckError } from '../errors.ts';
import type { ArgumentSpec, Arguments, CommandSpec, OptionSpec } from './command.ts';
import { explain, noCommand, notANumber, notASwitch } from './complain.ts';

export interface Parsed {
  readonly command: CommandSpec;
  readonly args: Arguments;
}

/** What can be said: the commands, and the options of all of them. */
export interface Grammar {
  readonly commands: readonly CommandSpec[];
  readonly options: readonly OptionSpec[];
}

/**
 * Reads a command line: which command, with what. Strict: an option that a command does not have is refused, with the one
 * that was probably meant. `-1` and `-3:head` are values, never options. Errors: `usage`.
 */
export const parse = (argv: readonly string[], grammar: Grammar): Parsed => {
  const found: { command?: CommandSpec } = {};
  const parser = openParser((message) => explain(message.replaceAll('\0', ''), { ...grammar, argv, command: found.command }));
  for (const option of grammar.options) declare(parser, option);
  for (const command of grammar.commands) {
    const shape = [command.name, ...command.arguments.map(notation)].join(' ');
    parser.command(
      shape,
      command.summary,
      (inner) => {
        found.command = command;
        for (const option of command.options) declare(inner, option);
        for (const { name } of command.arguments) inner.positional(name, { type: 'string' });
        return inner;
      },
      () => undefined,
    );
  }
  const values: Readonly<Record<string, unknown>> = parser.parseSync(guard(spelled(argv, switchesOf(grammar))));
  if (found.command === undefined) {
    const [word] = Array.isArray(values['_']) ? values['_'] : [];
    throw noCommand(word === undefined ? undefined : unguard(word), grammar.commands);
  }
  const args = readArguments(values);
  for (const { name, number, value: takesValue } of [...grammar.options, ...found.command.options]) {
    const value = args.text(name);
    if (takesValue === undefined && argv.some((typed) => isStrange(typed, name))) throw notASwitch(name);
    if (number === true && value !== undefined && !isNumber(value)) throw notANumber(name, value);
  }
  return { command: found.command, args };
};

/** yargs, so that it says nothing, ends nothing, guesses nothing, and throws what `complain` makes of its message. */
const openParser = (complain: (message: string) => LimbeckError): Argv =>
  yargs([])
    .scriptName('limbeck')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .help(false)
    .version(false)
    .locale('en')
    .exitProcess(false)
    .strict()
    .fail((message: string | null, error: Error | undefined) => {
      throw isLimbeckError(error) ? error : complain(message ?? error?.message ?? '');
    });

const declare = (parser: Argv, option: OptionSpec): void => {
  parser.option(option.name, {
    alias: [...(option.alias === undefined ? [] : [option.alias]), ...(option.also ?? [])],
    ...(option.value === undefined ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
    ...(option.choices === undefined ? {} : { choices: option.choices }),
  });
};

const notation = ({ name, arity }: ArgumentSpec): string => {
  if (arity === 'required') return `<${name}>`;
  return arity === 'optional' ? `[${name}]` : `<${name}..>`;
};

const switchesOf = ({ commands, options }: Grammar): ReadonlySet<string> =>
  new Set(
    [...options, ...commands.flatMap((command) => command.options)].flatMap(({ name, value }) => (value === undefined ? [name] : [])),
  );

/** `--dry-run=no` as `--dry-run=false`, which switches off what a variable switched on. */
const spelled = (argv: readonly string[], switches: ReadonlySet<string>): readonly string[] => {
  const end = argv.indexOf('--');
  return argv.map((typed, at) => {
    if (end >= 0 && at > end) return typed;
    const [, name = '', word = ''] = /^--([a-z-]+)=(.*)$/.exec(typed) ?? [];
    const value = switches.has(name) ? switchWord(word) : undefined;
    return value === undefined ? typed : `--${name}=${value}`;
  });
};

const isStrange = (typed: string, name: string): boolean =>
  typed.startsWith(`--${name}=`) && switchWord(typed.slice(name.length + 3)) === undefined;

/** A NUL before what looks like an option and is a number, or stands after `--`; no argument of a process can hold one. */
const guard = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--');
  return argv.flatMap((argument, at) => {
    if (at === end) return [];
    return /^-\d/.test(argument) || (end >= 0 && at > end && argument.startsWith('-')) ? [`\0${argument}`] : [argument];
  });
};

const unguard = (value: unknown): string => String(value).replace('\0', '');

const readArguments = (values: Readonly<Record<string, unknown>>): Arguments => {
  const last = (name: string): unknown => (Array.isArray(values[name]) ? values[name].at(-1) : values[name]);
  const text = (name: string): string | undefined => (last(name) === undefined ? undefined : unguard(last(name)));
  return {
    text,
    required: (name) => text(name) ?? '',
    list: (name) => {
      const value = values[name];
      if (value === undefined) return [];
      return Array.isArray(value) ? value.map(unguard) : [unguard(value)];
    },
    flag: (name) => last(name) === true,
  };
};
