import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allCommands } from '../../lib/cli/commands.ts';
import type { LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { startServer } from '../support/postgres/server.ts';
import { inProject } from './support.ts';
import type { Ran } from './support.ts';
import { story } from './transcripts/story.ts';

/*
 * What every command answers, on both engines: transcripts/<engine>/<command>.txt, in the order of the story. A missing
 * file, or a run with UPDATE_GOLDEN=1, is written: read it before you commit.
 */
const test = suite('transcripts');
let server: LocalServer;
test.before(async () => {
  server = await startServer();
});
test.after(() => server.stop());

const folderOf = (engine: string): string => fileURLToPath(new URL(`transcripts/${engine}/`, import.meta.url));

/** Words of a command line, as a shell reads them. */
const wordsOf = (line: string): readonly string[] => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'));

/** Without what is another one on every run or machine: times, places, versions, and the hashes of proofs, which name a major. */
const settled = (text: string, root: string): string =>
  text
    .replaceAll(root, '/project')
    .replaceAll(`:${server.port}/`, ':5432/')
    .replaceAll(/(postgres(?:ql)?:\/\/postgres:)\*\*\*@/g, '$1***@')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d(?::\d\d)?)?/g, '2026-01-01T00:00:00Z')
    .replaceAll(/\b(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)\b/g, 'N ms')
    .replaceAll(/("durationMs": ?)[\d.]+/g, '$10')
    .replaceAll(/\b([a-z]\d):[0-9a-f]{8,}/g, '$1:…')
    .replaceAll(/(SQLite|PostgreSQL) \d+(?:\.\d+)*/g, '$1 N')
    .replaceAll(/proof: (sqlite|postgres) \d+/g, 'proof: $1 N')
    .replaceAll(/sql\.js \d+\.\d+\.\d+|node:sqlite \(Node \d+\.\d+\.\d+\)/g, 'DRIVER')
    .replaceAll(/on Node \d+\.\d+\.\d+/g, 'on Node N')
    .replaceAll(/\b\d+ kB\b/g, 'N kB');

const shown = (line: string, { stdout, stderr, status }: Ran): string => {
  const part = (name: string, text: string): string => (text === '' ? '' : `--- ${name}\n${text.replace(/\n?$/, '\n')}`);
  return `$ limbeck ${line}\n${part('stdout', stdout)}${part('stderr', stderr)}--- status ${status}\n\n`;
};

/** Runs the story and puts together what each command answered. */
const tell = async (url: string): Promise<ReadonlyMap<string, string>> => {
  const told = new Map<string, string>();
  await inProject({ 'package.json': '{ "name": "story" }\n' }, async ({ root, write, runWith }) => {
    const env = { LIMBECK_URL: url, LIMBECK_DRIVER: 'sql.js', VISUAL: 'true' };
    for (const step of story) {
      if (typeof step !== 'string') {
        await write(step.file, step.text);
        continue;
      }
      const [command = '', ...args] = wordsOf(step);
      const ran = await runWith({ env: command === 'init' ? {} : env }, command, ...args);
      told.set(command, `${told.get(command) ?? ''}${settled(shown(step, ran), root)}`);
    }
  });
  return told;
};

test('the story has every command, with words and as JSON', async () => {
  const lines = story.filter((step): step is string => typeof step === 'string');
  for (const { name } of await allCommands()) {
    const own = lines.filter((line) => wordsOf(line)[0] === name);
    assert.ok(
      own.some((line) => !line.includes('--json')),
      `limbeck ${name} has no transcript: test/cli/transcripts/story.ts`,
    );
    assert.ok(
      own.some((line) => line.includes('--json')),
      `limbeck ${name} has no transcript with --json: test/cli/transcripts/story.ts`,
    );
  }
});

for (const engine of ['sqlite', 'postgres']) {
  test(`on ${engine} each command answers what stands in its transcript`, async () => {
    const told = await tell(engine === 'sqlite' ? 'sqlite:///./story.db' : server.tcpUrl('story'));
    const folder = folderOf(engine);
    mkdirSync(folder, { recursive: true });
    for (const [command, text] of told) {
      const path = `${folder}${command}.txt`;
      if (process.env['UPDATE_GOLDEN'] === '1' || !existsSync(path)) writeFileSync(path, text);
      assert.is(text, readFileSync(path, 'utf8'), `${engine}/${command}.txt`);
      if (!text.includes('"where"')) assert.not.match(text, /\n\s+at .*:\d+:\d+/);
    }
    assert.equal(readdirSync(folder).sort(), [...told.keys()].map((command) => `${command}.txt`).sort());
  });
}

test.run();
