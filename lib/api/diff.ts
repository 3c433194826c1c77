import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { renderBody } from '../diff/body.ts';
import { compare, describeChange, topChanges } from '../diff/compare.ts';
import { generate } from '../diff/generate.ts';
import { reportUnmanaged } from '../diff/unmanaged.ts';
import { loadModels, type Models } from '../diff/load.ts';
import { engineOf, maskUrl, openSession } from '../engine/open.ts';
import type { EngineName, Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { ancestors } from '../revision/graph.ts';
import { soundSchema } from '../model/schema.ts';
import { forEngine } from '../sql/marker.ts';
import { openOptionsOf, scopeOf } from './context.ts';
import { idsOf, readKnown } from './known.ts';
import { readModels } from './models.ts';
import { replay } from './replay.ts';
import { openScratch } from './scratch.ts';
import type { DiffResult } from './types.ts';

export interface DiffOptions {
  /** A URL, a SQL file or a revision; default: the database. */
  readonly from?: string;
  /** Likewise; default: the models file. */
  readonly to?: string;
  readonly signal?: AbortSignal;
}

/** The SQL that makes `from` the same as `to`; writes nothing. Errors: as `createRevision`, without the proof's; `usage` for two engines. */
export const diff = async (config: Config, options: DiffOptions = {}): Promise<DiffResult> => {
  const source = options.from ?? requireUrl(config);
  requireOneEngine(config, source, options.to);
  if (isUrl(source) && isUrl(options.to ?? '')) return diffDatabases(config, [source, options.to ?? ''], options);
  const from = await openSource(config, source, options);
  try {
    const models = options.to === undefined ? await readModels(config, from.dialect.name) : await modelsFile(config, options.to, from);
    return models === undefined ? await diffSource(config, from, options) : await diffModels(config, from, models);
  } finally {
    await from.close();
  }
};

const diffModels = async (config: Config, from: Session, models: Models): Promise<DiffResult> => {
  const generated = await generate({
    live: from,
    models,
    scope: scopeOf(config),
    render: { target: config.sqliteTarget, major: Number(from.server.major) },
    decideRename: async () => false,
    requireProof: false,
  });
  if (generated === undefined) return { sql: '', differences: [], notes: [] };
  const { sides, renames, changes, up } = generated;
  return {
    sql: up.text,
    differences: [...renames.map((rename) => `rename ${rename.from} to ${rename.to}`), ...topChanges(changes).map(describeChange)],
    notes: [...sides.loaded.notes, ...reportUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged).notes],
  };
};

const diffSource = async (config: Config, from: Session, options: DiffOptions): Promise<DiffResult> => {
  const to = await openSource(config, options.to ?? '', options);
  try {
    return await diffSessions(config, from, to, options);
  } finally {
    await to.close();
  }
};

/** Both are opened and read at the same time; what does not open keeps the other from being left open. */
const diffDatabases = async (config: Config, urls: readonly [string, string], options: DiffOptions): Promise<DiffResult> => {
  const opened = await Promise.allSettled(urls.map((url) => openSource(config, url, options)));
  const sessions = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    const [from, to] = sessions;
    if (from === undefined || to === undefined || sessions.length < 2) throw opened.find((each) => each.status === 'rejected')?.reason;
    return await diffSessions(config, from, to, options);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
};

const diffSessions = async (config: Config, from: Session, to: Session, options: DiffOptions): Promise<DiffResult> => {
  const scope = await scopeOfBoth(config, from, to, options);
  const [before, reached] = await Promise.all([from.inspect(scope, { isLate: true }), to.inspect(scope, { isLate: true })]);
  const after = soundSchema(reached);
  const changes = compare(before, after);
  const plan = from.dialect.plan(changes, before, after, { target: config.sqliteTarget, major: Number(from.server.major) });
  const { blocking, notes } = reportUnmanaged(before.unmanaged, after.unmanaged);
  const sql = changes.length === 0 ? '' : renderBody(plan).text;
  return { sql, differences: topChanges(changes).map(describeChange), notes: [...blocking, ...notes] };
};

/** Without schemas in the configuration: all of what is in scratch, or of two databases; not what else a live one has. */
const scopeOfBoth = async (config: Config, from: Session, to: Session, options: DiffOptions): Promise<Scope> => {
  const scope = scopeOf(config);
  if (scope.schemas !== undefined) return scope;
  const sides = [
    { session: from, isLive: options.from === undefined || isUrl(options.from) },
    { session: to, isLive: isUrl(options.to ?? '') },
  ];
  const made = sides.filter(({ isLive }) => !isLive);
  const told = await Promise.all((made.length === 0 ? sides : made).map(async ({ session }) => (await session.schemas?.()) ?? []));
  const names = told.flat();
  return names.length === 0 ? scope : { ...scope, schemas: ['', ...new Set(names)] };
};

/** A `.sql` file as `to` is read for the engine of `from`; all else has its own. */
const requireOneEngine = (config: Config, from: string, to: string | undefined): void => {
  if (to === undefined || (!isUrl(to) && isFile(to))) return;
  const [before, after] = [engineOfSide(config, from), engineOfSide(config, to)];
  if (before === after) return;
  const sides = [`--from (${maskUrl(from)}) is ${engineNames[before]}`, `--to (${maskUrl(to)}) is ${engineNames[after]}`];
  throw new LimbeckError('usage', `diff compares two of one engine: ${sides.join(', ')}`, {
    hint:
      isUrl(from) && isUrl(to)
        ? 'compare each with the models, which may speak to both: limbeck diff --from URL'
        : 'revisions and files are read for the engine of the URL: give --url one of the same engine',
    data: { from: before, to: after },
  });
};

const engineNames: Readonly<Record<EngineName, string>> = { postgres: 'PostgreSQL', sqlite: 'SQLite' };

/** What is no database is loaded into scratch, of the configured engine. */
const engineOfSide = (config: Config, text: string): EngineName => engineOf(isUrl(text) ? text : requireUrl(config));

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+]*:\/\//i.test(text);

const isFile = (text: string): boolean => text.endsWith('.sql');

const modelsFile = async (config: Config, text: string, from: Session): Promise<Models | undefined> =>
  !isUrl(text) && isFile(text)
    ? { text: forEngine(await readFile(resolve(config.directory, text), 'utf8'), from.dialect.name), file: text }
    : undefined;

const openSource = async (config: Config, text: string, options: DiffOptions): Promise<Session> => {
  if (isUrl(text)) {
    const { directUrl, ...rest } = openOptionsOf(config, options.signal);
    const isOwn = text === config.url && directUrl !== undefined;
    return openSession(text, { ...rest, ...(isOwn ? { directUrl } : {}), mode: 'read' });
  }
  const scratch = await openScratch(config, options.signal);
  try {
    if (isFile(text)) {
      const sql = await readFile(resolve(config.directory, text), 'utf8');
      await loadModels(scratch, { text: forEngine(sql, engineOf(requireUrl(config))), file: text });
    } else {
      const known = await readKnown(config, [text], { signal: options.signal });
      const { graph } = known.history;
      const wanted = ancestors(graph, idsOf(known, [text]));
      await replay(
        scratch,
        graph.nodes.filter(({ id }) => wanted.has(id)),
      );
    }
    return scratch;
  } catch (error) {
    await scratch.close();
    throw error;
  }
};
