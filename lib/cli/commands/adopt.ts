import type { AdoptOptions } from '../../api/adopt.ts';
import type { AdoptResult } from '../../api/types.ts';
import type { CommandSpec } from '../command.ts';
import { lockTimeout } from '../options.ts';
import { count, idsOrBase } from '../render/revision.ts';

const tools: readonly AdoptResult['from'][] = ['alembic', 'dbmate', 'golang-migrate', 'none'];

export const adoptCommand: CommandSpec = {
  name: 'adopt',
  group: 'start',
  summary: 'Take over a database from another tool, or from none',
  arguments: [],
  options: [
    { name: 'from', value: 'tool', choices: tools, summary: 'alembic, dbmate, golang-migrate, none' },
    { name: 'dir', value: 'folder', summary: "that tool's migrations, if not in the usual place" },
    { name: 'sql', value: 'file', summary: 'Alembic: output of alembic upgrade base:heads --sql' },
    { name: 'dry-run', summary: 'prove it and say what would be written' },
    lockTimeout,
  ],
  examples: [
    { line: 'limbeck adopt --dry-run', says: 'what it finds, and what it would write' },
    { line: 'limbeck adopt', says: 'pairs, models.sql and the journal' },
    { line: 'limbeck adopt --sql alembic.sql', says: "Alembic's revisions, each with its SQL" },
  ],
  related: ['pull', 'stamp', 'squash'],
  run: async ({ args, config, signal, onEvent }) => {
    const { adopt } = await import('../../api/adopt.ts');
    const [dir, sql] = [args.text('dir'), args.text('sql')];
    const from = tools.find((tool) => tool === args.text('from'));
    const options: AdoptOptions = {
      ...(from === undefined ? {} : { from }),
      ...(dir === undefined ? {} : { dir }),
      ...(sql === undefined ? {} : { sql }),
      dryRun: args.flag('dry-run'),
      signal,
      onEvent,
    };
    const result = await adopt(config, options);
    return {
      json: result,
      text: lines(result),
      warnings: result.unmanaged,
      talk: [...closing(result), ...result.notes.map((note) => `note: ${note}`)],
    };
  },
};

const lines = ({ files, models, recorded }: AdoptResult): readonly string[] => [
  ...[...(models === undefined ? [] : [models]), ...files].map((file) => `write ${file}`),
  ...recorded.map((id) => `record ${id}`),
];

const closing = ({ outcome, location, from, recorded, pending, heads }: AdoptResult): readonly string[] => {
  switch (outcome) {
    case 'already':
      return [`nothing to do: limbeck manages ${location} already (at ${idsOrBase(heads)})`];
    case 'empty':
      return [`nothing to adopt: ${location} is empty${pending.length > 0 ? '; limbeck upgrade head makes its schema' : ''}`];
    case 'dry-run':
      return ['proved in scratch; nothing was written'];
    case 'adopted':
      return [
        `adopted ${location}${from === 'none' ? '' : ` from ${from}`}: ${count(recorded.length, 'revision')} recorded, at ${idsOrBase(heads)}${pending.length > 0 ? `, ${pending.length} pending` : ''}; next: limbeck check`,
      ];
  }
};
