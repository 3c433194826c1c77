import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandsFor } from '../../lib/cli/commands.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { parse } from '../../lib/cli/parse.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { expectRun, inProject, small } from './support.ts';
import type { Project } from './support.ts';

/** What yargs has a sentence for: each goes through another part of its validation. */
const refused: readonly (readonly string[])[] = [
  ['show'],
  ['upgrade', 'head', 'two', 'three'],
  ['upgrade', '--no-such'],
  ['upgrade', 'head', '--no-such', '--nor-this'],
  ['heads', '--url'],
  ['heads', '--driver', 'oracle'],
  ['heads', '--driver', '%s %d'],
  ['heads', '-x%s'],
  ['heads', '-qz'],
  ['show', '%s', '%d'],
];

const complaintOf = async (line: readonly string[]): Promise<string> => {
  try {
    parse(line, { commands: await commandsFor(line, globalOptions), options: globalOptions });
  } catch (error) {
    if (isLimbeckError(error)) return `error[${error.code}]: ${error.message}\nhint: ${error.hint ?? ''}\n`;
    throw error;
  }
  return 'no complaint';
};

test('what is run has a yargs without its help, which says what yargs says', () =>
  inProject(small, async ({ run }) => {
    for (const line of refused) {
      const complaint = await complaintOf(line);
      assert.ok(complaint.startsWith('error[usage]: '), line.join(' '));
      const ran = await run(...line);
      expectRun(ran, { status: 64 });
      assert.is(ran.stderr, complaint);
    }
  }));

/** What is run of dist/ by one command line. */
const loadedBy = async (project: Project, ...args: readonly string[]): Promise<readonly string[]> => {
  await project.write('tell.cjs', tell);
  const ran = await project.runWith({ env: { NODE_OPTIONS: `--require ${project.root}/tell.cjs` } }, ...args);
  expectRun(ran, { status: 0 });
  return /^loaded: (.*)$/m.exec(ran.stderr)?.[1]?.split(' ') ?? [];
};

const tell = `process.on('exit', () => {
  const ours = Object.keys(require.cache).flatMap((path) => /[/]dist[/](limbeck[^/]*)$/.exec(path)?.[1] ?? []);
  process.stderr.write('loaded: ' + ours.join(' ') + String.fromCharCode(10));
});
`;

test('what most commands need is in one file, and PostgreSQL in another', () =>
  inProject(small, async (project) => {
    expectRun(await project.run('upgrade', 'head'), { status: 0 });
    for (const line of [['heads'], ['history'], ['show', 'head']])
      assert.equal(await loadedBy(project, ...line), ['limbeck.cjs', 'limbeck-parse.cjs'], line.join(' '));
    for (const line of [['current'], ['status'], ['upgrade', 'head']]) {
      const beside = (await loadedBy(project, ...line)).filter((name) => name !== 'limbeck-sqljs.cjs');
      assert.equal(beside, ['limbeck.cjs', 'limbeck-parse.cjs'], line.join(' '));
    }
    const compared = await loadedBy(project, 'diff', '--from', 'sqlite://', '--to', 'sqlite://');
    assert.ok(compared.includes('limbeck-rest.cjs'));
    assert.not.ok(compared.includes('limbeck-postgres.cjs'));
  }));

test('the files tell the licences of the packages that are in them', () => {
  const text = readFileSync(new URL('../../dist/limbeck.licences.txt', import.meta.url), 'utf8');
  assert.match(text, /^yargs\n\nMIT License\n/m);
  assert.match(text, /^yargs-parser\n\n/m);
});

test.run();
