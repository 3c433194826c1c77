import type { MigrateOptions } from '../../api/up.ts';
import { LimbeckError } from '../../errors.ts';
import type { CommandSpec, Context, OptionSpec } from '../command.ts';
import { outcomeOf, runOptions, sharedOptions } from './move.ts';

const options: readonly OptionSpec[] = [
  ...sharedOptions,
  { name: 'allow-out-of-order', summary: 'also what turned up in the middle of what is applied' },
  { name: 'strict', summary: 'refuse every id that sorts before an applied one' },
];

export const upCommand: CommandSpec = {
  name: 'up',
  group: 'move',
  summary: 'Create the database if missing, and apply all that is pending',
  arguments: [],
  options,
  examples: [
    { line: 'limbeck up', says: '' },
    { line: 'limbeck up --wait', says: 'as soon as the server answers' },
  ],
  events: true,
  related: ['migrate', 'upgrade', 'create', 'status'],
  run: async (context) => {
    const { up } = await import('../../api/up.ts');
    return outcomeOf(await up(context.config, migrateOptions(context)), 'applied');
  },
};

export const migrateCommand: CommandSpec = {
  name: 'migrate',
  group: 'move',
  summary: 'Apply all that is pending, on every branch',
  arguments: [],
  options,
  examples: [
    { line: 'limbeck migrate', says: 'as limbeck upgrade heads' },
    { line: 'limbeck migrate --strict', says: '' },
  ],
  events: true,
  related: ['up', 'upgrade', 'rollback', 'status'],
  run: async (context) => {
    const { migrate } = await import('../../api/up.ts');
    return outcomeOf(await migrate(context.config, migrateOptions(context)), 'applied');
  },
};

const migrateOptions = (context: Context): MigrateOptions => {
  const { args } = context;
  if (args.flag('strict') && args.flag('allow-out-of-order')) {
    throw new LimbeckError('usage', '--strict and --allow-out-of-order say opposite things', { hint: 'leave out one of them' });
  }
  return { ...runOptions(context), strictOrder: args.flag('strict') };
};
