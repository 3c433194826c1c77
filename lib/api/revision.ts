import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Body } from '../diff/body.ts';
import { generate, reportUnmanaged, type Generated } from '../diff/generate.ts';
import { downHeader, plainHeader, upHeader } from '../diff/header.ts';
import type { RenameSuspect } from '../diff/rename-suspect.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { writeMigration } from '../revision/directory.ts';
import { checkRevisionId, nextRevisionId } from '../revision/id.ts';
import { realHeads } from '../revision/graph.ts';
import { resolveTarget } from '../revision/resolve.ts';
import { slugOf } from '../revision/slug.ts';
import { checksum } from '../sql/header.ts';
import { readProject, viewProject, type Files } from './context.ts';
import { readModels } from './models.ts';
import { requireAtHeads } from './at-heads.ts';
import { rowRemarks } from './remarks.ts';
import { openScratch } from './scratch.ts';
import type { RevisionOptions, RevisionResult } from './types.ts';

/**
 * Writes a new revision: an empty pair to fill in, or with `autogenerate` a proved pair that makes the live database
 * what models.sql declares. Nothing to do: nothing is written, `revision` is undefined.
 * Errors: `multiple-heads`, `revision-duplicate`, `not-up-to-date`, `models-missing`, `models-invalid`,
 * `rename-unclear`, `rename-invalid`, `unmanaged`, `not-proved`, `not-reversible`, `file-exists`, and those of opening.
 */
export const createRevision = async (config: Config, options: RevisionOptions): Promise<RevisionResult> => {
  const files = await readProject(config);
  const identity = identify(files, options);
  if (!options.autogenerate) return writeEmpty(config, identity);
  const view = await viewProject(config, { signal: options.signal });
  const live = view.session ?? (await openScratch(config, options.signal));
  try {
    requireAtHeads(view.history);
    const models = await readModels(config, live.dialect.name);
    const generated = await generate({
      live,
      models,
      scope: view.scope,
      render: { target: config.sqliteTarget },
      decideRename: decideRename(options),
      requireProof: options.unproved !== true,
    });
    if (generated === undefined) return nothingToDo;
    const split = models.marked || config.engines.length > 1;
    const modelsHash = checksum(models.text);
    return await writeGenerated(config, { ...identity, engine: split ? live.dialect.name : undefined }, generated, live, modelsHash);
  } finally {
    await live.close();
  }
};

interface Identity {
  readonly id: string;
  readonly slug: string;
  readonly message: string;
  readonly parents: readonly string[];
  readonly engine?: EngineName | undefined;
}

const nothingToDo: RevisionResult = { revision: undefined, files: [], proved: false, hazards: [], remarks: [], unmanaged: [] };

const identify = (files: Files, options: RevisionOptions): Identity => {
  const { graph } = files;
  const parents =
    options.head === undefined
      ? realHeads(graph).map(({ id }) => id)
      : resolveTarget(graph, options.head, { applied: new Set() }, 'any').ids;
  if (options.head === undefined && parents.length > 1) {
    throw new LimbeckError('multiple-heads', `Multiple heads are present: ${parents.join(', ')}`, {
      hint: `say which one the new revision follows: --head ${parents[0] ?? ''}`,
      data: { heads: parents },
    });
  }
  const taken = graph.nodes.map(({ id }) => id);
  const id = options.revisionId ?? nextRevisionId(taken, new Date());
  checkRevisionId(id);
  if (taken.includes(id)) {
    throw new LimbeckError('revision-duplicate', `revision ${id} is there already`, { hint: 'leave --rev-id out, or choose another' });
  }
  return { id, slug: slugOf(options.message), message: options.message, parents };
};

const decideRename = (options: RevisionOptions): ((suspect: RenameSuspect) => Promise<boolean>) | undefined => {
  if (options.assumeDrop === true) return async () => false;
  const ask = options.askRename;
  if (ask === undefined) return undefined;
  return (suspect) => ask({ kind: suspect.kind, table: suspect.table, from: suspect.dropped.name, to: suspect.created.name });
};

const pathOf = (config: Config, identity: Identity, direction: 'up' | 'down'): string => {
  const engine = identity.engine === undefined ? '' : `.${identity.engine}`;
  return `${relative(config.directory, config.migrations) || '.'}/${identity.id}_${identity.slug}${engine}.${direction}.sql`;
};

const writeEmpty = async (config: Config, identity: Identity): Promise<RevisionResult> => {
  const body: Body = { text: '\n', transactional: true, foreignKeys: 'on' };
  const head = (direction: 'up' | 'down'): ReturnType<typeof plainHeader> =>
    plainHeader({ ...identity, revision: identity.id, path: pathOf(config, identity, direction) }, body, undefined);
  const files = await writeMigration(config.migrations, {
    id: identity.id,
    slug: identity.slug,
    up: { header: head('up'), body: body.text },
    down: { header: head('down'), body: body.text },
  });
  return { ...nothingToDo, revision: identity.id, files: files.map((file) => relative(config.directory, file)) };
};

const writeGenerated = async (
  config: Config,
  identity: Identity,
  generated: Generated,
  live: Session,
  modelsHash: string,
): Promise<RevisionResult> => {
  const { dialect, server } = live;
  const plain = (direction: 'up' | 'down', body: Body): ReturnType<typeof plainHeader> =>
    plainHeader({ ...identity, revision: identity.id, path: pathOf(config, identity, direction) }, body, dialect);
  const record =
    generated.proof === undefined ? undefined : { ...generated.proof, scope: generated.sides.scope, server, dialect, models: modelsHash };
  const headers = { up: plain('up', generated.up), down: plain('down', generated.down) };
  const files = await writeMigration(config.migrations, {
    id: identity.id,
    slug: identity.slug,
    ...(identity.engine === undefined ? {} : { engine: identity.engine }),
    up: { header: record === undefined ? headers.up : upHeader(headers.up, generated.up, record), body: generated.up.text },
    down: { header: record === undefined ? headers.down : downHeader(headers.down, generated.down, record), body: generated.down.text },
  });
  const { sides } = generated;
  const remarks = await rowRemarks(live, sides.live, generated.upPlan);
  return {
    revision: identity.id,
    files: files.map((file) => relative(config.directory, file)),
    proved: record !== undefined,
    hazards: generated.hazards,
    remarks: [...sides.loaded.notes, ...remarks, ...(generated.problem === undefined ? [] : [`not proved: ${generated.problem}`])],
    unmanaged: reportUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged).notes,
  };
};
