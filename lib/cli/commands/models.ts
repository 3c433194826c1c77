import type { EngineName } from '../../engine/engine.ts';
import type { CommandSpec } from '../command.ts';

export const modelsCommand: CommandSpec = {
  name: 'models',
  summary: 'Print models.sql as one engine sees it',
  arguments: [],
  options: [{ name: 'engine', value: 'name', choices: ['sqlite', 'postgres'], summary: 'sqlite or postgres (default: that of the URL)' }],
  examples: [
    { line: 'limbeck models', says: '' },
    { line: 'limbeck models --engine postgres', says: 'lines marked -- @sqlite are blank' },
  ],
  related: ['diff', 'check'],
  run: async ({ args, config }) => {
    const engine = args.text('engine');
    const { models } = await import('../../api/models.ts');
    const result = await models(config, isEngine(engine) ? { engine } : {});
    return { json: result, text: result.sql };
  },
};

const isEngine = (name: string | undefined): name is EngineName => name === 'sqlite' || name === 'postgres';
