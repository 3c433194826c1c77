import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `count` small migrations for limbeck and for dbmate, the same SQL in both, and proves limbeck's. */
export const writeMigrations = (folder: string, count: number, limbeck: string): void => {
  for (const name of ['schema', 'migrations', 'dbmate']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bench', limbeck: { url: 'sqlite:///./limbeck.db' } }));
  const statements = Array.from({ length: count }, (_, index) => smallMigration(index));
  for (const [index, { up, down }] of statements.entries()) {
    const id = idOf(index);
    const head = `-- step ${index}\n-- revision: ${id}\n-- parent: ${index === 0 ? '-' : idOf(index - 1)}\n\n`;
    writeFileSync(join(folder, 'migrations', `${id}_step_${index}.up.sql`), `${head}${up}\n`);
    writeFileSync(join(folder, 'migrations', `${id}_step_${index}.down.sql`), `${head}${down}\n`);
    writeFileSync(join(folder, 'dbmate', `${id}_step_${index}.sql`), `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n`);
  }
  writeFileSync(join(folder, 'schema', 'models.sql'), '-- not used here\n');
  run(folder, limbeck, ['prove']);
};

/** A project whose database has `tables` tables, of which models.sql declares a new column in `changed`. */
export const writeTables = (folder: string, tables: number, changed: number, limbeck: string): void => {
  mkdirSync(join(folder, 'schema'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bench', limbeck: { url: 'sqlite:///./limbeck.db' } }));
  const models = (isChanged: (index: number) => boolean): string =>
    Array.from({ length: tables }, (_, index) => tableOf(index, isChanged(index))).join('\n');
  writeFileSync(
    join(folder, 'schema', 'models.sql'),
    models(() => false),
  );
  run(folder, limbeck, ['revision', '--autogenerate', '-m', 'everything']);
  run(folder, limbeck, ['upgrade', 'head']);
  writeFileSync(
    join(folder, 'schema', 'models.sql'),
    models((index) => index % Math.floor(tables / changed) === 0),
  );
};

const idOf = (index: number): string => `2026${String(index).padStart(10, '0')}`;

/** Every third makes a table, then an index for it, then a column. */
const smallMigration = (index: number): { readonly up: string; readonly down: string } => {
  const table = `item_${Math.floor(index / 3)}`;
  switch (index % 3) {
    case 0:
      return { up: `CREATE TABLE ${table} (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL\n);`, down: `DROP TABLE ${table};` };
    case 1:
      return { up: `CREATE INDEX ${table}_name_idx ON ${table} (name);`, down: `DROP INDEX ${table}_name_idx;` };
    default:
      return { up: `ALTER TABLE ${table} ADD COLUMN note TEXT;`, down: `ALTER TABLE ${table} DROP COLUMN note;` };
  }
};

const tableOf = (index: number, isChanged: boolean): string =>
  [
    `CREATE TABLE t${index} (`,
    '  id INTEGER PRIMARY KEY,',
    index === 0 ? '  parent_id INTEGER,' : `  parent_id INTEGER REFERENCES t${index - 1} (id) ON DELETE CASCADE,`,
    "  name TEXT NOT NULL DEFAULT '',",
    '  amount INTEGER NOT NULL DEFAULT 0,',
    ...(isChanged ? ['  remark TEXT,'] : []),
    `  CONSTRAINT t${index}_amount CHECK (amount >= 0)`,
    ');',
    `CREATE INDEX t${index}_name_idx ON t${index} (name);`,
    '',
  ].join('\n');

const run = (cwd: string, limbeck: string, args: readonly string[]): void => {
  const { status, stderr } = spawnSync(process.execPath, [limbeck, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`limbeck ${args.join(' ')} ended with ${status}:\n${stderr}`);
};
