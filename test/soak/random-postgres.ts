import { mkdtempSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Session } from '../../lib/engine/engine.ts';
import { openSession } from '../../lib/engine/open.ts';
import { runChange } from '../promises/postgres/pair.ts';
import { inDatabase, makeTablespace } from '../promises/postgres/run.ts';
import { anyServer } from '../support/postgres/server.ts';
import { makePostgresCase, rowsOn } from './generate/postgres.ts';

/*
 * Random schemas of PostgreSQL, put together of the rows of docs/coverage.md over tables that they share, changed at random and taken
 * up and down with rows in them:
 *
 *   node --import tsx test/soak/random-postgres.ts [--seed 1] [--count 2000] [--url postgresql://…]
 */
export interface PostgresReport {
  /** How many changes each row of docs/coverage.md had. */
  readonly made: ReadonlyMap<string, number>;
  readonly failures: readonly { readonly seed: number; readonly problem: string; readonly folder: string }[];
}

export interface PostgresSoakOptions {
  readonly url: string;
  readonly seed: number;
  readonly count: number;
  readonly onFailure?: (line: string) => void;
}

/** Every change reaches what is declared, and back, and keeps the rows of the tables that stay. */
export const soakPostgres = async ({ url, seed, count, onFailure }: PostgresSoakOptions): Promise<PostgresReport> => {
  const admin = await openSession(url, { mode: 'write', directory: import.meta.dirname });
  const major = Number(admin.server.major);
  const made = new Map<string, number>();
  const failures: PostgresReport['failures'][number][] = [];
  try {
    for (const { tablespace } of rowsOn(major)) if (tablespace !== undefined) await makeTablespace(url, tablespace);
    for (let at = seed; at < seed + count; at += 1) {
      const { before, after, rows, changed } = makePostgresCase(at, major);
      if (changed.length === 0) continue;
      for (const id of changed) made.set(id, (made.get(id) ?? 0) + 1);
      const outcome = await inDatabase(admin, url, (own) => runChange(own, before, after, rows, countRows));
      if (outcome.kind === 'done') continue;
      const problem =
        outcome.kind === 'wrong'
          ? outcome.problem
          : outcome.kind === 'reported'
            ? `refused: ${outcome.why}`
            : 'the differ sees no difference';
      const folder = join(mkdtempSync(join(tmpdir(), 'limbeck-soak-')), String(at));
      mkdirSync(folder);
      for (const [file, text] of Object.entries({ 'old.sql': before, 'new.sql': after, 'rows.sql': rows, 'problem.txt': problem }))
        writeFileSync(join(folder, file), `${text}\n`);
      failures.push({ seed: at, problem, folder });
      onFailure?.(`seed ${at}: ${problem.slice(0, 1500)}\n  ${folder}\n`);
    }
  } finally {
    await admin.close();
  }
  return { made, failures };
};

/** The rows of each table that holds any itself. */
const countRows = async (session: Session): Promise<ReadonlyMap<string, number>> => {
  const found = await session.query(
    `SELECT c.oid::pg_catalog.regclass::text AS name,
            (pg_catalog.xpath('/row/c/text()', pg_catalog.query_to_xml(pg_catalog.format('SELECT count(*) AS c FROM ONLY %s', c.oid::pg_catalog.regclass), false, true, '')))[1]::text AS rows
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'`,
  );
  return new Map(found.map((row) => [String(row['name']), Number(row['rows'])]));
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '2000' }, url: { type: 'string' } },
  });
  const [seed, count] = [Number(values.seed), Number(values.count)];
  const server = values.url === undefined ? await anyServer() : { url: values.url, stop: () => Promise.resolve() };
  try {
    const { made, failures } = await soakPostgres({ url: server.url, seed, count, onFailure: (line) => console.log(line) });
    const admin = await openSession(server.url, { mode: 'read', directory: import.meta.dirname });
    const ids = ['ground', ...rowsOn(Number(admin.server.major)).map(({ id }) => id)];
    await admin.close();
    for (const id of ids) console.log(`${String(made.get(id) ?? 0).padStart(6)}  ${id}`);
    const empty = count < 500 ? [] : ids.filter((id) => !made.has(id));
    if (empty.length > 0) console.log(`never made: ${empty.join(', ')}`);
    console.log(`${count} cases from seed ${seed}, ${failures.length} failed`);
    process.exitCode = failures.length + empty.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
