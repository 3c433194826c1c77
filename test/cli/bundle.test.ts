import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandsFor } from '../../lib/cli/commands.ts';
import { globalOptions } from '../../lib/cli/options.ts';
import { parse } from '../../lib/cli/parse.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { expectRun, inProject, small } from './support.ts';

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

test('the one file that is run has a yargs without its help, which says what yargs says', () =>
  inProject(small, async ({ run }) => {
    for (const line of refused) {
      const complaint = await complaintOf(line);
      assert.ok(complaint.startsWith('error[usage]: '), line.join(' '));
      const ran = await run(...line);
      expectRun(ran, { status: 64 });
      assert.is(ran.stderr, complaint);
    }
  }));

test('the one file tells the licences of the packages that are in it', () => {
  const text = readFileSync(new URL('../../dist/limbeck.cjs.licences.txt', import.meta.url), 'utf8');
  assert.match(text, /^yargs\n\nMIT License\n/m);
  assert.match(text, /^yargs-parser\n\n/m);
});

test.run();
