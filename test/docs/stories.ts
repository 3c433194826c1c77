import { twoRevisions, type Files } from '../cli/support.ts';
import type { Story } from './tried.ts';

const pair = (name: string, table: string, header = ''): Files => ({
  [`migrations/${name}.up.sql`]: `${header}CREATE TABLE ${table} (id INTEGER PRIMARY KEY);\n`,
  [`migrations/${name}.down.sql`]: `${header}DROP TABLE ${table};\n`,
});

const follows = (id: string, parent: string, more = ''): string => `-- ${id}\n-- revision: ${id}\n-- parent: ${parent}\n${more}\n`;

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n';
const applied: Files = { ...twoRevisions, 'schema/models.sql': `${users}CREATE TABLE roles (id INTEGER PRIMARY KEY);\n` };

const branches: Files = {
  'limbeck.json': '{ "url": "sqlite:///./app.db" }\n',
  ...pair('a1_first', 'first', follows('a1', '-')),
  ...pair('b1_main', 'main_part', follows('b1', 'a1')),
  ...pair('c1_side', 'side_part', follows('c1', 'a1')),
};

/** Makes the database of a project as another tool would have left it. */
const made = (...statements: readonly string[]): string =>
  `: > app.db; printf '%s;\\n' ${statements.map((each) => `"${each}"`).join(' ')} > made.sql; $L load made.sql --url sqlite:///./app.db`;

/** Every page with lines for a shell. */
export const stories: readonly Story[] = [
  {
    page: 'README.md',
    files: { ...applied, 'package.json': '{}' },
    anew: true,
    before: '$L up',
    instead: [['<revision>', 'head']],
    meanwhile: [
      ['npx limbeck revision --autogenerate -m "add roles"', "echo 'CREATE TABLE more (id INTEGER PRIMARY KEY);' >> schema/models.sql"],
      ['npx limbeck adopt --dry-run', `$L drop --yes; rm -r migrations schema; ${made('CREATE TABLE t (a INT)')}`],
      ['npx limbeck completion bash > ~/.limbeck.bash', 'export HOME=$PWD'],
    ],
    status: [['npx limbeck status --exit-code', 1]],
    untried: [['npx limbeck revision --autogenerate -m "add phones"', 'readme.test.ts runs the session, and compares what it says']],
  },
  {
    page: 'docs/guides/first-migration.md',
    files: { 'package.json': '{}' },
    meanwhile: [
      [
        'npx limbeck revision --autogenerate -m "users"',
        "echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE);' > schema/models.sql",
      ],
    ],
  },
  {
    page: 'docs/guides/branches.md',
    files: branches,
    anew: true,
    meanwhile: [
      [
        'limbeck revision -m "orders use stock" --head shop@head --depends-on stock@head',
        '$L revision -m stock --head base --branch-label stock; $L revision -m shop --head base --branch-label shop',
      ],
    ],
    status: [['limbeck check --single-head', 1]],
  },
  {
    page: 'docs/guides/offline.md',
    files: applied,
    before: '$L upgrade +1; echo 1 > deployed-revision; STAGING=sqlite:///./app.db',
    instead: [['20261101120000', '1']],
    status: [['npx limbeck check --url "$STAGING"', 1]],
  },
  {
    page: 'docs/guides/two-engines.md',
    files: {
      'limbeck.json': '{ "url": "sqlite:///./app.db", "engines": ["postgres", "sqlite"] }\n',
      'schema/models.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL);\n',
    },
    instead: [
      ['20261123121500', 'head'],
      ['<commit>', 'HEAD'],
    ],
    untried: [
      ['npx limbeck revision --autogenerate -m "users"', 'test/cli/two-engines.test.ts runs it, beside a server'],
      ['npx limbeck revision --complete 20261123121500', 'the same'],
      ['npx limbeck revision --complete 20261123121500 --models then.sql', 'the same'],
    ],
  },
  {
    page: 'docs/guides/from-nothing.md',
    files: { 'package.json': '{}' },
    before: made('CREATE TABLE users (id INTEGER PRIMARY KEY)'),
    instead: [['postgresql://localhost/app', 'sqlite:///./app.db']],
    meanwhile: [
      ['npx limbeck revision --autogenerate -m "add role"', "echo 'CREATE TABLE role (id INTEGER PRIMARY KEY);' >> schema/models.sql"],
    ],
  },
  {
    page: 'docs/guides/from-dbmate.md',
    files: {
      'package.json': '{}',
      'db/migrations/20200101000000_users.sql': '-- migrate:up\nCREATE TABLE users (id INT);\n-- migrate:down\nDROP TABLE users;\n',
    },
    before: made(
      'CREATE TABLE users (id INT)',
      'CREATE TABLE schema_migrations (version varchar(128) primary key)',
      "INSERT INTO schema_migrations VALUES ('20200101000000')",
    ),
  },
  {
    page: 'docs/guides/from-golang-migrate.md',
    files: { 'package.json': '{}', ...pair('1_users', 'users') },
    before: made(
      'CREATE TABLE users (id INTEGER PRIMARY KEY)',
      'CREATE TABLE schema_migrations (version uint64, dirty bool)',
      'INSERT INTO schema_migrations VALUES (1, 0)',
    ),
    instead: [['postgresql://localhost/app', 'sqlite:///./app.db']],
  },
  {
    page: 'docs/guides/from-alembic.md',
    files: {
      'package.json': '{}',
      'alembic/versions/ae10_users.py': '"""users"""\nrevision = "ae10"\ndown_revision = None\n',
    },
    before: made(
      'CREATE TABLE users (id INTEGER PRIMARY KEY)',
      'CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)',
      "INSERT INTO alembic_version VALUES ('ae10')",
    ),
    instead: [
      ['./tavern.db', './app.db'],
      ['$DATABASE_URL', 'sqlite:///./app.db'],
    ],
    untried: [
      ['limbeck adopt --sql alembic.sql', 'test/cli/adopt-alembic.test.ts runs it, with what Alembic prints'],
      ['limbeck adopt --url postgresql://localhost/tavern', 'the same, beside a server'],
      ['limbeck check --url postgresql://localhost/tavern && limbeck check --url sqlite:///./tavern.db', 'the same'],
    ],
  },
];
