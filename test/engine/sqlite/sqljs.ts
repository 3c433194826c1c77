import initSqlJs, { type Database } from 'sql.js';
import type { Row } from '../../../lib/engine/engine.ts';
import type { Query } from '../../../lib/engine/sqlite/query.ts';

const library = await initSqlJs();

/** A new database in memory that has run `sql`. */
export const databaseOf = (sql: string): Database => {
  const database = new library.Database();
  database.run(sql);
  return database;
};

/** Reads a database of sql.js as a session would. */
export const queryOf =
  (database: Database): Query =>
  (sql, parameters = []) => {
    const statement = database.prepare(sql);
    try {
      statement.bind(parameters.map(String));
      const names = statement.getColumnNames();
      const rows: Row[] = [];
      while (statement.step()) {
        const values = statement.get();
        rows.push(Object.fromEntries(names.map((name, at) => [name, values[at]])));
      }
      return Promise.resolve(rows);
    } finally {
      statement.free();
    }
  };
