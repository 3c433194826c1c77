import { coverageRows } from './all.ts';
import { beyondRows } from './beyond.ts';
import type { CoverageRow } from './row.ts';

const heading = '## PostgreSQL';

interface TableRow {
  readonly id: string;
  readonly what: string;
  readonly outcome: string;
}

const table = (rows: readonly TableRow[]): string =>
  ['| id | what | outcome |', '| --- | --- | --- |', ...rows.map(({ id, what, outcome }) => `| ${id} | ${what} | ${outcome} |`)].join('\n');

/** Where only some pairs of variants are refused, they are told with the row. */
const whatOf = ({ what, since, refused = [] }: CoverageRow): string => {
  const from = since === undefined ? '' : ` (PostgreSQL ${since} on)`;
  return `${what}${from}${refused.length === 0 ? '' : '; some changes are refused in words'}`;
};

const objects: readonly TableRow[] = coverageRows.map((row) => ({ id: row.id, what: whatOf(row), outcome: row.outcome }));

/** The PostgreSQL part of docs/coverage.md. */
export const postgresPart: string = `${heading}

Of each row \`test/promises/postgres/\` has schemas that differ in it alone. Every pair of them is a change: with rows in the tables it is
made, proved, carried out and undone, and neither the differ nor the fingerprint may overlook it (\`make soak\`; some of them in
\`make test\`). This part is written from there: \`node --import tsx scripts/docs.js\`.

${table(objects)}

## PostgreSQL: names, and what is beside a schema

${table(beyondRows)}
`;

/** docs/coverage.md with its PostgreSQL part written anew. */
export const withPostgresPart = (page: string): string => {
  const at = page.indexOf(`\n${heading}\n`);
  return `${(at < 0 ? page : page.slice(0, at)).trimEnd()}\n\n${postgresPart}`;
};
