import { LimbeckError } from '../errors.ts';
import type { Config } from './config.ts';
import type { EnvFile, Variables } from './env-file.ts';

/** A database's URL and where it came from; without a URL, `urlSource` tells of a variable that is set but empty. */
export type FoundUrl = Pick<Config, 'url' | 'urlSource' | 'urlIsDefault'>;

export interface UrlPlaces {
  /** `--url`. */
  readonly flag: string | undefined;
  /** `-e`: the variable that has it. */
  readonly variable: string | undefined;
  /** What named the variable: `-e` or `LIMBECK_ENV`. */
  readonly namedBy: string;
  readonly env: Variables;
  /** The first one holds. */
  readonly envFiles: readonly EnvFile[];
  /** The project's own configuration. */
  readonly project: { readonly url: string | undefined; readonly source: string };
}

/** The variables that may have the URL, first one first. */
export const urlVariables: readonly string[] = ['LIMBECK_URL', 'APP_DATABASE_URL', 'DATABASE_URL'];

/**
 * The first URL of: the flag, the named variable, the environment, the `.env` file, the project's configuration. A
 * variable that is set but empty keeps the project's default away: a deployment that lost its value must not go to
 * another database. Throws `no-url` for a named variable that has none.
 */
export const findUrl = (places: UrlPlaces): FoundUrl => {
  const { flag, variable, namedBy, project } = places;
  if (flag !== undefined && flag !== '') return found(flag, '--url');
  if (flag !== undefined) return notFound('--url');
  const said = saidByVariables(places);
  const first = said.find(({ url }) => url.trim() !== '');
  if (first !== undefined) return found(first.url.trim(), first.source);
  if (variable !== undefined) throw namedError(variable, namedBy, said.length > 0);
  if (said[0] !== undefined) return notFound(said[0].source);
  return project.url === undefined
    ? { url: undefined, urlSource: undefined, urlIsDefault: false }
    : { url: project.url, urlSource: project.source, urlIsDefault: true };
};

/** Every place that has a URL, first one first. */
export const urlSources = (places: UrlPlaces): readonly string[] => [
  ...(places.flag === undefined ? [] : ['--url']),
  ...saidByVariables(places).flatMap(({ url, source }) => (url.trim() === '' ? [] : [source])),
  ...(places.project.url === undefined ? [] : [places.project.source]),
];

const saidByVariables = ({ variable, env, envFiles }: UrlPlaces): readonly { readonly url: string; readonly source: string }[] => {
  const places = [{ variables: env, prefix: '' }, ...envFiles.map(({ name, variables }) => ({ variables, prefix: `${name} ` }))];
  const names = variable === undefined ? urlVariables : [variable];
  return places.flatMap(({ variables, prefix }) =>
    names.flatMap((name) => {
      const url = variables[name];
      return url === undefined ? [] : [{ url, source: `${prefix}${name}` }];
    }),
  );
};

/** The configured URL. Throws `no-url` (exit 64) with the ways to give one. */
export const requireUrl = (config: Pick<Config, 'url' | 'urlSource'>): string => {
  if (config.url !== undefined) return config.url;
  const message = config.urlSource === undefined ? 'no database URL was given' : `no database URL: ${config.urlSource} is set but empty`;
  throw new LimbeckError('no-url', message, {
    hint: `give one: --url sqlite:///./app.db, or one of the variables ${urlVariables.join(', ')} in the environment or in .env, or "limbeck": { "url": … } in package.json`,
    data: { variables: urlVariables, empty: config.urlSource },
  });
};

const found = (url: string, urlSource: string): FoundUrl => ({ url, urlSource, urlIsDefault: false });

const notFound = (urlSource: string): FoundUrl => ({ url: undefined, urlSource, urlIsDefault: false });

const namedError = (variable: string, namedBy: string, isEmpty: boolean): LimbeckError =>
  new LimbeckError('no-url', `no database URL: ${variable}, named by ${namedBy}, is ${isEmpty ? 'empty' : 'not set'}`, {
    hint: `set it: ${variable}=sqlite:///./app.db, in the environment or in .env`,
    data: { variable },
  });
