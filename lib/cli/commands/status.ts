import type { StatusResult, StoppedRevision } from '../../api/types.ts';
import type { CommandSpec } from '../command.ts';
import { count } from '../render/revision.ts';

export const statusCommand: CommandSpec = {
  name: 'status',
  group: 'look',
  summary: 'List what is applied and what is pending',
  arguments: [],
  options: [{ name: 'exit-code', summary: 'exit with 1 if anything is pending (--quiet: only that)' }],
  examples: [
    { line: 'limbeck status', says: '' },
    { line: 'limbeck status --quiet', says: 'no word, only the exit status' },
  ],
  exitOne: 'something is pending (if asked)',
  related: ['current', 'upgrade'],
  run: async ({ args, config, signal, onEvent }) => {
    const { status } = await import('../../api/status.ts');
    const result = await status(config, { signal, onEvent });
    const isQuiet = args.flag('quiet');
    return {
      json: result,
      exit: (args.flag('exit-code') || isQuiet) && result.pending.length > 0 ? 1 : 0,
      text: isQuiet ? [] : lines(result),
      warnings: result.unknown.map((id) => `revision ${id} was applied, and no file has it`),
    };
  },
};

const lines = ({ applied, pending, stopped }: StatusResult): readonly string[] => [
  ...applied.map(
    ({ id, message, appliedAt, edited }) => `[x] ${id}  ${message}  (${appliedAt}${edited ? ', its file was edited since' : ''})`,
  ),
  ...pending.map(({ id, message }) => {
    const half = stopped.find((each) => each.id === id);
    return half === undefined ? `[ ] ${id}  ${message}` : `[~] ${id}  ${message}  (${halfWay(half)})`;
  }),
  '',
  `Applied: ${applied.length}`,
  `Pending: ${pending.length}`,
];

const halfWay = ({ direction, statementsDone, command }: StoppedRevision): string =>
  `stopped half way ${direction}, after ${count(statementsDone, 'statement')}: ${command} goes on`;
