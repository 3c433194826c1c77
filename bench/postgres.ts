import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { startServer, isMajor, type Major } from '../test/support/postgres/server.ts';
import { schemaStatements, type SchemaSize } from './postgres-schema.ts';

/*
 * limbeck on PostgreSQL beside @supabase/pg-delta, @pgkit/migra and pg_dump, all in turn on the same two databases, on a server of its
 * own; then `check` of a project in which nothing changed, and how reading grows with the number of tables:
 *
 *   make bench-postgres
 *   node --import tsx bench/postgres.ts [--rounds 5] [--tables 1000] [--major 15] [--only diff|check|growth] [--sizes 100,1000,5000]
 *
 * CPU is user and system time of the program itself, server that of the backends that worked for it; on a machine that does other
 * work their sum tells more than the clock does, and `× CPU` is its ratio.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    tables: { type: 'string', default: '1000' },
    major: { type: 'string', default: '15' },
    sizes: { type: 'string', default: '100,1000,5000' },
    only: { type: 'string' },
  },
});

interface Subject {
  readonly name: string;
  readonly command: readonly [string, ...(readonly string[])];
  readonly cwd?: string;
}

interface Figure {
  readonly wall: number;
  readonly cpu: number;
  /** CPU that the server's backends took for it. */
  readonly server: number;
  readonly peak: number;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const limbeck = join(root, 'bin/limbeck.js');
const peers = { 'pg-delta': '@supabase/pg-delta@1.0.0-alpha.34', migra: '@pgkit/migra@0.6.1' } as const;
const work = mkdtempSync(join(tmpdir(), 'limbeck-bench-'));

let postmaster = 0;

const main = async (): Promise<void> => {
  const major: Major = isMajor(options.major) ? options.major : '15';
  const server = await startServer(major, { max_locks_per_transaction: '256' });
  postmaster = server.pid;
  try {
    console.log(
      `${process.platform} ${process.arch}, node ${process.version}, PostgreSQL ${major}, ${options.rounds} rounds each, in turn`,
    );
    const topics = { diff: compareTwo, check: checkOne, growth: grow };
    for (const [name, topic] of Object.entries(topics)) if (options.only === undefined || options.only === name) await topic(server.tcpUrl);
  } finally {
    await server.stop();
    rmSync(work, { recursive: true });
  }
};

type UrlOf = (database?: string) => string;

/** Reading and comparing two live databases, whole processes. */
const compareTwo = async (url: UrlOf): Promise<void> => {
  const tables = Number(options.tables);
  await makeDatabase(url, 'one', { tables, changed: 0 });
  await makeDatabase(url, 'other', { tables, changed: 20 });
  const [one, other] = [url('one'), url('other')];
  const installed = installPeers();
  const subjects: readonly Subject[] = [
    { name: 'limbeck diff', command: [process.execPath, limbeck, 'diff', '--from', one, '--to', other], cwd: work },
    { name: 'pg-delta diff', command: [process.execPath, installed.delta, 'diff', '--source', one, '--desired', other] },
    {
      name: 'pg-delta plan',
      command: [
        process.execPath,
        installed.delta,
        'plan',
        '--renames',
        'off',
        '--out',
        join(work, 'plan.json'),
        '--source',
        one,
        '--desired',
        other,
      ],
    },
    { name: 'migra', command: [process.execPath, installed.migra, 'run', one, other, '--unsafe', 'true'] },
    ...(spawnSync('pg_dump', ['-s', one], { stdio: 'ignore' }).status === 0
      ? [{ name: 'pg_dump -s of one', command: ['pg_dump', '-s', one] } as const]
      : []),
  ];
  print(
    `two live databases of ${tables} tables (${await countObjects(one)} objects), 20 tables changed`,
    measure(subjects),
    'limbeck diff',
  );
};

/** `check` where the recorded proofs answer, beside reading the same database with the built library and no more. */
const checkOne = async (url: UrlOf): Promise<void> => {
  const tables = Number(options.tables);
  const folder = join(work, 'project');
  mkdirSync(join(folder, 'schema'), { recursive: true });
  await makeDatabase(url, 'project', { tables: 0, changed: 0 });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bench', limbeck: { url: url('project') } }));
  writeFileSync(
    join(folder, 'schema', 'models.sql'),
    schemaStatements({ tables, changed: 0 })
      .map((sql) => `${sql};\n`)
      .join('\n'),
  );
  const made = measureOnce({
    name: 'autogenerate',
    command: [process.execPath, limbeck, 'revision', '--autogenerate', '-m', 'all'],
    cwd: folder,
  });
  const applied = measureOnce({ name: 'upgrade', command: [process.execPath, limbeck, 'upgrade', 'head'], cwd: folder });
  const figures = measure([
    { name: 'limbeck check', command: [process.execPath, limbeck, 'check'], cwd: folder },
    { name: 'reading alone', command: [process.execPath, '--input-type=module', '-e', readSource(url('project'))] },
  ]);
  figures.set('revision --autogenerate', [made]);
  figures.set('upgrade head', [applied]);
  print(`a project of ${tables} tables in which nothing changed`, figures, 'reading alone');
};

