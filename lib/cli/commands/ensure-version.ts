import type { CommandSpec } from '../command.ts';
import { lockTimeout } from '../options.ts';

export const ensureVersionCommand: CommandSpec = {
  name: 'ensure-version',
  group: 'move',
  summary: 'Create the journal if the database has none',
  arguments: [],
  options: [lockTimeout],
  examples: [{ line: 'limbeck ensure-version', says: '' }],
  related: ['current', 'stamp'],
  run: async ({ config, signal, onEvent }) => {
    const { ensureVersion } = await import('../../api/ensure-version.ts');
    const result = await ensureVersion(config, { onEvent, signal });
    return { json: result, talk: [`${result.table} ${result.created ? 'was created' : 'is there already'}: ${result.location}`] };
  },
};
