import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCase } from './generate/case.ts';
import { mutationNames } from './generate/mutate.ts';
import { alsoUnderNodeSqlite, drivers } from '../support/drivers.ts';
import { soak } from './random.ts';

test('random schemas keep their rows and meaning up, down and up again', async () => {
  const count = drivers.includes('sql.js') ? 25 : 6;
  const report = await soak({ seed: 1, count, binaryEvery: 0, minimise: false });
  assert.equal(report.failures, []);
  assert.ok((report.counts.get('ok') ?? 0) >= count / 2, [...report.counts].join('; '));
});

test('a seed makes the same case every time', () => {
  const [a, b] = [makeCase(77, false), makeCase(77, false)];
  assert.is(a.case.modelsBefore, b.case.modelsBefore);
  assert.is(a.case.modelsAfter, b.case.modelsAfter);
});

test('the generator makes every change and every kind of part', () => {
  const seen = new Set(Array.from({ length: 600 }, (_, at) => makeCase(at, false).features).flat());
  const changes = mutationNames.filter((name) => !seen.has(`change: ${name}`));
  assert.equal(changes, []);
  const parts = [
    'autoincrement',
    'cascade',
    'check constraint',
    'collate',
    'composite primary key',
    'default',
    'deferred foreign key',
    'descending primary key',
    'expression index',
    'foreign key',
    'generated column',
    'index',
    'instead of trigger',
    'integer primary key',
    'named constraint',
    'not null',
    'not null on conflict',
    'odd names',
    'other primary key',
    'partial index',
    'self reference',
    'strict',
    'trigger',
    'unique constraint',
    'unique index',
    'unique on conflict',
    'view',
    'view on a view',
    'view with columns',
    'virtual table',
    'without rowid',
  ];
  assert.equal(
    parts.filter((part) => !seen.has(part)),
    [],
  );
});

alsoUnderNodeSqlite(test, import.meta.url, 3);

test.run();
