import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Config } from '../config/config.ts';
import { openSession } from '../engine/open.ts';
import type { Finding, ServerInfo, Session } from '../engine/engine.ts';
import { isLimbeckError, type LimbeckError } from '../errors.ts';
import { realHeads } from '../revision/graph.ts';
import type { Revision } from '../revision/revision.ts';
import { historyOf } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { version } from '../version.ts';
import { folderSource, openOptionsOf, readFiles, scopeAfter } from './context.ts';
import { examineHistory, examineSchema } from './doctor-history.ts';
import { attempt, inTime, ok, patienceOf } from './doctor-look.ts';
import type { DoctorOptions } from './doctor-look.ts';
import { examinePlaces } from './doctor-places.ts';
import { missingHalves, projectEngines } from './engines.ts';
import { maskUrl } from '../engine/mask.ts';
import { requireUrl } from '../config/url.ts';

export type { DoctorOptions } from './doctor-look.ts';

export interface DoctorResult {
  /** False: at least one problem was found. Warnings are none. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Tells what is set up, by whom each setting was told, what can be reached, and what is wrong, each with what to do next.
 * Writes nothing, neither files nor in a database nor scratch databases, and never rejects: what fails is a finding.
 * Given an error instead of a configuration, that one could not be read.
 */
export const doctor = async (config: Config | LimbeckError, options: DoctorOptions): Promise<DoctorResult> => {
  const told = [ok('limbeck', `${version} on Node ${options.node}`)];
  const findings = isLimbeckError(config) ? complaints(config) : await examineProject(config, options);
  const all = [...told, ...findings];
  return { ok: all.every(({ level }) => level !== 'problem'), findings: all };
};

const complaints = (error: LimbeckError): readonly Finding[] => {
  const list: unknown = error.data?.['complaints'];
  const lines = Array.isArray(list)
    ? list.map((each: { source: string; problem: string }) => `${each.source}: ${each.problem}`)
    : [error.message];
  return lines.map((text) => ({
    topic: 'settings',
    level: 'problem',
    text,
    next: `${error.hint ?? 'correct it'}; then limbeck doctor again`,
  }));
};

const examineProject = async (config: Config, options: DoctorOptions): Promise<readonly Finding[]> => {
  const revisions: { files: readonly Revision[] | undefined } = { files: undefined };
  return [
    ...settings(config),
    ...(await attempt('models', () => models(config))),
    ...(await attempt('migrations', async () => {
      const files = await readFiles(config, { folderMayLack: folderSource(config) === undefined });
      const found = migrations(config, historyOf(files, []));
      revisions.files = files;
      return [...found, ...(await halves(config, files))];
    })),
    ...(await database(config, revisions.files, options)),
  ];
};

const settings = ({ directory, told }: Config): readonly Finding[] => [
  ok('project', directory),
  ...told.map(({ setting, value, source, over }) =>
    ok(setting, `${isUrl(setting) ? maskUrl(value) : value} (from ${source}${over.length === 0 ? '' : `, not ${over.join(', ')}`})`),
  ),
];

const isUrl = (setting: string): boolean => /(?:^|-)url$/.test(setting);

const models = async (config: Config): Promise<readonly Finding[]> => {
  const path = relative(config.directory, config.models);
  if (!existsSync(config.models)) {
    return [
      {
        topic: 'models',
        level: 'warning',
        text: `there is no ${path}`,
        next: 'limbeck init, or limbeck pull --output for a database that is there',
      },
    ];
  }
  const { names } = await projectEngines(config);
  return [ok('models', `${path}, for ${[...names].sort().join(' and ')}`)];
};

const migrations = (config: Config, history: History): readonly Finding[] => {
  const folder = relative(config.directory, config.migrations);
  const count = history.graph.nodes.length;
  if (count === 0) {
    const text = existsSync(config.migrations) ? `${folder} is empty` : `there is no folder ${folder}`;
    return [{ topic: 'migrations', level: 'warning', text, next: 'limbeck revision --autogenerate -m "first"' }];
  }
  const heads = realHeads(history.graph).map(({ id }) => id);
  const text = `${count} revision${count === 1 ? '' : 's'} in ${folder}, head ${heads.join(', ')}`;
  if (heads.length === 1) return [ok('migrations', text)];
  return [{ topic: 'migrations', level: 'warning', text: `${text}: several heads`, next: 'limbeck merge heads' }];
};

const halves = async (config: Config, files: readonly Revision[]): Promise<readonly Finding[]> => {
  if (!existsSync(config.models)) return [];
  return missingHalves(files, await projectEngines(config)).map(({ revision, engine }) => ({
    topic: 'migrations',
    level: 'problem',
    text: `revision ${revision} has no files for ${engine}`,
    next: `limbeck revision --complete ${revision}`,
  }));
};

/** The database, and what is beside it; of files that cannot be read nothing is compared with the journal. */
const database = async (config: Config, files: readonly Revision[] | undefined, options: DoctorOptions): Promise<readonly Finding[]> => {
  const facts: { server: ServerInfo | undefined } = { server: undefined };
  const found = await attempt('database', () => live(config, files, options, (server) => (facts.server = server)));
  return [...found, ...(await examinePlaces(config, facts.server, options))];
};

const live = async (
  config: Config,
  files: readonly Revision[] | undefined,
  options: DoctorOptions,
  onServer: (server: ServerInfo) => void,
): Promise<readonly Finding[]> => {
  const url = requireUrl(config);
  const patience = patienceOf(options);
  const { signal, ms } = patience;
  const open = (): Promise<Session> =>
    openSession(url, { ...openOptionsOf(config, signal), mode: 'read', busyTimeoutMs: Math.min(ms, 1000) });
  const session = await orMissing(config, () => inTime(open, patience));
  if (!('server' in session)) return [session];
  onServer(session.server);
  try {
    return [
      ok('database', `${session.location}: ${session.server.product} ${session.server.version}, by ${session.server.driver}`),
      ...(await attempt('database', () => inTime(async () => (await session.examine?.()) ?? [], patience))),
      ...(files === undefined
        ? [notCompared]
        : await attempt('journal', () => inTime(() => journal(config, session, files), { ...patience, ms: ms * 4 }))),
    ];
  } finally {
    await session.close().catch(() => undefined);
  }
};

const notCompared: Finding = {
  topic: 'journal',
  level: 'warning',
  text: 'it was not looked at, because the migrations cannot be read',
  next: undefined,
};

/** A SQLite file that an upgrade would create is no problem. */
const orMissing = async (config: Config, open: () => Promise<Session>): Promise<Session | Finding> => {
  try {
    return await open();
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'database-missing' || error.data?.['sqlstate'] !== undefined) throw error;
    return config.urlIsDefault
      ? { topic: 'database', level: 'warning', text: `${error.message} yet`, next: 'limbeck upgrade head makes it' }
      : { topic: 'database', level: 'problem', text: error.message, next: error.hint };
  }
};

const journal = async (config: Config, session: Session, files: readonly Revision[]): Promise<readonly Finding[]> => {
  const history = historyOf(files, await session.journal(config.journalTable).read());
  const scope = scopeAfter(config, history.revisions.get(history.entries.at(-1)?.revision ?? ''), session.dialect.name);
  return [
    ...examineHistory(history, session.dialect.name),
    ...(await attempt('schema', () => examineSchema(config, history, session, scope))),
  ];
};
