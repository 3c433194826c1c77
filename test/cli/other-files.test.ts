import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSession } from '../../lib/engine/open.ts';
import { nodeWithSqlite } from '../support/node24.ts';
import { expectRun, inProject, small } from './support.ts';
import type { Files, Project } from './support.ts';

const emptying: Files = {
  ...small,
  'migrations/1_users.up.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n',
  'migrations/1_users.down.sql': 'DROP TABLE users;\n',
  'migrations/2_empty.up.sql': "ATTACH 'other.db' AS o;\nDELETE FROM o.precious;\n",
  'migrations/2_empty.down.sql': "ATTACH 'other.db' AS o;\n",
};

/** Runs `work` on a database beside the project's. */
const other = async (root: string, sql: readonly string[]): Promise<number> => {
  const session = await openSession('sqlite:///other.db', { mode: 'write', create: true, directory: root });
  try {
    for (const statement of sql) await session.execute(statement);
    return Number((await session.query('SELECT count(*) AS count FROM precious'))[0]?.['count']);
  } finally {
    await session.close();
  }
};

const withOther = (work: (project: Project) => Promise<void>): Promise<void> =>
  inProject(emptying, async (project) => {
    await other(project.root, ['CREATE TABLE precious (a)', 'INSERT INTO precious VALUES (1), (2), (3)']);
    await work(project);
  });

const refused = /migrations\/2_empty\.up\.sql[^]*ATTACH reaches another file than the database, so it is not run in a scratch database/;

test('what replays migrations leaves another file alone, which upgrade changes', () =>
  withOther(async ({ root, runWith }) => {
    const node = nodeWithSqlite();
    const fromHead = await runWith({ node }, 'diff', '--from', 'head');
    expectRun(fromHead, { status: 2, stderr: refused });
    assert.match(fromHead.stderr, /in: ATTACH 'other\.db' AS o\n[^]*hint: .*upgrade runs it in the database itself/);
    expectRun(await runWith({ node }, 'prove'), { status: 1, stdout: /2 not proved: .*in: ATTACH 'other\.db' AS o/ });
    assert.is(await other(root, []), 3);
    expectRun(await runWith({ node }, 'create'), { status: 0 });
    expectRun(await runWith({ node }, 'upgrade', 'head'), { status: 0 });
    assert.is(await other(root, []), 0);
  }));

test('sql.js, which would lose what it wrote there, refuses such a file before any is run', () =>
  withOther(async ({ root, run, write }) => {
    await write('limbeck.json', '{ "url": "sqlite:///./app.db", "driver": "sql.js" }\n');
    expectRun(await run('create'), { status: 0 });
    expectRun(await run('upgrade', 'head'), {
      status: 2,
      stderr: /^error\[sql-unsupported\]: ATTACH reaches another file[^]*2_empty\.up\.sql:1:1[^]*Node 22\.13/m,
    });
    expectRun(await run('current'), { status: 0, stdout: /^$/ });
    assert.is(await other(root, []), 3);
  }));

test.run();
