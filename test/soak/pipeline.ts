import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { Database } from 'sql.js';
import { check } from '../../lib/api/check.ts';
import { downgrade } from '../../lib/api/downgrade.ts';
import { createRevision } from '../../lib/api/revision.ts';
import { upgrade } from '../../lib/api/upgrade.ts';
import type { Config } from '../../lib/config/config.ts';
import { fingerprint } from '../../lib/engine/sqlite/fingerprint.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { compareFingerprints, type Fingerprint } from '../../lib/model/fingerprint.ts';
import { queryOf } from '../engine/sqlite/sqljs.ts';
import { excludePattern, lostOf, type Excluded } from './generate/excluded.ts';
import { compareRows, expectRows } from './generate/expect.ts';
import { emptyDatabase, readDatabase, readRows, readSequences, type TableRows } from './generate/rows.ts';
import { emptySpec, type Spec } from './generate/spec.ts';

/** One move of one project: from a spec with rows to another. */
export interface Case {
  /** Where the project began, if it has a revision before `before`: then the live texts are what ALTER TABLE made of them. */
  readonly modelsPast: string | undefined;
  readonly before: Spec;
  readonly after: Spec;
  /** As written to models.sql. */
  readonly modelsBefore: string;
  readonly modelsAfter: string;
  /** What stands beside the schema, out of limbeck's sight. */
  readonly excluded: readonly Excluded[];
  readonly fill: (database: Database) => void;
  /** Run the binary instead of the functions. */
  readonly binary: boolean;
}

export type Outcome =
  | { readonly kind: 'ok' | 'nothing to do'; readonly detail: string }
  /** Stopped as it should: SQLite cannot hold the rows, and nothing changed. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'failed'; readonly stage: string; readonly detail: string };

/** Takes a case through revision, upgrade, downgrade and upgrade in `directory`, and looks at everything after each. */
export const runCase = async (
  directory: string,
  { modelsPast, before, after, modelsBefore, modelsAfter, excluded, fill, binary }: Case,
): Promise<Outcome> => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'migrations'), { recursive: true });
  const project = projectIn(directory, binary);
  let stage = 'first revision';
  try {
    for (const models of [modelsPast, modelsBefore]) {
      if (models === undefined) continue;
      stage = 'first revision';
      writeFileSync(join(directory, 'models.sql'), models);
      const made = await orUnclear(project.revision);
      if (typeof made === 'string') return { kind: 'refused', detail: made };
      stage = 'first upgrade';
      await project.upgrade();
    }
    const filled = readDatabase(readFileSync(project.file));
    fill(filled);
    for (const { sql } of excluded) filled.run(sql);
    writeFileSync(project.file, filled.export());
    filled.close();
    writeFileSync(join(directory, 'before.db'), readFileSync(project.file));
    const see = (spec: Spec): Promise<Look> => look(project.file, spec, excluded, [before, after]);
    const start = await see(before);
    stage = 'the first schema';
    expectSchema(start, await declared(modelsBefore));
    writeFileSync(join(directory, 'models.sql'), modelsAfter);
    stage = 'revision';
    const written = await orUnclear(project.revision);
    if (typeof written === 'string') return { kind: 'refused', detail: written };
    if (!written) {
      stage = 'no revision';
      expectSchema(start, await declared(modelsAfter));
      return { kind: 'nothing to do', detail: '' };
    }
    stage = 'upgrade';
    const up = await attempt(project.upgrade, start, before, after);
    if (up !== undefined) return await refusal('upgrade', up, await see(before), start);
    const upped = await see(after);
    expectMove(start, upped, before, after, await declared(modelsAfter));
    stage = 'check after the upgrade';
    await project.check();
    stage = 'downgrade';
    const down = await attempt(project.downgrade, upped, after, before);
    if (down !== undefined) return await refusal('downgrade', down, await see(after), upped);
    const downed = await see(before);
    expectMove(upped, downed, after, before, start.schema);
    stage = 'second upgrade';
    const again = await attempt(project.upgrade, downed, before, after);
    if (again !== undefined) return await refusal('second upgrade', again, await see(before), downed);
    expectMove(downed, await see(after), before, after, upped.schema);
    stage = 'downgrade base';
    return await leave(project, await declared(''), excluded);
  } catch (error) {
    return { kind: 'failed', stage, detail: describe(error) };
  }
};

/** All the way back, which rows may stop; else nothing is left. */
const leave = async (project: Project, empty: Seen, excluded: readonly Excluded[]): Promise<Outcome> => {
  try {
    await project.leave();
  } catch (error) {
    if (!isAboutRows(error) && !isAboutExcluded(error)) throw error;
    return { kind: 'ok', detail: describe(error) };
  }
  expectSchema(await look(project.file, emptySpec, excluded, [emptySpec]), empty);
  return { kind: 'ok', detail: '' };
};

