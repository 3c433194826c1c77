import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName, Row, Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { postgresLexis, sqliteLexis } from '../../lib/sql/lexis.ts';
import { split } from '../../lib/sql/split.ts';
import { anyServer } from '../support/postgres/server.ts';
import { inProject, type Files, type Project } from './support.ts';

export const engines: readonly EngineName[] = ['sqlite', 'postgres'];

/** A project with a database of its own, which is there and empty. */
export interface Place extends Project {
  readonly engine: EngineName;
  readonly url: string;
  /** Runs statements in the database; transactions around them are left out. */
  readonly sql: (text: string) => Promise<void>;
  readonly rows: (query: string) => Promise<readonly Row[]>;
  readonly files: (folder: string) => Promise<readonly string[]>;
}

export interface Places {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly on: (engine: EngineName, files: Files, work: (place: Place) => Promise<void>) => Promise<void>;
}

/** Databases on both engines, one for each use. */
export const openPlaces = (): Places => {
  let server: Awaited<ReturnType<typeof anyServer>>;
  let count = 0;
  const on: Places['on'] = (engine, files, work) =>
    inProject({}, async (project) => {
      const name = `limbeck_adopt_${process.pid}_${(count += 1)}`;
      const url = engine === 'sqlite' ? 'sqlite:///./app.db' : server.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
      await project.write('limbeck.json', `${JSON.stringify({ url })}\n`);
      for (const [path, text] of Object.entries(files)) await project.write(path, text);
      const open = (): Promise<Session> => openSession(url, { mode: 'write', create: true, directory: project.root });
      const using = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
        const session = await open();
        try {
          return await work(session);
        } finally {
          await session.close();
        }
      };
      const admin = (statement: string): Promise<void> =>
        engine === 'sqlite'
          ? Promise.resolve()
          : openSession(server.url, { mode: 'write', directory: '/' }).then(async (session) => {
              await session.execute(statement);
              await session.close();
            });
      if (engine === 'sqlite') await project.write('app.db', '');
      await admin(`CREATE DATABASE ${name}`);
      try {
        await work({
          ...project,
          engine,
          url,
          sql: (text) =>
            using(async (session) => {
              for (const { text: statement } of split(text, engine === 'sqlite' ? sqliteLexis : postgresLexis)) {
                if (!/^(?:BEGIN|COMMIT)$/i.test(statement)) await session.execute(statement);
              }
            }),
          rows: (query) => using((session) => session.query(query)),
          files: async (folder) => (await readdir(join(project.root, folder)).catch((): string[] => [])).sort(),
        });
      } finally {
        await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }
    });
  return {
    start: async () => {
      server = await anyServer();
    },
    stop: () => server.stop(),
    on,
  };
};

/** A file of test/support/fixtures/alembic: what Alembic 1.8.1 wrote, unchanged. */
export const alembicFile = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../support/fixtures/alembic/${name}`, import.meta.url)), 'utf8');

export const alembicIds = ['1a2b3c4d5e6f', '2b3c4d5e6f70', '3c4d5e6f7081', '4d5e6f708192', '5e6f708192a3'] as const;

/** alembic.ini and the versions folder. */
export const alembicProject = async (): Promise<Files> => {
  const folder = fileURLToPath(new URL('../support/fixtures/alembic/versions/', import.meta.url));
  const names = await readdir(folder);
  const versions = await Promise.all(
    names.map(async (name) => [`alembic/versions/${name}`, await readFile(join(folder, name), 'utf8')] as const),
  );
  return { 'alembic.ini': await alembicFile('alembic.ini'), ...Object.fromEntries(versions) };
};

/** What `alembic upgrade base:head --sql` and `alembic downgrade head:base --sql` printed for an engine. */
export const offlineSql = async (engine: EngineName): Promise<{ readonly up: string; readonly down: string }> => {
  const part = engine === 'sqlite' ? 'sqlite' : 'pg';
  return { up: await alembicFile(`up.${part}.sql`), down: await alembicFile(`down.${part}.sql`) };
};
