import { readFileSync } from 'node:fs';
import { current } from '../../../lib/api/current.ts';
import { loadConfig } from '../../../lib/config/load.ts';
import { openSession } from '../../../lib/engine/open.ts';
import { isLimbeckError } from '../../../lib/errors.ts';
import type { Files, Project, Ran } from '../../cli/support.ts';

/** A revision as both tools are given it; one without a table is a merge. */
interface Given {
  readonly id: string;
  readonly parents: readonly string[];
  readonly labels: readonly string[];
  readonly dependsOn: readonly string[];
  readonly table: string | null;
}

/** What a tool said to a command line, and how it left the database. */
export interface Answer {
  readonly line: string;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly heads: readonly string[];
  readonly tables: readonly string[];
}

/** What of an answer counts: whether it was done, which revisions it names, and where the database is afterwards. */
export interface Meaning {
  readonly done: boolean;
  readonly names: readonly string[];
  readonly heads: readonly string[];
  readonly tables: readonly string[];
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

const given: { readonly revisions: readonly Given[]; readonly lines: readonly string[] } = JSON.parse(read('history.json'));

/** What Alembic answered; record.py wrote it. */
export const recorded: { readonly version: string; readonly answers: readonly Answer[] } = JSON.parse(read('recorded.json'));

/** The same history, in files of limbeck. */
export const files: Files = {
  'limbeck.json': '{ "url": "sqlite:///./a.db" }\n',
  'schema/models.sql': '',
  ...Object.fromEntries(given.revisions.flatMap(pairOf)),
};

function pairOf({ id, parents, labels, dependsOn, table }: Given): readonly (readonly [string, string])[] {
  const header = [
    `-- revision: ${id}`,
    parents.length < 2 ? `-- parent: ${parents[0] ?? '-'}` : `-- parents: ${parents.join(', ')}`,
    labels.length === 0 ? '' : `-- branch label: ${labels.join(', ')}`,
    dependsOn.length === 0 ? '' : `-- depends on: ${dependsOn.join(', ')}`,
  ].filter((line) => line !== '');
  const file = (sql: string): string => `${header.join('\n')}\n\n${sql}\n`;
  const path = `migrations/${id}_${table ?? 'merge'}`;
  return [
    [`${path}.up.sql`, file(table === null ? '-- a merge' : `CREATE TABLE ${table} (id INTEGER PRIMARY KEY);`)],
    [`${path}.down.sql`, file(table === null ? '-- a merge' : `DROP TABLE ${table};`)],
  ];
}

/** Runs a line with limbeck, and looks at the database. */
export const ask = async (project: Project, line: string): Promise<Answer> => {
  const ran: Ran = await project.run(...line.split(' '));
  return { line, ...ran, ...(await stateOf(project.root)) };
};

const stateOf = async (root: string): Promise<Pick<Answer, 'heads' | 'tables'>> => {
  const config = await loadConfig({ flags: {}, env: {}, cwd: root });
  try {
    const session = await openSession('sqlite:///./a.db', { mode: 'read', directory: root, driver: 'sql.js' });
    const rows = await session.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%journal%' ORDER BY 1");
    await session.close();
    const { revisions } = await current(config, {});
    return { heads: revisions.map(({ id }) => id).toSorted(), tables: rows.map(({ name }) => String(name)) };
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'database-missing') return { heads: [], tables: [] };
    throw error;
  }
};

const ids = /\b(?:[a-z]1[a-z]{2}|x2xx|aone)\b/g;

/** Lists are sets here: Alembic's order of what has no order varies from run to run. */
export const meaningOf = ({ line, status, stdout, heads, tables }: Answer): Meaning => ({
  done: status === 0,
  names: /^(?:current|heads|history|branches|show)\b/.test(line) && status === 0 ? [...new Set(stdout.match(ids))].toSorted() : [],
  heads,
  tables,
});