/** A chain of names whose end is dropped in the same step, or a ring about which nothing tells: a question, and no file. */
const orUnclear = async (revision: () => Promise<boolean>): Promise<boolean | string> => {
  try {
    return await revision();
  } catch (error) {
    if (!/rename-(?:invalid|unclear)/.test(describe(error))) throw error;
    return describe(error);
  }
};

interface Project {
  readonly file: string;
  readonly revision: () => Promise<boolean>;
  readonly upgrade: () => Promise<unknown>;
  readonly downgrade: () => Promise<unknown>;
  readonly leave: () => Promise<unknown>;
  readonly check: () => Promise<void>;
}

const projectIn = (directory: string, binary: boolean): Project => {
  const file = join(directory, 'live.db');
  if (binary) return binaryProject(directory, file);
  const config: Config = {
    directory,
    url: 'sqlite:///./live.db',
    urlSource: 'package.json limbeck.url',
    urlIsDefault: true,
    models: join(directory, 'models.sql'),
    migrations: join(directory, 'migrations'),
    journalTable: 'limbeck_journal',
    exclude: [excludePattern],
    schemas: [],
    privileges: 'auto',
    scratchUrl: undefined,
    directUrl: undefined,
    role: undefined,
    variables: {},
    engines: [],
    sqliteTarget: '3.35',
    driver: undefined,
    lockTimeoutMs: 1000,
    dumpSchema: undefined,
    told: [],
  };
  return {
    file,
    revision: async () => (await createRevision(config, { message: 'soak', autogenerate: true, assumeDrop: true })).revision !== undefined,
    upgrade: () => upgrade(config, { target: 'head', verify: true, strictDrift: true }),
    downgrade: () => downgrade(config, { target: '-1', verify: true, strictDrift: true }),
    leave: () => downgrade(config, { target: 'base', verify: true, strictDrift: true }),
    check: async () => {
      const result = await check(config);
      if (!result.ok) throw new Error(`check is not ok: ${[...result.pending, ...result.differences, ...result.unmanaged].join('; ')}`);
    },
  };
};

const binaryPath = new URL('../../bin/limbeck.js', import.meta.url).pathname;

const binaryProject = (directory: string, file: string): Project => {
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ limbeck: { url: 'sqlite:///./live.db', models: 'models.sql', migrations: 'migrations', exclude: [excludePattern] } }),
  );
  const run = (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [binaryPath, ...args], {
      cwd: directory,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env['PATH'] },
    });
    return status === 0
      ? Promise.resolve(stdout)
      : Promise.reject(new Error(`limbeck ${args.join(' ')}: exit ${status ?? 'none'}: ${stderr}${stdout}`));
  };
  return {
    file,
    revision: async () => {
      const count = migrationCount(directory);
      await run('revision', '--autogenerate', '--assume-drop', '-m', 'soak');
      return migrationCount(directory) > count;
    },
    upgrade: () => run('upgrade', 'head'),
    downgrade: () => run('downgrade', '-1'),
    leave: () => run('downgrade', 'base'),
    check: async () => {
      await run('check');
    },
  };
};

