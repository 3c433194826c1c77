import type { CommandSpec } from '../command.ts';
import { asEngine, engineNames } from '../options.ts';

export const modelsCommand: CommandSpec = {
  name: 'models',
  group: 'compare',
  summary: 'Print models.sql as one engine sees it',
  arguments: [],
  options: [{ name: 'engine', value: 'name', choices: engineNames, summary: 'sqlite or postgres (default: that of the URL)' }],
  examples: [
    { line: 'limbeck models', says: '' },
    { line: 'limbeck models --engine postgres', says: 'lines marked -- @sqlite are blank' },
  ],
  related: ['diff', 'check'],
  run: async ({ args, config }) => {
    const engine = asEngine(args.text('engine'));
    const { models } = await import('../../api/models.ts');
    const result = await models(config, engine === undefined ? {} : { engine });
    return { json: result, text: result.sql };
  },
};
