import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeWithSqlite } from '../support/node24.ts';
import { expectRun, inProject, small } from './support.ts';
import type { Project, Ran } from './support.ts';

/** A project at a revision that node:sqlite made of `models`, with FTS5, which sql.js lacks. */
const withSearch = (work: (project: Project, node: (...args: readonly string[]) => Promise<Ran>) => Promise<void>): Promise<void> =>
  inProject(small, async (project) => {
    const node = (...args: readonly string[]): Promise<Ran> => project.runWith({ node: nodeWithSqlite() }, ...args);
    await declare(project, 'CREATE VIRTUAL TABLE search USING fts5 (body);\nCREATE TABLE t (a);\n');
    expectRun(await node('revision', '--autogenerate', '-m', 'one', '--rev-id', '1'), { status: 0 });
    expectRun(await node('upgrade', 'head'), { status: 0 });
    await work(project, node);
  });

const declare = async ({ write }: Project, models: string): Promise<void> => {
  await write('schema/models.sql', models);
};

const unread = /virtual table search is there, but cannot be read: this SQLite has no module fts5/;

test('a revision that touches a virtual table says that this driver cannot read it, not that it is gone', () =>
  withSearch(async (project, node) => {
    await declare(project, 'CREATE TABLE t (a);\n');
    expectRun(await node('revision', '--autogenerate', '-m', 'two', '--rev-id', '2'), { status: 0 });
    const ran = await project.run('upgrade', 'head', '--driver', 'sql.js');
    expectRun(ran, { status: 2, stderr: /error\[state-mismatch\][^\n]*so it was not run: ([^\n]*)\nhint: .*--driver/ });
    assert.match(ran.stderr, new RegExp(`so it was not run: ${unread.source}`));
    assert.not.match(ran.stderr, /is not there|something else changed it/);
    expectRun(await node('upgrade', 'head'), { status: 0 });
  }));

test('nor does one that does not touch it hear that something else changed the schema', () =>
  withSearch(async (project, node) => {
    await declare(project, 'CREATE VIRTUAL TABLE search USING fts5 (body);\nCREATE TABLE t (a, b);\n');
    expectRun(await node('revision', '--autogenerate', '-m', 'two', '--rev-id', '2'), { status: 0 });
    const told = /whether the schema is the one that revision 1 was proved to leave cannot be told: virtual table search is there/;
    const sqlJs = ['--driver', 'sql.js'];
    expectRun(await project.run('upgrade', 'head', '--strict-drift', ...sqlJs), { status: 2, stderr: told });
    const doctor = await project.run('doctor', ...sqlJs);
    assert.match(doctor.stdout, /warning +schema +whether something else changed the schema cannot be told: virtual table search/);
    const ran = await project.run('upgrade', 'head', ...sqlJs);
    expectRun(ran, { status: 0, stderr: told });
    assert.not.match(ran.stderr, /something else changed it/);
    expectRun(await node('check'), { status: 0 });
    assert.not.match((await node('doctor')).stdout, /cannot be told/);
  }));

test.run();
