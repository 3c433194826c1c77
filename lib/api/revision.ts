import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { writeMigrations } from '../revision/directory.ts';
import { headsBeside } from '../revision/graph.ts';
import { requireAtHeads } from './at-heads.ts';
import { scopeAfter, viewProject, type Files } from './context.ts';
import { chosenEngines, openScratchBeside, projectEngines, type ProjectEngines } from './engines.ts';
import { fileEmpty, fileHalf, generateHalves, revisionsOf, tellOf, type HalfTask } from './half.ts';
import { identify, inParts, type Identity } from './identity.ts';
import { readKnown } from './known.ts';
import { readModels } from './models.ts';
import { replay } from './replay.ts';
import { openScratch } from './scratch.ts';
import type { RevisionOptions, RevisionResult } from './types.ts';

/**
 * Writes a new revision: an empty pair to fill in, or with `autogenerate` a proved pair for each engine of the project
 * that makes the live database what models.sql declares. For an engine that is not connected, its migrations in scratch
 * stand for the live database. What cannot share a transaction becomes several revisions. All files are written or none; nothing to do: none, and `revision` is undefined.
 * Errors: `multiple-heads`, `revision-duplicate`, `revision-missing-half`, `not-up-to-date`, `models-missing`,
 * `models-invalid`, `rename-unclear`, `rename-invalid`, `unmanaged`, `not-proved`, `not-reversible`, `scratch-failed`,
 * `file-exists`, `usage`, and those of opening.
 */
export const createRevision = async (config: Config, options: RevisionOptions): Promise<RevisionResult> => {
  const { head, dependsOn = [], signal } = options;
  const known = await readKnown(config, [...(head === undefined ? [] : [head]), ...dependsOn], { signal, folderMayLack: true });
  const { files } = known;
  const identity = identify(known, { ...options, follows: head === undefined ? undefined : [head] });
  if (!options.autogenerate) return writeEmpty(config, identity, options.engine);
  const engines = await projectEngines(config);
  const chosen = chosenEngines(engines, options.engine);
  return withTasks(config, { files, engines, chosen, signal: options.signal }, async (tasks, connected) => {
    if (options.online === true) requireOnline(tasks);
    const halves = await generateHalves(config, tasks, {
      answers: options,
      requireProof: options.unproved !== true,
      given: [],
      evenIfSame: false,
      inParts: options.online === true || chosen.length === engines.names.length,
      online: options.online ?? false,
    });
    if (halves.length === 0) return nothingToDo;
    const beside = headsBeside(files.graph, [...identity.parents, ...identity.dependsOn]);
    const identities = inParts(identity, revisionsOf(halves), files);
    const migrations = identities.flatMap((each, at) =>
      halves.map((half) => {
        const engine = engines.isSplit ? half.task.engine : undefined;
        return fileHalf(config, each, half, { engine, left: identities.length - 1 - at, beside });
      }),
    );
    const written = await writeMigrations(config.migrations, migrations);
    const revisions = identities.map(({ id }) => id);
    return {
      revision: revisions.at(-1),
      revisions,
      files: written.map((file) => relative(config.directory, file)),
      ...(await tellOf(halves, connected)),
      pending: engines.names.filter((engine) => !chosen.includes(engine)),
    };
  });
};

const requireOnline = (tasks: readonly HalfTask[]): void => {
  if (tasks.some(({ live }) => live.dialect.capabilities.onlineForms)) return;
  throw new LimbeckError('usage', `--online has nothing to offer for ${tasks.map(({ engine }) => engine).join(' and ')}`, {
    hint: 'a writer has the whole database to itself there, however the change is written; leave --online out',
  });
};

/** What a command answers that wrote nothing. */
export const nothingToDo: RevisionResult = {
  revision: undefined,
  revisions: [],
  files: [],
  proved: false,
  hazards: [],
  remarks: [],
  unmanaged: [],
  unchanged: [],
  pending: [],
};

interface Plan {
  readonly files: Files;
  readonly engines: ProjectEngines;
  readonly chosen: readonly EngineName[];
  readonly signal: AbortSignal | undefined;
}

/** Opens what each half starts from, and closes it afterwards. */
const withTasks = async (
  config: Config,
  { files, engines, chosen, signal }: Plan,
  work: (tasks: readonly HalfTask[], connected: Session | undefined) => Promise<RevisionResult>,
): Promise<RevisionResult> => {
  const opened: { readonly close: () => Promise<void> }[] = [];
  const tasks: HalfTask[] = [];
  let connected: Session | undefined;
  try {
    for (const engine of chosen) {
      const models = await readModels(config, engine);
      if (engine === engines.connected || engines.connected === undefined) {
        const view = await viewProject(config, { signal, folderMayLack: true });
        opened.push(view);
        requireAtHeads(view.history);
        connected = view.session;
        const live = connected ?? (await openScratch(config, signal));
        if (connected === undefined) opened.push(live);
        tasks.push({ engine, live, models, scope: view.scope });
      } else {
        const others = chosen.filter((name) => name !== engine);
        const live = await openScratchBeside(config, engine, others, signal);
        opened.push(live);
        await replay(live, files.graph.nodes);
        tasks.push({ engine, live, models, scope: scopeAfter(config, files.graph.nodes.at(-1), engine) });
      }
    }
    return await work(tasks, connected);
  } finally {
    for (const each of opened.reverse()) await each.close();
  }
};

const writeEmpty = async (config: Config, identity: Identity, asked: EngineName | undefined): Promise<RevisionResult> => {
  const engines = asked === undefined ? undefined : await projectEngines(config);
  const engine = engines?.isSplit === true ? chosenEngines(engines, asked)[0] : undefined;
  const files = await writeMigrations(config.migrations, [fileEmpty(config, identity, engine)]);
  return {
    ...nothingToDo,
    revision: identity.id,
    revisions: [identity.id],
    files: files.map((file) => relative(config.directory, file)),
    pending: engine === undefined ? [] : (engines?.names.filter((name) => name !== engine) ?? []),
  };
};
