import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { leftoverNotes, reportUnmanaged } from '../diff/unmanaged.ts';
import type { Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { readRevisionsWith, type NewMigration } from '../revision/directory.ts';
import type { Graph } from '../revision/graph.ts';
import { outOfOrder } from '../revision/path.ts';
import { notAdoptable } from '../revision/foreign/foreign.ts';
import type { Revision } from '../revision/revision.ts';
import { halfIfAny, historyOf } from '../runner/history.ts';
import { statementsOf } from '../runner/statement.ts';
import { checksum } from '../sql/header.ts';
import { split } from '../sql/split.ts';
import { appliedBy } from './adopt-applied.ts';
import { toolOfFolders } from './adopt-folder.ts';
import type { ForeignPlace } from './adopt-history.ts';
import { makeMigrations, type Made } from './adopt-make.ts';
import { readSource, type Source } from './adopt-source.ts';
import { readFiles } from './context.ts';
import { projectEngines } from './engines.ts';
import { readModels } from './models.ts';
import { preamble, scopeToPull, textOfSchema } from './pull.ts';

/** All that an adoption would do; nothing is written yet. */
export interface AdoptionPlan {
  readonly source: Source;
  /** Pairs that are not there yet. */
  readonly migrations: readonly NewMigration[];
  /** The text of models.sql where it declares nothing yet; undefined: it is left alone. */
  readonly models: string | undefined;
  /** All revisions, with those to come. */
  readonly graph: Graph;
  readonly applied: ReadonlySet<string>;
  /** True: the database has no schema. */
  readonly isEmpty: boolean;
  readonly unmanaged: readonly string[];
  readonly notes: readonly string[];
}

/** What was said about the other tool. */
export interface Asked extends ForeignPlace {
  readonly from: Source['tool'] | undefined;
}

/**
 * Finds out what manages the database, makes pairs of it where the migrations folder has none, and tells which of them
 * are applied. Errors: `not-adoptable`, `not-up-to-date`, `multiple-heads`, `revision-unknown`, `revision-invalid`,
 * `file-exists`, `file-unreadable`, those of `makeBaseline` and of reading the folder.
 */
export const planAdoption = async (config: Config, live: Session, asked: Asked): Promise<AdoptionPlan> => {
  const files = await readFiles(config, { folderMayLack: true });
  const source = await sourceOf(config, live, files, asked);
  const { schema, text } = await textOfSchema(live, await scopeToPull(config, live));
  const unmanaged = [...reportUnmanaged(schema.unmanaged, []).notes, ...leftoverNotes(schema)];
  const isEmpty = split(text, live.dialect.lexis).length === 0;
  const engine = (await isForTwo(config)) ? live.dialect.name : undefined;
  const made = withoutThere(await makeMigrations({ config, live, files, source, asked, unmanaged, engine }), files, live);
  const migrations = made.map(({ migration }) => migration);
  const revisions = await readRevisionsWith(config.migrations, relative(config.directory, config.migrations), migrations);
  requireRunnable(revisions, made, live);
  const { graph } = historyOf(revisions, []);
  const applied = source.tool === 'none' && isEmpty ? new Set<string>() : appliedBy(source, graph);
  const isPending = graph.nodes.some(({ id }) => !applied.has(id));
  const isBlank = await isModelsBlank(config, live);
  const plan = { source, migrations, graph, applied, isEmpty, unmanaged };
  const notes = [...modelsNotes(config, { isBlank, isEmpty, isPending }), ...madeNotes(made), ...lateNotes(graph, applied)];
  return { ...plan, notes, models: isBlank && !isEmpty && !isPending ? preamble(live, unmanaged) + text : undefined };
};

/** Where no table tells, and the folder is still empty, the folders of other tools do. */
const sourceOf = async (config: Config, live: Session, files: readonly Revision[], asked: Asked): Promise<Source> => {
  const source = await readSource(live, asked.from);
  if (source.tool !== 'none' || asked.from !== undefined || (files.length > 0 && asked.dir === undefined)) return source;
  return { tool: (await toolOfFolders(config, asked.dir)) ?? 'none', versions: [] };
};

/** A project for two engines has files for each of them. */
const isForTwo = async (config: Config): Promise<boolean> => {
  try {
    return (await projectEngines(config)).isSplit;
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'models-missing') return config.engines.length > 1;
    throw error;
  }
};

const isModelsBlank = async (config: Config, live: Session): Promise<boolean> => {
  try {
    const { text } = await readModels(config, live.dialect.name);
    return split(text, live.dialect.lexis).length === 0;
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'models-missing') return true;
    throw error;
  }
};

/** Without the pairs that the folder has. Errors: `file-exists` where it has the id with other SQL. */
const withoutThere = (made: readonly Made[], files: readonly Revision[], live: Session): readonly Made[] =>
  made.filter(({ migration: { id, up } }) => {
    const revision = files.find((each) => each.id === id);
    const there = revision && halfIfAny(revision, live.dialect.name)?.up;
    if (there === undefined) return true;
    if (there.checksum === checksum(up.body)) return false;
    throw new LimbeckError('file-exists', `${there.path} is there already, and says something else than the revision ${id} to be adopted`, {
      hint: 'move it away, or leave --dir and --sql out: then the files that are there are taken as they are',
      where: { file: there.path },
    });
  });

/** What limbeck would refuse to run is named at once. Errors: `revision-invalid`; `not-adoptable` with the file that it comes from. */
const requireRunnable = (revisions: readonly Revision[], made: readonly Made[], live: Session): void => {
  const origins = new Map(made.map(({ migration, origin }) => [migration.id, origin]));
  for (const revision of revisions) {
    const half = halfIfAny(revision, live.dialect.name);
    try {
      for (const file of [half?.up, half?.down]) if (file !== undefined) statementsOf(file, live.dialect.lexis);
    } catch (error) {
      const origin = origins.get(revision.id);
      if (!isLimbeckError(error) || origin === undefined) throw error;
      const frame = error.where?.frame;
      const where = { file: origin, ...(frame === undefined ? {} : { frame }) };
      throw notAdoptable(`${origin}: ${error.message}`, `change it there: ${error.hint ?? 'take the statement out'}`, { where });
    }
  }
};

const modelsNotes = (
  config: Config,
  { isBlank, isEmpty, isPending }: { readonly isBlank: boolean; readonly isEmpty: boolean; readonly isPending: boolean },
): readonly string[] => {
  const models = relative(config.directory, config.models);
  if (!isBlank) return [`${models} is kept as it is; limbeck check tells whether it declares what the database has`];
  if (isEmpty || !isPending) return [];
  return [`${models} is not written while revisions are pending; then: limbeck upgrade head, limbeck pull --output ${models} --force`];
};

const madeNotes = (made: readonly Made[]): readonly string[] => {
  const noDown = made.filter(({ migration }) => migration.down === undefined).length;
  return [
    ...(made.some(({ origin }) => origin === undefined) ? ['a database that the baseline makes has the schema, and none of the rows'] : []),
    ...(noDown > 0
      ? [`${noDown} of ${made.length} revisions have no way back; Alembic: alembic downgrade heads:base --sql, into the same --sql file`]
      : []),
  ];
};

const lateNotes = (graph: Graph, applied: ReadonlySet<string>): readonly string[] => {
  const late = outOfOrder(
    graph,
    applied,
    graph.nodes.filter(({ id }) => !applied.has(id)),
  );
  return late.map(
    ({ id, slug }) => `${id} (${slug}) is not applied, and comes before revisions that are: limbeck upgrade head --allow-out-of-order`,
  );
};
