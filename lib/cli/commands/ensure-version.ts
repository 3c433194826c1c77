import type { CommandSpec } from '../command.ts';
import { lockTimeout } from '../options.ts';
import { engineOption, scriptOptions } from './script.ts';

export const ensureVersionCommand: CommandSpec = {
  name: 'ensure-version',
  group: 'move',
  summary: 'Create the journal if the database has none',
  arguments: [],
  options: [...scriptOptions, lockTimeout],
  examples: [
    { line: 'limbeck ensure-version', says: '' },
    { line: 'limbeck ensure-version --sql > journal.sql', says: 'only the SQL' },
  ],
  related: ['current', 'stamp'],
  run: async ({ args, config, signal, onEvent }) => {
    if (args.flag('sql')) {
      const { ensureVersionSql } = await import('../../api/script.ts');
      const script = await ensureVersionSql(config, engineOption({ args }));
      return { json: script, text: script.sql };
    }
    const { ensureVersion } = await import('../../api/ensure-version.ts');
    const result = await ensureVersion(config, { onEvent, signal });
    return { json: result, talk: [`${result.table} ${result.created ? 'was created' : 'is there already'}: ${result.location}`] };
  },
};
