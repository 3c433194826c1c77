import type { CommandSpec } from '../command.ts';

export const pullCommand: CommandSpec = {
  name: 'pull',
  group: 'start',
  summary: 'Write a models.sql from the database',
  arguments: [],
  options: [
    { name: 'output', alias: 'o', value: 'file', summary: 'the file to write (default: print it)' },
    { name: 'force', summary: 'write over a file that is there' },
  ],
  examples: [
    { line: 'limbeck pull', says: '' },
    { line: 'limbeck pull --output schema/models.sql', says: 'to go on from there' },
    { line: "limbeck pull --schema app --exclude 'tmp_*'", says: 'a part of it' },
  ],
  related: ['init', 'check', 'diff'],
  run: async ({ args, config, signal }) => {
    const output = args.text('output');
    const { pull } = await import('../../api/pull.ts');
    const result = await pull(config, { force: args.flag('force'), signal, ...(output === undefined ? {} : { output }) });
    const { sql, file, notes, unmanaged } = result;
    return {
      json: result,
      text: file === undefined ? sql : [],
      warnings: unmanaged,
      talk: [...notes.map((note) => `note: ${note}`), ...(file === undefined ? [] : [`wrote ${file}; next: limbeck check`])],
    };
  },
};
