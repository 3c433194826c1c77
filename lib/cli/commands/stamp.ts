import type { CommandSpec } from '../command.ts';
import { lockTimeout } from '../options.ts';
import { idsOrBase } from '../render/revision.ts';

export const stampCommand: CommandSpec = {
  name: 'stamp',
  group: 'move',
  summary: 'Tell the journal where the database is; run nothing',
  arguments: [{ name: 'revisions', arity: 'several', summary: 'head, heads, base, ids; several for several heads' }],
  options: [{ name: 'purge', summary: 'forget first all that the journal says' }, lockTimeout],
  examples: [
    { line: 'limbeck stamp head', says: 'a database that has the schema already' },
    { line: 'limbeck stamp --purge base', says: 'as if nothing had been applied' },
  ],
  related: ['current', 'upgrade'],
  run: async ({ args, config, signal, onEvent }) => {
    const { stamp } = await import('../../api/stamp.ts');
    const result = await stamp(config, { targets: args.list('revisions'), purge: args.flag('purge'), onEvent, signal });
    return { json: result, talk: [`stamped (${idsOrBase(result.from)} -> ${idsOrBase(result.to)})`] };
  },
};
