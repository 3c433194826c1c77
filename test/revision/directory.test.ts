import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isLimbeckError } from '../../lib/errors.ts';
import { readRevisions, rewriteHeader, writeMigration } from '../../lib/revision/directory.ts';
import type { NewMigration } from '../../lib/revision/directory.ts';
import { checksum, emptyHeader, parseHeader } from '../../lib/sql/header.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const inFolder = async <T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> => {
  const root = await mkdtemp(join(tmpdir(), 'limbeck ünï '));
  const folder = join(root, 'my migrations');
  try {
    await mkdir(folder);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await work(folder);
  } finally {
    await rm(root, { recursive: true });
  }
};

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    assert.ok(error.hint, error.message);
    return `${error.code} ${error.message}`;
  }
  throw new Error('nothing was thrown');
};

const read = (files: Files): ReturnType<typeof readRevisions> => inFolder(files, (folder) => readRevisions(folder, 'migrations'));

const head = (id: string, parent: string | undefined, more = ''): string =>
  `-- ${id} says\n-- revision: ${id}\n${parent === undefined ? '' : `-- parent: ${parent}\n`}${more}\n`;

test('a folder that is not there has no revisions', async () => {
  assert.equal(await readRevisions(join(tmpdir(), 'limbeck-is-not-here'), 'migrations'), []);
});

test('a pair with headers', async () => {
  const [first, second, ...others] = await read({
    '20260101000000_users.up.sql': `${head('20260101000000', '-')}CREATE TABLE users (id INTEGER);\n`,
    '20260101000000_users.down.sql': `${head('20260101000000', '-')}DROP TABLE users;\n`,
    '20260102000000_roles.up.sql': `${head('20260102000000', '20260101000000', '-- depends on: 20260101000000\n-- branch label: main\n')}SELECT 1;\n`,
  });
  assert.equal(others, []);
  assert.equal(first?.parents, []);
  assert.is(first?.message, '20260101000000 says');
  const [half] = first?.halves ?? [];
  assert.is(half?.up?.path, 'migrations/20260101000000_users.up.sql');
  assert.is(half?.up?.body, 'CREATE TABLE users (id INTEGER);\n');
  assert.is(half?.up?.bodyLine, 5);
  assert.is(half?.up?.checksum, checksum('CREATE TABLE users (id INTEGER);\n'));
  assert.is(half?.down?.body, 'DROP TABLE users;\n');
  assert.equal(
    [second?.parents, second?.dependsOn, second?.labels, second?.slug],
    [['20260101000000'], ['20260101000000'], ['main'], 'roles'],
  );
  assert.is(second?.halves[0]?.down, undefined, 'an up may stand alone');
});

test("golang-migrate's pairs follow each other by number", async () => {
  const revisions = await read({
    '10_ten.up.sql': 'SELECT 10;',
    '10_ten.down.sql': '',
    '9_nine_lives.up.sql': '',
    '9_nine_lives.down.sql': '',
    '0001_init.up.sql': '',
    '2_.up.sql': '',
  });
  assert.equal(
    revisions.map(({ id, slug, parents }) => [id, slug, ...parents]),
    [
      ['0001', 'init'],
      ['2', '', '0001'],
      ['9', 'nine_lives', '2'],
      ['10', 'ten', '9'],
    ],
  );
  assert.is(revisions[2]?.message, 'nine lives');
});

test('halves for two engines, and files that are none of ours', async () => {
  const [revision, ...others] = await read({
    '1_a.sqlite.up.sql': head('1', '-'),
    '1_a.sqlite.down.sql': '',
    '1_a.postgres.up.sql': '',
    '1_a.mysql.up.sql': 'x',
    '1_a.cockroach.down.sql': 'x',
    'README.md': '',
    'schema.sql': '',
    '.limbeck-00aa.tmp': 'half',
    '1_a.up.sql~': '',
    '_a.up.sql': '',
    '1a.up.sql': '',
    '1_a.up.SQL': '',
  });
  assert.equal(others, []);
  assert.equal(
    revision?.halves.map(({ engine, down }) => [engine, down !== undefined]),
    [
      ['postgres', false],
      ['sqlite', true],
    ],
  );
});

