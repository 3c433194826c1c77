import { rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { describeDifferences } from '../diff/prove.ts';
import type { EngineName, Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { compareFingerprints, type Fingerprint } from '../model/fingerprint.ts';
import { listReplaced, readRevisionsWith, writeMigrations, type NewMigration } from '../revision/directory.ts';
import { ancestors, inOrder, type Graph } from '../revision/graph.ts';
import { resolveTarget } from '../revision/resolve.ts';
import type { Revision } from '../revision/revision.ts';
import { slugOf } from '../revision/slug.ts';
import { historyOf } from '../runner/history.ts';
import { makeBaseline, withSquashes } from './baseline.ts';
import { readFiles, scopeOf } from './context.ts';
import { openScratchFor, projectEngines } from './engines.ts';
import { pathOf, type Identity } from './identity.ts';
import { replay, upFile } from './replay.ts';
import { dataStatements, outOfScope, tablesWithRows, type DataStatement } from './squash-data.ts';
import type { SquashResult } from './types.ts';

export interface SquashOptions {
  /** The last revision to be held: an id, its beginning, `head` … */
  readonly revision: string;
  /** Default: `up to ` and the message of that revision. */
  readonly message?: string;
  /** Leaves out what the revisions write into tables. */
  readonly dropDataStatements?: boolean;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes one pair of a revision and all that it builds on. The pair keeps that revision's id, so nothing behind it
 * changes, and names the others (`squashes:`), so databases that are past it go on. It is proved to make the same schema
 * as they do, and the revisions behind it to run on it, before anything is written; the old files go last.
 * Errors: `squash-refused` (data, a branch that leaves the line inside, unequal schemas), `unmanaged`, `scratch-failed`, `not-proved`,
 * `revision-unknown`, `revision-ambiguous`, `multiple-heads`, `file-unwritable`.
 */
export const squash = async (config: Config, options: SquashOptions): Promise<SquashResult> => {
  const shown = relative(config.directory, config.migrations);
  const revisions = await readFiles(config);
  const { graph } = historyOf(revisions, []);
  const range = rangeOf(graph, options.revision);
  const leftOver = listReplaced(config.migrations, shown);
  if (range.held.length === 0) {
    if (options.dryRun !== true) await remove(config, leftOver);
    return { revision: undefined, squashed: range.last.squashes, files: [], removed: leftOver, dropped: [] };
  }
  refuseCuts(graph, range);
  const { names, isSplit } = await projectEngines(config);
  const made: Made[] = [];
  for (const engine of names) made.push(await squashFor(config, graph, range, { ...options, engine, isSplit }));
  const dropped = [...new Set(made.flatMap((each) => each.dropped))];
  const migrations = made.map(({ migration }) => migration);
  const old = [...range.held, range.last].flatMap(({ halves }) =>
    halves.flatMap(({ up, down }) => [up, down].flatMap((file) => file?.path ?? [])),
  );
  const planned = migrations.flatMap((each) => filesOf(config, each));
  const removed = [...leftOver, ...old].filter((path) => !planned.includes(path));
  const result = { revision: range.last.id, squashed: migrations[0]?.up.header.squashes ?? [], dropped, removed };
  if (options.dryRun === true) return { ...result, files: planned };
  await remove(config, leftOver);
  const files = await writeMigrations(config.migrations, migrations, { replacing: true });
  await remove(config, old);
  return { ...result, files: files.map((file) => relative(config.directory, file)) };
};

interface Range {
  readonly last: Revision;
  /** What comes before it, parents first. */
  readonly held: readonly Revision[];
}

const rangeOf = (graph: Graph, text: string): Range => {
  const { ids } = resolveTarget(graph, text, { applied: new Set() }, 'any');
  const last = graph.byId.get(ids[0] ?? '');
  if (last === undefined || ids.length > 1) {
    throw new LimbeckError('usage', `'${text}' is ${ids.length === 0 ? 'no revision' : 'several revisions'}; a squash ends at one`, {
      hint: 'limbeck history lists them; limbeck merge joins several heads',
    });
  }
  return { last, held: inOrder(graph, ancestors(graph, [last.id])).filter(({ id }) => id !== last.id) };
};

/** Nothing else may build on what the squash holds. */
const refuseCuts = (graph: Graph, { last, held }: Range): void => {
  const inside = new Set(held.map(({ id }) => id));
  const cuts = graph.nodes.filter(
    ({ id, parents, dependsOn }) => id !== last.id && !inside.has(id) && [...parents, ...dependsOn].some((each) => inside.has(each)),
  );
  if (cuts.length === 0) return;
  const names = cuts.map(({ id, slug }) => `${id} (${slug})`).join(', ');
  throw new LimbeckError(
    'squash-refused',
    `${names} ${cuts.length === 1 ? 'builds' : 'build'} on revisions before ${last.id}, which would be gone`,
    {
      hint: 'squash up to a revision that joins the branches, or up to one before they part',
      data: { revisions: cuts.map(({ id }) => id) },
    },
  );
};

interface Made {
  readonly migration: NewMigration;
  readonly dropped: readonly DataStatement[];
}

interface SquashTask extends SquashOptions {
  readonly engine: EngineName;
  readonly isSplit: boolean;
}

const squashFor = async (config: Config, graph: Graph, { last, held }: Range, task: SquashTask): Promise<Made> => {
  const { engine } = task;
  const all = [...held, last];
  const before = await openScratchFor(config, engine, task.signal);
  try {
    await replay(before, all);
    const scope = await scopeIn(config, before, all, engine);
    const schema = await before.inspect(scope);
    const [lost] = schema.unmanaged;
    if (lost !== undefined) {
      throw new LimbeckError('unmanaged', `${lost.key} is made by these revisions, and limbeck cannot bring it along: ${lost.reason}`, {
        hint: 'squash up to a revision before it, or name it under exclude and keep its SQL in a revision of its own',
      });
    }
    const made = await before.fingerprint(scope);
    refuseOutOfScope(last, await outOfScope(before, scope, made));
    const dropped = all.flatMap((revision) => dataStatements(upFile(revision, engine), before.dialect.lexis));
    refuseData(task, last, dropped, await tablesWithRows(before, schema));
    const identity = identityOf(last, all, task);
    const { migration } = await makeBaseline(config, {
      state: before,
      scope,
      unmanaged: [],
      identity,
      engine: task.isSplit ? engine : undefined,
    });
    if (migration === undefined) {
      throw new LimbeckError('squash-refused', `up to ${last.id} there is no schema to be made`, { hint: 'squash up to a later revision' });
    }
    const squashed = withSquashes(migration, [...new Set([...held.flatMap(({ id, squashes }) => [...squashes, id]), ...last.squashes])]);
    await requireSame(config, { before: made, scope, migration: squashed, graph, all, task });
    return { migration: squashed, dropped };
  } finally {
    await before.close();
  }
};

const scopeIn = async (config: Config, session: Session, all: readonly Revision[], engine: EngineName): Promise<Scope> => {
  const scope = scopeOf(config);
  const names = (await session.schemas?.()) ?? [];
  const schemas = scope.schemas ?? (names.length === 0 ? undefined : ['', ...names]);
  const hasGrants = all.some((revision) => /^\s*(?:GRANT|REVOKE|ALTER\s+DEFAULT\s+PRIVILEGES)\b/im.test(upFile(revision, engine).body));
  return { ...scope, ...(schemas === undefined ? {} : { schemas }), privileges: scope.privileges ?? hasGrants };
};

const refuseData = (task: SquashTask, last: Revision, dropped: readonly DataStatement[], tables: readonly string[]): void => {
  if (task.dropDataStatements === true || dropped.length + tables.length === 0) return;
  const lines = [...dropped, ...tables.map((table) => `${table} has rows after them, which a new database would not get`)];
  throw new LimbeckError(
    'squash-refused',
    `revisions up to ${last.id} write data, and a squash makes the schema alone:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    {
      hint: 'if new databases can do without: --drop-data-statements (those that are there keep their rows); else put the data into a revision of its own behind it',
      data: { statements: dropped, tables },
    },
  );
};

const refuseOutOfScope = (last: Revision, objects: readonly string[]): void => {
  if (objects.length === 0) return;
  throw new LimbeckError(
    'squash-refused',
    `revisions up to ${last.id} make what the configuration leaves out (exclude, schemas), and the squash would not make it: ${objects.join(', ')}`,
    {
      hint: `move its SQL into a revision of its own behind ${last.id}, or let the configuration leave nothing out for this once`,
      data: { objects },
    },
  );
};

const identityOf = (last: Revision, all: readonly Revision[], { message }: SquashTask): Identity => {
  const words = message ?? `up to ${last.message}`;
  const slug = slugOf(words);
  return {
    id: last.id,
    slug: slug === last.slug ? `${slug}_squashed` : slug,
    message: words,
    parents: [],
    dependsOn: [],
    labels: [...new Set(all.flatMap(({ labels }) => labels))],
  };
};

interface Comparison {
  readonly before: Fingerprint;
  readonly scope: Scope;
  readonly migration: NewMigration;
  readonly graph: Graph;
  readonly all: readonly Revision[];
  readonly task: SquashTask;
}

/** The new pair alone makes what the old ones made, and what comes behind still runs. Errors: `squash-refused`. */
const requireSame = async (config: Config, { before, scope, migration, graph, all, task }: Comparison): Promise<void> => {
  const { engine } = task;
  const shown = relative(config.directory, config.migrations);
  const planned = (await readRevisionsWith(config.migrations, shown, [migration])).find(({ id }) => id === migration.id);
  const scratch = await openScratchFor(config, engine, task.signal);
  try {
    if (planned !== undefined) await replay(scratch, [planned]);
    const differences = compareFingerprints(before, await scratch.fingerprint(scope));
    if (differences.length > 0) {
      throw new LimbeckError(
        'squash-refused',
        `the squash does not make the same schema:\n${describeDifferences(differences, 'before', 'after')}`,
        {
          hint: 'please report it; nothing was written',
          data: { objects: differences.map(({ key }) => key) },
        },
      );
    }
    await replayBehind(
      scratch,
      graph.nodes.filter((revision) => !all.includes(revision)),
    );
  } finally {
    await scratch.close();
  }
};

const replayBehind = async (scratch: Session, revisions: readonly Revision[]): Promise<void> => {
  try {
    await replay(scratch, revisions);
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'scratch-failed') throw error;
    throw new LimbeckError('squash-refused', `what follows the squash does not run on it: ${error.message}`, {
      hint: 'it needs rows that the squash leaves out: squash up to an earlier revision, or past it',
      cause: error,
    });
  }
};

const filesOf = (config: Config, { id, slug, engine }: NewMigration): readonly string[] =>
  (['up', 'down'] as const).map((direction) =>
    pathOf(config, { id, slug, message: '', parents: [], dependsOn: [], labels: [] }, engine, direction),
  );

const remove = async (config: Config, paths: readonly string[]): Promise<void> => {
  for (const path of paths) await rm(resolve(config.directory, path), { force: true });
};
