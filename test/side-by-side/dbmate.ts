import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSession } from '../../lib/engine/open.ts';
import { binary } from '../cli/support.ts';
import { firstMigrations, type Line, type Preparation } from './dbmate-lines.ts';

/** What a line did in one project. */
export interface Did {
  readonly exit: number | null;
  /** What it printed, for the message of a failing test. */
  readonly output: string;
  /** The tables but those of the tools themselves, and the versions that are applied; undefined: no database. */
  readonly state: { readonly tables: readonly string[]; readonly versions: readonly string[] } | undefined;
}

export interface Pair {
  readonly line: Line;
  readonly dbmate: Did;
  readonly limbeck: Did;
}

/** Runs the lines one after another with both tools, each in a project of its own with the same history. */
export const runLines = async (lines: readonly Line[]): Promise<readonly Pair[]> => {
  const root = await mkdtemp(join(tmpdir(), 'limbeck-beside-'));
  const both = [dbmateIn(join(root, 'dbmate')), limbeckIn(join(root, 'limbeck'))] as const;
  try {
    for (const tool of both) {
      await mkdir(join(tool.folder, 'db', 'migrations'), { recursive: true });
      await mkdir(join(tool.folder, 'empty'));
      for (const each of firstMigrations) await prepare(tool, each);
    }
    const pairs: Pair[] = [];
    for (const line of lines) {
      for (const tool of both) for (const each of line.before ?? []) await prepare(tool, each);
      const [dbmate, limbeck] = both;
      pairs.push({ line, dbmate: await runIn(dbmate, line.dbmate), limbeck: await runIn(limbeck, line.limbeck) });
    }
    return pairs;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

interface Tool {
  readonly folder: string;
  readonly command: readonly string[];
  readonly url: string;
  readonly versionsSql: string;
  /** Files of a migration, by name. */
  readonly files: (id: string, table: string, up: string) => Readonly<Record<string, string>>;
}

const dbmateIn = (folder: string): Tool => ({
  folder,
  command: ['--', fileURLToPath(new URL('../../node_modules/dbmate/dist/cli.js', import.meta.url))],
  url: 'sqlite:app.sqlite3',
  versionsSql: 'SELECT version FROM schema_migrations ORDER BY 1',
  files: (id, table, up) => ({ [`${id}_${table}.sql`]: `-- migrate:up\n${up}\n\n-- migrate:down\nDROP TABLE ${table};\n` }),
});

const limbeckIn = (folder: string): Tool => ({
  folder,
  command: ['--', binary],
  url: 'sqlite:///./app.sqlite3',
  versionsSql: 'SELECT revision AS version FROM limbeck_journal ORDER BY 1',
  files: (id, table, up) => ({ [`${id}_${table}.up.sql`]: `${up}\n`, [`${id}_${table}.down.sql`]: `DROP TABLE ${table};\n` }),
});

const prepare = async (tool: Tool, step: Preparation): Promise<void> => {
  const migrations = join(tool.folder, 'db', 'migrations');
  if ('remove' in step) {
    for (const name of await readdir(migrations)) if (name.includes(step.remove)) await rm(join(migrations, name));
  } else if ('migration' in step) {
    const files = tool.files(step.migration, step.table, step.up ?? `CREATE TABLE ${step.table} (id INTEGER PRIMARY KEY);`);
    for (const [name, text] of Object.entries(files)) await writeFile(join(migrations, name), text);
  } else if ('run' in step) {
    await runIn(tool, step.run);
  } else {
    await mkdir(dirname(join(tool.folder, step.file)), { recursive: true });
    await writeFile(join(tool.folder, step.file), step.text.replace('URL', tool.url));
  }
};

/** Without any other program in PATH, so that no line depends on what is installed on a machine. */
const runIn = async (tool: Tool, line: string): Promise<Did> => {
  const output: string[] = [];
  const exit = await new Promise<number | null>((resolve, reject) => {
    const env = { PATH: '/nowhere', DATABASE_URL: tool.url, OTHER_URL: tool.url, LIMBECK_MIGRATIONS: 'db/migrations' };
    const child = spawn(process.execPath, [...tool.command, ...line.split(' ')], {
      cwd: tool.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { exit, output: output.join(''), state: await stateOf(tool) };
};

const stateOf = async ({ folder, versionsSql }: Tool): Promise<Did['state']> => {
  if (!existsSync(join(folder, 'app.sqlite3'))) return undefined;
  const session = await openSession('sqlite:///./app.sqlite3', { mode: 'read', directory: folder });
  try {
    const all = (await session.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")).map((row) => String(row['name']));
    const tables = all.filter((name) => !own.has(name));
    const isTold = all.some((name) => own.has(name) && versionsSql.includes(name));
    const versions = isTold ? (await session.query(versionsSql)).map((row) => String(row['version'])) : [];
    return { tables, versions };
  } finally {
    await session.close();
  }
};

const own: ReadonlySet<string> = new Set(['schema_migrations', 'limbeck_journal']);
