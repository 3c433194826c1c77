import type { CommandSpec } from '../command.ts';
import { branchOptions, identityOfArgs } from '../options-revision.ts';

export const mergeCommand: CommandSpec = {
  name: 'merge',
  group: 'write',
  summary: 'Write a revision that joins branches',
  arguments: [{ name: 'revisions', arity: 'several', summary: 'heads, or two or more ids or labels' }],
  options: [{ name: 'message', alias: 'm', value: 'text', summary: 'what it does (default: what it joins)' }, ...branchOptions],
  examples: [
    { line: 'limbeck merge heads', says: 'all branches' },
    { line: 'limbeck merge heads -m "join billing and stock"', says: 'with a message' },
  ],
  related: ['heads', 'branches', 'rebase', 'revision'],
  run: async ({ args, config, signal }) => {
    const message = args.text('message');
    const { mergeRevisions } = await import('../../api/merge.ts');
    const result = await mergeRevisions(config, {
      revisions: args.list('revisions'),
      ...(message === undefined || message.trim() === '' ? {} : { message }),
      ...identityOfArgs(args),
      signal,
    });
    return {
      json: result,
      text: result.files.map((path) => `Generating ${path} ... done`),
      talk: [`joins ${result.parents.join(', ')}`, `next: limbeck prove ${result.revision}, which runs both branches in scratch`],
    };
  },
};
