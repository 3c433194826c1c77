import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Models } from '../diff/load.ts';
import type { EngineName } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { forEngine, hasMarkers } from '../sql/marker.ts';
import type { ModelsResult } from './types.ts';

/** The models file as one engine sees it: lines for the other are blank. Errors: `models-missing`, `file-unreadable`. */
export const models = async (config: Config, options: { readonly engine?: EngineName } = {}): Promise<ModelsResult> => {
  const engine = options.engine ?? (await engineOfConfig(config));
  const { text } = await readModels(config, engine);
  return { engine, sql: text };
};

/** Reads models.sql for an engine; `marked` tells whether the file speaks to two. */
export const readModels = async (config: Config, engine: EngineName): Promise<Models & { readonly marked: boolean }> => {
  const file = relative(config.directory, config.models) || config.models;
  const text = await readText(config.models, file);
  return { text: forEngine(text, engine), file, marked: hasMarkers(text) };
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
      hint: code === 'EISDIR' ? 'it is a folder: name the file with --models' : 'check the file and its permissions',
      cause: error,
    });
  }
};
