import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalEntry } from '../../lib/engine/engine.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import type { Revision } from '../../lib/revision/revision.ts';
import { chooseDown } from '../../lib/runner/down.ts';
import { migrationFileOf } from '../../lib/runner/migration.ts';
import { checksum } from '../../lib/sql/header.ts';

const test = suite('which down runs');

const proof = (body: string): string =>
  `-- t\n-- proof: sqlite 3 · up, down, up · body ${checksum(body)} · before f1:aa · after f1:bb\n\n${body}`;

interface Case {
  readonly title: string;
  readonly stored: string | undefined;
  readonly file: string | undefined;
  readonly sameUp: boolean;
  readonly runs: 'stored' | 'file' | 'none';
  readonly warns: boolean;
}

const cases: readonly Case[] = [
  { title: 'no file', stored: 'A;', file: undefined, sameUp: false, runs: 'stored', warns: false },
  { title: 'the same', stored: 'A;', file: 'A;', sameUp: true, runs: 'file', warns: false },
  { title: 'the same, the up edited', stored: 'A;', file: 'A;', sameUp: false, runs: 'stored', warns: false },
  { title: 'the same body, proved since', stored: 'A;', file: proof('A;'), sameUp: true, runs: 'file', warns: false },
  { title: 'edited', stored: 'A;', file: 'B;', sameUp: true, runs: 'stored', warns: true },
  { title: 'edited and proved', stored: 'A;', file: proof('B;'), sameUp: true, runs: 'file', warns: true },
  { title: 'edited since its proof', stored: 'A;', file: `${proof('B;')}C;`, sameUp: true, runs: 'stored', warns: true },
  { title: 'both edited and proved', stored: 'A;', file: proof('B;'), sameUp: false, runs: 'stored', warns: true },
  { title: 'written later', stored: undefined, file: 'B;', sameUp: true, runs: 'file', warns: false },
  { title: 'written later, the up edited', stored: undefined, file: 'B;', sameUp: false, runs: 'none', warns: false },
  { title: 'none', stored: undefined, file: undefined, sameUp: true, runs: 'none', warns: false },
];

const up = migrationFileOf('1_x.up.sql', 'UP;');

const entry = ({ stored, sameUp }: Case): JournalEntry => ({
  revision: '1',
  parents: [],
  dependsOn: [],
  slug: 'x',
  engine: 'sqlite',
  checksum: sameUp ? up.checksum : checksum('ANOTHER;'),
  down: stored,
  touches: '',
  appliedAt: '',
  appliedBy: '',
  durationMs: 0,
  statementsDone: 1,
  state: 'applied',
  limbeckVersion: '',
});

const revision = ({ file }: Case): Revision => ({
  id: '1',
  parents: [],
  dependsOn: [],
  labels: [],
  squashes: [],
  slug: 'x',
  message: 'x',
  halves: [{ engine: undefined, up, down: file === undefined ? undefined : migrationFileOf('1_x.down.sql', file) }],
});

for (const each of cases) {
  test(each.title, () => {
    try {
      const { file, warning } = chooseDown(entry(each), revision(each), 'sqlite');
      assert.is(file.path, each.runs === 'file' ? '1_x.down.sql' : '1_x.down.sql (as the journal has it)');
      assert.is(warning !== undefined, each.warns);
    } catch (error) {
      if (!isLimbeckError(error)) throw error;
      assert.equal([error.code, each.runs], ['no-down', 'none']);
    }
  });
}

test.run();
