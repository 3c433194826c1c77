import type { Config, ToldSetting } from '../config/config.ts';
import { configVariables, isConfigOption, openSources, resolveConfig } from '../config/load.ts';
import type { Flags, Sources } from '../config/load.ts';
import { variableOf } from '../config/variable.ts';
import type { Arguments, CommandSpec, OptionSpec } from './command.ts';
import { globalOptions } from './options.ts';
import { strangeVariables, withVariables } from './variables.ts';

/** Everything that holds for a run of a command. */
export interface Settled {
  readonly args: Arguments;
  readonly config: Config;
  /** What was told and by whom: configuration and options. */
  readonly told: readonly ToldSetting[];
  /** Variables that mean nothing, with what was probably meant. */
  readonly strange: readonly { readonly name: string; readonly meant: string }[];
}

export interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/**
 * Completes a command line by variables, `.env` and configuration. Errors: `bad-config`, with the complaints about all of
 * these at once, `no-url`, `file-unreadable`.
 */
export const settle = async (
  command: CommandSpec,
  typed: Arguments,
  { env, cwd }: Place,
  allCommands: () => Promise<readonly CommandSpec[]>,
): Promise<Settled> => {
  const flags = flagsOf(typed);
  const sources = await openSources({ flags, env, cwd });
  const options = [...globalOptions, ...command.options].filter(({ name }) => !isConfigOption(name) && !isAtOnce(name));
  const { args, complaints, told } = withVariables(typed, options, [{ name: '', variables: env }, ...sources.envFiles]);
  const config = resolveConfig(sources, flagsOf(args), complaints);
  const strange = await strangers(sources, options, allCommands);
  return { args, config, told: [...config.told, ...told], strange };
};

/** Nobody sets these for good. */
const isAtOnce = (option: string): boolean => option === 'help' || option === 'version';

const flagsOf = (args: Arguments): Partial<Flags> => ({
  url: args.text('url'),
  env: args.text('env'),
  envFile: listOf(args, 'env-file'),
  config: args.text('config'),
  models: args.text('models'),
  migrations: args.text('migrations'),
  journal: args.text('journal'),
  exclude: listOf(args, 'exclude'),
  schemas: listOf(args, 'schema'),
  privileges: args.text('privileges'),
  scratchUrl: args.text('scratch-url'),
  directUrl: args.text('direct-url'),
  role: args.text('set-role'),
  driver: args.text('driver'),
  dumpSchema: args.flag('no-dump-schema') ? 'false' : args.text('dump-schema'),
  lockTimeout: args.text('lock-timeout'),
});

const listOf = (args: Arguments, name: string): readonly string[] | undefined => {
  const values = args.list(name);
  return values.length === 0 ? undefined : values;
};

/** The options of other commands are asked only where a variable is of none that is at hand: most runs never load them. */
const strangers = async (
  { env, envFiles }: Sources,
  options: readonly OptionSpec[],
  allCommands: () => Promise<readonly CommandSpec[]>,
): Promise<Settled['strange']> => {
  const names = [env, ...envFiles.map(({ variables }) => variables)]
    .flatMap((variables) => Object.keys(variables))
    .filter((name) => name.startsWith('LIMBECK_'));
  const known = [...configVariables(), ...options.map(({ name }) => variableOf(name))];
  if (names.every((name) => known.includes(name))) return [];
  const others = (await allCommands()).flatMap((command) => command.options.map(({ name }) => variableOf(name)));
  return strangeVariables(names, [...known, ...others]);
};
