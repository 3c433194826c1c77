import { resolve } from 'node:path';
import { throwComplaints } from './complaint.ts';
import type { Complaint } from './complaint.ts';
import type { Config, ToldSetting } from './config.ts';
import { readEnvFiles } from './env-file.ts';
import type { EnvFile, Variables } from './env-file.ts';
import { findProject } from './find.ts';
import type { Named, ProjectFile } from './find.ts';
import { configKeys, isConfigKey, parseSettings, unknownKey } from './parse.ts';
import type { ConfigKey, Told } from './parse.ts';
import { findUrl, urlSources } from './url.ts';
import type { FoundUrl, UrlPlaces } from './url.ts';
import { variableOf } from './variable.ts';

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

/** Where settings may stand, read once. */
export interface Sources {
  readonly project: ProjectFile | undefined;
  /** The project folder, absolute. */
  readonly directory: string;
  readonly cwd: string;
  readonly env: Variables;
  /** The first one holds. */
  readonly envFiles: readonly EnvFile[];
}

/**
 * Resolves everything that limbeck was told, once (design S11). A flag goes before a variable (`LIMBECK_MODELS` …),
 * that before `.env`, that before the project's configuration, that before the default. Reads files and opens nothing
 * else. Throws `bad-config` with all complaints at once, `no-url` for `-e` with a variable that has none, and
 * `file-unreadable` for `--env-file`.
 */
export const loadConfig = async ({ flags, env, cwd }: ConfigInput): Promise<Config> =>
  resolveConfig(await openSources({ flags, env, cwd }), flags);

/** Reads the files that hold settings; of the flags only those that name them matter. Throws as `loadConfig`. */
export const openSources = async ({ flags, env, cwd }: ConfigInput): Promise<Sources> => {
  const file = named(flags.config, '--config', env, 'config');
  const project = await findProject(cwd, file);
  const directory = project?.directory ?? resolve(cwd);
  const files = [flags.envFile ?? []].flat().map((path) => ({ path, source: '--env-file' }));
  const inEnv = (env[variableOf('env-file')] ?? '')
    .split(',')
    .flatMap((path) => (path.trim() === '' ? [] : [{ path: path.trim(), source: variableOf('env-file') }]));
  return { project, directory, cwd, env, envFiles: await readEnvFiles(directory, cwd, files.length > 0 ? files : inEnv) };
};

/** The configuration that sources and flags come to; `others` are complaints to be told with its own. Throws as `loadConfig`. */
export const resolveConfig = (sources: Sources, flags: Partial<Flags>, others: readonly Complaint[] = []): Config => {
  const { project, directory, cwd, env, envFiles } = sources;
  const told = [
    ...fromFlags(flags, cwd),
    ...fromVariables(env, '', directory),
    ...envFiles.flatMap((file) => fromVariables(file.variables, `${file.name} `, directory)),
    ...fromProject(project),
  ];
  const { settings, complaints } = parseSettings(told, directory);
  const strangers = Object.keys(project?.values ?? {}).filter((key) => !isConfigKey(key) && key !== '$schema');
  throwComplaints([...strangers.map((key) => unknownKey(project?.name ?? '', key)), ...complaints, ...others]);
  const variables = Object.fromEntries(allVariables(env, envFiles).filter(([name]) => /^PG[A-Z]+$/.test(name)));
  const places = urlPlaces(flags, sources);
  const url = findUrl(places);
  return { directory, ...settings, variables, ...url, told: [...toldUrl(url, places), ...toldSettings(told)] };
};

/** A file that a flag names, or its variable in the environment. */
const named = (value: string | undefined, flag: string, env: Variables, option: string): Named | undefined => {
  if (value !== undefined) return { path: value, source: flag };
  const variable = env[variableOf(option)] ?? '';
  return variable.trim() === '' ? undefined : { path: variable.trim(), source: variableOf(option) };
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
  configKeys.flatMap((key): readonly Told[] =>
    variablesOf(key).flatMap((name) => {
      const value = key === 'url' ? '' : (variables[name] ?? '').trim();
      return value === '' ? [] : [{ key, value, source: `${prefix}${name}`, base: directory }];
    }),
  );

const fromProject = (project: ProjectFile | undefined): readonly Told[] =>
  project === undefined
    ? []
    : configKeys.flatMap((key): readonly Told[] => {
        const value = project.values[key];
        return value === undefined ? [] : [{ key, value, source: `${project.name}.${key}`, base: project.directory }];
      });

const urlPlaces = (flags: Partial<Flags>, { project, env, envFiles }: Sources): UrlPlaces => {
  const url = project?.values['url'];
  const inEnv = env[variableOf('env')] ?? '';
  const variable =
    flags.env ??
    (inEnv.trim() === '' ? envFiles.map(({ variables }) => variables[variableOf('env')]).find((value) => value !== undefined) : inEnv);
  return {
    flag: flags.url,
    variable: variable?.trim() === '' ? undefined : variable?.trim(),
    namedBy: flags.env === undefined ? variableOf('env') : '-e',
    env,
    envFiles,
    project: { url: typeof url === 'string' ? url.trim() : undefined, source: `${project?.name}.url` },
  };
};

const toldUrl = ({ url, urlSource }: FoundUrl, places: UrlPlaces): readonly ToldSetting[] =>
  url === undefined || urlSource === undefined
    ? []
    : [{ setting: 'url', value: url, source: urlSource, over: urlSources(places).filter((source) => source !== urlSource) }];

/** Each setting with who told it first; `url` stands for itself. */
const toldSettings = (told: readonly Told[]): readonly ToldSetting[] =>
  configKeys.flatMap((key) => {
    const [first, ...over] = told.filter((each) => each.key === key && key !== 'url');
    if (first === undefined) return [];
    const value = Array.isArray(first.value) ? first.value.join(', ') : String(first.value);
    return [{ setting: flagOf(key), value, source: first.source, over: over.map(({ source }) => source) }];
  });

/** The options whose variables are read here; those of all others are for the command line. */
export const isConfigOption = (option: string): boolean =>
  ['env', 'env-file', 'config'].includes(option) || configKeys.some((key) => flagOf(key) === option);

/** Every variable that is read here. */
export const configVariables = (): readonly string[] =>
  ['env', 'env-file', 'config'].map(variableOf).concat(configKeys.flatMap(variablesOf));

const flagOf = (key: ConfigKey): string => (key === 'schemas' ? 'schema' : key === 'role' ? 'set-role' : kebab(key));

const kebab = (key: ConfigKey): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** By the flag, and by the key. */
const variablesOf = (key: ConfigKey): readonly string[] => [...new Set([flagOf(key), kebab(key)].map(variableOf))];
