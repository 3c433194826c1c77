import { LimbeckError } from '../../errors.ts';
import type { CommandSpec } from '../command.ts';
import { holdsPassword } from '../mask.ts';

export const initCommand: CommandSpec = {
  name: 'init',
  group: 'start',
  summary: 'Set up models.sql, a migrations folder and configuration',
  arguments: [{ name: 'directory', arity: 'optional', summary: 'the migrations folder (default migrations)' }],
  options: [],
  examples: [
    { line: 'limbeck init', says: 'with sqlite:///./app.db' },
    { line: 'limbeck init db/migrations', says: 'the migrations elsewhere' },
    { line: 'limbeck init --url sqlite:///./shop.db', says: 'another database' },
  ],
  related: ['revision'],
  run: async ({ args, config }) => {
    const [directory, url] = [args.text('directory'), args.text('url')];
    if (url !== undefined && holdsPassword(url)) {
      throw new LimbeckError('usage', 'this URL holds a password, and init would write it into the project configuration', {
        hint: 'put the URL into .env (LIMBECK_URL=…), and run limbeck init without --url',
      });
    }
    const { init } = await import('../../api/init.ts');
    const result = await init(config, { ...(directory === undefined ? {} : { directory }), ...(url === undefined ? {} : { url }) });
    return {
      json: result,
      text: [
        ...result.created.map((path) => `created ${path}`),
        ...result.changed.map((path) => `changed ${path}`),
        ...result.kept.map((path) => `kept ${path}`),
      ],
      talk: ['next: write the schema into models.sql, then limbeck revision --autogenerate -m "first"'],
    };
  },
};
