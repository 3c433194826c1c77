import type { ProveResult } from '../../api/types.ts';
import type { CommandSpec } from '../command.ts';
import { asEngine, engineNames } from '../options.ts';
import { count } from '../render/revision.ts';

export const proveCommand: CommandSpec = {
  name: 'prove',
  group: 'write',
  summary: 'Run migrations up, down, up in scratch, and note it',
  arguments: [{ name: 'range', arity: 'optional', summary: 'a revision, a:b, a:, :b (default: all)' }],
  options: [
    { name: 'engine', value: 'name', choices: engineNames, summary: 'whose files, in a project for two (default: that of the URL)' },
  ],
  examples: [
    { line: 'limbeck prove head', says: 'the one just edited' },
    { line: 'limbeck prove', says: 'every one' },
  ],
  exitOne: 'one of them is not proved',
  related: ['revision', 'show'],
  run: async ({ args, config, signal }) => {
    const [range, engine] = [args.text('range'), asEngine(args.text('engine'))];
    const { prove } = await import('../../api/prove.ts');
    const result = await prove(config, { ...(range === undefined ? {} : { range }), ...(engine === undefined ? {} : { engine }), signal });
    const failed = result.revisions.filter(({ proved }) => !proved).length;
    return {
      json: result,
      exit: result.ok ? 0 : 1,
      text: result.revisions.map(line),
      talk: [
        failed === 0
          ? `proved ${count(result.revisions.length, 'revision')}`
          : `${failed} of ${count(result.revisions.length, 'revision')} not proved`,
      ],
    };
  },
};

const line = ({ id, proved, problem, headerChanged }: ProveResult['revisions'][number]): string => {
  const says = proved ? 'proved' : `not proved: ${problem ?? 'no reason is known'}`;
  return `${id} ${says}${headerChanged ? ' (header written)' : ''}`;
};
