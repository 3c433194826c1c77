import { readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { describeDifferences } from '../diff/prove.ts';
import type { Journal, Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError, type ErrorCode } from '../errors.ts';
import { compareFingerprints, type Fingerprint, type FingerprintDifference } from '../model/fingerprint.ts';
import { writeMigrations } from '../revision/directory.ts';
import { inOrder } from '../revision/graph.ts';
import { writeFileName } from '../revision/pair.ts';
import type { ForeignTool } from '../revision/foreign/foreign.ts';
import { openBook } from '../runner/book.ts';
import type { OnEvent } from '../runner/event.ts';
import { halfFor, historyOf } from '../runner/history.ts';
import { headsOf } from '../runner/itinerary.ts';
import { entryFor } from '../runner/record.ts';
import { planAdoption, type AdoptionPlan } from './adopt-plan.ts';
import { openDatabase, readFiles, scopeOf } from './context.ts';
import { replay } from './replay.ts';
import type { AdoptResult } from './types.ts';
import { writeWhole } from './write-whole.ts';

export interface AdoptOptions {
  /** The tool that managed the database; `none`: take its schema as it is. Default: what its tables and the folders tell. */
  readonly from?: ForeignTool | 'none';
  /** The folder of that tool's migrations, relative to the project folder. Default: where that tool has it. */
  readonly dir?: string;
  /** Alembic: what `alembic upgrade base:heads --sql` printed; without it one baseline stands for all revisions. */
  readonly sql?: string;
  /** Writes nothing. */
  readonly dryRun?: boolean;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

/**
 * Takes over a database that another tool managed, or none: makes pairs of that tool's files (or of the schema as it
 * is), proves in scratch that what is applied of them describes the live schema, then writes the files and the journal:
 * all of it or nothing. A database that has a journal is left alone. Files that are there already are taken as they are,
 * so a second database needs the files no more.
 * Errors: those of `planAdoption`, `not-proved`, `scratch-failed`, `unmanaged`, `file-exists`, `file-unwritable`,
 * `database-readonly`, and those of opening.
 */
export const adopt = async (config: Config, options: AdoptOptions = {}): Promise<AdoptResult> => {
  const { signal, onEvent, dryRun = false } = options;
  const live = await openDatabase(config, { mode: dryRun ? 'read' : 'write', signal });
  try {
    if (dryRun) return await adoptOpen(config, live, options);
    const lock = await live.lock({
      timeoutMs: config.lockTimeoutMs,
      onWait: (holder) => onEvent?.({ type: 'waiting-for-lock', holder }),
    });
    try {
      return await adoptOpen(config, live, options);
    } finally {
      await lock.release();
    }
  } finally {
    await live.close();
  }
};

const adoptOpen = async (config: Config, live: Session, { from, dir, sql, dryRun = false }: AdoptOptions): Promise<AdoptResult> => {
  const journal = live.journal(config.journalTable);
  const entries = await journal.read();
  if (entries.length > 0) {
    return { ...nothing(live), outcome: 'already', heads: headsOf(historyOf(await readFiles(config, { folderMayLack: true }), entries)) };
  }
  const plan = await planAdoption(config, live, { from, dir, sql });
  if (plan.migrations.length === 0 && plan.applied.size === 0) {
    return { ...nothing(live), outcome: 'empty', notes: plan.notes, pending: plan.graph.nodes.map(({ id }) => id) };
  }
  await requireSameSchema(config, live, plan);
  const result = resultOf(config, live, plan);
  if (dryRun) return { ...result, outcome: 'dry-run' };
  await write(config, live, journal, plan);
  return result;
};

const nothing = ({ location }: Session): Omit<AdoptResult, 'outcome'> => ({
  location,
  from: 'none',
  files: [],
  models: undefined,
  recorded: [],
  pending: [],
  heads: [],
  unmanaged: [],
  notes: [],
});

const resultOf = (
  config: Config,
  live: Session,
  { source, migrations, models, graph, applied, unmanaged, notes }: AdoptionPlan,
): AdoptResult => ({
  location: live.location,
  outcome: 'adopted',
  from: source.tool,
  files: migrations.flatMap(({ id, slug, engine, down }) =>
    (['up', 'down'] as const)
      .filter((direction) => direction === 'up' || down !== undefined)
      .map((direction) => `${relative(config.directory, config.migrations) || '.'}/${writeFileName({ id, slug, engine, direction })}`),
  ),
  models: models === undefined ? undefined : relative(config.directory, config.models),
  recorded: inOrder(graph, applied).map(({ id }) => id),
  pending: graph.nodes.map(({ id }) => id).filter((id) => !applied.has(id)),
  heads: headsOf({ ...historyOf([], []), graph, applied }),
  unmanaged,
  notes,
});

/** What is applied, run from nothing in scratch, must be what is live. Errors: `not-proved`, `scratch-failed`. */
const requireSameSchema = async (config: Config, live: Session, { source, graph, applied, unmanaged }: AdoptionPlan): Promise<void> => {
  const scratch = await live.scratch();
  try {
    await orFromNone(() => replay(scratch, inOrder(graph, applied)));
    const scope = await scopeOfBoth(config, live, scratch);
    const [is, made] = [await live.fingerprint(scope), await scratch.fingerprint(scope)];
    const differences = compareFingerprints(is, made).filter(({ key }) => !unmanaged.some((note) => note.startsWith(`${key} `)));
    if (differences.length === 0) return;
    const what =
      applied.size === 0
        ? `as far as ${source.tool} knows nothing is applied, but there is a schema`
        : 'what is applied does not make the schema that is live';
    throw new LimbeckError('not-proved', `${what}, so nothing was written:\n${tellDifferences(differences, is, made)}`, {
      hint: 'put the database or the files right; or leave objects out with --exclude; or begin with the schema as it is: limbeck adopt --from none',
      data: { objects: differences.map(({ key }) => key) },
    });
  } finally {
    await scratch.close();
  }
};

/** What is on one side alone is named; of what is on both it is told in what it differs. */
const tellDifferences = (differences: readonly FingerprintDifference[], live: Fingerprint, files: Fingerprint): string => {
  const only = (one: Fingerprint, other: Fingerprint, where: string): readonly string[] => {
    const keys = differences.map(({ key }) => key).filter((key) => one.objects.has(key) && !other.objects.has(key));
    const shown = keys.length > 20 ? [...keys.slice(0, 20), `and ${keys.length - 20} more`] : keys;
    return keys.length === 0 ? [] : [`  only ${where}: ${shown.join(', ')}`];
  };
  const changed = differences.filter(({ key }) => live.objects.has(key) && files.objects.has(key));
  return [
    ...only(live, files, 'live'),
    ...only(files, live, 'in the files'),
    ...(changed.length === 0 ? [] : [describeDifferences(changed, 'live', 'files')]),
  ].join('\n');
};

const scopeOfBoth = async (config: Config, live: Session, scratch: Session): Promise<Scope> => {
  const scope = scopeOf(config);
  const names = new Set([...((await live.schemas?.()) ?? []), ...((await scratch.schemas?.()) ?? [])]);
  const found = scope.schemas ?? (names.size === 0 ? undefined : ['', ...names]);
  return { ...scope, ...(found === undefined ? {} : { schemas: found }), privileges: scope.privileges ?? false };
};

const orFromNone = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'scratch-failed') throw error;
    throw new LimbeckError('scratch-failed', `${error.message}; nothing was written`, {
      hint: 'correct the file that it comes from; or begin with the schema as it is: limbeck adopt --from none',
      cause: error,
    });
  }
};

