import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject, twoRevisions } from './support.ts';

/** The shape of a JSON value: keys in order, with the kind of each value; arrays by their first element. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
};

const summary = {
  id: 'string',
  slug: 'string',
  message: 'string',
  parents: [],
  dependsOn: [],
  labels: [],
  branches: [],
  children: ['string'],
  isHead: 'boolean',
  isEffectiveHead: 'boolean',
  isBase: 'boolean',
  isBranchPoint: 'boolean',
  isMergePoint: 'boolean',
  isCurrent: 'null',
  proof: 'string',
  paths: ['string'],
};

const asked = { ...summary, isCurrent: 'boolean' };

const head = { ...summary, parents: ['string'], children: [] };

const step = { revision: 'string', slug: 'string', durationMs: 'number', checked: 'boolean' };

/** In the order in which they are run, on one project with two revisions. These shapes are public: only add to them. */
const table: readonly (readonly [readonly string[], number, unknown])[] = [
  [['heads'], 0, { heads: [head] }],
  [['history'], 0, { revisions: [head] }],
  [['show', '1'], 0, { revisions: [{ ...summary, files: [{ path: 'string', text: 'string' }] }] }],
  [['current'], 0, { location: 'string', server: 'string', revisions: [], unknown: [], atHeads: 'boolean' }],
  [['status', '--exit-code'], 1, { location: 'string', applied: [], pending: [asked], stopped: [], unknown: [] }],
  [
    ['upgrade', 'head', '--dry-run'],
    0,
    { location: 'string', from: [], to: ['string'], steps: [step], durationMs: 'number', sql: 'string' },
  ],
  [['check'], 1, { ok: 'boolean', pending: ['string'], missing: [], differences: [], unmanaged: [], notes: [] }],
  [['upgrade', 'head'], 0, { location: 'string', from: [], to: ['string'], steps: [step], durationMs: 'number', sql: 'null' }],
  [
    ['current'],
    0,
    { location: 'string', server: 'string', revisions: [{ ...asked, parents: ['string'], children: [] }], unknown: [], atHeads: 'boolean' },
  ],
  [
    ['status'],
    0,
    { location: 'string', applied: [{ ...asked, appliedAt: 'string', edited: 'boolean' }], pending: [], stopped: [], unknown: [] },
  ],
  [['check'], 1, { ok: 'boolean', pending: [], missing: [], differences: ['string'], unmanaged: [], notes: [] }],
  [['diff'], 0, { sql: 'string', differences: ['string'], notes: [] }],
  [['models'], 0, { engine: 'string', sql: 'string' }],
  [['prove', '1'], 0, { revisions: [{ id: 'string', proved: 'boolean', problem: 'null', headerChanged: 'boolean' }], ok: 'boolean' }],
  [
    ['revision', '--autogenerate', '-m', 'x'],
    0,
    {
      revision: 'string',
      revisions: ['string'],
      files: ['string'],
      proved: 'boolean',
      hazards: [{ kind: 'string', text: 'string' }],
      remarks: [],
      unmanaged: [],
      unchanged: [],
      pending: [],
    },
  ],
  [['downgrade', '-1'], 0, { location: 'string', from: ['string'], to: ['string'], steps: [step], durationMs: 'number', sql: 'null' }],
  [['stamp', 'base'], 0, { from: ['string'], to: [] }],
  [['init'], 0, { created: [], changed: [], kept: ['string'] }],
];

/** These tell what happens, a line each, and the result at the end. */
const isMove = ([command]: readonly string[]): boolean => command === 'upgrade' || command === 'downgrade';

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

test('--json: one document with stable keys', async () => {
  await inProject(twoRevisions, async ({ run }) => {
    for (const [args, status, expected] of table) {
      const ran = await run(...args, '--json');
      expectRun(ran, { status });
      const document: unknown = isMove(args) ? lastLine(ran.stdout) : JSON.parse(ran.stdout);
      const wanted = isMove(args) ? { type: 'string', ...Object(expected) } : expected;
      assert.equal(shape(document), wanted, args.join(' '));
      assert.is(JSON.stringify(shape(document)), JSON.stringify(wanted), `${args.join(' ')}: the order of keys`);
      for (const line of ran.stderr.split('\n').filter((each) => each !== ''))
        assert.equal(Object.keys(JSON.parse(line)), ['warning'], `${args.join(' ')}: ${line}`);
    }
  });
});

test('--json: an error is the last line of stderr', async () => {
  const files = { ...twoRevisions, 'migrations/2_roles.up.sql': 'CREATE TABLE roles (id INTEGER PRIMARY KEY);\nSELEC 1;\n' };
  await inProject(files, async ({ run }) => {
    for (const args of [
      ['--json', 'upgrade', 'head'],
      ['upgrade', 'nope', '--json'],
      ['--json', '--bogus'],
      ['--json', 'current', '--url', 'x'],
    ]) {
      const ran = await run(...args);
      assert.ok(ran.status === 2 || ran.status === 64);
      assert.not.match(ran.stdout, /"type":"result"/, 'a run that failed has no result');
      const last = ran.stderr.trimEnd().split('\n').at(-1) ?? '';
      assert.equal(Object.keys(JSON.parse(last).error), ['code', 'message', 'where', 'hint', 'data'], args.join(' '));
    }
    const failed = JSON.parse((await run('--json', 'upgrade', 'head')).stderr.trimEnd().split('\n').at(-1) ?? '');
    assert.is(failed.error.code, 'sql-failed');
    assert.equal(Object.keys(failed.error.where), ['file', 'line', 'column', 'frame']);
    assert.is(failed.error.where.line, 2);
  });
});

/** The keys of each kind of line, in order. These are public: only add to them. */
const lines: Readonly<Record<string, readonly string[]>> = {
  'database-created': ['type', 'location', 'source'],
  plan: ['type', 'direction', 'revisions'],
  'step-start': ['type', 'direction', 'revision', 'slug', 'from', 'to'],
  statement: ['type', 'revision', 'index', 'count', 'sql'],
  'step-done': ['type', 'direction', 'revision', 'slug', 'durationMs', 'checked'],
  warning: ['type', 'code', 'message', 'hint'],
  result: ['type', 'location', 'from', 'to', 'steps', 'durationMs', 'sql'],
};

test('--json of upgrade and downgrade: what happens as it happens, an object a line, the result last', async () => {
  await inProject(twoRevisions, async ({ run }) => {
    const kinds = async (...args: readonly string[]): Promise<readonly string[]> => {
      const ran = await run(...args, '--json');
      expectRun(ran, { status: 0, stderr: /^$/ });
      return ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => {
          const event: Readonly<Record<string, unknown>> = JSON.parse(line);
          const kind = String(event['type']);
          assert.equal(Object.keys(event), lines[kind], line);
          return kind;
        });
    };
    const step = ['step-start', 'step-done'];
    assert.equal(await kinds('upgrade', '1'), ['database-created', 'plan', ...step, 'result']);
    assert.equal(await kinds('upgrade', 'head', '-v'), ['plan', 'step-start', 'statement', 'step-done', 'result']);
    assert.equal(
      (await kinds('downgrade', 'base')).filter((kind) => kind !== 'warning'),
      ['plan', 'step-start', 'step-done', 'step-start', 'step-done', 'result'],
    );
    assert.equal(await kinds('upgrade', 'head', '--dry-run'), ['result']);
    assert.equal((await kinds('upgrade', 'head')).at(-1), 'result');
    assert.equal(await kinds('upgrade', 'head'), ['result']);
  });
});

test.run();
