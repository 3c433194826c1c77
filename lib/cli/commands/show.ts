import type { CommandSpec } from '../command.ts';
import { details } from '../render/revision.ts';

export const showCommand: CommandSpec = {
  name: 'show',
  group: 'look',
  summary: 'Show a revision and the SQL of its files',
  arguments: [{ name: 'revision', arity: 'required', summary: 'an id or its beginning, head, heads, current, a range' }],
  options: [],
  examples: [
    { line: 'limbeck show head', says: '' },
    { line: 'limbeck show current', says: 'the one that the database is at' },
  ],
  related: ['history', 'heads'],
  run: async ({ args, config, signal }) => {
    const { show } = await import('../../api/show.ts');
    const result = await show(config, { revision: args.required('revision'), signal });
    const text = result.revisions
      .map((revision) => {
        const files = revision.files.map((file) => `==> ${file.path} <==\n${file.text.replace(/\n?$/, '\n')}\n`);
        return `${details(revision).join('\n')}\n${files.join('')}`;
      })
      .join('');
    return { json: result, text };
  },
};
