import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError, type LimbeckError } from '../../lib/errors.ts';
import { checksum, emptyHeader, type MigrationHeader, parseHeader, renderHeader } from '../../lib/sql/header.ts';
import { randomOf } from './random.ts';

const full = `-- add_user_roles
-- revision: 20261123054512
-- parent: 20261101120000
-- proof: postgres 18 · up, down, up · body c1:9c1e · models c1:77d2 · before f1:5f0c · after f1:91ab · beside ab3, ab4
-- touches: table users f1:5f0c→f1:91ab, index users_pin_idx f1:77d2→-
-- schemas: default, app, "Odd, ""App""", "default", audit_*
-- privileges: on
-- transaction: off                      (only where needed)
-- depends on: ab1, ab2
-- branch label: billing
-- foreign keys: off
-- allow: data loss, lock
-- by hand: sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' x.db

-- ! data loss: drops column users.pin
ALTER TABLE users DROP COLUMN pin;
`;

test('reads every line of a header', () => {
  const { header, body, bodyLine } = parseHeader(full);
  assert.equal(header, {
    message: 'add_user_roles',
    revision: '20261123054512',
    parents: ['20261101120000'],
    dependsOn: ['ab1', 'ab2'],
    labels: ['billing'],
    squashes: [],
    proof: {
      engine: 'postgres',
      major: '18',
      body: 'c1:9c1e',
      models: 'c1:77d2',
      before: 'f1:5f0c',
      after: 'f1:91ab',
      beside: ['ab3', 'ab4'],
    },
    touches: [
      { key: 'table users', before: 'f1:5f0c', after: 'f1:91ab' },
      { key: 'index users_pin_idx', before: 'f1:77d2', after: undefined },
    ],
    schemas: ['', 'app', 'Odd, "App"', 'default', 'audit_*'],
    privileges: true,
    transactional: false,
    foreignKeys: 'off',
    byHand: "sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' x.db",
    allow: ['data loss', 'lock'],
  });
  assert.is(body, '-- ! data loss: drops column users.pin\nALTER TABLE users DROP COLUMN pin;\n');
  assert.is(full.split('\n')[bodyLine - 1], '-- ! data loss: drops column users.pin');
});

const bodies: readonly (readonly [string, string, string, number])[] = [
  ['no comment', 'SELECT 1;\n', 'SELECT 1;\n', 1],
  ['only prose above', '-- a note\n-- parent company tables\n\nSELECT 1;', '-- a note\n-- parent company tables\n\nSELECT 1;', 1],
  ['empty', '', '', 1],
  ['SQL right below', '-- revision: a\nSELECT 1;', 'SELECT 1;', 2],
  ['two blank lines', '-- revision: a\n\n\nSELECT 1;', '\nSELECT 1;', 3],
  ['a blank line with spaces', '-- revision: a\n \t\nx', 'x', 3],
  ['nothing below', '-- revision: a', '', 2],
  ['CRLF and BOM', '\ufeff-- m\r\n-- revision: a\r\n\r\nx\r\ny', 'x\ny', 4],
  ['a directive below a blank line', '-- revision: a\n\n-- parent: b\nx', '-- parent: b\nx', 3],
  ['directives only in the body', 'x;\n-- revision: a\n', 'x;\n-- revision: a\n', 1],
];
for (const [name, text, body, bodyLine] of bodies) {
  test(`body: ${name}`, () => {
    const parsed = parseHeader(text);
    assert.is(parsed.body, body);
    assert.is(parsed.bodyLine, bodyLine);
  });
}

