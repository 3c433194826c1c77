import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  embeddedPackage,
  findEmbedded,
  prepareEmbedded,
  startLocalServer,
  type LocalServer,
} from '../../../lib/engine/postgres/scratch/server.ts';

export type Major = '14' | '15' | '16' | '17' | '18';

/** The versions of the npm packages whose binaries the tests run on. */
export const packageVersions: Readonly<Record<Major, string>> = {
  '14': '14.23.0-beta.17',
  '15': '15.18.0-beta.17',
  '16': '16.14.0-beta.17',
  '17': '17.10.0-beta.17',
  '18': '18.4.0-beta.17',
};

export const isMajor = (text: string | undefined): text is Major => text !== undefined && Object.hasOwn(packageVersions, text);

/** The major that `TEST_POSTGRES_MAJOR` asks for, else 18. */
export const wantedMajor = (): Major => {
  const asked = process.env['TEST_POSTGRES_MAJOR'];
  return isMajor(asked) ? asked : '18';
};

/** The password of `postgres` on the servers that the tests start. */
export const password = 'tavern: p@ss/word';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder of a major's binaries: one is a dependency, another is installed under `.tools` when it is not there yet. */
export const binariesOf = async (major: Major): Promise<string> => {
  const own = await findEmbedded(root, Number(major));
  if (own !== undefined) return own;
  const prefix = join(root, '.tools', `postgres-${major}`);
  const folder = join(prefix, 'node_modules', embeddedPackage);
  const isThere = await access(join(folder, 'native', 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const command = ['install', '--prefix', prefix, ...quiet, `${embeddedPackage}@${packageVersions[major]}`];
    await promisify(execFile)('npm', command, { cwd: root });
  }
  return prepareEmbedded(folder);
};

/** Starts a throw-away server. Stop it in `after()`; if this process is killed, it ends and removes itself. */
export const startServer = async (
  major: Major = wantedMajor(),
  settings: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<LocalServer> => startLocalServer({ binaries: await binariesOf(major), password, settings, files });

/** A server to run ordinary tests on: the one that `TEST_POSTGRES_URL` names, else a throw-away one. */
export const anyServer = async (): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const given = process.env['TEST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined };
  const server = await startServer();
  return { url: server.socketUrl(), stop: () => server.stop() };
};
