import type { CommandSpec } from '../command.ts';
import { outcomeOf, runOptions, sharedOptions } from './move.ts';

export const rollbackCommand: CommandSpec = {
  name: 'rollback',
  group: 'move',
  summary: 'Take the last revision back, as downgrade -1',
  arguments: [],
  options: sharedOptions,
  examples: [
    { line: 'limbeck rollback', says: '' },
    { line: 'limbeck rollback --dry-run', says: 'only the SQL' },
  ],
  events: true,
  related: ['downgrade', 'migrate', 'status'],
  run: async (context) => {
    const { downgrade } = await import('../../api/downgrade.ts');
    return outcomeOf(await downgrade(context.config, { ...runOptions(context), target: '-1' }), 'reverted');
  },
};

export const downCommand: CommandSpec = {
  ...rollbackCommand,
  name: 'down',
  summary: 'Take the last revision back: the same as rollback',
  examples: [
    { line: 'limbeck down', says: '' },
    { line: 'limbeck down --dry-run', says: 'only the SQL' },
  ],
  events: true,
  related: ['rollback', 'downgrade'],
};