/** After these the journal may have been committed all the same: the files stay, and the next run takes up where it was. */
const unknownOutcomes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['session-lost', 'database-conflict']);

/** The files are placed inside the journal's transaction: what fails takes both back. */
const write = async (config: Config, live: Session, journal: Journal, plan: AdoptionPlan): Promise<void> => {
  const placed: string[] = [];
  const modelsBefore = await readFile(config.models).catch(() => undefined);
  let hasModels = false;
  const place = async (): Promise<void> => {
    placed.push(...(await writeMigrations(config.migrations, plan.migrations)));
    if (plan.models === undefined) return;
    await writeWhole(config.models, relative(config.directory, config.models), plan.models, true);
    hasModels = true;
  };
  const rows = inOrder(plan.graph, plan.applied).map((revision) =>
    entryFor({
      revision,
      half: halfFor(revision, live.dialect.name),
      engine: live.dialect.name,
      state: 'stamped',
      durationMs: 0,
      statementsDone: 0,
    }),
  );
  try {
    if (rows.length === 0) return await place();
    const book = openBook(live, journal);
    await book.read();
    await book.transact(async () => {
      for (const row of rows) await journal.insert(row);
      await place();
    });
  } catch (error) {
    if (isLimbeckError(error) && unknownOutcomes.has(error.code)) throw error;
    for (const path of placed) await rm(path, { force: true });
    if (hasModels)
      await (modelsBefore === undefined
        ? rm(config.models, { force: true })
        : writeWhole(config.models, relative(config.directory, config.models), modelsBefore, true));
    throw error;
  }
};
