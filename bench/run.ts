import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure, type Subject, table } from './measure.ts';
import { writeMigrations, writeTables } from './projects.ts';

/*
 * Whole-process times of limbeck's built binary beside dbmate and bare `node -e 0`, all in one go:
 *
 *   make bench
 *   node --import tsx bench/run.ts [--rounds 9] [--only version|help|current|upgrade|autogenerate] [--migrations 1000] [--tables 500]
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string' },
    migrations: { type: 'string', default: '1000' },
    tables: { type: 'string', default: '500' },
  },
});

interface Runtime {
  /** The Node version and the driver that limbeck takes there. */
  readonly label: string;
  readonly node: string;
  readonly driver: 'sql.js' | 'node:sqlite';
}

const root = fileURLToPath(new URL('../', import.meta.url));
const limbeck = join(root, 'bin/limbeck.js');
const dbmate = join(root, `node_modules/@dbmate/${process.platform}-${process.arch}/bin/dbmate`);
const rounds = Number(options.rounds);
const work = mkdtempSync(join(tmpdir(), 'limbeck-bench-'));

const main = (): void => {
  try {
    const runtimes = findRuntimes();
    console.log(`${process.platform} ${process.arch}, ${rounds} rounds each, in turn; limbeck as built, dbmate ${versionOf(dbmate)}`);
    for (const [name, topic] of topics) {
      if (options.only !== undefined && options.only !== name) continue;
      const { title, subjects } = topic(runtimes);
      console.log(
        `\n${title}\n\n${table(measure(subjects, name === 'upgrade' || name === 'autogenerate' ? Math.ceil(rounds / 3) : rounds))}`,
      );
    }
  } finally {
    rmSync(work, { recursive: true });
  }
};

interface Topic {
  readonly title: string;
  readonly subjects: readonly Subject[];
}

const startUp = (flag: string, runtimes: readonly Runtime[]): Topic => ({
  title: `limbeck ${flag}`,
  subjects: [
    ...bareNodes(runtimes),
    ...uniqueNodes(runtimes).map(({ label, node }): Subject => ({
      name: `limbeck, ${label}`,
      command: [node, limbeck, flag],
      cwd: work,
      bare: label,
    })),
    ...dbmateSubject([flag], work),
  ],
});

const current = (runtimes: readonly Runtime[]): Topic => {
  const folder = join(work, 'current');
  writeMigrations(folder, 20, limbeck);
  spawnSync(process.execPath, [limbeck, 'upgrade', 'head'], { cwd: folder });
  const dbmateArgs = ['--url', `sqlite:${join(folder, 'dbmate.db')}`, '--no-dump-schema', '-d', join(folder, 'dbmate')];
  if (existsSync(dbmate)) spawnSync(dbmate, [...dbmateArgs, 'up'], { cwd: folder });
  return {
    title: 'limbeck current (dbmate status), 20 revisions applied',
    subjects: [...bareNodes(runtimes), ...onEach(runtimes, ['current'], folder), ...dbmateSubject([...dbmateArgs, 'status'], folder)],
  };
};

const upgrade = (runtimes: readonly Runtime[]): Topic => {
  const folder = join(work, 'upgrade');
  const count = Number(options.migrations);
  writeMigrations(folder, count, limbeck);
  const proved = readFileSync(join(folder, 'migrations', '20260000000000_step_0.up.sql'), 'utf8').includes('-- proof:');
  const fresh = (file: string) => (): void => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(folder, `${file}${suffix}`), { force: true });
  };
  return {
    title: `limbeck upgrade head (dbmate up), ${count} small migrations, ${proved ? 'each checked against its proof' : 'NOT PROVED'}`,
    subjects: [
      ...bareNodes(runtimes),
      ...onEach(runtimes, ['upgrade', 'head'], folder).map((subject) => ({ ...subject, prepare: fresh('limbeck.db') })),
      ...dbmateSubject(
        ['--url', `sqlite:${join(folder, 'dbmate.db')}`, '--no-dump-schema', '-d', join(folder, 'dbmate'), 'up'],
        folder,
        fresh('dbmate.db'),
      ),
    ],
  };
};

const autogenerate = (runtimes: readonly Runtime[]): Topic => {
  const [template, folder] = [join(work, 'tables'), join(work, 'autogenerate')];
  const count = Number(options.tables);
  writeTables(template, count, 20, limbeck);
  const fresh = (): void => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(template, folder, { recursive: true });
  };
  fresh();
  return {
    title: `limbeck revision --autogenerate, ${count} tables of which 20 changed, proved up, down and up again`,
    subjects: [
      ...bareNodes(runtimes),
      ...onEach(runtimes, ['revision', '--autogenerate', '-m', 'bench'], folder).map((subject) => ({ ...subject, prepare: fresh })),
    ],
  };
};

const topics: readonly (readonly [string, (runtimes: readonly Runtime[]) => Topic])[] = [
  ['version', (runtimes) => startUp('--version', runtimes)],
  ['help', (runtimes) => startUp('--help', runtimes)],
  ['current', current],
  ['upgrade', upgrade],
  ['autogenerate', autogenerate],
];

/** The Node that runs this with sql.js, and the first one at hand that has node:sqlite with both drivers. */
const findRuntimes = (): readonly Runtime[] => {
  const newer = join(root, `.tools/node24/node_modules/node-${process.platform}-${process.arch}/bin/node`);
  const nodes = [process.execPath, ...(existsSync(newer) ? [newer] : [])];
  return nodes.flatMap((node) => {
    const version = versionOf(node);
    const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
    const drivers: readonly Runtime['driver'][] = major > 22 || (major === 22 && minor >= 13) ? ['sql.js', 'node:sqlite'] : ['sql.js'];
    return drivers.map((driver) => ({ label: `node ${version}`, node, driver }));
  });
};

const uniqueNodes = (runtimes: readonly Runtime[]): readonly Runtime[] =>
  runtimes.filter(({ node }, index) => runtimes.findIndex((other) => other.node === node) === index);

const bareNodes = (runtimes: readonly Runtime[]): readonly Subject[] =>
  uniqueNodes(runtimes).map(({ label, node }) => ({ name: label, command: [node, '-e', '0'], cwd: work, bare: label }));

const onEach = (runtimes: readonly Runtime[], args: readonly string[], cwd: string): readonly Subject[] =>
  runtimes.map(({ label, node, driver }) => ({
    name: `limbeck, ${label}, ${driver}`,
    command: [node, limbeck, '--driver', driver, ...args],
    cwd,
    bare: label,
  }));

const dbmateSubject = (args: readonly string[], cwd: string, prepare?: () => void): readonly Subject[] =>
  existsSync(dbmate) ? [{ name: 'dbmate', command: [dbmate, ...args], cwd, ...(prepare === undefined ? {} : { prepare }) }] : [];

const versionOf = (program: string): string =>
  (spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? 'not found').trim().split(' ').at(-1) ?? '';

main();
