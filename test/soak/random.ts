import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeCase } from './generate/case.ts';
import { runCase, type Outcome } from './pipeline.ts';
import { shrink } from './generate/shrink.ts';

/** What a run over many seeds found. */
export interface Report {
  readonly counts: ReadonlyMap<string, number>;
  readonly features: ReadonlyMap<string, number>;
  readonly failures: readonly { readonly seed: number; readonly stage: string; readonly detail: string; readonly folder: string }[];
}

export interface SoakOptions {
  readonly seed: number;
  readonly count: number;
  /** Every n-th case runs the binary; 0: none. */
  readonly binaryEvery: number;
  /** Shrink a failing case before it is reported. */
  readonly minimise: boolean;
  readonly onFailure?: (line: string) => void;
}

/** Random schemas with rows, changed at random and taken up, down and up: nothing may be lost and nothing may lie. */
export const soak = async ({ seed, count, binaryEvery, minimise, onFailure }: SoakOptions): Promise<Report> => {
  const root = mkdtempSync(join(tmpdir(), 'limbeck-soak-'));
  const counts = new Map<string, number>();
  const features = new Map<string, number>();
  const failures: Report['failures'][number][] = [];
  const add = (tally: Map<string, number>, name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1);
  for (let at = seed; at < seed + count; at += 1) {
    const made = makeCase(at, binaryEvery > 0 && at % binaryEvery === 0);
    for (const feature of made.features) add(features, feature);
    const folder = join(root, String(at));
    const outcome: Outcome = await runCase(folder, made.case);
    add(counts, outcome.kind === 'refused' ? `refused: ${reasonOf(outcome.detail)}` : outcome.kind);
    if (made.case.excluded.length > 0) add(features, 'excluded objects');
    if (outcome.kind !== 'failed') {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    const { stage, detail } = outcome;
    const small = minimise ? await shrink(made, { stage, detail }, join(root, 'shrink')) : made.case;
    const last = await runCase(folder, small);
    mkdirSync(folder, { recursive: true });
    if (small.modelsPast !== undefined) writeFileSync(join(folder, 'models.past.sql'), small.modelsPast);
    writeFileSync(join(folder, 'models.before.sql'), small.modelsBefore);
    writeFileSync(join(folder, 'models.after.sql'), small.modelsAfter);
    const told = last.kind === 'failed' ? last : { stage, detail };
    writeFileSync(
      join(folder, 'problem.txt'),
      `seed ${at}\n${told.stage}: ${told.detail}\nchanges: ${made.features.filter((feature) => feature.startsWith('change: ')).join(', ')}\n`,
    );
    failures.push({ seed: at, stage: told.stage, detail: told.detail, folder });
    onFailure?.(`seed ${at}: ${told.stage}: ${told.detail}\n  ${folder}`);
  }
  rmSync(join(root, 'shrink'), { recursive: true, force: true });
  if (failures.length === 0) rmSync(root, { recursive: true, force: true });
  return { counts, features, failures };
};

const reasonOf = (detail: string): string =>
  /rename-(?:invalid|unclear)/.exec(detail)?.[0] ?? (detail.includes('which is excluded') ? 'excluded in the way' : 'rows in the way');

/** The rows of docs/coverage.md that these tests are to make, by their id: those above the PostgreSQL part. */
const promised = (): readonly string[] => {
  const [page = ''] = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8').split(/^## PostgreSQL$/m);
  return [...page.matchAll(/^\| ([^|]+) \| [^|]+ \| managed \|$/gm)].map((match) => match[1] ?? '');
};

const main = async (): Promise<void> => {
  const option = (name: string, otherwise: number): number => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
  };
  const options = {
    seed: option('seed', 1),
    count: option('count', 1000),
    binaryEvery: option('binary-every', 100),
    minimise: !process.argv.includes('--whole'),
  };
  const start = performance.now();
  const report = await soak({ ...options, onFailure: (line) => console.log(line) });
  const made = new Map([...report.features].map(([feature, number]) => [feature.replace(': ', '-').replaceAll(' ', '-'), number] as const));
  const empty = options.count < 500 ? [] : promised().filter((id) => !made.has(id));
  const table = (tally: ReadonlyMap<string, number>): string =>
    [...tally]
      .sort((a, b) => (a[0] < b[0] ? -1 : 1))
      .map(([name, number]) => `  ${String(number).padStart(6)}  ${name}`)
      .join('\n');
  console.log(`rows of docs/coverage.md:\n${table(made)}\noutcomes:\n${table(report.counts)}`);
  if (empty.length > 0) console.log(`never made: ${empty.join(', ')}`);
  console.log(
    `${options.count} cases from seed ${options.seed} in ${Math.round((performance.now() - start) / 1000)} s, ${report.failures.length} failed`,
  );
  process.exitCode = report.failures.length + empty.length === 0 ? 0 : 1;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
