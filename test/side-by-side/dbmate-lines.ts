/** What is done to both projects before a line is run. */
export type Preparation =
  | { readonly remove: string }
  /** A migration that creates the table of this name, or what `up` says. */
  | { readonly migration: string; readonly table: string; readonly up?: string }
  /** `URL` in the text is that of the tool's database. */
  | { readonly file: string; readonly text: string }
  /** A command of both. */
  | { readonly run: string };

/** A command line of dbmate and the one of limbeck that means the same. */
export interface Line {
  readonly dbmate: string;
  readonly limbeck: string;
  /** The exit statuses of both. */
  readonly exits: readonly [number, number];
  readonly before?: readonly Preparation[];
  /** What the databases hold afterwards is not the same. */
  readonly statesDiffer?: true;
  /** Why one succeeds where the other does not, or why they leave different databases. */
  readonly purpose?: string;
}

/** The two revisions that both projects begin with. */
export const firstMigrations: readonly Preparation[] = [
  { migration: '20260101000001', table: 'users' },
  { migration: '20260101000002', table: 'posts' },
];

const same = (line: string, exit: number, limbeckExit = exit, before?: readonly Preparation[]): Line => ({
  dbmate: line,
  limbeck: line,
  exits: [exit, limbeckExit],
  ...(before === undefined ? {} : { before }),
});

/** In the order in which they are run, one after another, on the same two databases. */
export const lines: readonly Line[] = [
  same('--version', 0),
  same('--help', 0),
  same('new add_notes', 0),
  same('new', 2, 64, [{ remove: 'add_notes' }]),
  same('frobnicate', 3, 64),
  same('create', 0),
  same('create', 0),
  same('status', 0),
  same('status --exit-code', 1),
  same('status --quiet', 1),
  same('migrate', 0),
  same('migrate', 0),
  same('status --exit-code', 0),
  same('rollback', 0),
  same('down', 0),
  same('rollback', 2),
  same('up', 0),
  same('--no-dump-schema up', 0),
  {
    ...same('up --no-dump-schema', 2, 0),
    purpose: 'an option of every command may stand before and after the name of the command',
  },
  same('wait', 0),
  same('--wait up', 0),
  same('--wait --wait-timeout 5s --wait-interval 1s status', 0),
  same('-d db/migrations status', 0),
  same('--migrations-dir db/migrations status', 0),
  same('--migrations-dir=db/migrations status', 0),
  same('-e OTHER_URL status', 0),
  same('--env OTHER_URL status', 0),
  same('--env-file other.env --env FROM_FILE status', 0, 0, [{ file: 'other.env', text: 'FROM_FILE=URL\n' }]),
  {
    ...same('--env-file=other.env --env FROM_FILE status', 2, 0),
    purpose: 'dbmate takes `--env-file=x` and does not read the file; limbeck reads it in both forms',
  },
  same('--env-file other.env --env-file more.env -e ALSO status', 0, 0, [{ file: 'more.env', text: 'ALSO=URL\n' }]),
  {
    ...same('--env-file none.env status', 0, 2),
    purpose: 'a file that was named and is not there is a mistake: the variables in it would be missed in silence',
  },
  same('-u nonsense:x status', 2, 64),
  same('--env NOT_SET status', 2, 64),
  { dbmate: '-u sqlite:second.db up', limbeck: '-u sqlite:///./second.db up', exits: [0, 0] },
  same('--migrations-table other status --exit-code', 1),
  same('migrate --strict', 2, 2, [
    { migration: '20260101000004', table: 'tags' },
    { run: 'migrate' },
    { migration: '20260101000003', table: 'likes' },
  ]),
  {
    ...same('migrate', 0, 2),
    statesDiffer: true,
    purpose: 'what turned up in the middle was written for another schema: limbeck asks for --allow-out-of-order',
  },
  { dbmate: 'migrate', limbeck: 'migrate --allow-out-of-order', exits: [0, 0] },
  same('rollback', 0),
  same('up', 0),
  {
    ...same('rollback', 0, 0, [{ remove: '20260101000004' }]),
    statesDiffer: true,
    purpose: 'the file of the last migration is gone: dbmate rolls back the one before it, limbeck the last one, from its journal',
  },
  {
    ...same('drop', 0, 64),
    statesDiffer: true,
    purpose: 'away from a terminal limbeck drops nothing without --yes',
  },
  { dbmate: 'drop', limbeck: 'drop --yes', exits: [0, 0] },
  { dbmate: 'drop', limbeck: 'drop --yes', exits: [0, 0] },
  {
    ...same('migrate', 0, 2),
    statesDiffer: true,
    purpose: 'a database that is missing is created by `up` and `create` only; dbmate’s driver makes a SQLite file at any touch',
  },
  same('up', 0),
  {
    ...same('dump', 2, 0),
    purpose: 'limbeck’s dump needs no client of the database, and here there is none',
  },
  {
    dbmate: '-s db/out.sql dump',
    limbeck: '-s db/out.sql dump',
    exits: [2, 0],
    purpose: 'as above; `-s` and `--schema-file` are other spellings of `--dump-schema`',
  },
  {
    ...same('--schema-file db/given.sql load', 2, 2, [{ file: 'db/given.sql', text: 'CREATE TABLE users (id INTEGER PRIMARY KEY);\n' }]),
  },
  same('-d empty up', 2, 2),
  same('up', 2, 2, [{ migration: '20260101000009', table: 'bad', up: 'CREATE TABLE bad (id INTEGER);\nCREATE TABLE users (id INTEGER);' }]),
  {
    ...same('up', 2, 2, [
      { remove: '20260101000009' },
      { migration: '20260101000005', table: 'one' },
      { migration: '20260101000005', table: 'two' },
    ]),
    statesDiffer: true,
    purpose: 'two files of one version: dbmate applies the first before it fails, limbeck refuses before anything runs',
  },
];
