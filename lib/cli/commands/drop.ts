import type { CommandSpec } from '../command.ts';

export const dropCommand: CommandSpec = {
  name: 'drop',
  group: 'database',
  summary: 'Drop the database with all in it, if nobody uses it',
  arguments: [],
  options: [{ name: 'yes', alias: 'y', summary: 'do not ask (needed where there is no terminal)' }],
  examples: [
    { line: 'limbeck drop', says: 'asks first' },
    { line: 'limbeck drop --yes', says: 'for a script' },
  ],
  related: ['create', 'up'],
  run: async ({ args, config, signal, confirm }) => {
    const { drop } = await import('../../api/drop.ts');
    const result = await drop(config, {
      yes: args.flag('yes'),
      signal,
      ...(confirm === undefined ? {} : { confirm: (what) => confirm(`Drop ${what} with all that is in it?`) }),
    });
    return { json: result, talk: [result.dropped ? `dropped ${result.location}` : `nothing to drop: there is no ${result.location}`] };
  },
};
