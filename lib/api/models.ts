import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Models } from '../diff/load.ts';
import type { EngineName } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { forEngine, hasMarkers } from '../sql/marker.ts';
import type { ModelsResult } from './types.ts';

/** The models as one engine sees them: lines for the other are blank. Errors: `models-missing`, `file-unreadable`. */
export const models = async (config: Config, options: { readonly engine?: EngineName } = {}): Promise<ModelsResult> => {
  const engine = options.engine ?? (await engineOfConfig(config));
  const { text } = await readModels(config, engine);
  return { engine, sql: text };
};

/**
 * Reads models.sql for an engine, or all `.sql` files of a folder in the order of their names; `marked` tells whether
 * they speak to two.
 */
export const readModels = async (config: Config, engine: EngineName): Promise<Models & { readonly marked: boolean }> => {
  const file = relative(config.directory, config.models) || config.models;
  const names = await filesIn(config.models, file);
  if (names === undefined) {
    const text = await readText(config.models, file);
    return { text: forEngine(text, engine), file, marked: hasMarkers(text) };
  }
  const texts = await Promise.all(
    names.map(async (name) => ({ file: join(file, name), text: await readText(join(config.models, name), join(file, name)) })),
  );
  const files = texts.map((each) => ({ ...each, text: forEngine(each.text, engine) }));
  const text = files.map((each) => (each.text.endsWith('\n') ? each.text : `${each.text}\n`)).join('');
  return { text, file, files, marked: texts.some((each) => hasMarkers(each.text)) };
};

/** The names of the SQL files of a folder; undefined when it is none. */
const filesIn = async (path: string, shown: string): Promise<readonly string[] | undefined> => {
  try {
    if (!(await stat(path)).isDirectory()) return undefined;
  } catch {
    return undefined;
  }
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql') && !name.startsWith('.')).sort();
  if (names.length > 0) return names;
  throw new LimbeckError('models-missing', `the folder ${shown} has no .sql file`, {
    hint: 'name a file, or another folder, with --models',
  });
};

const engineOfConfig = async (config: Config): Promise<EngineName> => {
  if (config.url === undefined) return config.engines[0] ?? 'sqlite';
  const { engineOf } = await import('../engine/open.ts');
  return engineOf(config.url);
};

const readText = async (path: string, shown: string): Promise<string> => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') {
      throw new LimbeckError('models-missing', `there is no ${shown}`, {
        hint: 'run limbeck init, or name the file with --models',
        cause: error,
      });
    }
    const what = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8 text' : 'cannot be read';
    throw new LimbeckError('file-unreadable', `${shown} ${what}`, {
      hint: 'check the file and its permissions',
      cause: error,
    });
  }
};
