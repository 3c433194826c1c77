import type { CommandSpec } from '../command.ts';

const side = 'a URL, a .sql file or a revision';

export const diffCommand: CommandSpec = {
  name: 'diff',
  group: 'compare',
  summary: 'Print the SQL from the database to models.sql',
  arguments: [],
  options: [
    { name: 'from', value: 'side', summary: `${side} (default: the database)` },
    { name: 'to', value: 'side', summary: `${side} (default: models.sql)` },
  ],
  examples: [
    { line: 'limbeck diff', says: '' },
    { line: 'limbeck diff --from head', says: 'what no revision has yet' },
    { line: 'limbeck diff --to sqlite:///./copy.db', says: 'from this database to another' },
  ],
  related: ['check', 'revision'],
  run: async ({ args, config, signal }) => {
    const [from, to] = [args.text('from'), args.text('to')];
    const { diff } = await import('../../api/diff.ts');
    const result = await diff(config, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), signal });
    const found = result.differences.length === 0 ? ['no differences'] : result.differences;
    return { json: result, text: result.sql, talk: [...found, ...result.notes.map((note) => `note: ${note}`)] };
  },
};
