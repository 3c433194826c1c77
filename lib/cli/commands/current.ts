import type { CommandSpec } from '../command.ts';
import { details, idLine } from '../render/revision.ts';

export const currentCommand: CommandSpec = {
  name: 'current',
  group: 'look',
  summary: 'Say at which revision the database is',
  arguments: [],
  options: [{ name: 'check-heads', alias: 'c', summary: 'exit with 1 unless the database is at all heads' }],
  examples: [
    { line: 'limbeck current', says: '' },
    { line: 'limbeck current -v', says: 'with the database and each revision in full' },
    { line: 'limbeck current --check-heads', says: 'for a script that waits for an upgrade' },
  ],
  exitOne: 'not at the heads (--check-heads)',
  related: ['status', 'heads', 'history'],
  run: async ({ args, config, verbose, signal, onEvent }) => {
    const { current } = await import('../../api/current.ts');
    const result = await current(config, { signal, onEvent });
    const isShort = args.flag('check-heads') && !result.atHeads;
    const server = result.server === '' ? '' : ` (${result.server})`;
    return {
      json: result,
      exit: isShort ? 1 : 0,
      text: verbose
        ? [`Current revision(s) for ${result.location}${server}:`, ...result.revisions.flatMap(details)]
        : result.revisions.map((revision) => idLine(revision)),
      warnings: [
        ...result.unknown.map((id) => `revision ${id} was applied, and no file has it`),
        ...(isShort ? ['Database is not on all head revisions'] : []),
      ],
    };
  },
};
