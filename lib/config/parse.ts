import { isAbsolute, join, normalize } from 'node:path';
import type { EngineName } from '../engine/engine.ts';
import { near } from '../revision/near.ts';
import type { Complaint } from './complaint.ts';
import type { Config } from './config.ts';

/** A value that was told, and where; paths in it count from `base`. */
export interface Told {
  readonly key: ConfigKey;
  readonly value: unknown;
  readonly source: string;
  readonly base: string;
}

/** The keys of `limbeck` in package.json, and of limbeck.json. */
export const configKeys = [
  'url',
  'models',
  'migrations',
  'journal',
  'exclude',
  'schemas',
  'privileges',
  'scratchUrl',
  'directUrl',
  'role',
  'engines',
  'sqliteTarget',
  'lockTimeout',
  'driver',
  'dumpSchema',
] as const;

export type ConfigKey = (typeof configKeys)[number];

/** Everything of a Config but the URL, what is not told by key, and the URL as the project's configuration has it. */
export type Settings = Omit<Config, 'directory' | 'url' | 'urlSource' | 'urlIsDefault' | 'variables' | 'told'>;

/** True for a key that a configuration may have. */
export const isConfigKey = (key: string): key is ConfigKey => configKeys.some((each) => each === key);

/** The complaint about a key that means nothing; a near one is named. */
export const unknownKey = (source: string, key: string): Complaint => {
  const [meant] = near(key, configKeys, 1);
  const problem = meant === undefined ? `unknown key; known are ${configKeys.join(', ')}` : `unknown key; did you mean ${meant}?`;
  return { source: `${source}.${key}`, problem };
};

/** Checks what was told: for each key the first that says something holds, the rest are defaults. Never throws. */
export const parseSettings = (
  told: readonly Told[],
  directory: string,
): { readonly settings: Settings; readonly complaints: readonly Complaint[] } => {
  const complaints: Complaint[] = [];
  const read = <T, F extends T | undefined>(key: ConfigKey, reader: Reader<T>, fallback: F): T | F => {
    const first = told.find((each) => each.key === key && each.value !== undefined);
    if (first === undefined) return fallback;
    const result = reader(first.value, first.base);
    if ('problem' in result) complaints.push({ source: first.source, problem: result.problem });
    return 'problem' in result ? fallback : result.value;
  };
  const settings: Settings = {
    models: read('models', path, join(directory, 'schema', 'models.sql')),
    migrations: read('migrations', path, join(directory, 'migrations')),
    journalTable: read('journal', tableName, 'limbeck_journal'),
    exclude: read('exclude', words, []),
    schemas: read('schemas', words, []),
    privileges: read('privileges', privileges, 'auto'),
    scratchUrl: read('scratchUrl', postgresUrl, undefined),
    directUrl: read('directUrl', postgresUrl, undefined),
    role: read('role', text, undefined),
    engines: read('engines', engineNames, []),
    sqliteTarget: read('sqliteTarget', sqliteVersion, '3.35'),
    driver: read('driver', driverName, undefined),
    lockTimeoutMs: read('lockTimeout', seconds, 60_000),
    dumpSchema: read('dumpSchema', dumpFile, undefined),
  };
  read('url', text, '');
  return { settings, complaints };
};

type Reader<T> = (value: unknown, base: string) => { readonly value: T } | { readonly problem: string };

const text: Reader<string> = (value) =>
  typeof value === 'string' && value.trim() !== '' ? { value: value.trim() } : { problem: `should be a text, and is ${show(value)}` };

const path: Reader<string> = (value, base) => {
  const result = text(value, base);
  if ('problem' in result) return { problem: `should be a path, and is ${show(value)}` };
  return { value: isAbsolute(result.value) ? normalize(result.value) : join(base, result.value) };
};

const dumpFile: Reader<string | undefined> = (value, base) => {
  if (value === false || value === 'false') return { value: undefined };
  if (value === true || value === 'true') return { value: join(base, 'schema', 'dump.sql') };
  const result = path(value, base);
  return 'problem' in result ? { problem: `should be true, false or a path, and is ${show(value)}` } : result;
};

const tableName: Reader<string> = (value) =>
  typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(value)
    ? { value }
    : { problem: `should be a table name of letters, digits and _, at most 63, and is ${show(value)}` };

const words: Reader<readonly string[]> = (value) => {
  const list =
    typeof value === 'string'
      ? value
          .split(',')
          .map((each) => each.trim())
          .filter((each) => each !== '')
      : value;
  if (Array.isArray(list) && list.every((each) => typeof each === 'string' && each.trim() !== '')) {
    return { value: [...new Set(list.map((each) => String(each).trim()))] };
  }
  return { problem: `should be a list of names, and is ${show(value)}` };
};

const privileges: Reader<Config['privileges']> = (value) =>
  value === 'auto' || value === 'always' || value === 'never'
    ? { value }
    : { problem: `should be auto, always or never, and is ${show(value)}` };

/** The value is not shown: it may hold a password. */
const postgresUrl: Reader<string> = (value) =>
  typeof value === 'string' && /^postgres(?:ql)?(?:\+\w+)?:/i.test(value.trim())
    ? { value: value.trim() }
    : { problem: 'should be a URL such as postgresql://user@host:5432/database' };

const engineNames: Reader<readonly EngineName[]> = (value, base) => {
  const result = words(value, base);
  if ('problem' in result) return result;
  const known = result.value.flatMap((each): readonly EngineName[] => (each === 'sqlite' || each === 'postgres' ? [each] : []));
  const stranger = result.value.find((each) => each !== 'sqlite' && each !== 'postgres');
  return stranger === undefined ? { value: known } : { problem: `the engines are sqlite and postgres, not ${show(stranger)}` };
};

const sqliteVersion: Reader<string> = (value) =>
  typeof value === 'string' && /^3\.\d{1,3}(?:\.\d{1,3})?$/.test(value)
    ? { value }
    : { problem: `should be a version of SQLite such as "3.35", and is ${show(value)}` };

const driverName: Reader<Config['driver']> = (value) =>
  value === 'sql.js' || value === 'node:sqlite' ? { value } : { problem: `should be sql.js or node:sqlite, and is ${show(value)}` };

const seconds: Reader<number> = (value) => {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= longest
    ? { value: Math.round(number * 1000) }
    : { problem: `should be a number of seconds, 0 to ${longest}, and is ${show(value)}` };
};

/** A timer waits no longer than 2³¹ ms. */
const longest = 2_000_000;

const show = (value: unknown): string => {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
};
