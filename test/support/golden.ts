import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'uvu';
import { generate, type Generated } from '../../lib/diff/generate.ts';
import { loadModels } from '../../lib/diff/load.ts';
import type { EngineName, Scope, Session } from '../../lib/engine/engine.ts';

/**
 * Golden folders under test/cases/<engine>/: `old.sql` and `new.sql` are the input; `up.sql` and `down.sql` what limbeck
 * writes, proved. A folder without golden files, or a run with UPDATE_GOLDEN=1, writes them: read them before you commit.
 */
export const goldenCases = (test: Test, engine: EngineName, scope: Scope, openLive: (name: string) => Promise<Session>): void => {
  const folder = fileURLToPath(new URL(`../cases/${engine}/`, import.meta.url));
  for (const name of readdirSync(folder)) {
    test(name, async () => {
      const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
      const live = await openLive(name);
      try {
        await loadModels(live, { text: read('old.sql'), file: 'old.sql' });
        const first = await generateCase(live, scope, read('new.sql'));
        const again = await generateCase(live, scope, read('new.sql'));
        assert.deepEqual(again?.up, first?.up, 'the same bytes on every run');
        for (const [file, body] of [
          ['up.sql', first?.up],
          ['down.sql', first?.down],
        ] as const) {
          const text = body === undefined ? '' : `${body.foreignKeys === 'off' ? '-- foreign keys: off\n' : ''}${body.text}`;
          const path = join(folder, name, file);
          if (process.env['UPDATE_GOLDEN'] === '1' || !existsSync(path)) writeFileSync(path, text);
          assert.equal(text, readFileSync(path, 'utf8'), `${name}/${file}`);
        }
      } finally {
        await live.close();
      }
    });
  }
};

const generateCase = (live: Session, scope: Scope, text: string): Promise<Generated | undefined> =>
  generate({
    live,
    models: { text, file: 'new.sql' },
    scope,
    render: { target: '3.35' },
    decideRename: async () => false,
    requireProof: true,
  });
