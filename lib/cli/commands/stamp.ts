import type { CommandSpec } from '../command.ts';
import { LimbeckError } from '../../errors.ts';
import { lockTimeout } from '../options.ts';
import { idsOrBase } from '../render/revision.ts';
import { engineOption, scriptOptions, scriptOutcome } from './script.ts';

export const stampCommand: CommandSpec = {
  name: 'stamp',
  group: 'move',
  summary: 'Tell the journal where the database is; run nothing',
  arguments: [{ name: 'revisions', arity: 'several', summary: 'head, heads, base, ids; several for several heads' }],
  options: [{ name: 'purge', summary: 'forget first all that the journal says' }, ...scriptOptions, lockTimeout],
  examples: [
    { line: 'limbeck stamp head', says: 'a database that has the schema already' },
    { line: 'limbeck stamp --purge base', says: 'as if nothing had been applied' },
    { line: 'limbeck stamp head --sql > stamp.sql', says: 'a script that writes the rows' },
  ],
  related: ['current', 'upgrade'],
  run: async ({ args, config, signal, onEvent }) => {
    if (args.flag('sql')) {
      if (args.flag('purge')) {
        throw new LimbeckError('usage', '--purge cannot be used with --sql: a script must know what the journal has before it', {
          hint: 'limbeck stamp --purge asks the database',
        });
      }
      const { stampSql } = await import('../../api/script.ts');
      return scriptOutcome(await stampSql(config, { targets: args.list('revisions'), ...engineOption({ args }) }));
    }
    const { stamp } = await import('../../api/stamp.ts');
    const result = await stamp(config, { targets: args.list('revisions'), purge: args.flag('purge'), onEvent, signal });
    return { json: result, talk: [`stamped (${idsOrBase(result.from)} -> ${idsOrBase(result.to)})`] };
  },
};
