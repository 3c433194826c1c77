import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../lib/config/config.ts';
import { loadConfig } from '../../lib/config/load.ts';
import type { Flags } from '../../lib/config/load.ts';
import { requireUrl } from '../../lib/config/url.ts';
import { isLimbeckError } from '../../lib/errors.ts';

type Files = Readonly<Record<string, string>>;

interface Project {
  readonly files?: Files;
  readonly flags?: Partial<Flags>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Below the temporary folder. */
  readonly cwd?: string;
}

const inProject = async <T>(
  { files = {}, flags = {}, env = {}, cwd = '' }: Project,
  look: (config: Config, root: string) => T,
): Promise<T> => {
  const root = await mkdtemp(join(tmpdir(), 'limbeck config '));
  try {
    await mkdir(join(root, cwd), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    return look(await loadConfig({ flags, env, cwd: join(root, cwd) }), root);
  } finally {
    await rm(root, { recursive: true });
  }
};

const failure = async (
  project: Project,
  look: (config: Config) => unknown = () => undefined,
): Promise<{ code: string; message: string; hint: string }> => {
  try {
    await inProject(project, look);
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    return { code: error.code, message: error.message, hint: error.hint ?? '' };
  }
  throw new Error('nothing was thrown');
};

const packageJson = (limbeck: unknown): string => JSON.stringify({ name: 'tavern', limbeck });
const project: Files = { 'package.json': packageJson({ url: 'sqlite:///./project.db' }) };
const dotenv = { ...project, '.env': 'DATABASE_URL=env-file-database\nOTHER=env-file-other\n' };

const urls: readonly (readonly [what: string, project: Project, url: string | undefined, source: string | undefined])[] = [
  ['a flag before all', { files: dotenv, flags: { url: 'flag', env: 'OTHER' }, env: { LIMBECK_URL: 'l', OTHER: 'o' } }, 'flag', '--url'],
  ['-e before the usual variables', { files: dotenv, flags: { env: 'OTHER' }, env: { LIMBECK_URL: 'l', OTHER: 'o' } }, 'o', 'OTHER'],
  ['-e from .env', { files: dotenv, flags: { env: 'OTHER' }, env: { LIMBECK_URL: 'l' } }, 'env-file-other', '.env OTHER'],
  ['LIMBECK_URL first', { files: dotenv, env: { DATABASE_URL: 'd', APP_DATABASE_URL: 'a', LIMBECK_URL: 'l' } }, 'l', 'LIMBECK_URL'],
  ['APP_DATABASE_URL next', { files: dotenv, env: { DATABASE_URL: 'd', APP_DATABASE_URL: 'a' } }, 'a', 'APP_DATABASE_URL'],
  ['DATABASE_URL last', { files: dotenv, env: { DATABASE_URL: 'd' } }, 'd', 'DATABASE_URL'],
  ['the environment before .env', { files: { '.env': 'LIMBECK_URL=file' }, env: { DATABASE_URL: 'd' } }, 'd', 'DATABASE_URL'],
  ['.env before the project', { files: dotenv }, 'env-file-database', '.env DATABASE_URL'],
  [
    '.env quotes, comments, export, CRLF',
    { files: { '.env': '# x\r\nexport DATABASE_URL="postgres://u:p%23w@h/d?x=1#2"\r\n' } },
    'postgres://u:p%23w@h/d?x=1#2',
    '.env DATABASE_URL',
  ],
  ['.env with a byte order mark', { files: { '.env': '\uFEFFDATABASE_URL=marked' } }, 'marked', '.env DATABASE_URL'],
  [
    '--env-file instead of .env',
    { files: { ...dotenv, 'ci/my.env': 'DATABASE_URL=mine' }, flags: { envFile: 'ci/my.env' } },
    'mine',
    'ci/my.env DATABASE_URL',
  ],
  [
    'the first of several --env-file',
    {
      files: { ...dotenv, 'a.env': 'OTHER=a', 'b.env': 'DATABASE_URL=b\nOTHER=b', 'c.env': 'DATABASE_URL=c' },
      flags: { envFile: ['a.env', 'b.env', 'c.env'] },
    },
    'b',
    'b.env DATABASE_URL',
  ],
  ['the project', { files: project }, 'sqlite:///./project.db', 'package.json limbeck.url'],
  ['limbeck.json', { files: { 'limbeck.json': '{"url": "j"}' } }, 'j', 'limbeck.json.url'],
  ['an empty variable gives way to another', { files: project, env: { APP_DATABASE_URL: '', DATABASE_URL: 'd' } }, 'd', 'DATABASE_URL'],
  ['an empty variable keeps the default away', { files: project, env: { DATABASE_URL: '' } }, undefined, 'DATABASE_URL'],
  ['an empty --url keeps everything away', { files: project, flags: { url: '' }, env: { DATABASE_URL: 'd' } }, undefined, '--url'],
  ['nothing', {}, undefined, undefined],
];

for (const [what, given, url, source] of urls) {
  test(`url: ${what}`, () =>
    inProject(given, (config) => {
      assert.is(config.url, url);
      assert.is(config.urlSource, source);
      assert.is(config.urlIsDefault, source === 'package.json limbeck.url' || source === 'limbeck.json.url');
    }));
}

test('without a URL the error gives every way', async () => {
  const error = await failure({}, requireUrl);
  assert.is(error.code, 'no-url');
  for (const way of ['--url', 'LIMBECK_URL', 'APP_DATABASE_URL', 'DATABASE_URL', '.env', 'package.json']) assert.match(error.hint, way);
  const empty = await failure({ files: project, env: { DATABASE_URL: ' ' } }, requireUrl);
  assert.is(empty.message, 'no database URL: DATABASE_URL is set but empty');
});

test('-e with a variable that is not set, or empty, names it', async () => {
  const unset = await failure({ files: project, flags: { env: 'PROD_URL' }, env: { DATABASE_URL: 'd' } });
  assert.is(unset.code, 'no-url');
  assert.match(unset.message, /PROD_URL, named by -e, is not set/);
  assert.match((await failure({ flags: { env: 'PROD_URL' }, env: { PROD_URL: '' } })).message, /PROD_URL, named by -e, is empty/);
});

test('an --env-file that is not there is an error, a missing .env is none', async () => {
  const error = await failure({ flags: { envFile: 'nope.env' } });
  assert.is(error.code, 'file-unreadable');
  assert.match(error.message, 'nope.env');
});

test('a line of .env that says nothing is named, and never takes the next one with it', async () => {
  for (const [text, problem] of [
    ['export FOO\nDATABASE_URL=d', '.env line 1: is neither NAME=value nor a comment'],
    ['A=1\r\nstray\r\nDATABASE_URL=d', '.env line 2: is neither NAME=value nor a comment'],
    ['A="1\n2"\n\nDATABASE_URL: s3cr=t', '.env line 4: is neither NAME=value nor a comment'],
    ['=x\nDATABASE_URL=d', '.env line 1: is neither NAME=value nor a comment'],
    ['A=1\nB="2\nDATABASE_URL="d"', '.env line 2: opens a quote (") that it does not close'],
  ] as const) {
    const { code, message } = await failure({ files: { '.env': text } });
    assert.is(code, 'bad-config', text);
    assert.match(message, problem);
    assert.not.match(message, 's3cr');
  }
  const conflict = await failure({ files: { '.env': '<<<<<<< HEAD\nDATABASE_URL=a\n=======\nDATABASE_URL=b\n>>>>>>> a=b\n' } });
  assert.match(conflict.message, /3 problems:\n {2}\.env line 1: .*\n {2}\.env line 3: .*\n {2}\.env line 5: /);
  assert.match((await failure({ files: { 'ci.env': 'stray' }, flags: { envFile: 'ci.env' } })).message, 'ci.env line 1: ');
});

const url = 'DATABASE_URL=d';
for (const [what, text, value = 'd'] of [
  ['blanks between', `A=x\n \t \n\n${url}`],
  ['an empty value and a space', `A= \n${url}`],
  ['an empty value', `A=\n${url}`],
  ['blanks around', ` export\t DATABASE_URL \t=\t d \t\n`],
  ['a comment behind', `A=1 # "x\n${url} # y`],
  ['a comment behind quotes', `DATABASE_URL=' d # e ' # "y`, ' d # e '],
  ['the last of two', `DATABASE_URL=c\n${url}`],
  ['lines in double quotes', `A="1\n# 2\nDATABASE_URL=3\n"\n${url}`],
  ['lines in single quotes', `A='1\n"2'  # 3\n${url}`],
  ['lines in backticks', `A=\`1\n'2"\`\n${url}`],
  ['lines of its own', `DATABASE_URL='1\n\n 2\\n'\nA=1`, '1\n\n 2\\n'],
  ['\\n in double quotes', `DATABASE_URL="1\\n2"`, '1\n2'],
  ['a quote within', `A=it's\nDATABASE_URL=d"e\nB=it's`, 'd"e'],
  ['a quote that nothing closes', `A="x # y\n${url}`],
  ['text behind quotes', `DATABASE_URL="d" e"`],
  ['= in a value', `DATABASE_URL==d=e`, '=d=e'],
  ['a strange name', `a.b-c=1\n${url}`],
] as const) {
  test(`.env: ${what}`, () => inProject({ files: { '.env': text } }, (config) => assert.is(requireUrl(config), value.trim())));
}

test('defaults', () =>
  inProject({}, (config, root) => {
    assert.equal(config, {
      directory: root,
      url: undefined,
      urlSource: undefined,
      urlIsDefault: false,
      models: join(root, 'schema/models.sql'),
      migrations: join(root, 'migrations'),
      journalTable: 'limbeck_journal',
      exclude: [],
      schemas: [],
      privileges: 'auto',
      scratchUrl: undefined,
      directUrl: undefined,
      role: undefined,
      engines: [],
      sqliteTarget: '3.35',
      driver: undefined,
      lockTimeoutMs: 60_000,
      dumpSchema: undefined,
      told: [],
      variables: {},
    });
  }));

test('flag, environment, .env, project: each key from the first that says it', () =>
  inProject(
    {
      cwd: 'packages/kitchen',
      files: {
        'package.json': packageJson({
          models: 'p.sql',
          migrations: 'p',
          journal: 'p',
          exclude: ['p'],
          engines: ['sqlite'],
          sqliteTarget: '3.40',
          lockTimeout: 1,
        }),
        '.env': 'LIMBECK_MIGRATIONS=f\nLIMBECK_JOURNAL=f\nLIMBECK_EXCLUDE=f\nLIMBECK_LOCK_TIMEOUT=\n',
        'packages/kitchen/package.json': '{"name": "kitchen", "dependencies": {"limbeck": "*"}}',
      },
      env: { LIMBECK_JOURNAL: 'e', LIMBECK_EXCLUDE: 'e, e2', LIMBECK_ENGINES: 'postgres,sqlite' },
      flags: { exclude: ['x'], models: 'flag.sql' },
    },
    (config, root) => {
      assert.is(config.directory, root);
      assert.is(config.models, join(root, 'packages/kitchen/flag.sql'));
      assert.is(config.migrations, join(root, 'f'));
      assert.is(config.journalTable, 'e');
      assert.equal(config.exclude, ['x']);
      assert.equal(config.engines, ['postgres', 'sqlite']);
      assert.is(config.sqliteTarget, '3.40');
      assert.is(config.lockTimeoutMs, 1000);
    },
  ));

test('what only PostgreSQL has use for: schemas, privileges, other URLs, a role, PG variables', () =>
  inProject(
    {
      files: {
        'package.json': packageJson({ schemas: ['app', 'audit_*'], privileges: 'never', role: 'owner' }),
        '.env': 'PGHOST=db\nPGUSER=f\nOTHER=x\n',
      },
      env: { PGUSER: 'e', LIMBECK_DIRECT_URL: 'postgresql://a:b@h/d' },
      flags: { privileges: 'always', scratchUrl: 'postgres://s/d' },
    },
    (config) => {
      assert.equal(config.schemas, ['app', 'audit_*']);
      assert.is(config.privileges, 'always');
      assert.is(config.role, 'owner');
      assert.is(config.directUrl, 'postgresql://a:b@h/d');
      assert.is(config.scratchUrl, 'postgres://s/d');
      assert.equal(config.variables, { PGHOST: 'db', PGUSER: 'e' });
    },
  ));

test('a complaint about a URL does not show it', async () => {
  const { message } = await failure({ flags: { scratchUrl: 'mysql://me:secret@h/d', privileges: 'maybe', role: '' } });
  assert.match(message, '--scratch-url: should be a URL');
  assert.match(message, '--privileges: should be auto, always or never, and is "maybe"');
  assert.match(message, '--set-role: should be a text');
  assert.not.match(message, 'secret');
});

test('every complaint at once, each with its place', async () => {
  const { code, message } = await failure({
    files: {
      'package.json': packageJson({
        modles: 'x',
        colour: 'red',
        url: 5,
        journal: 'a b',
        engines: ['oracle'],
        sqliteTarget: 3.35,
        driver: 'better',
        exclude: [1],
      }),
      '.env': 'LIMBECK_LOCK_TIMEOUT=soon\n',
    },
    flags: { models: '' },
  });
  assert.is(code, 'bad-config');
  assert.equal(message.split('\n'), [
    'the configuration has 10 problems:',
    '  package.json limbeck.modles: unknown key; did you mean models?',
    '  package.json limbeck.colour: unknown key; known are url, models, migrations, journal, exclude, schemas, privileges, scratchUrl, directUrl, role, engines, sqliteTarget, lockTimeout, driver, dumpSchema',
    '  --models: should be a path, and is ""',
    '  package.json limbeck.journal: should be a table name of letters, digits and _, at most 63, and is "a b"',
    '  package.json limbeck.exclude: should be a list of names, and is [1]',
    '  package.json limbeck.engines: the engines are sqlite and postgres, not "oracle"',
    '  package.json limbeck.sqliteTarget: should be a version of SQLite such as "3.35", and is 3.35',
    '  package.json limbeck.driver: should be sql.js or node:sqlite, and is "better"',
    '  .env LIMBECK_LOCK_TIMEOUT: should be a number of seconds, 0 to 2000000, and is "soon"',
    '  package.json limbeck.url: should be a text, and is 5',
  ]);
});

const seconds: readonly (readonly [said: string | number, ms: number | undefined])[] = [
  ['0', 0],
  ['2.5', 2500],
  [30, 30_000],
  ['1e3', undefined],
  ['-1', undefined],
  [-1, undefined],
  ['5s', undefined],
  [Number.NaN, undefined],
  [Infinity, undefined],
];

for (const [said, ms] of seconds) {
  test(`lock timeout ${said} is ${ms ?? 'refused'}`, async () => {
    const given = { flags: { lockTimeout: said } };
    if (ms === undefined) assert.match((await failure(given)).message, '--lock-timeout');
    else await inProject(given, (config) => assert.is(config.lockTimeoutMs, ms));
  });
}

const broken: readonly (readonly [what: string, project: Project, message: RegExp])[] = [
  ['limbeck.json that is not JSON', { files: { 'limbeck.json': '{"url": }' } }, /^limbeck\.json: not JSON: /],
  ['limbeck.json that is a list', { files: { 'limbeck.json': '[]' } }, /^limbeck\.json: should be an object/],
  ['a limbeck key that is a text', { files: { 'package.json': packageJson('sqlite://') } }, /^package\.json limbeck: should be an object/],
  ['two configurations in one folder', { files: { ...project, 'limbeck.json': '{}' } }, /keep one of them/],
  ['--config with no file', { flags: { config: 'nope.json' } }, /^--config: cannot read nope\.json \(ENOENT\)/],
  [
    '--config with a package.json without the key',
    { files: { 'package.json': '{}' }, flags: { config: 'package.json' } },
    /has no "limbeck" key/,
  ],
];

for (const [what, given, message] of broken) {
  test(`refused: ${what}`, async () => {
    const error = await failure(given);
    assert.is(error.code, 'bad-config');
    assert.match(error.message, message);
  });
}

test('--config makes its folder the project', () =>
  inProject(
    { files: { 'ops/limbeck.json': '\uFEFF{"models": "m.sql"}', ...project }, flags: { config: 'ops/limbeck.json' } },
    (config, root) => {
      assert.is(config.directory, join(root, 'ops'));
      assert.is(config.models, join(root, 'ops/m.sql'));
      assert.is(config.url, undefined);
    },
  ));

test('a package.json that says nothing about limbeck is not even parsed', () =>
  inProject({ cwd: 'a', files: { ...project, 'a/package.json': '{ broken' } }, (config, root) => assert.is(config.directory, root)));

test.run();
