import type { RebaseResult } from '../../api/branch-types.ts';
import type { CommandSpec } from '../command.ts';
import { idsOrBase } from '../render/revision.ts';

export const rebaseCommand: CommandSpec = {
  name: 'rebase',
  group: 'write',
  summary: 'Let a branch that is not applied follow the other head',
  arguments: [{ name: 'revision', arity: 'required', summary: 'the first revision of the branch' }],
  options: [{ name: 'onto', value: 'revision', summary: 'what it shall follow (default: the other heads)' }],
  examples: [
    { line: 'limbeck rebase 20261123054512', says: 'after the merge of a branch' },
    { line: 'limbeck rebase a1b2 --onto shop@head', says: 'behind this one' },
  ],
  related: ['heads', 'merge', 'prove', 'check'],
  run: async ({ args, config, signal }) => {
    const onto = args.list('onto');
    const { rebase } = await import('../../api/rebase.ts');
    const result = await rebase(config, { revision: args.required('revision'), ...(onto.length === 0 ? {} : { onto }), signal });
    return {
      json: result,
      text: result.files.map((path) => `Rewriting ${path} ... done`),
      warnings: result.asked ? [] : ['no database was asked whether it is applied: there is no URL'],
      talk: [`${result.revision} follows ${idsOrBase(result.to)} now (before: ${idsOrBase(result.from)})`, ...nextSteps(result)],
    };
  },
};

const nextSteps = ({ unproved, revision }: RebaseResult): readonly string[] =>
  unproved.length === 0
    ? [`next: read it again, then limbeck prove ${revision}`]
    : [`its proof was of the place where it stood, and is gone; next: limbeck prove ${unproved.length > 1 ? `${revision}:` : revision}`];