test('CRLF and a byte order mark change no checksum', async () => {
  const text = `${head('1', '-')}SELECT 1;\nSELECT 2;\n`;
  const [plain, dos, marked] = await Promise.all(
    [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`].map(async (each) => (await read({ '1_a.up.sql': each }))[0]?.halves[0]?.up),
  );
  for (const other of [dos, marked])
    assert.equal(
      [other?.checksum, other?.bodyLine, other?.body, other?.header],
      [plain?.checksum, plain?.bodyLine, plain?.body, plain?.header],
    );
});

const refused: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  ['a header of another revision', { '1_a.up.sql': head('2', '-') }, ['revision-invalid', 'migrations/1_a.up.sql', 'revision 2', 'name 1']],
  ['a down alone', { '1_a.down.sql': '' }, ['revision-invalid', 'migrations/1_a.down.sql has no up file']],
  [
    'a down of an engine alone',
    { '1_a.up.sql': '', '1_a.sqlite.down.sql': '' },
    ['revision-invalid', '1_a.sqlite.down.sql has no up file'],
  ],
  ['two slugs', { '1_a.up.sql': '', '1_b.up.sql': '' }, ['revision-duplicate', 'migrations/1_a.up.sql and migrations/1_b.up.sql']],
  ['two slugs, up and down', { '1_a.up.sql': '', '1_b.down.sql': '' }, ['revision-duplicate', '1_a.up.sql and migrations/1_b.down.sql']],
  ['two slugs in two engines', { '1_a.sqlite.up.sql': '', '1_b.postgres.up.sql': '' }, ['revision-duplicate']],
  ['one number written two ways', { '1_a.up.sql': '', '01_a.up.sql': '' }, ['revision-duplicate', '01_a.up.sql', '/1_a.up.sql']],
  [
    'halves of other parents',
    { '1_a.up.sql': head('1', '-'), '2_b.up.sql': head('2', '1'), '2_b.down.sql': head('2', '-') },
    ['revision-invalid', '2_b.down.sql and migrations/2_b.up.sql disagree on their parents: none and 1'],
  ],
  [
    'halves of other dependencies',
    { '1_a.up.sql': '', '2_b.sqlite.up.sql': head('2', '1', '-- depends on: 1\n'), '2_b.postgres.up.sql': head('2', '1') },
    ['revision-invalid', 'disagree on their dependencies: none and 1'],
  ],
  ['a word for an id', { 'head_a.up.sql': '' }, ['revision-invalid', "'head' cannot be a revision id"]],
  ['a header that cannot be read', { '1_a.up.sql': '-- revision: 1\n-- transaction: maybe\n' }, ['revision-invalid', 'maybe']],
  ['Latin-1', { '1_a.up.sql': new Uint8Array([0x2d, 0x2d, 0x20, 0xe9, 0x0a]) }, ['revision-invalid', 'migrations/1_a.up.sql is not UTF-8']],
  ['UTF-16', { '1_a.up.sql': new Uint8Array([0xff, 0xfe, 0x2d, 0x00]) }, ['revision-invalid', 'UTF-16']],
];

for (const [what, files, expected] of refused) {
  test(`refused: ${what}`, async () => {
    const failure = await failureOf(read(files));
    for (const words of expected) assert.ok(failure.includes(words), `${failure}\n does not say\n${words}`);
  });
}

test('a folder that is a file, a migration that is a folder', async () => {
  await inFolder({ 'file.txt': '' }, async (folder) => {
    assert.match(await failureOf(readRevisions(join(folder, 'file.txt'), 'migrations')), /^file-unreadable cannot read migrations/);
    await mkdir(join(folder, '1_a.up.sql'));
    assert.match(
      await failureOf(readRevisions(folder, 'migrations')),
      /^file-unreadable cannot read migrations\/1_a\.up\.sql: it is a directory/,
    );
  });
});

const migration: NewMigration = {
  id: '20260101000000',
  slug: 'größe_表',
  up: { header: { ...emptyHeader, message: 'Größe', revision: '20260101000000', parents: [] }, body: '\n-- ! hazard\nSELECT 1;\n' },
  down: { header: { ...emptyHeader, message: 'Größe', revision: '20260101000000', parents: [] }, body: '' },
};

test('what is written is what is read', () =>
  inFolder({}, async (folder) => {
    const deep = join(folder, 'not', 'yet');
    const paths = await writeMigration(deep, migration);
    assert.equal(
      paths,
      ['up', 'down'].map((direction) => join(deep, `20260101000000_größe_表.${direction}.sql`)),
    );
    const [revision] = await readRevisions(deep, 'm');
    assert.is(revision?.slug, 'größe_表');
    assert.is(revision?.message, 'Größe');
    assert.is(revision?.halves[0]?.up?.body, migration.up.body);
    assert.is(revision?.halves[0]?.down?.body, '');
    assert.is((await readdir(deep)).length, 2, 'and nothing else is left');
  }));

const taken: readonly (readonly [name: string, engine: 'sqlite' | undefined, isRefused: boolean])[] = [
  ['20260101000000_größe_表.up.sql', undefined, true],
  ['20260101000000_größe_表.down.sql', undefined, true],
  ['20260101000000_other.up.sql', undefined, true],
  ['20260101000000_größe_表.sqlite.up.sql', 'sqlite', true],
  ['20260101000000_größe_表.postgres.up.sql', 'sqlite', false],
  ['20260101000001_größe_表.up.sql', undefined, false],
];

for (const [name, engine, isRefused] of taken) {
  test(`writing beside ${name} is ${isRefused ? 'refused' : 'done'}`, () =>
    inFolder({ [name]: 'mine' }, async (folder) => {
      const work = writeMigration(folder, { ...migration, engine });
      if (isRefused) assert.ok((await failureOf(work)).startsWith('file-exists '));
      else await work;
      assert.is(await readFile(join(folder, name), 'utf8'), 'mine');
      assert.is((await readdir(folder)).length, isRefused ? 1 : 3);
    }));
}

test('two writers of one id: one writes, one is refused, nothing is mixed', () =>
  inFolder({}, async (folder) => {
    const writers = Array.from({ length: 8 }, (_, index) =>
      writeMigration(folder, {
        ...migration,
        up: { ...migration.up, body: `SELECT ${index};\n` },
        down: { ...migration.up, body: `SELECT ${index};\n` },
      }),
    );
    const results = await Promise.allSettled(writers);
    assert.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.is((await readdir(folder)).length, 2);
    const [half] = (await readRevisions(folder, 'm'))[0]?.halves ?? [];
    assert.is(half?.up?.body, half?.down?.body);
  }));

test('writers of one id under different names: never do the files of two of them stay', async () => {
  for (let round = 0; round < 5; round++) {
    await inFolder({}, async (folder) => {
      const slugs = ['a', 'b', 'c', 'd'];
      const results = await Promise.allSettled(slugs.map((slug) => writeMigration(folder, { ...migration, slug })));
      const done = results.filter(({ status }) => status === 'fulfilled').length;
      assert.ok(done <= 1, `${done} have written`);
      assert.is((await readdir(folder)).length, 2 * done);
    });
  }
});

test('a rival that takes the second name: the first is given back', async () => {
  for (let round = 0; round < 10; round++) {
    await inFolder({}, async (folder) => {
      const upOnly = { ...migration, down: undefined, up: { ...migration.up, body: 'rival' } };
      const [both] = await Promise.allSettled([writeMigration(folder, migration), writeMigration(folder, upOnly)]);
      assert.is((await readdir(folder)).length, both.status === 'fulfilled' ? 2 : 1);
    });
  }
});

test('what cannot be written leaves nothing', () =>
  inFolder({ file: '' }, async (folder) => {
    assert.match(await failureOf(writeMigration(join(folder, 'file'), migration)), /^file-unwritable /);
    const long = { ...migration, slug: 'x'.repeat(300) };
    assert.match(await failureOf(writeMigration(folder, long)), /^file-unwritable .*too long/);
    assert.equal(await readdir(folder), ['file']);
  }));

const texts: readonly (readonly [what: string, text: string])[] = [
  ['LF', '-- old\n-- revision: 1\n\nSELECT 1;\n\n-- parent: this is body\n'],
  ['CRLF', '-- old\r\n-- revision: 1\r\n\r\nSELECT 1;\r\nSELECT 2;\r\n'],
  ['a CRLF head on an LF body', '-- old\r\n-- revision: 1\r\n\r\nSELECT 1;\nSELECT 2;\n'],
  ['a lone CR in the body', "-- old\n-- revision: 1\n\nSELECT 'a\rb';\r\n"],
  ['a byte order mark', "\uFEFF-- revision: 1\n\nSELECT 'ü';"],
  ['no header', 'SELECT 1;\r\nSELECT 2;'],
  ['no header but a comment', '-- note long ago it was done\n-- just prose\nSELECT 1;\n'],
  ['blank lines first', '-- revision: 1\n\n\n\nSELECT 1;'],
  ['no blank line', '-- revision: 1\nSELECT 1;'],
  ['no body', '-- revision: 1'],
  ['nothing', ''],
];

for (const [what, text] of texts) {
  test(`a new header keeps the body's bytes: ${what}`, () =>
    inFolder({ '1_a.up.sql': text }, async (folder) => {
      const path = join(folder, '1_a.up.sql');
      await chmod(path, 0o640);
      const before = parseHeader(text);
      const header = { ...before.header, message: 'new', revision: '1', parents: ['0'] };
      await rewriteHeader(path, header);
      const after = await readFile(path, 'utf8');
      assert.equal(parseHeader(after).header, header);
      assert.is(checksum(parseHeader(after).body), checksum(before.body));
      const rawBody = text
        .replace(/^\uFEFF/, '')
        .split(/(?<=\n)/)
        .slice(before.bodyLine - 1)
        .join('');
      assert.ok(after.endsWith(rawBody));
      assert.is(/^[^\n]*\r\n/.test(after), /^[^\r\n]*\r\n/.test(text), 'the head keeps its line ends');
      assert.is(after.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
      assert.is((await stat(path)).mode & 0o777, 0o640);
      await rewriteHeader(path, header);
      assert.is(await readFile(path, 'utf8'), after, 'the same again changes nothing');
    }));
}

test('a new header behind a symbolic link changes the file, not the link', () =>
  inFolder({ 'real.sql': '-- revision: 1\n\nSELECT 1;\n' }, async (folder) => {
    await symlink('real.sql', join(folder, '1_a.up.sql'));
    await rewriteHeader(join(folder, '1_a.up.sql'), { ...emptyHeader, message: 'new', revision: '1', parents: [] });
    assert.match(await readFile(join(folder, 'real.sql'), 'utf8'), /^-- new\n/);
    assert.is((await readdir(folder)).length, 2);
  }));

test('killed while writing: every file that has a name is whole', () =>
  inFolder({}, async (folder) => {
    const writer = fileURLToPath(new URL('endless-writer.ts', import.meta.url));
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', writer, folder, String(1000 + round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((done) => child.stdout.once('data', done));
      await new Promise((done) => setTimeout(done, 15 + round * 13));
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGKILL');
      await ended;
    }
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql'));
    assert.ok(names.length > 20, 'it wrote');
    for (const name of names) assert.match(await readFile(join(folder, name), 'utf8'), /^-- endless\n[^]*-- end\n$/);
  }));

test('ten thousand pairs', () =>
  inFolder({}, async (folder) => {
    const count = 10_000;
    for (let start = 0; start < count; start += 500) {
      const some = Array.from({ length: 500 }, (_, index) => String(20260000000000 + start + index));
      await Promise.all(
        some.flatMap((id) =>
          ['up', 'down'].map((direction) => writeFile(join(folder, `${id}_x.${direction}.sql`), `${head(id, undefined)}SELECT 1;\n`)),
        ),
      );
    }
    const begin = performance.now();
    const revisions = await readRevisions(folder, 'migrations');
    process.stdout.write(`${Math.round(performance.now() - begin)} ms `);
    assert.is(revisions.length, count);
  }));

test.run();
