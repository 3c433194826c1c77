import type { OpenOptions } from './engine.ts';

/** What became of a database that was to be created or dropped. */
export interface DatabaseOutcome {
  /** The URL with its password masked. */
  readonly location: string;
  /** The database's name on its server, or the path of its file. */
  readonly name: string;
  /** False: it was there already, or there was none to drop. */
  readonly changed: boolean;
}

export interface DropDatabaseOptions extends Omit<OpenOptions, 'mode' | 'create'> {
  /** Asked once it is known what would be dropped, and that nobody uses it; false stops it. */
  readonly confirm: (what: string) => Promise<boolean>;
}

/** How databases of an engine come and go: the exports of its `database.ts`. */
export interface DatabaseLife {
  readonly createDatabase: (url: string, options: OpenOptions) => Promise<DatabaseOutcome>;
  readonly dropDatabase: (url: string, options: DropDatabaseOptions) => Promise<DatabaseOutcome>;
  /** Resolves when the server answers, whether it has the database or not. */
  readonly reachServer: (url: string, options: OpenOptions) => Promise<void>;
}
