import type { CommandSpec } from '../command.ts';
import { branchLines } from '../render/revision.ts';

export const branchesCommand: CommandSpec = {
  name: 'branches',
  group: 'look',
  summary: 'List the revisions that several follow',
  arguments: [],
  options: [],
  examples: [
    { line: 'limbeck branches', says: '' },
    { line: 'limbeck branches -v', says: 'in full' },
  ],
  related: ['heads', 'merge', 'rebase', 'history'],
  run: async ({ config, verbose }) => {
    const { branches } = await import('../../api/branches.ts');
    const result = await branches(config);
    return { json: result, text: result.branches.flatMap((branch) => branchLines(branch, { verbose })) };
  },
};
