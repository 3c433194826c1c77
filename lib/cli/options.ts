import type { EngineName } from '../engine/engine.ts';
import type { OptionSpec } from './command.ts';

/** The options of every command, allowed before and after its name. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'url', alias: 'u', value: 'url', summary: 'the database: sqlite:///a.db, postgresql://host/db' },
  { name: 'env', alias: 'e', value: 'name', summary: 'take the URL from this environment variable' },
  { name: 'env-file', several: true, value: 'file', summary: 'read variables from this file, not .env; repeatable' },
  { name: 'config', value: 'file', summary: 'the configuration, not package.json or limbeck.json' },
  { name: 'models', value: 'path', summary: 'the declared schema (default schema/models.sql)' },
  {
    name: 'migrations',
    alias: 'd',
    also: ['migrations-dir'],
    value: 'dir',
    summary: 'the migrations (default migrations)',
  },
  { name: 'journal', also: ['migrations-table'], value: 'table', summary: 'the journal (default limbeck_journal)' },
  { name: 'schema', several: true, value: 'pattern', summary: "manage this PostgreSQL schema; '*' is all" },
  { name: 'exclude', several: true, value: 'pattern', summary: 'leave objects of this name alone' },
  { name: 'privileges', value: 'when', choices: ['auto', 'always', 'never'], summary: 'compare grants: auto, always or never' },
  { name: 'scratch-url', value: 'url', summary: 'PostgreSQL server on which to make scratch databases' },
  { name: 'direct-url', value: 'url', summary: 'the database itself, where --url is a pooler' },
  { name: 'set-role', value: 'role', summary: 'PostgreSQL: run statements as this role' },
  { name: 'driver', value: 'name', choices: ['sql.js', 'node:sqlite'], summary: 'the SQLite driver: sql.js or node:sqlite' },
  { name: 'dump-schema', alias: 's', also: ['schema-file'], value: 'file', summary: 'write the schema there after each migration' },
  { name: 'no-dump-schema', summary: 'write no schema after a migration' },
  { name: 'wait', summary: 'wait first until the database answers' },
  { name: 'wait-timeout', value: 'time', summary: 'how long --wait waits (default 60)' },
  { name: 'wait-interval', value: 'time', summary: 'how often --wait asks (default 1)' },
  { name: 'json', summary: 'print the result, or the error, as one JSON object' },
  { name: 'quiet', alias: 'q', summary: 'no progress and no closing words' },
  { name: 'verbose', alias: 'v', summary: 'more: each statement, each setting and who told it' },
  { name: 'debug', summary: 'print the stack of an error' },
  { name: 'no-color', summary: 'no colour, also on a terminal' },
  { name: 'help', alias: 'h', summary: 'help on the command' },
  { name: 'version', summary: 'the version of limbeck' },
];

/** How long `upgrade`, `downgrade` and `stamp` wait for another run. */
export const lockTimeout: OptionSpec = {
  name: 'lock-timeout',
  value: 'seconds',
  number: true,
  summary: 'how long to wait for another run (default 60)',
};

export const engineNames: readonly EngineName[] = ['sqlite', 'postgres'];

/** The engine that an option names. */
export const asEngine = (name: string | undefined): EngineName | undefined => engineNames.find((each) => each === name);
