import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject, twoRevisions, type Files, type Project } from '../cli/support.ts';
import { anyServer } from '../support/postgres/server.ts';
import { blocksOf, type Block } from './command-lines.ts';
import { programs, withPrograms } from './tried.ts';

const test = suite('docs/guides/ci.md');

const page = readFileSync(new URL('../../docs/guides/ci.md', import.meta.url), 'utf8');
const blocks = blocksOf(page);
const textOf = ({ lines }: Block): string => lines.join('\n');

/** The block of a language that holds some text. */
const blockWith = (language: string, part: string): string => {
  const found = blocks.filter((block) => block.language === language && textOf(block).includes(part));
  assert.is(found.length, 1, `one ${language} block with ${part}`);
  return found.map(textOf).join('');
};

const makefile = blockWith('make', 'LIMBECK =');
const gate = blockWith('sh', 'set -eu');
const answer = blockWith('sh', 'case $status');
const production = blockWith('sh', 'current --check-heads');
const bot = blockWith('sh', 'events.jsonl');

const declared = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nCREATE TABLE roles (id INTEGER PRIMARY KEY);\n';
const team: Files = {
  ...twoRevisions,
  ...programs,
  'schema/models.sql': declared,
  'limbeck.json': '{ "url": "sqlite:///./desk.db" }',
  Makefile: `${makefile}\n`,
};

const inTeam = (work: (project: Project) => Promise<void>): Promise<void> => inProject(team, work);
const secondHead = '-- late\n-- revision: 3\n-- parent: 1\n\n';

test('every block for a shell is one of those below', () => {
  const tried = [makefile, gate, answer, production, bot];
  assert.equal(
    blocks
      .filter(({ language }) => language !== 'yaml')
      .map(textOf)
      .filter((text) => !tried.includes(text)),
    [],
  );
});

test('the Makefile: each target does what it says, on SQLite', () =>
  inTeam(async ({ shell, write }) => {
    const make = (line: string): ReturnType<typeof shell> => shell(`${withPrograms} make -s ${line}`);
    expectRun(await make('test-migrations'), { status: 0, stderr: /applied 2 revisions[^]*reverted 2 revisions/ });
    expectRun(await make('migrate'), { status: 0, stderr: /Creating database[^]*applied 2 revisions/ });
    expectRun(await make('check'), { status: 0, stdout: /Single head: 2\nNo new upgrade operations/ });
    expectRun(await make('rollback'), { status: 0, stderr: /2 -> 1/ });
    expectRun(await make('status'), { status: 0, stdout: /\[x\] 1 [^]*\[ \] 2 / });
    expectRun(await make('check'), { status: 2, stderr: /Error 1/ });
    await make('migrate');
    await write('schema/models.sql', `${declared}CREATE TABLE more (id INTEGER PRIMARY KEY);\n`);
    expectRun(await make('generate m="add more"'), { status: 0, stdout: /_add_more\.up\.sql/, stderr: /proved/ });
    expectRun(await make('new m="fill more"'), { status: 0, stdout: /_fill_more\.up\.sql/ });
    await write('migrations/3_late.up.sql', secondHead);
    expectRun(await make('check'), { status: 2, stderr: /Error 1/ });
  }));

test('what tells no from could not be asked', () =>
  inTeam(async ({ shell, write }) => {
    const ask = (url: string): ReturnType<typeof shell> => shell(`${withPrograms} export LIMBECK_URL=${url}\n${answer}`);
    expectRun(await ask('sqlite:///./migrations'), { status: 2, stderr: /nothing was compared \(status 2\)/ });
    expectRun(await ask('mysql://x'), { status: 64, stderr: /status 64/ });
    expectRun(await shell('$L up'), { status: 0 });
    expectRun(await ask('sqlite:///./desk.db'), { status: 0, stdout: /is what models\.sql says/ });
    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n');
    expectRun(await ask('sqlite:///./desk.db'), { status: 1, stdout: /a revision is missing/ });
  }));

test('for a bot: the keys that it reads', () =>
  inTeam(async ({ shell }) => {
    const ran = await shell(`${withPrograms} $L up; $L rollback; { ${bot}\n} && cat status.json >&2`);
    assert.is(ran.status, 0, ran.stderr);
    const last: unknown = JSON.parse(ran.stdout.trim());
    assert.is(Reflect.get(Object(last), 'type'), 'result');
    assert.match(ran.stderr, /"pending"/);
  }));

/** The `run:` lines of the workflow that are limbeck's. */
const workflow = (): readonly string[] =>
  [...blockWith('yaml', 'jobs:').matchAll(/^ *- run: (npx limbeck .*)$/gm)].map(([, line = '']) => line);

test('the gate, the workflow and the lines for production, on PostgreSQL', async () => {
  const server = await anyServer();
  const url = server.url.replace(/\/[^/?]*(\?|$)/, '/limbeck_ci$1');
  try {
    await inTeam(async ({ shell, write }) => {
      await write('deployed-revision', '1\n');
      const run = (script: string): ReturnType<typeof shell> => shell(`${withPrograms} export LIMBECK_URL='${url}'\n${script}`);
      await run('limbeck drop --yes');
      expectRun(await run(gate), { status: 0, stderr: /applied 2 revisions[^]*reverted 2 revisions/ });
      const lines = workflow();
      assert.ok(lines.length > 5);
      expectRun(await run(`set -e\n${lines.join('\n')}\ncat upgrade.sql back.sql`), {
        status: 0,
        stdout: /ON_ERROR_STOP[^]*CREATE TABLE roles[^]*DROP TABLE roles/,
      });
      expectRun(await run(production), { status: 0, stderr: /nothing to do/ });
      expectRun(await run('npx limbeck status --quiet'), { status: 0, stdout: /^$/ });
      await write('migrations/3_late.up.sql', secondHead);
      expectRun(await run(gate), { status: 1, stdout: /3/ });
      expectRun(await run('npx limbeck status --quiet'), { status: 1, stdout: /^$/ });
      await run('limbeck drop --yes');
    });
  } finally {
    await server.stop();
  }
});

test.run();
