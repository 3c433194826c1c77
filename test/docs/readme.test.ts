import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject } from '../cli/support.ts';
import { programs, withPrograms } from './tried.ts';

const test = suite('README');

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = join(root, 'README.md');

/** The terminal session on the first screen: from the first line with a prompt to the end of its block. */
const sessionIn = (text: string): string => /^ {4}\$ .*\n(?: {4}.*\n)+/m.exec(text)?.[0] ?? '';

const linesOf = (session: string): readonly string[] => session.split('\n').map((line) => line.replace(/^ {4}/, ''));

/** Stands in for a person: puts the line that the session's first comment tells into the table that it names. */
const edit = (session: string): string => {
  const [, table = '', line = ''] = /# (\w+) gets the line: +(.*)$/m.exec(session) ?? [];
  return `sed -i '/^CREATE TABLE ${table} /a\\  ${line}' "$1"`;
};

/**
 * The session run for real in a copy of this repository, as text: each command with its prompt, and what it says. Each is a
 * process of its own, so that only one of them, the one that has a PostgreSQL server started, is slow.
 */
const runSession = async (session: string): Promise<string> => {
  let told = '';
  await inProject({ 'edit.sh': edit(session), ...programs }, async ({ root: folder, shell }) => {
    for (const name of ['schema', 'migrations', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    expectRun(await shell('$L upgrade head'), { status: 0 });
    for (const line of linesOf(session).filter((each) => each.startsWith('$ '))) {
      const ran = await shell(`${withPrograms} EDITOR='sh ./edit.sh'; exec 2>&1; ${line.slice(2)}`);
      assert.is(ran.status, 0, `${line}\n${ran.stdout}${ran.stderr}`);
      told += `${line}\n${ran.stdout}`;
    }
  });
  return told.replaceAll(/^(?=.)/gm, '    ');
};

/** Without what is another one every time. */
const steady = (session: string): string => session.replaceAll(/\d{14}/g, 'ID').replaceAll(/\b[\d.]+ (?:ms|s)\b/g, 'TIME');

test('the terminal session is a real one (UPDATE_README=1 writes it anew)', async () => {
  const text = readFileSync(readme, 'utf8');
  const session = sessionIn(text);
  assert.ok(session.split('$ npx limbeck').length > 3, 'there is a session');
  const real = await runSession(session);
  if (process.env['UPDATE_README'] === '1')
    writeFileSync(
      readme,
      text.replace(session, () => real),
    );
  assert.is(steady(sessionIn(readFileSync(readme, 'utf8'))), steady(real));
});

test('the lines for a library run, with this package under its name', async () => {
  const [, script = ''] = /```js\n([^]*?)```/.exec(readFileSync(readme, 'utf8')) ?? [];
  await inProject({ 'app.db': '', 'lines.mjs': script }, async ({ root: folder, shell }) => {
    // Not measured: c8 would count the functions of dist/ beside those of lib/, which are the same ones.
    const ran = await shell(
      `LIMBECK_URL='sqlite:///${join(folder, 'app.db')}' && export LIMBECK_URL && cd '${root}' && NODE_V8_COVERAGE= node --input-type=module < '${join(folder, 'lines.mjs')}'`,
    );
    expectRun(ran, { status: 0, stdout: /^\S* -> \d{14}: \d+ applied\n$/ });
  });
});

test.run();
