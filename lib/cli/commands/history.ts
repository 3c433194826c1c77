import type { CommandSpec } from '../command.ts';
import { details, historyLine } from '../render/revision.ts';

export const historyCommand: CommandSpec = {
  name: 'history',
  group: 'look',
  summary: 'List the revisions of the files, newest first',
  arguments: [],
  options: [
    { name: 'rev-range', alias: 'r', value: 'a:b', summary: 'only these: a:b, a:, :b, -3:current' },
    { name: 'indicate-current', alias: 'i', summary: 'ask the database, and mark where it is' },
  ],
  examples: [
    { line: 'limbeck history', says: '' },
    { line: 'limbeck history -i -v', says: 'in full, with the current one marked' },
    { line: 'limbeck history -r -3:current', says: 'the last that was applied, and three before it' },
  ],
  related: ['current', 'show', 'status'],
  run: async ({ args, config, verbose, signal, onEvent }) => {
    const range = args.text('rev-range');
    const { history } = await import('../../api/history.ts');
    const result = await history(config, {
      ...(range === undefined ? {} : { range }),
      indicateCurrent: args.flag('indicate-current'),
      signal,
      onEvent,
    });
    return { json: result, text: verbose ? result.revisions.flatMap(details) : result.revisions.map(historyLine) };
  },
};
