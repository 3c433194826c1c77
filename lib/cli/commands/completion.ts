import { LimbeckError } from '../../errors.ts';
import type { CommandSpec } from '../command.ts';
import { completionScripts } from '../completion-scripts.ts';

export const completionCommand: CommandSpec = {
  name: 'completion',
  group: 'start',
  summary: 'Print what makes bash, zsh or fish complete limbeck',
  arguments: [{ name: 'shell', arity: 'required', summary: 'bash, zsh or fish' }],
  options: [],
  examples: [
    { line: 'limbeck completion bash > ~/.limbeck.bash', says: 'source it in ~/.bashrc' },
    { line: 'limbeck completion zsh > ~/.zfunc/_limbeck', says: 'in a folder of $fpath' },
  ],
  related: ['init'],
  run: ({ args }) => {
    const shell = args.required('shell');
    const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
    if (script === undefined) {
      throw new LimbeckError('usage', `there is no completion for ${JSON.stringify(shell)}`, {
        hint: `there is one for ${Object.keys(completionScripts).join(', ')}`,
      });
    }
    return Promise.resolve({ json: { shell, script }, text: script });
  },
};
