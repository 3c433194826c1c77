import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { branchNames } from '../lib/revision/branch-names.ts';
import { readRevisions } from '../lib/revision/directory.ts';
import { realHeads } from '../lib/revision/graph.ts';
import { downgradePath, upgradePath } from '../lib/revision/path.ts';
import { resolveRange } from '../lib/revision/range.ts';
import { resolveTarget } from '../lib/revision/resolve.ts';
import { historyOf } from '../lib/runner/history.ts';
import { planUp, upTarget } from '../lib/runner/itinerary.ts';
import { measure, table } from './measure.ts';

/*
 * What a long history costs: reading the files, planning, and whole `history` and `upgrade --dry-run` processes. Twice as
 * many revisions should take twice as long:
 *
 *   make build && node --import tsx bench/graph.ts [--revisions 10000] [--rounds 5]
 */
const { values: options } = parseArgs({
  options: { revisions: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' } },
});

const limbeck = fileURLToPath(new URL('../bin/limbeck.js', import.meta.url));
const most = Number(options.revisions);

/** A line with a fork of two every hundred revisions that is joined at once, a label and a dependency now and then. */
const writeHistory = (root: string, count: number): void => {
  mkdirSync(join(root, 'migrations'), { recursive: true });
  writeFileSync(join(root, 'limbeck.json'), '{ "url": "sqlite:///./app.db" }\n');
  const idOf = (index: number): string => String(20200101000000 + index);
  for (let index = 0; index < count; index++) {
    const [place, id] = [index % 100, idOf(index)];
    const parents =
      index === 0 ? '-' : place === 98 ? idOf(index - 2) : place === 99 ? `${idOf(index - 1)}, ${idOf(index - 2)}` : idOf(index - 1);
    const more =
      place === 97 ? `-- branch label: side${index}\n` : place === 50 && index > 100 ? `-- depends on: ${idOf(index - 100)}\n` : '';
    const header = `-- step ${index}\n-- revision: ${id}\n-- parent${place === 99 ? 's' : ''}: ${parents}\n${more}\n`;
    writeFileSync(join(root, 'migrations', `${id}_step.up.sql`), `${header}CREATE TABLE t${index} (id INTEGER PRIMARY KEY);\n`);
    writeFileSync(join(root, 'migrations', `${id}_step.down.sql`), `${header}DROP TABLE t${index};\n`);
  }
};

const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`  ${name.padEnd(28)}${(performance.now() - began).toFixed(0).padStart(6)} ms\n`);
  return result;
};

const measureParts = async (root: string): Promise<void> => {
  const revisions = await timed('read the files', () => readRevisions(join(root, 'migrations'), 'migrations'));
  const history = await timed('build the graph', () => historyOf(revisions, []));
  const { graph } = history;
  const applied = new Set(graph.nodes.map(({ id }) => id));
  await timed('plan upgrade heads', () => planUp(history, upTarget(history, 'heads'), { engine: 'sqlite', allowOutOfOrder: false }));
  await timed('plan downgrade base', () => downgradePath(graph, applied, [], undefined));
  await timed('range of all', () => resolveRange(graph, 'base:heads', { applied }));
  await timed('names of branches', () => branchNames(graph));
  await timed('a thousand beginnings of ids', () => {
    for (const { id } of graph.nodes.slice(0, 1000)) resolveTarget(graph, id.slice(0, 14), { applied }, 'any');
  });
  await timed('path to the heads, by hand', () =>
    upgradePath(
      graph,
      new Set(),
      realHeads(graph).map(({ id }) => id),
    ),
  );
};

const work = mkdtempSync(join(tmpdir(), 'limbeck-bench-graph-'));
try {
  const sizes = [most / 2, most];
  for (const size of sizes) {
    writeHistory(join(work, String(size)), size);
    process.stdout.write(`${size} revisions\n`);
    await measureParts(join(work, String(size)));
  }
  const bare = { name: 'bare node', command: [process.execPath, '-e', '0'] as const, cwd: work };
  const subjects = sizes.flatMap((size) =>
    [['history'], ['heads'], ['upgrade', 'head', '--dry-run']].map((args) => ({
      name: `${args.join(' ')}, ${size}`,
      command: [process.execPath, limbeck, ...args] as const,
      cwd: join(work, String(size)),
      bare: bare.name,
    })),
  );
  process.stdout.write(`\n${table(measure([bare, ...subjects], Number(options.rounds)))}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
