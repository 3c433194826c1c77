import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { errnoOf, unreadable } from '../revision/file-error.ts';
import { LimbeckError } from '../errors.ts';
import type { ForeignFile, ForeignTool } from '../revision/foreign/foreign.ts';

/** The files of another tool's folders; none where there is no such folder, unless `asked` names it. Errors: `file-unreadable`. */
export const readFolder = async (config: Config, tool: ForeignTool, asked: string | undefined): Promise<readonly ForeignFile[]> => {
  const ending = tool === 'alembic' ? '.py' : '.sql';
  for (const folders of await placesOf(config, tool, asked)) {
    const files = await Promise.all(folders.map((folder) => filesIn(config, folder, ending)));
    const found = files.flat();
    if (found.length > 0) return found;
  }
  if (asked === undefined) return [];
  throw new LimbeckError('file-unreadable', `${asked} has no ${ending} files`, {
    hint: `name the folder of ${tool}'s migrations with --dir`,
  });
};

/** Reads a text file of another tool. Errors: `file-unreadable`. */
export const readForeignText = async (config: Config, path: string): Promise<string> => {
  const absolute = resolve(config.directory, path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(absolute));
    return text.replaceAll('\r\n', '\n');
  } catch (error) {
    if (errnoOf(error) !== undefined) throw unreadable(path, error);
    throw new LimbeckError('file-unreadable', `${path} is not UTF-8`, { hint: `save it as UTF-8: iconv -t UTF-8 '${path}'`, cause: error });
  }
};

/** Which tool's folders are there, where no table tells. */
export const toolOfFolders = async (config: Config, asked: string | undefined): Promise<ForeignTool | undefined> => {
  for (const tool of ['alembic', 'dbmate'] as const) {
    const places = (await placesOf(config, tool, asked)).flat();
    const files = (await Promise.all(places.map((folder) => filesIn(config, folder, tool === 'alembic' ? '.py' : '.sql')))).flat();
    if (files.some(({ text }) => (tool === 'alembic' ? /^down_revision\b/m : /^--\s*migrate:up\b/m).test(text))) return tool;
  }
  if (asked === undefined) return undefined;
  const files = await filesIn(config, asked, '.up.sql');
  return files.length > 0 ? 'golang-migrate' : undefined;
};

/** Where to look, the likeliest first. */
const placesOf = async (config: Config, tool: ForeignTool, asked: string | undefined): Promise<readonly (readonly string[])[]> => {
  const migrations = relative(config.directory, config.migrations) || '.';
  switch (tool) {
    case 'alembic': {
      if (asked !== undefined) return [[asked], [join(asked, 'versions')]];
      const named = await namedByIni(config);
      return [...(named.length > 0 ? [named] : []), ['alembic/versions'], ['migrations/versions']];
    }
    case 'dbmate':
      return asked !== undefined ? [[asked]] : [['db/migrations'], [migrations]];
    case 'golang-migrate':
      return asked !== undefined ? [[asked]] : [[migrations], ['db/migrations']];
  }
};

/** `version_locations` of alembic.ini, else the versions folder of its `script_location`. */
const namedByIni = async (config: Config): Promise<readonly string[]> => {
  const text = await readForeignText(config, 'alembic.ini').catch((error: unknown) => {
    if (error instanceof LimbeckError) return '';
    throw error;
  });
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}[ \\t]*=[ \\t]*(\\S.*(?:\\n[ \\t]+\\S.*)*)`, 'm').exec(text)?.[1]?.replaceAll('%(here)s', config.directory);
  const locations = value('version_locations')?.split(/[\s,:;]+/);
  const script = value('script_location');
  return locations ?? (script === undefined ? [] : [join(script.trim(), 'versions')]);
};

const filesIn = async (config: Config, folder: string, ending: string): Promise<readonly ForeignFile[]> => {
  const absolute = resolve(config.directory, folder);
  const names = await readdir(absolute).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw unreadable(folder, error);
  });
  const wanted = names.filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    wanted.map(async (name) => {
      const path = join(folder, name);
      return { name, path, text: await readForeignText(config, path) };
    }),
  );
};
