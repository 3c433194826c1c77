import type { Config } from '../config/config.ts';
import { engineOf, openScratchOf } from '../engine/open.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { Revision } from '../revision/revision.ts';
import { halfIfAny } from '../runner/history.ts';
import { openOptionsOf } from './context.ts';
import { readModels } from './models.ts';

/** The engines that a project migrates. */
export interface ProjectEngines {
  /** The connected one first. */
  readonly names: readonly EngineName[];
  /** The engine of the URL; undefined: none was given. */
  readonly connected: EngineName | undefined;
  /** True where each engine has files of its own. */
  readonly isSplit: boolean;
}

/**
 * Which engines the project is for: those that the configuration names, else both where the models have markers, else
 * the one of the URL. Errors: `bad-url`, `models-missing`, `models-invalid`, `file-unreadable`.
 */
export const projectEngines = async (config: Config): Promise<ProjectEngines> => {
  const connected = config.url === undefined ? undefined : engineOf(config.url);
  const { marked } = await readModels(config, connected ?? config.engines[0] ?? 'sqlite');
  const named: readonly EngineName[] = config.engines.length > 0 ? config.engines : marked ? ['postgres', 'sqlite'] : [];
  const names = named.length > 0 ? named : [connected ?? 'sqlite'];
  return {
    names: [...names].sort((a, b) => Number(b === connected) - Number(a === connected)),
    connected,
    isSplit: marked || names.length > 1,
  };
};

/** The engines to work on: all, or the one that was asked for. Errors: `usage`. */
export const chosenEngines = ({ names }: ProjectEngines, asked: EngineName | undefined): readonly EngineName[] => {
  if (asked === undefined) return names;
  if (names.includes(asked)) return [asked];
  throw new LimbeckError('usage', `this project is for ${names.join(' and ')} alone`, {
    hint: `mark lines of the models file with -- @${asked}, or name it in the configuration: "engines": ["postgres", "sqlite"]`,
  });
};

/** A revision that has no files for an engine of the project. */
export interface MissingHalf {
  readonly revision: string;
  readonly engine: EngineName;
}

/** The halves that are not written yet, in the order of the revisions. */
export const missingHalves = (revisions: readonly Revision[], { names, isSplit }: ProjectEngines): readonly MissingHalf[] =>
  isSplit
    ? revisions.flatMap((revision) =>
        names.filter((engine) => halfIfAny(revision, engine) === undefined).map((engine) => ({ revision: revision.id, engine })),
      )
    : [];

/**
 * An empty scratch database of an engine, whether it is the connected one or not; the caller closes it.
 * Errors: `scratch-failed` with the ways to have one.
 */
export const openScratchFor = async (config: Config, engine: EngineName, signal?: AbortSignal): Promise<Session> => {
  const url = config.url !== undefined && engineOf(config.url) === engine ? config.url : undefined;
  return openScratchOf(engine, url, { ...openOptionsOf(config, signal), mode: 'write' });
};

/** As `openScratchFor`, for the half of an engine that is not connected: the error also says how to do without. */
export const openScratchBeside = async (
  config: Config,
  engine: EngineName,
  others: readonly EngineName[],
  signal?: AbortSignal,
): Promise<Session> => {
  try {
    return await openScratchFor(config, engine, signal);
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'scratch-failed' || others.length === 0) throw error;
    const way = `or write the other half alone, and this one later (limbeck revision --complete): --engine ${others.join(' or ')}`;
    throw new LimbeckError(error.code, `the ${engine} half cannot be made: ${error.message}`, {
      hint: error.hint === undefined ? way : `${error.hint}\n${way}`,
      cause: error,
      ...(error.data === undefined ? {} : { data: error.data }),
    });
  }
};
