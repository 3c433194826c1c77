import type { Database } from 'sql.js';
import type { Random } from './random.ts';
import { quote } from './rows.ts';
import type { Spec } from './spec.ts';

/** An object that limbeck is told to leave out of sight (`audit_*`). */
export interface Excluded {
  readonly sql: string;
  readonly name: string;
  /** The table with which it goes, if it is one of its parts. */
  readonly partOf: number | undefined;
}

/** The pattern under `exclude`. */
export const excludePattern = 'audit_*';

/** What stands beside the schema in some cases: a table with rows, and things that hang on tables of the schema. */
export const excludedBy = (spec: Spec, random: Random): readonly Excluded[] => {
  if (!random.chance(0.3)) return [];
  const table = random.pick(spec.tables);
  const on = quote(table.name);
  const column = quote(random.pick(table.columns).name);
  const apart: readonly Excluded[] = [
    { sql: 'CREATE TABLE audit_log (a, b UNIQUE)', name: 'audit_log', partOf: undefined },
    { sql: 'CREATE INDEX audit_i ON audit_log (a)', name: 'audit_i', partOf: undefined },
    { sql: "INSERT INTO audit_log VALUES (1, 'kept'), (2, x'00')", name: 'audit_log', partOf: undefined },
  ];
  const hanging: readonly Excluded[] = [
    { sql: `CREATE VIEW audit_v AS SELECT ${column} FROM ${on}`, name: 'audit_v', partOf: undefined },
    { sql: `CREATE TRIGGER audit_g AFTER DELETE ON ${on} BEGIN DELETE FROM audit_log; END`, name: 'audit_g', partOf: table.id },
    { sql: `CREATE INDEX audit_x ON ${on} (${column})`, name: 'audit_x', partOf: table.id },
  ];
  return [...apart, ...hanging.filter(() => random.chance(0.25))];
};

/** What of it is gone or another, where all its tables are those in `there`; undefined: nothing. */
export const lostOf = (excluded: readonly Excluded[], database: Database, there: readonly Spec[]): string | undefined => {
  const names = new Set(database.exec('SELECT name FROM sqlite_schema')[0]?.values.map(([name]) => String(name)));
  const stays = ({ partOf }: Excluded): boolean =>
    partOf === undefined || there.every(({ tables }) => tables.some(({ id }) => id === partOf));
  const lost = excluded.find((each) => stays(each) && !names.has(each.name));
  if (lost !== undefined) return `${lost.name} is gone`;
  if (excluded.length === 0) return undefined;
  const rows = JSON.stringify(database.exec('SELECT a, quote(b) FROM audit_log ORDER BY a')[0]?.values);
  return rows === `[[1,"'kept'"],[2,"X'00'"]]` ? undefined : `audit_log holds ${rows}`;
};
