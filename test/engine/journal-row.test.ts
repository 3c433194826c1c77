import assert from 'node:assert/strict';
import { suite } from 'uvu';
import type { JournalEntry } from '../../lib/engine/engine.ts';
import { fromEntry, journalColumns, toEntry } from '../../lib/engine/journal-row.ts';
import { openSession } from '../../lib/engine/open.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('rows of the journal');

const entry: JournalEntry = {
  revision: '2',
  parents: ['1', 'a"b'],
  dependsOn: ['0'],
  slug: 'two',
  engine: 'postgres',
  checksum: 'c1:x',
  down: undefined,
  touches: 'table t f1:a→f1:b',
  appliedAt: '2026-01-02T03:04:05.678Z',
  appliedBy: 'me@here',
  durationMs: 12,
  statementsDone: 3,
  state: 'reverting',
  limbeckVersion: '0.1.0',
};

test('an entry comes back as it went', () => {
  for (const down of [undefined, '', 'DROP TABLE t;\n'])
    assert.deepEqual(toEntry(fromEntry({ ...entry, down }), 'sqlite'), { ...entry, down });
});

test('the columns that an entry fills, and those that the engine adds, are those of the table', async () => {
  const filled = ['seq', 'format', 'token', ...Object.keys(fromEntry(entry))];
  assert.deepEqual([...filled].sort(), [...journalColumns].sort());
  const session = await openSession('sqlite://', { mode: 'write', directory: '/' });
  try {
    await session.transaction(() => session.journal('j').ensure());
    const names = (await session.query("SELECT name FROM pragma_table_info('j')")).map(({ name }) => name);
    assert.deepEqual(names, journalColumns);
  } finally {
    await session.close();
  }
});

test('a list that somebody broke is told, not a SyntaxError', async () => {
  for (const broken of ['1', 'a, b', '{}', null])
    for (const column of ['parents', 'depends_on']) {
      const error = await rejects('bad-config', () => toEntry({ ...fromEntry(entry), [column]: broken }, 'postgres'));
      assert.match(error.message, /where a list of revisions belongs/);
    }
});

test.run();
