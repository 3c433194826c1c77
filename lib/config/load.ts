import { resolve } from 'node:path';
import { throwComplaints } from './complaint.ts';
import type { Config } from './config.ts';
import { readEnvFiles } from './env-file.ts';
import type { EnvFile, Variables } from './env-file.ts';
import { findProject } from './find.ts';
import type { ProjectFile } from './find.ts';
import { configKeys, isConfigKey, parseSettings, unknownKey } from './parse.ts';
import type { ConfigKey, Told } from './parse.ts';
import { findUrl } from './url.ts';

/** What the command line may say; every command takes these. */
export interface Flags {
  readonly url: string | undefined;
  /** `-e`: the variable that has the URL. */
  readonly env: string | undefined;
  readonly envFile: readonly string[] | string | undefined;
  readonly config: string | undefined;
  readonly models: string | undefined;
  readonly migrations: string | undefined;
  readonly journal: string | undefined;
  readonly exclude: readonly string[] | string | undefined;
  readonly schemas: readonly string[] | string | undefined;
  readonly privileges: string | undefined;
  readonly scratchUrl: string | undefined;
  readonly directUrl: string | undefined;
  readonly role: string | undefined;
  readonly engines: readonly string[] | string | undefined;
  readonly sqliteTarget: string | undefined;
  /** Seconds. */
  readonly lockTimeout: string | number | undefined;
  readonly driver: string | undefined;
  /** A path; `true`: schema/dump.sql; `false`: none. */
  readonly dumpSchema: string | undefined;
}

export interface ConfigInput {
  readonly flags: Partial<Flags>;
  readonly env: Variables;
  /** Absolute. Paths in flags count from here, all others from the project folder. */
  readonly cwd: string;
}

/**
 * Resolves everything that limbeck was told, once (design S11). A flag goes before a variable (`LIMBECK_MODELS` …),
 * that before `.env`, that before the project's configuration, that before the default. Reads files and opens nothing
 * else. Throws `bad-config` with all complaints at once, `no-url` for `-e` with a variable that has none, and
 * `file-unreadable` for `--env-file`.
 */
export const loadConfig = async ({ flags, env, cwd }: ConfigInput): Promise<Config> => {
  const project = await findProject(cwd, flags.config);
  const directory = project?.directory ?? resolve(cwd);
  const envFiles = await readEnvFiles(directory, cwd, [flags.envFile ?? []].flat());
  const told = [
    ...fromFlags(flags, cwd),
    ...fromVariables(env, '', directory),
    ...envFiles.flatMap((file) => fromVariables(file.variables, `${file.name} `, directory)),
    ...fromProject(project),
  ];
  const { settings, complaints } = parseSettings(told, directory);
  const strangers = Object.keys(project?.values ?? {}).filter((key) => !isConfigKey(key));
  throwComplaints([...strangers.map((key) => unknownKey(project?.name ?? '', key)), ...complaints]);
  const variables = Object.fromEntries(allVariables(env, envFiles).filter(([name]) => /^PG[A-Z]+$/.test(name)));
  return { directory, ...settings, variables, ...findUrl(urlPlaces(flags, env, envFiles, project)) };
};

/** Of files that say the same variable the first one holds, and before all of them the environment. */
const allVariables = (env: Variables, envFiles: readonly EnvFile[]): readonly (readonly [string, string | undefined])[] =>
  Object.entries(Object.assign({}, ...envFiles.toReversed().map(({ variables }) => variables), env));

const fromFlags = (flags: Partial<Flags>, cwd: string): readonly Told[] =>
  configKeys.flatMap((key): readonly Told[] => {
    const value = key === 'url' ? undefined : flags[key];
    return value === undefined ? [] : [{ key, value, source: `--${flagOf(key)}`, base: cwd }];
  });

/** An empty variable says nothing. */
const fromVariables = (variables: Variables, prefix: string, directory: string): readonly Told[] =>
  configKeys.flatMap((key): readonly Told[] => {
    const name = variableOf(key);
    const value = key === 'url' ? undefined : variables[name];
    return value === undefined || value.trim() === '' ? [] : [{ key, value: value.trim(), source: `${prefix}${name}`, base: directory }];
  });

const fromProject = (project: ProjectFile | undefined): readonly Told[] =>
  project === undefined
    ? []
    : configKeys.flatMap((key): readonly Told[] => {
        const value = project.values[key];
        return value === undefined ? [] : [{ key, value, source: `${project.name}.${key}`, base: project.directory }];
      });

const urlPlaces = (
  flags: Partial<Flags>,
  env: Variables,
  envFiles: readonly EnvFile[],
  project: ProjectFile | undefined,
): Parameters<typeof findUrl>[0] => {
  const url = project?.values['url'];
  return {
    flag: flags.url,
    variable: flags.env,
    env,
    envFiles,
    project: { url: typeof url === 'string' ? url.trim() : undefined, source: `${project?.name}.url` },
  };
};

const flagOf = (key: ConfigKey): string => (key === 'schemas' ? 'schema' : key === 'role' ? 'set-role' : kebab(key));

const kebab = (key: ConfigKey): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const variableOf = (key: ConfigKey): string => `LIMBECK_${kebab(key).replaceAll('-', '_').toUpperCase()}`;
