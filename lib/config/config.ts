import type { EngineName } from '../engine/engine.ts';

/** A setting that somebody told. */
export interface ToldSetting {
  /** As the option is called, without dashes. */
  readonly setting: string;
  readonly value: string;
  /** Who told it and was heard: a flag, a variable, a file and key. */
  readonly source: string;
  /** Who told it as well, and was not heard. */
  readonly over: readonly string[];
}

/** Everything limbeck was told, resolved once: flags, environment, .env, configuration file, defaults (design S11). */
export interface Config {
  /** Project folder: where the configuration was found, else the working folder; absolute. */
  readonly directory: string;
  /** Undefined: none was given anywhere; commands that need one stop with `no-url`. */
  readonly url: string | undefined;
  /** Where the URL came from, e.g. `--url`, `LIMBECK_URL`, `.env DATABASE_URL`, `package.json limbeck.url`. */
  readonly urlSource: string | undefined;
  /** True when the URL came from the project's configuration and so may create a database (announced on stderr). */
  readonly urlIsDefault: boolean;
  /** Absolute paths. */
  readonly models: string;
  readonly migrations: string;
  readonly journalTable: string;
  readonly exclude: readonly string[];
  /** Names of PostgreSQL schemas, or globs; empty: the default schema, and those that the models make. */
  readonly schemas: readonly string[];
  /** Whether grants are compared; `auto`: where the models have GRANT, REVOKE or ALTER DEFAULT PRIVILEGES. */
  readonly privileges: 'auto' | 'always' | 'never';
  /** A PostgreSQL server on which scratch databases may be made. */
  readonly scratchUrl: string | undefined;
  /** The database itself, where the URL is that of a pooler. */
  readonly directUrl: string | undefined;
  /** The PostgreSQL role that statements run as, when it is not the one that logs in. */
  readonly role: string | undefined;
  /** libpq's `PG*` variables, of the environment and of .env. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Engines named in the configuration; empty: decided by markers and the URL. */
  readonly engines: readonly EngineName[];
  /** Oldest SQLite that rendered SQL must run on. */
  readonly sqliteTarget: string;
  readonly driver: 'sql.js' | 'node:sqlite' | undefined;
  readonly lockTimeoutMs: number;
  /** The file to which the schema is written after each migration, absolute; undefined: none. */
  readonly dumpSchema: string | undefined;
  /** What was told, by whom, URLs as they are; what is not here is a default. */
  readonly told: readonly ToldSetting[];
}
