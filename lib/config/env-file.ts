import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LimbeckError } from '../errors.ts';
import { throwComplaints } from './complaint.ts';
import { parseEnvText } from './env-text.ts';
import { codeOf } from './file.ts';
import type { Named } from './find.ts';

/** Variables by name, as a process or a file has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables of a file, and the name by which messages call it. */
export interface EnvFile {
  readonly name: string;
  readonly variables: Variables;
}

/** The files of variables that were named, in their order, or else the project's `.env`. Throws `file-unreadable` and `bad-config`. */
export const readEnvFiles = (directory: string, cwd: string, named: readonly Named[]): Promise<readonly EnvFile[]> =>
  Promise.all((named.length === 0 ? [undefined] : named).map((each) => readEnvFile(directory, cwd, each)));

/**
 * Reads `.env` of the project folder, where it may be missing, or the file that was named (from `cwd`), which may not.
 * Throws `file-unreadable`, and `bad-config` for a line that says nothing.
 */
const readEnvFile = async (directory: string, cwd: string, named: Named | undefined): Promise<EnvFile> => {
  const name = named?.path ?? '.env';
  const { variables, complaints } = parseEnvText(readText(directory, cwd, named), name);
  throwComplaints(complaints);
  return { name, variables };
};

const readText = (directory: string, cwd: string, named: Named | undefined): string => {
  const name = named?.path ?? '.env';
  try {
    return readFileSync(named === undefined ? join(directory, name) : resolve(cwd, named.path), 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (named === undefined && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return '';
    throw new LimbeckError('file-unreadable', `cannot read ${name} (${code})`, {
      hint: named === undefined ? `make ${join(directory, name)} readable` : `check the path given to ${named.source}`,
      where: { file: name },
      cause: error,
    });
  }
};
