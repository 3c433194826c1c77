import type { CommandSpec } from '../command.ts';

export const createCommand: CommandSpec = {
  name: 'create',
  group: 'database',
  summary: 'Create the database, if it is not there',
  arguments: [],
  options: [],
  examples: [
    { line: 'limbeck create', says: '' },
    { line: 'limbeck create --wait', says: 'as soon as the server answers' },
  ],
  related: ['up', 'drop', 'wait'],
  run: async ({ config, signal }) => {
    const { create } = await import('../../api/create.ts');
    const result = await create(config, { signal });
    return { json: result, talk: [result.created ? `created ${result.location}` : `${result.location} is there already`] };
  },
};