const readSource = (url: string): string => `
import { openSession } from ${JSON.stringify(join(root, 'dist/engine/open.js'))};
const session = await openSession(${JSON.stringify(url)}, { mode: 'read', directory: '.' });
await session.inspect({ exclude: [], journalTable: 'limbeck_migrations' });
await session.close();
`;

/** Whole-process time of `diff` of two databases alike, by the number of tables. */
const grow = async (url: UrlOf): Promise<void> => {
  const subjects: Subject[] = [];
  for (const tables of options.sizes.split(',').map(Number)) {
    for (const side of ['a', 'b']) await makeDatabase(url, `size_${tables}_${side}`, { tables, changed: side === 'a' ? 0 : 20 });
    const [from, to] = [url(`size_${tables}_a`), url(`size_${tables}_b`)];
    subjects.push({ name: `${tables} tables`, command: [process.execPath, limbeck, 'diff', '--from', from, '--to', to], cwd: work });
  }
  print('limbeck diff of two databases, by the number of tables', measure(subjects), subjects[0]?.name ?? '');
};

const makeDatabase = async (url: UrlOf, name: string, size: SchemaSize): Promise<void> => {
  const admin = postgres(url('postgres'), { max: 1, onnotice: () => undefined });
  await admin.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE template0`);
  await admin.end();
  const database = postgres(url(name), { max: 1, onnotice: () => undefined });
  const statements = schemaStatements(size);
  for (let at = 0; at < statements.length; at += 500) await database.unsafe(statements.slice(at, at + 500).join(';\n'));
  await database.unsafe('ANALYZE');
  await database.end();
};

const countObjects = async (url: string): Promise<number> => {
  const database = postgres(url, { max: 1 });
  const [row] = await database.unsafe(`SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal) + (SELECT count(*) FROM pg_policy) AS count`);
  await database.end();
  return Number(row?.['count']);
};

/** Both in `.tools`, not among the dependencies of the project. */
const installPeers = (): { readonly delta: string; readonly migra: string } => {
  const prefix = join(root, '.tools/peers');
  const delta = join(prefix, 'node_modules/@supabase/pg-delta/dist/cli/main.js');
  const migra = join(prefix, 'node_modules/@pgkit/migra/dist/command.js');
  if (!existsSync(delta) || !existsSync(migra)) {
    const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', '--prefix', prefix, ...quiet, ...Object.values(peers)], { stdio: 'ignore' });
  }
  return { delta, migra };
};

/** Runs them in turn, so that a slow minute is everybody's; the first round warms the caches and is not counted. */
const measure = (subjects: readonly Subject[]): Map<string, Figure[]> => {
  const figures = new Map<string, Figure[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const subject of subjects) {
      const figure = measureOnce(subject);
      if (round > 0) figures.get(subject.name)?.push(figure);
    }
  }
  return figures;
};

const measureOnce = ({ name, command, cwd = work }: Subject): Figure => {
  const file = join(work, 'time');
  const before = serverCpu();
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', '-o', file, ...command], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    // pg-delta warns of five thousand NOT NULL constraints on PostgreSQL 18.
    maxBuffer: 64 << 20,
    env: environment,
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr.slice(0, 2000)}`);
  const [wall = 0, user = 0, system = 0, peak = 0] = (readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  pause(200);
  return { wall, cpu: user + system, server: serverCpu() - before, peak: peak / 1024 };
};

/** CPU in seconds of all backends that have ended, as Linux counts it of the postmaster's children; 0 elsewhere. */
const serverCpu = (): number => {
  const file = `/proc/${postmaster}/stat`;
  if (!existsSync(file)) return 0;
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  return ((fields[13] ?? 0) + (fields[14] ?? 0)) / 100;
};

/** A backend ends a little after its client. */
const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/** A line a subject, with the ratios to `base`: of whole-process times pairwise, round by round, and of CPU. */
const print = (title: string, figures: ReadonlyMap<string, readonly Figure[]>, base: string): void => {
  const known = figures.get(base) ?? [];
  const rows = [...figures].map(([name, each]) => {
    const pairs = each.map((figure, round) => figure.wall / (known[round]?.wall ?? Number.NaN));
    const all = ({ cpu: own, server }: Figure): number => own + server;
    const cpu = median(each.map(all)) / median(known.map(all));
    const cells = [
      Math.min(...each.map((figure) => figure.wall)).toFixed(2),
      median(each.map((figure) => figure.wall)).toFixed(2),
      median(each.map((figure) => figure.cpu)).toFixed(2),
      median(each.map((figure) => figure.server)).toFixed(2),
      Math.max(...each.map((figure) => figure.peak)).toFixed(0),
      median(pairs).toFixed(2),
      cpu.toFixed(2),
    ];
    return `${name.padEnd(26)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  });
  const head = `${''.padEnd(26)}${['min s', 'median s', 'CPU s', 'server s', 'peak MB', '× time', '× CPU'].map((cell) => cell.padStart(10)).join('')}`;
  console.log(`\n${title}; × of ${base}\n\n${[head, ...rows].join('\n')}`);
};

/** Neither a URL nor an option of ours may come from the caller's environment. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^LIMBECK_|DATABASE_URL$|^PG|^NODE_OPTIONS$|^NODE_V8_COVERAGE$/.test(name)),
);

await main();
