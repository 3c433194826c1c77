import { row } from './row.ts';

/** Files, order and settings: what both tools have, what it is here, and the test that shows it. */
export interface Custom {
  readonly what: string;
  readonly alembic: string;
  readonly dbmate: string;
  readonly limbeck: string;
  readonly test: readonly [file: string, words: string];
}

export const customs: readonly Custom[] = [
  {
    what: 'names of files',
    alembic: '`REV_slug.py`, a template',
    dbmate: '`VERSION_name.sql`, up and down in one',
    limbeck: '`ID_slug.up.sql` and `.down.sql`, with the engine in between where there are two; `adopt` converts the others',
    test: ['revision/directory.test.ts', 'halves for two engines, and files that are none of ours'],
  },
  {
    what: 'order',
    alembic: 'the graph of `down_revision`',
    dbmate: 'the texts of the names: 10 before 9',
    limbeck: 'the graph of `parent`; files without a header follow each other, numbers as numbers',
    test: ['runner/upgrade.test.ts', 'ids that are numbers run as numbers'],
  },
  {
    what: 'several folders',
    alembic: '`version_locations`',
    dbmate: '`-d`, repeated',
    limbeck: 'one folder, `--migrations`: of several `-d` the last one holds; branches have labels',
    test: ['side-by-side/page.test.ts', 'one folder holds'],
  },
  {
    what: 'variables',
    alembic: '`ALEMBIC_CONFIG`',
    dbmate: '`DATABASE_URL`, `DBMATE_…`',
    limbeck: '`DATABASE_URL` (after `LIMBECK_URL`), and `LIMBECK_…` for every option',
    test: ['cli/variables.test.ts', 'every option of every command has a variable'],
  },
  {
    what: '`.env`',
    alembic: 'none',
    dbmate: 'read; what the process has goes before it',
    limbeck: 'the same',
    test: ['cli/variables.test.ts', 'variables of the environment and of .env'],
  },
  {
    what: 'configuration',
    alembic: '`alembic.ini`, `pyproject.toml`, `env.py`',
    dbmate: 'none',
    limbeck: '`limbeck.json`, or `limbeck` in package.json, with a JSON schema; no code',
    test: ['config/load.test.ts', 'flag, environment, .env, project: each key from the first that says it'],
  },
];

/** The part of docs/coverage-cli.md on what is not typed. */
export const filesPart: string = `## Files, order and settings

| | Alembic | dbmate | limbeck | test |
| --- | --- | --- | --- | --- |
${customs.map(({ what, alembic, dbmate, limbeck, test: [file, words] }) => row([what, alembic, dbmate, limbeck, `\`test/${file}\`: ${words}`])).join('\n')}
`;
