import type { CommandSpec, OptionSpec } from './command.ts';

type Load = () => Promise<CommandSpec>;

/** In the order of the help, group by group. A module is loaded when its command is wanted: all of them take longer than one to start. */
const loaders: Readonly<Record<string, Load>> = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  pull: async () => (await import('./commands/pull.ts')).pullCommand,
  adopt: async () => (await import('./commands/adopt.ts')).adoptCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
  revision: async () => (await import('./commands/revision.ts')).revisionCommand,
  new: async () => (await import('./commands/revision.ts')).newCommand,
  merge: async () => (await import('./commands/merge.ts')).mergeCommand,
  rebase: async () => (await import('./commands/rebase.ts')).rebaseCommand,
  edit: async () => (await import('./commands/edit.ts')).editCommand,
  squash: async () => (await import('./commands/squash.ts')).squashCommand,
  prove: async () => (await import('./commands/prove.ts')).proveCommand,
  upgrade: async () => (await import('./commands/move.ts')).upgradeCommand,
  downgrade: async () => (await import('./commands/move.ts')).downgradeCommand,
  up: async () => (await import('./commands/up.ts')).upCommand,
  migrate: async () => (await import('./commands/up.ts')).migrateCommand,
  rollback: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  down: async () => (await import('./commands/rollback.ts')).downCommand,
  stamp: async () => (await import('./commands/stamp.ts')).stampCommand,
  'ensure-version': async () => (await import('./commands/ensure-version.ts')).ensureVersionCommand,
  current: async () => (await import('./commands/current.ts')).currentCommand,
  heads: async () => (await import('./commands/heads.ts')).headsCommand,
  branches: async () => (await import('./commands/branches.ts')).branchesCommand,
  history: async () => (await import('./commands/history.ts')).historyCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  models: async () => (await import('./commands/models.ts')).modelsCommand,
  create: async () => (await import('./commands/create.ts')).createCommand,
  drop: async () => (await import('./commands/drop.ts')).dropCommand,
  dump: async () => (await import('./commands/dump.ts')).dumpCommand,
  load: async () => (await import('./commands/load.ts')).loadCommand,
  wait: async () => (await import('./commands/wait.ts')).waitCommand,
};

/** Every command. */
export const allCommands = (): Promise<readonly CommandSpec[]> => Promise.all(Object.values(loaders).map((load) => load()));

/** The commands that a command line can be about: the one it names, or all when it names none. */
export const commandsFor = async (argv: readonly string[], options: readonly OptionSpec[]): Promise<readonly CommandSpec[]> => {
  const word = firstWord(argv, options) ?? '';
  const load = Object.hasOwn(loaders, word) ? loaders[word] : undefined;
  return load === undefined ? allCommands() : [await load()];
};

/** The first word of a command line that is neither an option nor an option's value. */
export const firstWord = (argv: readonly string[], options: readonly OptionSpec[]): string | undefined => {
  const valued = new Set(
    options.flatMap(({ name, alias, also = [], value }) =>
      value === undefined ? [] : [`-${alias}`, ...[name, ...also].map((each) => `--${each}`)],
    ),
  );
  return argv.find((word, at) => !word.startsWith('-') && !valued.has(argv[at - 1] ?? ''));
};