const readings: readonly (readonly [string, Partial<MigrationHeader>])[] = [
  ['-- revision: a', { message: '', revision: 'a', parents: undefined }],
  ['-- revision: a\n-- parent: -', { parents: [] }],
  ['-- revision: a\n-- parents: <base>', { parents: [] }],
  ['-- revision: a\n-- parents: b, c', { parents: ['b', 'c'] }],
  ['--revision: a', { revision: 'a' }],
  ['-- Fix: the pin\n-- revision: a', { message: 'Fix: the pin', revision: 'a' }],
  ['-- message: parent: none\n-- revision: a', { message: 'parent: none', parents: undefined }],
  ['-- m\n-- parent: b', { message: 'm', revision: undefined, parents: ['b'] }],
  ['-- m\n-- revision: a\n-- Note: read this first.\n-- see: the ticket about pins', { message: 'm', revision: 'a' }],
  [
    '-- m\n-- revision: a\n-- touches: table a f1:1→f1:2\n-- touches: table "b, c" -→f1:3',
    {
      touches: [
        { key: 'table a', before: 'f1:1', after: 'f1:2' },
        { key: 'table "b, c"', before: undefined, after: 'f1:3' },
      ],
    },
  ],
  ['-- m\n-- touches: table "a""b, c→d f1:1" f1:1→-', { touches: [{ key: 'table "a""b, c→d f1:1"', before: 'f1:1', after: undefined }] }],
  [
    '-- m\n-- proof: sqlite 3 · up, down, up · body c1:1 · before f1:2 · after f1:3',
    { proof: { engine: 'sqlite', major: '3', body: 'c1:1', models: undefined, before: 'f1:2', after: 'f1:3' } },
  ],
  ['-- note: see x\n-- parent: b', { message: 'note: see x' }],
  ['-- m\n-- misc: x\n-- parent: b', { parents: ['b'] }],
];
for (const [text, expected] of readings) {
  test(`reads ${JSON.stringify(text)}`, () => {
    const { header } = parseHeader(text);
    assert.equal({ ...header, ...expected }, header);
  });
}

const fault = (text: string): LimbeckError | undefined => {
  try {
    parseHeader(text, 'migrations/a.up.sql');
    return undefined;
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
};

const faults: readonly (readonly [string, number, RegExp])[] = [
  ['-- m\n-- revision: a\n-- transation: off', 3, /transation: off/],
  ['-- m\n-- revision: a\n-- depends_on: b', 3, /depends_on/],
  ['-- m\n-- revision: a\n-- touchs: table a b c d f1:1→f1:2, e f1:1→-', 3, /touchs/],
  ['-- m\n-- revision: a b', 2, /"a b" is not a revision id/],
  ['-- m\n-- revision:', 2, /not a revision id/],
  ['-- m\n-- revision: a\n-- parents: b,', 3, /not a list/],
  ['-- m\n-- revision: a\n-- parent: b/c', 3, /b\/c/],
  ['-- m\n-- revision: a\n-- revision: b', 3, /two "revision:" lines/],
  ['-- m\n-- revision: a\n-- parent: b\n-- parents: c', 4, /two "parents:" lines/],
  ['-- m\n-- revision: a\n-- transaction: maybe', 3, /neither on nor off/],
  ['-- m\n-- revision: a\n-- touches: table users', 3, /does not say what/],
  ['-- m\n-- revision: a\n-- touches: table users 5f→6f', 3, /does not say what/],
  ['-- m\n-- revision: a\n-- proof: mysql 8 · body c1:1', 3, /names no engine/],
  ['-- m\n-- revision: a\n-- proof: sqlite 3 · body c1:1 · after f1:1', 3, /no hash "before"/],
  ['-- m\n-- revision: a\n-- proof: sqlite 3 · body c1:1 · models x · before f1:1 · after f1:1', 3, /no hash "models"/],
  ['-- m\n-- revision: a\rDROP TABLE x;', 2, /carriage return/],
];
for (const [text, line, message] of faults) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const error = fault(text);
    assert.is(error?.code, 'revision-invalid');
    assert.is(error?.where?.line, line);
    assert.is(error?.where?.file, 'migrations/a.up.sql');
    assert.match(error?.message ?? '', message);
  });
}

test('writes the lines in their order', () => {
  const { header } = parseHeader(full);
  assert.is(
    renderHeader({ ...header, parents: ['a1', 'b2'] }),
    `-- add_user_roles
-- revision: 20261123054512
-- parents: a1, b2
-- depends on: ab1, ab2
-- branch label: billing
-- proof: postgres 18 · up, down, up · body c1:9c1e · models c1:77d2 · before f1:5f0c · after f1:91ab · beside ab3, ab4
-- schemas: default, app, "Odd, ""App""", "default", audit_*
-- privileges: on
-- touches: table users f1:5f0c→f1:91ab, index users_pin_idx f1:77d2→-
-- transaction: off
-- foreign keys: off
-- allow: data loss, lock
-- by hand: sqlite3 -bail -cmd 'PRAGMA foreign_keys=OFF' x.db
`,
  );
  assert.is(renderHeader({ ...emptyHeader, message: 'x', revision: 'a', parents: [] }), '-- x\n-- revision: a\n-- parent: -\n');
});

