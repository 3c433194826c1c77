import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeWithSqlite } from '../node24.ts';
import { runPsql } from './psql.ts';

/** A way in which a script gets to a database. `stops`: at the first error; the others go on to the end. */
export interface Client {
  readonly name: string;
  readonly isReal: boolean;
  readonly stops: boolean;
  /** True: it ended without an error. */
  readonly run: (database: string, script: string) => Promise<boolean>;
}

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

const withoutDots = (script: string): string => script.replace(/^(?:\..*\n)+/, '');
const withoutSets = (script: string): string => script.replace(/^(?:\\set.*\n)+/, '');

const shell = fileURLToPath(new URL('sqlite-shell.mjs', import.meta.url));

const imitated = (mode: 'shell' | 'heedless'): Client => ({
  name: `a ${mode} reader`,
  isReal: false,
  stops: mode === 'shell',
  run: async (database, script) =>
    spawnSync(nodeWithSqlite(), ['--no-warnings', shell, database, mode], { input: script, encoding: 'utf8' }).status === 0,
});

const sqlite3 = (name: string, args: readonly string[], change: (script: string) => string = (script) => script): Client => ({
  name,
  isReal: true,
  stops: change('.bail on\n') !== '',
  run: async (database, script) => spawnSync('sqlite3', [...args, database], { input: change(script), encoding: 'utf8' }).status === 0,
});

/** The ways of sqlite3: imitated ones everywhere, and the real shell where the machine has it. */
export const sqliteClients: readonly Client[] = [
  imitated('shell'),
  imitated('heedless'),
  ...(isThere('sqlite3')
    ? [
        sqlite3('sqlite3 -bail < script', ['-bail']),
        sqlite3('sqlite3 < script', []),
        sqlite3('sqlite3 < script, lines with a dot cut off', [], withoutDots),
      ]
    : []),
];

const asPsql = (name: string, mode: Parameters<typeof runPsql>[2]): Client => ({
  name,
  isReal: false,
  stops: mode.knowsCommands,
  run: async (database, script) => (await runPsql(database, script, mode)).length === 0,
});

const psql = (name: string, args: readonly string[], change: (script: string) => string = (script) => script): Client => ({
  name,
  isReal: true,
  stops: change('\\set ON_ERROR_STOP on\n') !== '' || args.includes('ON_ERROR_STOP=1'),
  run: async (database, script) => {
    const { stderr } = spawnSync('psql', ['-X', '-q', ...args, '-f', '-', database], { input: change(script), encoding: 'utf8' });
    return !/ERROR|FATAL/.test(stderr);
  },
});

const strange = { a: 'nonsense', n: 'nonsense', '2': '99' };

/** The ways of psql, as above. `savepoints` changes nothing, whatever the script. */
export const postgresClients: readonly Client[] = [
  asPsql('a reader that stops', { knowsCommands: true, variables: strange }),
  asPsql('a heedless reader', { knowsCommands: false }),
  asPsql('a reader with one transaction around all', { knowsCommands: true, single: true }),
  asPsql('a heedless reader with one transaction around all', { knowsCommands: false, single: true }),
  ...(isThere('psql')
    ? [
        psql('psql -v ON_ERROR_STOP=1 -f', ['-v', 'ON_ERROR_STOP=1', '-v', 'a=nonsense', '-v', '2=99']),
        psql('psql -f', []),
        psql('psql -f, without \\set', [], withoutSets),
        psql('psql -1 -f', ['-1']),
        psql('psql -1 -f, without \\set', ['-1'], withoutSets),
      ]
    : []),
];

/** Those that set a savepoint before each statement, to pass over errors: a script must not take effect there. */
export const passingClients: readonly Client[] = [
  asPsql('a heedless reader with savepoints', { knowsCommands: false, savepoints: true }),
  ...(isThere('psql') ? [psql('psql with ON_ERROR_ROLLBACK, without \\set', ['-v', 'ON_ERROR_ROLLBACK=on'], withoutSets)] : []),
];

/** What is printed of a run: how many checks were made with real clients. */
export const tally = (clients: readonly Client[], checks: number): string => {
  const real = clients.filter(({ isReal }) => isReal).map(({ name }) => name);
  return real.length === 0
    ? `no real client on this machine; ${checks} checks with imitations alone\n`
    : `${checks * real.length} checks with real clients (${real.join('; ')})\n`;
};
