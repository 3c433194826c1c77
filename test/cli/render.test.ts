import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RevisionSummary } from '../../lib/api/types.ts';
import { duration, openProgress } from '../../lib/cli/render/event.ts';
import type { ProgressOptions } from '../../lib/cli/render/event.ts';
import { openLiveLine } from '../../lib/cli/render/live.ts';
import { printError } from '../../lib/cli/render/error.ts';
import { renderJson } from '../../lib/cli/render/json.ts';
import { details, historyLine, idLine } from '../../lib/cli/render/revision.ts';
import type { Streams } from '../../lib/cli/streams.ts';
import { maskIn } from '../../lib/cli/mask.ts';
import { LimbeckError } from '../../lib/errors.ts';
import type { RunEvent } from '../../lib/runner/event.ts';

const revision = (over: Partial<RevisionSummary> = {}): RevisionSummary => ({
  id: 'b2',
  slug: 'add_roles',
  message: 'add roles\n\nwith a reason',
  parents: ['a1'],
  dependsOn: [],
  labels: [],
  branches: [],
  children: [],
  isHead: false,
  isEffectiveHead: false,
  isBase: false,
  isBranchPoint: false,
  isMergePoint: false,
  isCurrent: undefined,
  proof: 'proved',
  paths: ['migrations/b2_add_roles.up.sql'],
  ...over,
});

test('history lines are those of Alembic', () => {
  assert.is(historyLine(revision()), 'a1 -> b2, add roles');
  assert.is(historyLine(revision({ parents: [], isBase: true, message: '' })), '<base> -> b2');
  assert.is(historyLine(revision({ isHead: true, isCurrent: true, branches: ['shop'] })), 'a1 -> b2 (shop) (head) (current), add roles');
  assert.is(
    historyLine(revision({ parents: ['a1', 'a2'], isMergePoint: true, isBranchPoint: true, dependsOn: ['c3'] })),
    'a1, a2 (c3) -> b2 (branchpoint) (mergepoint), add roles',
  );
  assert.is(idLine(revision({ isHead: true, isCurrent: true })), 'b2 (head)');
});

test('details are those of Alembic’s show', () => {
  assert.equal(details(revision({ isHead: true, proof: 'edited', dependsOn: ['c3'] })), [
    'Rev: b2 (head)',
    'Parent: a1',
    'Also depends on: c3',
    'Path: migrations/b2_add_roles.up.sql',
    'Proof: none since it was edited (limbeck prove proves it again)',
    '',
    '    add roles',
    '',
    '    with a reason',
    '',
  ]);
  assert.ok(details(revision({ parents: ['a1', 'a2'] })).includes('Merges: a1, a2'));
});

test('durations in the unit that people read', () => {
  assert.equal([0.2, 84.4, 999, 1000, 59_940, 185_000].map(duration), ['1 ms', '84 ms', '999 ms', '1.0 s', '59.9 s', '3 min 5 s']);
});

const catching = (): { readonly streams: Streams; readonly said: () => string } => {
  let said = '';
  const mask = (text: string): string => maskIn(text, []);
  return {
    said: () => said,
    streams: {
      out: () => assert.unreachable('events are not results'),
      err: (text) => (said += mask(text)),
      paint: (_paint, text) => text,
      mask,
      hide: () => undefined,
      flush: () => Promise.resolve(undefined),
    },
  };
};

const events: readonly RunEvent[] = [
  { type: 'database-created', location: 'sqlite:///./a.db', source: 'limbeck.json.url' },
  { type: 'waiting-for-lock', holder: 'process 7' },
  { type: 'plan', direction: 'up', revisions: ['b2'] },
  { type: 'start', direction: 'up', revision: 'b2', slug: 'add_roles', from: ['a1'], to: ['b2'] },
  { type: 'statement', revision: 'b2', index: 0, count: 2, sql: `CREATE TABLE roles (\n  ${'x'.repeat(100)}\n)` },
  { type: 'hazard', revision: 'b2', hazard: { kind: 'data loss', text: 'drops users.pin' } },
  { type: 'warning', code: 'x', message: 'cannot reach postgres://a:secret@h/d', hint: 'look' },
  { type: 'done', direction: 'up', revision: 'b2', slug: 'add_roles', durationMs: 12.3, checked: true },
  { type: 'start', direction: 'down', revision: 'b2', slug: '', from: ['b2'], to: [] },
  { type: 'done', direction: 'down', revision: 'b2', slug: '', durationMs: 1500, checked: false },
];