test('a header with nothing but a message is told from a remark', () => {
  assert.is(renderHeader({ ...emptyHeader, message: 'only this' }), '-- message: only this\n');
  assert.is(renderHeader({ ...emptyHeader, message: 'allow: me', revision: 'a' }), '-- message: allow: me\n-- revision: a\n');
  assert.is(renderHeader(emptyHeader), '');
});

test('many touches go on lines of about a hundred characters', () => {
  const touches = Array.from({ length: 40 }, (_, at) => ({ key: `table t${at}`, before: 'f1:aaaaaaaa', after: 'f1:bbbbbbbb' }));
  const lines = renderHeader({ ...emptyHeader, revision: 'a', touches })
    .trimEnd()
    .split('\n')
    .slice(1);
  assert.ok(lines.length > 10 && lines.every((line) => line.startsWith('-- touches: table t') && line.length <= 105));
});

test('nothing in a header can leave its comment', () => {
  const text = renderHeader({
    ...emptyHeader,
    message: 'a\nDROP TABLE x;\r\rb',
    revision: 'a',
    byHand: 'x\nDROP TABLE y;',
    touches: [{ key: 'table "a\nDROP TABLE z;\r"', before: undefined, after: 'f1:1' }],
  });
  assert.ok(
    text
      .split(/[\r\n]/)
      .slice(0, -1)
      .every((line) => line.startsWith('-- ')),
    text,
  );
});

const words: readonly [string, ...string[]] = [
  'add',
  'Fix: it',
  'revision: x',
  'parent:',
  'allow: y',
  'transation: off',
  '--',
  '/*',
  'é🍺',
  "it's",
  'touches',
  'message: m',
  '-',
  ':',
  'a.',
  '\u2028',
];
const names: readonly [string, ...string[]] = [
  'table users',
  'table "a, b"',
  'column "x""y".z',
  'table "→"',
  'index "a\nb"',
  'table "c\\nd"',
  'table "e\r\\"',
  'table "f1:1→f1:2, table q"',
  'function app.f(integer, "Odd, (type", text)',
  'view é',
];

test('what is written is read back, for any header and body', () => {
  for (let seed = 1; seed <= 3000; seed += 1) {
    const { below, pick } = randomOf(seed);
    const some = (choices: readonly [string, ...string[]]): string[] => Array.from({ length: below(4) }, () => pick(choices));
    const hash = (): string => `f1:${below(65536).toString(16)}`;
    const maybe = <T>(value: T): T | undefined => (below(2) === 0 ? value : undefined);
    const header: MigrationHeader = {
      message: some(words).join(' ').trim(),
      revision: maybe('2026'),
      parents: maybe(some(['a', 'b1', 'C'])),
      dependsOn: some(['a', 'b']),
      labels: some(['x', 'two words']),
      squashes: some(['1', 'b2']),
      proof: maybe({
        engine: pick(['sqlite', 'postgres']),
        major: '3',
        body: hash(),
        models: maybe(hash()),
        before: hash(),
        after: hash(),
      }),
      touches: some(names).map((key) => ({ key, before: maybe(hash()), after: maybe(hash()) })),
      schemas: some(['', 'app', 'default', 'audit_*', '*', 'Odd, "App"', 'line\nbreak', '1st']),
      privileges: below(2) === 0,
      transactional: below(2) === 0,
      foreignKeys: pick(['on', 'off']),
      byHand: maybe("sqlite3 -bail 'x' # y"),
      allow: some(['data loss', 'lock']),
    };
    const body = Array.from({ length: below(4) }, () => pick(['\n', 'SELECT 1;\n', '-- revision: z\n', ' ', "'x\n'"])).join('');
    const parsed = parseHeader(`${renderHeader(header)}\n${body}`);
    const said = renderHeader(header) !== '';
    assert.equal(parsed.header, header, `seed ${seed}\n${renderHeader(header)}`);
    if (said) assert.is(parsed.body, body, `seed ${seed}`);
  }
});

test('a checksum covers the text with LF line ends', () => {
  assert.is(checksum(''), 'c1:e3b0c44298fc1c149afbf4c8996fb924');
  assert.is(checksum('a\r\nb'), checksum('a\nb'));
  assert.is.not(checksum('a\nb'), checksum('a b'));
  assert.match(checksum('é'), /^c1:[0-9a-f]{32}$/);
});

test.run();
