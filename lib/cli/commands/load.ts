import type { CommandSpec } from '../command.ts';
import { lockTimeout } from '../options.ts';
import { count, idsOrBase } from '../render/revision.ts';

export const loadCommand: CommandSpec = {
  name: 'load',
  group: 'database',
  summary: 'Run a dump in an empty database, in one transaction',
  arguments: [{ name: 'file', arity: 'optional', summary: 'the dump (default: what --dump-schema says, or schema/dump.sql)' }],
  options: [lockTimeout],
  examples: [
    { line: 'limbeck load', says: '' },
    { line: 'limbeck load backup/schema.sql', says: 'also one of pg_dump --schema-only' },
  ],
  related: ['dump', 'create', 'stamp'],
  run: async ({ args, config, signal, onEvent }) => {
    const file = args.text('file');
    const { load } = await import('../../api/load.ts');
    const result = await load(config, { onEvent, signal, ...(file === undefined ? {} : { file }) });
    const bare = result.revisions.length === 0;
    return {
      json: result,
      talk: [
        `loaded ${result.file} (${count(result.statements, 'statement')}) into ${result.location}, which is at ${idsOrBase(result.revisions)}`,
      ],
      warnings: bare ? [`${result.file} has no journal: if it holds a revision's schema, say which with limbeck stamp`] : [],
    };
  },
};