const sayAll = (options: ProgressOptions): readonly string[] => {
  const { streams, said } = catching();
  const progress = openProgress(streams, options);
  for (const event of events) progress.onEvent(event);
  return said().trimEnd().split('\n');
};

const always = [
  'Creating database sqlite:///./a.db (its URL is from limbeck.json.url)',
  'warning: b2: data loss: drops users.pin',
  'warning: cannot reach postgres://a:***@h/d',
  'hint: look',
];

test('events are told in lines', () => {
  assert.equal(sayAll({ quiet: false, verbose: false, json: false }), [
    always[0],
    'Waiting for another run (process 7) to end',
    'Running upgrade a1 -> b2, add roles',
    ...always.slice(1),
    '  b2 ... done in 12 ms',
    'Running downgrade b2 -> <base> ... done in 1.5 s (not checked)',
  ]);
});

test('--verbose tells of plan and statements, --quiet only what must not be missed', () => {
  const verbose = sayAll({ quiet: false, verbose: true, json: false });
  assert.ok(verbose.includes('Plan: up b2'));
  assert.ok(verbose.some((line) => line.startsWith('  [1/2] CREATE TABLE roles ( xxx') && line.endsWith('…')));
  assert.equal(sayAll({ quiet: true, verbose: true, json: false }), always);
});

test('--json: one object a line, with its password masked', () => {
  const lines = sayAll({ quiet: false, verbose: true, json: true }).map((line): unknown => JSON.parse(line));
  assert.equal(lines, [
    { warning: { message: always[0], hint: null } },
    { warning: { message: 'b2: data loss: drops users.pin', hint: null } },
    { warning: { message: 'cannot reach postgres://a:***@h/d', hint: 'look' } },
  ]);
});

test('on a terminal what takes long is told with its time, on one line, and how far it is', async () => {
  let said = '';
  const live = openLiveLine({ write: (text) => (said += text), columns: () => 60 });
  const text = 'Running upgrade a1 -> b2, a message that is longer than the line is';
  live.open(text);
  assert.is(said, text.slice(0, 59));
  live.watch(() => Promise.resolve('users_idx: 34 %'));
  while (!said.includes('34 %')) await new Promise((resolve) => setTimeout(resolve, 50));
  live.close();
  const [, ...drawn] = said.split('\r');
  assert.is(drawn.at(-1), `\u001B[K${text}`);
  assert.match(drawn.at(-2) ?? '', /^Running [^\n]* \.\.\. \d+ s, users_idx: 34 %.\[K$/);
  for (const line of drawn.slice(0, -1)) assert.ok(line.replace('\u001B[K', '').length <= 59, line);
  const before = said;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.is(said, before, 'a line that is closed says nothing more');
});

test('an error has three parts', () => {
  const { streams, said } = catching();
  const where = { file: 'a.sql', line: 12, column: 8, frame: '  12 | CREATE\n     | ^' };
  printError(streams, new LimbeckError('sql-syntax', 'it is open', { where, hint: 'close it' }), { debug: false, json: false });
  assert.is(said(), 'error[sql-syntax]: it is open\n  a.sql:12:8\n    12 | CREATE\n       | ^\nhint: close it\n');
});

test('what was not foreseen: one line, a request, and the stack only if asked', () => {
  for (const error of [new TypeError('x is not a function\nat all'), 'a text', undefined]) {
    const { streams, said } = catching();
    printError(streams, error, { debug: false, json: false });
    assert.match(said(), /^error\[internal\]: unexpected: .*\nhint: please report this/);
    assert.not.match(said(), /\n\s+at /);
  }
  const { streams, said } = catching();
  printError(streams, new LimbeckError('usage', 'x', { cause: new Error('the cause') }), { debug: true, json: false });
  assert.match(said(), /\n\s+at [^]*caused by: Error: the cause\n\s+at /);
});

test('an error as JSON masks before it quotes', () => {
  const { streams, said } = catching();
  const data = { urls: ['postgres://a:s"x@h/d'], count: 1n, none: undefined };
  printError(streams, new LimbeckError('bad-url', 'no', { data }), { debug: false, json: true });
  const { error } = JSON.parse(said());
  assert.equal(error, { code: 'bad-url', message: 'no', where: null, hint: null, data: { urls: error.data.urls, count: '1', none: null } });
  assert.not.ok(said().includes('a:s'));
});

test('results as JSON keep their keys', () => {
  assert.is(renderJson({ a: undefined, durationMs: 1.23456, n: 2n }), '{\n  "a": null,\n  "durationMs": 1.2,\n  "n": "2"\n}\n');
});

test.run();
