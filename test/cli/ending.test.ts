import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeWithSqlite } from '../support/node24.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';

const lastCollection = (stdout: string): string | undefined =>
  stdout
    .split('\n')
    .filter((line) => /\bms: (?:Scavenge|Mark-Compact)/.test(line))
    .at(-1);

for (const node of new Set([process.execPath, nodeWithSqlite()])) {
  test(`a heap that has grown is cleared before the end, where Node may wait for itself for ever (${node})`, async () => {
    await inProject(twoRevisions, async ({ shell }) => {
      const upgrade = await shell('${L/ / --trace-gc } upgrade head --driver sql.js', node);
      expectRun(upgrade, { status: 0, stderr: /applied 2 revisions/ });
      assert.match(lastCollection(upgrade.stdout) ?? '', /Mark-Compact/);
      const history = await shell('${L/ / --trace-gc } history', node);
      expectRun(history, { status: 0 });
      assert.not.match(history.stdout, /Mark-Compact/, 'what was small ends at once');
    });
  });
}

test.run();
