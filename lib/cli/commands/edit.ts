import type { EditResult } from '../../api/edit.ts';
import type { CommandSpec } from '../command.ts';

export const editCommand: CommandSpec = {
  name: 'edit',
  group: 'write',
  summary: 'Open the files of a revision in VISUAL or EDITOR',
  arguments: [{ name: 'revision', arity: 'required', summary: 'an id or its beginning, head, current, a label' }],
  options: [],
  examples: [
    { line: 'limbeck edit head', says: '' },
    { line: "EDITOR='code --wait' limbeck edit head", says: 'in this editor' },
  ],
  related: ['show', 'prove', 'revision'],
  run: async ({ args, config, signal }) => {
    const { edit } = await import('../../api/edit.ts');
    const { openEditor } = await import('../editor.ts');
    const result = await edit(config, { revision: args.required('revision'), open: openEditor, signal });
    return { json: result, talk: closingWords(result) };
  },
};

const closingWords = ({ changed, unproved }: EditResult): readonly string[] =>
  changed.length === 0
    ? ['no SQL was changed']
    : [...changed.map((path) => `edited ${path}`), ...unproved.map((id) => `its proof is of what it was; next: limbeck prove ${id}`)];
