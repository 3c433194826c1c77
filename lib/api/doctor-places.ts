import type { Config } from '../config/config.ts';
import type { Finding, ServerInfo, Session } from '../engine/engine.ts';
import { openSession } from '../engine/open.ts';
import { isLimbeckError } from '../errors.ts';
import { openOptionsOf } from './context.ts';
import { attempt, inTime, ok, patienceOf } from './doctor-look.ts';
import type { DoctorOptions } from './doctor-look.ts';

/**
 * Whether the servers beside the database can be used: of `--direct-url`, and of `--scratch-url`, which must be of the
 * database's major version. Both are asked, and nothing is made there. `live`: what answered for the database itself.
 */
export const examinePlaces = async (config: Config, live: ServerInfo | undefined, options: DoctorOptions): Promise<readonly Finding[]> => {
  const { url, directUrl, scratchUrl } = config;
  if (url === undefined || !/^postgres/i.test(url)) return [];
  const [direct, scratch] = await Promise.all([
    directUrl === undefined
      ? []
      : attempt('direct-url', () => ask(config, directUrl, options, async (session) => [ok('direct-url', describe(session))])),
    scratchUrl === undefined ? [] : attempt('scratch-url', () => orNameOne(() => examineScratch(config, scratchUrl, live, options))),
  ]);
  return [...direct, ...scratch];
};

const examineScratch = async (
  config: Config,
  url: string,
  live: ServerInfo | undefined,
  options: DoctorOptions,
): Promise<readonly Finding[]> =>
  ask(config, url, options, async (session) => {
    if (live !== undefined && session.server.major !== live.major) {
      const text = `it is on PostgreSQL ${session.server.major}, the database on ${live.major}: a proof there would prove nothing`;
      return [{ topic: 'scratch-url', level: 'problem', text, next: `give --scratch-url a server of PostgreSQL ${live.major}` }];
    }
    const rights = ((await session.examine?.()) ?? []).filter(({ topic }) => topic === 'scratch');
    return [ok('scratch-url', describe(session)), ...rights];
  });

/** The database's own hint would have the main one created. */
const orNameOne = async (look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
  try {
    return await look();
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'database-missing') throw error;
    const next = 'let --scratch-url name a database that is there, such as postgres: scratch databases are made beside it';
    return [{ topic: 'scratch-url', level: 'problem', text: error.message, next }];
  }
};

const ask = async (
  config: Config,
  url: string,
  options: DoctorOptions,
  look: (session: Session) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> => {
  const patience = patienceOf(options);
  const { directory, env } = openOptionsOf(config, undefined);
  const open = (): Promise<Session> =>
    openSession(url, { directory, ...(env === undefined ? {} : { env }), signal: patience.signal, mode: 'read' });
  const session = await inTime(open, patience);
  try {
    return await inTime(() => look(session), patience);
  } finally {
    await session.close().catch(() => undefined);
  }
};

const describe = ({ location, server }: Session): string => `${location}: ${server.product} ${server.version} answers`;
