import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import { nodeWithSqlite } from '../support/node24.ts';
import { inProject, twoRevisions } from './support.ts';
import type { Files } from './support.ts';

/** What a run can load that takes long: packages by their folder, Node's own SQLite, and yargs, which is in a file with what asks it. */
const heavy = ['postgres', 'sql.js', 'node-sql-parser', 'node:sqlite', 'yargs'] as const;
type Heavy = (typeof heavy)[number];

/** Tells at the end which of Node's own modules were loaded. */
const preload = "process.on('exit', () => require('node:fs').writeFileSync(process.env.LOADED, process.moduleLoadList.join('\\n')));\n";

interface Script {
  readonly url: string;
}

/** What a command line loaded, by V8's own account of the scripts that it ran. */
const loadedBy = async (line: readonly string[], files: Files, node: string): Promise<readonly Heavy[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'limbeck-loaded-'));
  try {
    await inProject({ ...files, 'preload.cjs': preload }, async ({ root, runWith }) => {
      const env = { NODE_V8_COVERAGE: folder, NODE_OPTIONS: `--require ${join(root, 'preload.cjs')}`, LOADED: join(folder, 'builtin.txt') };
      const ran = await runWith({ env, node }, ...line);
      assert.ok(ran.status === 0 || ran.status === 1, `${line.join(' ')}: ${ran.status}\n${ran.stderr}`);
    });
    const [name] = (await readdir(folder)).filter((each) => each.endsWith('.json'));
    if (name === undefined) throw new Error(`V8 said nothing of ${line.join(' ')}`);
    const scripts: readonly Script[] = JSON.parse(await readFile(join(folder, name), 'utf8')).result;
    const builtins = await readFile(join(folder, 'builtin.txt'), 'utf8');
    return heavy.filter((each) => {
      if (each === 'node:sqlite') return /^NativeModule (?:internal\/)?sqlite$/m.test(builtins);
      if (each === 'yargs') return scripts.some(({ url }) => url.endsWith('/dist/limbeck-parse.cjs'));
      return scripts.some(({ url }) => url.includes(`/node_modules/${each}/`));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};

const needsNothing: readonly (readonly string[])[] = [
  ['--version'],
  ['--help'],
  ['help', 'upgrade'],
  ['help', 'revisions'],
  ['upgrade', '--help'],
  ['--get-completions', 'upgrade', ''],
  ['--get-completions', ''],
];

/** With yargs, which reads their line, and nothing else. */
const needsFilesOnly: readonly (readonly string[])[] = [
  ['heads'],
  ['heads', '--json'],
  ['history'],
  ['show', 'head'],
  ['branches'],
  ['completion', 'bash'],
  ['new', 'x'],
  ['revision', '-m', 'x'],
];

const needsDatabase: readonly (readonly string[])[] = [['current'], ['status'], ['history', '-i']];

const database: Files = { ...twoRevisions, 'app.db': '' };

const known = new Set((await allCommands()).map(({ name }) => name));
const isThere = ([word = '']: readonly string[]): boolean => word.startsWith('-') || word === 'help' || known.has(word);

for (const [label, node] of [
  ['this Node', process.execPath],
  ['Node 24', nodeWithSqlite()],
] as const) {
  for (const line of needsNothing)
    test(`${label}: limbeck ${line.join(' ')} loads nothing`, async () => assert.equal(await loadedBy(line, twoRevisions, node), []));

  for (const line of needsFilesOnly) {
    test(`${label}: limbeck ${line.join(' ')} loads no parser and no driver`, async () => {
      assert.ok(isThere(line), `there is no command ${line[0]}`);
      assert.equal(await loadedBy(line, twoRevisions, node), ['yargs']);
    });
  }

  for (const line of needsDatabase) {
    test(`${label}: limbeck ${line.join(' ')} on SQLite loads the driver, and neither a parser nor PostgreSQL's`, async () => {
      const driver = label === 'Node 24' || Number(process.versions.node.split('.')[0]) >= 24 ? 'node:sqlite' : 'sql.js';
      assert.equal(await loadedBy(line, database, node), [driver, 'yargs']);
    });
  }
}

test('what is heavy is seen where it is loaded', async () => {
  assert.equal(await loadedBy(['diff', '--driver', 'sql.js'], database, process.execPath), ['sql.js', 'node-sql-parser', 'yargs']);
});

test.run();
