import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { throwComplaints } from './complaint.ts';
import { codeOf } from './file.ts';

/** The project's own configuration, as it stands in its file. */
export interface ProjectFile {
  /** The project folder, absolute. */
  readonly directory: string;
  /** `package.json limbeck` or the file's name: what a key is named behind in messages. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A file that was named outright, and by what. */
export interface Named {
  readonly path: string;
  /** A flag or a variable. */
  readonly source: string;
}

/**
 * The configuration that holds in a folder: `limbeck.json`, or the `limbeck` key of `package.json`, in the folder or the
 * nearest one above that has either. `file` names one outright. Undefined: there is none. Throws `bad-config`.
 */
export const findProject = async (cwd: string, file: Named | undefined): Promise<ProjectFile | undefined> => {
  if (file !== undefined) return readNamed(resolve(cwd, file.path), file);
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const [own, shared] = [readIfAny(join(directory, 'limbeck.json')), readIfAny(join(directory, 'package.json'))];
    const fromPackage = shared === undefined ? undefined : fromPackageJson(shared, directory);
    if (own !== undefined && fromPackage !== undefined) {
      throwComplaints([
        { source: join(directory, 'limbeck.json'), problem: 'package.json beside it has a "limbeck" key too; keep one of them' },
      ]);
    }
    if (own !== undefined) return { directory, name: 'limbeck.json', values: objectOf(parseJson(own, 'limbeck.json'), 'limbeck.json') };
    if (fromPackage !== undefined || dirname(directory) === directory) return fromPackage;
  }
};

const readNamed = (path: string, { path: shownAs, source }: Named): ProjectFile | undefined => {
  const text = readIfAny(path, (code) => throwComplaints([{ source, problem: `cannot read ${shownAs} (${code})` }]));
  const directory = dirname(path);
  if (basename(path) !== 'package.json') {
    return { directory, name: shownAs, values: objectOf(parseJson(text ?? '', shownAs), shownAs) };
  }
  const project = fromPackageJson(text ?? '', directory);
  if (project === undefined) throwComplaints([{ source, problem: `${shownAs} has no "limbeck" key` }]);
  return project;
};

/** Most package.json files say nothing about limbeck: those are not even parsed. */
const fromPackageJson = (text: string, directory: string): ProjectFile | undefined => {
  if (!text.includes('"limbeck"')) return undefined;
  const values = objectOf(parseJson(text, join(directory, 'package.json')), 'package.json')['limbeck'];
  if (values === undefined) return undefined;
  return { directory, name: 'package.json limbeck', values: objectOf(values, 'package.json limbeck') };
};

const readIfAny = (path: string, complain?: (code: string) => void): string | undefined => {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = codeOf(error);
    if (complain !== undefined) complain(code);
    else if (!absent.has(code)) throwComplaints([{ source: path, problem: `cannot be read (${code})` }]);
    return undefined;
  }
};

/** A folder above that may not be looked into says nothing either. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM']);

const parseJson = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throwComplaints([{ source: name, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` }]);
    return undefined;
  }
};

const objectOf = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throwComplaints([{ source: name, problem: 'should be an object: { "url": …, "models": … }' }]);
  return {};
};
