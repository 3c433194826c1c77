import type { Config } from '../config/config.ts';
import type { LimbeckError } from '../errors.ts';
import type { OnEvent } from '../runner/event.ts';
import type { AskRename, AskYes } from './ask.ts';
import type { Exit } from './exit.ts';

/** A word after the command's name. */
export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  /** `required` and `optional` are one word, `several` one or more. */
  readonly arity: 'required' | 'optional' | 'several';
}

/** The parts of `limbeck --help`, in their order. */
export const commandGroups = {
  start: 'Begin',
  write: 'Write revisions',
  move: 'Move a database',
  look: 'Look',
  compare: 'Compare',
  database: 'Whole databases',
} as const;

export type CommandGroup = keyof typeof commandGroups;

/** An option; without `value` it is a switch. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  readonly alias?: string;
  /** Other spellings that mean the same, without the dashes: those that users of other tools know. */
  readonly also?: readonly string[];
  /** What stands in angle brackets in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** The value must be a number, not below 0. */
  readonly number?: boolean;
  /** It may be given several times; its variable holds a list with commas. */
  readonly several?: boolean;
  /** The heading that it stands under in the help of a command with many options; without: `Options`. */
  readonly group?: string;
  readonly summary: string;
}

export interface ExampleSpec {
  /** A command line that works as it stands. */
  readonly line: string;
  readonly says: string;
}

/** All there is to say about a command: parsing, help and docs/cli.md are made of it. */
export interface CommandSpec {
  readonly name: string;
  readonly group: CommandGroup;
  /** One sentence without a full stop; of at most 60 letters, so that it fits a line of `limbeck --help`. */
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly ExampleSpec[];
  /** What exit status 1 means here; undefined: it does not happen. */
  readonly exitOne?: string;
  /** Other commands worth a look. */
  readonly related: readonly string[];
  readonly run: (context: Context) => Promise<Outcome>;
  /** What it does where the configuration cannot be read; undefined: nothing, that is the error. */
  readonly runWithout?: (error: LimbeckError, signal: AbortSignal) => Promise<Outcome>;
  /** With `--json` what happens is told as it happens, one object a line on stdout, and the result is the last of them. */
  readonly events?: boolean;
}

/** What the command line said, by the names of its declarations. */
export interface Arguments {
  readonly text: (name: string) => string | undefined;
  /** An argument that parsing made sure of. */
  readonly required: (name: string) => string;
  readonly list: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

/** What a command may use; it prints nothing itself. */
export interface Context {
  readonly args: Arguments;
  readonly config: Config;
  readonly verbose: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** Undefined: nobody is there to be asked. */
  readonly askRename: AskRename | undefined;
  /** Asks a question with yes and no; undefined as above. */
  readonly confirm: AskYes | undefined;
}

/** What a command has to say when it is through. */
export interface Outcome {
  /** Default: 0. */
  readonly exit?: Exit;
  /** The result as data, for `--json`. */
  readonly json: unknown;
  /** The result as text, for stdout: lines without their line end, or whole text with it. */
  readonly text?: string | readonly string[];
  /** Closing words, for stderr; not said with `--quiet`. */
  readonly talk?: readonly string[];
  /** What must not be missed, for stderr. */
  readonly warnings?: readonly string[];
}
