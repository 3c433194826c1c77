import type { CommandSpec } from '../command.ts';

export const dumpCommand: CommandSpec = {
  name: 'dump',
  group: 'database',
  summary: 'Write schema and journal as SQL that load takes',
  arguments: [],
  options: [
    { name: 'output', alias: 'o', value: 'file', summary: 'the file; - prints (default: what --dump-schema says)' },
    { name: 'force', summary: 'write over a file that is no dump' },
  ],
  examples: [
    { line: 'limbeck dump', says: 'prints it, unless a file is configured' },
    { line: 'limbeck dump -o schema/dump.sql', says: '' },
  ],
  related: ['load', 'pull', 'up'],
  run: async ({ args, config, signal }) => {
    const output = args.text('output');
    const { dump } = await import('../../api/dump.ts');
    const result = await dump(config, { force: args.flag('force'), signal, ...(output === undefined ? {} : { output }) });
    const { sql, file, unmanaged } = result;
    return { json: result, text: file === undefined ? sql : [], warnings: unmanaged, talk: file === undefined ? [] : [`wrote ${file}`] };
  },
};
