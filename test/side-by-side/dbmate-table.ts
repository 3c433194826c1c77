import { lines, type Line } from './dbmate-lines.ts';
import { row } from './row.ts';

/** A word of dbmate's command line, what it is here, and the test that shows it: a file under test/, and words of its name. */
export interface Known {
  readonly dbmate: string;
  readonly limbeck: string;
  readonly test: readonly [file: string, name: string];
}

const beside: Known['test'] = ['side-by-side/dbmate.test.ts', 'the same lines'];

/** Every command and option of dbmate 2.36. */
export const words: readonly Known[] = [
  { dbmate: '`new NAME`, `n`', limbeck: '`new`: a pair of files; there is no `n`', test: beside },
  { dbmate: '`up`', limbeck: '`up`', test: ['cli/up.test.ts', 'up creates what is missing'] },
  { dbmate: '`create`', limbeck: '`create`', test: ['cli/create-drop.test.ts', 'create makes an empty database once'] },
  {
    dbmate: '`drop`',
    limbeck: '`drop`, which asks, or wants `--yes`',
    test: ['cli/create-drop-postgres.test.ts', 'while others are connected it stays'],
  },
  { dbmate: '`migrate`', limbeck: '`migrate`', test: ['cli/up.test.ts', 'up creates what is missing, migrate does not'] },
  { dbmate: '`rollback`, `down`', limbeck: '`rollback`, `down`', test: ['cli/up.test.ts', 'rollback and down take one back'] },
  { dbmate: '`status`, `--exit-code`, `--quiet`', limbeck: 'the same', test: ['cli/up.test.ts', 'status answers by its exit status'] },
  {
    dbmate: '`dump`',
    limbeck: '`dump`: prints, unless a file is named or configured',
    test: ['cli/dump.test.ts', 'what was dumped loads'],
  },
  {
    dbmate: '`dump -- ARGS`',
    limbeck: 'none: there is no pg_dump to pass them to',
    test: ['cli/dump.test.ts', 'arguments for pg_dump are refused'],
  },
  {
    dbmate: '`load`',
    limbeck: '`load [file]`: into an empty database, in one transaction',
    test: ['cli/load.test.ts', 'a file of pg_dump, as dbmate leaves it'],
  },
  { dbmate: '`wait`', limbeck: '`wait`, `--timeout`, `--interval`', test: ['cli/wait.test.ts', 'nobody answers'] },
  { dbmate: '`--url`, `-u`', limbeck: 'the same; `sqlite:///x.db` is relative, as in SQLAlchemy', test: beside },
  { dbmate: '`--env`, `-e`', limbeck: 'the same', test: beside },
  { dbmate: '`--env-file`', limbeck: 'the same, in both forms', test: ['cli/up.test.ts', '--env-file in both forms'] },
  { dbmate: '`--migrations-dir`, `-d`', limbeck: 'the same, or `--migrations`; one folder', test: beside },
  { dbmate: '`--migrations-table`', limbeck: 'the same, or `--journal`', test: beside },
  {
    dbmate: '`--schema-file`, `-s`',
    limbeck: 'the same, or `--dump-schema`; default: none',
    test: ['cli/dump.test.ts', 'with the setting it is written after every run'],
  },
  { dbmate: '`--no-dump-schema`', limbeck: 'the same', test: ['cli/dump.test.ts', 'with the setting it is written after every run'] },
  { dbmate: '`--wait`, `--wait-timeout`, `--wait-interval`', limbeck: 'the same', test: ['cli/wait.test.ts', 'nobody answers'] },
  {
    dbmate: '`--driver`',
    limbeck: '`--driver` chooses the SQLite driver; the URL chooses the engine',
    test: ['cli/load.test.ts', 'a dump of the other engine'],
  },
  {
    dbmate: '`--strict`',
    limbeck: 'the same, on `up` and `migrate`; the order of the graph is kept without it, too',
    test: ['cli/up.test.ts', 'out of order is refused, strictly also between branches'],
  },
  {
    dbmate: '`--verbose`, `-v`',
    limbeck: 'the same, on every command (`--version` has no short form)',
    test: ['cli/parse.test.ts', "['current', '-v'"],
  },
];

/** What dbmate was seen to get wrong; the test of each begins with its number. */
export const defects: readonly string[] = [
  'the file of the last migration is missing: `rollback` takes back the one before it',
  'files are in the order of their texts: 10 before 9, and `--strict` then refuses 10',
  'a second section in a file: half run, shown as applied, and rolled back forwards',
  '“Applied” is printed before the error of a migration that failed',
  'two runners run the same migration; the loser fails',
  'without the `sqlite3` shell `up` exits with 0 and writes no schema file',
  '`drop` with a `?query` in a SQLite URL looks for a file of that name',
  'two files of one version: the first is applied, the second run, and then it fails',
  '`PRAGMA foreign_keys=OFF` inside the transaction does nothing: a rebuild deletes the rows of other tables',
  'lines beyond 64 KiB, and of one letter, break the reading of dumps',
];

const lineRow = ({ dbmate, limbeck, exits, purpose = '', statesDiffer }: Line): string =>
  row([`\`${dbmate}\``, `\`${limbeck}\``, exits.join(', '), `${statesDiffer === true ? '**other database** ' : ''}${purpose}`.trim()]);

/** The part on dbmate of docs/coverage-cli.md. */
export const dbmatePart: string = `## dbmate

Every word of the command line of dbmate 2.36, and the test that shows what it is here. This part is written from
\`test/side-by-side/dbmate-table.ts\` and \`dbmate-lines.ts\` by \`node --import tsx scripts/docs.js\`.

| dbmate | limbeck | test |
| --- | --- | --- |
${words.map(({ dbmate, limbeck, test: [file, name] }) => row([dbmate, limbeck, `\`test/${file}\`: ${name}`])).join('\n')}

### dbmate: its defects

Each was seen in dbmate 2.36, and \`test/cli/dbmate-defects.test.ts\` has a test with its number that shows that limbeck does not have it.

| number | defect |
| --- | --- |
${defects.map((defect, at) => row([String(at + 1), defect])).join('\n')}

### dbmate: side by side

\`test/side-by-side/dbmate.test.ts\` runs these lines one after another, with both tools, on SQLite, on the same history, without any
other program at hand. After each it compares the tables and the applied versions: they are the same unless it says otherwise, and
each difference is on purpose. limbeck exits with 64 where the command line or the configuration is wrong, dbmate with 2 or 3.

| dbmate | limbeck | exit statuses | difference |
| --- | --- | --- | --- |
${lines.map(lineRow).join('\n')}
`;
