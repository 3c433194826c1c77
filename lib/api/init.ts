import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { maskUrl } from '../engine/mask.ts';
import { LimbeckError } from '../errors.ts';
import type { InitResult } from './types.ts';
import { writeWhole } from './write-whole.ts';

export interface InitOptions {
  /** Folder of the migrations, relative to the project folder; default: the configured one. */
  readonly directory?: string;
  /** Written into the configuration; default: `sqlite:///./app.db`, if no URL is known from anywhere. */
  readonly url?: string;
}

/**
 * Sets a project up: schema/models.sql, the migrations folder, and the `limbeck` key of package.json (limbeck.json
 * where there is no package.json; the key also marks the project folder). What is there is kept as it is; paths in the result are relative to the project.
 * Errors: `usage` (a URL as the folder), `bad-config` (package.json cannot be read as JSON), `file-exists` (a file stands where a folder belongs),
 * `file-unwritable`.
 */
export const init = async (config: Config, options: InitOptions = {}): Promise<InitResult> => {
  if (options.directory !== undefined) refuseUrl(options.directory);
  const migrations = options.directory === undefined ? config.migrations : resolve(config.directory, options.directory);
  const result = { created: [] as string[], changed: [] as string[], kept: [] as string[] };
  const note = (path: string, what: keyof InitResult): void => {
    result[what].push(relative(config.directory, path) || '.');
  };
  const settings = settingsOf(config, options, migrations);
  const configuration = await planConfiguration(config.directory, settings);
  await makeFolder(dirname(config.models));
  note(config.models, (await createFile(config.models, modelsText)) ? 'created' : 'kept');
  note(migrations, (await makeFolder(migrations)) ? 'created' : 'kept');
  note(configuration.path, await configuration.write());
  return result;
};

/** A URL would become a folder with the password in its name. */
const refuseUrl = (directory: string): void => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(directory)) return;
  throw new LimbeckError('usage', `${maskUrl(directory)} is a URL, and the argument of init is the migrations folder`, {
    hint: 'limbeck init --url URL writes it into the configuration; one that holds a password belongs into .env (LIMBECK_URL=…), then limbeck init',
  });
};

type Settings = Readonly<Record<string, string>>;

const modelsText = `-- The schema as it should be, in SQL. Change it here; then:
--   limbeck revision --autogenerate -m "what changes"
--   limbeck upgrade head
--
-- For example:
--
-- CREATE TABLE users (
--   id    INTEGER PRIMARY KEY,
--   name  TEXT NOT NULL UNIQUE
-- );
`;

const settingsOf = (config: Config, options: InitOptions, migrations: string): Settings => {
  const url = options.url ?? (config.url === undefined ? 'sqlite:///./app.db' : undefined);
  const folder = relative(config.directory, migrations).replaceAll('\\', '/');
  return { ...(url === undefined ? {} : { url }), ...(folder === 'migrations' ? {} : { migrations: folder === '' ? '.' : folder }) };
};

interface PlannedConfiguration {
  readonly path: string;
  readonly write: () => Promise<keyof InitResult>;
}

/** Reads before anything is written, so that a broken package.json stops `init` before it has begun. */
const planConfiguration = async (directory: string, settings: Settings): Promise<PlannedConfiguration> => {
  const ownFile = join(directory, 'limbeck.json');
  const packageFile = join(directory, 'package.json');
  const text = (await readIfThere(ownFile)) === undefined ? await readIfThere(packageFile) : undefined;
  if (text === undefined) {
    const write = (): Promise<boolean> => createFile(ownFile, `${JSON.stringify(settings, undefined, 2)}\n`);
    return { path: ownFile, write: async () => ((await write()) ? 'created' : 'kept') };
  }
  const manifest = parseManifest(text);
  if ('limbeck' in manifest) return { path: packageFile, write: () => Promise.resolve('kept') };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const end = text.endsWith('\n') ? '\n' : '';
  const changed = `${JSON.stringify({ ...manifest, limbeck: settings }, undefined, indent)}${end}`;
  return {
    path: packageFile,
    write: async () => {
      await writeWhole(packageFile, 'package.json', text.includes('\r\n') ? changed.replaceAll('\n', '\r\n') : changed, true);
      return 'changed';
    },
  };
};

const parseManifest = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw new LimbeckError('bad-config', 'package.json is not JSON', { hint: 'correct it, then run limbeck init again', cause: error });
  }
  throw new LimbeckError('bad-config', 'package.json is not a JSON object', { hint: 'correct it, then run limbeck init again' });
};

/** True when it was created. */
const makeFolder = async (path: string): Promise<boolean> =>
  (await orUnwritable(path, () => mkdir(path, { recursive: true }))) !== undefined;

/** Creates a file; false when there is one already, which stays as it is. */
const createFile = async (path: string, text: string): Promise<boolean> => {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unwritable(path, error);
  }
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LimbeckError('file-unreadable', `${path} cannot be read (${codeOf(error) ?? 'unknown'})`, {
      hint: 'check its permissions',
      cause: error,
    });
  }
};

const orUnwritable = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw unwritable(path, error);
  }
};

const unwritable = (path: string, error: unknown): LimbeckError =>
  codeOf(error) === 'EEXIST'
    ? new LimbeckError('file-exists', `${path} is a file, and a folder belongs there`, {
        hint: 'move it away, or name another folder',
        cause: error,
      })
    : new LimbeckError('file-unwritable', `${path} cannot be written (${codeOf(error) ?? 'unknown'})`, {
        hint: 'check the permissions of its folder',
        cause: error,
      });

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
