import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { modelsHash } from '../diff/declared.ts';
import { readSides } from '../diff/sides.ts';
import { describeDifferences } from '../diff/prove.ts';
import { renamesIn } from '../diff/rename-text.ts';
import type { EngineName } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { compareFingerprints } from '../model/fingerprint.ts';
import { writeMigrations } from '../revision/directory.ts';
import { ancestors, inOrder } from '../revision/graph.ts';
import type { MigrationHalf, Revision } from '../revision/revision.ts';
import { scopeAfter, type Files } from './context.ts';
import { chosenEngines, openScratchFor, missingHalves, projectEngines } from './engines.ts';
import { fileHalf, generateHalves, tellOf, type HalfTask } from './half.ts';
import { idsOfFiles, readKnown, type Known } from './known.ts';
import { lexisOf } from './lexis.ts';
import { readModels } from './models.ts';
import { replay } from './replay.ts';
import { nothingToDo } from './revision.ts';
import type { CompleteOptions, RevisionResult } from './types.ts';

/**
 * Writes the files that a revision lacks for an engine of the project, proved: from where the engine's migrations before
 * it lead, to what models.sql declares. The models must be those of the revision, which is tried on the half that there
 * is. Nothing missing: nothing is written, `revision` is undefined. Errors: `models-moved`, `revision-unknown`,
 * `revision-ambiguous`, `revision-missing-half` (of one before it), `usage`, and those of `createRevision`.
 */
export const completeRevision = async (config: Config, options: CompleteOptions): Promise<RevisionResult> => {
  const known = await readKnown(config, [options.revision], { signal: options.signal });
  const { files } = known;
  const revision = oneRevision(known, options.revision);
  const engines = await projectEngines(config);
  const chosen = chosenEngines(engines, options.engine);
  const missing = missingHalves([revision], engines).map(({ engine }) => engine);
  const [engine] = missing.filter((each) => chosen.includes(each));
  if (engine === undefined) return { ...nothingToDo, pending: missing };
  const place: Place = { config, files, revision, signal: options.signal };
  const there = revision.halves.filter((half) => half.engine !== undefined);
  const doubts = await Promise.all(there.map((half) => requireModelsOf(place, half)));
  const live = await openScratchFor(config, engine, options.signal);
  try {
    const before = nodesBefore(files, revision);
    await replay(live, before);
    const task: HalfTask = { engine, live, models: await readModels(config, engine), scope: scopeAfter(config, before.at(-1), engine) };
    const halves = await generateHalves(config, [task], {
      answers: options,
      requireProof: options.unproved !== true,
      given: there.flatMap(({ engine: other, up }) => (other === undefined ? [] : renamesIn(up?.body ?? '', lexisOf(other)))),
      evenIfSame: true,
    });
    const written = await writeMigrations(
      config.migrations,
      halves.map((half) => fileHalf(config, revision, half, { engine, beside: besideOf(revision) })),
    );
    const told = await tellOf(halves, undefined);
    return {
      revision: revision.id,
      revisions: [revision.id],
      files: written.map((file) => relative(config.directory, file)),
      ...told,
      remarks: [...doubts.flat(), ...there.flatMap((half) => byHandRemark(half, engine)), ...told.remarks],
      pending: missing.filter((each) => each !== engine),
    };
  } finally {
    await live.close();
  }
};

interface Place {
  readonly config: Config;
  readonly files: Files;
  readonly revision: Revision;
  readonly signal: AbortSignal | undefined;
}

const oneRevision = (known: Known, text: string): Revision => {
  const ids = idsOfFiles(known, [text]);
  const revision = known.files.graph.byId.get(ids[0] ?? '');
  if (revision !== undefined && ids.length === 1) return revision;
  throw new LimbeckError('usage', `${text} is not one revision`, { hint: 'name one: limbeck revision --complete <revision>' });
};

/** Parents first; what stood beside the half that there is, is in models.sql, and must not be made once more. */
const nodesBefore = ({ graph }: Files, revision: Revision): readonly Revision[] =>
  inOrder(graph, ancestors(graph, [...revision.parents, ...revision.dependsOn, ...besideOf(revision)]));

const besideOf = ({ halves }: Revision): readonly string[] => [...new Set(halves.flatMap(({ up }) => up?.header.proof?.beside ?? []))];

/**
 * The half that there is must lead to what the models declare, or they are of another time. Where its engine cannot be
 * had the text that it was generated from tells; what remains in doubt is returned. Errors: `models-moved`.
 */
const requireModelsOf = async ({ config, files, revision, signal }: Place, { engine, up }: MigrationHalf): Promise<readonly string[]> => {
  if (engine === undefined) return [];
  const models = await readModels(config, engine);
  if (up?.header.proof?.models === modelsHash(models, config.exclude)) return [];
  const scratch = await openScratchFor(config, engine, signal).catch((error: unknown) => {
    if (isLimbeckError(error) && error.code === 'scratch-failed') return error.message;
    throw error;
  });
  if (typeof scratch === 'string') {
    return [`whether ${models.file} is still as it was for revision ${revision.id} could not be looked up: ${scratch}`];
  }
  try {
    await replay(scratch, [...nodesBefore(files, revision), revision]);
    const sides = await readSides(scratch, models, scopeAfter(config, revision, engine));
    const differences = compareFingerprints(sides.liveFingerprint, sides.declaredFingerprint);
    if (differences.length === 0) return [];
    throw modelsMoved(revision, engine, models.file, describeDifferences(differences, 'made', 'declared'));
  } finally {
    await scratch.close();
  }
};

const modelsMoved = ({ id }: Revision, engine: EngineName, file: string, differences: string): LimbeckError =>
  new LimbeckError('models-moved', `${file} is not what revision ${id} made; for ${engine} it differs in\n${differences}`, {
    hint: `complete it with the models as they were then: git show <commit>:${file} > then.sql && limbeck revision --complete ${id} --models then.sql`,
    data: { revision: id, engine },
  });

const byHandRemark = ({ engine, up }: MigrationHalf, made: EngineName): readonly string[] => {
  const proof = up?.header.proof;
  const isGenerated = proof?.models !== undefined && proof.body === up?.checksum;
  return engine === undefined || isGenerated
    ? []
    : [`the ${engine} files were written or edited by hand: what they do to rows, the ${made} files have to be given, too`];
};
