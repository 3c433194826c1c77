import { createHash } from 'node:crypto';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPlaces } from './adopt-support.ts';
import type { Place } from './adopt-support.ts';
import { expectRun, inProject, twoRevisions } from './support.ts';

const test = suite('looking changes nothing');
const places = openPlaces();
test.before(places.start);
test.after(places.stop);

/** Every command that only looks, and the exit statuses that it may have where one of two revisions is applied. */
const lines: readonly (readonly [line: string, ...statuses: readonly number[]])[] = [
  ['current', 0],
  ['current -v --json', 0],
  ['current --check-heads', 1],
  ['status', 0],
  ['status --exit-code', 1],
  ['history', 0],
  ['history -i -v', 0],
  ['heads', 0],
  ['branches', 0],
  ['show head', 0],
  ['show current', 0],
  ['upgrade head --dry-run', 0],
  ['downgrade base --dry-run', 0],
  ['check --single-head', 0],
  ['doctor', 0, 1],
];

const { 'limbeck.json': _url, ...files } = twoRevisions;

/** All of a folder: names, and what is in them. */
const contents = async (root: string): Promise<string> => {
  const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const all = names.map(async ({ parentPath, name }) => {
    const bytes = await readFile(join(parentPath, name));
    return `${join(parentPath, name)} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
  return (await Promise.all(all)).toSorted().join('\n');
};

const look = async (project: Pick<Place, 'run'>, more: readonly string[], statuses?: readonly number[]): Promise<void> => {
  for (const [line, ...usual] of lines) {
    const ran = await project.run(...line.split(' '), ...more);
    const expected = statuses ?? usual;
    assert.ok(expected.includes(ran.status ?? -1), `${line}: ${ran.status}\n${ran.stdout}${ran.stderr}`);
  }
};

test('SQLite: a file that may not be written, in a folder that may not', () =>
  inProject(twoRevisions, async (project) => {
    expectRun(await project.run('upgrade', '1'), { status: 0 });
    await chmod(join(project.root, 'app.db'), 0o444);
    await chmod(project.root, 0o555);
    const before = await contents(project.root);
    await look(project, []);
    assert.is(await contents(project.root), before);
    await chmod(project.root, 0o755);
  }));

test('SQLite: a database without the journal, and none at all', () =>
  inProject(twoRevisions, async (project) => {
    const before = await contents(project.root);
    await look(project, [], [0, 1, 2]);
    assert.is(await contents(project.root), before, 'no file is made');
    expectRun(await project.shell('$L create'), { status: 0 });
    const empty = await contents(project.root);
    await look(project, [], [0, 1, 2]);
    assert.is(await contents(project.root), empty, 'no journal is made');
  }));

test('a database that is not there is told, whoever meant it', () =>
  inProject(twoRevisions, async ({ run }) => {
    for (const [line, status] of [
      ['current', 0],
      ['status', 0],
      ['history -i', 0],
      ['check', 1],
    ] as const) {
      const mistyped = await run(...line.split(' '), '--url', 'sqlite:///./typo.db');
      expectRun(mistyped, {
        status,
        stderr: /^warning: there is no database sqlite:\/\/\/\.\/typo\.db\nhint: check the path; .*create\n$/,
      });
      const own = await run(...line.split(' '));
      expectRun(own, { status, stderr: /^warning: there is no database \S+\nhint: `limbeck upgrade head` creates it\n$/ });
    }
  }));

test('PostgreSQL: a role that may only read', () =>
  places.on('postgres', files, async (place) => {
    const role = `limbeck_looks_${process.pid}`;
    expectRun(await place.run('upgrade', '1'), { status: 0 });
    await place.sql(`CREATE ROLE ${role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    try {
      const before = await stateOf(place);
      await look(place, ['--url', place.url.replace(/\/\/[^@]*@/, `//${role}@`)]);
      assert.equal(await stateOf(place), before);
    } finally {
      await place.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  }));

test('PostgreSQL: a database without the journal', () =>
  places.on('postgres', files, async (place) => {
    const before = await place.rows(relations);
    await look(place, [], [0, 1, 2]);
    assert.equal(await place.rows(relations), before);
  }));

const relations = "SELECT oid::text, relname::text FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1";

const stateOf = async (place: Place): Promise<unknown> => [
  await place.rows(relations),
  await place.rows('SELECT xmin::text, ctid::text, j::text FROM limbeck_journal AS j ORDER BY seq'),
  await place.rows("SELECT datname::text FROM pg_catalog.pg_database WHERE datname LIKE 'limbeck_scratch%'"),
];

test.run();
