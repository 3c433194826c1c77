import type { Config } from '../config/config.ts';
import type { EngineName } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { OnEvent } from '../runner/event.ts';
import { historyOf } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { readProject, viewProject } from './context.ts';
import type { FolderOptions } from './context.ts';

/** The history, and whether a database told its part of it. */
export interface Known {
  readonly history: History;
  /** The files alone; `history` may have revisions that only the journal knows. */
  readonly files: History;
  /** The connected engine. */
  readonly engine: EngineName | undefined;
  readonly asked: boolean;
}

export interface KnownOptions extends FolderOptions {
  /** Ask the database whatever the arguments say. */
  readonly ask?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/**
 * Reads the files, and the journal too where one of the revision arguments says `current`; the database is only read, and
 * closed again. Errors: those of reading the folder and, with the database, of opening it.
 */
export const readKnown = async (config: Config, texts: readonly string[], options: KnownOptions = {}): Promise<Known> => {
  const asked = options.ask === true || texts.some(asksDatabase);
  if (!asked) {
    const files = await readProject(config, options);
    return { history: files, files, engine: undefined, asked };
  }
  const { history, engine, close } = await viewProject(config, options);
  await close();
  return { history, files: historyOf([...history.revisions.values()], []), engine, asked };
};

/** Whether a revision argument, or a range of them, names what a database says. */
export const asksDatabase = (text: string): boolean => /(?:^|[@:])current(?:[+-]\d+)?(?=$|:)/u.test(text);

/** The ids that arguments come to, each once, in their order. Errors: those of `resolveTarget`. */
export const idsOf = ({ history }: Pick<Known, 'history'>, texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => resolveTarget(history.graph, text, { applied: history.applied }, 'any').ids)),
];

/** As `idsOf`, for what a new header may name: each must have files. Errors: also `revision-unknown`. */
export const idsOfFiles = (known: Known, texts: readonly string[]): readonly string[] => {
  const ids = idsOf(known, texts);
  const lost = ids.find((id) => !known.files.graph.byId.has(id));
  if (lost === undefined) return ids;
  throw new LimbeckError('revision-unknown', `revision ${lost} is in the journal only, and no file has it`, {
    hint: 'bring its files back (another branch or an older checkout may have them)',
    data: { revision: lost },
  });
};
