import { spawn } from 'node:child_process';
import { LimbeckError } from '../errors.ts';

/**
 * Opens files in the editor of VISUAL, else EDITOR, which may be a command with arguments, and waits for it.
 * Errors: `editor-failed`.
 */
export const openEditor = async (paths: readonly string[]): Promise<void> => {
  const editor = [process.env['VISUAL'], process.env['EDITOR']].find((each) => each !== undefined && each.trim() !== '');
  if (editor === undefined) {
    throw new LimbeckError('editor-failed', 'neither VISUAL nor EDITOR is set, so no editor can be opened', {
      hint: `EDITOR=vi limbeck edit …, or open ${paths.join(' ')}`,
      data: { files: paths },
    });
  }
  const { code, signal } = await run(editor, paths);
  if (code === 0) return;
  const how = code === 127 ? 'was not found' : code === null ? `was stopped by ${signal ?? 'a signal'}` : `ended with status ${code}`;
  throw new LimbeckError('editor-failed', `the editor '${editor}' ${how}`, {
    hint: 'look at VISUAL and EDITOR; what the editor had saved is saved',
    data: { editor, files: paths },
  });
};

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Through a shell, because an editor may be `code --wait`; the paths are arguments of it, never parts of its text. */
const run = (editor: string, paths: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const isWindows = process.platform === 'win32';
    const child = isWindows
      ? spawn(`${editor} ${paths.map((path) => `"${path}"`).join(' ')}`, { stdio: 'inherit', shell: true })
      : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, ...paths], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
