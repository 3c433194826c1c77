import { LimbeckError } from '../errors.ts';
import { near } from '../revision/near.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { commandUsage } from './render/help.ts';

/** What was typed, and what could have been. */
export interface Situation {
  readonly argv: readonly string[];
  readonly commands: readonly CommandSpec[];
  readonly options: readonly OptionSpec[];
  /** Undefined: none was recognised. */
  readonly command: CommandSpec | undefined;
}

/** A complaint of yargs in our words, with what was probably meant. */
export const explain = (message: string, situation: Situation): LimbeckError => {
  const unknown = /^Unknown (?:arguments?|commands?): ([^]*)$/.exec(message)?.[1]?.split(', ');
  if (unknown !== undefined) return explainUnknown(unknown, situation);
  const { command } = situation;
  if (command !== undefined && message.startsWith('Not enough non-option arguments')) {
    const strange = strangeOption(situation);
    if (strange !== undefined) return explainUnknown([strange], situation);
    const missing = command.arguments.find(({ arity }) => arity !== 'optional');
    return usage(
      `limbeck ${command.name} needs <${missing?.name ?? 'argument'}>: ${missing?.summary ?? ''}`,
      `usage: ${commandUsage(command)}`,
    );
  }
  const valueless = /^Not enough arguments following: ([^]*)$/.exec(message)?.[1];
  if (valueless !== undefined) return explainValueless(valueless, situation);
  const invalid = /Argument: (\S+), Given: ("?[^]*?"?), Choices: ([^]*)$/.exec(message);
  if (invalid !== null) return usage(`--${invalid[1]} cannot be ${invalid[2]}`, `it can be ${invalid[3]?.trim()}`);
  return usage(message, helpOn(command));
};

/** The complaint about a line without a command, or with a word that is none. */
export const noCommand = (word: string | undefined, commands: readonly CommandSpec[]): LimbeckError => {
  if (word === undefined) return usage('no command was given', helpOn(undefined));
  const [meant] = near(word, namesOf(commands), 1);
  return usage(`there is no command ${word}`, meant === undefined ? 'limbeck --help lists the commands' : `did you mean limbeck ${meant}?`);
};

/** The complaint about `limbeck help x` where x is neither a command nor a topic. */
export const noHelp = (word: string, commands: readonly CommandSpec[], topics: readonly string[]): LimbeckError => {
  const [meant] = near(word, [...namesOf(commands), ...topics], 1);
  const hint = meant === undefined ? 'limbeck --help lists the commands and topics' : `did you mean limbeck help ${meant}?`;
  return usage(`there is no command and no topic ${word}`, hint);
};

/** The complaint about an option that takes a number. */
export const notANumber = (name: string, value: string): LimbeckError =>
  usage(`--${name} takes a number, and got ${JSON.stringify(value)}`, `for example --${name} 30`);

/** The complaint about a value for a switch that is neither yes nor no. */
export const notASwitch = (name: string): LimbeckError =>
  usage(
    `--${name} takes no value but true or false`,
    `write --${name} alone, or leave it out; --${name}=false is for what a variable switched on`,
  );

const namesOf = (commands: readonly CommandSpec[]): readonly string[] => commands.map(({ name }) => name);

/** A long option that nothing knows: it took the word behind it for its value, which is why an argument is missing. */
const strangeOption = ({ argv, options, command }: Situation): string | undefined => {
  const known = [...options, ...(command?.options ?? [])].flatMap(({ name, also = [] }) => [name, ...also]);
  const typed = argv.flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  return typed.find((name) => !known.includes(name));
};

const explainUnknown = (unknown: readonly string[], { argv, commands, command, options }: Situation): LimbeckError => {
  const option = argv.find((typed) => unknown.some((name) => isOption(typed, name)))?.replace(/=.*$/s, '');
  if (option !== undefined) {
    const known = [...options, ...(command?.options ?? [])].map(({ name }) => `--${name}`);
    const [meant] = near(option, known, 1);
    const whose = command === undefined ? 'there is no option' : `limbeck ${command.name} has no option`;
    return usage(`${whose} ${option}`, meant === undefined ? helpOn(command) : `did you mean ${meant}? (${helpOn(command)})`);
  }
  const [word = ''] = unknown;
  if (command === undefined) return noCommand(word, commands);
  return usage(
    `limbeck ${command.name} does not take ${JSON.stringify(word)}`,
    `usage: ${commandUsage(command)}; a text of several words needs quotes`,
  );
};

const explainValueless = (name: string, { options, command }: Situation): LimbeckError => {
  const spec = [...options, ...(command?.options ?? [])].find((option) => option.name === name || option.alias === name);
  return usage(`--${spec?.name ?? name} needs a value${spec?.value === undefined ? '' : `: <${spec.value}>`}`, helpOn(command));
};

/** Whether `typed` is how the option `name` was written: `--name`, `--name=x`, or a letter of `-abc`. */
const isOption = (typed: string, name: string): boolean => {
  if (typed.startsWith('--')) return typed.slice(2).replace(/=.*$/s, '') === name;
  return /^-[a-z]/i.test(typed) && typed.slice(1).includes(name);
};

const helpOn = (command: CommandSpec | undefined): string => (command === undefined ? 'limbeck --help' : `limbeck ${command.name} --help`);

const usage = (message: string, hint: string): LimbeckError => new LimbeckError('usage', message, { hint });
