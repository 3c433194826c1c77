import type { SquashOptions } from '../../api/squash.ts';
import type { CommandSpec } from '../command.ts';
import { count } from '../render/revision.ts';

export const squashCommand: CommandSpec = {
  name: 'squash',
  group: 'write',
  summary: 'Make one pair of a revision and all before it',
  arguments: [{ name: 'revision', arity: 'required', summary: 'the last one to go in: an id or its beginning, head, head-5' }],
  options: [
    { name: 'message', alias: 'm', value: 'text', summary: 'what it is called (default: up to …)' },
    { name: 'drop-data-statements', summary: 'leave out INSERT, UPDATE and the like' },
    { name: 'dry-run', summary: 'prove it and say what would be written and removed' },
  ],
  examples: [
    { line: 'limbeck squash head-5', says: 'all but the last five' },
    { line: 'limbeck squash head --dry-run', says: 'whether it can be done' },
  ],
  related: ['history', 'prove', 'adopt'],
  run: async ({ args, config, signal }) => {
    const { squash } = await import('../../api/squash.ts');
    const message = args.text('message');
    const dryRun = args.flag('dry-run');
    const options: SquashOptions = {
      revision: args.required('revision'),
      dropDataStatements: args.flag('drop-data-statements'),
      dryRun,
      signal,
      ...(message === undefined ? {} : { message }),
    };
    const result = await squash(config, options);
    const { revision, squashed, files, removed, dropped } = result;
    return {
      json: result,
      text: [...files.map((file) => `write ${file}`), ...removed.map((file) => `remove ${file}`)],
      warnings: dropped.map((statement) => `left out: ${statement}`),
      talk: [
        revision === undefined
          ? 'nothing to squash: no revision comes before it'
          : `${dryRun ? 'proved, and nothing was written: this would squash' : 'squashed'} ${count(squashed.length + 1, 'revision')} into ${revision}`,
      ],
    };
  },
};
