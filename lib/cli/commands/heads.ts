import type { CommandSpec } from '../command.ts';
import { details, idLine } from '../render/revision.ts';

export const headsCommand: CommandSpec = {
  name: 'heads',
  group: 'look',
  summary: 'List the newest revisions of the files',
  arguments: [],
  options: [{ name: 'resolve-dependencies', summary: 'leave out heads that other branches depend on' }],
  examples: [
    { line: 'limbeck heads', says: '' },
    { line: 'limbeck heads -v', says: 'with parents, files and proof' },
  ],
  related: ['branches', 'merge', 'current', 'history'],
  run: async ({ args, config, verbose }) => {
    const { heads } = await import('../../api/heads.ts');
    const result = await heads(config, { resolveDependencies: args.flag('resolve-dependencies') });
    return {
      json: result,
      text: verbose ? result.heads.flatMap(details) : result.heads.map((revision) => idLine(revision, { points: false })),
    };
  },
};
