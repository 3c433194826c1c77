import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '24.21.0';

/**
 * The path of a Node that has `node:sqlite`: this one if it has it, else Node 24 from npm, installed into `.tools/` at the
 * first call. Throws when it cannot be had: tests that need it must fail then, not be left out.
 */
export const nodeWithSqlite = (): string => (found ??= find());

let found: string | undefined;

const find = (): string => {
  if (process.getBuiltinModule('node:sqlite') !== undefined) return process.execPath;
  const folder = fileURLToPath(new URL('../../.tools/node24', import.meta.url));
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', packageName, 'bin', 'node');
  if (!existsSync(binary)) install(folder, packageName);
  requireSqlite(binary);
  return binary;
};

/** Into a folder of its own first: of two tests at once the second finds the first one's, whole, and never takes it away. */
const install = (folder: string, packageName: string): void => {
  const temporary = `${folder}-${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    run('npm', [
      'install',
      '--prefix',
      temporary,
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      `${packageName}@${version}`,
    ]);
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(join(folder, 'node_modules', packageName, 'bin', 'node'))) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

const requireSqlite = (binary: string): void => run(binary, ['-e', "process.getBuiltinModule('node:sqlite').DatabaseSync.name"]);

const run = (command: string, args: readonly string[]): void => {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
};
