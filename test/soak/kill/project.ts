import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DriverName } from '../../support/drivers.ts';
import { nodeWithSqlite } from '../../support/node24.ts';
import { openShell } from '../../support/shell.ts';

export type Direction = 'up' | 'down';

/** A project of six revisions, a rebuild among them, and what its database holds after each. */
export interface Project {
  readonly folder: string;
  /** By number of revisions applied; `down` as the way back leaves them. */
  readonly states: Readonly<Record<Direction, readonly string[]>>;
  /** A database at the head, filled. */
  readonly headFile: string;
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const binary = join(repository, 'bin', 'limbeck.js');
const revisions = ['01', '02', '03', '04', '05', '06'];

export interface Run {
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs the real binary, under the Node that its driver needs. */
export const runLimbeck = (
  folder: string,
  driver: DriverName,
  args: readonly string[],
  options: { readonly imports?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Run => {
  const { NODE_V8_COVERAGE: _, ...inherited } = process.env;
  const node = driver === 'node:sqlite' ? nodeWithSqlite() : process.execPath;
  const imports = (options.imports ?? []).flatMap((each) => ['--import', each]);
  const { status, signal, stdout, stderr } = spawnSync(node, [...imports, binary, ...args, '--driver', driver], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...inherited, NO_COLOR: '1', LIMBECK_URL: 'sqlite:///a.db', ...options.env },
  });
  return { status, signal, output: `${stdout}${stderr}` };
};

/** Writes the project with the binary itself, and notes every state of the way up and of the way back. */
export const makeProject = async (folder: string): Promise<Project> => {
  mkdirSync(join(folder, 'schema'), { recursive: true });
  mkdirSync(join(folder, 'migrations'));
  writeFileSync(join(folder, 'limbeck.json'), '{ "url": "sqlite:///a.db" }\n');
  writeFileSync(join(folder, 'a.db'), '');
  const up = [await stateOf(join(folder, 'a.db'))];
  for (const id of revisions) {
    writeRevision(folder, id);
    must(folder, ['upgrade', '+1']);
    up.push(await stateOf(join(folder, 'a.db')));
  }
  copyFileSync(join(folder, 'a.db'), join(folder, 'head'));
  const down = [await stateOf(join(folder, 'a.db'))];
  for (const _ of revisions) {
    must(folder, ['downgrade', '-1']);
    down.unshift(await stateOf(join(folder, 'a.db')));
  }
  rmSync(join(folder, 'a.db'));
  if (new Set(up).size !== up.length) throw new Error('two states of the way up are the same');
  return { folder, states: { up, down }, headFile: join(folder, 'head') };
};

/** Everything that a database holds, as text, but for the times in its journal. Rejects when it is not whole. */
export const stateOf = async (path: string): Promise<string> => {
  const shell = openShell(path);
  try {
    const check = await shell.run('PRAGMA integrity_check;');
    if (JSON.stringify(check) !== '[["ok"]]') throw new Error(`integrity_check: ${JSON.stringify(check)}`);
    const broken = await shell.run('PRAGMA foreign_key_check;');
    if (broken.length > 0) throw new Error(`foreign_key_check: ${JSON.stringify(broken)}`);
    const schema = await shell.run(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> 'limbeck_journal' ORDER BY type, name;",
    );
    const hasJournal = (await shell.run("SELECT 1 FROM sqlite_schema WHERE name = 'limbeck_journal';")).length > 0;
    const applied = hasJournal
      ? await shell.run('SELECT revision, state, statements_done, checksum FROM limbeck_journal ORDER BY seq;')
      : [];
    const tables: unknown[] = [];
    for (const [, name] of schema.filter(([type]) => type === 'table'))
      tables.push([name, await shell.run(`SELECT * FROM "${String(name)}" ORDER BY 1, 2;`)]);
    return JSON.stringify({ applied, schema, tables });
  } finally {
    await shell.close();
  }
};

/** The files beside the database that should not be there when all is done. */
export const leftovers = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.startsWith('a.db') && name !== 'a.db');

const must = (folder: string, args: readonly string[]): void => {
  const { status, output } = runLimbeck(folder, 'sql.js', args);
  if (status !== 0) throw new Error(`limbeck ${args.join(' ')} ended with ${status}:\n${output}`);
};

const writeRevision = (folder: string, id: string): void => {
  const declared = models[id];
  if (declared === undefined) {
    must(folder, ['revision', '-m', 'fill', '--rev-id', id]);
    append(folder, `${id}_fill.up.sql`, fill);
    append(folder, `${id}_fill.down.sql`, 'DELETE FROM orders;\n\nDELETE FROM users;\n');
    return;
  }
  writeFileSync(join(folder, 'schema', 'models.sql'), declared);
  must(folder, ['revision', '--autogenerate', '-m', `step ${id}`, '--rev-id', id]);
};

const append = (folder: string, name: string, text: string): void => {
  const path = join(folder, 'migrations', name);
  writeFileSync(path, `${readFileSync(path, 'utf8').trimEnd()}\n\n${text}`);
};

const fill = `INSERT INTO users (id, name)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i, 'user ' || i FROM n;

INSERT INTO orders (id, user_id, total)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800) SELECT i, 1 + i % 200, i * 7 FROM n;
`;

const users = (more: string): string => `CREATE TABLE users (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL${more}\n);\n`;
const orders = (total: string): string =>
  `CREATE TABLE orders (\n  id INTEGER PRIMARY KEY,\n  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,\n  total ${total}\n);\nCREATE INDEX orders_user ON orders (user_id);\n`;
const extras = `CREATE VIEW big AS SELECT u.name, o.total FROM orders AS o JOIN users AS u ON u.id = o.user_id WHERE o.total > 700;
CREATE TRIGGER no_negative BEFORE INSERT ON orders WHEN new.total < 0 BEGIN SELECT raise(ABORT, 'negative'); END;
`;
const role = `,\n  role TEXT NOT NULL DEFAULT 'staff'`;

/** The declared schema of each generated revision; the second one is written by hand, and the fourth rebuilds both tables. */
const models: Readonly<Record<string, string>> = {
  '01': `${users('')}${orders('INTEGER')}`,
  '03': `${users(role)}${orders('INTEGER')}CREATE INDEX users_role ON users (role);\n`,
  '04': `${users(` UNIQUE${role}`)}${orders('INTEGER NOT NULL CHECK (total >= 0)')}CREATE INDEX users_role ON users (role);\n`,
  '05': `${users(` UNIQUE${role}`)}${orders('INTEGER NOT NULL CHECK (total >= 0)')}CREATE INDEX users_role ON users (role);\n${extras}`,
  '06': `${users(' UNIQUE')}${orders('INTEGER NOT NULL CHECK (total >= 0)')}${extras}`,
};