const migrationCount = (directory: string): number =>
  spawnSync('ls', [join(directory, 'migrations')], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((name) => name !== '').length;

/** Everything that there is to see in a database. */
interface Look {
  readonly schema: Seen;
  readonly rows: ReadonlyMap<number, TableRows>;
  readonly sequences: ReadonlyMap<number, string>;
}

interface Seen {
  readonly fingerprint: Fingerprint;
  readonly pragmas: readonly string[];
}

const scope = { exclude: [excludePattern], journalTable: 'limbeck_journal' };

const seen = async (database: Database): Promise<Seen> => ({
  fingerprint: await fingerprint(queryOf(database), scope),
  pragmas: readPragmas(database),
});

const look = async (file: string, spec: Spec, excluded: readonly Excluded[], there: readonly Spec[]): Promise<Look> => {
  const database = readDatabase(readFileSync(file));
  try {
    const problems = ['PRAGMA integrity_check', 'PRAGMA foreign_key_check'].map((sql) =>
      JSON.stringify(database.exec(sql)[0]?.values ?? []),
    );
    if (problems[0] !== '[["ok"]]' || problems[1] !== '[]') throw new Error(`the database is not sound: ${problems.join(' ')}`);
    const lost = lostOf(excluded, database, there);
    if (lost !== undefined) throw new Error(`what is excluded was touched: ${lost}`);
    return { schema: await seen(database), rows: readRows(database, spec), sequences: readSequences(database, spec) };
  } finally {
    database.close();
  }
};

/** The schema of models.sql as SQLite itself loads it, in whatever order works. */
const declared = async (models: string): Promise<Seen> => {
  const { split } = await import('../../lib/sql/split.ts');
  const { sqliteLexis } = await import('../../lib/sql/lexis.ts');
  const database = emptyDatabase();
  try {
    let waiting = split(models, sqliteLexis).map(({ text }) => text);
    while (waiting.length > 0) {
      const failed = waiting.filter((sql) => !loads(database, sql));
      if (failed.length === waiting.length) throw new Error(`models.sql does not load: ${failed[0] ?? ''}`);
      waiting = failed;
    }
    return await seen(database);
  } finally {
    database.close();
  }
};

const loads = (database: Database, sql: string): boolean => {
  try {
    database.run(sql);
    return true;
  } catch {
    return false;
  }
};

/** A second look at the schema that shares nothing with the fingerprint: PRAGMA rows without positions, sorted. */
const readPragmas = (database: Database): readonly string[] => {
  const tables = `FROM sqlite_schema AS m JOIN`;
  const where = `WHERE m.type = 'table' AND m.rootpage <> 0 AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name NOT LIKE 'limbeck!_%' ESCAPE '!'`;
  const queries = [
    `SELECT 'column', lower(m.name), lower(p.name), lower(p.type), p."notnull", p.pk, p.hidden ${tables} pragma_table_xinfo(m.name) AS p ${where}`,
    `SELECT 'foreign key', lower(m.name), p.seq, lower(p."table"), lower(p."from"), lower(p."to"), p.on_update, p.on_delete ${tables} pragma_foreign_key_list(m.name) AS p ${where}`,
    `SELECT 'index', lower(m.name), iif(l.origin = 'c', lower(l.name), ''), l."unique", l.origin, l.partial, x.seqno, lower(x.name), x."desc", lower(x.coll) ${tables} pragma_index_list(m.name) AS l JOIN pragma_index_xinfo(l.name) AS x ${where} AND x."key" = 1`,
    `SELECT 'object', type, lower(name), lower(tbl_name) FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND tbl_name NOT LIKE 'limbeck!_%' ESCAPE '!'`,
    `SELECT 'strict', lower(name), wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'limbeck!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
  ];
  return queries
    .flatMap((sql) => database.exec(sql)[0]?.values.map((row) => JSON.stringify(row)) ?? [])
    .filter((line) => !line.includes('"audit_'))
    .sort();
};

const expectSchema = (is: { readonly schema: Seen }, should: Seen): void => {
  const [difference] = compareFingerprints(is.schema.fingerprint, should.fingerprint);
  if (difference !== undefined)
    throw new Error(
      `fingerprints differ: ${difference.key}: is ${difference.onlyLeft.join('; ')} | should be ${difference.onlyRight.join('; ')}`,
    );
  const more = is.schema.pragmas.filter((line) => !should.pragmas.includes(line));
  const less = should.pragmas.filter((line) => !is.schema.pragmas.includes(line));
  if (more.length + less.length > 0) throw new Error(`PRAGMAs differ: is ${more.join(' ')} | should be ${less.join(' ')}`);
};

const expectMove = (start: Look, end: Look, from: Spec, to: Spec, schema: Seen): void => {
  expectSchema(end, schema);
  const expected = expectRows(start.rows, from, to);
  if ('refused' in expected) throw new Error(`it passed, but SQLite refuses the rows: ${expected.refused}`);
  const [difference] = compareRows(end.rows, expected.rows, from, to);
  if (difference !== undefined) throw new Error(difference);
  for (const table of to.tables) {
    const [was, is] = [start.sequences.get(table.id), end.sequences.get(table.id)];
    const keeps = [from, to].every(
      (spec) => spec.tables.find(({ id }) => id === table.id)?.constraints.some(({ autoincrement }) => autoincrement) ?? false,
    );
    if (keeps && was !== is) throw new Error(`sqlite_sequence of ${table.name}: ${is ?? 'none'} where ${was ?? 'none'} was`);
  }
};

/** Runs a move; the reason when it stops because of the rows and SQLite agrees that it must. */
const attempt = async (move: () => Promise<unknown>, start: Look, from: Spec, to: Spec): Promise<string | undefined> => {
  try {
    await move();
    return undefined;
  } catch (error) {
    const expected = expectRows(start.rows, from, to);
    if (!isAboutExcluded(error) && !('refused' in expected && isAboutRows(error))) throw error;
    return describe(error);
  }
};

/** The words in which SQLite, or a guard, says that rows are in the way. */
const isAboutRows = (error: unknown): boolean =>
  /constraint failed|cannot store|datatype mismatch|integer overflow|rows refer to nothing|foreign key/i.test(describe(error));

/** It mentions what is rebuilt or dropped, and is named. */
const isAboutExcluded = (error: unknown): boolean => /audit_[vgx], which is excluded,.* in the way/.test(describe(error));

const refusal = async (stage: string, reason: string, now: Look, start: Look): Promise<Outcome> => {
  expectSchema(now, start.schema);
  if (JSON.stringify([...now.rows]) !== JSON.stringify([...start.rows]))
    return { kind: 'failed', stage, detail: `refused (${reason}), but the rows changed` };
  return { kind: 'refused', detail: `${stage}: ${reason}` };
};

const describe = (error: unknown): string => {
  if (isLimbeckError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};
