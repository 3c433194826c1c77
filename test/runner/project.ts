import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../lib/config/config.ts';
import { openSession } from '../../lib/engine/open.ts';
import type { JournalEntry, Row, Scope, Session } from '../../lib/engine/engine.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import type { LimbeckError } from '../../lib/errors.ts';
import type { RunOptions } from '../../lib/api/types.ts';
import type { RunEvent } from '../../lib/runner/event.ts';
import { checksum, emptyHeader, renderHeader } from '../../lib/sql/header.ts';
import type { MigrationHeader } from '../../lib/sql/header.ts';

/** A project in a folder of its own, with a real SQLite file. */
export interface TestProject {
  readonly config: Config;
  readonly directory: string;
  /** Writes a file into migrations/. */
  readonly write: (name: string, text: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  readonly execute: (...statements: readonly string[]) => Promise<void>;
  readonly query: (statement: string) => Promise<readonly Row[]>;
  /** The names of all tables but the journal. */
  readonly tables: () => Promise<readonly string[]>;
  readonly journal: () => Promise<readonly JournalEntry[]>;
  readonly session: <T>(work: (session: Session) => Promise<T>) => Promise<T>;
  readonly scope: Scope;
  /** Events of the runs that were given `options()`. */
  readonly events: RunEvent[];
  readonly options: (target: string, more?: Partial<RunOptions>) => RunOptions;
  readonly close: () => Promise<void>;
}

export const makeProject = async (more: Partial<Config> = {}): Promise<TestProject> => {
  const directory = await mkdtemp(join(tmpdir(), 'limbeck-test-'));
  await mkdir(join(directory, 'migrations'));
  const config: Config = {
    directory,
    url: 'sqlite:///./app.db',
    urlSource: 'package.json limbeck.url',
    urlIsDefault: true,
    models: join(directory, 'schema', 'models.sql'),
    migrations: join(directory, 'migrations'),
    journalTable: 'limbeck_journal',
    exclude: [],
    schemas: [],
    privileges: 'auto',
    scratchUrl: undefined,
    directUrl: undefined,
    role: undefined,
    variables: {},
    engines: [],
    sqliteTarget: '3.35',
    driver: undefined,
    lockTimeoutMs: 20_000,
    dumpSchema: undefined,
    told: [],
    ...more,
  };
  const scope = { exclude: config.exclude, journalTable: config.journalTable };
  const events: RunEvent[] = [];
  const session = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const opened = await openSession(config.url ?? '', { mode: 'write', create: true, directory });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  };
  const query = (statement: string): Promise<readonly Row[]> => session((opened) => opened.query(statement));
  return {
    config,
    directory,
    scope,
    events,
    session,
    query,
    write: (name, text) => writeFile(join(config.migrations, name), text),
    remove: (name) => unlink(join(config.migrations, name)),
    execute: (...statements) =>
      session((opened) =>
        opened.transaction(async () => {
          for (const statement of statements) await opened.execute(statement);
        }),
      ),
    tables: async () =>
      (
        await query(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'limbeck_%' ORDER BY name",
        )
      ).map(({ name }) => String(name)),
    journal: () => session((opened) => opened.journal(config.journalTable).read()),
    options: (target, moreOptions = {}) => ({ target, verify: true, onEvent: (event) => events.push(event), ...moreOptions }),
    close: () => rm(directory, { recursive: true, force: true }),
  };
};

/** The text of a migration file. */
export const migration = (body: string, header: Partial<MigrationHeader> = {}): string =>
  `${renderHeader({ ...emptyHeader, message: 'a change', ...header })}\n${body}`;

/** Writes the pairs 1_one, 2_two, 3_three, each with a table of that name. */
export const writeThree = async (project: TestProject): Promise<void> => {
  for (const [index, name] of ['one', 'two', 'three'].entries()) {
    await project.write(`${index + 1}_${name}.up.sql`, `CREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n`);
    await project.write(`${index + 1}_${name}.down.sql`, `DROP TABLE ${name};\n`);
  }
};

export interface ProvedPair {
  readonly id: string;
  readonly name: string;
  readonly parents: readonly string[];
  readonly up: string;
  readonly down: string;
}

/** Writes a pair whose headers hold a true proof, made from the bodies of it and of those before it. */
export const writeProved = async (project: TestProject, pairs: readonly ProvedPair[]): Promise<void> => {
  await project.session(async (live) => {
    const scratch = await live.scratch();
    const major = scratch.server.major;
    for (const pair of pairs) {
      const before = await scratch.fingerprint(project.scope);
      await scratch.execute(pair.up.trim().replace(/;$/, ''));
      const after = await scratch.fingerprint(project.scope);
      const keys = [...new Set([...before.objects.keys(), ...after.objects.keys()])].filter(
        (key) => before.objects.get(key)?.hash !== after.objects.get(key)?.hash,
      );
      const touches = keys.map((key) => ({ key, before: before.objects.get(key)?.hash, after: after.objects.get(key)?.hash }));
      const common = { revision: pair.id, parents: pair.parents };
      const proof = { engine: 'sqlite' as const, major, models: undefined };
      await project.write(
        `${pair.id}_${pair.name}.up.sql`,
        migration(pair.up, { ...common, touches, proof: { ...proof, body: checksum(pair.up), before: before.whole, after: after.whole } }),
      );
      await project.write(
        `${pair.id}_${pair.name}.down.sql`,
        migration(pair.down, {
          ...common,
          touches: touches.map(({ key, before: from, after: to }) => ({ key, before: to, after: from })),
          proof: { ...proof, body: checksum(pair.down), before: after.whole, after: before.whole },
        }),
      );
    }
    await scratch.close();
  });
};

/** Two proved pairs: a table, and a column added to it. */
export const usersAndRole: readonly ProvedPair[] = [
  { id: '1', name: 'users', parents: [], up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n', down: 'DROP TABLE users;\n' },
  { id: '2', name: 'role', parents: ['1'], up: 'ALTER TABLE users ADD COLUMN role TEXT;\n', down: 'ALTER TABLE users DROP COLUMN role;\n' },
];

/** The error that `work` rejects with; fails the test when it does not, or with something else. */
export const failure = async (work: Promise<unknown>): Promise<LimbeckError> => {
  try {
    await work;
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

/** Codes of the warnings among events. */
export const warnings = (events: readonly RunEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));
