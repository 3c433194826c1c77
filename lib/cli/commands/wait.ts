import type { CommandSpec } from '../command.ts';
import { waitOptionsOf } from '../duration.ts';
import { duration } from '../render/event.ts';

export const waitCommand: CommandSpec = {
  name: 'wait',
  group: 'database',
  summary: 'Wait until the database server answers',
  arguments: [],
  options: [
    { name: 'timeout', value: 'time', summary: 'give up after so long (default 60)' },
    { name: 'interval', value: 'time', summary: 'ask so often (default 1)' },
  ],
  examples: [
    { line: 'limbeck wait', says: '' },
    { line: 'limbeck wait --timeout 5', says: '' },
  ],
  related: ['create', 'up'],
  run: async ({ args, config, signal, onEvent }) => {
    const { wait } = await import('../../api/wait.ts');
    const own = waitOptionsOf(args, 'timeout', 'interval');
    const result = await wait(config, { ...waitOptionsOf(args, 'wait-timeout', 'wait-interval'), ...own, onEvent, signal });
    return { json: result, talk: [`${result.location} answers (after ${duration(result.durationMs)})`] };
  },
};
