import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { judge, type Verdict } from './guard.ts';
import { inOneThread } from './one-thread.ts';

/*
 * Runs every `*.test.ts` under a folder, each in a process of its own, and ends with the line `N passed, N failed`.
 *
 *   node --import tsx test/support/run-all.ts [--only text] [--jobs 2] [--root test] [--timeout 900] [--summary file]
 *
 * The guard (guard.ts) fails a file that runs no test; a run that finds no test fails, too.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    root: { type: 'string', default: 'test' },
    timeout: { type: 'string', default: '900' },
    summary: { type: 'string' },
  },
});

interface Report extends Verdict {
  readonly file: string;
  readonly ms: number;
  readonly output: string;
}

const main = async (): Promise<void> => {
  const files = testFiles(resolve(options.root)).filter((file) => file.includes(options.only));
  const queue = [...files];
  const reports: Report[] = [];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const report = await runFile(file);
      reports.push(report);
      print(report);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs) || 1) }, worker));
  finish(reports);
};

/** The slowest first would need a memory of times; large files first is near enough. */
const testFiles = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
    .filter((file) => !relative(root, resolve(file)).split('/').includes('fixtures'))
    .sort();

const runFile = (file: string): Promise<Report> =>
  new Promise((done) => {
    const started = performance.now();
    const child = spawn(process.execPath, [...inOneThread, '--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout: Buffer[] = [];
    const all: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => void (stdout.push(chunk), all.push(chunk)));
    child.stderr.on('data', (chunk: Buffer) => void all.push(chunk));
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), Number(options.timeout) * 1000);
    child.on('close', (status) => {
      clearTimeout(timer);
      const verdict = judge({ source: readFileSync(file, 'utf8'), output: textOf(stdout), status: status ?? undefined });
      done({ ...verdict, file, ms: performance.now() - started, output: textOf(all) });
    });
  });

const textOf = (chunks: readonly Buffer[]): string => stripVTControlCharacters(Buffer.concat(chunks).toString('utf8'));

const print = (report: Report): void => {
  const { file, passed, skipped, complaint, ms, output } = report;
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  console.log(`${complaint === undefined ? 'ok  ' : 'FAIL'} ${file}  ${passed} passed${left}  ${Math.round(ms)} ms`);
  if (complaint !== undefined) console.log(`     ${complaint}\n${output.replace(/^/gm, '     ')}`);
};

const finish = (reports: readonly Report[]): void => {
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const failures = reports.filter((report) => report.complaint !== undefined);
  const isEmpty = sum((report) => report.passed) + sum((report) => report.failed) === 0;
  const failed = sum((report) => report.failed) + (isEmpty ? 1 : 0);
  if (isEmpty) console.log(`no test was found under ${options.root}${options.only === '' ? '' : ` with "${options.only}" in its name`}`);
  if (failures.length > 0) console.log(`\nfailed:\n${failures.map(({ file, complaint }) => `  ${file}: ${complaint}`).join('\n')}`);
  const skipped = sum((report) => report.skipped);
  if (skipped > 0) console.log(`\n${skipped} skipped`);
  const summary = `${sum((report) => report.passed)} passed, ${failed} failed`;
  if (options.summary !== undefined) writeFileSync(options.summary, `${summary}\n`);
  console.log(`\n${reports.length} files\n${summary}`);
  process.exitCode = failed === 0 ? 0 : 1;
};

await main();
